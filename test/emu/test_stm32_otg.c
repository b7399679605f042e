// SPDX-License-Identifier: Apache-2.0
// Tests the emulated OTG_FS of STM32F405 (core 1.2) and STM32L476 (core 2.0) by its registers: what
// a right driver sees, and that a wrong one fails.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    CODE = 0x1000,
    GOTGCTL = 0x000,  // registers of OTG_FS
    GOTGINT = 0x004,
    GAHBCFG = 0x008,
    GUSBCFG = 0x00c,
    GRSTCTL = 0x010,
    GINTSTS = 0x014,
    GINTMSK = 0x018,
    GRXSTSR = 0x01c,
    GRXSTSP = 0x020,
    GRXFSIZ = 0x024,
    DIEPTXF0 = 0x028,
    GCCFG = 0x038,
    DIEPTXF1 = 0x104,
    DCFG = 0x800,
    DCTL = 0x804,
    DAINT = 0x818,
    DAINTMSK = 0x81c,
    DIEPMSK = 0x810,
    DOEPMSK = 0x814,
    IN = 0x900,
    OUT = 0xb00,
    NEXT = 0x20,
    CTL = 0,
    INT = 8,
    TSIZ = 0x10,
    DTXFSTS = 0x18,
    FIFO = 0x1000,
    PWRDWN = 1 << 16,
    VBUSBSEN = 1 << 19,
    NOVBUSSENS = 1 << 21,
    VBDEN = 1 << 21,
    BVALOEN = 1 << 6,
    BVALOVAL = 1 << 7,
    SEDET = 1 << 2,
    FDMOD = 1 << 30,
    TXFELVL = 1 << 7,  // TXFE: empty, not half empty
    TRDT_BIT = 10,
    CSRST = 1,
    SDIS = 1 << 1,
    SGONAK = 1 << 9,
    CGONAK = 1 << 10,
    OTGINT = 1 << 2,
    RXFLVL = 1 << 4,
    GONAKEFF = 1 << 7,
    USBRST = 1 << 12,
    ENUMDNE = 1 << 13,
    IEPINT = 1 << 18,
    OEPINT = 1 << 19,
    USBAEP = 1 << 15,
    NAKSTS = 1 << 17,
    BULK = 2 << 18,
    STALL = 1 << 21,
    TXFNUM_BIT = 22,
    CNAK = 1 << 26,
    SNAK = 1 << 27,
    EPDIS = 1 << 30,
    XFRC = 1,
    EPDISD = 1 << 1,
    STUP = 1 << 3,
    INEPNE = 1 << 6,
    TXFE = 1 << 7,
    ONE_PACKET = 1 << 19,
    DONE = 3,  // PKTSTS
    DATA = 2,
    SETUP_DONE = 4,
    SETUP = 6,
    RX_WORDS = 128,
    TX_WORDS = 16,
};
#define EPENA 0x80000000u
#define OTG 0x50000000u

static struct tn_emu emu;
static struct tn_usb_cable cable;

// What a driver sets besides the core, as address and value. On the second chip, too.
static const struct chip {
    const struct tn_emu_chip *chip;
    bool is_new;
    struct {
        uint32_t addr, value;
    } clock[10];
} chips[] = {
        {&tn_emu_stm32f405, false,
                {{0x40023804, 0x24431804}, {0x40023800, 0x01010083}, {0x40023830, 1},
                        {0x40023834, 1 << 7}, {0x40020000, 0xaa800000}, {0x40020024, 0x000aa000}}},
        {&tn_emu_stm32l476, true,
                {{0x40007004, 1 << 10}, {0x4002100c, 0x00301803}, {0x40021000, 0x01010163},
                        {0x40021008, 1}, {0x40021088, 2 << 26}, {0x4002104c, 1 | 1 << 12},
                        {0x48000000, 0xaabfffff}, {0x48000024, 0x000aa000}}},
};
static const struct chip *now;

static void set(uint32_t off, uint32_t value) {
    tn_emu_store(&emu, OTG + off, 4, value);
}

static uint32_t get(uint32_t off) {
    return tn_emu_load(&emu, OTG + off, 4);
}

// Everything around the core but step number left_out.
static void around(const struct chip *c, size_t left_out) {
    now = c;
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, c->chip, CODE), 0);
    CHECK(tn_emu_usb(&emu, &cable));
    tn_emu_usb_plug(&emu, true);
    tn_emu_power_on(&emu, 1);
    for (size_t i = 0; i < TN_LEN(c->clock) && c->clock[i].addr; i++) {
        if (i != left_out) {
            tn_emu_store(&emu, c->clock[i].addr, 4, c->clock[i].value);
        }
    }
}

