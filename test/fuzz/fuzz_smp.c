// SPDX-License-Identifier: Apache-2.0
#include "fuzz_smp.h"

#include "base/bytes.h"
#include "base/compiler.h"

// Every group and command, in words of both directions.
static const struct {
    uint8_t group;
    uint8_t ids;  // from 0 on
} commands[] = {
        {TN_SMP_OS, 9}, {TN_SMP_IMAGE, 7}, {TN_SMP_STAT, 2}, {TN_SMP_SETTINGS, 4}, {TN_SMP_FS, 5},
        {TN_SMP_SHELL, 1}, {TN_SMP_ENUM, 4}, {TN_SMP_BASIC, 1}, {TN_SMP_TENON, 2},
        {7, 3},  // no group has this number
};

static const char *const keys[] = {"d", "datetime", "force", "boot_mode", "format", "query", "off",
        "data", "len", "sha", "image", "upgrade", "hash", "confirm", "slot", "name", "val",
        "max_size", "type", "argv", "index", "groups", "skip", "tn", "?"};

static const char *const texts[] = {"", "app/name", "app/fixed", "app", "f", "folder", "sha256",
        "crc32", "a", "sv", "mode", "update", "none", "log level 3", "2026-11-21T19:00:00",
        "2024-02-29T23:59:59.123", "1900-13-01T00:00:00"};

// ---- Values --------------------------------------------------------------------------------

enum value {
    SMALL,
    NUMBER,
    NEGATIVE,
    FLAG,
    TEXT,
    ANY_TEXT,
    BYTES,
    KNOWN,
    LIST,
    MAP,
    RAW,
    VALUES,
};

static void put_string(struct fuzz_in *in, struct tn_cbor_out *out, bool text) {
    uint8_t buf[255];
    size_t n = fuzz_take(in, buf, fuzz_u8(in));

    if (text) {
        tn_cbor_put_text(out, buf, n);
    } else {
        tn_cbor_put_bytes(out, buf, n);
    }
}

// Puts any bytes into the middle of a map.
static void put_raw(struct fuzz_in *in, struct tn_cbor_out *out) {
    uint8_t buf[31];
    size_t n = fuzz_take(in, buf, fuzz_u8(in) & 31u);

    if (n > out->size - out->len) {
        out->full = true;
        return;
    }
    memcpy(out->buf + out->len, buf, n);
    out->len += n;
}

static void put_plain(struct fuzz_in *in, struct tn_cbor_out *out, unsigned kind,
        const struct fuzz_known *known, size_t nknown) {
    size_t nth = 0;

    switch (kind) {
    case SMALL:
        tn_cbor_put_uint(out, fuzz_u8(in));
        break;
    case NUMBER:
        tn_cbor_put_uint(out, fuzz_u32(in));
        break;
    case NEGATIVE:
        tn_cbor_put_int(out, (int32_t)fuzz_u32(in));
        break;
    case FLAG:
        tn_cbor_put_bool(out, fuzz_u8(in) & 1);
        break;
    case TEXT:
        tn_cbor_put_str(out, texts[fuzz_u8(in) % TN_LEN(texts)]);
        break;
    case KNOWN:
        nth = nknown ? fuzz_u8(in) % nknown : 0;
        tn_cbor_put_bytes(out, nknown ? known[nth].ptr : "", nknown ? known[nth].len : 0);
        break;
    case RAW:
        put_raw(in, out);
        break;
    default:
        put_string(in, out, kind == ANY_TEXT);
    }
}

static void put_value(struct fuzz_in *in, struct tn_cbor_out *out, const struct fuzz_known *known,
        size_t nknown) {
    unsigned kind = fuzz_u8(in) % VALUES;

    if (kind != LIST && kind != MAP) {
        put_plain(in, out, kind, known, nknown);
        return;
    }
    unsigned n = fuzz_u8(in) & 15u;
    if (kind == LIST) {
        tn_cbor_open_list(out);
    } else {
        tn_cbor_put_map(out, n);
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned inner = fuzz_u8(in) % VALUES;
        if (kind == MAP) {
            tn_cbor_put_str(out, texts[i]);
        }
        put_plain(in, out, inner == LIST || inner == MAP ? SMALL : inner, known, nknown);
    }
    if (kind == LIST) {
        tn_cbor_close(out);
    }
}

// ---- Requests ------------------------------------------------------------------------------

