// SPDX-License-Identifier: Apache-2.0
// One request at a time, each with the file's name: servers accept no other form.
#include "host/device/fs.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/device/ask_priv.h"

enum {
    OPEN_PATIENCE = 5,  // times the timeout of other commands: the server empties the file first
    HASH_PATIENCE = 15,
    OVERHEAD = 48,  // bytes of an upload's request besides name and data
};

static struct tn_call about(struct tn_body *b, uint8_t id, uint8_t op, const char *name) {
    tn_body_begin(b);
    tn_cbor_pair_str(&b->out, "name", name);
    return tn_call_of(TN_SMP_FS, id, op, b, 1);
}

static int check_name(const struct tn_body *b, const char *name, struct tn_fault *f) {
    return b->out.full ? tn_fail(f, TN_FAULT_USAGE, "%.40s...: the name is too long", name) : 0;
}

static void tell(struct tn_session *s, size_t done, size_t size) {
    struct tn_progress p = {.done = done, .size = size};

    if (s->progress) {
        s->progress(s->ctx, &p);
    }
}

int tn_device_file_size(struct tn_session *s, const char *name, uint32_t *ret, struct tn_fault *f) {
    struct tn_body b;
    uint32_t len = 0;
    const struct tn_cbor_field field = {"len", TN_FIELD_UINT, &len};
    struct tn_call call = about(&b, TN_FS_STATUS, TN_SMP_READ, name);

    if (check_name(&b, name, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, name, &field, 1, f);
    if (found < 0) {
        return -1;
    }
    if (!found) {
        return tn_unreadable(s, "file size", f);
    }
    *ret = len;
    return 0;
}

// ---- Download ----------------------------------------------------------------------------

struct piece {
    uint32_t off, len;
    struct tn_span data;
    bool has_len;
};

static int get_piece(struct tn_session *s, const char *name, uint32_t off, struct piece *ret,
        struct tn_fault *f) {
    struct tn_body b;
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &ret->off},
            {"data", TN_FIELD_BYTES, &ret->data},
            {"len", TN_FIELD_UINT, &ret->len},
    };

    tn_body_begin(&b);
    tn_cbor_pair_uint(&b.out, "off", off);
    tn_cbor_pair_str(&b.out, "name", name);
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_FILE, TN_SMP_READ, &b, 2);
    if (check_name(&b, name, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, name, fields, TN_LEN(fields), f);
    if (found < 0) {
        return -1;
    }
    ret->has_len = found & 4;
    return (found & 3) == 3 && ret->off == off ? 0 : tn_unreadable(s, "piece of the file", f);
}

// Grows with the bytes that arrive, not with the length that the device announces.
static int append(struct tn_buf *buf, size_t *room, struct tn_span data, struct tn_fault *f) {
    if (data.len > *room - buf->len || !buf->p) {
        size_t more = 2 * (buf->len + data.len) + 1;
        uint8_t *p = realloc(buf->p, more);
        if (!p) {
            return tn_fail_memory(f);
        }
        buf->p = p;
        *room = more;
    }
    if (data.len) {
        memcpy(buf->p + buf->len, data.ptr, data.len);
    }
    buf->len += data.len;
    return 0;
}

// Reads one more piece. *size: the size of the file, from the first piece.
static int get_next(struct tn_session *s, const char *name, struct tn_buf *buf, size_t *room,
        uint32_t *size, struct tn_fault *f) {
    struct piece p = {.off = 0};

    if (get_piece(s, name, (uint32_t)buf->len, &p, f)) {
        return -1;
    }
    if (!buf->p) {
        if (!p.has_len) {
            return tn_unreadable(s, "file size", f);
        }
        if (p.len > TN_FS_FILE_MAX) {
            return tn_fail(f, TN_FAULT_TOO_LARGE, "%s: has %u bytes; at most %u can be read", name,
                    (unsigned)p.len, (unsigned)TN_FS_FILE_MAX);
        }
        *size = p.len;
    }
    if (p.data.len > *size - buf->len || (!p.data.len && buf->len < *size)) {
        return tn_fail(
                f, TN_FAULT_DAMAGED, "%s: the file changed while it was read; read it again", name);
    }
    return append(buf, room, p.data, f);
}

int tn_device_file_get(
        struct tn_session *s, const char *name, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_buf buf = {0};
    size_t room = 0;
    uint32_t size = 0;

    do {
        if (get_next(s, name, &buf, &room, &size, f)) {
            tn_buf_free(&buf);
            return -1;
        }
        tell(s, buf.len, size);
    } while (buf.len < size);
    *ret = buf;
    return 0;
}

// ---- Upload ------------------------------------------------------------------------------

// Did the device refuse a repeated piece because it has the piece already? This happens if the
// answer to the first copy was lost. The file's size on the device shows it: the piece ends at end.
static bool is_there(struct tn_session *s, const char *name, uint32_t end) {
    struct tn_fault ignored;
    uint32_t size;

    return s->client.retries && tn_device_file_size(s, name, &size, &ignored) == 0 && size == end;
}

