// SPDX-License-Identifier: Apache-2.0
// Prints the CBOR map in a packet, whatever it holds. The walk has a stack of its own, so a log
// decides neither the depth of recursion nor the length of the output.
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/smp_words.h"
#include "host/explain/explain_priv.h"

enum {
    DEPTH = 16,        // nested lists and maps that are shown
    SHOWN_ITEMS = 64,  // items of one packet
    SHOWN_TEXT = 160,  // characters of one text
    SHOWN_BYTES = 16,
};

// ---- Text ------------------------------------------------------------------------------

void tn_explain_text_begin(struct text *t, char *buf, size_t size) {
    *t = (struct text){.p = buf, .size = size};
    buf[0] = 0;
}

void tn_explain_text_add(struct text *t, const char *format, ...) {
    va_list args;

    va_start(args, format);
    int n = vsnprintf(t->p + t->len, t->size - t->len, format, args);
    va_end(args);
    if (n > 0) {
        t->len += (size_t)n < t->size - t->len ? (size_t)n : t->size - t->len - 1;
    }
}

void tn_explain_text_add_quoted(struct text *t, struct tn_span s) {
    size_t n = s.len < SHOWN_TEXT ? s.len : SHOWN_TEXT;

    tn_explain_text_add(t, "\"");
    for (size_t i = 0; i < n; i++) {
        tn_explain_text_add(t, "%c", isprint(s.ptr[i]) && s.ptr[i] < 0x7f ? s.ptr[i] : '?');
    }
    tn_explain_text_add(t, n < s.len ? "...\"" : "\"");
}

void tn_explain_text_add_hex(struct text *t, struct tn_span s, size_t max) {
    for (size_t i = 0; i < s.len && i < max; i++) {
        tn_explain_text_add(t, "%02x", s.ptr[i]);
    }
    tn_explain_text_add(t, s.len > max ? "..." : "");
}

// ---- One item --------------------------------------------------------------------------

bool tn_explain_item_get(struct tn_cbor_in *in, struct item *ret) {
    size_t left = (size_t)(in->end - in->p);

    if (left == 0) {
        return false;
    }
    uint8_t b = *in->p++;
    *ret = (struct item){.type = b >> 5, .info = b & 31, .value = b & 31};
    left--;
    if (ret->info == 31) {
        ret->open = true;
        ret->value = 0;
        return ret->type == TN_CBOR_LIST || ret->type == TN_CBOR_MAP || b == 0xff;
    }
    if (ret->info >= 24) {
        size_t n = (size_t)1 << (ret->info - 24);
        if (ret->info > 27 || left < n) {
            return false;
        }
        for (ret->value = 0; n; n--) {
            ret->value = ret->value << 8 | *in->p++;
        }
        left = (size_t)(in->end - in->p);
    }
    if (ret->type == TN_CBOR_BYTES || ret->type == TN_CBOR_TEXT) {
        ret->bytes.ptr = in->p;
        ret->bytes.len = ret->value < left ? (size_t)ret->value : left;
        in->p += ret->bytes.len;
    }
    return true;
}

static void add_scalar(struct text *t, const struct item *h) {
    switch (h->type) {
    case TN_CBOR_UINT:
        tn_explain_text_add(t, "%llu", (unsigned long long)h->value);
        break;
    case TN_CBOR_NINT:
        tn_explain_text_add(t, "-%llu", (unsigned long long)h->value + 1);
        break;
    case TN_CBOR_BYTES:
        tn_explain_text_add(t, "%llu byte%s%s", (unsigned long long)h->value,
                h->value == 1 ? "" : "s", h->value ? " " : "");
        tn_explain_text_add_hex(t, h->bytes, SHOWN_BYTES);
        break;
    case TN_CBOR_TEXT:
        tn_explain_text_add_quoted(t, h->bytes);
        break;
    default:
        tn_explain_text_add(t, "%s",
                h->info == 20           ? "false"
                        : h->info == 21 ? "true"
                        : h->info == 22 ? "null"
                                        : "a value of another type");
    }
}

// A list or map that is being shown.
struct level {
    bool open, is_map, at_value;
    uint64_t left;  // items; of a map, keys and values
    bool any;
};

struct walk {
    struct text *t;
    struct level levels[DEPTH];
    int depth;
};

static void begin_item(struct walk *w) {
    struct level *l = &w->levels[w->depth - 1];

    if (l->is_map && l->at_value) {
        tn_explain_text_add(w->t, " ");
    } else if (l->any) {
        tn_explain_text_add(w->t, ", ");
    }
    l->any = true;
    l->at_value = l->is_map && !l->at_value;
    l->left -= l->open ? 0 : 1;
}

