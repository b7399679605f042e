// SPDX-License-Identifier: Apache-2.0
// Several images with rules: outcomes that name the dependency, attempts that end together, and
// what keeps a set from beginning. Cuts and MCUboot's decisions: test/power, test/vectors.
#include "base/compiler.h"
#include "base/err.h"
#include "boot/mark.h"
#include "boot/policy.h"
#include "boot/set.h"
#include "power/rig.h"
#include "support/device.h"
#include "test.h"

enum {
    N = 2,
    PAYLOAD = 900,
    LOGS = 4 * 512,
};

static const struct geometry geometry = {
        .name = "pair", .unit = 4, .erased = 0xff, .sector = 1024, .sectors = 4, .scratch = 1};
static const struct lineup pair = {N, {0, 0}, false};

static struct rig rig;
static struct image images[N][IMAGES];
static struct tn_nor logs;
static uint8_t log_mem[LOGS];
static const struct tn_flash_run log_run = {512, 4};
static struct tn_area log_area[N];
static struct tn_policy policy[N];
static struct tn_boot boot[N];
static const struct tn_rule *const rules[] = {&tn_count_attempts, &tn_keep_outcomes};

static void make(unsigned member, unsigned nth, uint32_t payload, uint8_t image, uint8_t least) {
    static struct test_image img;

    test_image_make_needing(&img, (uint8_t)(10 * member + nth + 1), payload, image, least);
    memcpy(images[member][nth].bytes, img.bytes, img.len);
    images[member][nth].len = img.len;
}

// Both images run their old versions, and have new ones in the spare slots.
static void begin(uint8_t attempts) {
    rig_init(&rig, &geometry, &pair);
    rig.trust = &test_trust;
    memset(log_mem, 0xff, sizeof(log_mem));
    tn_nor_init(&logs, log_mem, &log_run, 1, 4, 0xff);
    for (unsigned i = 0; i < N; i++) {
        rig.m[i].images = rig.m[i].stored = images[i];
        log_area[i] = (struct tn_area){&logs.flash, i * LOGS / 2, LOGS / 2};
        policy[i] = (struct tn_policy){.rules = rules,
                .nrules = TN_LEN(rules),
                .area = &log_area[i],
                .attempts = attempts,
                .next = i + 1 < N ? &policy[i + 1] : NULL};
        make(i, 0, PAYLOAD, 0, 0);
        make(i, 1, PAYLOAD, 0, 0);
    }
}

static void place_all(void) {
    for (unsigned i = 0; i < N; i++) {
        rig_place(&rig, &rig.m[i], TN_RUNNING, 0);
        rig_place(&rig, &rig.m[i], TN_CANDIDATE, 1);
    }
}

// Boots; the letters of what runs, or "R" if nothing may.
static const char *boots(bool recovery) {
    static char ret[N + 1];

    memset(boot, 0, sizeof(boot));
    for (unsigned i = 0; i < N; i++) {
        boot[i] = (struct tn_boot){.slots = &rig.m[i].slots,
                .strategy = &tn_swap_offset,
                .trust = &test_trust,
                .next = i + 1 < N ? &boot[i + 1] : NULL};
    }
    boot[0].view.recovery = recovery;
    tn_set_policy_settle(policy, boot);
    for (unsigned i = 0; i < N; i++) {
        if (boot[i].plan.action != TN_PLAN_RUN) {
            return "R";
        }
        ret[i] = rig_holds(&rig, &rig.m[i], TN_RUNNING, 0)  ? 'O'
                : rig_holds(&rig, &rig.m[i], TN_RUNNING, 1) ? 'N'
                                                            : '?';
    }
    return ret;
}

static struct tn_record outcome(unsigned i) {
    struct tn_log log;

    tn_log_open(&log, &log_area[i], (uint8_t)i);
    return log.last;
}

TEST(the_outcomes_of_a_set) {
    begin(1);
    place_all();
    CHECK_EQ(rig_act(&rig, 't'), 0);
    CHECK_STR(boots(false), "NN");
    CHECK_EQ(outcome(0).code, TN_OUTCOME_INSTALLED);
    CHECK_EQ(outcome(1).code, TN_OUTCOME_INSTALLED);
    CHECK_EQ(rig_act(&rig, 'c'), 0);
    CHECK_STR(boots(false), "NN");
    CHECK_EQ(outcome(0).code, TN_OUTCOME_CONFIRMED);
    CHECK_EQ(outcome(1).code, TN_OUTCOME_CONFIRMED);
}

// The record says which image is missing, once.
TEST(an_unmet_dependency_is_told_once) {
    begin(1);
    make(0, 1, PAYLOAD, 1, 99);
    place_all();
    CHECK_EQ(rig_act(&rig, 'q'), 0);
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(outcome(0).code, TN_OUTCOME_DEPENDENCY);
    CHECK_EQ(outcome(0).reason, TN_EDEPENDS - 1);
    CHECK_EQ(outcome(1).code, TN_OUTCOME_NONE);
    uint32_t ops = logs.ops;
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(logs.ops, ops);
}

TEST(a_dependency_on_a_candidate_is_met) {
    begin(1);
    make(0, 1, PAYLOAD, 1, 12);
    place_all();
    CHECK_EQ(rig_act(&rig, 'q'), 0);
    CHECK_STR(boots(false), "NN");
}