static int put_piece(struct tn_session *s, const char *name, const uint8_t *data, size_t n,
        uint32_t off, size_t len, uint32_t *ret_off, struct tn_fault *f) {
    struct tn_body b;
    const struct tn_cbor_field field = {"off", TN_FIELD_UINT, ret_off};

    tn_body_begin(&b);
    tn_cbor_pair_uint(&b.out, "off", off);
    tn_cbor_put_str(&b.out, "data");
    tn_cbor_put_bytes(&b.out, data, n);
    tn_cbor_pair_str(&b.out, "name", name);
    if (!off) {
        tn_cbor_pair_uint(&b.out, "len", (uint32_t)len);
    }
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_FILE, TN_SMP_WRITE, &b, off ? 3 : 4);
    call.timeout_ms = off ? 0 : tn_times(s, OPEN_PATIENCE);
    call.start_ms = off ? tn_session_soon_ms(s) : tn_times(s, 1);
    if (check_name(&b, name, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, name, &field, 1, f);
    if (found < 0 && f->kind == TN_FAULT_REFUSED && is_there(s, name, off + (uint32_t)n)) {
        *ret_off = off + (uint32_t)n;
        return 0;
    }
    if (found < 0) {
        return -1;
    }
    return found && *ret_off > off && *ret_off <= off + n ? 0
            : n ? tn_unreadable(s, "answer to a piece of the file", f)
                : 0;
}

// How many bytes of data fit in a request beside the name.
static size_t piece_size(const struct tn_session *s, const char *name) {
    size_t room = sizeof(((struct tn_body *)0)->bytes);
    size_t packet = s->buf_size ? s->buf_size : s->transport->safe_packet;

    packet = packet > s->transport->overhead ? packet - s->transport->overhead : 0;
    room = packet < room ? packet : room;
    size_t around = OVERHEAD + strlen(name);
    return room > around ? room - around : 1;
}

int tn_device_file_put(struct tn_session *s, const char *name, const uint8_t *data, size_t len,
        struct tn_fault *f) {
    size_t most = piece_size(s, name);
    uint32_t off = 0;

    do {
        size_t n = len - off < most ? len - off : most;
        if (put_piece(s, name, data + off, n, off, len, &off, f)) {
            return -1;
        }
        tell(s, off, len);
    } while (off < len);
    return 0;
}

// ---- Sums --------------------------------------------------------------------------------

int tn_device_file_sum(struct tn_session *s, const char *name, const char *type,
        struct tn_file_sum *ret, struct tn_fault *f) {
    struct tn_file_sum sum = {.len = 0};
    struct tn_body b;
    struct tn_span kind = {0};
    struct tn_span bytes = {0};
    struct tn_cbor_in output = {0};
    const struct tn_cbor_field fields[] = {
            {"type", TN_FIELD_TEXT, &kind},
            {"len", TN_FIELD_UINT, &sum.len},
            {"output", TN_FIELD_ANY, &output},
    };

    tn_body_begin(&b);
    tn_cbor_pair_str(&b.out, "name", name);
    if (type) {
        tn_cbor_pair_str(&b.out, "type", type);
    }
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_HASH, TN_SMP_READ, &b, type ? 2 : 1);
    call.timeout_ms = tn_times(s, HASH_PATIENCE);
    if (check_name(&b, name, f) || tn_ask_fields(s, &call, name, fields, TN_LEN(fields), f) < 0) {
        return -1;
    }
    struct tn_cbor_in again = output;
    bool is_number = output.p && !tn_cbor_get_uint(&output, &sum.number);
    if (!output.p || (!is_number && tn_cbor_get_bytes(&again, &bytes)) ||
            bytes.len > TN_FS_SUM_MAX) {
        return tn_unreadable(s, "checksum", f);
    }
    if (bytes.len) {
        memcpy(sum.sum, bytes.ptr, bytes.len);
    }
    sum.sum_len = bytes.len;
    tn_text_copy(sum.type, sizeof(sum.type), kind);
    *ret = sum;
    return 0;
}

struct sums_reader {
    void (*take)(void *ctx, const char *type, uint32_t size);
    void *ctx;
};

static int take_sum(struct tn_cbor_in *in, struct tn_span name, void *ctx) {
    const struct sums_reader *reader = ctx;
    char type[TN_FS_SUM_NAME];
    uint32_t size = 0;
    const struct tn_cbor_field field = {"size", TN_FIELD_UINT, &size};

    if (tn_cbor_get_map(in, &field, 1) < 0) {
        return -1;
    }
    tn_text_copy(type, sizeof(type), name);
    reader->take(reader->ctx, type, size);
    return 0;
}

int tn_device_file_sums(struct tn_session *s,
        void (*take)(void *ctx, const char *type, uint32_t size), void *ctx, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_TYPES, TN_SMP_READ, NULL, 0);
    struct sums_reader reader = {take, ctx};
    struct tn_cbor_in types = {0};
    const struct tn_cbor_field field = {"types", TN_FIELD_ANY, &types};
    int found = tn_ask_fields(s, &call, "cannot query the kinds of hash", &field, 1, f);

    if (found < 0) {
        return -1;
    }
    return found && tn_each_pair(&types, take_sum, &reader) ? tn_unreadable(s, "checksums", f) : 0;
}

int tn_device_file_close(struct tn_session *s, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_CLOSE, TN_SMP_WRITE, NULL, 0);
    struct tn_reply r;

    return tn_session_ask(s, &call, "cannot close the file", &r, f);
}