// The core's part of the start but step number left_out.
static void core(size_t left_out) {
    const uint32_t steps[][2] = {
            {GCCFG, now->is_new ? PWRDWN | VBDEN : PWRDWN | VBUSBSEN},
            {GUSBCFG, FDMOD | 13 << TRDT_BIT},
            {DCTL, 0},
    };

    set(DCTL, SDIS);
    for (size_t i = 0; i < TN_LEN(steps); i++) {
        if (i != left_out) {
            set(steps[i][0], steps[i][1]);
        }
    }
}

static bool is_connected(void) {
    return cable.is_connected(cable.ctx);
}

static void begin(const struct chip *c) {
    around(c, SIZE_MAX);
    core(SIZE_MAX);
    CHECK(is_connected());
    cable.reset(cable.ctx);
    CHECK_EQ(get(GINTSTS) & (USBRST | ENUMDNE), USBRST | ENUMDNE);
    set(GINTSTS, USBRST | ENUMDNE);
    CHECK_EQ(get(GINTSTS) & (USBRST | ENUMDNE), 0);
    set(GAHBCFG, TXFELVL);
    set(GRXFSIZ, RX_WORDS);
    set(DIEPTXF0, TX_WORDS << 16 | RX_WORDS);
    set(DIEPTXF1, TX_WORDS << 16 | (RX_WORDS + TX_WORDS));
    CHECK_EQ(emu.violations, 0);
}

static int bus_in(uint8_t ep, uint8_t *buf) {
    return cable.in(cable.ctx, ep, buf, 64);
}

static int bus_out(uint8_t ep, const void *data, size_t len) {
    return cable.out(cable.ctx, ep, data, len);
}

static const uint8_t read_18[] = {0x80, 6, 0, 1, 0, 0, 18, 0};
static const uint8_t set_address[] = {0, 5, 42, 0, 0, 0, 0, 0};

// Reads a SETUP as a driver does.
static void take_setup(const uint8_t request[8]) {
    uint32_t words[2];

    CHECK_EQ(cable.setup(cable.ctx, request), 0);
    CHECK_EQ(get(GRXSTSP) >> 17, SETUP);
    words[0] = get(FIFO);
    words[1] = get(FIFO);
    CHECK_MEM(words, request, 8);
    CHECK_EQ(get(OUT + INT) & STUP, 0);
    CHECK_EQ(get(GRXSTSP) >> 17, SETUP_DONE);
    CHECK_EQ(get(OUT + INT) & STUP, STUP);
    set(OUT + INT, UINT32_MAX);
}

static void arm_in(unsigned ep, uint32_t bytes) {
    set(IN + NEXT * ep + TSIZ, ONE_PACKET | bytes);
    set(IN + NEXT * ep + CTL, (ep ? USBAEP | BULK | ep << TXFNUM_BIT | 64 : 0) | CNAK | EPENA);
}

static void arm_out(unsigned ep, uint32_t bytes) {
    set(OUT + NEXT * ep + TSIZ, ONE_PACKET | bytes);
    set(OUT + NEXT * ep + CTL, (ep ? USBAEP | BULK | 64 : 0) | CNAK | EPENA);
}

#define EACH_CHIP(c) for (const struct chip *c = chips; c < chips + TN_LEN(chips); c++)

TEST(the_device_connects_with_clock_pins_supply_and_core) {
    EACH_CHIP(c) {
        for (size_t i = 0; i < TN_LEN(c->clock) && c->clock[i].addr; i++) {
            around(c, i);
            core(SIZE_MAX);
            // The L4's core clock at 4 MHz is too slow, which the first token shows.
            CHECK(!is_connected() || cable.setup(cable.ctx, read_18) == TN_CABLE_NONE);
        }
        for (size_t i = 0; i < 3; i++) {
            around(c, SIZE_MAX);
            core(i);
            CHECK(!is_connected());
        }
        around(c, SIZE_MAX);
        core(SIZE_MAX);
        CHECK(is_connected());
        tn_emu_usb_plug(&emu, false);
        CHECK(!is_connected());
    }
}