static void leave(struct walk *w) {
    tn_explain_text_add(w->t, w->levels[--w->depth].is_map ? "}" : "]");
}

// One item: a scalar, or the beginning of a list or map. False: too deep.
static bool show_item(struct walk *w, const struct item *h) {
    bool map = h->type == TN_CBOR_MAP;

    if (w->depth) {
        begin_item(w);
    }
    if (!map && h->type != TN_CBOR_LIST) {
        bool key = w->depth && w->levels[w->depth - 1].at_value;
        if (h->type != TN_CBOR_TAG) {
            add_scalar(w->t, h);
        }
        tn_explain_text_add(w->t, "%s", key ? ":" : "");
        return true;
    }
    if (w->depth == DEPTH) {
        tn_explain_text_add(w->t, "...");
        return false;
    }
    uint64_t left = map && h->value <= UINT32_MAX ? 2 * h->value : h->value;
    tn_explain_text_add(w->t, map ? "{" : "[");
    w->levels[w->depth++] = (struct level){.open = h->open, .is_map = map, .left = left};
    return true;
}

// Any value, with the values nested in it.
static void add_value(struct text *t, struct tn_cbor_in in) {
    struct walk w = {.t = t};

    for (int items = 0; items < SHOWN_ITEMS; items++) {
        struct item h;
        if (!tn_explain_item_get(&in, &h)) {
            tn_explain_text_add(t, "(cut off)");
            return;
        }
        bool is_break = h.type == TN_CBOR_SIMPLE && h.open;
        if (is_break && (w.depth == 0 || !w.levels[w.depth - 1].open)) {
            tn_explain_text_add(t, "(malformed)");
            return;
        }
        if (is_break) {
            leave(&w);
        } else if (!show_item(&w, &h)) {
            return;
        }
        while (w.depth && !w.levels[w.depth - 1].open && w.levels[w.depth - 1].left == 0) {
            leave(&w);
        }
        if (w.depth == 0) {
            return;
        }
    }
    tn_explain_text_add(t, ", ...");
}

// ---- Members of the packet's map -------------------------------------------------------

// How to show a member's value.
enum show {
    VALUE,
    SIZE,        // of a byte string; the bytes themselves mean nothing to a reader
    HASH,        // its first bytes
    BOOTLOADER,  // a number for tn_bootloader_mode
    BOOT_MODE,   // what the reset starts
};

// Members with words of their own.
static const struct {
    const char *key;
    const char *before, *behind;
    enum show show;
} members[] = {
        {"off", "from byte ", "", VALUE},
        {"len", "", " bytes in all", VALUE},
        {"data", "", " bytes of data", SIZE},
        {"sha", "SHA-256 of the file ", "", HASH},
        {"hash", "hash ", "", HASH},
        {"image", "image ", "", VALUE},
        {"slot", "slot ", "", VALUE},
        {"upgrade", "only if it is newer: ", "", VALUE},
        {"match", "the device has the same file: ", "", VALUE},
        {"buf_size", "packets of up to ", " bytes", VALUE},
        {"buf_count", "", " buffers", VALUE},
        {"d", "text ", "", VALUE},
        {"r", "text ", "", VALUE},
        {"output", "", "", VALUE},
        {"format", "fields ", "", VALUE},
        {"query", "about ", "", VALUE},
        {"bootloader", "bootloader ", "", VALUE},
        {"mode", "", "", BOOTLOADER},
        {"boot_mode", "into ", "", BOOT_MODE},
        {"datetime", "time ", "", VALUE},
        {"name", "name ", "", VALUE},
        {"val", "value ", "", VALUE},
        {"argv", "words ", "", VALUE},
        {"o", "it prints ", "", VALUE},
        {"ret", "and returns ", "", VALUE},
        {"rsn", "the device says: ", "", VALUE},
};

static void add_known(
        struct text *t, enum show show, const struct item *item, struct tn_cbor_in value) {
    bool bytes = item->type == TN_CBOR_BYTES;
    bool number = item->type == TN_CBOR_UINT && item->value < 256;

    if (show == SIZE && bytes) {
        tn_explain_text_add(t, "%llu", (unsigned long long)item->value);
    } else if (show == HASH && bytes) {
        tn_explain_text_add_hex(t, item->bytes, 4);
    } else if (show == BOOTLOADER && number) {
        tn_explain_text_add(t, "%s", tn_bootloader_mode((int)item->value));
    } else if (show == BOOT_MODE && number && item->value < 2) {
        tn_explain_text_add(t, "%s", item->value ? "the bootloader" : "the application");
    } else {
        add_value(t, value);
    }
}

