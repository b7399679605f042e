// SPDX-License-Identifier: Apache-2.0
// The image group: state, upload, erase, slots; which requests are refused, with which code; and
// that a refused request marks and loses nothing.
#include "serve/image.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"
#include "harness.h"
#include "test.h"

static struct harness h;
static struct test_image one;
static struct test_image two;

static void begin(enum tn_writable writable) {
    harness_begin(&h, writable);
    test_image_make(&one, 1, 3000, TWIST_NONE);
    test_image_make(&two, 2, 4000, TWIST_NONE);
    test_device_place(&h.device, TN_RUNNING, &one);
}

static void boot(void) {
    CHECK_EQ(test_device_boot(&h.device, false, NULL), TN_PLAN_RUN);
    harness_restart(&h);
}

// ---- State ---------------------------------------------------------------------------------

// The hex digits of a hash.
static const char *digits_of(const uint8_t *hash) {
    static char text[2][2 * TN_HASH_LEN + 1];
    static int turn;

    turn = !turn;
    for (size_t i = 0; i < TN_HASH_LEN; i++) {
        sprintf(text[turn] + 2 * i, "%02x", hash[i]);
    }
    return text[turn];
}

// Both images in a list, version 0.0.0 of doc/reference/smp.md section 10 replaced by theirs; hash
// and flags are filled in.
#define FIRST_ENTRY                                                                                \
    "BF64736C6F74006776657273696F6E65312E302E306468617368 5820%s"                                  \
    "68626F6F7461626C65F56770656E64696E67F469636F6E6669726D6564F5"                                 \
    "66616374697665F5697065726D616E656E74F4FF"
#define SECOND_ENTRY                                                                               \
    "BF64736C6F74016776657273696F6E65322E302E306468617368 5820%s"                                  \
    "68626F6F7461626C65F56770656E64696E67F569636F6E6669726D6564F4"                                 \
    "66616374697665F4697065726D616E656E74%s FF"
#define LIST_END "FF6B73706C697453746174757300FF"

TEST(the_list_has_the_keys_of_zephyr_in_their_order) {
    char text[600];

    begin(TN_SLOTS_SPARE);
    sprintf(text, "0100008600010000 BF66696D616765739F" FIRST_ENTRY LIST_END, digits_of(one.hash));
    harness_expect(&h, "0000000200010000BFFF", text);
}

// doc/reference/smp.md section 10, numbers 3, 4 and 7; in place of 8, which is a success without
// effect, the confirmed image is permanent (SPEC.md).
TEST(the_list_of_a_users_log_and_its_confirmation) {
    char request[200];
    char text[600];

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    sprintf(text, "010000F400010000 BF66696D616765739F" FIRST_ENTRY SECOND_ENTRY LIST_END,
            digits_of(one.hash), digits_of(two.hash), "F4");
    harness_expect(&h, "0000000200010000BFFF", text);
    // The request as it was sent, for an image that is not here: version 1 has no code for that.
    harness_expect(&h,
            "0200003200010200 BF67636F6E6669726DF56468617368"
            "5820BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58FF",
            "0300000600010200 BF62726301FF");
    sprintf(request, "0200003200010200 BF67636F6E6669726DF56468617368 5820%s FF",
            digits_of(two.hash));
    sprintf(text, "030000F400010200 BF66696D616765739F" FIRST_ENTRY SECOND_ENTRY LIST_END,
            digits_of(one.hash), digits_of(two.hash), "F5");
    harness_expect(&h, request, text);
    boot();
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
    CHECK_STR(harness_flags(&h, 0), "bca");
}

TEST(an_empty_device_lists_no_image) {
    harness_begin(&h, TN_SLOTS_ANY);
    harness_expect(&h, "0800000100010300A0",
            "0900001800010300BF66696D616765739FFF6B73706C697453746174757300FF");
}

TEST(an_image_that_is_no_program_is_listed_as_not_bootable) {
    static struct test_image data;

    begin(TN_SLOTS_SPARE);
    test_image_make_for(&data, 3, 2000, TN_IMAGE_NON_BOOTABLE, 0);
    test_device_place(&h.device, TN_CANDIDATE, &data);
    CHECK_STR(harness_flags(&h, 0), "bca");
    CHECK_STR(harness_flags(&h, 1), "");
}

