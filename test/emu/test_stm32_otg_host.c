// SPDX-License-Identifier: Apache-2.0
// Tests the emulated OTG_FS of the STM32F207 as a host, by its registers, with an emulated stick at
// its connector: what a right driver sees, and that a wrong one fails.
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "emu/core/stick.h"
#include "test.h"

enum {
    CODE = 0x1000,
    GUSBCFG = 0x00c,
    GINTSTS = 0x014,
    GRXSTSP = 0x020,
    GRXFSIZ = 0x024,
    GNPTXFSIZ = 0x028,
    HNPTXSTS = 0x02c,
    GCCFG = 0x038,
    HCFG = 0x400,
    HFIR = 0x404,
    HAINT = 0x414,
    HPRT = 0x440,
    HC = 0x500,
    HCINT = 0x508,
    HCINTMSK = 0x50c,
    HCTSIZ = 0x510,
    NEXT = 0x20,
    FIFO = 0x1000,
    PWRDWN = 1 << 16,
    FHMOD = 1 << 29,
    CMOD = 1,
    RXFLVL = 1 << 4,
    HPRTINT = 1 << 24,
    DISCINT = 1 << 29,
    PCSTS = 1 << 0,
    PCDET = 1 << 1,
    PENA = 1 << 2,
    PENCHNG = 1 << 3,
    PRST = 1 << 8,
    PPWR = 1 << 12,
    PSPD_FULL = 1 << 17,
    EP_BIT = 11,
    EPDIR = 1 << 15,
    ADDRESS_BIT = 22,
    CHDIS = 1 << 30,
    XFRC = 1,
    CHH = 1 << 1,
    STALL = 1 << 3,
    NAK = 1 << 4,
    ACK = 1 << 5,
    TXERR = 1 << 7,
    BBERR = 1 << 8,
    DTERR = 1 << 10,
    ONE_PACKET = 1 << 19,
    PID_BIT = 29,
    DATA0 = 0,
    DATA1 = 2,
    SETUP = 3,
    IN_DATA = 2,
    IN_DONE = 3,
    HALTED = 7,
    RX_WORDS = 128,
    TX_WORDS = 32,
    SUPPLY_PIN = 6 * 16 + 6,
    BLOCKS = 8,
};
#define CHENA 0x80000000u
#define OTG 0x50000000u

static struct tn_emu emu;
static struct tn_emu_stick stick;
static struct tn_usb_cable cable;
static uint8_t medium[BLOCKS * TN_EMU_STICK_BLOCK];

static void set(uint32_t off, uint32_t value) {
    tn_emu_store(&emu, OTG + off, 4, value);
}

static uint32_t get(uint32_t off) {
    return tn_emu_load(&emu, OTG + off, 4);
}

// What lies around the core: the clocks, the pins of the bus, and the one that supplies VBUS.
static void around(enum tn_emu_stick_kind kind) {
    static const uint32_t clock[][2] = {{0x40023804, 0x24431804}, {0x40023800, 0x01010083},
            {0x40023830, 1 | 1 << 6}, {0x40023834, 1 << 7}, {0x40020000, 0xaa800000},
            {0x40020024, 0x000aa000}, {0x40021800, 1 << 12}, {0x40021818, 1 << 6}};

    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, &tn_emu_stm32f207, CODE), 0);
    for (size_t i = 0; i < sizeof(medium); i++) {
        medium[i] = (uint8_t)(i * 7 + i / 256);
    }
    stick = (struct tn_emu_stick){.image = medium, .len = sizeof(medium), .kind = kind, .after = 1};
    cable = tn_emu_stick_cable;
    cable.ctx = &stick;
    emu.usb_device = &cable;
    emu.usb_supply_pin = SUPPLY_PIN;
    tn_emu_power_on(&emu, 1);
    for (size_t i = 0; i < sizeof(clock) / sizeof(*clock); i++) {
        tn_emu_store(&emu, clock[i][0], 4, clock[i][1]);
    }
    set(GCCFG, PWRDWN);
    set(GUSBCFG, FHMOD);
}

static void connect(enum tn_emu_stick_kind kind) {
    around(kind);
    tn_emu_pass(&emu, 25000);
    CHECK_EQ(get(GINTSTS) & CMOD, CMOD);
    set(GRXFSIZ, RX_WORDS);
    set(GNPTXFSIZ, TX_WORDS << 16 | RX_WORDS);
    set(HPRT, PPWR);
    CHECK_EQ(get(HPRT) & (PCSTS | PCDET | PENA), PCSTS | PCDET);
    CHECK_EQ(get(GINTSTS) & HPRTINT, HPRTINT);
    set(HPRT, PPWR | PCDET);
    CHECK_EQ(get(GINTSTS) & HPRTINT, 0);
}

