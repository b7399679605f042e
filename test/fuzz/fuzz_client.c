// SPDX-License-Identifier: Apache-2.0
// A server with any answers, and a client that uploads a file or makes a call. The client sends
// only correct packets, and it ends. An upload counts as done only after an answer that confirms
// all bytes.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "client/client.h"
#include "fuzz.h"

enum {
    FILE_MAX = 3000,
    PACKET_MAX = 600,
    SENT_MAX = 64,
    POLLS_MAX = 20000,
};

// A packet that the client sent.
struct sent {
    struct tn_smp_hdr hdr;
    uint32_t off, end;
};

static uint8_t file[FILE_MAX];
static struct tn_client c;
static struct tn_upload upload;
static struct sent sent[SENT_MAX];
static uint32_t nsent, now, high;
static bool is_upload;
static int ended;  // the last result of input or poll; 0: not ended

// ---- What the client sends -----------------------------------------------------------------

static void check_chunk(struct sent *s, const uint8_t *pkt, size_t len) {
    struct tn_span data = {NULL, 0};
    uint32_t file_len = 0;
    struct tn_cbor_in in;
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &s->off},
            {"data", TN_FIELD_BYTES, &data},
            {"len", TN_FIELD_UINT, &file_len},
    };

    tn_cbor_in_init(&in, pkt + TN_SMP_HDR_LEN, len - TN_SMP_HDR_LEN);
    int found = tn_cbor_get_map(&in, fields, TN_LEN(fields));
    PROMISE(found >= 0 && (found & 3) == 3 && in.p == in.end && data.len > 0);
    PROMISE(!(found & 4) == (s->off > 0) && (s->off || file_len == upload.data.len));
    PROMISE(s->off <= upload.data.len && data.len <= upload.data.len - s->off);
    PROMISE(!memcmp(data.ptr, file + s->off, data.len));
    s->end = s->off + (uint32_t)data.len;
    high = tn_max(high, s->end);
}

// Polls once. Returns true if there was a packet.
static bool poll(void) {
    uint8_t out[PACKET_MAX];
    struct sent s = {.off = 0};

    if (ended) {
        return false;
    }
    int n = tn_client_poll(&c, now, out, sizeof(out));
    PROMISE(n <= (int)c.max_packet);
    if (n <= 0) {
        ended = n;
        return false;
    }
    PROMISE(tn_smp_hdr_get(&s.hdr, out, (size_t)n) == 0 && s.hdr.len == n - TN_SMP_HDR_LEN);
    if (is_upload) {
        PROMISE(s.hdr.op == TN_SMP_WRITE && s.hdr.group == TN_SMP_IMAGE);
        PROMISE(s.hdr.id == TN_IMG_UPLOAD);
        check_chunk(&s, out, (size_t)n);
    }
    sent[nsent++ % SENT_MAX] = s;
    return true;
}

// ---- What the server answers ---------------------------------------------------------------

// What an answer says about an upload, if it answers one.
struct says {
    bool is_off;
    uint32_t off;
    bool match;
};

static uint32_t pick_off(struct fuzz_in *in, const struct sent *s) {
    switch (fuzz_u8(in) & 7) {
    case 0:
        return s->off;
    case 1:
        return (uint32_t)upload.data.len;
    case 2:
        return fuzz_u16(in) & 4095u;
    case 3:
        return fuzz_u32(in);
    default:
        return s->end;
    }
}

static void put_error(struct fuzz_in *in, struct tn_cbor_out *out, bool old) {
    if (old) {
        tn_cbor_put_str(out, "rc");
        tn_cbor_put_int(out, (int8_t)fuzz_u8(in));
        return;
    }
    tn_cbor_put_str(out, "err");
    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "group", fuzz_u8(in));
    tn_cbor_pair_uint(out, "rc", fuzz_u8(in));
    tn_cbor_close(out);
}

