// SPDX-License-Identifier: Apache-2.0
// A block: two magic numbers, flags, address, number of data bytes, the block's number, the number
// of blocks, the family; 476 bytes for data; a magic number. All numbers are 32 bits and
// little-endian.
#include "host/files/uf2.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

enum { BLOCK = 512, PAGE = 256, HEAD = 32, DATA_MAX = 476, END = 508 };
enum { NOT_FLASH = 0x1, FILE_CONTAINER = 0x1000, HAS_FAMILY = 0x2000 };

static const uint32_t magic[3] = {0x0a324655, 0x9e5d5157, 0x0ab16f30};

const struct tn_uf2_family tn_uf2_families[] = {
        {"nrf52840", 0xada52840},
        {"nrf52833", 0x621e937a},
        {"nrf52832xxaa", 0x72721d4e},
        {"nrf52832xxab", 0x6f752678},
        {"nrf52", 0x1b57745f},
        {"rp2040", 0xe48bff56},
        {"samd21", 0x68ed2b88},
        {"samd51", 0x55114460},
        {"saml21", 0x1851780a},
        {"stm32f0", 0x647824b6},
        {"stm32f1", 0x5ee21072},
        {"stm32f2", 0x5d1a0a2e},
        {"stm32f3", 0x6b846188},
        {"stm32f4", 0x57755a57},
        {"stm32f7", 0x53b80f00},
        {"stm32g0", 0x300f5633},
        {"stm32g4", 0x4c71240a},
        {"stm32h7", 0x6db66082},
        {"stm32l0", 0x202e3a91},
        {"stm32l1", 0x1e1f432d},
        {"stm32l4", 0x00ff6919},
        {"stm32l5", 0x04240bdf},
        {"stm32wb", 0x70d16653},
        {"stm32wl", 0x21460ff0},
        {"lpc55", 0x2abc77ec},
        {"mimxrt10xx", 0x4fb2d5bd},
        {"kl32l2", 0x7f83e793},
        {"esp32s2", 0xbfdd4eee},
        {"esp32s3", 0xc47e5767},
        {NULL, 0},
};

int tn_uf2_family(const char *text, uint32_t *ret) {
    for (const struct tn_uf2_family *f = tn_uf2_families; f->name; f++) {
        if (strcasecmp(text, f->name) == 0) {
            *ret = f->id;
            return 0;
        }
    }
    char *end = NULL;
    unsigned long long v = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 0) : 0;
    if (!end || *end || v > UINT32_MAX) {
        return -1;
    }
    *ret = (uint32_t)v;
    return 0;
}

// ---- Writing ---------------------------------------------------------------------------

static void begin_block(uint8_t *p, uint32_t addr, uint32_t number, uint32_t family) {
    memset(p, 0, BLOCK);
    memset(p + HEAD, 0xff, PAGE);
    tn_put_le32(p, magic[0]);
    tn_put_le32(p + 4, magic[1]);
    tn_put_le32(p + 8, HAS_FAMILY);
    tn_put_le32(p + 12, addr);
    tn_put_le32(p + 16, PAGE);
    tn_put_le32(p + 20, number);
    tn_put_le32(p + 28, family);
    tn_put_le32(p + END, magic[2]);
}

// The end of one segment and the beginning of the next may share a block.
static size_t put_blocks(uint8_t *out, const struct tn_segments *s, uint32_t family) {
    uint32_t number = 0;
    uint32_t page = 0;

    for (size_t i = 0; i < s->n; i++) {
        const struct tn_segment *g = &s->list[i];
        for (size_t at = 0; at < g->bytes.len;) {
            uint32_t addr = g->addr + (uint32_t)at;
            if (number == 0 || (addr & ~(PAGE - 1u)) != page) {
                page = addr & ~(PAGE - 1u);
                begin_block(out + (size_t)number * BLOCK, page, number, family);
                number++;
            }
            size_t room = PAGE - (addr - page);
            size_t n = room < g->bytes.len - at ? room : g->bytes.len - at;
            memcpy(out + (size_t)(number - 1) * BLOCK + HEAD + (addr - page), g->bytes.p + at, n);
            at += n;
        }
    }
    for (uint32_t i = 0; i < number; i++) {
        tn_put_le32(out + (size_t)i * BLOCK + 24, number);
    }
    return (size_t)number * BLOCK;
}

int tn_uf2_format(
        const struct tn_segments *s, uint32_t family, struct tn_buf *ret, struct tn_fault *f) {
    size_t blocks = 1;

    for (size_t i = 0; i < s->n; i++) {
        blocks += s->list[i].bytes.len / PAGE + 2;  // and one block that begins or ends within
    }
    uint8_t *p = malloc(blocks * BLOCK);
    if (!p) {
        return tn_fail_memory(f);
    }
    *ret = (struct tn_buf){p, put_blocks(p, s, family)};
    return 0;
}

// ---- Reading ---------------------------------------------------------------------------

static int bad(const char *name, size_t number, const char *why, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_MALFORMED,
            "%s: block %zu: %s, so this is no sound UF2; build or copy it again", name, number,
            why);
}

struct families {
    bool any;
    uint32_t flags, id;  // of the first block
};

// Reads one block.
static int take_block(struct tn_segments *s, const uint8_t *p, size_t number, struct families *fam,
        const char *name, struct tn_fault *f) {
    uint32_t flags = tn_get_le32(p + 8);
    uint32_t len = tn_get_le32(p + 16);
    struct families now = {true, flags & HAS_FAMILY, flags & HAS_FAMILY ? tn_get_le32(p + 28) : 0};

    if (tn_get_le32(p) != magic[0] || tn_get_le32(p + 4) != magic[1] ||
            tn_get_le32(p + END) != magic[2]) {
        return bad(name, number, "wrong magic numbers", f);
    }
    if (flags & (NOT_FLASH | FILE_CONTAINER)) {
        return 0;
    }
    if (len > DATA_MAX) {
        return bad(name, number, "more data than a block holds", f);
    }
    if (fam->any && (fam->flags != now.flags || fam->id != now.id)) {
        return tn_fail(f, TN_FAULT_UNSUPPORTED,
                "%s: a UF2 for several families of chips; build it for one", name);
    }
    *fam = now;
    return tn_segments_add(s, tn_get_le32(p + 12), p + HEAD, len, name, f);
}

int tn_uf2_parse(
        struct tn_segments *s, const uint8_t *p, size_t len, const char *name, struct tn_fault *f) {
    struct families fam = {0};

    // The first block knows how many there are. More may follow, for another family.
    if (len < BLOCK || len % BLOCK || tn_get_le32(p + 24) > len / BLOCK) {
        return tn_fail(f, TN_FAULT_TRUNCATED,
                "%s: a UF2 that lacks blocks, so it was cut off; build or copy it again", name);
    }
    for (size_t number = 0; number < len / BLOCK; number++) {
        if (take_block(s, p + number * BLOCK, number, &fam, name, f)) {
            return -1;
        }
    }
    return 0;
}