TEST(another_clock_than_48_mhz_does_not_do) {
    around(&chips[0], SIZE_MAX);
    core(SIZE_MAX);
    emu.hse_khz = 12000;
    CHECK(!is_connected());
    emu.hse_khz = 8000;
    CHECK(is_connected());
    tn_emu_store(&emu, 0x40023804, 4, 0x24031804);  // from HSI
    CHECK(!is_connected());
}

TEST(the_cores_reset_ends_when_the_clock_is_there) {
    EACH_CHIP(c) {
        around(c, c->is_new ? 2 : 1);
        set(GINTMSK, 1);
        set(GRSTCTL, CSRST);
        CHECK_EQ(get(GRSTCTL), CSRST);
        tn_emu_store(&emu, c->clock[c->is_new ? 2 : 1].addr, 4, c->clock[c->is_new ? 2 : 1].value);
        CHECK_EQ(get(GRSTCTL), 0x80000000u);
        CHECK_EQ(get(GINTMSK), 0);
    }
}

TEST(a_core_without_its_clock_gate_reads_0) {
    around(&chips[0], 3);
    CHECK_EQ(get(0x40), 0);
    tn_emu_store(&emu, 0x40023834, 4, 1 << 7);
    CHECK_EQ(get(0x40) >> 16, 0x4f54);
}

TEST(vbus_is_a_session) {
    around(&chips[0], SIZE_MAX);
    core(SIZE_MAX);
    set(GCCFG, PWRDWN);
    CHECK(!is_connected());
    set(GCCFG, PWRDWN | NOVBUSSENS);
    CHECK(is_connected());
    set(GCCFG, PWRDWN | VBUSBSEN);
    get(GINTSTS);
    tn_emu_usb_plug(&emu, false);
    CHECK_EQ(get(GINTSTS) & OTGINT, OTGINT);
    CHECK_EQ(get(GOTGINT), SEDET);
    set(GOTGINT, SEDET);
    CHECK_EQ(get(GINTSTS) & OTGINT, 0);
    around(&chips[1], SIZE_MAX);
    core(SIZE_MAX);
    set(GCCFG, PWRDWN);
    CHECK(!is_connected());
    set(GOTGCTL, BVALOEN | BVALOVAL);
    CHECK(is_connected());
    set(GOTGCTL, BVALOEN);
    CHECK(!is_connected());
}

TEST(a_setup_comes_by_the_receive_fifo) {
    EACH_CHIP(c) {
        begin(c);
        CHECK_EQ(get(GINTSTS) & RXFLVL, 0);
        take_setup(read_18);
        CHECK_EQ(get(GINTSTS) & RXFLVL, 0);
        CHECK_EQ(get(GRXSTSP), 0);
        CHECK_EQ(emu.violations, 0);
    }
}

TEST(a_packet_that_is_not_read_from_the_fifo_is_a_violation) {
    begin(&chips[0]);
    cable.setup(cable.ctx, read_18);
    CHECK_EQ(get(GRXSTSR) >> 17, SETUP);
    CHECK_EQ(get(GRXSTSP) >> 17, SETUP);
    get(FIFO);
    get(GRXSTSP);
    CHECK_EQ(emu.violations, 1);
    get(FIFO);  // nothing there
    CHECK_EQ(emu.violations, 2);
}

TEST(a_control_read_goes_through_the_fifo) {
    uint8_t buf[64];

    EACH_CHIP(c) {
        begin(c);
        take_setup(read_18);
        CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
        arm_in(0, 18);
        CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
        for (uint32_t i = 0; i < 5; i++) {
            set(FIFO, i);
        }
        CHECK_EQ(get(IN + TSIZ), ONE_PACKET);
        CHECK_EQ(get(IN + DTXFSTS), TX_WORDS - 5);
        CHECK_EQ(get(IN + INT) & (XFRC | TXFE), 0);
        set(GAHBCFG, 0);
        CHECK_EQ(get(IN + INT) & (XFRC | TXFE), TXFE);
        set(GAHBCFG, TXFELVL);
        CHECK_EQ(bus_in(0, buf), 18);
        CHECK_EQ(buf[4], 1);
        CHECK_EQ(buf[16], 4);
        CHECK_EQ(get(IN + INT) & (XFRC | TXFE), XFRC | TXFE);
        CHECK_EQ(get(IN + TSIZ), 0);
        CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
        arm_out(0, 64);
        CHECK_EQ(bus_out(0, buf, 0), 0);
        CHECK_EQ(emu.violations, 0);
    }
}

