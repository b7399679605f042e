// SPDX-License-Identifier: Apache-2.0
// Tenon's own group: the history as bytes, in parts, and where there is none.
#include "base/err.h"
#include "harness.h"
#include "serve/tenon.h"
#include "test.h"

static struct harness h;
static struct tn_area area;
static struct tn_serve_tenon tenon;
static struct tn_smp_group groups[] = {TN_SERVE_TENON(&tenon)};

static void begin(uint32_t records) {
    struct tn_record r = {.code = TN_OUTCOME_HASH, .reason = TN_EHASH, .version = {1, 2, 3, 0}};
    struct tn_log log;

    harness_begin(&h, TN_SLOTS_SPARE);
    h.server.groups = groups;
    h.server.ngroups = 1;
    area = (struct tn_area){&h.device.nor.flash, 0, 2048};
    tenon.outcome = &area;
    tn_log_open(&log, &area, 0);
    for (uint32_t i = 0; i < records; i++) {
        r.attempts = (uint8_t)i;
        r.counter = i;
        CHECK_EQ(tn_log_add(&log, &r), 0);
        // A step on the way does not show.
        struct tn_record step = {.code = TN_STEP_BEGUN};
        CHECK_EQ(tn_log_add(&log, &step), 0);
    }
}

TEST(an_empty_history_is_an_empty_list) {
    begin(0);
    harness_expect(&h, "0800000100400200A0",
            "0900001B00400200BF67686973746F72799FFF67636F756E74657200646D6F7265F4FF");
}

TEST(an_outcome_has_its_version_attempts_and_reason) {
    begin(1);
    harness_expect(&h, "0800000100400200A0",
            "0900004700400200BF67686973746F72799FBF676F7574636F6D65056776657273696F6E65312E322E33"
            "68617474656D70747300 66726561736F6E3819FFFF67636F756E74657200646D6F7265F4FF");
}

TEST(a_long_history_comes_in_parts) {
    begin(6);
    struct tn_cbor_out body;
    uint8_t buf[32];
    size_t least = 0;
    for (uint32_t skip = 0; skip < 8; skip++) {
        tn_cbor_out_init(&body, buf, sizeof(buf));
        tn_cbor_put_map(&body, 1);
        tn_cbor_pair_uint(&body, "skip", skip);
        CHECK_EQ(harness_ask(&h, TN_SMP_READ, TN_SMP_TENON, TN_TENON_HISTORY, &body), 0);
        size_t n = 0;
        for (int i = 0; i + 8 < h.rsp_len; i++) {
            n += memcmp(h.rsp + i, "\x67outcome", 8) == 0;
        }
        CHECK_EQ(n, skip < 2 ? 4 : skip < 6 ? 6 - skip : 0);
        // "more" is the last pair: its value stands before the break.
        CHECK_EQ(h.rsp[h.rsp_len - 2], skip < 2 ? 0xf5 : 0xf4);
        least = skip ? least : n;
    }
    CHECK_EQ(least, 4);
}

TEST(a_skip_that_is_no_number_is_refused) {
    begin(1);
    harness_expect(&h, "0800000700400200A164736B697060", "0900000600400200BF62726303FF");
}

TEST(a_device_without_a_log_says_so) {
    begin(0);
    tenon.outcome = NULL;
    harness_expect(&h, "0800000100400200A0", "0900000600400200BF62726308FF");
}

TEST(capabilities_are_told) {
    begin(0);
    tenon.version = "1.2.3";
    tenon.resumes = true;
    harness_expect(&h, "0800000100400201A0",
            "0900002100400201BF6776657273696F6E65312E322E3367686973746F7279F566726573756D65F5FF");
}
