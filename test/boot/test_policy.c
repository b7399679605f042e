// SPDX-License-Identifier: Apache-2.0
// The log and the rules of a loader's policy, on a device whose last two sectors are the log.
#include "base/compiler.h"
#include "base/err.h"
#include "boot/mark.h"
#include "boot/policy.h"
#include "support/device.h"
#include "test.h"

enum {
    LEN = 2500,
    SLOTS = 25 * 1024,
};

static struct test_device device;
static struct tn_area log_area;
static struct tn_policy policy;
static const struct tn_rule *const all_rules[] = {
        &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback, &tn_no_downgrade};
static uint32_t alive_calls;

static int alive(void *ctx) {
    (void)ctx;
    alive_calls++;
    return 0;
}

static void begin(uint8_t attempts) {
    test_device_init(&device, &small_shape);
    device.run.count += 2;
    tn_nor_init(&device.nor, device.mem, &device.run, 1, 4, 0xff);
    log_area = (struct tn_area){&device.nor.flash, SLOTS, 2048};
    policy = (struct tn_policy){.rules = all_rules,
            .nrules = 3,
            .area = &log_area,
            .attempts = attempts,
            .each = alive};
}

// Boots with the rules. The flash may be set to lose its power.
static enum tn_plan_action go_on(void) {
    struct tn_boot b = {.slots = &device.slots, .strategy = &tn_swap_offset, .trust = &test_trust};

    tn_policy_settle(&policy, &b);
    return b.plan.action;
}

static enum tn_plan_action boot(void) {
    tn_nor_power_on(&device.nor);
    return go_on();
}

// Boots, and cuts the power at this flash operation, in one of three ways.
static void boot_cut(uint32_t at, uint32_t seed) {
    tn_nor_power_on(&device.nor);
    device.nor.cut_at = at;
    device.nor.cut = (enum tn_nor_cut)(seed % 3);
    device.nor.seed = seed;
    go_on();
}

static void check_last(uint8_t code, uint8_t major, uint8_t attempts) {
    struct tn_log log;

    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(log.last.code, code);
    CHECK_EQ(log.last.version.major, major);
    CHECK_EQ(log.last.attempts, attempts);
}

// The code of the newest outcome record; 0: none.
static uint8_t last_outcome(void) {
    struct tn_record r;
    struct tn_log log;

    tn_log_open(&log, &log_area, 0);
    for (uint32_t nth = 0; !tn_log_get(&log, nth, &r); nth++) {
        if (r.code < TN_STEP_BEGUN) {
            return r.code;
        }
    }
    return 0;
}

static struct test_image one;
static struct test_image two;

// Makes a device on which version 1 runs and version 2 is the candidate.
static void place_two(uint8_t attempts, enum tn_swap_type request) {
    begin(attempts);
    test_image_make(&one, 1, LEN, TWIST_NONE);
    test_image_make(&two, 2, LEN, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, request), 0);
}

// ---- The log ---------------------------------------------------------------------------

TEST(a_log_keeps_its_newest_records_round_the_ring) {
    struct tn_record r = {.code = TN_OUTCOME_INSTALLED};
    struct tn_log log;

    begin(1);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(log.ring.seq, 0);
    CHECK_EQ(tn_log_get(&log, 0, &r), TN_ENOENT);
    for (uint32_t i = 1; i <= 500; i++) {
        r.attempts = (uint8_t)i;
        r.counter = i / 7;
        CHECK_EQ(tn_log_add(&log, &r), 0);
        tn_log_open(&log, &log_area, 0);
        CHECK_EQ(log.ring.seq, i);
        for (uint32_t nth = 0; nth < 32 && nth < i; nth++) {
            struct tn_record old;
            CHECK_EQ(tn_log_get(&log, nth, &old), 0);
            CHECK_EQ(old.attempts, (uint8_t)(i - nth));
        }
    }
    CHECK_EQ(device.nor.violations, 0);
    CHECK_EQ(device.nor.erases, 16);  // 32 records of 32 bytes in a sector
}

// Two images share an area: each reads its own records, and neither writes over the other's.
TEST(records_of_another_image_keep_their_places_and_are_not_read) {
    struct tn_record r = {.code = TN_OUTCOME_INSTALLED, .attempts = 1, .counter = 7};
    struct tn_record got;
    struct tn_log log;

    begin(1);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(tn_log_add(&log, &r), 0);
    tn_log_open(&log, &log_area, 1);
    CHECK_EQ(log.last.code, TN_OUTCOME_NONE);
    CHECK_EQ(log.last.counter, 0);
    CHECK_EQ(tn_log_get(&log, 0, &got), TN_ENOTSUP);
    r.code = TN_OUTCOME_CONFIRMED;
    r.counter = 2;
    CHECK_EQ(tn_log_add(&log, &r), 0);
    CHECK_EQ(log.last.counter, 2);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(log.last.code, TN_OUTCOME_INSTALLED);
    CHECK_EQ(log.last.counter, 7);
    CHECK_EQ(log.ring.seq, 2);
    CHECK_EQ(tn_log_get(&log, 0, &got), TN_ENOTSUP);
    CHECK_EQ(tn_log_get(&log, 1, &got), 0);
    CHECK_EQ(got.code, TN_OUTCOME_INSTALLED);
    CHECK_EQ(device.nor.violations, 0);
}