static void add_member(struct text *t, bool response, struct tn_span key, struct tn_cbor_in value) {
    struct tn_cbor_in in = value;
    struct item item;

    if (response && tn_span_is(key, "off")) {  // of an upload
        tn_explain_text_add(t, "the next byte is ");
        add_value(t, value);
        return;
    }
    for (size_t i = 0; i < TN_LEN(members); i++) {
        if (tn_span_is(key, members[i].key) && tn_explain_item_get(&in, &item)) {
            tn_explain_text_add(t, "%s", members[i].before);
            add_known(t, members[i].show, &item, value);
            tn_explain_text_add(t, "%s", members[i].behind);
            return;
        }
    }
    tn_explain_text_add_quoted(t, key);
    tn_explain_text_add(t, ": ");
    add_value(t, value);
}

// One line per image.
static bool add_images(struct text *t, struct tn_cbor_in body) {
    struct tn_reply r = {.body = {body.p, (size_t)(body.end - body.p)}};
    struct tn_slot_list l;

    if (tn_slot_list_get(&r, &l)) {
        return false;
    }
    for (size_t i = 0; i < l.n; i++) {
        char words[100];
        tn_slot_words(&l, &l.slots[i], words, sizeof(words));
        tn_explain_text_add(t, "%s", t->len ? "\n" : "");
        if (l.slots[i].image) {
            tn_explain_text_add(t, "image %u, ", (unsigned)l.slots[i].image);
        }
        tn_explain_text_add(
                t, "slot %u: version %s, hash ", (unsigned)l.slots[i].slot, l.slots[i].version);
        tn_explain_text_add_hex(t, (struct tn_span){l.slots[i].hash, l.slots[i].hash_len}, 4);
        tn_explain_text_add(t, ", %s", words);
    }
    if (l.n == 0) {
        tn_explain_text_add(t, "no image");
    }
    return true;
}

bool tn_explain_body_member(struct tn_cbor_in in, const char *name, struct item *ret) {
    struct tn_cbor_seq seq;
    struct tn_span key;

    if (tn_cbor_enter(&in, TN_CBOR_MAP, &seq)) {
        return false;
    }
    while (tn_cbor_next(&in, &seq) > 0 && tn_cbor_get_text(&in, &key) == 0) {
        if (tn_span_is(key, name)) {
            return tn_explain_item_get(&in, ret);
        }
        if (tn_cbor_skip(&in)) {
            return false;
        }
    }
    return false;
}

static bool is_state(const struct tn_smp_hdr *h) {
    return h->group == TN_SMP_IMAGE && h->id == TN_IMG_STATE;
}

void tn_explain_body_text(struct text *t, const struct tn_smp_hdr *h, struct tn_cbor_in in) {
    struct tn_cbor_in start = in;
    struct tn_cbor_seq seq;
    struct tn_span key;
    bool any = false;

    if (in.p == in.end) {
        return;
    }
    if (tn_cbor_enter(&in, TN_CBOR_MAP, &seq)) {
        tn_explain_text_add(t, "its body is no CBOR map");
        return;
    }
    for (int i = 0; i < SHOWN_ITEMS; i++) {
        int more = tn_cbor_next(&in, &seq);
        if (more == 0) {
            return;
        }
        if (more < 0 || tn_cbor_get_text(&in, &key)) {
            tn_explain_text_add(t, "%s(cut off)", any ? ", " : "");
            return;
        }
        struct tn_cbor_in value = in;
        bool error = tn_span_is(key, "rc") || tn_span_is(key, "err");
        bool images = tn_span_is(key, "images") && is_state(h) && (h->op & 1);
        bool quiet = error || tn_span_is(key, "splitStatus") || tn_span_is(key, "tn") ||
                tn_span_is(key, "crc") ||                     // the packet's own CRC (SPEC.md)
                (is_state(h) && tn_span_is(key, "confirm"));  // the command's name says it already
        if (images ? !add_images(t, start) : !quiet) {
            tn_explain_text_add(t, any ? ", " : "");
            add_member(t, h->op & 1, key, value);
            any = true;
        }
        if (tn_cbor_skip(&in)) {
            return;  // the map is cut: what came before is shown
        }
    }
}

void tn_explain_body_error(struct text *t, const struct tn_reply *r) {
    const struct tn_smp_code_words *w = tn_smp_code_words(r->group, r->rc);

    tn_explain_text_add(t, "error %d", (int)r->rc);
    if (r->group >= 0) {
        tn_explain_text_add(t, " of group %d", (int)r->group);
    }
    tn_explain_text_add(t, ": %s", w->meaning);
    if (r->reason.len) {
        tn_explain_text_add(t, "; the device says: ");
        tn_explain_text_add_quoted(t, r->reason);
    }
}