// An image number that the device does not have.
TEST(a_dependency_on_an_image_that_there_is_not) {
    begin(1);
    make(1, 1, PAYLOAD, 200, 1);
    place_all();
    CHECK_EQ(rig_act(&rig, 'q'), 0);
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(outcome(1).code, TN_OUTCOME_DEPENDENCY);
    CHECK_EQ(outcome(1).reason, TN_EDEPENDS - TN_DEPENDS_MAX);
}

// One candidate is refused: the other one's request goes too, and the record says because of whom.
TEST(a_refused_image_stops_its_set) {
    begin(1);
    place_all();
    images[1][1].bytes[100] ^= 1;
    rig_place(&rig, &rig.m[1], TN_CANDIDATE, 1);
    CHECK_EQ(rig_act(&rig, 'q'), 0);
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(outcome(0).code, TN_OUTCOME_DEPENDENCY);
    CHECK_EQ(outcome(0).reason, TN_EDEPENDS - 1);
    CHECK_EQ(outcome(1).code, TN_OUTCOME_HASH);
    CHECK_EQ(tn_boot_pending(&rig.m[0].slots), TN_SWAP_NONE);
    CHECK_EQ(tn_boot_pending(&rig.m[1].slots), TN_SWAP_NONE);
}

// The second image's running version is too large to leave its slot: the first one stays too.
TEST(no_room_for_one_stops_its_set) {
    begin(1);
    uint32_t max = tn_slots_max_image(&rig.m[1].slots);
    make(1, 0, max + 200, 0, 0);
    place_all();
    CHECK_EQ(rig_act(&rig, 'q'), 0);
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(outcome(1).code, TN_OUTCOME_SIZE);
    CHECK_EQ(outcome(0).code, TN_OUTCOME_NONE);
}

TEST(attempts_end_together) {
    begin(2);
    place_all();
    CHECK_EQ(rig_act(&rig, 't'), 0);
    CHECK_STR(boots(false), "NN");
    CHECK_STR(boots(false), "NN");
    CHECK_STR(boots(false), "OO");
    CHECK_EQ(outcome(0).code, TN_OUTCOME_REVERTED);
    CHECK_EQ(outcome(1).code, TN_OUTCOME_REVERTED);
}

// Power was lost when one image's attempt was counted and the other's was not.
TEST(attempts_that_are_out_of_step_end_together) {
    struct tn_record r;
    struct tn_log log;

    for (unsigned i = 0; i < N; i++) {
        begin(3);
        place_all();
        CHECK_EQ(rig_act(&rig, 't'), 0);
        CHECK_STR(boots(false), "NN");
        CHECK_STR(boots(false), "NN");
        tn_log_open(&log, &log_area[i], (uint8_t)i);
        r = log.last;
        r.attempts++;
        CHECK_EQ(tn_log_add(&log, &r), 0);
        CHECK_STR(boots(false), "OO");
        CHECK_STR(boots(false), "OO");
    }
}

// Recovery is asked for: no image runs, and no request is carried out.
TEST(recovery_keeps_requests) {
    begin(1);
    place_all();
    CHECK_EQ(rig_act(&rig, 't'), 0);
    CHECK_STR(boots(true), "R");
    CHECK_EQ(tn_boot_pending(&rig.m[0].slots), TN_SWAP_TEST);
    CHECK_EQ(tn_boot_pending(&rig.m[1].slots), TN_SWAP_TEST);
    CHECK_STR(boots(false), "NN");
}

// Power was lost between the confirmations of a set: the loader completes them.
TEST(a_confirmation_of_one_confirms_what_ran_beside_it) {
    for (unsigned i = 0; i < 2 * N; i++) {
        begin(i < N ? 1 : 3);
        place_all();
        CHECK_EQ(rig_act(&rig, 't'), 0);
        CHECK_STR(boots(false), "NN");
        CHECK_EQ(tn_boot_confirm(&rig.m[i % N].slots), 0);
        CHECK_STR(boots(false), "NN");
        CHECK_EQ(outcome(0).code, TN_OUTCOME_CONFIRMED);
        CHECK_EQ(outcome(1).code, TN_OUTCOME_CONFIRMED);
        CHECK_STR(boots(false), "NN");
    }
}

// It ran alone, and was confirmed before the other one came.
TEST(a_confirmation_does_not_confirm_what_comes_later) {
    begin(1);
    place_all();
    CHECK_EQ(tn_boot_request(&rig.m[0].slots, TN_SWAP_TEST), 0);
    CHECK_STR(boots(false), "NO");
    CHECK_EQ(tn_boot_confirm(&rig.m[0].slots), 0);
    CHECK_EQ(tn_boot_request(&rig.m[1].slots, TN_SWAP_TEST), 0);
    CHECK_STR(boots(false), "NN");
    CHECK_STR(boots(false), "NO");
    CHECK_EQ(outcome(1).code, TN_OUTCOME_REVERTED);
}

// A request for good is no confirmation of another image's test.
TEST(a_permanent_image_does_not_confirm_a_test) {
    begin(1);
    place_all();
    CHECK_EQ(tn_boot_request(&rig.m[0].slots, TN_SWAP_PERM), 0);
    CHECK_EQ(tn_boot_request(&rig.m[1].slots, TN_SWAP_TEST), 0);
    CHECK_STR(boots(false), "NN");
    CHECK_STR(boots(false), "NO");
}
