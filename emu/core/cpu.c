// SPDX-License-Identifier: Apache-2.0
// The core that executes: Unicorn 2.0 (Debian's libunicorn-dev), its memory and its exceptions.
//
// Flash is mapped read-only, so each store to it calls on_store first. Unless the chip runs whole,
// only the loader's code may be executed: the first fetch from anywhere else, an application or
// random bytes, ends the run. Unicorn does not model the exceptions of a Cortex-M: enter and leave
// do (ARM DDI 0403 sections B1.5.6 and B1.5.8). A program that uses its FPU gets an extended frame,
// whose registers are saved at once: FPCCR, which would save them later or not at all, is no
// register here, and reads 0. Unicorn itself sets CONTROL.FPCA, and executes instructions of the
// FPU without asking CPACR. Unicorn writes a store to memory even if a hook has handled it, so
// undo_stores restores the flash before the next instruction.
//
// An interrupt is taken where a block of code begins: there no instruction is half done, and no
// IT block is open.
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

#include "base/compiler.h"
#include "emu_priv.h"

enum {
    THUMB = 1 << 24,   // in xPSR
    ALIGNED = 1 << 9,  // in a stacked xPSR: a word was left out below the frame
    IT_BITS = 0x0600fc00,
    IPSR = 0x1ff,
    FRAME = 8,       // words that an exception pushes
    FPU_REGS = 16,   // and what it pushes behind them while FPCA is set: S0 to S15,
    FPU_FRAME = 18,  // FPSCR, a word that is not used
    FPCA = 4,        // in CONTROL
    NO_FPU = 0x10,   // in EXC_RETURN: the frame has no registers of the FPU
    SPSEL = 2,       // in CONTROL: the process stack
    POLL_US = 1000,  // of sleep, for a program that only polls
};

#define NOWHERE 0xfffffffeu

// Values of EXC_RETURN, DDI 0403 table B1-8.
#define EXC_RETURN 0xffffffe0u  // and above: an exception's end
#define TO_HANDLER 0xfffffff1u
#define TO_THREAD 0xfffffff9u
#define TO_THREAD_PROCESS 0xfffffffdu

// Numbers that Unicorn gives to an UC_HOOK_INTR (QEMU's target/arm/cpu.h: EXCP_).
enum {
    INTR_UNDEFINED = 1,
    INTR_SVC = 2,
    INTR_PREFETCH = 3,
    INTR_DATA = 4,
    INTR_EXIT = 8,  // an exception's end; of the cores, the Cortex-M33 alone raises it
};

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

    undo_stores(e);
    if (e->ended) {
        return;
    }
    if (e->urgent) {
        e->urgent = false;
        e->paused = true;
        uc_emu_stop(uc);
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

static struct tn_emu_masks get_masks(struct tn_emu *e) {
    static const int ids[] = {UC_ARM_REG_PRIMASK, UC_ARM_REG_FAULTMASK, UC_ARM_REG_BASEPRI};
    uint32_t v[TN_LEN(ids)] = {0};

    for (unsigned i = 0; i < (e->chip->core == TN_EMU_CORTEX_M0 ? 1 : TN_LEN(ids)); i++) {
        uc_reg_read(e->uc, ids[i], &v[i]);
    }
    return (struct tn_emu_masks){v[0] & 1, v[1] & 1, (uint8_t)v[2]};
}

static bool same_masks(const struct tn_emu_masks *a, const struct tn_emu_masks *b) {
    return a->primask == b->primask && a->faultmask == b->faultmask && a->basepri == b->basepri;
}

// True if devices or exceptions are to be looked at before the next block.
static bool is_due(struct tn_emu *e) {
    if (e->attention || e->insns + e->passed >= e->next_tick) {
        return true;
    }
    if (e->masked) {
        struct tn_emu_masks now = get_masks(e);
        return !same_masks(&now, &e->masks);
    }
    return false;
}

// A block of code without a hook on each instruction.
static void on_block(uc_engine *uc, uint64_t addr, uint32_t size, void *arg) {
    struct tn_emu *e = arg;

    (void)addr;
    undo_stores(e);
    if (!e->ended && e->insns >= e->limit) {
        tn_emu_finish(e, TN_EMU_LIMIT);
    }
    if (!e->ended && is_due(e)) {
        e->paused = true;
        uc_emu_stop(uc);
        return;
    }
    e->last_pc = NOWHERE;
    e->insns += size / 2;
}

static void on_intr(uc_engine *uc, uint32_t number, void *arg) {
    struct tn_emu *e = arg;

    e->intr = (int)number;
    uc_emu_stop(uc);
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
    undo_stores(e);  // of the store before, which may be the first half of a unit
    if (!e->ended) {
        tn_emu_bus_store_flash(e, off, (unsigned)size, (uint32_t)value);
    }
    e->code_changed |= tn_emu_is_code(e, off);  // Unicorn may translate it before it is undone
    note_store(e, off & ~3u);
    note_store(e, (off + (uint32_t)size - 1) & ~3u);
    return true;
}

// A load from flash, where a unit has a wrong ECC.
static void on_load(
        uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value, void *arg) {
    struct tn_emu *e = arg;
    uint32_t off = flash_off(e, (uint32_t)addr);

    (void)uc, (void)type, (void)size, (void)value;
    if (off < e->chip->flash_size && (e->writes[off / e->chip->unit] & TN_EMU_BAD)) {
        tn_emu_bus_load_bad(e, off);
    }
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
        tn_emu_store(w->emu, w->base + (uint32_t)off, size, (uint32_t)value);
    }
}

