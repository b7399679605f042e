// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "device_model.h"
#include "host/base/clock.h"

static uint8_t upgrade_file[IMAGE_LEN];
const uint8_t model_new_hash[32] = {2};
static const uint8_t old_hash[32] = {1};

// ---- The device ------------------------------------------------------------------------

static void boot(struct model *m) {
    struct held t = m->slot[0];

    m->resets++;
    m->have = 0;
    m->unplugged = m->unplugs;
    if (m->button) {
        m->recovery = true;
        return;
    }
    if (m->trial) {  // reverted
        m->slot[0] = m->slot[1];
        m->slot[1] = t;
        m->trial = false;
    } else if (m->pending && m->rejects) {
        m->slot[1].there = false;
    } else if (m->pending) {
        m->slot[0] = m->slot[1];
        m->slot[1] = t;
        m->trial = !m->permanent;
    }
    m->pending = m->permanent = false;
    m->recovery = !m->slot[0].there;
    m->deaf = m->mute_after_reset;
    if (m->crashes && m->trial) {
        m->crashes = false;
        boot(m);
    }
}

static void put_slot(struct model *m, struct tn_cbor_out *o, int i) {
    bool spare = i == 1;
    if (!m->slot[i].there) {
        return;
    }
    tn_cbor_open_map(o);
    tn_cbor_pair_uint(o, "slot", (uint32_t)i);
    tn_cbor_pair_str(o, "version", m->slot[i].version);
    if (!m->never_hashes && !(m->no_hashes && m->recovery)) {
        tn_cbor_put_str(o, "hash");
        tn_cbor_put_bytes(o, m->slot[i].hash, 32);
    }
    if (m->never_hashes || (m->no_flags && m->recovery)) {
        tn_cbor_close(o);
        return;
    }
    tn_cbor_pair_bool(o, "bootable", true);
    tn_cbor_pair_bool(o, "pending", spare && m->pending);
    tn_cbor_pair_bool(o, "confirmed", spare == m->trial);
    tn_cbor_pair_bool(o, "active", !spare && !m->recovery);
    tn_cbor_close(o);
}

static void put_state(struct model *m, struct tn_cbor_out *o) {
    tn_cbor_put_str(o, "images");
    tn_cbor_open_list(o);
    put_slot(m, o, 0);
    put_slot(m, o, 1);
    tn_cbor_close(o);
}

// Handles a state write. Returns the image group's code.
static uint32_t do_mark(struct model *m, struct tn_cbor_in *in) {
    struct tn_span hash = {0};
    bool confirm = false;
    const struct tn_cbor_field fields[] = {
            {"hash", TN_FIELD_BYTES, &hash},
            {"confirm", TN_FIELD_BOOL, &confirm},
    };
    CHECK(tn_cbor_get_map(in, fields, 2) >= 0);
    if (m->only_says_yes) {
        return 0;
    }
    bool other = hash.len == 32 && m->slot[1].there && !memcmp(m->slot[1].hash, hash.ptr, 32);
    if (confirm && other) {
        m->pending = m->permanent = !m->trial;
        return 0;
    }
    if (confirm) {
        m->trial = false;
        return 0;
    }
    CHECK_EQ(hash.len, 32);
    if (!m->slot[1].there || memcmp(m->slot[1].hash, hash.ptr, 32) != 0) {
        return 8;
    }
    if (m->trial) {
        return 9;
    }
    if (m->distrusts) {
        return 32;
    }
    m->pending = true;
    return 0;
}

static uint32_t do_upload(struct model *m, struct tn_cbor_in *in, struct tn_cbor_out *o) {
    uint32_t off = 0, len = 0;
    struct tn_span data = {0};
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &off},
            {"data", TN_FIELD_BYTES, &data},
            {"len", TN_FIELD_UINT, &len},
    };
    CHECK(tn_cbor_get_map(in, fields, 3) >= 3);
    if (m->trial) {
        return 9;
    }
    int to = m->recovery && (!m->slot[0].there || m->no_flags) ? 0 : 1;
    if (off == 0 && m->slot[to].there && memcmp(m->slot[to].hash, model_new_hash, 32) == 0 &&
            !m->other_copy) {
        m->have = IMAGE_LEN;  // complete
    }
    if (off == 0 && m->have == 0) {
        m->uploads++;
        m->other_copy = m->distrusts = false;
        m->slot[to].there = false;
        m->pending = false;
    }
    if (off == m->have) {
        CHECK(memcmp(upgrade_file + off, data.ptr, data.len) == 0);
        m->have += (uint32_t)data.len;
    }
    tn_cbor_pair_uint(o, "off", m->have);
    if (m->have == IMAGE_LEN) {
        m->slot[to].there = true;
        m->slot[to].version = "2.0.0";
        memcpy(m->slot[to].hash, model_new_hash, 32);
    }
    return 0;
}

