// SPDX-License-Identifier: Apache-2.0
// Every length is compared with what is left before it is used. All numbers are little-endian.
#include "host/files/dfu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "host/base/text.h"

// The suffix from the file's end: "from the end" lets it grow at its front (DFU 1.1, appendix B).
enum {
    CRC_BACK = 4,
    LENGTH_BACK = 5,
    MAGIC_BACK = 8,  // "UFD"
    BCD_DFU_BACK = 10,
    VENDOR_BACK = 12,
    PRODUCT_BACK = 14,
    DEVICE_BACK = 16,
};

// DfuSe.
enum {
    PREFIX = 11,  // "DfuSe", version, size (4), number of targets
    PREFIX_SIZE = 6,
    PREFIX_TARGETS = 10,
    TARGET = 274,  // "Target", alternate, named (4), name (255), size (4), number of elements (4)
    TARGET_ALT = 6,
    TARGET_NAMED = 7,
    TARGET_NAME = 11,
    TARGET_SIZE = 266,
    TARGET_ELEMENTS = 270,
    ELEMENT = 8,  // address, size
};

static const char prefix_magic[] = "DfuSe\x01";
static const char target_magic[] = "Target";

// CRC-32 without the inversion at the end.
static uint32_t crc_of(const uint8_t *p, size_t len) {
    return ~tn_crc32(0, p, len);
}

// ---- Reading ---------------------------------------------------------------------------

static bool has_prefix(const uint8_t *p, size_t len) {
    return len >= sizeof(prefix_magic) - 1 &&
            memcmp(p, prefix_magic, sizeof(prefix_magic) - 1) == 0;
}

// A version 1.x of the specification, and a length that such a suffix can have: four bytes in a row
// that other files have by chance only.
static bool has_suffix(const uint8_t *p, size_t len) {
    if (len < TN_DFU_SUFFIX) {
        return false;
    }
    const uint8_t *end = p + len;
    return memcmp(end - MAGIC_BACK, "UFD", 3) == 0 && tn_get_le16(end - BCD_DFU_BACK) >> 8 == 1 &&
            end[-LENGTH_BACK] >= TN_DFU_SUFFIX;
}

bool tn_dfu_is(const uint8_t *p, size_t len) {
    return has_suffix(p, len) || has_prefix(p, len);
}

// What a walk through a DfuSe file knows.
struct walk {
    const uint8_t *p;
    size_t len;  // without the suffix
    const char *file;
    int (*each)(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f);
    void *ctx;
    struct tn_fault *f;
};

static int malformed(const struct walk *w, const char *what) {
    return tn_fail(
            w->f, TN_FAULT_MALFORMED, "%s: a DfuSe file %s; build or copy it again", w->file, what);
}

// Walks over the elements between at and end, which must be exactly n.
static int walk_elements(const struct walk *w, size_t at, size_t end, uint32_t n,
        const struct tn_dfu_element *target) {
    for (; n; n--) {
        if (end - at < ELEMENT) {
            return malformed(w, "with an element that its target has no room for");
        }
        struct tn_dfu_element e = *target;
        e.addr = tn_get_le32(w->p + at);
        e.len = tn_get_le32(w->p + at + 4);
        e.bytes = w->p + at + ELEMENT;
        at += ELEMENT;
        if (e.len > end - at) {
            return malformed(w, "with an element that is longer than its target");
        }
        if ((uint64_t)e.addr + e.len > (uint64_t)UINT32_MAX + 1) {
            return malformed(w, "with an element that runs beyond the 32-bit address space");
        }
        if (w->each && w->each(w->ctx, &e, w->f)) {
            return -1;
        }
        at += e.len;
    }
    return at == end ? 0 : malformed(w, "with a target that is longer than its elements");
}

