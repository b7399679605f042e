// SPDX-License-Identifier: Apache-2.0
// Going back and reading back, over Tenon's group: the note that the user takes an image back, and
// whole images, which nothing but an image can be read by.
#include <stdlib.h>

#include "base/bytes.h"
#include "base/err.h"
#include "harness.h"
#include "serve/open_link.h"
#include "serve/tenon.h"
#include "test.h"

static struct harness h;
static struct test_image one;
static struct test_image two;
static struct tn_area area;
static struct tn_serve_tenon tenon;
static struct tn_smp_group groups[3];

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    test_image_make(&one, 1, 3000, TWIST_NONE);
    test_image_make(&two, 2, 4000, TWIST_NONE);
    test_device_place(&h.device, TN_RUNNING, &one);
    memset(&tenon, 0, sizeof(tenon));
    tenon.slots = &h.device.slots;
    groups[0] = h.server.groups[0];
    groups[1] = h.server.groups[1];
    groups[2] = (struct tn_smp_group)TN_SERVE_TENON_READ(&tenon);
    h.server.groups = groups;
    h.server.ngroups = 3;
}

// ---- Reading -------------------------------------------------------------------------------

static uint8_t got[8192];

// Reads bytes of a slot at off. Returns how many; *ret_len is the image's length if off is 0. Or
// the error, as harness_ask.
static int read_at(uint32_t slot, uint32_t off, uint8_t *ret, uint32_t *ret_len) {
    uint8_t buf[64];
    struct tn_cbor_out body;
    struct tn_cbor_in in;
    struct tn_span data = {0};
    uint32_t at = 0;
    const struct tn_cbor_field fields[] = {{"off", TN_FIELD_UINT, &at},
            {"data", TN_FIELD_BYTES, &data}, {"len", TN_FIELD_UINT, ret_len}};

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_put_map(&body, 2);
    tn_cbor_pair_uint(&body, "slot", slot);
    tn_cbor_pair_uint(&body, "off", off);
    int rc = harness_ask(&h, TN_SMP_READ, TN_SMP_TENON, TN_TENON_READ_BACK, &body);
    if (rc) {
        return rc;
    }
    tn_cbor_in_init(&in, h.rsp + TN_SMP_HDR_LEN, (size_t)h.rsp_len - TN_SMP_HDR_LEN);
    CHECK_EQ(tn_cbor_get_map(&in, fields, 3), off ? 3 : 7);
    CHECK_EQ(at, off);
    memcpy(ret, data.ptr, data.len);
    return (int)data.len;
}

static void check_whole(uint32_t slot, const struct test_image *img) {
    uint32_t len = 0;
    uint32_t off = 0;

    do {
        int n = read_at(slot, off, got + off, &len);
        CHECK(n > 0);
        off += (uint32_t)n;
    } while (off < len);
    CHECK_EQ(len, img->len);
    CHECK_MEM(got, img->bytes, len);
    CHECK_EQ(read_at(slot, len, got, &len), 0);                          // its end,
    CHECK_EQ(read_at(slot, len + 1, got, &len), -1000 - TN_RC_INVALID);  // and nothing behind it
    CHECK_EQ(read_at(slot, UINT32_MAX, got, &len), -1000 - TN_RC_INVALID);
}

TEST(images_are_read_from_both_slots_candidate_or_previous) {
    uint32_t len;

    begin();
    check_whole(0, &one);
    CHECK_EQ(read_at(1, 0, got, &len), -1000 - TN_RC_NOENT);
    CHECK_EQ(read_at(2, 0, got, &len), -1000 - TN_RC_INVALID);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    check_whole(1, &two);
    CHECK_EQ(harness_mark(&h, two.hash, true), 0);
    CHECK_EQ(test_device_boot(&h.device, false, NULL), TN_PLAN_RUN);
    check_whole(0, &two);
    check_whole(1, &one);
}

// Writes 32 bits of the header of the image in slot 0, in place.
static void put_header(uint32_t off, uint32_t value) {
    struct tn_image_src src;
    uint8_t *mem;

    tn_slots_source(&h.device.slots, TN_RUNNING, &src);
    mem = h.device.mem + src.area->off + src.off;
    tn_put_le32(mem + off, value);
}