TEST(a_log_whose_record_is_torn_stays_at_the_one_before) {
    static const enum tn_nor_cut cuts[] = {TN_NOR_CUT_BEFORE, TN_NOR_CUT_TORN, TN_NOR_CUT_AFTER};
    struct tn_log log;

    for (uint32_t at = 1; at < 400; at++) {
        struct tn_record r = {.code = TN_STEP_COUNTER, .counter = 5};
        begin(1);
        tn_log_open(&log, &log_area, 0);
        device.nor.seed = at;
        device.nor.cut_at = at;
        device.nor.cut = cuts[at % 3];
        while (!tn_log_add(&log, &r)) {
            r.counter++;
        }
        tn_nor_power_on(&device.nor);
        tn_log_open(&log, &log_area, 0);
        bool is_new = r.counter > 5 && log.last.counter == r.counter;
        CHECK(is_new || r.counter == 5 || log.last.counter == r.counter - 1);
        r.attempts = 0xa5;  // another record than the torn one
        for (int i = 0; i < 70; i++) {
            CHECK_EQ(tn_log_add(&log, &r), 0);
        }
        CHECK_EQ(device.nor.violations, 0);
        tn_log_open(&log, &log_area, 0);
        CHECK_EQ(log.last.counter, r.counter);
    }
}

TEST(a_counter_never_goes_down) {
    struct tn_record r = {.code = TN_STEP_COUNTER, .counter = 9};
    struct tn_log log;

    begin(1);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(tn_log_add(&log, &r), 0);
    r.counter = 3;
    CHECK_EQ(tn_log_add(&log, &r), 0);
    CHECK_EQ(log.last.counter, 9);
    tn_log_open(&log, NULL, 0);
    CHECK_EQ(tn_log_add(&log, &r), TN_ENOSPC);
}

// No flash lasts for 2^32 records, so such a number means damage or an attack. It stops the log.
// The next number would be 0, which means "no record".
TEST(after_the_last_record_number_nothing_is_written) {
    struct tn_record r = {.code = TN_STEP_COUNTER, .counter = 9};
    struct tn_log log;

    begin(1);
    tn_log_open(&log, &log_area, 0);
    log.ring.seq = UINT32_MAX - 1;
    CHECK_EQ(tn_log_add(&log, &r), 0);
    uint32_t ops = device.nor.ops;
    CHECK_EQ(tn_log_add(&log, &r), TN_ENOSPC);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(log.ring.seq, UINT32_MAX);
    CHECK_EQ(log.last.counter, 9);
    CHECK_EQ(device.nor.ops, ops);
}

// ---- Outcomes --------------------------------------------------------------------------

TEST(a_test_that_is_confirmed_is_installed_and_confirmed) {
    place_two(1, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_INSTALLED, 2, 1);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_CONFIRMED, 2, 1);
    uint32_t seq = policy.log.ring.seq;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(policy.log.ring.seq, seq);  // a boot without news writes nothing
    CHECK_EQ(device.nor.ops, 0);
    CHECK(alive_calls > 0);
}

// In every state of the log, further boots of the same image add nothing to it.
TEST(an_outcome_is_written_once) {
    place_two(1, TN_SWAP_PERM);
    CHECK_EQ(boot(), TN_PLAN_RUN);  // installed
    CHECK_EQ(boot(), TN_PLAN_RUN);  // confirmed
    uint32_t seq = policy.log.ring.seq;
    CHECK_EQ(seq, 3);  // the begin of the swap is a record too
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(policy.log.ring.seq, seq);
    }
    place_two(1, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(boot(), TN_PLAN_RUN);  // reverted
    check_last(TN_OUTCOME_REVERTED, 2, 1);
    seq = policy.log.ring.seq;
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(policy.log.ring.seq, seq);
    }
}

TEST(a_test_that_is_not_confirmed_is_reverted) {
    place_two(1, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    check_last(TN_OUTCOME_REVERTED, 2, 1);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_REVERTED, 2, 1);
    // The same image again is a new attempt.
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_INSTALLED, 2, 1);
}