static void reset_bus(uint32_t us) {
    set(HPRT, PPWR | PRST);
    CHECK_EQ(get(HPRT) & PENA, 0);
    tn_emu_pass(&emu, us);
    set(HPRT, PPWR);
}

static void begin(enum tn_emu_stick_kind kind) {
    connect(kind);
    reset_bus(10000);
    CHECK_EQ(get(HPRT) & (PENA | PENCHNG | PSPD_FULL), PENA | PENCHNG | PSPD_FULL);
    set(HPRT, PPWR | PENCHNG);
    CHECK_EQ(get(HPRT) & (PENA | PENCHNG), PENA);
    set(HCFG, 1);
    set(HFIR, 48000);
    CHECK_EQ(emu.violations, 0);
}

// ---- A driver ------------------------------------------------------------------------------

static unsigned address;

// Halts a channel, and drops what is in the receive FIFO.
static void stop(unsigned ch) {
    if (get(HC + NEXT * ch) & CHENA) {
        set(HC + NEXT * ch, get(HC + NEXT * ch) | CHENA | CHDIS);
    }
    while (get(GINTSTS) & RXFLVL) {
        uint32_t n = get(GRXSTSP) >> 4 & 0x7ff;
        for (uint32_t i = 0; i < n; i += 4) {
            get(FIFO);
        }
    }
}

// Begins a transfer of a channel, and returns its interrupts.
static uint32_t start(unsigned ch, uint32_t ep, uint32_t pid, const void *data, uint32_t len) {
    uint32_t packets = len ? (len + 63) / 64 : 1;

    stop(ch);
    set(HC + NEXT * ch, (uint32_t)address << ADDRESS_BIT | ep << EP_BIT | 64 | (data ? 0 : EPDIR));
    set(HCTSIZ + NEXT * ch, pid << PID_BIT | packets * ONE_PACKET | len);
    set(HCINT + NEXT * ch, UINT32_MAX);
    set(HC + NEXT * ch, get(HC + NEXT * ch) | CHENA);
    for (uint32_t i = 0; data && i < len; i += 4) {
        uint32_t word = 0;
        memcpy(&word, (const uint8_t *)data + i, len - i < 4 ? len - i : 4);
        set(FIFO * (1 + ch), word);
    }
    return get(HCINT + NEXT * ch);
}

// Reads packets from the receive FIFO until a status that is no data. Returns that status.
static uint32_t take(uint8_t *buf, uint32_t *len) {
    *len = 0;
    while (get(GINTSTS) & RXFLVL) {
        uint32_t status = get(GRXSTSP);
        uint32_t n = status >> 4 & 0x7ff;
        if (status >> 17 != IN_DATA) {
            return status >> 17;
        }
        for (uint32_t i = 0; i < n; i += 4) {
            uint32_t word = get(FIFO);
            memcpy(buf + *len + i, &word, n - i < 4 ? n - i : 4);
        }
        *len += n;
        if (get(HCTSIZ) >> 19 & 0x3ff && n == 64) {
            set(HC, get(HC) | CHENA);
        }
    }
    return 0;
}

static const uint8_t get_device[] = {0x80, 6, 0, 1, 0, 0, 18, 0};
static const uint8_t set_address[] = {0, 5, 9, 0, 0, 0, 0, 0};
static const uint8_t configure[] = {0, 9, 1, 0, 0, 0, 0, 0};

static void control(const uint8_t *request) {
    uint8_t buf[64];
    uint32_t len;

    CHECK_EQ(start(0, 0, SETUP, request, 8) & (XFRC | ACK), XFRC | ACK);
    CHECK_EQ(start(0, 0, DATA1, NULL, 0), ACK);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_EQ(len, 0);
}

static void set_up(enum tn_emu_stick_kind kind) {
    begin(kind);
    address = 0;
    control(set_address);
    address = 9;
    control(configure);
}

// READ(10) of count blocks.
static void command(uint32_t pid, uint8_t block, uint8_t count) {
    uint8_t cbw[31] = {'U', 'S', 'B', 'C', 1, 2, 3, 4, 0, (uint8_t)(count * 2), 0, 0, 0x80, 0, 10,
            0x28, 0, 0, 0, 0, block, 0, 0, count};

    CHECK_EQ(start(0, 2, pid, cbw, sizeof(cbw)) & (XFRC | ACK), XFRC | ACK);
}

// ---- Tests ---------------------------------------------------------------------------------