TEST(upload_test_reset_confirm_in_order) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &two, 300, 0), 0);
    CHECK_STR(harness_flags(&h, 0), "bca");
    CHECK_STR(harness_flags(&h, 1), "b");
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    CHECK_STR(harness_flags(&h, 1), "bp");
    boot();
    CHECK_STR(harness_flags(&h, 0), "ba");  // on test
    CHECK_STR(harness_flags(&h, 1), "bc");  // the previous image
    CHECK_EQ(harness_mark(&h, NULL, true), 0);
    CHECK_STR(harness_flags(&h, 0), "bca");
    CHECK_STR(harness_flags(&h, 1), "b");  // still listed, whatever its offset
    boot();
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
}

// doc/reference/smp.md section 5, State. Where Zephyr reports success without effect, or refuses a
// sensible request, Tenon carries it out.
TEST(the_state_table) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_mark(&h, NULL, false), 24);
    CHECK_EQ(harness_mark(&h, two.hash, false), 8);
    CHECK_EQ(harness_mark(&h, one.hash, false), 33);  // test running
    CHECK_EQ(harness_mark(&h, one.hash, true), 0);    // confirm running
    CHECK_EQ(harness_mark(&h, NULL, true), 0);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);  // test pending: test again
    CHECK_EQ(harness_mark(&h, NULL, true), 28);      // confirm running
    CHECK_EQ(harness_mark(&h, one.hash, true), 28);
    CHECK_EQ(harness_mark(&h, two.hash, true), 0);  // becomes permanent
    CHECK_STR(harness_flags(&h, 1), "bpP");
    CHECK_EQ(harness_mark(&h, two.hash, true), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 28);
}

TEST(the_state_table_in_a_trial_boot) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    boot();
    CHECK_EQ(harness_mark(&h, one.hash, false), 28);  // test old
    CHECK_EQ(harness_mark(&h, two.hash, false), 33);  // test running
    CHECK_EQ(harness_mark(&h, one.hash, true), 0);    // confirm old: the revert installs it
    uint32_t off;
    CHECK_EQ(harness_chunk(&h, &one, 0, 100, 0, true, &off), 9);
    uint8_t empty[] = {0xa0};
    struct tn_cbor_out body = {empty, 1, 1, false};
    CHECK_EQ(harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_ERASE, &body), 9);
    CHECK_EQ(harness_mark(&h, two.hash, true), 0);  // confirm running, by its hash
    CHECK_STR(harness_flags(&h, 0), "bca");
}

// A test and a confirmation do the same, and a repeated request gets the same answer.
TEST(the_previous_image_comes_back_for_good) {
    for (int confirm = 0; confirm < 2; confirm++) {
        begin(TN_SLOTS_SPARE);
        CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
        CHECK_EQ(harness_mark(&h, two.hash, true), 0);
        boot();
        CHECK_EQ(harness_mark(&h, one.hash, confirm), 0);
        CHECK_STR(harness_flags(&h, 1), "bpP");
        CHECK_EQ(harness_mark(&h, one.hash, confirm), 0);
        boot();
        CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
        CHECK_STR(harness_flags(&h, 0), "bca");
    }
}

TEST(a_hash_of_another_length_is_refused) {
    begin(TN_SLOTS_SPARE);
    harness_expect(&h, "0A00000B00010200A164686173684401020304",
            "0B00001400010200BF63657272BF6567726F7570016272631818FFFF");
}

// ---- What is not genuine ---------------------------------------------------------------------

TEST(unsigned_foreign_and_wrong_signatures_are_refused_when_marked) {
    static const int want[] = {0, 4, 32, 5};
    for (int twist = TWIST_UNSIGNED; twist <= TWIST_BAD_SIGNATURE; twist++) {
        for (int confirm = 0; confirm < 2; confirm++) {
            begin(TN_SLOTS_SPARE);
            test_image_make(&two, 2, 4000, (enum test_twist)twist);
            CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
            CHECK_EQ(harness_mark(&h, two.hash, confirm), want[twist]);
            CHECK_STR(harness_flags(&h, 1), "b");
            CHECK_EQ(tn_boot_pending(&h.device.slots), TN_SWAP_NONE);
            boot();
            CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
        }
    }
}