TEST(an_out_packet_comes_by_the_receive_fifo) {
    uint8_t buf[64] = {1, 2, 3, 4, 5};

    EACH_CHIP(c) {
        begin(c);
        CHECK_EQ(bus_out(1, buf, 5), TN_CABLE_NONE);
        set(OUT + NEXT + CTL, USBAEP | BULK | 64 | SNAK);
        CHECK_EQ(bus_out(1, buf, 5), TN_CABLE_NAK);
        arm_out(1, 64);
        CHECK_EQ(bus_out(1, buf, 5), 0);
        CHECK_EQ(bus_out(1, buf, 5), TN_CABLE_NAK);
        CHECK_EQ(get(OUT + NEXT + TSIZ), 64 - 5);
        CHECK_EQ(get(GRXSTSP), DATA << 17 | 5 << 4 | 1);
        CHECK_EQ(get(FIFO), 0x04030201);
        CHECK_EQ(get(FIFO), 5);
        CHECK_EQ(get(OUT + NEXT + INT), 0);
        CHECK_EQ(get(GRXSTSP), DONE << 17 | 1);
        CHECK_EQ(get(OUT + NEXT + INT), XFRC);
        CHECK_EQ(get(OUT + NEXT + CTL) & EPENA, 0);
        CHECK_EQ(emu.violations, 0);
    }
}

TEST(a_full_receive_fifo_holds_the_host_off) {
    uint8_t buf[64] = {0};

    begin(&chips[0]);
    set(GRXFSIZ, 16);
    arm_out(1, 64);
    CHECK_EQ(bus_out(1, buf, 64), TN_CABLE_NAK);
    CHECK_EQ(bus_out(1, buf, 8), 0);
}

TEST(a_transfer_that_is_too_small_is_a_violation) {
    uint8_t buf[64] = {0};

    begin(&chips[0]);
    arm_out(1, 32);
    CHECK_EQ(bus_out(1, buf, 64), TN_CABLE_NAK);
    CHECK_EQ(emu.violations, 1);
}

TEST(transmit_fifos_lie_apart_and_do_not_overflow) {
    begin(&chips[0]);
    set(DIEPTXF1, TX_WORDS << 16 | (RX_WORDS + TX_WORDS - 1));
    arm_in(1, 4);
    CHECK_EQ(emu.violations, 1);
    begin(&chips[0]);
    set(DIEPTXF0, TX_WORDS << 16 | (RX_WORDS - 1));
    arm_in(0, 4);
    CHECK_EQ(emu.violations, 1);
    begin(&chips[0]);
    set(DIEPTXF1, TX_WORDS << 16 | (320 - TX_WORDS + 1));
    arm_in(1, 4);
    CHECK_EQ(emu.violations, 1);
    begin(&chips[0]);
    set(FIFO + FIFO, 0);  // not enabled
    CHECK_EQ(emu.violations, 1);
    arm_in(1, 4);
    set(FIFO + FIFO, 0);
    CHECK_EQ(emu.violations, 1);
    set(FIFO + FIFO, 0);  // more than the transfer
    CHECK_EQ(emu.violations, 2);
}

TEST(a_stall_is_answered_and_a_setup_takes_it_off_endpoint_0) {
    uint8_t buf[64];

    EACH_CHIP(c) {
        begin(c);
        set(IN + CTL, STALL);
        set(OUT + CTL, STALL);
        set(OUT + CTL, 0);  // stays
        CHECK_EQ(bus_in(0, buf), TN_CABLE_STALL);
        CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_STALL);
        take_setup(read_18);
        CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
        CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_NAK);
        set(IN + NEXT + CTL, USBAEP | BULK | 64 | STALL);
        CHECK_EQ(bus_in(1, buf), TN_CABLE_STALL);
        set(IN + NEXT + CTL, USBAEP | BULK | 64);
        CHECK_EQ(bus_in(1, buf), TN_CABLE_NAK);
    }
}

