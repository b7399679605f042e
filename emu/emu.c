// SPDX-License-Identifier: Apache-2.0
// The core: Unicorn 2.0 (Debian's libunicorn-dev), its memory and its exceptions.
//
// Flash is memory that the emulated core may not write: every store comes here first. Only the
// loader's part of it may be executed, so that the first fetch of anything else, an application
// or chance, ends the run by itself. Unicorn has no exceptions of a Cortex-M: a fault's entry is
// made here (ARM DDI 0419 section B1.5.6), and interrupts there are none. And a store that a hook
// has taken care of is done by Unicorn all the same: what it did is undone before the next
// instruction.
//
// Unicorn keeps code that it has translated. Flash and RAM are changed behind its back, which is
// harmless where nothing is executed; when the loader's own code was changed, or a program strayed
// into RAM, the engine is made anew.
#include "emu_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

enum {
    PAGE = 4096,
    HARDFAULT = 3,
    THUMB = 1 << 24,  // in xPSR
    FRAME = 8,        // words that an exception stacks
    PERIPHERALS = 0x40000000,
    PERIPHERALS_SIZE = 0x20000,
    GPIO = 0x50000000,
};

#define SYSTEM 0xe000e000u
#define NOWHERE 0xfffffffeu
#define TO_THREAD 0xfffffff9u  // EXC_RETURN: to thread mode, main stack
#define LIMIT 1000000000u

uint32_t tn_emu_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;  // Numerical Recipes' generator: its high bits are good
    return *seed >> 8;
}

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

void tn_emu_stop(struct tn_emu *e) {
    tn_emu_finish(e, TN_EMU_STOPPED);
}

// Flash as it is to be, where Unicorn has stored into it.
static void mend_flash(struct tn_emu *e) {
    while (e->nmends) {
        const struct tn_emu_mend *m = &e->mends[--e->nmends];
        memcpy(e->flash + m->addr, &m->word, sizeof(m->word));
    }
}

// Remembers the word at addr: the last store of an instruction to it counts.
static void note_mend(struct tn_emu *e, uint32_t addr) {
    struct tn_emu_mend *m = e->mends;

    while (m < e->mends + e->nmends && m->addr != addr) {
        m++;
    }
    if (m == e->mends + TN_EMU_MENDS) {
        fprintf(stderr, "emu: an instruction with more stores than there are registers\n");
        abort();
    }
    e->nmends += m == e->mends + e->nmends;
    m->addr = addr;
    memcpy(&m->word, e->flash + addr, sizeof(m->word));
}

