// SPDX-License-Identifier: Apache-2.0
#include "upload_world.h"

uint8_t upload_file[FILE_MAX];

static unsigned sent;

static void put_flying(struct flying *q, uint32_t at_ms, const uint8_t *p, int len) {
    size_t n = 0;
    while (n < QUEUE && q[n].used) {
        n++;
    }
    CHECK(n < QUEUE);  // the line's queue is full
    q[n] = (struct flying){.used = true, .at_ms = at_ms, .order = ++sent, .len = len};
    memcpy(q[n].bytes, p, (size_t)len);
}

static void send_over(
        struct world *w, struct flying *q, uint32_t at_ms, const uint8_t *p, int len) {
    if (tn_test_random(&w->seed) % 1000 < w->loss || tn_test_random(&w->seed) % 1000 < w->damage) {
        return;  // a damaged frame fails its CRC: the link drops it
    }
    put_flying(q, at_ms + w->delay_ms, p, len);
    if (tn_test_random(&w->seed) % 1000 < w->twice) {
        put_flying(q, at_ms + 3 * w->delay_ms, p, len);
    }
}

static uint32_t waiting(const struct world *w) {
    uint32_t n = 0;
    for (size_t i = 0; i < QUEUE; i++) {
        n += w->up[i].used && w->up[i].at_ms <= w->now;
    }
    return n;
}

// ---- The server ------------------------------------------------------------------------

void world_reply_off(struct world *w, const struct tn_smp_hdr *h, uint32_t at, bool done) {
    uint8_t pkt[64];
    struct tn_cbor_out out;
    struct tn_smp_hdr r = *h;

    tn_cbor_out_init(&out, pkt + 8, sizeof(pkt) - 8);
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "off", w->have);
    if (done && w->says_match) {
        tn_cbor_pair_bool(&out, "match", w->match);
    }
    tn_cbor_close(&out);
    r.op = TN_SMP_WRITE_RSP;
    r.len = (uint16_t)out.len;
    tn_smp_hdr_put(pkt, &r);
    send_over(w, w->down, at, pkt, (int)(8 + out.len));
}

void world_reply_err(struct world *w, const struct tn_smp_hdr *h, uint32_t at) {
    static const uint8_t body[] = {0xbf, 0x63, 'e', 'r', 'r', 0xbf, 0x65, 'g', 'r', 'o', 'u', 'p',
            1, 0x62, 'r', 'c', 12, 0xff, 0xff};
    uint8_t pkt[64];
    struct tn_smp_hdr r = *h;

    r.op = TN_SMP_WRITE_RSP;
    r.len = sizeof(body);
    tn_smp_hdr_put(pkt, &r);
    memcpy(pkt + 8, body, sizeof(body));
    send_over(w, w->down, at, pkt, (int)(8 + sizeof(body)));
}

void upload_read_chunk(struct chunk *k, const uint8_t *pkt, int len) {
    struct tn_cbor_in in;
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &k->off},
            {"data", TN_FIELD_BYTES, &k->data},
            {"len", TN_FIELD_UINT, &k->len},
            {"sha", TN_FIELD_BYTES, &k->sha},
            {"image", TN_FIELD_UINT, &k->image},
    };
    tn_cbor_in_init(&in, pkt + 8, (size_t)len - 8);
    k->found = tn_cbor_get_map(&in, fields, TN_LEN(fields));
    CHECK(k->found >= 3);
    CHECK(in.p == in.end);
}

// The first chunk opens a session, or takes an old one up.
static void open_session(struct world *w, const struct chunk *k) {
    CHECK(k->found & 4);  // len
    CHECK(k->data.len >= 32 || k->data.len == k->len);
    w->firsts++;
    bool same = w->open && w->knows_sha && (k->found & 8) && memcmp(w->sha, k->sha.ptr, 32) == 0;
    if (!same) {
        w->open = true;
        w->have = 0;
        w->len = k->len;
        if (k->found & 8) {
            CHECK_EQ(k->sha.len, 32);
            memcpy(w->sha, k->sha.ptr, 32);
        }
        w->busy_until = (w->busy_until > w->now ? w->busy_until : w->now) + w->erase_ms;
    }
}

static void take_data(struct world *w, const struct chunk *k) {
    uint32_t n = (uint32_t)k->data.len;

    if (w->trim && k->off + n < w->len) {
        n -= n % w->trim;
    }
    CHECK(k->off + n <= w->len);
    memcpy(w->store + k->off, k->data.ptr, n);
    w->have += n;
    if (w->forget_at && w->have >= w->forget_at) {
        w->forget_at = 0;
        w->open = false;
        w->have = 0;
    }
}

