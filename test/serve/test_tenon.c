// SPDX-License-Identifier: Apache-2.0
// Tenon's own group: the history as bytes, in parts, and on a device without one.
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
        // A record of a step in progress is not listed.
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

static struct tn_smp_group with_result[] = {TN_SERVE_TENON_RESULT(&tenon)};

TEST(the_result_of_a_card_is_told_once_there_is_one) {
    begin(0);
    harness_expect(&h, "0800000100400205A0", "0900000600400205BF62726308FF");  // no card here
    h.server.groups = with_result;
    tenon.result = NULL;
    harness_expect(&h, "0800000100400205A0", "0900000600400205BF62726305FF");
    tenon.result = "card: none";
    harness_expect(
            &h, "0800000100400205A0", "0900001400400205BF66726573756C746A636172643A206E6F6E65FF");
    // The other commands are there, too.
    harness_expect(&h, "0800000100400200A0",
            "0900001B00400200BF67686973746F72799FFF67636F756E74657200646D6F7265F4FF");
}

// ---- Requirements of images ----------------------------------------------------------------

static uint8_t hashes[6][32];
static struct tn_key keys[7];  // the last one ends the table
static struct tn_trust trust;
static struct tn_slots slots;

// Makes n keys. Each is an image key, except at some places.
static void begin_facts(size_t n) {
    begin(0);
    for (size_t i = 0; i < n; i++) {
        memset(hashes[i], (int)(0x10 + i), sizeof(hashes[i]));
        keys[i] = (struct tn_key){.kind = TN_KEY_P256, .hash = hashes[i]};
    }
    keys[n].kind = 0;
    trust = (struct tn_trust){.keys = keys};
    slots = h.device.slots;
    slots.addr[0] = 0x1000;
    slots.addr[1] = 0x20000;
    tenon.trust = &trust;
    tenon.slots = &slots;
    tenon.rules = 0;
}

// Requests with this skip. Returns the keys of the answer, as the letters of their places: "abcd".
static const char *keys_told(uint32_t skip, bool *ret_more) {
    static char told[8];
    struct tn_cbor_out body;
    uint8_t buf[32];
    size_t n = 0;

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_put_map(&body, 1);
    tn_cbor_pair_uint(&body, "skip", skip);
    CHECK_EQ(harness_ask(&h, TN_SMP_READ, TN_SMP_TENON, TN_TENON_FACTS, &body), 0);
    for (int i = 0; i + 34 <= h.rsp_len && n + 1 < sizeof(told); i++) {
        for (size_t k = 0; k < 6; k++) {
            bool is_here = h.rsp[i] == 0x58 && h.rsp[i + 1] == 32 &&
                    memcmp(h.rsp + i + 2, hashes[k], 32) == 0;
            told[n] = (char)('a' + k);
            n += is_here;
        }
    }
    told[n] = 0;
    *ret_more = h.rsp[h.rsp_len - 2] == 0xf5;
    return told;
}

TEST(slots_rules_and_the_largest_image_are_told) {
    static const uint8_t req[] = {0x08, 0, 0, 1, 0, 0x40, 0, 2, 0xa0};
    uint8_t want[200];
    struct tn_cbor_out out;

    begin_facts(0);
    tenon.rules = TN_RULE_NO_ROLLBACK | TN_RULE_OUTCOMES;
    tn_cbor_out_init(&out, want, sizeof(want));
    tn_cbor_open_map(&out);
    tn_cbor_put_str(&out, "keys");
    tn_cbor_open_list(&out);
    tn_cbor_close(&out);
    tn_cbor_put_str(&out, "slots");
    tn_cbor_open_list(&out);
    for (int i = 0; i < 2; i++) {
        tn_cbor_open_map(&out);
        tn_cbor_pair_uint(&out, "addr", i ? 0x20000 : 0x1000);
        tn_cbor_pair_uint(&out, "size", slots.area[i].size);
        tn_cbor_close(&out);
    }
    tn_cbor_close(&out);
    tn_cbor_pair_uint(&out, "max", tn_slots_max_image(&slots));
    tn_cbor_put_str(&out, "rules");
    tn_cbor_open_list(&out);
    tn_cbor_put_str(&out, "no-rollback");
    tn_cbor_put_str(&out, "outcomes");
    tn_cbor_close(&out);
    tn_cbor_pair_bool(&out, "more", false);
    tn_cbor_close(&out);
    CHECK(tn_slots_max_image(&slots) > 0);
    CHECK_EQ(harness_serve(&h, req, sizeof(req)), TN_SMP_HDR_LEN + out.len);
    CHECK_MEM(h.rsp + TN_SMP_HDR_LEN, want, out.len);
}

TEST(keys_come_four_at_a_time) {
    bool more;

    begin_facts(6);
    CHECK_STR(keys_told(0, &more), "abcd");
    CHECK(more);
    CHECK_STR(keys_told(2, &more), "cdef");
    CHECK(!more);
    CHECK_STR(keys_told(4, &more), "ef");
    CHECK(!more);
    CHECK_STR(keys_told(UINT32_MAX, &more), "");
    CHECK(!more);
    keys[4].kind = 0;
    CHECK_STR(keys_told(0, &more), "abcd");
    CHECK(!more);
}

TEST(a_key_that_is_no_public_image_key_is_never_told) {
    bool more;

    begin_facts(6);
    keys[0].kind = 77;  // a secret, of a future kind
    keys[2].role = 1;   // a public key that signs something else
    CHECK_STR(keys_told(0, &more), "bdef");
    CHECK(!more);
    CHECK_STR(keys_told(1, &more), "def");
    keys[0].kind = 0;
    CHECK_STR(keys_told(0, &more), "");
    tenon.trust = NULL;
    CHECK_STR(keys_told(0, &more), "");
}

TEST(facts_with_everything_fit_an_answer_of_384_bytes) {
    bool more;

    begin_facts(6);
    slots.addr[0] = slots.addr[1] = 0x90000000;
    slots.area[0].size = slots.area[1].size = 0x1000000;
    tenon.rules = 0xff;
    CHECK_STR(keys_told(0, &more), "abcd");
    CHECK(h.rsp_len <= 384);
}

TEST(a_server_without_slots_has_no_facts) {
    begin_facts(1);
    tenon.slots = NULL;
    harness_expect(&h, "0800000100400202A0", "0900000600400202BF62726308FF");
}