// Returns an error code of the image group, or -8 for "not supported".
static int answer(struct model *m, const struct tn_smp_hdr *h, struct tn_cbor_in *in,
        struct tn_cbor_out *o, bool *ret_reset) {
    switch (h->group * 16 + h->id) {
    case TN_OS_PARAMS:
        tn_cbor_pair_uint(o, "buf_size", 300);
        tn_cbor_pair_uint(o, "buf_count", 4);
        return m->no_params ? -8 : 0;
    case TN_OS_INFO:
        tn_cbor_pair_str(o, "output", m->is_ours ? "Tenon" : "Zephyr");
        return m->no_info ? -8 : 0;
    case TN_OS_BOOTLOADER: {
        struct tn_span query = {0};
        const struct tn_cbor_field field = {"query", TN_FIELD_TEXT, &query};
        if (tn_cbor_get_map(in, &field, 1) == 1) {
            tn_cbor_pair_uint(o, "mode", (uint32_t)m->mode);
        } else {
            tn_cbor_pair_str(o, "bootloader", "MCUboot");
        }
        return m->mode ? 0 : -8;
    }
    case TN_OS_RESET:
        *ret_reset = true;
        return 0;
    case 16 + TN_IMG_STATE: {
        int rc = h->op == TN_SMP_WRITE ? (int)do_mark(m, in) : 0;
        put_state(m, o);
        return rc;
    }
    case 16 + TN_IMG_UPLOAD:
        return (int)do_upload(m, in, o);
    default:
        return -8;
    }
}

static void queue(struct model *m, struct tn_smp_hdr h, const struct tn_cbor_out *o, int rc) {
    uint8_t err[40];
    struct tn_cbor_out e;
    size_t at = (m->first + m->n) % PACKETS;

    tn_cbor_out_init(&e, err, sizeof(err));
    tn_cbor_open_map(&e);
    if (rc < 0) {
        tn_cbor_pair_uint(&e, "rc", (uint32_t)-rc);
    } else if (rc > 0) {
        tn_cbor_put_str(&e, "err");
        tn_cbor_put_map(&e, 2);
        tn_cbor_pair_uint(&e, "group", 1);
        tn_cbor_pair_uint(&e, "rc", (uint32_t)rc);
    }
    tn_cbor_close(&e);
    o = rc ? &e : o;
    CHECK(!o->full && m->n < PACKETS);
    h.op++;
    h.len = (uint16_t)o->len;
    tn_smp_hdr_put(m->answers[at], &h);
    memcpy(m->answers[at] + 8, o->buf, o->len);
    m->lens[at] = 8 + o->len;
    m->n++;
    CHECK_EQ(write(m->pipe[1], "x", 1), 1);
}

static bool is_lost(struct model *m) {
    return m->loss && tn_test_random(&m->seed) % 1000 < m->loss;
}

static enum trouble next_trouble(struct model *m) {
    m->requests++;
    if (is_lost(m)) {
        return LOSE_REQUEST;
    }
    if (is_lost(m)) {
        return LOSE_ANSWER;
    }
    return m->requests >= m->at && m->requests < m->at + m->count ? m->trouble : NO_TROUBLE;
}

static void serve(struct model *m, const uint8_t *pkt, size_t len) {
    struct tn_smp_hdr h;
    struct tn_cbor_in in;
    struct tn_cbor_out o;
    uint8_t body[PACKET - 8];
    bool reset = false;
    enum trouble t = next_trouble(m);

    CHECK_EQ(tn_smp_hdr_get(&h, pkt, len), 0);
    if (m->deaf || t == LOSE_REQUEST) {
        return;
    }
    if (h.group == TN_SMP_IMAGE && h.id == TN_IMG_UPLOAD && m->slow_ms) {
        tn_wait(-1, 0, m->slow_ms);
    }
    tn_cbor_in_init(&in, pkt + 8, h.len);
    tn_cbor_out_init(&o, body, sizeof(body));
    tn_cbor_open_map(&o);
    int rc = t == REFUSE ? 12 : answer(m, &h, &in, &o, &reset);
    tn_cbor_close(&o);
    if (t == BREAK) {
        m->broken = true;
    } else if (t != LOSE_ANSWER) {
        queue(m, h, &o, rc);
    }
    if (reset && rc == 0) {
        boot(m);
    }
}

