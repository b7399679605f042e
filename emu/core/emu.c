// SPDX-License-Identifier: Apache-2.0
// Makes, powers, runs, resets and copies a chip.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "emu_priv.h"

enum {
    PAGE = 4096,
    HSE_KHZ = 8000,  // unless the board says otherwise
    POLLS = 16,      // reads of an input in a row, without other work: the program is idle
};

#define LIMIT 1000000000u

uint32_t tn_emu_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;  // Numerical Recipes' generator: its high bits are good
    return *seed >> 8;
}

// Memory of a chip in whole pages, at least one.
static uint8_t *make_memory(uint32_t size) {
    uint8_t *m = aligned_alloc(PAGE, size ? size : PAGE);

    if (m) {
        memset(m, 0, size ? size : PAGE);
    }
    return m;
}

static int open_chip(
        struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size, bool whole) {
    memset(e, 0, sizeof(*e));
    memset(e->pins, 0xff, sizeof(e->pins));
    e->hse_khz = HSE_KHZ;
    e->chip = chip;
    e->whole = whole;
    e->code_begin = chip->flash_base + chip->boot_off;
    e->code_size = code_size;
    e->flash = make_memory(tn_round_up(chip->flash_size + chip->otp_size, PAGE));
    e->ram = make_memory(chip->ram_size);
    e->ram2 = make_memory(chip->ram2_size);
    e->rom = make_memory(chip->rom_size);
    e->writes = calloc(1, (chip->flash_size + chip->otp_size) / chip->unit);
    if (!e->flash || !e->ram || !e->ram2 || !e->rom || !e->writes) {
        fprintf(stderr, "emu: out of memory\n");
        tn_emu_close(e);
        return -1;
    }
    memset(e->flash + chip->flash_size, 0xff, chip->otp_size);
    tn_emu_erase_all(e);
    if (tn_emu_bus_open(e) || tn_emu_cpu_make(e)) {
        tn_emu_close(e);
        return -1;
    }
    return 0;
}

int tn_emu_open(struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size) {
    return open_chip(e, chip, code_size, false);
}

int tn_emu_open_whole(struct tn_emu *e, const struct tn_emu_chip *chip) {
    return open_chip(e, chip, chip->flash_size - chip->boot_off, true);
}

int tn_emu_unwatch(struct tn_emu *e, uint32_t begin, uint32_t end) {
    if (e->nunwatched == TN_EMU_UNWATCHED) {
        return -1;
    }
    e->unwatched[e->nunwatched++] = (struct tn_emu_range){begin, end};
    e->code_changed = true;  // the engine gets its hooks when it is made
    return 0;
}

void tn_emu_close(struct tn_emu *e) {
    tn_emu_cpu_free(e);
    tn_emu_bus_close(e);
    free(e->flash);
    free(e->ram);
    free(e->ram2);
    free(e->rom);
    free(e->writes);
    memset(e, 0, sizeof(*e));
}

void tn_emu_erase_all(struct tn_emu *e) {
    memset(e->flash, 0xff, e->chip->flash_size);
    for (uint32_t i = 0; i < e->chip->flash_size / e->chip->unit; i++) {
        e->nbad -= e->writes[i] / TN_EMU_BAD;
        e->writes[i] = 0;
    }
    e->code_changed = true;
}

// ---- Ends of a run ---------------------------------------------------------------------

void tn_emu_stop(struct tn_emu *e) {
    tn_emu_finish(e, TN_EMU_STOPPED);
}

void tn_emu_request_reset(struct tn_emu *e) {
    e->cause = TN_EMU_BY_PROGRAM;
    tn_emu_finish(e, TN_EMU_RESET);
}

void tn_emu_polled(struct tn_emu *e) {
    if (++e->polls >= POLLS) {
        e->polls = 0;
        e->polled_out = e->attention = true;
        if (!e->on_sleep) {
            tn_emu_finish(e, TN_EMU_IDLE);
        }
    }
}

void tn_emu_worked(struct tn_emu *e) {
    e->polls = 0;
}

// ---- Time, lines and pins -----------------------------------------------------------------

uint64_t tn_emu_us(const struct tn_emu *e) {
    return (e->insns + e->passed) / e->chip->insns_per_us;
}

void tn_emu_pass(struct tn_emu *e, uint64_t us) {
    e->passed += us * e->chip->insns_per_us;
    e->attention = true;
}

void tn_emu_stall(struct tn_emu *e, uint64_t us) {
    if (us > e->longest_stall_us) {
        e->longest_stall_us = us;
    }
    tn_emu_pass(e, us);
}

void tn_emu_attend(struct tn_emu *e) {
    e->attention = true;
}

bool tn_emu_rest(struct tn_emu *e, uint64_t until) {
    uint64_t tick =
            e->next_tick == TN_EMU_NEVER ? TN_EMU_NEVER : e->next_tick / e->chip->insns_per_us;

    e->attention = true;
    if (e->on_sleep && e->on_sleep(e, tick < until ? tick : until)) {
        return true;
    }
    tn_emu_finish(e, TN_EMU_IDLE);
    return false;
}

