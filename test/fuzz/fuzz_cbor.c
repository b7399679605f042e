// SPDX-License-Identifier: Apache-2.0
// Any bytes as CBOR. Tenon's reader accepts each item that libcbor accepts, with the same end,
// except for what cbor.h refuses on purpose. Neither accepts an item that is cut off. A map is read
// to its end or not at all. Written items are read back.
#include <cbor.h>

#include "base/cbor.h"
#include "base/compiler.h"
#include "base/err.h"
#include "fuzz.h"

enum {
    OPEN_MAX = 8,
};

// libcbor allocates room for as many items as a head announces. If that fails, it is no fault of
// the input.
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:max_allocation_size_mb=256";
}

// ---- What libcbor says ---------------------------------------------------------------------

// True if the item has what Tenon refuses: strings in pieces, open lists and maps deeper than 8.
static bool is_beyond(const cbor_item_t *item, unsigned open) {
    size_t n = 0;
    bool beyond = false;

    switch (cbor_typeof(item)) {
    case CBOR_TYPE_BYTESTRING:
        return cbor_bytestring_is_indefinite(item);
    case CBOR_TYPE_STRING:
        return cbor_string_is_indefinite(item);
    case CBOR_TYPE_TAG: {
        cbor_item_t *inner = cbor_tag_item(item);
        beyond = is_beyond(inner, open);
        cbor_decref(&inner);
        return beyond;
    }
    case CBOR_TYPE_ARRAY:
        open += cbor_array_is_indefinite(item);
        n = cbor_array_size(item);
        for (size_t i = 0; i < n && !beyond; i++) {
            beyond = is_beyond(cbor_array_handle(item)[i], open);
        }
        return beyond || open > OPEN_MAX;
    case CBOR_TYPE_MAP:
        open += cbor_map_is_indefinite(item);
        n = cbor_map_size(item);
        for (size_t i = 0; i < n && !beyond; i++) {
            beyond = is_beyond(cbor_map_handle(item)[i].key, open) ||
                    is_beyond(cbor_map_handle(item)[i].value, open);
        }
        return beyond || open > OPEN_MAX;
    default:
        return false;
    }
}

static void compare(const uint8_t *data, size_t size) {
    struct cbor_load_result result;
    struct tn_cbor_in in;
    cbor_item_t *item = cbor_load(data, size, &result);

    tn_cbor_in_init(&in, data, size);
    int err = tn_cbor_skip(&in);
    PROMISE(in.p >= data && in.p <= data + size);
    if (!item) {
        PROMISE(err || result.error.code != CBOR_ERR_NOTENOUGHDATA);
        return;
    }
    if (err) {
        PROMISE(is_beyond(item, 0));
    } else {
        PROMISE(in.p == data + result.read);
    }
    cbor_decref(&item);
}

// ---- Reading -------------------------------------------------------------------------------

static void read_map(const uint8_t *data, size_t size) {
    uint32_t u = 7;
    int32_t i = 7;
    struct tn_span bytes = {data, 0};
    struct tn_span text = {data, 0};
    bool flag = true;
    struct tn_cbor_in any = {data, data};
    struct tn_cbor_in in;
    const struct tn_cbor_field fields[] = {
            {"u", TN_FIELD_UINT, &u},
            {"i", TN_FIELD_INT, &i},
            {"b", TN_FIELD_BYTES, &bytes},
            {"t", TN_FIELD_TEXT, &text},
            {"f", TN_FIELD_BOOL, &flag},
            {"a", TN_FIELD_ANY, &any},
    };

    tn_cbor_in_init(&in, data, size);
    int found = tn_cbor_get_map(&in, fields, TN_LEN(fields));
    PROMISE(in.p >= data && in.p <= data + size);
    PROMISE(found >= TN_EINVAL && found < 1 << TN_LEN(fields));
    PROMISE(bytes.len <= size && bytes.ptr >= data && bytes.ptr + bytes.len <= data + size);
    PROMISE(text.len <= size && text.ptr >= data && text.ptr + text.len <= data + size);
    PROMISE(any.p >= data && any.end <= data + size && any.p <= any.end);
    if (found >= 0) {
        struct tn_cbor_in again;
        tn_cbor_in_init(&again, data, size);
        PROMISE(tn_cbor_skip(&again) ||
                again.p == in.p);  // a value may be 8 deep, the map is one more
        PROMISE(!(found & 32) || !tn_cbor_skip(&any));
    }
    PROMISE(found < 0 || (found & 1) || u == 7);
    PROMISE(found < 0 || (found & 2) || i == 7);
}

// Walks through a list or map by its items, as handlers do.
static void walk(const uint8_t *data, size_t size, enum tn_cbor_type type) {
    struct tn_cbor_seq seq;
    struct tn_cbor_in in;
    size_t items = 0;
    int more = 0;

    tn_cbor_in_init(&in, data, size);
    if (tn_cbor_enter(&in, type, &seq)) {
        return;
    }
    while ((more = tn_cbor_next(&in, &seq)) > 0) {
        uint64_t number;
        const uint8_t *was = in.p;
        if (tn_cbor_get_uint64(&in, &number)) {
            in.p = was;
            if (tn_cbor_skip(&in)) {
                return;
            }
        }
        PROMISE(in.p > was && in.p <= data + size && ++items <= size);
    }
    PROMISE(more <= 0);
}

// ---- Writing -------------------------------------------------------------------------------

static void write_and_read(struct fuzz_in *from) {
    uint8_t buf[600];
    uint8_t string[256];
    struct tn_cbor_out out;
    struct tn_cbor_in in;
    uint32_t u = fuzz_u32(from);
    int32_t i = (int32_t)fuzz_u32(from);
    size_t room = fuzz_u16(from) % sizeof(buf);
    size_t len = fuzz_take(from, string, fuzz_u8(from));

    tn_cbor_out_init(&out, buf, room);
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "u", u);
    tn_cbor_put_str(&out, "i");
    tn_cbor_put_int(&out, i);
    tn_cbor_put_str(&out, "t");
    tn_cbor_put_text(&out, string, len);
    tn_cbor_pair_bool(&out, "f", u & 1);
    tn_cbor_close(&out);
    PROMISE(out.len <= room);
    if (out.full) {
        return;
    }
    uint32_t got_u = 0;
    int32_t got_i = 0;
    struct tn_span text = {NULL, 0};
    bool flag = false;
    const struct tn_cbor_field fields[] = {
            {"u", TN_FIELD_UINT, &got_u},
            {"i", TN_FIELD_INT, &got_i},
            {"t", TN_FIELD_TEXT, &text},
            {"f", TN_FIELD_BOOL, &flag},
    };
    tn_cbor_in_init(&in, buf, out.len);
    PROMISE(tn_cbor_get_map(&in, fields, TN_LEN(fields)) == 15 && in.p == in.end);
    PROMISE(got_u == u && got_i == i && flag == (u & 1));
    PROMISE(text.len == len && !memcmp(text.ptr, string, len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    compare(data, size);
    read_map(data, size);
    walk(data, size, TN_CBOR_LIST);
    walk(data, size, TN_CBOR_MAP);
    write_and_read(&in);
    return 0;
}