TEST(the_program_sets_the_address) {
    uint8_t buf[64];

    EACH_CHIP(c) {
        begin(c);
        take_setup(set_address);
        set(DCFG, get(DCFG) | 42 << 4);
        arm_in(0, 0);
        CHECK_EQ(bus_in(0, buf), 0);
        CHECK_EQ(cable.setup(cable.ctx, read_18), 0);
        cable.reset(cable.ctx);
        CHECK_EQ(cable.setup(cable.ctx, read_18), TN_CABLE_NONE);
        set(DCFG, get(DCFG) & ~(0x7fu << 4));
        CHECK_EQ(cable.setup(cable.ctx, read_18), 0);
        // Without the address of the request the device is deaf.
        begin(c);
        take_setup(set_address);
        arm_in(0, 0);
        CHECK_EQ(bus_in(0, buf), 0);
        CHECK_EQ(cable.setup(cable.ctx, read_18), TN_CABLE_NONE);
    }
}

TEST(a_bus_reset_leaves_endpoint_0_alone) {
    uint8_t buf[64];

    begin(&chips[0]);
    arm_in(1, 0);
    cable.reset(cable.ctx);
    CHECK_EQ(bus_in(1, buf), TN_CABLE_NONE);
}

TEST(a_turnaround_that_is_too_short_is_a_violation) {
    begin(&chips[0]);
    set(GUSBCFG, FDMOD | 12 << TRDT_BIT);
    CHECK_EQ(cable.setup(cable.ctx, read_18), TN_CABLE_NONE);
    CHECK_EQ(emu.violations, 1);
}

TEST(the_global_out_nak_comes_by_the_receive_fifo) {
    uint8_t buf[64] = {0};

    EACH_CHIP(c) {
        begin(c);
        arm_out(1, 64);
        set(OUT + NEXT + CTL, get(OUT + NEXT + CTL) | EPDIS);  // too early
        CHECK_EQ(get(OUT + NEXT + INT) & EPDISD, 0);
        set(DCTL, SGONAK);
        CHECK_EQ(get(GINTSTS) & GONAKEFF, 0);
        CHECK_EQ(bus_out(1, buf, 1), TN_CABLE_NAK);
        CHECK_EQ(get(GRXSTSP) >> 17, 1);
        CHECK_EQ(get(GINTSTS) & GONAKEFF, GONAKEFF);
        set(OUT + NEXT + CTL, get(OUT + NEXT + CTL) | EPDIS);
        CHECK_EQ(get(OUT + NEXT + INT) & EPDISD, EPDISD);
        set(DCTL, CGONAK);
        CHECK_EQ(get(GINTSTS) & GONAKEFF, 0);
        arm_out(1, 64);
        CHECK_EQ(bus_out(1, buf, 1), 0);
    }
}

TEST(an_in_endpoint_is_disabled_after_its_nak) {
    begin(&chips[0]);
    arm_in(1, 4);
    set(IN + NEXT + CTL, get(IN + NEXT + CTL) | SNAK);
    CHECK_EQ(get(IN + NEXT + INT) & INEPNE, INEPNE);
    CHECK_EQ(get(IN + NEXT + CTL) & (EPENA | NAKSTS), EPENA | NAKSTS);
    set(IN + NEXT + CTL, get(IN + NEXT + CTL) | EPDIS);
    CHECK_EQ(get(IN + NEXT + INT) & EPDISD, EPDISD);
    CHECK_EQ(get(IN + NEXT + CTL) & EPENA, 0);
}

TEST(interrupts_are_masked_on_three_levels) {
    uint8_t buf[64];

    begin(&chips[0]);
    arm_in(0, 0);
    CHECK_EQ(bus_in(0, buf), 0);
    CHECK_EQ(get(DAINT), 0);
    set(DIEPMSK, XFRC);
    CHECK_EQ(get(DAINT), 1);
    CHECK_EQ(get(GINTSTS) & IEPINT, 0);
    set(DAINTMSK, 1 << 16 | 1);
    CHECK_EQ(get(GINTSTS) & IEPINT, IEPINT);
    set(IN + INT, XFRC);
    CHECK_EQ(get(GINTSTS) & IEPINT, 0);
    cable.setup(cable.ctx, read_18);
    get(GRXSTSP), get(FIFO), get(FIFO), get(GRXSTSP);
    set(DOEPMSK, STUP);
    CHECK_EQ(get(DAINT), 1 << 16);
    CHECK_EQ(get(GINTSTS) & OEPINT, OEPINT);
}

TEST(the_reset_of_rcc_takes_the_device_off_the_bus) {
    begin(&chips[0]);
    tn_emu_store(&emu, 0x40023814, 4, 1 << 7);
    tn_emu_store(&emu, 0x40023814, 4, 0);
    CHECK(!is_connected());
    CHECK_EQ(get(GCCFG), 0);
}