TEST(a_decrypted_image_is_never_read) {
    uint32_t len;

    begin();
    put_header(16, TN_IMAGE_ENCRYPTED_AES128);
    CHECK_EQ(read_at(0, 0, got, &len), -1000 - TN_RC_BADSTATE);
    put_header(16, TN_IMAGE_ENCRYPTED_AES256);
    CHECK_EQ(read_at(0, 100, got, &len), -1000 - TN_RC_BADSTATE);
}

// Whatever the header says: nothing outside of the slot's room for an image is read.
TEST(a_header_that_lies_reads_nothing_beyond_the_slot) {
    uint32_t seed = 1;

    for (unsigned i = 0; i < 2000; i++) {
        struct tn_image_src src;
        uint32_t len = 0;
        begin();
        tn_slots_source(&h.device.slots, TN_RUNNING, &src);
        put_header(8 + 4 * (i % 2), i % 5 ? tn_test_random(&seed) : UINT32_MAX - i);
        if (read_at(0, 0, got, &len) >= 0) {
            CHECK(len <= src.limit);
        }
    }
}

TEST(open_links_do_not_offer_it) {
    const struct tn_smp_policy *p = &tn_serve_open_link;

    for (size_t i = 0; i < p->npermits; i++) {
        if (p->permits[i].group == TN_SMP_TENON) {
            CHECK(!(p->permits[i].reads & TN_SMP_BIT(TN_TENON_READ_BACK)));
            CHECK_EQ(p->permits[i].writes, TN_SMP_BIT(TN_TENON_TAKE_BACK));
        }
    }
}

// ---- Taking back ---------------------------------------------------------------------------

static int take_back(void) {
    uint8_t empty[] = {0xa0};
    struct tn_cbor_out body = {empty, 1, 1, false};

    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_TENON, TN_TENON_TAKE_BACK, &body);
}

static const struct tn_rule *const rules[] = {&tn_keep_outcomes};
static struct tn_policy policy = {.rules = rules, .nrules = 1, .attempts = 1, .area = &area};

static void boot(void) {
    struct tn_boot b = {
            .slots = &h.device.slots, .strategy = &tn_swap_offset, .trust = &test_trust};

    tn_policy_settle(&policy, &b);
    CHECK_EQ(b.plan.action, TN_PLAN_RUN);
    harness_restart(&h);
    h.server.groups = groups;
    h.server.ngroups = 3;
}

// The outcomes in the log, the newest first, as letters: i installed, c confirmed, r reverted,
// t taken back.
static const char *outcomes(void) {
    static const char letters[] = "?icr????????t";
    static char text[32];
    struct tn_record r;
    struct tn_log log;
    size_t n = 0;

    tn_log_open(&log, &area, 0);
    for (uint32_t i = 0; i < tn_log_room(&log) && n < sizeof(text) - 1; i++) {
        if (!tn_log_get(&log, i, &r) && r.code < TN_STEP_BEGUN) {
            text[n++] = letters[r.code];
        }
    }
    text[n] = 0;
    return text;
}

static void begin_with_log(void) {
    begin();
    h.device.run.count += 2;  // behind the slots
    tn_nor_init(&h.device.nor, h.device.mem, &h.device.run, 1, 4, 0xff);
    area = (struct tn_area){&h.device.nor.flash, h.device.nor.flash.size - 2048, 2048};
    tenon.outcome = &area;
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
}

TEST(a_confirmed_image_that_the_user_takes_back_is_recorded_so) {
    for (int noted = 0; noted < 2; noted++) {
        begin_with_log();
        CHECK_EQ(harness_mark(&h, two.hash, true), 0);
        boot();
        CHECK_EQ(take_back(), -1000 - TN_RC_BADSTATE);  // nothing is requested
        CHECK_EQ(harness_mark(&h, one.hash, false), 0);
        CHECK_EQ(noted ? take_back() : 0, 0);
        CHECK_EQ(noted ? take_back() : 0, 0);
        boot();
        CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
        CHECK_STR(outcomes(), noted ? "ti" : "ri");
    }
}

TEST(an_image_on_test_that_the_user_takes_back_is_not_called_unconfirmed) {
    for (int noted = 0; noted < 2; noted++) {
        begin_with_log();
        CHECK_EQ(harness_mark(&h, two.hash, false), 0);
        boot();
        CHECK_EQ(noted ? take_back() : 0, 0);
        boot();
        CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
        CHECK_STR(outcomes(), noted ? "ti" : "ri");
    }
}

TEST(a_device_without_a_log_says_so) {
    begin();
    CHECK_EQ(take_back(), -1000 - TN_RC_NOTSUP);
}