TEST(what_is_rejected_says_why) {
    static const struct {
        enum test_twist twist;
        uint8_t code;
    } cases[] = {
            {TWIST_UNSIGNED, TN_OUTCOME_SIGNATURE},
            {TWIST_FOREIGN_KEY, TN_OUTCOME_SIGNATURE},
            {TWIST_BAD_SIGNATURE, TN_OUTCOME_SIGNATURE},
            {TWIST_BAD_HASH, TN_OUTCOME_HASH},
    };
    for (size_t i = 0; i < TN_LEN(cases); i++) {
        place_two(1, TN_SWAP_TEST);
        test_image_make(&two, 2, LEN, cases[i].twist);
        test_device_place(&device, TN_CANDIDATE, &two);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &one));
        check_last(cases[i].code, 2, 0);
        CHECK(policy.log.last.reason < 0);
    }
}

TEST(a_bad_image_that_comes_twice_is_rejected_twice) {
    place_two(1, TN_SWAP_TEST);
    test_image_make(&two, 2, LEN, TWIST_BAD_HASH);
    for (uint32_t i = 1; i <= 2; i++) {
        test_device_place(&device, TN_CANDIDATE, &two);
        CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(policy.log.ring.seq, i);
        CHECK_EQ(boot(), TN_PLAN_RUN);  // the request is gone
        CHECK_EQ(policy.log.ring.seq, i);
    }
}

// The running image is too large to come back to. The request stays, and is recorded once.
TEST(a_request_that_cannot_be_fulfilled_is_written_down_once) {
    begin(1);
    test_image_make(&one, 1, tn_slots_max_image(&device.slots) - 100, TWIST_NONE);
    test_image_make(&two, 2, LEN, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    CHECK(one.len > tn_slots_max_image(&device.slots));
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &one));
    }
    check_last(TN_OUTCOME_SIZE, 2, 0);
    CHECK_EQ(policy.log.ring.seq, 2);
}

TEST(going_back_on_request_is_no_revert) {
    place_two(1, TN_SWAP_PERM);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_INSTALLED, 2, 1);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    check_last(TN_OUTCOME_CONFIRMED, 2, 1);
    CHECK_EQ(test_device_request(&device, TN_SWAP_REVERT), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    check_last(TN_OUTCOME_INSTALLED, 1, 1);
}

// Power is lost at every flash operation of a boot. The log's last code is that of the state.
static void cut_everywhere(uint8_t attempts, bool confirmed, uint8_t want) {
    static uint8_t start[DEVICE_FLASH_MAX];
    uint32_t ops;

    place_two(attempts, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    if (confirmed) {
        CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    }
    memcpy(start, device.mem, sizeof(start));
    CHECK_EQ(boot(), TN_PLAN_RUN);
    ops = device.nor.ops;
    CHECK(ops > 0);
    for (uint32_t at = 1; at <= 3 * ops; at++) {
        memcpy(device.mem, start, sizeof(start));
        boot_cut(1 + at / 3, at);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(last_outcome(), want);
        CHECK(test_device_holds(&device, TN_RUNNING, confirmed ? &two : &one));
    }
}

TEST(a_cut_never_changes_what_the_log_says_of_a_revert) {
    cut_everywhere(1, false, TN_OUTCOME_REVERTED);
}

TEST(a_cut_never_changes_what_the_log_says_of_a_confirmation) {
    cut_everywhere(1, true, TN_OUTCOME_CONFIRMED);
}

TEST(a_cut_in_the_upgrade_leaves_it_installed) {
    uint32_t ops;

    place_two(1, TN_SWAP_PERM);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    ops = device.nor.ops;
    for (uint32_t at = 1; at <= 3 * ops; at++) {
        place_two(1, TN_SWAP_PERM);
        boot_cut(1 + at / 3, at);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &two));
        uint8_t code = last_outcome();
        CHECK(code == TN_OUTCOME_INSTALLED || code == TN_OUTCOME_CONFIRMED);
    }
}

// ---- Attempts --------------------------------------------------------------------------

TEST(an_image_may_start_as_often_as_it_has_attempts) {
    place_two(3, TN_SWAP_TEST);
    for (uint8_t i = 1; i <= 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &two));
        check_last(i == 1 ? TN_OUTCOME_INSTALLED : TN_STEP_TRIED, 2, i);
    }
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    check_last(TN_OUTCOME_REVERTED, 2, 3);
}

TEST(a_confirmation_at_the_last_attempt_counts) {
    place_two(3, TN_SWAP_TEST);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
    }
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &two));
        check_last(TN_OUTCOME_CONFIRMED, 2, 3);
    }
}

