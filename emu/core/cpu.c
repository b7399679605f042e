// SPDX-License-Identifier: Apache-2.0
// The core that executes: Unicorn 2.0 (Debian's libunicorn-dev), its memory and its exceptions.
//
// Flash is mapped read-only, so each store to it calls on_store first. Only the loader's code may
// be executed: the first fetch from anywhere else, an application or random bytes, ends the run.
// Unicorn does not model the exceptions of a Cortex-M: enter_fault does a fault's entry (ARM DDI
// 0419 section B1.5.6), and there are no interrupts. Unicorn writes a store to memory even if a
// hook has handled it, so undo_stores restores the flash before the next instruction.
//
// Unicorn keeps translated code, and does not notice when this program changes flash or RAM. That
// is harmless where nothing is executed. If the loader's own code has changed, or a program ran in
// RAM, a new engine is made.
//
// The engine is opened without UC_MODE_MCLASS: with that mode Unicorn ignores the requested model,
// and its core executes instructions that a Cortex-M0 and a Cortex-M4 lack.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "emu_priv.h"

enum {
    HARDFAULT = 3,
    THUMB = 1 << 24,  // in xPSR
    FRAME = 8,        // words that an exception pushes
};

#define NOWHERE 0xfffffffeu
#define TO_THREAD 0xfffffff9u  // EXC_RETURN: to thread mode, main stack

static const int models[] = {
        [TN_EMU_CORTEX_M0] = UC_CPU_ARM_CORTEX_M0,
        [TN_EMU_CORTEX_M3] = UC_CPU_ARM_CORTEX_M3,
        [TN_EMU_CORTEX_M4] = UC_CPU_ARM_CORTEX_M4,
        [TN_EMU_CORTEX_M7] = UC_CPU_ARM_CORTEX_M7,
        [TN_EMU_CORTEX_M33] = UC_CPU_ARM_CORTEX_M33,
};

// ---- Registers -------------------------------------------------------------------------

static const int reg_ids[TN_EMU_REGS] = {
        UC_ARM_REG_R0,
        UC_ARM_REG_R1,
        UC_ARM_REG_R2,
        UC_ARM_REG_R3,
        UC_ARM_REG_R4,
        UC_ARM_REG_R5,
        UC_ARM_REG_R6,
        UC_ARM_REG_R7,
        UC_ARM_REG_R8,
        UC_ARM_REG_R9,
        UC_ARM_REG_R10,
        UC_ARM_REG_R11,
        UC_ARM_REG_R12,
        UC_ARM_REG_SP,
        UC_ARM_REG_LR,
        UC_ARM_REG_PC,
        UC_ARM_REG_XPSR,
        UC_ARM_REG_PRIMASK,
        UC_ARM_REG_CONTROL,
};

void tn_emu_get_regs(struct tn_emu *e, uint32_t ret[TN_EMU_REGS]) {
    for (int i = 0; i < TN_EMU_REGS; i++) {
        ret[i] = 0;
        uc_reg_read(e->uc, reg_ids[i], &ret[i]);
    }
}

void tn_emu_set_regs(struct tn_emu *e, const uint32_t regs[TN_EMU_REGS]) {
    for (int i = 0; i < TN_EMU_REGS; i++) {
        uint32_t v = i == TN_EMU_PC ? regs[i] | 1 : regs[i];
        uc_reg_write(e->uc, reg_ids[i], &v);
    }
}

uint32_t tn_emu_reg(struct tn_emu *e, int number) {
    uint32_t v = 0;

    uc_reg_read(e->uc, reg_ids[number], &v);
    return v;
}

// ---- Hooks -----------------------------------------------------------------------------

void tn_emu_finish(struct tn_emu *e, enum tn_emu_end end) {
    if (!e->ended) {
        e->ended = true;
        e->end = end;
    }
    uc_emu_stop(e->uc);
}

// Restores the flash where Unicorn has stored into it.
static void undo_stores(struct tn_emu *e) {
    while (e->npending) {
        const struct tn_emu_pending_store *s = &e->pending[--e->npending];
        memcpy(e->flash + s->off, &s->word, sizeof(s->word));
    }
}

// Saves the right value of the word at off. The last store of an instruction to it counts.
static void note_store(struct tn_emu *e, uint32_t off) {
    struct tn_emu_pending_store *s = e->pending;

    while (s < e->pending + e->npending && s->off != off) {
        s++;
    }
    if (s == e->pending + TN_EMU_PENDING_STORES) {
        fprintf(stderr, "emu: an instruction with more stores than there are registers\n");
        abort();
    }
    e->npending += s == e->pending + e->npending;
    s->off = off;
    memcpy(&s->word, e->flash + off, sizeof(s->word));
}