// ---- The transport ---------------------------------------------------------------------

static struct model *self(const struct tn_transport *t) {
    return (struct model *)(uintptr_t)t;
}

static void drain(struct model *m) {
    char c;
    while (m->n) {
        CHECK_EQ(read(m->pipe[0], &c, 1), 1);
        m->n--;
    }
}

static int t_open(struct tn_transport *t, struct tn_fault *f) {
    if (self(t)->unplugged) {
        return tn_fail(f, TN_FAULT_NO_DEVICE, "no such port");
    }
    drain(self(t));
    self(t)->broken = false;
    return 0;
}

static void t_close(struct tn_transport *t) {
    (void)t;
}

static int t_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    *ret_events = TN_WAIT_READ;
    return self(t)->pipe[0];
}

static bool t_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

static int t_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    (void)retry, (void)f;
    uint8_t *exact = memcpy(malloc(len), pkt, len);
    serve(self(t), exact, len);
    free(exact);
    return 0;
}

static int t_work(struct tn_transport *t, struct tn_fault *f) {
    return self(t)->broken || self(t)->unplugged ? tn_fail(f, TN_FAULT_LINK, "broken") : 0;
}

static const uint8_t *t_receive(struct tn_transport *t, size_t *ret_len) {
    struct model *m = self(t);
    char c;

    if (m->n == 0) {
        return NULL;
    }
    const uint8_t *pkt = m->answers[m->first];
    *ret_len = m->lens[m->first];
    m->first = (m->first + 1) % PACKETS;
    m->n--;
    CHECK_EQ(read(m->pipe[0], &c, 1), 1);
    return pkt;
}

static const struct tn_transport_ops ops = {
        t_open, t_close, t_wait_for, t_is_idle, t_send, t_work, t_receive, NULL, NULL, NULL};

// ---- Runs ------------------------------------------------------------------------------

void model_begin(struct model *m) {
    memset(m, 0, sizeof(*m));
    CHECK_EQ(pipe(m->pipe), 0);
    m->head = (struct tn_transport){
            .ops = &ops, .name = "model", .max_packet = PACKET, .overhead = 4, .safe_packet = 380};
    m->deadline_ms = 9000;
    m->slot[0] = (struct held){.there = true, .version = "1.0.0"};
    memcpy(m->slot[0].hash, old_hash, 32);
    for (size_t i = 0; i < IMAGE_LEN; i++) {
        upgrade_file[i] = (uint8_t)(i * 7);
    }
}

struct tn_upgrade upgrade_last;
struct tn_fault upgrade_fault;
char upgrade_said[4000];

static void on_event(void *ctx, enum tn_upgrade_phase phase, const char *text) {
    (void)ctx, (void)phase;
    if (text) {
        strncat(upgrade_said, text, sizeof(upgrade_said) - strlen(upgrade_said) - 1);
    }
}

int model_upgrade(struct model *m, bool no_confirm) {
    static const struct tn_inspect in = {.has_header = true, .has_key_hash = true};
    struct tn_session s = {.transport = &m->head, .timeout_ms = m->loss ? 0 : m->slow_ms + 20};

    upgrade_said[0] = 0;

    upgrade_last = (struct tn_upgrade){.session = &s,
            .name = "new.bin",
            .file = upgrade_file,
            .len = IMAGE_LEN,
            .in = &in,
            .version = "2.0.0",
            .no_confirm = no_confirm,
            .is_rollback = m->is_rollback,
            .is_sent = m->is_sent,
            .event = on_event,
            .deadline_ms = m->loss ? 0 : m->deadline_ms};
    memcpy(upgrade_last.hash, model_new_hash, 32);
    CHECK_EQ(tn_session_open(&s, &upgrade_fault), 0);
    int err = tn_upgrade(&upgrade_last, &upgrade_fault);
    tn_session_close(&s);
    close(m->pipe[0]);
    close(m->pipe[1]);
    return err;
}

bool model_runs_new(const struct model *m) {
    return !m->recovery && m->slot[0].there && memcmp(m->slot[0].hash, model_new_hash, 32) == 0;
}
