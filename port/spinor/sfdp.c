// SPDX-License-Identifier: Apache-2.0
#include "spinor/sfdp.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    HEADER_LEN = 8,  // of all headers
    MAJOR = 1,       // of every revision so far
    BASIC = 0xff00,
    SECTOR_MAP = 0xff81,
    ADDRESS_4 = 0xff84,
    BASIC_MIN = 9,     // words of the first revision
    BASIC_WORDS = 16,  // those that are used here
    PAGE_WORD = 11,
    ENTER_WORD = 16,
    ADDRESS_4_WORDS = 2,
    PAGE_MAX = 256,
    BUFFER = 64,        // of a chip that does not tell its page's size: bit 2 of the first word
    SECTOR_MIN = 4096,  // no chip has less memory
    EXPONENT_MAX = 31,
};

static const uint8_t signature[] = {'S', 'F', 'D', 'P'};

// Where a table is. words 0: there is none.
struct table {
    uint32_t addr;
    uint32_t words;
};

struct tables {
    struct table basic, address_4;
    bool has_sector_map;
};

// A table of a later revision may stand behind one of the first revision: the longer one counts.
static void take_header(const uint8_t *h, struct tables *ret) {
    uint32_t id = h[0] | (uint32_t)h[7] << 8;
    struct table t = {tn_get_le32(h + 4) & 0xffffff, h[3]};

    if (h[2] != MAJOR) {
        return;
    }
    if (id == BASIC && t.words > ret->basic.words) {
        ret->basic = t;
    } else if (id == ADDRESS_4 && t.words >= ADDRESS_4_WORDS) {
        ret->address_4 = t;
    } else if (id == SECTOR_MAP) {
        ret->has_sector_map = true;
    }
}

static int find_tables(tn_sfdp_read *read, void *ctx, struct tables *ret) {
    uint8_t h[HEADER_LEN];
    int err = read(ctx, 0, h, sizeof(h));

    memset(ret, 0, sizeof(*ret));
    if (!err && (memcmp(h, signature, sizeof(signature)) || h[5] != MAJOR)) {
        err = TN_ENOENT;
    }
    unsigned n = h[6] + 1u;
    for (unsigned i = 1; !err && i <= n; i++) {
        err = read(ctx, i * HEADER_LEN, h, sizeof(h));
        if (!err) {
            take_header(h, ret);
        }
    }
    return err;
}

// Word 2: the number of bits less one or, with bit 31, its logarithm.
static int get_size(uint32_t word, uint32_t *ret) {
    uint32_t exponent = word & 0x7fffffff;

    if (word >> 31) {
        if (exponent > EXPONENT_MAX + 3) {
            return TN_ENOTSUP;
        }
        *ret = exponent > EXPONENT_MAX ? 1u << (exponent - 3) : 0;
    } else {
        *ret = (word >> 3) + 1;
        *ret = (word & 7) == 7 ? *ret : 0;
    }
    return *ret && *ret % SECTOR_MIN == 0 ? 0 : TN_ECORRUPT;
}

// Words 8 and 9: the logarithm of the size and the command, two in a word.
static bool get_erases(const uint8_t *p, struct tn_sfdp *ret) {
    bool has_one = false;

    for (unsigned i = 0; i < TN_SFDP_ERASES; i++, p += 2) {
        struct tn_sfdp_erase *e = &ret->erase[i];
        bool is_one = p[0] && p[0] <= EXPONENT_MAX && p[1] && p[1] != 0xff;
        e->size = is_one ? 1u << p[0] : 0;
        e->size = e->size <= ret->size ? e->size : 0;
        e->command = p[1];
        has_one |= e->size != 0;
    }
    return has_one;
}

static int get_basic(tn_sfdp_read *read, void *ctx, const struct table *t, struct tn_sfdp *ret) {
    uint8_t p[4 * BASIC_WORDS] = {0};
    int err = read(ctx, t->addr, p, 4 * tn_min(t->words, BASIC_WORDS));
    uint32_t first = tn_get_le32(p);

    if (!err) {
        err = get_size(tn_get_le32(p + 4), &ret->size);
    }
    if (err) {
        return err;
    }
    uint32_t address = first >> 17 & 3;
    if (address > TN_SFDP_ADDRESS_4 || !get_erases(p + 4 * 7, ret)) {
        return TN_ECORRUPT;
    }
    ret->address = (enum tn_sfdp_address)address;
    ret->page = first & 4 ? BUFFER : 1;
    if (t->words >= PAGE_WORD) {
        ret->page = tn_min(1u << (p[4 * (PAGE_WORD - 1)] >> 4), PAGE_MAX);
    }
    if (t->words >= ENTER_WORD) {
        uint8_t ways = p[4 * ENTER_WORD - 1];
        ret->enter = ways & 1;
        ret->enter_enabled = ways & 2;
    }
    return 0;
}

// The first word: bit 0 is command 13h, bit 6 is 12h, bits 9 to 12 are the erases, whose commands
// the second word has.
static int get_address_4(
        tn_sfdp_read *read, void *ctx, const struct table *t, struct tn_sfdp *ret) {
    uint8_t p[4 * ADDRESS_4_WORDS];
    int err = t->words ? read(ctx, t->addr, p, sizeof(p)) : 0;

    if (err || !t->words) {
        return err;
    }
    uint32_t has = tn_get_le32(p);
    ret->reads_4 = has & 1 && has >> 6 & 1;
    for (unsigned i = 0; i < TN_SFDP_ERASES; i++) {
        ret->erase[i].command4 = has >> (9 + i) & 1 && p[4 + i] != 0xff ? p[4 + i] : 0;
    }
    return 0;
}

int tn_sfdp_get(tn_sfdp_read *read, void *ctx, struct tn_sfdp *ret) {
    struct tn_sfdp got = {0};
    struct tables tables;
    int err = find_tables(read, ctx, &tables);

    if (!err && tables.basic.words < BASIC_MIN) {
        err = TN_ECORRUPT;
    }
    if (!err && tables.has_sector_map) {
        err = TN_ENOTSUP;
    }
    if (!err) {
        err = get_basic(read, ctx, &tables.basic, &got);
    }
    if (!err) {
        err = get_address_4(read, ctx, &tables.address_4, &got);
    }
    if (!err) {
        *ret = got;
    }
    return err;
}