TEST(a_device_is_seen_in_host_mode_with_power_only) {
    around(TN_EMU_STICK_GOOD);
    CHECK_EQ(get(GINTSTS) & CMOD, 0);
    set(HPRT, PPWR);
    CHECK_EQ(get(HPRT) & PCSTS, 0);
    tn_emu_pass(&emu, 24000);
    CHECK_EQ(get(GINTSTS) & CMOD, 0);
    tn_emu_pass(&emu, 1000);
    CHECK_EQ(get(GINTSTS) & CMOD, CMOD);
    CHECK_EQ(get(HPRT) & PCSTS, PCSTS);
    tn_emu_store(&emu, 0x40021818, 4, 1u << (6 + 16));  // the supply
    CHECK_EQ(get(HPRT) & PCSTS, 0);
    CHECK_EQ(get(GINTSTS) & DISCINT, DISCINT);
    tn_emu_store(&emu, 0x40021818, 4, 1 << 6);
    CHECK_EQ(get(HPRT) & PCSTS, PCSTS);
    tn_emu_store(&emu, 0x40020024, 4, 0);  // the pins
    CHECK_EQ(get(HPRT) & PCSTS, 0);
}

TEST(a_short_bus_reset_is_a_violation) {
    connect(TN_EMU_STICK_GOOD);
    reset_bus(9000);
    CHECK_EQ(emu.violations, 1);
}

TEST(requests_and_blocks_go_through_the_channels) {
    uint8_t buf[2 * TN_EMU_STICK_BLOCK];
    uint32_t len;

    begin(TN_EMU_STICK_GOOD);
    address = 0;
    CHECK_EQ(start(0, 0, SETUP, get_device, 8) & XFRC, XFRC);
    CHECK_EQ(start(0, 0, DATA1, NULL, 18), ACK);
    CHECK_EQ(get(HCTSIZ) >> 19 & 0x3ff, 0);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_EQ(len, 18);
    CHECK_EQ(buf[8] | buf[9] << 8, 0x1209);
    CHECK_EQ(get(HCINT) & XFRC, XFRC);
    control(set_address);
    CHECK_EQ(start(0, 0, SETUP, configure, 8), TXERR);  // to nobody
    address = 9;
    control(configure);
    command(DATA0, 3, 1);
    CHECK_EQ(start(0, 1, DATA0, NULL, TN_EMU_STICK_BLOCK), ACK);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_EQ(len, TN_EMU_STICK_BLOCK);
    CHECK_MEM(buf, medium + 3 * TN_EMU_STICK_BLOCK, TN_EMU_STICK_BLOCK);
    CHECK_EQ(get(HCTSIZ) >> PID_BIT, DATA0);  // after eight packets
    CHECK_EQ(start(0, 1, DATA0, NULL, 13), ACK);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_MEM(buf, "USBS\1\2\3\4\0\0\0\0\0", 13);
    CHECK_EQ(emu.violations, 0);
}

TEST(an_interrupt_of_a_channel_needs_its_mask) {
    set_up(TN_EMU_STICK_GOOD);
    CHECK_EQ(start(0, 1, DATA0, NULL, 13), NAK);
    CHECK_EQ(get(HAINT), 0);
    set(HCINTMSK, NAK);
    CHECK_EQ(get(HAINT), 1);
    set(HCINT, NAK);
    CHECK_EQ(get(HAINT), 0);
}

TEST(a_channel_halts_when_its_entry_is_read) {
    uint8_t buf[64];
    uint32_t len;

    set_up(TN_EMU_STICK_GOOD);
    CHECK_EQ(start(0, 1, DATA0, NULL, 13), NAK);
    set(HC, get(HC) | CHENA | CHDIS);
    CHECK_EQ(get(HCINT) & CHH, 0);
    CHECK_EQ(take(buf, &len), HALTED);
    CHECK_EQ(get(HCINT) & CHH, CHH);
    CHECK_EQ(get(HC) & CHENA, 0);
    set(HCINT, UINT32_MAX);
    set(HC, get(HC) | CHENA | CHDIS);  // halted already
    CHECK_EQ(take(buf, &len), 0);
}

TEST(a_wrong_toggle_is_an_error_or_a_packet_that_is_dropped) {
    uint8_t cbw[31] = {0};
    uint8_t buf[64];
    uint32_t len;

    set_up(TN_EMU_STICK_GOOD);
    CHECK_EQ(start(0, 2, DATA1, cbw, sizeof(cbw)) & (XFRC | ACK), XFRC | ACK);  // it is no command
    command(DATA0, 0, 1);
    CHECK_EQ(start(0, 1, DATA1, NULL, TN_EMU_STICK_BLOCK), DTERR);
    CHECK_EQ(take(buf, &len), 0);
}

