// SPDX-License-Identifier: Apache-2.0
// nRF Connect and the phone libraries under it also print decoded packets: the header's fields, and
// the body as JSON with byte strings in base64. This file turns them back into CBOR, one token at a
// time. A list or map becomes one of indefinite length, so that its items need not be counted.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/compiler.h"
#include "host/explain/explain_priv.h"

// The number behind "name: ", at most max. False if there is none.
static bool field(const char *line, const char *name, unsigned long max, unsigned long *ret) {
    const char *p = strstr(line, name);

    if (!p) {
        return false;
    }
    p += strlen(name);
    char *end;
    *ret = strtoul(p, &end, 10);
    return end != p && *ret <= max;
}

static void put_byte(struct tn_cbor_out *out, uint8_t b) {
    if (out->len < out->size) {
        out->buf[out->len++] = b;
    } else {
        out->full = true;
    }
}

// Members whose text is base64.
static bool is_bytes(struct tn_span key) {
    static const char *const keys[] = {"hash", "data", "sha", "val"};

    for (size_t i = 0; i < TN_LEN(keys); i++) {
        if (key.len == strlen(keys[i]) && memcmp(key.ptr, keys[i], key.len) == 0) {
            return true;
        }
    }
    return false;
}

// Base64 becomes a byte string; other text stays text.
static void put_base64(struct tn_cbor_out *out, struct tn_span s) {
    uint8_t bytes[1024];
    size_t n = 0;

    for (size_t i = 0; i + 4 <= s.len && n + 3 <= sizeof(bytes); i += 4) {
        int got = tn_base64_get(bytes + n, (const char *)s.ptr + i);
        if (got < 0) {
            tn_cbor_put_text(out, s.ptr, s.len);
            return;
        }
        n += (size_t)got;
    }
    tn_cbor_put_bytes(out, bytes, n);
}

// Reads a string; p is behind its opening quote. Returns what follows the string.
static const char *put_string(struct tn_cbor_out *out, const char *p, struct tn_span *key) {
    const char *end = p;

    while (*end && *end != '"') {
        end += *end == '\\' && end[1] ? 2 : 1;
    }
    struct tn_span s = {(const uint8_t *)p, (size_t)(end - p)};
    const char *next = *end ? end + 1 : end;
    if (next[strspn(next, " )")] == ':') {
        *key = s;
        tn_cbor_put_text(out, s.ptr, s.len);
    } else if (is_bytes(*key)) {
        put_base64(out, s);
    } else {
        tn_cbor_put_text(out, s.ptr, s.len);
    }
    return next;
}

// Swift prints a map as ["key": value], and with the type of its items in front of each.
static bool is_swift_map(const char *p) {
    p += strspn(p, " ");
    if (*p == ':') {
        return true;  // [:], the empty one
    }
    while (isalnum((unsigned char)*p) || *p == '.' || *p == '(') {
        p++;
    }
    if (*p != '"') {
        return false;
    }
    for (p++; *p && *p != '"'; p++) {
        p += *p == '\\' && p[1];
    }
    return *p && p[1 + strspn(p + 1, " )")] == ':';
}

// Swift's byteString([1, 2, 3]); p is behind "byteString(". Returns what follows it.
static const char *put_byte_string(struct tn_cbor_out *out, const char *p) {
    uint8_t bytes[2048];
    size_t n = 0;

    for (; *p && *p != ')'; p++) {
        if (isdigit((unsigned char)*p)) {
            char *end;
            unsigned long v = strtoul(p, &end, 10);
            if (n < sizeof(bytes)) {
                bytes[n++] = (uint8_t)v;
            }
            p = end - 1;
        }
    }
    tn_cbor_put_bytes(out, bytes, n);
    return *p ? p + 1 : p;
}

// The name of a type or a case, with its dots.
static const char *put_word(struct tn_cbor_out *out, const char *p) {
    static const char bytes[] = "byteString(";
    const char *end = p;

    while (isalnum((unsigned char)*end) || *end == '.' || *end == '_') {
        end++;
    }
    size_t n = sizeof(bytes) - 1;
    bool is_bytes = *end == '(' && (size_t)(end + 1 - p) >= n && memcmp(end + 1 - n, bytes, n) == 0;
    return is_bytes ? put_byte_string(out, end + 1) : end;
}

static const char *put_token(struct tn_cbor_out *out, const char *p, struct tn_span *key) {
    switch (*p) {
    case '{':
        tn_cbor_open_map(out);
        return p + 1;
    case '[':
        if (is_swift_map(p + 1)) {
            tn_cbor_open_map(out);
        } else {
            tn_cbor_open_list(out);
        }
        return p + 1;
    case '}':
    case ']':
        tn_cbor_close(out);
        return p + 1;
    case '"':
        return put_string(out, p + 1, key);
    default:
        break;
    }
    if (strncmp(p, "true", 4) == 0 || strncmp(p, "false", 5) == 0) {
        tn_cbor_put_bool(out, *p == 't');
        return p + (*p == 't' ? 4 : 5);
    }
    if (strncmp(p, "null", 4) == 0 || strncmp(p, "nil", 3) == 0) {
        put_byte(out, 0xf6);
        return p + (p[1] == 'u' ? 4 : 3);
    }
    if (*p >= '0' && *p <= '9') {
        char *end;
        unsigned long long v = strtoull(p, &end, 10);
        tn_cbor_put_uint(out, v > UINT32_MAX ? UINT32_MAX : (uint32_t)v);
        return end;
    }
    return isalpha((unsigned char)*p) ? put_word(out, p) : p + 1;  // commas, colons, blanks
}

void tn_explain_json_body(struct tn_cbor_out *out, const char *p) {
    struct tn_span key = {(const uint8_t *)"", 0};
    unsigned depth = 0;

    while (*p && !out->full) {
        depth += *p == '{' || *p == '[';
        depth -= depth && (*p == '}' || *p == ']');
        p = put_token(out, p, &key);
        if (depth == 0) {
            return;
        }
    }
}

size_t tn_explain_json_packet(const char *line, uint8_t *out, size_t size) {
    const char *head = strstr(line, "Header (");
    const char *body = head ? strstr(head, "CBOR") : NULL;
    unsigned long version = 0;
    unsigned long op, group, seq, id;

    if (!body || !field(head, "Op: ", 3, &op) || !field(head, "Group: ", UINT16_MAX, &group) ||
            !field(head, "Seq: ", 255, &seq) || !field(head, "Command: ", 255, &id)) {
        return 0;
    }
    field(head, "Version: ", 3, &version);
    struct tn_cbor_out cbor;
    size_t room = size - TN_SMP_HDR_LEN;
    tn_cbor_out_init(&cbor, out + TN_SMP_HDR_LEN, room < UINT16_MAX ? room : UINT16_MAX);
    const char *map = strchr(body, '{');
    if (map) {
        tn_explain_json_body(&cbor, map);
    }
    tn_smp_hdr_put(out,
            &(struct tn_smp_hdr){.version = (uint8_t)(version & 3),
                    .op = (uint8_t)op,
                    .group = (uint16_t)group,
                    .seq = (uint8_t)seq,
                    .id = (uint8_t)id,
                    .len = (uint16_t)cbor.len});
    return TN_SMP_HDR_LEN + cbor.len;
}
