// SPDX-License-Identifier: Apache-2.0
// The image group of a device with two images: numbers, hashes of either image, and what a request
// about one image does to the other.
#include "serve/images.h"

#include "base/err.h"
#include "boot/mark.h"
#include "harness.h"
#include "test.h"

enum {
    N = 2,
    PIECE = 256,
    BUSY = -1000 - TN_RC_BUSY,
    NO_SLOT = 14,  // the group's code: invalid slot
    NO_FREE = 9,   // no free slot
    NO_HASH = 8,
    PENDING = 28,
};

static struct harness h;
static struct test_device other;  // its flash holds image 1
static struct tn_serve_images images;
static const struct tn_slots *slots[N];
static struct test_image old[N];
static struct test_image new[N];

static void begin(enum tn_writable writable) {
    harness_begin(&h, writable);
    test_device_init(&other, &small_shape);
    other.slots.image = 1;
    slots[0] = &h.device.slots;
    slots[1] = &other.slots;
    images = (struct tn_serve_images){
            .session.image = {&h.update, writable}, .slots = slots, .n = N};
    h.groups[1] = (struct tn_smp_group)TN_SERVE_IMAGES(&images);
    for (uint8_t i = 0; i < N; i++) {
        test_image_make(&old[i], (uint8_t)(1 + 10 * i), 3000, TWIST_NONE);
        test_image_make(&new[i], (uint8_t)(2 + 10 * i), 4000, TWIST_NONE);
    }
    test_device_place(&h.device, TN_RUNNING, &old[0]);
    test_device_place(&other, TN_RUNNING, &old[1]);
    tn_nor_power_on(&other.nor);
}

// The numbers of the list's entries, "image slot" each.
static const char *entries(void) {
    static char ret[40];
    uint8_t buf[8];
    struct tn_cbor_out body;
    size_t at = 0;

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_put_map(&body, 0);
    CHECK_EQ(harness_ask(&h, TN_SMP_READ, TN_SMP_IMAGE, TN_IMG_STATE, &body), 0);
    ret[0] = 0;
    for (int i = TN_SMP_HDR_LEN; i + 12 < h.rsp_len; i++) {
        // "slot" n "image" n
        if (!memcmp(h.rsp + i, "\x64slot", 5) && !memcmp(h.rsp + i + 6, "\x65image", 6)) {
            ret[at++] = (char)('0' + h.rsp[i + 12]);
            ret[at++] = (char)('0' + h.rsp[i + 5]);
            ret[at++] = ' ';
            ret[at] = 0;
        }
    }
    return ret;
}

TEST(the_list_has_all_images) {
    begin(TN_SLOTS_SPARE);
    CHECK_STR(entries(), "00 10 ");
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK_STR(entries(), "00 10 11 ");
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK_STR(entries(), "00 01 10 11 ");
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &new[0]));
    CHECK(test_device_holds(&other, TN_CANDIDATE, &new[1]));
}

TEST(a_hash_is_looked_for_in_all_images) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK_EQ(harness_mark(&h, new[1].hash, false), 0);
    CHECK_STR(entries(), "00 01 10 11 ");
    CHECK_EQ(tn_boot_pending(slots[0]), TN_SWAP_NONE);
    CHECK_EQ(tn_boot_pending(slots[1]), TN_SWAP_TEST);
    CHECK_EQ(harness_mark(&h, new[0].hash, true), 0);
    CHECK_EQ(tn_boot_pending(slots[0]), TN_SWAP_PERM);
    new[0].hash[5] ^= 1;
    CHECK_EQ(harness_mark(&h, new[0].hash, true), NO_HASH);
}

static void put_on_test(struct test_device *d) {
    CHECK_EQ(test_device_request(d, TN_SWAP_TEST), 0);
    CHECK_EQ(test_device_boot(d, false, NULL), TN_PLAN_RUN);
}

TEST(a_confirmation_without_a_hash_is_for_all) {
    begin(TN_SLOTS_SPARE);
    test_device_place(&h.device, TN_CANDIDATE, &new[0]);
    test_device_place(&other, TN_CANDIDATE, &new[1]);
    put_on_test(&h.device);
    put_on_test(&other);
    CHECK_EQ(tn_boot_pending(slots[0]), TN_SWAP_REVERT);
    CHECK_EQ(tn_boot_pending(slots[1]), TN_SWAP_REVERT);
    CHECK_EQ(harness_mark(&h, NULL, true), 0);
    CHECK_STR(entries(), "00 01 10 11 ");
    CHECK_EQ(tn_boot_pending(slots[0]), TN_SWAP_NONE);
    CHECK_EQ(tn_boot_pending(slots[1]), TN_SWAP_NONE);
}

// With a request pending for one image, none is confirmed.
TEST(a_confirmation_of_all_is_whole) {
    begin(TN_SLOTS_SPARE);
    test_device_place(&h.device, TN_CANDIDATE, &new[0]);
    put_on_test(&h.device);
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK_EQ(harness_mark(&h, new[1].hash, false), 0);
    CHECK_EQ(harness_mark(&h, NULL, true), PENDING);
    CHECK_EQ(tn_boot_pending(slots[0]), TN_SWAP_REVERT);
}