TEST(a_wrong_hash_is_refused_with_the_last_chunk_and_the_image_is_gone) {
    begin(TN_SLOTS_SPARE);
    test_image_make(&two, 2, 4000, TWIST_BAD_HASH);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 24);
    CHECK_STR(harness_flags(&h, 1), "-");
    // And if the file's own sha does not match the received bytes.
    test_image_make(&two, 2, 4000, TWIST_NONE);
    two.sha[3] ^= 1;
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 24);
    CHECK_STR(harness_flags(&h, 1), "-");
    CHECK_EQ(tn_boot_pending(&h.device.slots), TN_SWAP_NONE);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
}

// ---- Upload ----------------------------------------------------------------------------------

TEST(first_chunks_that_cannot_be_an_upload_are_told_apart) {
    begin(TN_SLOTS_SPARE);
    // no off: 20, in version 1 {"rc":3,"rsn":"header malformed"}
    harness_expect(&h, "0A0000080001 0001A16464617461 4100",
            "0B00001300010001BF63657272BF6567726F75700162726314FFFF");
    harness_expect(&h, "020000080001 0001A16464617461 4100",
            "0300001B00010001BF627263036372736E706865616465722 06D616C666F726D6564FF");
    uint32_t off;
    CHECK_EQ(harness_chunk(&h, &two, 0, 31, 0, true, &off), 22);
    struct test_image odd = two;
    odd.bytes[0] ^= 1;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 23);
    odd = two;
    odd.len = 11 * 1024 + 1;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 30);
    odd.len = UINT32_MAX;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 30);
    odd.len = 64;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 31);
    odd.len = 0;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 21);
    CHECK_EQ(harness_chunk(&h, &two, 0, 100, 7, true, &off), 14);
    CHECK_EQ(harness_chunk(&h, &two, 0, 100, 1, true, &off), 9);  // the running slot
    CHECK_EQ(h.device.nor.ops, 0);
}

TEST(no_len_and_a_long_sha_are_refused) {
    uint8_t buf[256];
    struct tn_cbor_out out;
    begin(TN_SLOTS_SPARE);
    tn_cbor_out_init(&out, buf, sizeof(buf));
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "off", 0);
    tn_cbor_put_str(&out, "data");
    tn_cbor_put_bytes(&out, two.bytes, 64);
    struct tn_cbor_out no_len = out;
    tn_cbor_close(&no_len);
    CHECK_EQ(harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_UPLOAD, &no_len), 21);
    tn_cbor_pair_uint(&out, "len", two.len);
    tn_cbor_put_str(&out, "sha");
    tn_cbor_put_bytes(&out, two.bytes, 33);
    tn_cbor_close(&out);
    CHECK_EQ(harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_UPLOAD, &out), 24);
}

TEST(newer_only_refuses_what_is_not_newer) {
    uint8_t buf[256];
    struct tn_cbor_out out;
    for (uint8_t major = 0; major < 3; major++) {
        begin(TN_SLOTS_SPARE);
        test_image_make(&two, major, 500, TWIST_NONE);
        tn_cbor_out_init(&out, buf, sizeof(buf));
        tn_cbor_open_map(&out);
        tn_cbor_pair_uint(&out, "off", 0);
        tn_cbor_pair_uint(&out, "len", two.len);
        tn_cbor_pair_bool(&out, "upgrade", true);
        tn_cbor_put_str(&out, "data");
        tn_cbor_put_bytes(&out, two.bytes, 100);
        tn_cbor_close(&out);
        CHECK_EQ(harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_UPLOAD, &out),
                major > 1 ? 0 : 27);
    }
}

TEST(chunks_out_of_order_are_answered_with_the_offset_that_is_due) {
    uint32_t off = 1;
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_chunk(&h, &two, 100, 50, 0, true, &off), 0);  // no upload at all
    CHECK_EQ(off, 0);
    CHECK_EQ(harness_chunk(&h, &two, 0, 64, 0, true, &off), 0);
    CHECK_EQ(off, 64);
    CHECK_EQ(harness_chunk(&h, &two, 0, 64, 0, true, &off), 0);  // the same upload goes on
    CHECK_EQ(off, 64);
    CHECK_EQ(harness_chunk(&h, &two, 200, 64, 0, true, &off), 0);  // a gap
    CHECK_EQ(off, 64);
    CHECK_EQ(harness_chunk(&h, &two, 64, 3, 0, true, &off), 0);  // an odd size
    CHECK_EQ(off, 67);
    CHECK_EQ(harness_chunk(&h, &two, 64, 3, 0, true, &off), 0);  // twice
    CHECK_EQ(off, 67);
    CHECK_EQ(harness_chunk(&h, &two, 0, 64, 0, false, &off), 0);  // without sha: from the start
    CHECK_EQ(off, 64);
    struct test_image longer = two;
    longer.len += 1;
    CHECK_EQ(harness_chunk(&h, &longer, 0, 64, 0, true, &off), 0);  // same sha, another length
    CHECK_EQ(off, 64);
}