static void on_code(uc_engine *uc, uint64_t addr, uint32_t size, void *arg) {
    struct tn_emu *e = arg;

    (void)uc;
    mend_flash(e);
    if (e->ended) {
        return;
    }
    if (addr == e->last_pc) {  // without interrupts, a branch to itself is for ever
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
    e->code_changed |= addr >= TN_EMU_RAM;
    e->insns++;
}

// A block of code that is looked at as a whole.
static void on_block(uc_engine *uc, uint64_t addr, uint32_t size, void *arg) {
    struct tn_emu *e = arg;

    (void)uc;
    (void)addr;
    mend_flash(e);
    if (!e->ended && e->insns >= e->limit) {
        tn_emu_finish(e, TN_EMU_LIMIT);
    }
    e->last_pc = NOWHERE;
    e->insns += size / 2;
}

// A store to flash. True: it is no fault.
static bool on_store(
        uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value, void *arg) {
    struct tn_emu *e = arg;

    (void)uc;
    (void)type;
    if (!e->ended) {
        tn_emu_store_flash(e, (uint32_t)addr, (uint32_t)size, (uint32_t)value);
    }
    note_mend(e, (uint32_t)addr & ~3u);
    note_mend(e, (uint32_t)(addr + (uint32_t)size - 1) & ~3u);
    return true;
}

static uint64_t load(struct tn_emu *e, uint32_t base, uint64_t off) {
    return tn_emu_load(e, base + (uint32_t)off);
}

static void store(struct tn_emu *e, uint32_t base, uint64_t off, uint64_t value) {
    if (!e->ended) {
        tn_emu_store(e, base + (uint32_t)off, (uint32_t)value);
    }
}

static uint64_t load_device(uc_engine *uc, uint64_t off, unsigned size, void *arg) {
    (void)uc;
    (void)size;
    return load(arg, PERIPHERALS, off);
}

static void store_device(uc_engine *uc, uint64_t off, unsigned size, uint64_t value, void *arg) {
    (void)uc;
    (void)size;
    store(arg, PERIPHERALS, off, value);
}

static uint64_t load_gpio(uc_engine *uc, uint64_t off, unsigned size, void *arg) {
    (void)uc;
    (void)size;
    return load(arg, GPIO, off);
}

static void store_gpio(uc_engine *uc, uint64_t off, unsigned size, uint64_t value, void *arg) {
    (void)uc;
    (void)size;
    store(arg, GPIO, off, value);
}

static uint64_t load_system(uc_engine *uc, uint64_t off, unsigned size, void *arg) {
    (void)uc;
    (void)size;
    return load(arg, SYSTEM, off);
}

static void store_system(uc_engine *uc, uint64_t off, unsigned size, uint64_t value, void *arg) {
    (void)uc;
    (void)size;
    store(arg, SYSTEM, off, value);
}

// ---- Making ----------------------------------------------------------------------------

// Hooks for all code: one by one where that is wanted, else by the block. Unicorn's ranges include
// their end, and one that ends before it begins is all there is.
static uc_err hook_code(struct tn_emu *e) {
    uint32_t at = 0;
    uc_err err = UC_ERR_OK;
    uc_hook hook;

    for (unsigned i = 0; i < e->nblurs && !err; i++) {
        const struct tn_emu_blur *b = &e->blurs[i];
        err = uc_hook_add(
                e->uc, &hook, UC_HOOK_CODE, (void *)(uintptr_t)on_code, e, at, b->begin - 1);
        if (!err) {
            err = uc_hook_add(e->uc, &hook, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, e, b->begin,
                    b->end - 1);
        }
        at = b->end;
    }
    return err ? err
               : uc_hook_add(
                         e->uc, &hook, UC_HOOK_CODE, (void *)(uintptr_t)on_code, e, at, UINT32_MAX);
}

static uc_err map(struct tn_emu *e) {
    const struct tn_emu_chip *c = e->chip;
    uc_hook hook;
    uc_err err = uc_mem_map_ptr(e->uc, 0, e->code_size, UC_PROT_READ | UC_PROT_EXEC, e->flash);

    if (!err) {
        err = uc_mem_map_ptr(e->uc, e->code_size, c->flash_size - e->code_size, UC_PROT_READ,
                e->flash + e->code_size);
    }
    if (!err) {
        err = uc_mem_map_ptr(e->uc, TN_EMU_RAM, c->ram_size, UC_PROT_READ | UC_PROT_WRITE, e->ram);
    }
    if (!err) {
        err = uc_mmio_map(e->uc, PERIPHERALS, PERIPHERALS_SIZE, load_device, e, store_device, e);
    }
    if (!err) {
        err = uc_mmio_map(e->uc, GPIO, PAGE, load_gpio, e, store_gpio, e);
    }
    if (!err) {
        err = uc_mmio_map(e->uc, SYSTEM, PAGE, load_system, e, store_system, e);
    }
    if (!err) {
        err = uc_hook_add(
                e->uc, &hook, UC_HOOK_MEM_WRITE_PROT, (void *)(uintptr_t)on_store, e, 1, 0);
    }
    return err ? err : hook_code(e);
}

// An engine over the chip's memory.
static int make_engine(struct tn_emu *e) {
    int model = e->chip->core == TN_EMU_CORTEX_M4 ? UC_CPU_ARM_CORTEX_M4 : UC_CPU_ARM_CORTEX_M0;
    uc_engine *uc;
    uc_err err = uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &uc);

    if (!err) {
        e->uc = uc;
        err = uc_ctl_set_cpu_model(uc, model);
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

// After a change of what was translated.
static void renew_engine(struct tn_emu *e) {
    if (e->code_changed) {
        uc_close(e->uc);
        e->uc = NULL;
        if (make_engine(e)) {
            abort();
        }
    }
}

int tn_emu_open(struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size) {
    memset(e, 0, sizeof(*e));
    e->chip = chip;
    e->code_size = code_size;
    e->flash = aligned_alloc(PAGE, chip->flash_size);
    e->ram = aligned_alloc(PAGE, chip->ram_size);
    e->writes = malloc(chip->flash_size / 4);
    if (!e->flash || !e->ram || !e->writes) {
        fprintf(stderr, "emu: out of memory\n");
        tn_emu_close(e);
        return -1;
    }
    tn_emu_erase_all(e);
    if (make_engine(e)) {
        tn_emu_close(e);
        return -1;
    }
    return 0;
}

int tn_emu_blur(struct tn_emu *e, uint32_t begin, uint32_t end) {
    if (e->nblurs == TN_EMU_BLURS) {
        return -1;
    }
    e->blurs[e->nblurs++] = (struct tn_emu_blur){begin, end};
    e->code_changed = true;  // the engine is to be made anew
    return 0;
}

void tn_emu_close(struct tn_emu *e) {
    if (e->uc) {
        uc_close(e->uc);
    }
    free(e->flash);
    free(e->ram);
    free(e->writes);
    memset(e, 0, sizeof(*e));
}

void tn_emu_erase_all(struct tn_emu *e) {
    memset(e->flash, 0xff, e->chip->flash_size);
    memset(e->writes, 0, e->chip->flash_size / 4);
    e->code_changed = true;
}

// ---- Running ---------------------------------------------------------------------------

static uint32_t vector(const struct tn_emu *e, uint32_t number) {
    uint32_t v;

    memcpy(&v, e->flash + 4 * number, 4);
    return v;
}

void tn_emu_reset(struct tn_emu *e) {
    uint32_t regs[TN_EMU_REGS] = {0};

    renew_engine(e);
    tn_emu_devices_reset(e);
    regs[TN_EMU_SP] = vector(e, 0);
    regs[TN_EMU_LR] = 0xffffffff;
    regs[TN_EMU_PC] = vector(e, 1);
    regs[TN_EMU_XPSR] = THUMB;
    tn_emu_set_regs(e, regs);
    e->pc = vector(e, 1) & ~1u;
}

void tn_emu_power_on(struct tn_emu *e, uint32_t seed) {
    for (uint32_t i = 0; i < e->chip->ram_size; i++) {
        e->ram[i] = (uint8_t)tn_emu_random(&seed);
    }
    e->insns = e->erases = e->words = e->violations = e->faults = 0;
    tn_emu_devices_power_on(e);
    tn_emu_reset(e);
}

// HardFault: the core stacks a frame and goes to its handler. False: that faults too.
static bool enter_fault(struct tn_emu *e) {
    uint32_t regs[TN_EMU_REGS];
    static const int stacked[FRAME] = {0, 1, 2, 3, 12, TN_EMU_LR, TN_EMU_PC, TN_EMU_XPSR};

    e->faults++;
    tn_emu_get_regs(e, regs);
    uint32_t sp = (regs[TN_EMU_SP] & ~7u) - 4 * FRAME;
    bool in_handler = (regs[TN_EMU_XPSR] & 0x1ff) != 0;
    if (in_handler || sp < TN_EMU_RAM || sp > TN_EMU_RAM + e->chip->ram_size - 4 * FRAME) {
        return false;
    }
    for (int i = 0; i < FRAME; i++) {
        memcpy(e->ram + (sp - TN_EMU_RAM) + 4 * i, &regs[stacked[i]], 4);
    }
    regs[TN_EMU_SP] = sp;
    regs[TN_EMU_LR] = TO_THREAD;
    regs[TN_EMU_XPSR] = THUMB | HARDFAULT;
    regs[TN_EMU_PC] = vector(e, HARDFAULT);
    tn_emu_set_regs(e, regs);
    return true;
}

// What becomes of an error of the engine. True: the run goes on.
static bool deal_with(struct tn_emu *e, uc_err err) {
    switch (err) {
    case UC_ERR_OK:  // it sleeps until an interrupt
        e->end = TN_EMU_IDLE;
        return false;
    case UC_ERR_FETCH_PROT:
        if (tn_emu_reg(e, TN_EMU_XPSR) & THUMB) {
            e->end = TN_EMU_LEFT;
            return false;
        }
        break;  // of an Arm instruction, which the core does not have
    default:
        break;
    }
    e->end = TN_EMU_LOCKUP;
    return enter_fault(e);
}

enum tn_emu_end tn_emu_run(struct tn_emu *e) {
    uc_err err;
    uint64_t limit = e->limit;

    e->limit = e->insns + (limit ? limit : LIMIT);
    e->ended = false;
    e->idle_reads = 0;
    do {
        e->last_pc = NOWHERE;
        err = uc_emu_start(e->uc, tn_emu_reg(e, TN_EMU_PC) | 1, NOWHERE, 0, 0);
        mend_flash(e);
    } while (!e->ended && deal_with(e, err));
    e->limit = limit;
    e->pc = tn_emu_reg(e, TN_EMU_PC) & ~1u;
    return e->end;
}

enum tn_emu_end tn_emu_boot(struct tn_emu *e, uint32_t seed, unsigned max_resets) {
    tn_emu_power_on(e, seed);
    enum tn_emu_end end = tn_emu_run(e);
    while (end == TN_EMU_RESET && max_resets--) {
        tn_emu_reset(e);
        end = tn_emu_run(e);
    }
    return end;
}

// ---- Copies ----------------------------------------------------------------------------

void tn_emu_copy_flash(struct tn_emu *e, const struct tn_emu *from) {
    if (memcmp(e->flash, from->flash, e->code_size) != 0) {
        memcpy(e->flash, from->flash, e->code_size);
        e->code_changed = true;
    }
    memcpy(e->flash + e->code_size, from->flash + e->code_size, e->chip->flash_size - e->code_size);
    memcpy(e->writes, from->writes, e->chip->flash_size / 4);
}

void tn_emu_copy(struct tn_emu *e, struct tn_emu *from) {
    uint32_t regs[TN_EMU_REGS];

    tn_emu_copy_flash(e, from);
    renew_engine(e);
    memcpy(e->ram, from->ram, e->chip->ram_size);
    e->insns = from->insns;
    e->erases = from->erases;
    e->words = from->words;
    e->violations = from->violations;
    e->faults = from->faults;
    e->nvmc_config = from->nvmc_config;
    e->reset_reason = from->reset_reason;
    e->gpregret = from->gpregret;
    e->timer_cc = from->timer_cc;
    e->sending = from->sending;
    e->switched = from->switched;
    tn_emu_get_regs(from, regs);
    tn_emu_set_regs(e, regs);
    e->pc = regs[TN_EMU_PC] & ~1u;
}
