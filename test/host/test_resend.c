// SPDX-License-Identifier: Apache-2.0
// Uploads over a link that damages bytes without notice. The device refuses the file, and the host
// sends it again until it is right, or until the limit of attempts.
#include "host/device/session.h"
#include "test.h"
#include "way.h"

static struct tn_fault fault;
static struct harness h;
static struct test_image image;

// Damages one byte of chunk number `chunk` in the first `bad` uploads.
struct bad_way {
    struct way way;
    int bad;
    unsigned chunks;
    unsigned chunk;
    size_t at;  // offset of that byte
    int notes;
};

// A first chunk is one at offset 0, whose map has more members than "off", "data", "tn" and "crc".
static void damage(struct way *way, uint8_t *req, size_t len) {
    struct bad_way *w = (struct bad_way *)way;

    w->chunks = req[8] > 0xa4 ? 0 : w->chunks + 1;
    if (w->bad && w->chunks == w->chunk) {
        w->bad--;
        req[w->at < len ? w->at : len - 1] ^= 0x10;
    }
}

static void on_note(void *ctx, const char *text) {
    CHECK(strstr(text, "sending the file again") != NULL);
    ++*(int *)ctx;
}

static int upload(struct bad_way *w, bool unchecked) {
    struct tn_session s = {.transport = &w->way.head, .buf_size = 400, .buf_count = 1};

    harness_begin(&h, TN_SLOTS_SPARE);
    test_image_make(&image, 2, 3000, TWIST_NONE);
    way_begin(&w->way, &h);
    w->way.damage = damage;
    w->way.head.is_unchecked = unchecked;
    w->notes = 0;
    s.note = on_note;
    s.note_ctx = &w->notes;
    s.is_tenon = true;
    fault = (struct tn_fault){0};
    int err = tn_session_upload(&s, image.bytes, image.len, 0, &fault);
    tn_session_close(&s);
    return err;
}

TEST(a_file_that_was_damaged_is_sent_again_until_it_is_right) {
    for (int bad = 0; bad <= 8; bad++) {
        struct bad_way w = {.bad = bad, .chunk = 3, .at = 200};
        CHECK_EQ(upload(&w, true), 0);
        CHECK_EQ(w.notes, bad);
        CHECK(test_device_holds(&h.device, TN_CANDIDATE, &image));
    }
    struct bad_way w = {.bad = 9, .chunk = 3, .at = 200};
    CHECK_EQ(upload(&w, true), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 8);
}

// Damages headers and data, of the first chunk and of later ones.
TEST(whatever_byte_is_damaged_the_right_file_arrives) {
    for (unsigned chunk = 0; chunk < 3; chunk += 2) {
        for (size_t at = 8; at < 160; at++) {
            struct bad_way w = {.bad = 1, .chunk = chunk, .at = at};
            CHECK_EQ(upload(&w, true), 0);
            CHECK(test_device_holds(&h.device, TN_CANDIDATE, &image));
        }
    }
}

TEST(on_a_link_with_checksums_a_refusal_is_final) {
    struct bad_way w = {.bad = 1, .chunk = 3, .at = 200};

    CHECK_EQ(upload(&w, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 0);
}

TEST(a_first_chunk_that_is_refused_twice_is_not_sent_again) {
    struct bad_way w = {.bad = 9, .chunk = 0, .at = 8};

    CHECK_EQ(upload(&w, true), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 1);
}
