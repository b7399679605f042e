// SPDX-License-Identifier: Apache-2.0
#include "boot/policy.h"

#include <string.h>

#include "base/err.h"

void tn_policy_begin(struct tn_policy *p) {
    tn_log_open(&p->log, p->area);
    p->spent = false;
    p->older = false;
}

void tn_policy_look(struct tn_policy *p, struct tn_boot *b) {
    for (size_t i = 0; i < p->nrules; i++) {
        if (p->rules[i]->look) {
            p->rules[i]->look(p, b);
        }
    }
}

void tn_policy_plan(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan) {
    for (size_t i = 0; i < p->nrules; i++) {
        if (p->rules[i]->plan) {
            p->rules[i]->plan(p, b, plan);
        }
    }
}

void tn_policy_done(
        struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan, int rc) {
    for (size_t i = 0; i < p->nrules; i++) {
        if (p->rules[i]->done) {
            p->rules[i]->done(p, b, plan, rc);
        }
    }
}

int tn_policy_start(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan) {
    for (size_t i = 0; i < p->nrules; i++) {
        int rc = p->rules[i]->start ? p->rules[i]->start(p, b, plan) : 0;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int tn_policy_identify(const struct tn_boot *b, enum tn_place place, struct tn_record *ret) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_LEN];

    memset(ret, 0, sizeof(*ret));
    tn_slots_source(b->slots, place, &src);
    int err = tn_image_identify(&src, &hdr, hash);
    if (!err) {
        ret->version = hdr.version;
        memcpy(ret->id, hash, sizeof(ret->id));
    }
    return err;
}

bool tn_record_is_of(const struct tn_record *a, const struct tn_record *b) {
    return memcmp(a->id, b->id, sizeof(a->id)) == 0;
}

bool tn_policy_on_test(const struct tn_trailer *t) {
    return t->magic == TN_MAGIC_GOOD && t->image_ok == TN_FLAG_UNSET;
}
