// SPDX-License-Identifier: Apache-2.0
// int uECC_verify(const uint8_t *key, const uint8_t *hash, unsigned hash_size, const uint8_t *sig,
// uECC_Curve curve): the first four arguments are in r0 to r3 (AAPCS), the curve is one.
#include "memo.h"

#include <string.h>

enum {
    KEY = 64,
    HASH = 32,
    SIG = 64,
};

// The chip's memory at addr, NULL if len bytes are not all there.
static const uint8_t *bytes_at(const struct tn_emu *e, uint32_t addr, uint32_t len) {
    uint32_t in_ram = addr - TN_EMU_RAM;

    if (addr >= TN_EMU_RAM && in_ram <= e->chip->ram_size - len) {
        return e->ram + in_ram;
    }
    return addr <= e->chip->flash_size - len ? e->flash + addr : NULL;
}

// What the call that begins here is asked. False: nothing that can be remembered.
static bool get_input(struct tn_emu *e, uint8_t *ret) {
    const uint8_t *key = bytes_at(e, tn_emu_reg(e, 0), KEY);
    const uint8_t *hash = bytes_at(e, tn_emu_reg(e, 1), HASH);
    const uint8_t *sig = bytes_at(e, tn_emu_reg(e, 3), SIG);

    if (!key || !hash || !sig || tn_emu_reg(e, 2) != HASH) {
        return false;
    }
    memcpy(ret, key, KEY);
    memcpy(ret + KEY, hash, HASH);
    memcpy(ret + KEY + HASH, sig, SIG);
    return true;
}

static size_t find(const struct tn_memo *m, const uint8_t *input) {
    size_t i = 0;

    while (i < m->ncalls && memcmp(m->calls[i].input, input, TN_MEMO_INPUT) != 0) {
        i++;
    }
    return i;
}

static void remember(struct tn_memo *m, struct tn_emu *e) {
    m->back = 0;
    if (m->ncalls < TN_MEMO_CALLS) {
        memcpy(m->calls[m->ncalls].input, m->input, TN_MEMO_INPUT);
        m->calls[m->ncalls].answer = tn_emu_reg(e, 0);
        m->ncalls++;
    }
}

bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr) {
    if (m->back && addr == m->back && tn_emu_reg(e, TN_EMU_SP) == m->sp) {
        remember(m, e);
    }
    if (!m->entry || addr != m->entry || !get_input(e, m->input)) {
        return false;
    }
    if (find(m, m->input) < m->ncalls) {
        m->reuses++;
        tn_emu_stop(e);
        return true;
    }
    m->runs++;
    m->back = tn_emu_reg(e, TN_EMU_LR) & ~1u;
    m->sp = tn_emu_reg(e, TN_EMU_SP);
    return false;
}

// Returns from the call as the library did.
static void answer(struct tn_memo *m, struct tn_emu *e) {
    uint32_t regs[TN_EMU_REGS];
    uint32_t seed = (uint32_t)m->reuses;

    tn_emu_get_regs(e, regs);
    regs[0] = m->calls[find(m, m->input)].answer;
    regs[1] = tn_emu_random(&seed);
    regs[2] = tn_emu_random(&seed);
    regs[3] = tn_emu_random(&seed);
    regs[12] = tn_emu_random(&seed);
    regs[TN_EMU_PC] = regs[TN_EMU_LR];
    tn_emu_set_regs(e, regs);
}

enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e) {
    enum tn_emu_end end;

    m->back = 0;
    while ((end = tn_emu_run(e)) == TN_EMU_STOPPED && m->entry && e->pc == m->entry) {
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
