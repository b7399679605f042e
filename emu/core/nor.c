// SPDX-License-Identifier: Apache-2.0
#include "emu/core/nor.h"

#include <string.h>

enum {
    PROGRAM = 0x02,
    READ = 0x03,
    DISABLE = 0x04,
    READ_STATUS = 0x05,
    ENABLE = 0x06,
    PROGRAM_4 = 0x12,
    READ_4 = 0x13,
    ERASE_4K = 0x20,
    ERASE_4K_4 = 0x21,
    READ_SFDP = 0x5a,
    READ_ID = 0x9f,
    WAKE = 0xab,
    ENTER_4 = 0xb7,
    SLEEP = 0xb9,
    ERASE_64K = 0xd8,
    ERASE_64K_4 = 0xdc,
    LEAVE_4 = 0xe9,
};

enum {
    BUSY = 0x01,
    ENABLED = 0x02,
    PROGRAM_US = 600,  // typical times of the GD25Q16C
    ERASE_US = 50000,
    SECTOR = 4096,
    BLOCK = 65536,
    LIMIT_3 = 1 << 24,
    BASIC_AT = 0x30,  // in the tables
    BASIC_WORDS = 16,
    ADDRESS_4_AT = 0x80,
};

const char *const tn_emu_nor_words[TN_EMU_NOR_KINDS] = {
        "good", "high", "low", "busy", "liar", "protected"};

// ---- Tables --------------------------------------------------------------------------------

static void put_word(uint8_t *p, uint32_t v) {
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> 8 * i);
    }
}

static void put_header(uint8_t *p, uint32_t id, uint32_t words, uint32_t at) {
    put_word(p, (id & 0xff) | 6 << 8 | 1 << 16 | words << 24);
    put_word(p + 4, at | id >> 8 << 24);
}

void tn_emu_nor_tables(size_t len, bool by_mode, uint8_t ret[TN_EMU_NOR_SFDP]) {
    bool is_large = len > LIMIT_3;
    uint8_t *basic = ret + BASIC_AT;

    memset(ret, 0xff, TN_EMU_NOR_SFDP);
    memcpy(ret, "SFDP", 4);
    put_word(ret + 4, 6 | 1 << 8 | (uint32_t)(is_large && !by_mode) << 16 | 0xffu << 24);
    put_header(ret + 8, 0xff00, BASIC_WORDS, BASIC_AT);
    // 4 KiB erases by 20h, buffers of 64 bytes or more, addresses of three bytes or both.
    put_word(basic, 0xfff120e5 | (uint32_t)is_large << 17);
    put_word(basic + 4, (uint32_t)(len * 8 - 1));
    put_word(basic + 4 * 7, 12 | ERASE_4K << 8 | 16 << 16 | (uint32_t)ERASE_64K << 24);
    put_word(basic + 4 * 8, 0);
    put_word(basic + 4 * 9, 0x00124a32);
    put_word(basic + 4 * 10, 8 << 4);  // pages of 256 bytes
    put_word(basic + 4 * 15, is_large ? 1u << 24 : 0);
    if (is_large && !by_mode) {
        put_header(ret + 16, 0xff84, 2, ADDRESS_4_AT);
        put_word(ret + ADDRESS_4_AT, 1 | 1 << 6 | 3 << 9);
        put_word(ret + ADDRESS_4_AT + 4, ERASE_4K_4 | (uint32_t)ERASE_64K_4 << 8 | 0xffffu << 16);
    }
}

static uint8_t table_byte(const struct tn_emu_nor_chip *chip, uint32_t at) {
    uint8_t own[TN_EMU_NOR_SFDP];

    if (chip->kind == TN_EMU_NOR_LIAR) {
        return (uint8_t)(at * 167 + 13);
    }
    if (chip->sfdp) {
        return chip->sfdp[at % TN_EMU_NOR_SFDP];
    }
    tn_emu_nor_tables(chip->len, false, own);
    return own[at % TN_EMU_NOR_SFDP];
}

// ---- Commands ------------------------------------------------------------------------------

struct command {
    uint8_t code;
    uint8_t address_len;  // 0: none; 1: three or four, by the mode; 3, 4
    uint8_t dummies;      // bytes behind the address
    bool writes;          // wants a write enable
    uint32_t erases;      // bytes
};