// Writes an answer to one of the packets. Returns its length.
static size_t make_answer(struct fuzz_in *in, uint8_t *pkt, size_t size, struct says *ret) {
    uint8_t how = fuzz_u8(in);
    const struct sent *s = &sent[(nsent - 1 - (how & 7u)) % SENT_MAX];
    struct tn_smp_hdr h = s->hdr;
    struct tn_cbor_out out;

    tn_cbor_out_init(&out, pkt + TN_SMP_HDR_LEN, size - TN_SMP_HDR_LEN);
    tn_cbor_open_map(&out);
    if (!(how & 8)) {
        *ret = (struct says){true, pick_off(in, s), true};
        tn_cbor_pair_uint(&out, "off", ret->off);
    }
    if (how & 16) {
        ret->match = fuzz_u8(in) & 1;
        tn_cbor_pair_bool(&out, "match", ret->match);
    }
    if (how & 32) {
        put_error(in, &out, how & 64);
    }
    tn_cbor_close(&out);
    h.op |= 1;
    h.version &= how >> 7;
    h.len = (uint16_t)out.len;
    tn_smp_hdr_put(pkt, &h);
    return TN_SMP_HDR_LEN + out.len;
}

static void give(struct fuzz_in *in, bool raw) {
    uint8_t pkt[256];
    struct says says = {false, 0, true};
    bool at_start = c.acked == 0;
    size_t len = 0;

    if (raw) {
        len = fuzz_take(in, pkt, fuzz_u8(in));
    } else if (nsent) {
        len = make_answer(in, pkt, sizeof(pkt), &says);
    }
    // Otherwise only a random guess would find the sequence number.
    if (raw && len >= TN_SMP_HDR_LEN && nsent) {
        pkt[6] = sent[(nsent - 1 - (pkt[6] & 7u)) % SENT_MAX].hdr.seq;
    }
    uint8_t *copy = malloc(len + 1);
    PROMISE(copy);
    memcpy(copy, pkt, len);
    int rc = ended ? 0 : tn_client_input(&c, copy, len, now);
    if (rc == 1 && is_upload && c.reply.rc == 0) {
        PROMISE(c.acked == upload.data.len && (at_start || high == c.acked));
        PROMISE(raw || (says.is_off && says.off == upload.data.len && says.match));
    }
    free(copy);
    PROMISE(rc <= 1 && c.acked <= upload.data.len);
    high = tn_max(high, c.acked);
    ended = ended ? ended : rc;
}

// ---- Jobs ----------------------------------------------------------------------------------

static void begin(struct fuzz_in *in) {
    static const uint8_t pair[] = {0x61, 'd', 0x62, 'h', 'i'};
    uint8_t how = fuzz_u8(in);

    for (size_t i = 0; i < sizeof(file); i++) {
        file[i] = (uint8_t)(i * 7 + (i >> 8));
    }
    is_upload = !(how & 1);
    c = (struct tn_client){.max_packet = 40u + fuzz_u16(in) % (PACKET_MAX - 39u),
            .version = how >> 1 & 1,
            .tenon = how >> 2 & 1,
            .piece = how & 8 ? 128 : 0,
            .kib_ms = how & 16 ? 90 : 0,
            .quiet_ms = how & 32 ? 100 : 0};
    upload = (struct tn_upload){.data = {file, fuzz_u16(in) % (FILE_MAX + 1u)},
            .window = fuzz_u8(in),
            .tries = how >> 6};
    memset(sent, 0, sizeof(sent));
    nsent = high = 0;
    now = how & 64 ? UINT32_MAX - 5000 : 0;  // the clock wraps soon
    const struct tn_call call = {.op = how & 2, .npairs = 1, .pairs = {pair, sizeof(pair)}};
    ended = is_upload ? tn_client_upload(&c, &upload) : tn_client_call(&c, &call);
}

// From here on the server answers nothing.
static void fall_silent(void) {
    unsigned polls = 0;

    while (!ended) {
        PROMISE(polls++ < POLLS_MAX);
        if (!poll() && !ended) {
            now += tn_max(tn_client_wait(&c, now), 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    begin(&in);
    while (in.left && !ended) {
        uint8_t what = fuzz_u8(&in);
        if (what & 1) {
            poll();
        }
        if (what & 2) {
            now += what & 4 ? tn_client_wait(&c, now) : what;
        }
        if (what & 8) {
            give(&in, (what & 0x70) == 0x70);
        }
    }
    fall_silent();
    PROMISE(!poll() && ended != 0);
    return 0;
}