bool tn_emu_receive(
        struct tn_emu *e, unsigned line, struct tn_emu_receiver *r, uint64_t us, uint8_t *ret) {
    struct tn_emu_line *l = &e->lines[line];
    uint64_t now = tn_emu_us(e);

    if (l->from == l->to) {
        r->busy = false;
        return false;
    }
    if (!r->busy) {
        r->busy = true;
        r->at = now + us;
    }
    if (r->at > now) {
        return false;
    }
    *ret = l->bytes[l->from++ % TN_EMU_LINE_ROOM];
    r->busy = l->from != l->to;
    r->at += us;
    tn_emu_worked(e);
    return true;
}

size_t tn_emu_line_put(struct tn_emu *e, unsigned line, const void *bytes, size_t len) {
    struct tn_emu_line *l = &e->lines[line];
    const uint8_t *p = bytes;
    size_t n = 0;

    while (n < len && l->to - l->from < TN_EMU_LINE_ROOM) {
        l->bytes[l->to++ % TN_EMU_LINE_ROOM] = p[n++];
    }
    e->attention = true;
    return n;
}

void tn_emu_line_give(struct tn_emu *e, unsigned line, uint8_t byte) {
    tn_emu_worked(e);
    if (e->on_byte) {
        e->on_byte(e, line, byte);
    }
}

uint32_t tn_emu_pins(const struct tn_emu *e, unsigned port) {
    return e->pins[port];
}

void tn_emu_pin(struct tn_emu *e, unsigned port, unsigned pin, bool high) {
    e->pins[port] = high ? e->pins[port] | 1u << pin : e->pins[port] & ~(1u << pin);
    e->attention = true;
}

bool tn_emu_usb(struct tn_emu *e, struct tn_usb_cable *ret) {
    if (!e->chip->usb) {
        return false;
    }
    *ret = *e->chip->usb;
    ret->ctx = e;
    return true;
}

void tn_emu_usb_plug(struct tn_emu *e, bool plugged) {
    e->usb_power = plugged;
    e->attention = true;
}

// ---- Running ---------------------------------------------------------------------------

void tn_emu_reset(struct tn_emu *e) {
    tn_emu_bus_reset(e);
    e->polled_out = e->masked = e->urgent = false;
    e->attention = true;
    e->cause = TN_EMU_BY_PIN;  // cause of the next reset, unless the program requests one
    tn_emu_worked(e);
    tn_emu_cpu_reset(e);
}

void tn_emu_power_on(struct tn_emu *e, uint32_t seed) {
    for (uint32_t i = 0; i < e->chip->ram_size; i++) {
        e->ram[i] = (uint8_t)tn_emu_random(&seed);
    }
    for (uint32_t i = 0; i < e->chip->ram2_size; i++) {
        e->ram2[i] = (uint8_t)tn_emu_random(&seed);
    }
    e->passed = 0;
    memset(e->lines, 0, sizeof(e->lines));
    e->insns = e->erases = e->units = e->violations = e->faults = e->lost = 0;
    e->watchdog = (struct tn_emu_watchdog){0};
    e->cause = TN_EMU_BY_POWER;
    tn_emu_bus_power_on(e);
    tn_emu_reset(e);
}

enum tn_emu_end tn_emu_run(struct tn_emu *e) {
    uint64_t limit = e->limit;

    e->limit = e->insns + (limit ? limit : LIMIT);
    e->ended = false;
    tn_emu_worked(e);
    tn_emu_cpu_run(e);
    e->limit = limit;
    if (e->end == TN_EMU_LOCKUP) {
        e->cause = TN_EMU_BY_LOCKUP;
    }
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
    const struct tn_emu_chip *c = e->chip;

    e->code_changed |= memcmp(e->flash + c->boot_off, from->flash + c->boot_off, e->code_size) != 0;
    memcpy(e->flash, from->flash, c->flash_size + c->otp_size);
    memcpy(e->writes, from->writes, (c->flash_size + c->otp_size) / c->unit);
    e->nbad = from->nbad;
    memcpy(e->options, from->options, sizeof(e->options));
    e->option_writes = from->option_writes;
    e->has_options = from->has_options;
    if (e->nor.bytes && from->nor.bytes && e->nor.len == from->nor.len) {
        memcpy(e->nor.bytes, from->nor.bytes, e->nor.len);
    }
}

void tn_emu_copy(struct tn_emu *e, struct tn_emu *from) {
    uint32_t regs[TN_EMU_REGS];

    tn_emu_copy_flash(e, from);
    tn_emu_cpu_renew(e);
    memcpy(e->ram, from->ram, e->chip->ram_size);
    memcpy(e->ram2, from->ram2, e->chip->ram2_size);
    memcpy(e->lines, from->lines, sizeof(e->lines));
    memcpy(e->pins, from->pins, sizeof(e->pins));
    e->hse_khz = from->hse_khz;
    e->usb_power = from->usb_power;
    e->usb_device = from->usb_device;
    e->usb_supply_pin = from->usb_supply_pin;
    e->passed = from->passed;
    e->attention = true;
    memcpy(e->states, from->states, e->states_size);
    e->insns = from->insns;
    e->erases = from->erases;
    e->units = from->units;
    e->violations = from->violations;
    e->faults = from->faults;
    e->watchdog = from->watchdog;
    e->cause = from->cause;
    e->call_begins = from->call_begins;
    tn_emu_get_regs(from, regs);
    tn_emu_set_regs(e, regs);
    e->pc = regs[TN_EMU_PC] & ~1u;
}