enum { BY_MODE = 1 };

static const struct command commands[] = {
        {READ_STATUS, 0, 0, false, 0},
        {ENABLE, 0, 0, false, 0},
        {DISABLE, 0, 0, false, 0},
        {READ_ID, 0, 0, false, 0},
        {WAKE, 0, 0, false, 0},
        {SLEEP, 0, 0, false, 0},
        {ENTER_4, 0, 0, false, 0},
        {LEAVE_4, 0, 0, false, 0},
        {READ_SFDP, 3, 1, false, 0},
        {READ, BY_MODE, 0, false, 0},
        {READ_4, 4, 0, false, 0},
        {PROGRAM, BY_MODE, 0, true, 0},
        {PROGRAM_4, 4, 0, true, 0},
        {ERASE_4K, BY_MODE, 0, true, SECTOR},
        {ERASE_4K_4, 4, 0, true, SECTOR},
        {ERASE_64K, BY_MODE, 0, true, BLOCK},
        {ERASE_64K_4, 4, 0, true, BLOCK},
};

static const struct command *command_of(uint8_t code) {
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (commands[i].code == code) {
            return &commands[i];
        }
    }
    return NULL;
}

static uint32_t address_len(const struct tn_emu_nor *n, const struct command *c) {
    return c->address_len == BY_MODE ? 3u + n->address_4 : c->address_len;
}

// Bytes of the command before its data.
static uint32_t head_len(const struct tn_emu_nor *n, const struct command *c) {
    return 1 + address_len(n, c) + c->dummies;
}

static uint32_t address(const struct tn_emu_nor *n, const struct command *c) {
    uint32_t addr = 0;

    for (uint32_t i = 0; i < address_len(n, c); i++) {
        addr = addr << 8 | n->head[1 + i];
    }
    return addr;
}

static bool is_dead(const struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip) {
    return chip->kind == TN_EMU_NOR_HIGH || chip->kind == TN_EMU_NOR_LOW ||
            (chip->dies_at && n->commands >= chip->dies_at);
}

static uint8_t dead_byte(const struct tn_emu_nor_chip *chip) {
    return chip->kind == TN_EMU_NOR_LOW || chip->dies_low ? 0 : 0xff;
}

static bool is_busy(const struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now) {
    return chip->kind == TN_EMU_NOR_BUSY || now < n->busy_until;
}

static uint8_t read_byte(
        struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, const struct command *c) {
    uint32_t at = n->n - head_len(n, c);
    uint32_t addr = address(n, c);

    switch (c->code) {
    case READ_ID:
        return at == 0 ? 0xc8 : at == 1 ? 0x40 : 0x15;
    case READ_SFDP:
        return table_byte(chip, addr + at);
    case READ:
    case READ_4:
        n->violations += addr + at >= chip->len;
        return chip->bytes[(addr + at) % chip->len];
    default:
        return 0xff;
    }
}

// A page takes the last bytes that came.
static void take_byte(struct tn_emu_nor *n, const struct command *c, uint8_t byte) {
    uint32_t at = n->n - head_len(n, c);

    if (c->writes && !c->erases) {
        n->page[(address(n, c) + at) % TN_EMU_NOR_PAGE] = byte;
        n->npage = at + 1;
    }
}

uint8_t tn_emu_nor_exchange(
        struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us, uint8_t byte) {
    if (is_dead(n, chip)) {
        n->n++;
        return dead_byte(chip);
    }
    if (n->n == 0) {
        n->npage = 0;
        n->head[0] = byte;
        n->n = 1;
        return 0xff;
    }
    const struct command *c = command_of(n->head[0]);
    uint8_t got = 0xff;
    if (n->asleep) {
        got = 0xff;
    } else if (n->head[0] == READ_STATUS) {
        got = (uint8_t)((is_busy(n, chip, now_us) ? BUSY : 0) | (n->enabled ? ENABLED : 0));
    } else if (c && !is_busy(n, chip, now_us)) {
        if (n->n < head_len(n, c)) {
            n->head[n->n] = byte;
        } else {
            got = read_byte(n, chip, c);
            take_byte(n, c, byte);
        }
    }
    n->n++;
    return got;
}

// ---- What it does --------------------------------------------------------------------------

