// SPDX-License-Identifier: Apache-2.0
// The request for the next reset, and the record for the application.
#include "base/err.h"
#include "boot/handover.h"
#include "boot/request.h"
#include "test.h"

static uint8_t mem[TN_HANDOVER_LEN];

static void load(const struct tn_retained *r, void *buf, size_t len) {
    (void)r;
    memcpy(buf, mem, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    (void)r;
    memcpy(mem, buf, len);
}

static const struct tn_retained retained = {load, store, NULL};

TEST(a_request_is_taken_exactly_once) {
    uint32_t arg = 0;
    for (int mode = TN_RUN_NORMAL; mode < TN_RUN_MODES; mode++) {
        CHECK_EQ(tn_request_put(&retained, (enum tn_run_mode)mode, 0x12345678), 0);
        CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, &arg), mode);
        CHECK_EQ(arg, mode == TN_RUN_NORMAL && !arg ? 0 : 0x12345678);
        CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, &arg), TN_RUN_NORMAL);
    }
    CHECK_EQ(tn_request_put(&retained, TN_RUN_MODES, 0), TN_EINVAL);
}

TEST(after_a_loss_of_power_there_is_no_request) {
    tn_request_put(&retained, TN_RUN_RECOVERY, 0);
    CHECK_EQ(tn_request_take(&retained, TN_RESET_POWER, NULL), TN_RUN_NORMAL);
    CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, NULL), TN_RUN_NORMAL);
}

TEST(a_request_with_any_bit_flipped_is_none) {
    for (int bit = 0; bit < TN_REQUEST_LEN * 8; bit++) {
        tn_request_put(&retained, TN_RUN_RECOVERY, 7);
        mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQ(tn_request_take(&retained, TN_RESET_UNKNOWN, NULL), TN_RUN_NORMAL);
    }
}

TEST(a_torn_request_is_none) {
    uint8_t whole[TN_REQUEST_LEN];
    tn_request_put(&retained, TN_RUN_RECOVERY, 7);
    memcpy(whole, mem, sizeof(whole));
    for (size_t n = 0; n < sizeof(whole); n++) {
        memset(mem, 0, sizeof(mem));
        memcpy(mem, whole, n);
        CHECK_EQ(tn_request_take(&retained, TN_RESET_UNKNOWN, NULL), TN_RUN_NORMAL);
    }
}

TEST(random_memory_is_no_request_and_no_record) {
    uint32_t seed = 5;
    for (int round = 0; round < 100000; round++) {
        struct tn_handover h;
        for (size_t i = 0; i < sizeof(mem); i++) {
            mem[i] = (uint8_t)tn_test_random(&seed);
        }
        CHECK_EQ(tn_handover_get(&retained, &h), TN_ENOENT);
        CHECK_EQ(tn_request_take(&retained, TN_RESET_UNKNOWN, NULL), TN_RUN_NORMAL);
    }
}

TEST(the_application_reads_what_the_loader_wrote) {
    const struct tn_handover want = {
            TN_RUN_SAFE, 1, 9, TN_BOOTED_REFUSED, TN_ESIG, {0, 1, 2}, 3, 2, 5, 6, 1, 0x12345};
    struct tn_handover got = {0};
    tn_handover_put(&retained, &want);
    CHECK_EQ(tn_handover_get(&retained, &got), 0);
    CHECK_EQ(got.mode, want.mode);
    CHECK_EQ(got.slot, want.slot);
    CHECK_EQ(got.strategy, want.strategy);
    CHECK_EQ(got.event, want.event);
    CHECK_EQ(got.reason, want.reason);
    CHECK_MEM(got.loader, want.loader, 3);
    CHECK_EQ(got.outcome, want.outcome);
    CHECK_EQ(got.attempts, want.attempts);
    CHECK_EQ(got.image, want.image);
    CHECK_EQ(got.rules, want.rules);
    CHECK_EQ(got.why, want.why);
    CHECK_EQ(got.max_image, want.max_image);
    for (int bit = 0; bit < TN_HANDOVER_LEN * 8; bit++) {
        tn_handover_put(&retained, &want);
        mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQ(tn_handover_get(&retained, &got), TN_ENOENT);
    }
}