TEST(a_bad_chunk_does_not_end_the_upload) {
    uint32_t off;
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_chunk(&h, &two, 0, 400, 0, true, &off), 0);
    struct test_image odd = two;
    odd.bytes[0] = 0;
    CHECK_EQ(harness_chunk(&h, &odd, 0, 100, 0, true, &off), 23);
    for (off = 400; off < two.len;) {
        CHECK_EQ(harness_chunk(&h, &two, off, tn_min(400, two.len - off), 0, true, &off), 0);
    }
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &two));
}

TEST(more_data_than_announced_is_refused) {
    uint32_t off;
    begin(TN_SLOTS_SPARE);
    for (off = 0; off + 400 < two.len;) {
        CHECK_EQ(harness_chunk(&h, &two, off, 400, 0, true, &off), 0);
    }
    CHECK_EQ(harness_chunk(&h, &two, off, 400, 0, true, &off), 31);
}

TEST(every_chunk_size_brings_the_same_image) {
    for (uint32_t n = 32; n <= CHUNK_MAX; n += 13) {
        begin(TN_SLOTS_SPARE);
        memset(h.device.mem + 12 * 1024, 0x77, 13 * 1024);  // the rest of an old image
        CHECK_EQ(harness_upload(&h, &two, n, 0), 0);
        CHECK(test_device_holds(&h.device, TN_CANDIDATE, &two));
        CHECK_EQ(h.device.nor.violations, 0);
        CHECK_EQ(tn_boot_pending(&h.device.slots), TN_SWAP_NONE);
    }
}

// {"off": len, "match": true} at once, and no flash operation.
static bool matches(const struct test_image *img, uint32_t number) {
    uint32_t off;
    bool match = false;
    struct tn_cbor_in in;
    const struct tn_cbor_field field = {"match", TN_FIELD_BOOL, &match};
    tn_nor_power_on(&h.device.nor);
    CHECK_EQ(harness_chunk(&h, img, 0, 400, number, true, &off), 0);
    tn_cbor_in_init(&in, h.rsp + TN_SMP_HDR_LEN, (size_t)h.rsp_len - TN_SMP_HDR_LEN);
    CHECK(tn_cbor_get_map(&in, &field, 1) >= 0);
    if (match) {
        CHECK_EQ(off, img->len);
        CHECK_EQ(h.device.nor.ops, 0);
    }
    return match;
}

TEST(an_image_that_is_there_is_not_sent_again) {
    begin(TN_SLOTS_SPARE);
    CHECK(matches(&one, 0));  // runs already
    CHECK(!matches(&two, 0));
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    harness_restart(&h);
    CHECK(matches(&two, 0));  // is in the spare slot
    h.device.mem[13 * 1024 + 3000] ^= 1;
    harness_restart(&h);
    CHECK(!matches(&two, 0));  // no longer
}

TEST(an_upload_over_a_request_takes_it_back) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, true), 0);
    struct test_image three;
    uint32_t off;
    test_image_make(&three, 3, 2000, TWIST_NONE);
    CHECK_EQ(harness_chunk(&h, &three, 0, 400, 0, true, &off), 0);
    CHECK_EQ(tn_boot_pending(&h.device.slots), TN_SWAP_NONE);
    boot();
    CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
}