static void on_code(uc_engine *uc, uint64_t addr, uint32_t size, void *arg) {
    struct tn_emu *e = arg;

    (void)uc;
    undo_stores(e);
    if (e->ended) {
        return;
    }
    if (addr == e->last_pc) {  // without interrupts, a branch to itself never ends
        tn_emu_finish(e, TN_EMU_IDLE);
        return;
    }
    if (e->insns >= e->limit) {
        tn_emu_finish(e, TN_EMU_LIMIT);
        return;
    }
    if (e->on_insn) {
        e->on_insn(e, (uint32_t)addr, size);
        if (e->ended) {
            return;
        }
    }
    e->last_pc = (uint32_t)addr;
    e->code_changed |= (uint32_t)addr - e->code_begin >= e->code_size;
    e->insns++;
}

// A block of code without a hook on each instruction.
static void on_block(uc_engine *uc, uint64_t addr, uint32_t size, void *arg) {
    struct tn_emu *e = arg;

    (void)uc;
    (void)addr;
    undo_stores(e);
    if (!e->ended && e->insns >= e->limit) {
        tn_emu_finish(e, TN_EMU_LIMIT);
    }
    e->last_pc = NOWHERE;
    e->insns += size / 2;
}

// The offset in flash of this address; if it is not in flash, the address.
static uint32_t flash_off(const struct tn_emu *e, uint32_t addr) {
    return addr - e->chip->flash_base < e->chip->flash_size ? addr - e->chip->flash_base : addr;
}

// Handles a store to flash. True: the store is no fault.
static bool on_store(
        uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value, void *arg) {
    struct tn_emu *e = arg;
    uint32_t off = flash_off(e, (uint32_t)addr);

    (void)uc;
    (void)type;
    if (!e->ended) {
        tn_emu_bus_store_flash(e, off, (unsigned)size, (uint32_t)value);
    }
    e->code_changed |= tn_emu_is_code(e, off);  // Unicorn may translate it before it is undone
    note_store(e, off & ~3u);
    note_store(e, (off + (uint32_t)size - 1) & ~3u);
    return true;
}

static uint64_t on_load_register(uc_engine *uc, uint64_t off, unsigned size, void *arg) {
    const struct tn_emu_window *w = arg;

    (void)uc;
    return tn_emu_load(w->emu, w->base + (uint32_t)off, size);
}

static void on_store_register(
        uc_engine *uc, uint64_t off, unsigned size, uint64_t value, void *arg) {
    const struct tn_emu_window *w = arg;

    (void)uc;
    if (!w->emu->ended) {
        tn_emu_bus_store(w->emu, w->base + (uint32_t)off, size, (uint32_t)value);
    }
}

// ---- Making ----------------------------------------------------------------------------

// Sets hooks on all code: on each block in unwatched ranges, else on each instruction. Ranges of
// Unicorn include their end. A range whose end is before its begin means all addresses.
static uc_err hook_code(struct tn_emu *e) {
    uint32_t at = 0;
    uc_err err = UC_ERR_OK;
    uc_hook hook;

    for (unsigned i = 0; i < e->nunwatched && !err; i++) {
        const struct tn_emu_range *r = &e->unwatched[i];
        err = uc_hook_add(
                e->uc, &hook, UC_HOOK_CODE, (void *)(uintptr_t)on_code, e, at, r->begin - 1);
        if (!err) {
            err = uc_hook_add(e->uc, &hook, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, e, r->begin,
                    r->end - 1);
        }
        at = r->end;
    }
    return err ? err
               : uc_hook_add(
                         e->uc, &hook, UC_HOOK_CODE, (void *)(uintptr_t)on_code, e, at, UINT32_MAX);
}

// Maps a part of the flash that begins at base. Maps nothing if size is 0.
static uc_err map_flash(
        struct tn_emu *e, uint32_t base, uint32_t off, uint32_t size, uint32_t access) {
    return size ? uc_mem_map_ptr(e->uc, base + off, size, access, e->flash + off) : UC_ERR_OK;
}

