// SPDX-License-Identifier: Apache-2.0
#include "update/admit.h"

#include "base/err.h"
#include "image/counter.h"

static int check_version(struct tn_update *u, const struct tn_image_hdr *hdr) {
    struct tn_image_src src;
    struct tn_image_hdr running;

    if (!u->rules->is_application && u->job.running != TN_GENUINE) {
        return 0;
    }
    tn_slots_source(u->slots, TN_RUNNING, &src);
    return !tn_image_open(&src, &running) && tn_version_compare(&hdr->version, &running.version) < 0
            ? TN_EDOWNGRADE
            : 0;
}

// As the loader does: a counter that cannot be read admits no image.
static int check_counter(const struct tn_update *u) {
    const struct tn_admit *a = u->rules;
    uint32_t counter;
    uint32_t least;
    struct tn_log log;

    tn_log_open(&log, a->log, u->slots->image);
    least = log.last.counter;
    int err = a->counter ? a->counter->read(a->counter, &least) : 0;
    if (!err) {
        err = tn_image_counter(&u->at.src, &counter);
    }
    return err || counter < least ? TN_EROLLBACK : 0;
}

static int admit(struct tn_update *u, const struct tn_image_hdr *hdr) {
    uint8_t rule = hdr ? TN_RULE_NO_DOWNGRADE : TN_RULE_NO_ROLLBACK;

    if (!(u->rules->rules & rule)) {
        return 0;
    }
    return hdr ? check_version(u, hdr) : check_counter(u);
}

void tn_admit_by(struct tn_update *u, const struct tn_admit *a) {
    u->admit = admit;
    u->rules = a;
    u->needs_running = !a->is_application && (a->rules & TN_RULE_NO_DOWNGRADE);
}