struct doing {
    bool (*on_op)(void *ctx, const struct tn_emu_nor_op *op);
    void *ctx;
};

static bool begin(const struct doing *d, const struct tn_emu_nor_op *op) {
    return !d->on_op || d->on_op(d->ctx, op);
}

static bool program(struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint32_t addr,
        const struct doing *d) {
    uint32_t start = addr - addr % TN_EMU_NOR_PAGE;
    uint32_t first = addr % TN_EMU_NOR_PAGE;
    uint32_t len = n->npage < TN_EMU_NOR_PAGE ? n->npage : TN_EMU_NOR_PAGE;
    uint8_t *page = chip->bytes + start;
    struct tn_emu_nor_op op = {.off = start, .len = TN_EMU_NOR_PAGE, .data = n->page};
    uint8_t sent[TN_EMU_NOR_PAGE];

    n->violations += first + n->npage > TN_EMU_NOR_PAGE;
    memcpy(sent, n->page, sizeof(sent));
    memcpy(n->page, page, sizeof(n->page));
    for (uint32_t i = 0; i < len; i++) {
        uint32_t at = (first + i) % TN_EMU_NOR_PAGE;
        n->page[at] &= sent[at];
        n->violations += n->page[at] != sent[at];
    }
    bool goes_on = begin(d, &op);
    if (goes_on) {
        memcpy(page, n->page, TN_EMU_NOR_PAGE);
    }
    return goes_on;
}

static bool erase(
        const struct tn_emu_nor_chip *chip, uint32_t off, uint32_t len, const struct doing *d) {
    struct tn_emu_nor_op op = {.is_erase = true, .off = off, .len = len};
    bool goes_on = begin(d, &op);

    if (goes_on) {
        memset(chip->bytes + off, 0xff, len);
    }
    return goes_on;
}

static void write(struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us,
        const struct command *c, const struct doing *d) {
    uint32_t addr = address(n, c);
    bool is_bad = !n->enabled || addr >= chip->len || (c->erases && addr % c->erases);
    uint32_t us = c->erases ? chip->erase_us : chip->program_us;

    if (is_bad) {
        n->violations++;
        return;
    }
    if (chip->kind == TN_EMU_NOR_PROTECTED) {
        return;
    }
    if (c->erases ? erase(chip, addr, c->erases, d) : program(n, chip, addr, d)) {
        n->enabled = false;
        n->busy_until = now_us + (us ? us : c->erases ? ERASE_US : PROGRAM_US);
    }
}

static void obey(struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us,
        const struct doing *d) {
    const struct command *c = command_of(n->head[0]);

    if (n->asleep) {
        n->asleep = n->head[0] != WAKE;
        return;
    }
    if (!c || (is_busy(n, chip, now_us) && c->code != READ_STATUS)) {
        n->violations++;
        return;
    }
    switch (c->code) {
    case ENABLE:
    case DISABLE:
        n->enabled = c->code == ENABLE;
        break;
    case ENTER_4:
    case LEAVE_4:
        n->violations += chip->enter_wants_enable && !n->enabled;
        n->enabled = n->enabled && !chip->enter_wants_enable;
        n->address_4 = c->code == ENTER_4;
        break;
    case SLEEP:
        n->asleep = true;
        break;
    default:
        if (c->writes && n->n >= head_len(n, c) + !c->erases) {
            write(n, chip, now_us, c, d);
        }
        break;
    }
}

void tn_emu_nor_deselect(struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us,
        bool (*on_op)(void *ctx, const struct tn_emu_nor_op *op), void *ctx) {
    const struct doing d = {on_op, ctx};

    if (n->n && !is_dead(n, chip)) {
        obey(n, chip, now_us, &d);
    }
    n->commands += n->n != 0;
    n->n = 0;
}

void tn_emu_nor_tear(
        const struct tn_emu_nor_chip *chip, const struct tn_emu_nor_op *op, uint32_t seed) {
    for (uint32_t i = 0; i < op->len; i++) {
        seed = seed * 1664525 + 1013904223;
        uint8_t *at = &chip->bytes[op->off + i];
        uint8_t chance = (uint8_t)(seed >> 24);
        // Of a program some bits of some bytes are written; of an erase some are not erased.
        *at = op->is_erase ? *at | chance : (uint8_t)(op->data[i] | (*at & chance));
    }
}
