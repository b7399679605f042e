// SPDX-License-Identifier: Apache-2.0
// port/cortexm enables and disables interrupts of any number. Runs its functions from the
// template's application on an invented chip, whose interrupt controller stores the last write.
#include "base/compiler.h"
#include "emu/core/elf.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    CODE = 0x40000,
    OUTSIDE = 0x80000,
    ENABLE = 0x100,  // offsets in the system control space, DDI 0403 section B3.4
    DISABLE = 0x180,
};

struct nvic {
    uint32_t off, value, stores;
};

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct nvic *n = state;

    (void)e;
    CHECK_EQ(size, 4);
    *n = (struct nvic){off, value, n->stores + 1};
}

static const struct tn_emu_device nvic = {
        .base = 0xe000e000, .size = 0x1000, .state_size = sizeof(struct nvic), .store = store};
static const struct tn_emu_device *const devices[] = {&nvic};
static const struct tn_emu_sectors sectors[] = {{0x1000, 256}};
static const struct tn_emu_chip chip = {
        .name = "with interrupts",
        .core = TN_EMU_CORTEX_M4,
        .flash_size = 0x100000,
        .sectors = sectors,
        .unit = 4,
        .unit_writes = 2,
        .ram_base = 0x20000000,
        .ram_size = 0x10000,
        .insns_per_us = 1,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};

static struct tn_emu emu;
static struct tn_elf elf;

// Calls a function of the program with one argument. Returns the value that it stored.
static struct nvic call(const char *name, uint32_t argument) {
    const struct tn_elf_function *f = tn_elf_find(&elf, name);
    uint32_t regs[TN_EMU_REGS];

    CHECK(f);
    tn_emu_power_on(&emu, 1);
    tn_emu_get_regs(&emu, regs);
    regs[0] = argument;
    regs[TN_EMU_SP] = chip.ram_base + chip.ram_size;
    regs[TN_EMU_LR] = OUTSIDE | 1;
    regs[TN_EMU_PC] = f->addr | 1;
    tn_emu_set_regs(&emu, regs);
    CHECK_EQ(tn_emu_run(&emu), TN_EMU_LEFT);
    CHECK_EQ(emu.pc, OUTSIDE);
    return *(struct nvic *)tn_emu_state(&emu, &nvic);
}

TEST(any_interrupt_is_enabled_and_disabled_by_its_number) {
    CHECK_EQ(tn_elf_open(&elf, TEMPLATE_FOLDER "/app.elf", 0, chip.flash_size), 0);
    CHECK_EQ(tn_emu_open(&emu, &chip, CODE), 0);
    memcpy(emu.flash, elf.image, CODE);
    for (uint32_t irq = 0; irq < 240; irq++) {
        struct nvic n = call("cm_irq_enable", irq);
        CHECK_EQ(n.stores, 1);
        CHECK_EQ(n.off, ENABLE + irq / 32 * 4);
        CHECK_EQ(n.value, 1u << irq % 32);
        n = call("cm_irq_disable", irq);
        CHECK_EQ(n.stores, 1);
        CHECK_EQ(n.off, DISABLE + irq / 32 * 4);
        CHECK_EQ(n.value, 1u << irq % 32);
    }
    tn_emu_close(&emu);
    tn_elf_close(&elf);
}