TEST(an_attempt_that_cannot_be_counted_is_not_granted) {
    place_two(3, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    policy.area = NULL;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
}

static int fail_to_prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f, (void)off, (void)buf, (void)len;
    return TN_EIO;
}

static int prog_nothing(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f, (void)off, (void)buf, (void)len;
    return 0;
}

TEST(a_record_that_reads_back_wrong_was_not_written) {
    struct tn_record r = {.code = TN_OUTCOME_INSTALLED, .counter = 1};
    struct tn_log log;

    begin(1);
    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(tn_log_add(&log, &r), 0);
    struct tn_flash_ops ops = *device.nor.flash.ops;
    ops.prog = prog_nothing;
    device.nor.flash.ops = &ops;
    r.code = TN_OUTCOME_CONFIRMED;
    r.counter = 2;
    CHECK_EQ(tn_log_add(&log, &r), TN_EIO);
    CHECK_EQ(log.last.code, TN_OUTCOME_INSTALLED);
    CHECK_EQ(log.last.counter, 1);
    CHECK_EQ(log.ring.seq, 1);
}

TEST(an_attempt_that_cannot_be_written_down_is_taken_back) {
    place_two(3, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    struct tn_flash_ops ops = *device.nor.flash.ops;
    struct tn_flash worn = device.nor.flash;
    struct tn_area area = {&worn, SLOTS, 2048};
    ops.prog = fail_to_prog;
    worn.ops = &ops;
    policy.area = &area;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
}

TEST(no_cut_grants_more_attempts) {
    for (uint32_t at = 1; at < 40; at++) {
        place_two(3, TN_SWAP_TEST);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        int starts = 1;
        for (int i = 0; i < 12; i++) {
            boot_cut(i == 1 ? at : 0, at);
            starts += !device.nor.dead && test_device_holds(&device, TN_RUNNING, &two);
        }
        CHECK(starts <= 3);
        CHECK(test_device_holds(&device, TN_RUNNING, &one));
        CHECK_EQ(last_outcome(), TN_OUTCOME_REVERTED);
    }
}

// ---- Roll-back -------------------------------------------------------------------------

static void place_counted(uint32_t running, uint32_t candidate) {
    begin(1);
    running ? test_image_make_counted(&one, 1, LEN, running)
            : test_image_make(&one, 1, LEN, TWIST_NONE);
    candidate ? test_image_make_counted(&two, 2, LEN, candidate)
              : test_image_make(&two, 2, LEN, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
}

TEST(an_image_that_was_never_swapped_sets_the_counter) {
    place_counted(4, 4);
    CHECK_EQ(policy.log.last.counter, 4);
}

TEST(an_image_below_the_counter_is_refused) {
    place_counted(4, 3);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    check_last(TN_OUTCOME_VERSION, 2, 0);
    CHECK_EQ(policy.log.last.reason, TN_EROLLBACK);
    place_counted(4, 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
}

TEST(the_counter_rises_when_the_image_is_confirmed_and_not_before) {
    place_counted(4, 6);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(policy.log.last.counter, 4);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(policy.log.last.counter, 6);
    CHECK_EQ(last_outcome(), TN_OUTCOME_CONFIRMED);
}

TEST(a_fallback_obeys_the_counter) {
    place_counted(4, 6);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    device.mem[100] ^= 1;  // the running image is damaged; the previous one is older
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    policy.nrules = 2;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
}

static uint32_t chip_counter;
static int chip_error;

static int chip_read(const struct tn_counter *c, uint32_t *ret) {
    (void)c;
    *ret = chip_counter;
    return chip_error;
}

static int chip_raise(const struct tn_counter *c, uint32_t value) {
    (void)c;
    chip_counter = value;
    return 0;
}

TEST(a_chips_own_counter_takes_the_logs_place) {
    static const struct tn_counter chip = {chip_read, chip_raise, NULL};

    place_counted(2, 3);
    policy.counter = &chip;
    chip_counter = 2;
    chip_error = 0;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(chip_counter, 2);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(chip_counter, 3);
    chip_error = TN_EIO;
    CHECK_EQ(boot(), TN_PLAN_RECOVER);  // it is unknown which image may run
}

// ---- Versions --------------------------------------------------------------------------

static void place_older(void) {
    begin(1);
    policy.nrules = 4;
    test_image_make(&one, 5, LEN, TWIST_NONE);
    test_image_make(&two, 4, LEN, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
}

TEST(an_older_version_is_not_installed) {
    place_older();
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    check_last(TN_OUTCOME_VERSION, 4, 0);
    CHECK_EQ(policy.log.last.reason, TN_EDOWNGRADE);
}

TEST(an_older_version_runs_where_the_newer_one_is_bad) {
    place_older();
    device.mem[100] ^= 1;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
}