TEST(an_image_that_there_is_not) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_chunk(&h, &new[0], 0, PIECE, 2, true, &off), NO_SLOT);
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_chunk(&h, &new[0], 0, PIECE, 5, true, &off), NO_SLOT);
    CHECK_EQ(harness_chunk(&h, &new[0], 0, PIECE, 0xffffffff, true, &off), NO_SLOT);
}

// Recovery: 0 is the first free slot; 1 to 4 are both slots of both images.
TEST(recovery_numbers_slots) {
    begin(TN_SLOTS_ANY);
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 3), 0);
    CHECK(test_device_holds(&other, TN_RUNNING, &new[1]));
    CHECK_EQ(harness_upload(&h, &old[1], PIECE, 4), 0);
    CHECK(test_device_holds(&other, TN_CANDIDATE, &old[1]));
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &new[0]));
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 1), 0);
    CHECK(test_device_holds(&h.device, TN_RUNNING, &new[0]));
    CHECK(test_device_holds(&other, TN_RUNNING, &new[1]));
}

// An upload to another image ends the first one, whose client starts again.
TEST(one_upload_at_a_time) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_chunk(&h, &new[0], 0, PIECE, 0, true, &off), 0);
    CHECK_EQ(off, PIECE);
    CHECK_EQ(harness_chunk(&h, &new[1], 0, PIECE, 1, true, &off), 0);
    CHECK_EQ(off, PIECE);
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK(test_device_holds(&other, TN_CANDIDATE, &new[1]));
    CHECK(!test_device_holds(&h.device, TN_CANDIDATE, &new[0]));
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK(test_device_holds(&h.device, TN_CANDIDATE, &new[0]));
}

static char used[8];

static void note_use(struct tn_serve_images *m, uint32_t nth) {
    size_t n = strlen(used);

    CHECK(m == &images && n + 1 < sizeof(used));
    used[n] = (char)('0' + nth);
}

// Rules and journal need to know which image is written.
TEST(the_program_hears_of_another_image) {
    memset(used, 0, sizeof(used));
    begin(TN_SLOTS_SPARE);
    images.use = note_use;
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK_STR(used, "");
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK_STR(used, "1");
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK_STR(used, "10");
}

TEST(another_link_does_not_end_an_upload) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    h.peer.link = 1;
    CHECK_EQ(harness_chunk(&h, &new[0], 0, PIECE, 0, true, &off), 0);
    h.peer.link = 2;
    CHECK_EQ(harness_chunk(&h, &new[1], 0, PIECE, 1, true, &off), BUSY);
    CHECK_STR(entries(), "00 10 ");
    h.peer.link = 1;
    CHECK_EQ(harness_chunk(&h, &new[0], PIECE, PIECE, 0, true, &off), 0);
    CHECK_EQ(off, 2 * PIECE);
}

static int erase(uint32_t slot) {
    uint8_t buf[16];
    struct tn_cbor_out body;

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_put_map(&body, 1);
    tn_cbor_pair_uint(&body, "slot", slot);
    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_ERASE, &body);
}

TEST(slots_are_numbered_through) {
    begin(TN_SLOTS_SPARE);
    CHECK_EQ(harness_upload(&h, &new[0], PIECE, 0), 0);
    CHECK_EQ(harness_upload(&h, &new[1], PIECE, 1), 0);
    CHECK_EQ(erase(0), NO_FREE);
    CHECK_EQ(erase(2), NO_FREE);
    CHECK_EQ(erase(4), NO_SLOT);
    CHECK_EQ(erase(5), NO_SLOT);
    CHECK_EQ(erase(3), 0);
    CHECK_STR(entries(), "00 01 10 ");
    CHECK_EQ(erase(1), 0);
    CHECK_STR(entries(), "00 10 ");
}

// True if these bytes are somewhere in the answer.
static bool answers(const char *hex) {
    uint8_t want[128];
    size_t len = tn_test_hex(want, sizeof(want), hex);

    for (int i = 0; i + (int)len <= h.rsp_len; i++) {
        if (!memcmp(h.rsp + i, want, len)) {
            return true;
        }
    }
    return false;
}

static void ask_slots(void) {
    uint8_t empty[] = {0xa0};
    struct tn_cbor_out body = {empty, 1, 1, false};

    CHECK_EQ(harness_ask(&h, TN_SMP_READ, TN_SMP_IMAGE, TN_IMG_SLOTS, &body), 0);
}

#define IMAGE(n) "65696D616765 0" #n "65736C6F7473 9F"
#define SLOT(n) "BF 64736C6F74 0" #n
#define SIZE(hex) "6473697A65 19" hex
#define UPLOAD(n) "6F75706C6F61645F696D6167655F6964 0" #n "FF"

TEST(slot_info_says_each_upload_number) {
    begin(TN_SLOTS_SPARE);
    ask_slots();
    CHECK(answers(IMAGE(0) SLOT(0) SIZE("3000") "FF" SLOT(1) SIZE("3400") UPLOAD(0)));
    CHECK(answers(IMAGE(1) SLOT(0) SIZE("3000") "FF" SLOT(1) SIZE("3400") UPLOAD(1)));
    begin(TN_SLOTS_ANY);
    ask_slots();
    CHECK(answers(IMAGE(0) SLOT(0) SIZE("3000") UPLOAD(1) SLOT(1) SIZE("3400") UPLOAD(2)));
    CHECK(answers(IMAGE(1) SLOT(0) SIZE("3000") UPLOAD(3) SLOT(1) SIZE("3400") UPLOAD(4)));
}