// Walks over the target at *at, and moves *at behind it.
static int walk_target(const struct walk *w, size_t *at, unsigned number) {
    char name[TN_DFU_NAME + 1] = "";
    const uint8_t *t = w->p + *at;

    if (w->len - *at < TARGET || memcmp(t, target_magic, sizeof(target_magic) - 1) != 0) {
        return malformed(w, "that lacks a target");
    }
    uint32_t size = tn_get_le32(t + TARGET_SIZE);
    *at += TARGET;
    if (size > w->len - *at) {
        return malformed(w, "with a target that is longer than the file");
    }
    if (tn_get_le32(t + TARGET_NAMED)) {
        const char *text = (const char *)t + TARGET_NAME;
        tn_text_copy(
                name, sizeof(name), (struct tn_span){t + TARGET_NAME, strnlen(text, TN_DFU_NAME)});
    }
    const struct tn_dfu_element target = {.target = number, .alt = t[TARGET_ALT], .name = name};
    size_t from = *at;
    *at += size;
    return walk_elements(w, from, *at, tn_get_le32(t + TARGET_ELEMENTS), &target);
}

// The size in the prefix is that of the file without the suffix; some tools count it, too.
static int walk_file(const struct walk *w, size_t file_len, unsigned *ret_targets) {
    size_t at = PREFIX;

    if (w->len < PREFIX) {
        return malformed(w, "that is shorter than its prefix");
    }
    uint32_t size = tn_get_le32(w->p + PREFIX_SIZE);
    if (size != w->len && size != file_len) {
        return malformed(w, "whose prefix names another size than the file has");
    }
    *ret_targets = w->p[PREFIX_TARGETS];
    for (unsigned i = 0; i < *ret_targets; i++) {
        if (walk_target(w, &at, i)) {
            return -1;
        }
    }
    return at == w->len ? 0 : malformed(w, "with bytes behind its last target");
}

static int read_suffix(const uint8_t *p, size_t len, const char *name, struct tn_dfu_file *ret,
        struct tn_fault *f) {
    if (!has_suffix(p, len)) {
        return has_prefix(p, len) ? tn_fail(f, TN_FAULT_TRUNCATED,
                                            "%s: a DfuSe file without its suffix, so it was cut "
                                            "off; build or copy it again",
                                            name)
                                  : tn_fail(f, TN_FAULT_MAGIC,
                                            "%s: not a .dfu file: it does not end with a DFU "
                                            "suffix; make one by: tenon dfu-file make",
                                            name);
    }
    const uint8_t *end = p + len;
    uint8_t suffix = end[-LENGTH_BACK];
    if (suffix > len) {
        return tn_fail(f, TN_FAULT_TRUNCATED,
                "%s: its DFU suffix says that it has %u bytes, and the file has %zu; build or copy "
                "it again",
                name, suffix, len);
    }
    *ret = (struct tn_dfu_file){
            .ids = {tn_get_le16(end - VENDOR_BACK), tn_get_le16(end - PRODUCT_BACK),
                    tn_get_le16(end - DEVICE_BACK), tn_get_le16(end - BCD_DFU_BACK)},
            .crc = tn_get_le32(end - CRC_BACK),
            .is_dfuse = has_prefix(p, len - suffix),
            .len = len - suffix};
    uint32_t crc = crc_of(p, len - CRC_BACK);
    if (crc != ret->crc) {
        return tn_fail(f, TN_FAULT_DAMAGED,
                "%s: damaged: its DFU suffix names the CRC %08x, and the content has %08x; build "
                "or copy it again",
                name, (unsigned)ret->crc, (unsigned)crc);
    }
    return 0;
}

int tn_dfu_read(const uint8_t *p, size_t len, const char *name, struct tn_dfu_file *ret,
        int (*each)(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f), void *ctx,
        struct tn_fault *f) {
    struct tn_dfu_file file;

    if (read_suffix(p, len, name, &file, f)) {
        return -1;
    }
    const struct walk w = {p, file.len, name, each, ctx, f};
    if (file.is_dfuse && walk_file(&w, len, &file.targets)) {
        return -1;
    }
    *ret = file;
    return 0;
}

// ---- Segments --------------------------------------------------------------------------

struct collect {
    struct tn_segments *s;
    const char *file;
    int alt;  // -1: none yet
};

