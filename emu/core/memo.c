// SPDX-License-Identifier: Apache-2.0
// int uECC_verify(const uint8_t *key, const uint8_t *hash, unsigned hash_size, const uint8_t *sig,
// uECC_Curve curve): the first four arguments are in r0 to r3 (AAPCS), the curve is one.
//
// void br_sha2small_round(const unsigned char *buf, uint32_t *val): 64 bytes of the message, and
// the state of 8 words, which it changes.
#include "memo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUTS = 3,
    CHECK = 0,  // the kind that is uECC_verify
    HASH = 32,
    ANSWER = 4,    // bytes of r0
    STACK = 1024,  // more than the functions take
};

// Bytes that a register points to.
struct span {
    uint8_t reg;
    uint8_t len;  // 0: none
};

static const struct kind {
    const char *name;
    struct span in[INPUTS];
    struct span out;   // len 0: r0 is the answer
    uint8_t size_reg;  // where not 0: this register must hold HASH
} kinds[TN_MEMO_KINDS] = {
        [CHECK] = {"uECC_verify", {{0, 64}, {1, HASH}, {3, 64}}, {0, 0}, 2},
        {"br_sha2small_round", {{0, 64}, {1, 32}}, {1, 32}, 0},
};

int tn_memo_open(struct tn_memo *m, const struct tn_elf *program) {
    memset(m, 0, sizeof(*m));
    for (size_t i = 0; i < TN_MEMO_KINDS; i++) {
        const struct tn_elf_function *f = tn_elf_find(program, kinds[i].name);
        m->entry[i] = f ? f->addr : UINT32_MAX;
    }
    m->calls = calloc(TN_MEMO_CALLS, sizeof(*m->calls));
    if (!m->calls || m->entry[CHECK] == UINT32_MAX) {
        fprintf(stderr, "emu: no memory, or no %s in the loader\n", kinds[CHECK].name);
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

// The chip's memory at addr, NULL if len bytes are not all there, or where the function's own
// stack will be.
static uint8_t *bytes_at(struct tn_emu *e, uint32_t addr, uint32_t len) {
    uint32_t in_ram = addr - e->chip->ram_base;
    uint32_t in_flash = addr - e->chip->flash_base;

    if (in_ram <= e->chip->ram_size - len) {
        return tn_emu_reg(e, TN_EMU_SP) - addr - 1 < STACK ? NULL : e->ram + in_ram;
    }
    return in_flash <= e->chip->flash_size - len ? e->flash + in_flash : NULL;
}

// What the call that begins here is asked. False: nothing that can be remembered.
static bool get_input(struct tn_memo *m, struct tn_emu *e) {
    const struct kind *k = &kinds[m->kind];
    uint8_t *to = m->now.input;

    memset(&m->now, 0, sizeof(m->now));
    m->now.entry = m->entry[m->kind];
    m->output_at = tn_emu_reg(e, k->out.reg);
    for (size_t i = 0; i < INPUTS && k->in[i].len; i++) {
        const uint8_t *from = bytes_at(e, tn_emu_reg(e, k->in[i].reg), k->in[i].len);
        if (!from) {
            return false;
        }
        memcpy(to, from, k->in[i].len);
        to += k->in[i].len;
    }
    return (!k->size_reg || tn_emu_reg(e, k->size_reg) == HASH) &&
            (!k->out.len || m->output_at - e->chip->ram_base < e->chip->ram_size);
}

// Where such a call is remembered.
static struct tn_memo_call *place_of(const struct tn_memo *m) {
    uint32_t h = 2166136261u;  // FNV-1a

    for (size_t i = 0; i < sizeof(m->now.input); i++) {
        h = (h ^ m->now.input[i]) * 16777619u;
    }
    return &m->calls[h % TN_MEMO_CALLS];
}

static bool is_known(const struct tn_memo *m) {
    const struct tn_memo_call *c = place_of(m);

    return c->entry == m->now.entry && memcmp(c->input, m->now.input, sizeof(c->input)) == 0;
}

static void remember(struct tn_memo *m, struct tn_emu *e) {
    const struct span *out = &kinds[m->kind].out;
    uint32_t answer = tn_emu_reg(e, 0);

    m->back = 0;
    if (out->len) {
        memcpy(m->now.output, e->ram + (m->output_at - e->chip->ram_base), out->len);
    } else {
        memcpy(m->now.output, &answer, ANSWER);
    }
    *place_of(m) = m->now;
}

bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr) {
    if (m->back && addr == m->back && tn_emu_reg(e, TN_EMU_SP) == m->sp) {
        remember(m, e);
    }
    if (addr != m->entry[0] && addr != m->entry[1]) {
        return false;
    }
    m->back = 0;
    m->kind = addr != m->entry[0];
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

// Returns from the call as the library did.
static void answer(struct tn_memo *m, struct tn_emu *e) {
    const struct span *out = &kinds[m->kind].out;
    const struct tn_memo_call *c = place_of(m);
    uint32_t regs[TN_EMU_REGS];
    uint32_t seed = m->answers++;

    tn_emu_get_regs(e, regs);
    for (int i = 0; i < 4; i++) {
        regs[i] = tn_emu_random(&seed);
    }
    regs[12] = tn_emu_random(&seed);
    if (out->len) {
        memcpy(e->ram + (m->output_at - e->chip->ram_base), c->output, out->len);
    } else {
        memcpy(&regs[0], c->output, ANSWER);
    }
    regs[TN_EMU_PC] = regs[TN_EMU_LR];
    tn_emu_set_regs(e, regs);
}

enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e) {
    enum tn_emu_end end;

    m->back = 0;
    while ((end = tn_emu_run(e)) == TN_EMU_STOPPED && m->calls &&
            (e->pc == m->entry[0] || e->pc == m->entry[1])) {
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
