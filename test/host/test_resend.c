// SPDX-License-Identifier: Apache-2.0
// Uploads over a way that damages bytes unseen: the device refuses the file, and it is sent again
// until it is right, or until it is clear that it will not be.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "host/session.h"
#include "serve/harness.h"
#include "test.h"

static struct tn_fault fault;
static struct harness h;
static struct test_image image;

// A way that ends in the harness. Of the first `bad` chunks at `damage_off`, one byte is damaged.
struct way {
    struct tn_transport head;
    int fd;
    int bad;
    unsigned chunks;
    unsigned damaged_chunk;  // which of each upload
    size_t at;               // which byte of it
    uint8_t rsp[512];
    size_t rsp_len;
    int notes;
};

static struct way *self(const struct tn_transport *t) {
    return (struct way *)(uintptr_t)t;
}

static int way_open(struct tn_transport *t, struct tn_fault *f) {
    (void)f;
    self(t)->fd = open("/dev/null", O_RDWR);
    return 0;
}

static void way_close(struct tn_transport *t) {
    close(self(t)->fd);
}

static int way_wait_for(const struct tn_transport *t, short *ret_events) {
    *ret_events = POLLIN;
    return self(t)->fd;
}

static bool way_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

// A first chunk is one at offset 0, whose map has more than two members.
static int way_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct way *w = self(t);
    uint8_t req[600];

    (void)retry;
    (void)f;
    CHECK(len <= sizeof(req));
    memcpy(req, pkt, len);
    w->chunks = req[8] > 0xa3 ? 0 : w->chunks + 1;
    if (w->bad && w->chunks == w->damaged_chunk) {
        w->bad--;
        req[w->at < len ? w->at : len - 1] ^= 0x10;
    }
    harness_serve(&h, req, len);
    memcpy(w->rsp, h.rsp, (size_t)h.rsp_len);
    w->rsp_len = (size_t)h.rsp_len;
    return 0;
}

static int way_work(struct tn_transport *t, struct tn_fault *f) {
    (void)t;
    (void)f;
    return 0;
}

static const uint8_t *way_receive(struct tn_transport *t, size_t *ret_len) {
    *ret_len = self(t)->rsp_len;
    self(t)->rsp_len = 0;
    return *ret_len ? self(t)->rsp : NULL;
}

static const struct tn_transport_ops ops = {.open = way_open,
        .close = way_close,
        .wait_for = way_wait_for,
        .is_idle = way_is_idle,
        .send = way_send,
        .work = way_work,
        .receive = way_receive};

static void on_note(void *ctx, const char *text) {
    CHECK(strstr(text, "sending the file again") != NULL);
    ++*(int *)ctx;
}

static int upload(struct way *w, bool unchecked) {
    struct tn_session s = {.transport = &w->head, .buf_size = 400, .buf_count = 1};

    harness_begin(&h, TN_SLOTS_SPARE);
    test_image_make(&image, 2, 3000, TWIST_NONE);
    w->head = (struct tn_transport){.ops = &ops,
            .name = "way",
            .max_packet = 400,
            .safe_packet = 400,
            .is_unchecked = unchecked};
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
        struct way w = {.bad = bad, .damaged_chunk = 3, .at = 200};
        CHECK_EQ(upload(&w, true), 0);
        CHECK_EQ(w.notes, bad);
        CHECK(test_device_holds(&h.device, TN_CANDIDATE, &image));
    }
    struct way w = {.bad = 9, .damaged_chunk = 3, .at = 200};
    CHECK_EQ(upload(&w, true), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 8);
}

// Heads as well as data, of the first chunk and of others.
TEST(whatever_byte_is_damaged_the_right_file_arrives) {
    for (unsigned chunk = 0; chunk < 3; chunk += 2) {
        for (size_t at = 8; at < 160; at++) {
            struct way w = {.bad = 1, .damaged_chunk = chunk, .at = at};
            CHECK_EQ(upload(&w, true), 0);
            CHECK(test_device_holds(&h.device, TN_CANDIDATE, &image));
        }
    }
}

TEST(where_packets_are_checked_a_refusal_is_meant) {
    struct way w = {.bad = 1, .damaged_chunk = 3, .at = 200};

    CHECK_EQ(upload(&w, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 0);
}

TEST(a_first_chunk_that_is_refused_twice_is_not_sent_again) {
    struct way w = {.bad = 9, .damaged_chunk = 0, .at = 8};

    CHECK_EQ(upload(&w, true), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(w.notes, 1);
}