static void put_body(struct fuzz_in *in, struct tn_cbor_out *out, const struct fuzz_known *known,
        size_t nknown) {
    uint8_t shape = fuzz_u8(in);
    unsigned n = shape & 7u;

    if (shape & 8) {
        tn_cbor_open_map(out);
    } else {
        tn_cbor_put_map(out, n);
    }
    for (unsigned i = 0; i < n; i++) {
        tn_cbor_put_str(out, keys[fuzz_u8(in) % TN_LEN(keys)]);
        put_value(in, out, known, nknown);
    }
    if (shape & 8) {
        tn_cbor_close(out);
    }
}

size_t fuzz_packet(uint8_t *ret, uint8_t op, uint16_t group, uint8_t id, uint8_t seq,
        const struct tn_cbor_out *body) {
    struct tn_smp_hdr h = {.op = op, .version = 1, .group = group, .id = id, .seq = seq};

    h.len = (uint16_t)body->len;
    tn_smp_hdr_put(ret, &h);
    return TN_SMP_HDR_LEN + body->len;
}

size_t fuzz_request(struct fuzz_in *in, const struct fuzz_known *known, size_t nknown, uint8_t *ret,
        size_t size) {
    uint8_t how = fuzz_u8(in);
    struct tn_cbor_out out;

    if ((how & 3) == 3) {  // any bytes
        return fuzz_take(in, ret, tn_min(fuzz_u16(in) & 1023u, (uint32_t)size));
    }
    size_t nth = fuzz_u8(in) % TN_LEN(commands);
    uint8_t id = (uint8_t)(fuzz_u8(in) % commands[nth].ids);
    uint8_t op = how & 4 ? TN_SMP_WRITE : TN_SMP_READ;
    tn_cbor_out_init(&out, ret + TN_SMP_HDR_LEN, size - TN_SMP_HDR_LEN);
    if ((how & 3) == 2) {
        put_raw(in, &out);
    } else {
        put_body(in, &out, known, nknown);
    }
    size_t len = fuzz_packet(ret, op, commands[nth].group, id, how, &out);
    if (how & 8) {
        ret[0] &= 7;  // version 1
    }
    return len;
}

// ---- Responses -----------------------------------------------------------------------------

enum {
    DEPTH_MAX = 6,
    HEAD_OPEN_LIST = 0x9f,
    HEAD_OPEN_MAP = 0xbf,
    HEAD_BREAK = 0xff,
};

// Walks over an item as Tenon writes it: shortest heads, whole strings, text keys in maps, open
// lists and maps. It is stricter than Tenon's reader and does not use it.
static const uint8_t *walk(const uint8_t *p, const uint8_t *end, unsigned depth) {
    PROMISE(p < end && depth < DEPTH_MAX);
    uint8_t head = *p++;
    unsigned type = head >> 5;
    uint64_t n = head & 31;

    if (head == HEAD_OPEN_LIST || head == HEAD_OPEN_MAP) {
        while (p < end && *p != HEAD_BREAK) {
            PROMISE(head == HEAD_OPEN_LIST || *p >> 5 == TN_CBOR_TEXT);
            p = head == HEAD_OPEN_MAP ? walk(p, end, depth + 1) : p;
            p = walk(p, end, depth + 1);
        }
        PROMISE(p < end);
        return p + 1;
    }
    if (n >= 24) {
        unsigned more = 1u << (n - 24);
        PROMISE(n <= 26 && (size_t)(end - p) >= more);
        for (n = 0; more; more--) {
            n = n << 8 | *p++;
        }
        PROMISE(n >= ((head & 31) == 24 ? 24u : (head & 31) == 25 ? 256u : 65536u));
    }
    PROMISE(type <= TN_CBOR_TEXT || head == 0xf4 || head == 0xf5);
    if (type == TN_CBOR_BYTES || type == TN_CBOR_TEXT) {
        PROMISE(n <= (size_t)(end - p));
        p += n;
    }
    return p;
}

void fuzz_check_response(const uint8_t *req, size_t req_len, const uint8_t *rsp, size_t rsp_len) {
    const uint8_t *body = rsp + TN_SMP_HDR_LEN;

    PROMISE(req_len >= TN_SMP_HDR_LEN && !(req[0] & 5) && rsp_len > TN_SMP_HDR_LEN);
    unsigned version = req[0] >> 3 & 3;
    unsigned op = (req[0] & 2u) | 1;
    PROMISE(rsp[0] == (op | (version ? 8 : 0)) && rsp[1] == 0);
    PROMISE(tn_get_be16(rsp + 2) == rsp_len - TN_SMP_HDR_LEN);
    PROMISE(!memcmp(rsp + 4, req + 4, 4));
    PROMISE(*body == HEAD_OPEN_MAP && walk(body, rsp + rsp_len, 0) == rsp + rsp_len);
}