static uc_err map(struct tn_emu *e) {
    const struct tn_emu_chip *c = e->chip;
    uint32_t end = c->boot_off + e->code_size;
    uc_hook hook;
    uc_err err = map_flash(e, c->flash_base, 0, c->boot_off, UC_PROT_READ);

    if (!err) {
        err = map_flash(e, c->flash_base, c->boot_off, e->code_size, UC_PROT_READ | UC_PROT_EXEC);
    }
    if (!err) {
        err = map_flash(e, c->flash_base, end, c->flash_size - end, UC_PROT_READ);
    }
    if (!err && c->flash_at_0) {
        err = map_flash(e, 0, 0, c->flash_size, UC_PROT_READ);
    }
    if (!err) {
        err = uc_mem_map_ptr(e->uc, c->ram_base, c->ram_size, UC_PROT_READ | UC_PROT_WRITE, e->ram);
    }
    for (unsigned i = 0; i < e->nwindows && !err; i++) {
        struct tn_emu_window *w = &e->windows[i];
        err = uc_mmio_map(e->uc, w->base, w->size, on_load_register, w, on_store_register, w);
    }
    if (!err) {
        err = uc_hook_add(
                e->uc, &hook, UC_HOOK_MEM_WRITE_PROT, (void *)(uintptr_t)on_store, e, 1, 0);
    }
    return err ? err : hook_code(e);
}

int tn_emu_cpu_make(struct tn_emu *e) {
    uc_engine *uc;
    uc_err err = uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &uc);

    if (!err) {
        e->uc = uc;
        err = uc_ctl_set_cpu_model(uc, models[e->chip->core]);
    }
    if (!err) {
        err = map(e);
    }
    if (err) {
        fprintf(stderr, "emu: unicorn: %s\n", uc_strerror(err));
        return -1;
    }
    e->code_changed = false;
    return 0;
}

void tn_emu_cpu_free(struct tn_emu *e) {
    if (e->uc) {
        uc_close(e->uc);
        e->uc = NULL;
    }
}

void tn_emu_cpu_renew(struct tn_emu *e) {
    if (e->code_changed) {
        tn_emu_cpu_free(e);
        if (tn_emu_cpu_make(e)) {
            abort();
        }
    }
}

// ---- Running ---------------------------------------------------------------------------

static uint32_t vector(const struct tn_emu *e, uint32_t number) {
    uint32_t v;

    memcpy(&v, e->flash + e->chip->boot_off + 4 * number, 4);
    return v;
}

void tn_emu_cpu_reset(struct tn_emu *e) {
    uint32_t regs[TN_EMU_REGS] = {0};

    tn_emu_cpu_renew(e);
    regs[TN_EMU_SP] = vector(e, 0);
    regs[TN_EMU_LR] = 0xffffffff;
    regs[TN_EMU_PC] = vector(e, 1);
    regs[TN_EMU_XPSR] = THUMB;
    tn_emu_set_regs(e, regs);
    e->pc = vector(e, 1) & ~1u;
}

// HardFault: pushes a frame and goes to the handler. False: that faults too.
static bool enter_fault(struct tn_emu *e) {
    uint32_t regs[TN_EMU_REGS];
    static const int stacked[FRAME] = {0, 1, 2, 3, 12, TN_EMU_LR, TN_EMU_PC, TN_EMU_XPSR};

    e->faults++;
    tn_emu_get_regs(e, regs);
    uint32_t sp = (regs[TN_EMU_SP] & ~7u) - 4 * FRAME;
    bool in_handler = (regs[TN_EMU_XPSR] & 0x1ff) != 0;
    if (in_handler || sp - e->chip->ram_base > e->chip->ram_size - 4 * FRAME) {
        return false;
    }
    for (int i = 0; i < FRAME; i++) {
        memcpy(e->ram + (sp - e->chip->ram_base) + 4 * i, &regs[stacked[i]], 4);
    }
    regs[TN_EMU_SP] = sp;
    regs[TN_EMU_LR] = TO_THREAD;
    regs[TN_EMU_XPSR] = THUMB | HARDFAULT;
    regs[TN_EMU_PC] = vector(e, HARDFAULT);
    tn_emu_set_regs(e, regs);
    return true;
}

// Handles an error of the engine. True: the run goes on.
static bool deal_with(struct tn_emu *e, uc_err err) {
    switch (err) {
    case UC_ERR_OK:  // the core sleeps until an interrupt
        e->end = TN_EMU_IDLE;
        return false;
    case UC_ERR_FETCH_PROT:
        if (tn_emu_reg(e, TN_EMU_XPSR) & THUMB) {
            e->end = TN_EMU_LEFT;
            return false;
        }
        break;  // a jump to Arm code, which this core cannot run: a fault
    default:
        break;
    }
    e->end = TN_EMU_LOCKUP;
    return enter_fault(e);
}

void tn_emu_cpu_run(struct tn_emu *e) {
    uc_err err;

    do {
        e->last_pc = NOWHERE;
        err = uc_emu_start(e->uc, tn_emu_reg(e, TN_EMU_PC) | 1, NOWHERE, 0, 0);
        undo_stores(e);
    } while (!e->ended && deal_with(e, err));
    e->pc = tn_emu_reg(e, TN_EMU_PC) & ~1u;
}
