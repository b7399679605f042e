// SPDX-License-Identifier: Apache-2.0
// uint32_t verify_built_in(const struct tn_key *key, const uint8_t *hash, size_t hash_len, const
// uint8_t *sig, size_t sig_len) of src/crypto/p256_microecc.c, and verify_cortex_m4 of
// src/crypto/p256_cortex_m4.c: four arguments are in r0 to r3, the fifth is on the stack (AAPCS).
// micro-ecc's own functions do not use standard arguments, because row and library are compiled as
// one unit.
//
// void br_sha2small_round(const unsigned char *buf, uint32_t *val): 64 bytes of the message, and
// the state of 8 words, which it changes.
//
// int tn_unwrap_ecies(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key)
// of src/crypto, and void tn_image_convert(const struct tn_secrets *secrets, const struct
// tn_image_key *key, uint32_t off, uint8_t *buf, uint32_t len) of src/image: a loader has one
// private key and one cipher.
#include "memo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHECK,  // kinds
    ROUND,
    UNWRAP,
    CONVERT,
    KEY = 64,
    KEY_BYTES = 8,  // offset of the pointer to the bytes in struct tn_key
    HASH = 32,
    SIG_MAX = 80,
    BLOCK = 64,
    WRAPPED_MAX = 129,  // ECIES-P256 with AES-256
    IMAGE_KEY = 41,     // struct tn_image_key, without the unused bytes at its end
    IMAGE_KEY_BYTES = 32,
    CHUNK_MAX = 256,  // bytes that a boot converts at once
    ANSWER = 4,       // bytes of r0
    STACK = 3072,     // more than the functions use
};
_Static_assert(KEY + HASH + SIG_MAX <= TN_MEMO_INPUT, "key, hash and signature");
_Static_assert(IMAGE_KEY + 4 + CHUNK_MAX <= TN_MEMO_INPUT, "key, place and bytes");
_Static_assert(ANSWER + CHUNK_MAX <= TN_MEMO_OUTPUT, "the bytes");

// The names of a function: each program has one of them.
static const char *const names[TN_MEMO_KINDS][2] = {
        [CHECK] = {"verify_built_in", "verify_cortex_m4"},
        [ROUND] = {"br_sha2small_round"},
        [UNWRAP] = {"tn_unwrap_ecies"},
        [CONVERT] = {"tn_image_convert"}};

static uint32_t find(const struct tn_elf *program, const char *const name[2]) {
    const struct tn_elf_function *f = tn_elf_find(program, name[0]);

    if (!f && name[1]) {
        f = tn_elf_find(program, name[1]);
    }
    return f ? f->addr : UINT32_MAX;
}

static uint64_t filter_bit(uint32_t addr) {
    return 1ull << (addr / 2 % 64);
}

int tn_memo_open(struct tn_memo *m, const struct tn_elf *program) {
    memset(m, 0, sizeof(*m));
    for (size_t i = 0; i < TN_MEMO_KINDS; i++) {
        m->entry[i] = find(program, names[i]);
        m->filter |= filter_bit(m->entry[i]);
    }
    m->calls = calloc(TN_MEMO_CALLS, sizeof(*m->calls));
    if (!m->calls || m->entry[CHECK] == UINT32_MAX) {
        fprintf(stderr, "emu: no memory, or no %s in the loader\n", names[CHECK][0]);
        tn_memo_close(m);
        return -1;
    }
    return 0;
}

void tn_memo_close(struct tn_memo *m) {
    free(m->calls);
    memset(m, 0, sizeof(*m));
}

// ---- Calls -----------------------------------------------------------------------------

// The chip's memory at addr. NULL if fewer than len bytes are there, or if they are where the
// function's own stack will be.
static uint8_t *bytes_at(struct tn_emu *e, uint32_t addr, uint32_t len) {
    uint32_t in_ram = addr - e->chip->ram_base;
    uint32_t in_flash = addr - e->chip->flash_base;

    if (in_ram <= e->chip->ram_size - len) {
        return tn_emu_reg(e, TN_EMU_SP) - addr - 1 < STACK ? NULL : e->ram + in_ram;
    }
    return in_flash <= e->chip->flash_size - len ? e->flash + in_flash : NULL;
}

// Appends the len bytes at addr to the input. False if they cannot be read.
static bool add(struct tn_memo *m, struct tn_emu *e, uint32_t addr, uint32_t len) {
    const uint8_t *from = bytes_at(e, addr, len);

    if (!from) {
        return false;
    }
    memcpy(m->now.input + m->now.input_len, from, len);
    m->now.input_len += len;
    return true;
}

static void add_word(struct tn_memo *m, uint32_t word) {
    memcpy(m->now.input + m->now.input_len, &word, sizeof(word));
    m->now.input_len += (uint32_t)sizeof(word);
}

// The result: len bytes at addr, besides r0. False if they are not in RAM.
static bool expect(struct tn_memo *m, struct tn_emu *e, uint32_t addr, uint32_t len) {
    m->output_at = addr;
    m->now.output_len = len;
    return addr - e->chip->ram_base <= e->chip->ram_size - len;
}

static bool get_word(struct tn_emu *e, uint32_t addr, uint32_t *ret) {
    const uint8_t *from = bytes_at(e, addr, sizeof(*ret));

    if (from) {
        memcpy(ret, from, sizeof(*ret));
    }
    return from;
}

// The fifth argument.
static bool get_fifth(struct tn_emu *e, uint32_t *ret) {
    return get_word(e, tn_emu_reg(e, TN_EMU_SP), ret);
}