void world_serve(struct world *w, const uint8_t *pkt, int len) {
    struct tn_smp_hdr h;
    struct chunk k = {0};

    CHECK_EQ(tn_smp_hdr_get(&h, pkt, (size_t)len), 0);
    CHECK_EQ(h.op, TN_SMP_WRITE);
    CHECK_EQ(h.len, len - 8);
    upload_read_chunk(&k, pkt, len);
    w->chunks++;
    uint32_t start = w->busy_until > w->now ? w->busy_until : w->now;
    w->busy_until = start + w->work_ms;
    if ((int32_t)k.off == w->fail_at) {
        world_reply_err(w, &h, w->busy_until);
        return;
    }
    if (w->odd && k.off >= 1000) {
        uint32_t have = w->have;
        w->have = w->odd == 'b' ? w->len + 1000 : w->odd == 's' ? k.off : have > 500 ? 500 : 1000;
        world_reply_off(w, &h, w->busy_until, false);
        w->have = w->odd == 'j' ? w->have : have;
        return;
    }
    bool busy = w->busy_every && w->chunks % w->busy_every == 0;
    if (k.off == 0 && !busy) {
        open_session(w, &k);
    }
    if (w->open && k.off == w->have && !busy && w->have < w->len) {
        take_data(w, &k);
    }
    world_reply_off(w, &h, w->busy_until, w->open && w->have == w->len);
}

// ---- The world's clock -----------------------------------------------------------------

static bool before(const struct flying *a, const struct flying *b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

struct flying *world_arrived(struct world *w, struct flying *q) {
    struct flying *first = NULL;
    for (size_t i = 0; i < QUEUE; i++) {
        if (q[i].used && q[i].at_ms <= w->now && (!first || before(&q[i], first))) {
            first = &q[i];
        }
    }
    return first;
}

static struct flying *newest(struct world *w, struct flying *q) {
    struct flying *last = NULL;
    for (size_t i = 0; i < QUEUE; i++) {
        if (q[i].used && q[i].at_ms <= w->now && (!last || before(last, &q[i]))) {
            last = &q[i];
        }
    }
    return last;
}

int world_tick(struct world *w) {
    uint8_t pkt[PACKET];
    struct flying *f;
    int got;

    while ((got = tn_client_poll(&w->c, w->now, pkt, sizeof(pkt))) > 0) {
        CHECK(got <= (int)w->c.max_packet);
        w->lost_long += w->longest && got > w->longest;
        if (!w->longest || got <= w->longest) {
            send_over(w, w->up, w->now, pkt, got);
        }
    }
    if (got < 0) {
        return got;
    }
    while (w->buffers && waiting(w) > w->buffers) {
        (w->drops_oldest ? world_arrived(w, w->up) : newest(w, w->up))->used =
                false;  // no buffer: lost
    }
    if (w->now >= w->busy_until && (f = world_arrived(w, w->up))) {
        world_serve(w, f->bytes, f->len);
        f->used = false;
    }
    while ((f = world_arrived(w, w->down))) {
        f->used = false;
        got = tn_client_input(&w->c, f->bytes, (size_t)f->len, w->now);
        if (got) {
            return got;
        }
    }
    w->now++;
    return 0;
}

int world_run(struct world *w, uint32_t limit_ms) {
    int got = 0;
    uint32_t end = w->now + limit_ms;
    while (!got && w->now < end) {
        got = world_tick(w);
    }
    return got;
}

struct tn_upload upload_of(size_t len, uint8_t window) {
    struct tn_upload u = {.data = {upload_file, len}, .window = window, .first_timeout_ms = 1000};
    memset(u.sha, 0x5a, sizeof(u.sha));
    return u;
}

void world_begin(struct world *w, size_t len, uint8_t window) {
    uint32_t seed = 7;
    struct tn_upload u = upload_of(len, window);

    memset(w, 0, sizeof(*w));
    for (size_t i = 0; i < sizeof(upload_file); i++) {
        upload_file[i] = (uint8_t)tn_test_random(&seed);
    }
    w->seed = 1;
    w->delay_ms = 5;
    w->work_ms = 2;
    w->knows_sha = true;
    w->fail_at = -1;
    w->c.max_packet = 256;
    w->c.version = 1;
    w->now = 1000;
    CHECK_EQ(tn_client_upload(&w->c, &u), 0);
}

void world_check_done(struct world *w, int got, size_t len) {
    CHECK_EQ(got, 1);
    CHECK_EQ(w->c.reply.rc, 0);
    CHECK_EQ(w->c.acked, len);
    CHECK_EQ(w->have, len);
    CHECK_MEM(w->store, upload_file, len);
}