// Power is lost after every flash operation of an upload, and the upload starts again. The running
// image never changes, and the new one is complete in the end.
TEST(an_upload_cut_at_every_flash_operation_starts_again) {
    for (uint32_t at = 1; at < 200; at++) {
        begin(TN_SLOTS_SPARE);
        memset(h.device.mem + 12 * 1024, 0x77, 13 * 1024);
        h.device.nor.cut_at = at;
        h.device.nor.cut = (enum tn_nor_cut)(at % 3);
        int rc = harness_upload(&h, &two, 256, 0);
        bool dead = h.device.nor.dead;
        CHECK(dead ? rc != 0 : rc == 0);
        tn_nor_power_on(&h.device.nor);
        boot();
        CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
        CHECK_EQ(harness_upload(&h, &two, 256, 0), 0);
        CHECK_EQ(harness_mark(&h, two.hash, true), 0);
        boot();
        CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
        if (!dead) {
            CHECK(at > 20);
            return;
        }
    }
    CHECK(false);  // more operations than an upload may take
}

TEST(a_flash_that_fails_is_told) {
    begin(TN_SLOTS_SPARE);
    uint32_t off;
    CHECK_EQ(harness_chunk(&h, &two, 0, 400, 0, true, &off), 0);
    h.device.nor.dead = true;
    CHECK_EQ(harness_chunk(&h, &two, 400, 400, 0, true, &off), 12);
}

// ---- Recovery --------------------------------------------------------------------------------

TEST(in_recovery_an_empty_device_takes_the_image_into_the_primary_slot) {
    harness_begin(&h, TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
    CHECK_STR(harness_flags(&h, 0), "bc");
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    boot();
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
}

TEST(in_recovery_a_genuine_image_is_overwritten_only_by_its_number) {
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &two));
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &two, 400, 1), 0);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &two, 400, 2), 0);
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &two));
    begin(TN_SLOTS_ANY);
    test_image_make(&one, 1, 3000, TWIST_UNSIGNED);
    test_device_place(&h.device, TN_RUNNING, &one);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
}

TEST(in_recovery_an_image_that_is_not_genuine_is_refused_in_the_primary_slot_too) {
    static const int want[] = {0, 4, 32, 5};
    for (int twist = TWIST_NONE; twist <= TWIST_BAD_SIGNATURE; twist++) {
        harness_begin(&h, TN_SLOTS_ANY);
        test_image_make(&two, 2, 4000, (enum test_twist)twist);
        CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
        CHECK_EQ(harness_mark(&h, two.hash, false), want[twist]);
    }
}

TEST(every_image_command_works_in_recovery) {
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    CHECK_STR(harness_flags(&h, 1), "bp");
    boot();
    CHECK(test_device_holds(&h.device, TN_RUNNING, &two));
    CHECK_EQ(harness_mark(&h, NULL, true), 0);
    CHECK_STR(harness_flags(&h, 0), "bc");
}

// ---- Slots -----------------------------------------------------------------------------------

static int erase(int slot) {
    uint8_t buf[32];
    struct tn_cbor_out out;
    tn_cbor_out_init(&out, buf, sizeof(buf));
    tn_cbor_open_map(&out);
    if (slot >= 0) {
        tn_cbor_pair_uint(&out, "slot", (uint32_t)slot);
    }
    tn_cbor_close(&out);
    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_ERASE, &out);
}

TEST(erase_takes_the_spare_slot_and_never_the_running_one) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &two, 400, 0), 0);
    CHECK_EQ(harness_mark(&h, two.hash, false), 0);
    CHECK_EQ(erase(0), 9);
    CHECK_EQ(erase(2), 14);
    CHECK_EQ(erase(-1), 0);
    CHECK_STR(harness_flags(&h, 1), "-");
    CHECK(tn_area_is_erased(&h.device.slots.area[TN_SECONDARY], 0, 13 * 1024));
    CHECK(test_device_holds(&h.device, TN_RUNNING, &one));
    h.image.writable = TN_SLOTS_ANY;
    CHECK_EQ(erase(0), 0);
    CHECK_STR(harness_flags(&h, 0), "-");
}

TEST(slot_info_tells_sizes_and_the_largest_image) {
    begin(TN_SLOTS_SPARE);
    // {"images":[{"image":0,"slots":[{"slot":0,"size":12288},{"slot":1,"size":13312,
    //  "upload_image_id":0}],"max_image_size":11264}]}
    harness_expect(&h, "0800000100010406A0",
            "0900005F00010406BF66696D616765739FBF65696D6167650065736C6F74739F"
            "BF64736C6F74006473697A65193000FF"
            "BF64736C6F74016473697A651934006F75706C6F61645F696D6167655F696400FF"
            "FF6E6D61785F696D6167655F73697A65192C00FFFFFF");
}
