// SPDX-License-Identifier: Apache-2.0
#include "way.h"

#include <fcntl.h>
#include <unistd.h>

#include "host/base/clock.h"
#include "test.h"

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

// An empty file is always readable, so poll never sleeps while an answer waits.
static int way_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    *ret_events = self(t)->len ? TN_WAIT_READ : 0;
    return self(t)->fd;
}

static bool way_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

static bool is_lost(struct way *w) {
    bool lost = w->loss && tn_test_random(&w->seed) % 1000 < w->loss;

    w->lost += lost;
    return lost;
}

static int way_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct way *w = self(t);
    uint8_t req[600];

    (void)retry, (void)f;
    CHECK(len <= sizeof(req));
    memcpy(req, pkt, len);
    if (w->damage) {
        w->damage(w, req, len);
    }
    bool too_long = w->longest && len > w->longest;
    w->too_long += too_long;
    if (!too_long && !is_lost(w)) {
        harness_serve(w->h, req, len);
        w->len = is_lost(w) ? 0 : (size_t)w->h->rsp_len;
    }
    return 0;
}

static int way_work(struct tn_transport *t, struct tn_fault *f) {
    (void)t, (void)f;
    return 0;
}

static const uint8_t *way_receive(struct tn_transport *t, size_t *ret_len) {
    struct way *w = self(t);

    *ret_len = w->len;
    w->len = 0;
    return *ret_len ? w->h->rsp : NULL;
}

static const struct tn_transport_ops ops = {.open = way_open,
        .close = way_close,
        .wait_for = way_wait_for,
        .is_idle = way_is_idle,
        .send = way_send,
        .work = way_work,
        .receive = way_receive};

void way_begin(struct way *w, struct harness *h) {
    *w = (struct way){.h = h};
    w->head = (struct tn_transport){
            .ops = &ops, .name = "way", .max_packet = 400, .safe_packet = 400};
}
