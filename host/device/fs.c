// SPDX-License-Identifier: Apache-2.0
// One request at a time, each with the file's name: servers accept no other form.
//
// A server may lose every request that is longer than its buffers, and say nothing. So an upload
// begins with a short piece, and doubles it; if a longer one is lost twice, pieces stay as long as
// those that arrived.
#include "host/device/fs.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "host/device/ask_priv.h"

enum {
    OPEN_PATIENCE = 5,  // times the timeout of other commands: the server empties the file first
    HASH_PATIENCE = 15,
    LEAST_PIECE = 64,  // bytes of data that fit any server's buffers
    TRIALS = 2,
    TRIAL_MS = 1000,  // timeout for a piece that is longer than those that arrived
    OVERHEAD = 48,    // bytes of an upload's request besides name and data
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
    return tn_append(buf, room, p.data, f);
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

// A file on its way to the device.
struct sending {
    struct tn_session *s;
    const char *name;
    const uint8_t *data;
    size_t len;
    uint32_t off;   // the device has all bytes before it
    uint32_t sent;  // end of the furthest piece
    size_t most;    // bytes in a piece that request and device have room for
    size_t fits;    // longest piece that the device has answered
    size_t now;     // longest piece now
    uint8_t odd;    // answers in a row whose offset cannot be right
};

// Sends the n bytes at u->off. A piece that is longer than all that arrived may be lost because of
// its length: it is not waited for as long as others.
static int ask_piece(struct sending *u, size_t n, uint32_t *ret_off, struct tn_fault *f) {
    struct tn_session *s = u->s;
    struct tn_body b;
    bool found_off;
    const struct tn_cbor_field field = {"off", TN_FIELD_UINT, ret_off};

    tn_body_begin(&b);
    tn_cbor_pair_uint(&b.out, "off", u->off);
    tn_cbor_put_str(&b.out, "data");
    tn_cbor_put_bytes(&b.out, u->data + u->off, n);
    tn_cbor_pair_str(&b.out, "name", u->name);
    if (!u->off) {
        tn_cbor_pair_uint(&b.out, "len", (uint32_t)u->len);
    }
    struct tn_call call = tn_call_of(TN_SMP_FS, TN_FS_FILE, TN_SMP_WRITE, &b, u->off ? 3 : 4);
    call.timeout_ms = u->off ? 0 : tn_times(s, OPEN_PATIENCE);
    call.start_ms = u->off ? tn_session_soon_ms(s) : tn_times(s, 1);
    if (n > u->fits && n > LEAST_PIECE && u->off) {
        call.timeout_ms = tn_max(call.start_ms, TRIAL_MS);
        call.start_ms = call.timeout_ms;
        call.tries = TRIALS;
    }
    if (check_name(&b, u->name, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, u->name, &field, 1, f);
    found_off = found > 0;
    return found < 0          ? -1
            : found_off || !n ? 0
                              : tn_unreadable(s, "answer to a piece of the file", f);
}

// The device refused a repeated piece, maybe because it has it already: the answer to the first
// copy was lost. The file's size on the device says where to go on. Returns false if it does not.
static bool go_on_by_size(struct sending *u) {
    struct tn_fault ignored;
    uint32_t size;

    if (tn_device_file_size(u->s, u->name, &size, &ignored) || size <= u->off || size > u->sent) {
        return false;
    }
    u->off = size;
    return true;
}

// Notes where the device wants to go on. A few answers that cannot be right are ignored.
static int take_off(struct sending *u, size_t n, uint32_t off, struct tn_fault *f) {
    if (off > u->off && off <= u->sent) {
        u->fits = n > u->fits ? n : u->fits;
        u->now = 2 * u->now < u->most ? 2 * u->now : u->most;
        u->off = off;
        u->odd = 0;
        return 0;
    }
    if (++u->odd < TN_ODD_MAX) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_REFUSED,
            "%s: the device takes no data at byte %u: it answered %d times with an offset that "
            "cannot "
            "be right, the last time %u; send it again",
            u->name, (unsigned)u->off, TN_ODD_MAX, (unsigned)off);
}

// Sends the next piece, or finds out that pieces must be shorter.
static int put_piece(struct sending *u, struct tn_fault *f) {
    size_t left = u->len - u->off;
    size_t n = left < u->now ? left : u->now;
    bool again = u->off + n <= u->sent || u->off < u->sent;
    uint32_t off = u->off;

    u->sent = u->off + n > u->sent ? u->off + (uint32_t)n : u->sent;
    if (ask_piece(u, n, &off, f) == 0) {
        return n || u->off < u->len ? take_off(u, n, off, f) : 0;
    }
    if (f->kind == TN_FAULT_REFUSED) {
        return (again || u->s->client.retries) && go_on_by_size(u) ? 0 : -1;
    }
    if (f->kind != TN_FAULT_LINK || n <= u->fits || n <= LEAST_PIECE) {
        return -1;
    }
    u->most = u->now = u->fits > LEAST_PIECE ? u->fits : LEAST_PIECE;
    return 0;
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
    struct sending u = {.s = s, .name = name, .data = data, .len = len};

    u.most = piece_size(s, name);
    u.now = u.most < LEAST_PIECE ? u.most : LEAST_PIECE;
    do {
        if (put_piece(&u, f)) {
            return -1;
        }
        tell(s, u.off, len);
    } while (u.off < len);
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