TEST(a_stall_stays_until_it_is_cleared_and_the_toggle_begins_again) {
    static const uint8_t clear[] = {2, 1, 0, 0, 0x81, 0, 0, 0};
    uint8_t buf[64];
    uint32_t len;

    set_up(TN_EMU_STICK_WORN);
    command(DATA0, BLOCKS - 1, 1);
    CHECK_EQ(start(0, 1, DATA0, NULL, TN_EMU_STICK_BLOCK), STALL);
    CHECK_EQ(start(0, 1, DATA0, NULL, 13), STALL);
    control(clear);
    CHECK_EQ(start(0, 1, DATA0, NULL, 13), ACK);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_MEM(buf, "USBS\1\2\3\4\0\2\0\0\1", 13);
}

TEST(a_packet_that_is_too_long_is_babble_and_a_transfer_that_is_too_short_is_not) {
    uint8_t buf[64];
    uint32_t len;

    set_up(TN_EMU_STICK_GOOD);
    command(DATA0, 0, 1);
    set(HCINT, UINT32_MAX);
    set(HCTSIZ, ONE_PACKET | 32);
    set(HC, address << ADDRESS_BIT | 1 << EP_BIT | EPDIR | 32 | CHENA);
    CHECK_EQ(get(HCINT), BBERR);
    set_up(TN_EMU_STICK_GOOD);
    command(DATA0, 0, 1);
    CHECK_EQ(start(0, 1, DATA0, NULL, 32), ACK);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_EQ(len, 64);
}

TEST(a_full_receive_fifo_holds_the_token) {
    uint8_t buf[2 * TN_EMU_STICK_BLOCK];
    uint32_t len;

    set_up(TN_EMU_STICK_GOOD);
    set(GRXFSIZ, 32);
    set(GNPTXFSIZ, TX_WORDS << 16 | 32);
    command(DATA0, 0, 1);
    CHECK_EQ(start(0, 1, DATA0, NULL, TN_EMU_STICK_BLOCK), ACK);
    set(HCINT, ACK);
    set(HC, get(HC) | CHENA);
    CHECK_EQ(get(HCINT), 0);
    CHECK_EQ(take(buf, &len), IN_DONE);
    CHECK_EQ(len, TN_EMU_STICK_BLOCK);
    CHECK_EQ(emu.violations, 0);
}

TEST(frames_of_another_length_are_a_violation) {
    begin(TN_EMU_STICK_GOOD);
    address = 0;
    set(HFIR, 60000);
    CHECK_EQ(start(0, 0, SETUP, get_device, 8), TXERR);
    CHECK_EQ(emu.violations, 1);
    set(HFIR, 48000);
    set(HCFG, 0);
    CHECK_EQ(start(0, 0, SETUP, get_device, 8), TXERR);
    CHECK_EQ(emu.violations, 2);
}

TEST(the_transmit_fifo_lies_apart_and_takes_what_the_transfer_has) {
    begin(TN_EMU_STICK_GOOD);
    address = 0;
    set(GNPTXFSIZ, TX_WORDS << 16 | (RX_WORDS - 1));
    start(0, 0, SETUP, get_device, 8);
    CHECK_EQ(emu.violations, 1);
    set(GNPTXFSIZ, TX_WORDS << 16 | (320 - TX_WORDS + 1));
    start(0, 0, SETUP, get_device, 8);
    CHECK_EQ(emu.violations, 2);
    set(GNPTXFSIZ, TX_WORDS << 16 | RX_WORDS);
    CHECK_EQ(get(HNPTXSTS) & 0xffff, TX_WORDS);
    start(0, 0, SETUP, get_device, 8);
    set(FIFO, 0);  // the transfer is over
    CHECK_EQ(emu.violations, 3);
}

TEST(a_device_that_is_pulled_out_answers_nothing) {
    uint8_t buf[TN_EMU_STICK_BLOCK];
    uint32_t len;

    set_up(TN_EMU_STICK_PULLED);
    command(DATA0, 0, 1);
    CHECK_EQ(start(0, 1, DATA0, NULL, TN_EMU_STICK_BLOCK), 0);
    CHECK_EQ(take(buf, &len), 0);
    CHECK_EQ(get(HPRT) & (PCSTS | PENA | PENCHNG), PENCHNG);
    CHECK_EQ(get(GINTSTS) & DISCINT, DISCINT);
    set(GINTSTS, DISCINT);
    CHECK_EQ(get(GINTSTS) & DISCINT, 0);
}
