// SPDX-License-Identifier: Apache-2.0
// tn_upgrade against a model of a device that misbehaves, with each request lost, each answer lost,
// each request refused, and a link that breaks at each request. It may fail, but it must never
// report that an image runs that does not run.
#include "device_model.h"
#include "host/base/clock.h"

enum { SEEDS = 4 };

TEST(a_device_that_never_reports_hashes_or_flags_is_no_success) {
    struct model m;

    model_begin(&m);
    m.recovery = m.no_flags = m.never_hashes = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK(strstr(upgrade_fault.text, "cannot be known") != NULL);
}

TEST(a_deadline_ends_every_phase) {
    struct model m;

    model_begin(&m);
    m.slow_ms = 300;  // twelve chunks
    m.deadline_ms = 1600;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_DEADLINE);
    CHECK(strstr(upgrade_fault.text, "not done within 1.6 s") != NULL);
    CHECK_EQ(m.resets, 0);
    for (int phase = 0; phase < 2; phase++) {
        model_begin(&m);
        m.deaf = true;  // from the beginning, or from a chunk on
        m.deadline_ms = 300;
        uint32_t start = tn_now_ms();
        CHECK_EQ(model_upgrade(&m, false), -1);
        CHECK(tn_now_ms() - start < 600);
    }
}

TEST(a_hanging_image_names_the_watchdog_and_what_comes_next) {
    struct model m;

    model_begin(&m);
    m.mute_after_reset = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(upgrade_fault.text, "watchdog") != NULL);
    CHECK(strstr(upgrade_fault.text, "reverts it to the old image") != NULL);
}

TEST(a_rejected_image_is_told_from_a_success) {
    struct model m;

    model_begin(&m);
    m.rejects = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_NOT_RUNNING);
}

TEST(a_reverted_image_is_told_from_a_success) {
    struct model m;

    model_begin(&m);
    m.crashes = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK(strstr(upgrade_fault.text, "1.0.0 runs") != NULL);
}

TEST(a_device_that_says_yes_and_does_nothing_is_found_out) {
    struct model m;

    model_begin(&m);
    m.only_says_yes = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(m.resets, 0);
    model_begin(&m);
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, model_new_hash, 32);
    m.trial = m.only_says_yes = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_REFUSED);
}

TEST(an_image_that_never_answers_is_no_success) {
    struct model m;

    model_begin(&m);
    m.mute_after_reset = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(upgrade_fault.text, "may hang") != NULL);
}

TEST(a_device_that_is_unplugged_after_the_reset_is_named_so) {
    struct model m;

    model_begin(&m);
    m.unplugs = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(upgrade_fault.text, "port is gone") != NULL);
}

TEST(a_held_button_is_not_reported_as_a_rejection) {
    for (int from_recovery = 0; from_recovery < 2; from_recovery++) {
        struct model m;
        model_begin(&m);
        m.button = true;
        m.recovery = from_recovery;
        CHECK_EQ(model_upgrade(&m, false), -1);
        CHECK_EQ(upgrade_fault.kind, TN_FAULT_NOT_RUNNING);
        CHECK(strstr(upgrade_fault.text, "the request for it still waits") != NULL);
        CHECK(m.pending);
        CHECK(from_recovery || m.resets == 1);
    }
}

// Runs once with a fault. Returns false if the fault is behind the last request.
static bool run_with(enum trouble t, unsigned at, unsigned count, int *ret_err) {
    struct model m;

    model_begin(&m);
    m.trouble = t;
    m.at = at;
    m.count = count;
    *ret_err = model_upgrade(&m, false);
    if (*ret_err == 0) {
        CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
        CHECK(model_runs_new(&m) && !m.trial);
    } else {
        CHECK(upgrade_fault.kind != TN_FAULT_NONE && *upgrade_fault.text);
    }
    return m.requests >= at;
}

TEST(one_lost_packet_anywhere_does_no_harm) {
    for (enum trouble t = LOSE_REQUEST; t <= LOSE_ANSWER; t++) {
        int err = 0;
        for (unsigned at = 1; run_with(t, at, 1, &err); at++) {
            CHECK_EQ(err, 0);
        }
    }
}

TEST(an_upgrade_succeeds_with_a_link_that_breaks_at_any_request) {
    int err = 0;
    for (unsigned at = 1; run_with(BREAK, at, 1, &err); at++) {
        // Requests 1 and 2 are the probe's: the host does not wait for a port that never worked.
        if (at > 2) {
            CHECK_EQ(err, 0);
        }
    }
}

// The requests of an upgrade: queries, the mark, the reset, and the queries after it.
TEST(an_upgrade_succeeds_with_a_tenth_of_the_packets_lost) {
    unsigned requests = 0;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct model m;
        model_begin(&m);
        m.loss = 100;
        m.seed = seed;
        if (model_upgrade(&m, false)) {
            print_error("seed %u: %s\n", seed, upgrade_fault.text);
        }
        CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
        CHECK(model_runs_new(&m) && !m.trial);
        requests += m.requests;
    }
    struct model m;
    model_begin(&m);
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK(requests > SEEDS * m.requests);
}

TEST(a_refusal_anywhere_is_a_fault_and_never_a_false_success) {
    int err = 0;
    for (unsigned at = 1; run_with(REFUSE, at, 1, &err); at++) {
    }
}

TEST(a_device_that_dies_anywhere_is_a_fault) {
    int err = 0;
    unsigned at = 1;
    while (run_with(LOSE_REQUEST, at, 100000, &err) && err) {
        CHECK(upgrade_fault.kind == TN_FAULT_LINK || upgrade_fault.kind == TN_FAULT_NOT_SMP ||
                upgrade_fault.kind == TN_FAULT_SILENT || upgrade_fault.kind == TN_FAULT_DEADLINE);
        at += at == 4 ? 13 : 1;  // requests 5 to 16 are the upload, whose silence test/client tests
    }
    CHECK_EQ(err, 0);  // the last run ended before its fault
    CHECK(at > 20);
}