static bool get_check(struct tn_memo *m, struct tn_emu *e) {
    uint32_t bytes, sig_len;

    return tn_emu_reg(e, 2) == HASH && get_word(e, tn_emu_reg(e, 0) + KEY_BYTES, &bytes) &&
            get_fifth(e, &sig_len) && sig_len <= SIG_MAX && add(m, e, bytes, KEY) &&
            add(m, e, tn_emu_reg(e, 1), HASH) && add(m, e, tn_emu_reg(e, 3), sig_len);
}

static bool get_round(struct tn_memo *m, struct tn_emu *e) {
    return expect(m, e, tn_emu_reg(e, 1), HASH) && add(m, e, tn_emu_reg(e, 0), BLOCK) &&
            add(m, e, m->output_at, HASH);
}

static bool get_unwrap(struct tn_memo *m, struct tn_emu *e) {
    uint32_t len = tn_emu_reg(e, 2);

    return len <= WRAPPED_MAX && expect(m, e, tn_emu_reg(e, 3), IMAGE_KEY_BYTES) &&
            add(m, e, tn_emu_reg(e, 1), len);
}

static bool get_convert(struct tn_memo *m, struct tn_emu *e) {
    uint32_t len;

    if (!get_fifth(e, &len) || len > CHUNK_MAX || !expect(m, e, tn_emu_reg(e, 3), len)) {
        return false;
    }
    add_word(m, tn_emu_reg(e, 2));
    return add(m, e, tn_emu_reg(e, 1), IMAGE_KEY) && add(m, e, m->output_at, len);
}

// Reads the arguments of the call that begins here. False: this call cannot be stored.
static bool get_input(struct tn_memo *m, struct tn_emu *e) {
    static bool (*const gets[TN_MEMO_KINDS])(struct tn_memo *, struct tn_emu *) = {
            [CHECK] = get_check,
            [ROUND] = get_round,
            [UNWRAP] = get_unwrap,
            [CONVERT] = get_convert};

    m->now.entry = m->entry[m->kind];
    m->now.input_len = 0;
    m->now.output_len = 0;
    m->output_at = e->chip->ram_base;
    return gets[m->kind](m, e);
}

// The table entry for such a call.
static struct tn_memo_call *place_of(const struct tn_memo *m) {
    uint32_t h = 2166136261u;  // FNV-1a

    for (size_t i = 0; i < m->now.input_len; i++) {
        h = (h ^ m->now.input[i]) * 16777619u;
    }
    return &m->calls[h % TN_MEMO_CALLS];
}

static bool is_known(const struct tn_memo *m) {
    const struct tn_memo_call *c = place_of(m);

    return c->entry == m->now.entry && c->input_len == m->now.input_len &&
            memcmp(c->input, m->now.input, c->input_len) == 0;
}

static void remember(struct tn_memo *m, struct tn_emu *e) {
    uint32_t answer = tn_emu_reg(e, 0);

    m->back = 0;
    memcpy(m->now.output, &answer, ANSWER);
    memcpy(m->now.output + ANSWER, e->ram + (m->output_at - e->chip->ram_base), m->now.output_len);
    *place_of(m) = m->now;
}

// The kind of the function that begins at addr; TN_MEMO_KINDS: it is another one.
static size_t kind_at(const struct tn_memo *m, uint32_t addr) {
    size_t kind = m->filter & filter_bit(addr) ? 0 : TN_MEMO_KINDS;

    while (kind < TN_MEMO_KINDS && addr != m->entry[kind]) {
        kind++;
    }
    return kind;
}

bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr) {
    if (m->back && addr == m->back && tn_emu_reg(e, TN_EMU_SP) == m->sp) {
        remember(m, e);
    }
    size_t kind = kind_at(m, addr);
    // Unwrapping hashes, too: that belongs to it.
    if (kind == TN_MEMO_KINDS || (m->back && m->kind == UNWRAP && kind == ROUND)) {
        return false;
    }
    m->back = 0;
    m->kind = kind;
    if (!get_input(m, e)) {
        return false;
    }
    if (is_known(m)) {
        tn_emu_stop(e);
        return true;
    }
    m->checks += m->kind == CHECK;
    m->back = tn_emu_reg(e, TN_EMU_LR) & ~1u;
    m->sp = tn_emu_reg(e, TN_EMU_SP);
    return false;
}

// ---- Runs ------------------------------------------------------------------------------

// Returns from the call with the stored result.
static void answer(struct tn_memo *m, struct tn_emu *e) {
    const struct tn_memo_call *c = place_of(m);
    uint32_t regs[TN_EMU_REGS];
    uint32_t seed = m->answers++;

    tn_emu_get_regs(e, regs);
    for (int i = 0; i < 4; i++) {
        regs[i] = tn_emu_random(&seed);
    }
    regs[12] = tn_emu_random(&seed);
    memcpy(e->ram + (m->output_at - e->chip->ram_base), c->output + ANSWER, c->output_len);
    if (m->kind == CHECK || m->kind == UNWRAP) {
        memcpy(&regs[0], c->output, ANSWER);
    }
    regs[TN_EMU_PC] = regs[TN_EMU_LR];
    tn_emu_set_regs(e, regs);
}

enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e) {
    enum tn_emu_end end;

    m->back = 0;
    while ((end = tn_emu_run(e)) == TN_EMU_STOPPED && m->calls &&
            kind_at(m, e->pc) < TN_MEMO_KINDS) {
        answer(m, e);
    }
    return end;
}

enum tn_emu_end tn_memo_boot(
        struct tn_memo *m, struct tn_emu *e, uint32_t seed, unsigned max_resets) {
    tn_emu_power_on(e, seed);
    enum tn_emu_end end = tn_memo_run(m, e);
    while (end == TN_EMU_RESET && max_resets--) {
        tn_emu_reset(e);
        end = tn_memo_run(m, e);
    }
    return end;
}