static int collect(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f) {
    struct collect *c = ctx;

    if (c->alt >= 0 && c->alt != e->alt) {
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: a DfuSe file for several memories (alternates %d and %u); make one for each "
                "of them",
                c->file, c->alt, e->alt);
    }
    c->alt = e->alt;
    return tn_segments_add(c->s, e->addr, e->bytes, e->len, c->file, f);
}

int tn_dfu_segments(
        const uint8_t *p, size_t len, const char *name, struct tn_segments *s, struct tn_fault *f) {
    struct collect c = {s, name, -1};
    struct tn_dfu_file file;

    return tn_dfu_read(p, len, name, &file, collect, &c, f);
}

// ---- Writing ---------------------------------------------------------------------------

// Fills the last TN_DFU_SUFFIX bytes of p, which has len bytes with them.
static void put_suffix(uint8_t *p, size_t len, const struct tn_dfu_ids *ids, uint16_t bcd_dfu) {
    uint8_t *end = p + len;

    tn_put_le16(end - DEVICE_BACK, ids->device);
    tn_put_le16(end - PRODUCT_BACK, ids->pid);
    tn_put_le16(end - VENDOR_BACK, ids->vid);
    tn_put_le16(end - BCD_DFU_BACK, bcd_dfu);
    memcpy(end - MAGIC_BACK, "UFD", 3);
    end[-LENGTH_BACK] = TN_DFU_SUFFIX;
    tn_put_le32(end - CRC_BACK, crc_of(p, len - CRC_BACK));
}

int tn_dfu_format(const struct tn_buf *firmware, const struct tn_dfu_ids *ids, struct tn_buf *ret,
        struct tn_fault *f) {
    size_t len = firmware->len + TN_DFU_SUFFIX;
    uint8_t *p = malloc(len);

    if (!p) {
        return tn_fail_memory(f);
    }
    if (firmware->len) {
        memcpy(p, firmware->p, firmware->len);
    }
    put_suffix(p, len, ids, TN_DFU_PLAIN);
    *ret = (struct tn_buf){p, len};
    return 0;
}

static void put_target(uint8_t *t, uint8_t alt, const char *name, size_t size, size_t elements) {
    memset(t, 0, TARGET);
    memcpy(t, target_magic, sizeof(target_magic) - 1);
    t[TARGET_ALT] = alt;
    if (name) {
        tn_put_le32(t + TARGET_NAMED, 1);
        snprintf((char *)t + TARGET_NAME, TN_DFU_NAME, "%s", name);
    }
    tn_put_le32(t + TARGET_SIZE, (uint32_t)size);
    tn_put_le32(t + TARGET_ELEMENTS, (uint32_t)elements);
}

int tn_dfuse_format(const struct tn_segments *s, uint8_t alt, const char *target,
        const struct tn_dfu_ids *ids, struct tn_buf *ret, struct tn_fault *f) {
    uint64_t size = 0;  // of the elements

    for (size_t i = 0; i < s->n; i++) {
        size += ELEMENT + s->list[i].bytes.len;
    }
    size_t len = PREFIX + TARGET + (size_t)size + TN_DFU_SUFFIX;
    uint8_t *p = len <= UINT32_MAX ? malloc(len) : NULL;  // the sizes in the file have 32 bits
    if (!p) {
        return tn_fail_memory(f);
    }
    memcpy(p, prefix_magic, sizeof(prefix_magic) - 1);
    tn_put_le32(p + PREFIX_SIZE, (uint32_t)(len - TN_DFU_SUFFIX));
    p[PREFIX_TARGETS] = 1;
    put_target(p + PREFIX, alt, target, (size_t)size, s->n);
    uint8_t *at = p + PREFIX + TARGET;
    for (size_t i = 0; i < s->n; i++) {
        const struct tn_segment *g = &s->list[i];
        tn_put_le32(at, g->addr);
        tn_put_le32(at + 4, (uint32_t)g->bytes.len);
        memcpy(at + ELEMENT, g->bytes.p, g->bytes.len);
        at += ELEMENT + g->bytes.len;
    }
    put_suffix(p, len, ids, TN_DFU_DFUSE);
    *ret = (struct tn_buf){p, len};
    return 0;
}