// ---- Making ----------------------------------------------------------------------------

// Sets hooks on all code: on each block in unwatched ranges, else on each instruction. Ranges of
// Unicorn include their end. A range whose end is before its begin means all addresses.
static uc_err hook_code(struct tn_emu *e) {
    uint32_t at = 0;
    uc_err err = UC_ERR_OK;
    uc_hook hook;

    if (e->whole) {
        return uc_hook_add(
                e->uc, &hook, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, e, 0, UINT32_MAX);
    }
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

static uc_err map_ram(struct tn_emu *e, uint32_t base, uint32_t size, uint8_t *bytes) {
    uint32_t access = UC_PROT_READ | UC_PROT_WRITE | (e->whole ? UC_PROT_EXEC : 0);

    return size ? uc_mem_map_ptr(e->uc, base, size, access, bytes) : UC_ERR_OK;
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
        err = map_ram(e, c->ram_base, c->ram_size, e->ram);
    }
    if (!err) {
        err = map_ram(e, c->ram2_base, c->ram2_size, e->ram2);
    }
    if (!err && c->rom_size) {
        void *state;
        bool runs = e->whole && !tn_emu_bus_rom(e, &state);
        err = uc_mem_map_ptr(
                e->uc, c->rom_base, c->rom_size, UC_PROT_READ | (runs ? UC_PROT_EXEC : 0), e->rom);
    }
    for (unsigned i = 0; i < e->nwindows && !err; i++) {
        struct tn_emu_window *w = &e->windows[i];
        err = uc_mmio_map(e->uc, w->base, w->size, on_load_register, w, on_store_register, w);
    }
    if (!err) {
        err = uc_hook_add(
                e->uc, &hook, UC_HOOK_MEM_WRITE_PROT, (void *)(uintptr_t)on_store, e, 1, 0);
    }
    if (!err) {
        err = uc_hook_add(e->uc, &hook, UC_HOOK_INTR, (void *)(uintptr_t)on_intr, e, 1, 0);
    }
    e->hooks_loads = e->nbad > 0;
    if (!err && e->hooks_loads) {
        err = uc_hook_add(e->uc, &hook, UC_HOOK_MEM_READ, (void *)(uintptr_t)on_load, e,
                c->flash_base, c->flash_base + c->flash_size - 1);
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
    if (e->code_changed || e->hooks_loads != (e->nbad > 0)) {
        tn_emu_cpu_free(e);
        if (tn_emu_cpu_make(e)) {
            abort();
        }
    }
}

// ---- Exceptions ------------------------------------------------------------------------

// The bytes at an address of RAM, NULL if they are not all in it.
static uint8_t *ram_at(const struct tn_emu *e, uint32_t addr, uint32_t len) {
    const struct tn_emu_chip *c = e->chip;

    if (addr - c->ram_base < c->ram_size && c->ram_size - (addr - c->ram_base) >= len) {
        return e->ram + (addr - c->ram_base);
    }
    if (addr - c->ram2_base < c->ram2_size && c->ram2_size - (addr - c->ram2_base) >= len) {
        return e->ram2 + (addr - c->ram2_base);
    }
    return NULL;
}

// Reads an entry of the vector table, which is in flash, RAM or ROM. 0: it is in none.
static uint32_t vector(struct tn_emu *e, uint32_t number) {
    uint32_t v = 0;

    uc_mem_read(e->uc, tn_emu_system_vectors(e) + 4 * number, &v, 4);
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

static void set_reg(struct tn_emu *e, int number, uint32_t v) {
    uc_reg_write(e->uc, reg_ids[number], &v);
}

static const int stacked[FRAME] = {0, 1, 2, 3, 12, TN_EMU_LR, TN_EMU_PC, TN_EMU_XPSR};

// The value of LR in an exception's handler.
static uint32_t exc_return(const uint32_t regs[TN_EMU_REGS]) {
    uint32_t fpu = regs[TN_EMU_CONTROL] & FPCA ? NO_FPU : 0;  // this bit is 0 then

    if (regs[TN_EMU_XPSR] & IPSR) {
        return TO_HANDLER - fpu;
    }
    return (regs[TN_EMU_CONTROL] & SPSEL ? TO_THREAD_PROCESS : TO_THREAD) - fpu;
}

static uint32_t frame_words(uint32_t to) {
    return to & NO_FPU ? FRAME : FRAME + FPU_FRAME;
}

static void push_fpu(struct tn_emu *e, uint8_t *to) {
    uint32_t v = 0;

    for (int i = 0; i < FPU_REGS; i++, to += 4) {
        uc_reg_read(e->uc, UC_ARM_REG_S0 + i, &v);
        memcpy(to, &v, 4);
    }
    uc_reg_read(e->uc, UC_ARM_REG_FPSCR, &v);
    memcpy(to, &v, 4);
}

static void pop_fpu(struct tn_emu *e, const uint8_t *from) {
    uint32_t v;

    for (int i = 0; i < FPU_REGS; i++, from += 4) {
        memcpy(&v, from, 4);
        uc_reg_write(e->uc, UC_ARM_REG_S0 + i, &v);
    }
    memcpy(&v, from, 4);
    uc_reg_write(e->uc, UC_ARM_REG_FPSCR, &v);
}

static void set_fpca(struct tn_emu *e, bool on) {
    uint32_t control = tn_emu_reg(e, TN_EMU_CONTROL);

    if (on != !!(control & FPCA)) {
        set_reg(e, TN_EMU_CONTROL, control ^ FPCA);
    }
}

// Pushes a frame and goes to the handler. False: there is no room for the frame, or the vector is
// none (erased flash); the core locks up.
static bool enter(struct tn_emu *e, unsigned number) {
    uint32_t regs[TN_EMU_REGS];

    tn_emu_get_regs(e, regs);
    uint32_t lr = exc_return(regs);
    uint32_t size = 4 * frame_words(lr);
    uint32_t sp = (regs[TN_EMU_SP] & ~7u) - size;
    uint8_t *frame = ram_at(e, sp, size);
    if (!frame || vector(e, number) >= EXC_RETURN) {
        e->end = TN_EMU_LOCKUP;
        return false;
    }
    regs[TN_EMU_PC] &= ~1u;
    regs[TN_EMU_XPSR] |= regs[TN_EMU_SP] & 4 ? ALIGNED : 0;
    for (int i = 0; i < FRAME; i++) {
        memcpy(frame + 4 * i, &regs[stacked[i]], 4);
    }
    if (!(lr & NO_FPU)) {
        push_fpu(e, frame + 4 * FRAME);
        set_fpca(e, false);
    }
    set_reg(e, TN_EMU_SP, sp);
    set_reg(e, TN_EMU_XPSR, (regs[TN_EMU_XPSR] & ~(uint32_t)(IPSR | ALIGNED | IT_BITS)) | number);
    set_reg(e, TN_EMU_LR, lr);
    set_reg(e, TN_EMU_PC, vector(e, number) | 1);
    tn_emu_system_enter(e, number);
    return true;
}

// A fault: its handler, or a lock-up.
static bool enter_fault(struct tn_emu *e, unsigned wanted) {
    struct tn_emu_masks masks = get_masks(e);
    unsigned number = tn_emu_system_fault(e, wanted, &masks);

    e->faults++;
    e->end = TN_EMU_LOCKUP;
    if (e->on_fault) {
        e->on_fault(e, tn_emu_reg(e, TN_EMU_PC) & ~1u);
    }
    // HardFault and NMI are not interrupted by a fault.
    unsigned active = tn_emu_reg(e, TN_EMU_XPSR) & IPSR;
    if (masks.faultmask || active == TN_EMU_HARDFAULT || active == TN_EMU_NMI) {
        return false;
    }
    return enter(e, number);
}

// The core has branched to the value to of EXC_RETURN: pops a frame.
static bool leave(struct tn_emu *e, uint32_t to) {
    uint32_t v[FRAME];
    uint32_t control = tn_emu_reg(e, TN_EMU_CONTROL);
    unsigned number = tn_emu_reg(e, TN_EMU_XPSR) & IPSR;
    bool process = (to & 0xf) == 0xd;

    tn_emu_system_leave(e, number);
    if ((to & 0xf) != 1) {  // to thread mode, where CONTROL selects the stack
        set_reg(e, TN_EMU_XPSR, THUMB);
        set_reg(e, TN_EMU_CONTROL, (control & ~(uint32_t)SPSEL) | (process ? SPSEL : 0));
    }
    uint32_t sp = tn_emu_reg(e, TN_EMU_SP);
    uint32_t size = 4 * frame_words(to);
    const uint8_t *frame = ram_at(e, sp, size);
    if (!frame) {
        return enter_fault(e, TN_EMU_BUSFAULT);
    }
    memcpy(v, frame, sizeof(v));
    if (!(to & NO_FPU)) {
        pop_fpu(e, frame + 4 * FRAME);
    }
    set_fpca(e, !(to & NO_FPU));
    set_reg(e, TN_EMU_SP, sp + size + (v[FRAME - 1] & ALIGNED ? 4 : 0));
    for (int i = 0; i < FRAME - 2; i++) {
        set_reg(e, stacked[i], v[i]);
    }
    set_reg(e, TN_EMU_XPSR, (v[FRAME - 1] & ~(uint32_t)ALIGNED) | THUMB);
    set_reg(e, TN_EMU_PC, v[FRAME - 2] | 1);
    return true;
}

// Lets devices work, and takes an exception if one is due.
static bool attend(struct tn_emu *e) {
    bool polled = e->polled_out;

    e->polled_out = false;
    tn_emu_bus_tick(e);
    e->masks = get_masks(e);
    unsigned number = tn_emu_system_next(e, &e->masks, &e->masked);
    if (number) {
        e->end = TN_EMU_LOCKUP;
        return enter(e, number);
    }
    if (polled && !e->masked) {
        return tn_emu_rest(e, tn_emu_us(e) + POLL_US);
    }
    return true;
}

// The core has executed WFI or WFE.
static bool sleep_now(struct tn_emu *e) {
    tn_emu_bus_tick(e);
    e->masks = get_masks(e);
    e->attention = true;
    return tn_emu_system_next(e, &e->masks, &e->masked) || e->masked ||
            tn_emu_rest(e, TN_EMU_NEVER);
}

// ---- Running ---------------------------------------------------------------------------

static unsigned fault_of(const struct tn_emu *e, uc_err err) {
    if (e->intr == INTR_UNDEFINED || err == UC_ERR_INSN_INVALID) {
        return TN_EMU_USAGEFAULT;
    }
    return TN_EMU_BUSFAULT;
}

// A device answers a call of the ROM, and the core returns to the caller. False: pc is not in a ROM
// that is a device.
static bool call_rom(struct tn_emu *e, uint32_t pc) {
    void *state;
    const struct tn_emu_device *rom = tn_emu_bus_rom(e, &state);

    if (!rom || pc - e->chip->rom_base >= e->chip->rom_size) {
        return false;
    }
    uint32_t answer = rom->call_rom(e, state, pc);
    if (!e->ended) {
        set_reg(e, 0, answer);
        set_reg(e, TN_EMU_PC, tn_emu_reg(e, TN_EMU_LR) | 1);
    }
    return true;
}

// Handles a stop of the engine. True: the run goes on.
static bool deal_with(struct tn_emu *e, uc_err err) {
    uint32_t pc = tn_emu_reg(e, TN_EMU_PC);
    uint32_t xpsr = tn_emu_reg(e, TN_EMU_XPSR);
    bool is_fetch = e->intr == INTR_PREFETCH || e->intr == INTR_EXIT ||
            err == UC_ERR_FETCH_UNMAPPED || err == UC_ERR_FETCH_PROT;

    if (e->paused) {
        return true;
    }
    if (err == UC_ERR_OK && !e->intr) {
        return sleep_now(e);
    }
    if (is_fetch && pc >= EXC_RETURN && (xpsr & IPSR)) {
        return leave(e, pc | 1);
    }
    if (e->intr == INTR_SVC) {
        struct tn_emu_masks masks = get_masks(e);
        return tn_emu_system_may(e, TN_EMU_SVCALL, &masks) ? enter(e, TN_EMU_SVCALL)
                                                           : enter_fault(e, TN_EMU_HARDFAULT);
    }
    if (err == UC_ERR_FETCH_PROT && (xpsr & THUMB) && call_rom(e, pc)) {
        return true;
    }
    if (err == UC_ERR_FETCH_PROT && !e->whole && (xpsr & THUMB)) {
        e->end = TN_EMU_LEFT;
        return false;
    }
    return enter_fault(e, fault_of(e, err));
}

void tn_emu_cpu_run(struct tn_emu *e) {
    uc_err err;

    do {
        if (is_due(e) && (!attend(e) || e->ended)) {
            break;
        }
        e->last_pc = NOWHERE;
        e->paused = false;
        e->intr = 0;
        err = uc_emu_start(e->uc, tn_emu_reg(e, TN_EMU_PC) | 1, NOWHERE, 0, 0);
        undo_stores(e);
    } while (!e->ended && deal_with(e, err));
    e->pc = tn_emu_reg(e, TN_EMU_PC) & ~1u;
}
