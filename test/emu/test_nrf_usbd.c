// SPDX-License-Identifier: Apache-2.0
// Tests the emulated USBD of nRF52833 and nRF52840 by its registers: what a right driver sees, and
// that a wrong one fails.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    CODE = 0x1000,
    STARTEPIN = 0x004,  // registers of USBD
    STARTEPOUT = 0x028,
    EP0RCVOUT = 0x04c,
    EP0STATUS = 0x050,
    EP0STALL = 0x054,
    EVENT_USBRESET = 0x100,
    EVENT_STARTED = 0x104,
    EVENT_ENDEPIN = 0x108,
    EVENT_EP0DATADONE = 0x128,
    EVENT_ENDEPOUT = 0x130,
    EVENT_SOF = 0x154,
    EVENT_USBEVENT = 0x158,
    EVENT_EP0SETUP = 0x15c,
    EVENT_EPDATA = 0x160,
    SHORTS = 0x200,
    EVENTCAUSE = 0x400,
    HALTED_EPIN = 0x420,
    EPSTATUS = 0x468,
    EPDATASTATUS = 0x46c,
    USBADDR = 0x470,
    BMREQUESTTYPE = 0x480,
    SIZE_EPOUT = 0x4a0,
    ENABLE = 0x500,
    USBPULLUP = 0x504,
    DTOGGLE = 0x50c,
    EPINEN = 0x510,
    EPOUTEN = 0x514,
    EPSTALL = 0x518,
    EPIN = 0x600,
    EPOUT = 0x700,
    PTR = 0,
    MAXCNT = 4,
    AMOUNT = 8,
    NEXT = 0x14,
    READY = 1 << 11,
    STALL = 1 << 8,
    IN = 1 << 7,
    DATA0 = 1 << 8,
    DATA1 = 2 << 8,
    START_US = 1000,  // longer than the controller takes to start
    DMA_US = 10,      // longer than a DMA transfer
    BUFFER = 0x100,   // in RAM
};
#define USBD 0x40027000u
#define CLOCK_HFCLKSTART 0x40000000u
#define CLOCK_HFCLKSTOP 0x40000004u
#define POWER_USBDETECTED 0x4000011cu
#define POWER_USBREMOVED 0x40000120u
#define POWER_USBPWRRDY 0x40000124u
#define POWER_USBREGSTATUS 0x40000438u
#define ANOMALY_KEY 0x4006ec00u
#define ANOMALY_171 0x4006ec14u
#define ANOMALY_187 0x4006ed14u
#define ANOMALY_199 0x40027c1cu
#define RAM 0x20000000u

static struct tn_emu emu;
static struct tn_usb_cable cable;

static void set(uint32_t off, uint32_t value) {
    tn_emu_store(&emu, USBD + off, 4, value);
}

static uint32_t get(uint32_t off) {
    return tn_emu_load(&emu, USBD + off, 4);
}

// An event, which is cleared.
static bool took(uint32_t event) {
    bool was = get(event);

    set(event, 0);
    return was;
}

static void pass(uint64_t us) {
    tn_emu_pass(&emu, us);
    get(ENABLE);
    tn_emu_load(&emu, POWER_USBREGSTATUS, 4);
}

static void power_on(void) {
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, &tn_emu_nrf52840, CODE), 0);
    CHECK(tn_emu_usb(&emu, &cable));
    tn_emu_power_on(&emu, 1);
}

static void work_around(uint32_t anomaly, uint32_t value) {
    tn_emu_store(&emu, ANOMALY_KEY, 4, 0x9375);
    tn_emu_store(&emu, anomaly, 4, value);
    tn_emu_store(&emu, ANOMALY_KEY, 4, 0x9375);
}

// As a driver does: cable, work-arounds, crystal, ENABLE, pull-up; then a bus reset.
static void begin(void) {
    power_on();
    tn_emu_usb_plug(&emu, true);
    work_around(ANOMALY_187, 3);
    work_around(ANOMALY_171, 0xc0);
    set(ENABLE, 1);
    tn_emu_store(&emu, CLOCK_HFCLKSTART, 4, 1);
    pass(START_US);
    set(USBPULLUP, 1);
    cable.reset(cable.ctx);
    CHECK(took(EVENT_USBRESET));
    CHECK_EQ(emu.violations, 0);
}

static void setup(const uint8_t request[8]) {
    CHECK_EQ(cable.setup(cable.ctx, request), 0);
    CHECK(took(EVENT_EP0SETUP));
}

static const uint8_t read_18[] = {0x80, 6, 0, 1, 0, 0, 18, 0};
static const uint8_t write_70[] = {0x21, 1, 2, 0, 3, 0, 70, 0};
static const uint8_t no_data[] = {0, 9, 1, 0, 0, 0, 0, 0};

static int bus_in(uint8_t ep, uint8_t *buf) {
    return cable.in(cable.ctx, ep, buf, 64);
}

static int bus_out(uint8_t ep, const void *data, size_t len) {
    return cable.out(cable.ctx, ep, data, len);
}

static void start_in(unsigned ep, uint32_t ptr, uint32_t len) {
    set(EPIN + NEXT * ep + PTR, ptr);
    set(EPIN + NEXT * ep + MAXCNT, len);
    set(STARTEPIN + 4 * ep, 1);
}

static void start_out(unsigned ep, uint32_t ptr, uint32_t len) {
    set(EPOUT + NEXT * ep + PTR, ptr);
    set(EPOUT + NEXT * ep + MAXCNT, len);
    set(STARTEPOUT + 4 * ep, 1);
}

TEST(the_controller_starts_with_cable_workarounds_and_time) {
    power_on();
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREGSTATUS, 4), 0);
    tn_emu_usb_plug(&emu, true);
    pass(1);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREGSTATUS, 4), 1);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBDETECTED, 4), 1);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBPWRRDY, 4), 0);
    work_around(ANOMALY_187, 3);
    work_around(ANOMALY_171, 0xc0);
    set(ENABLE, 1);
    CHECK_EQ(get(EVENTCAUSE), 0);
    CHECK_EQ(emu.violations, 0);
    set(USBPULLUP, 1);  // too early: the register is not accessible
    CHECK_EQ(emu.violations, 1);
    pass(START_US);
    CHECK_EQ(get(EVENTCAUSE), READY);
    CHECK(took(EVENT_USBEVENT));
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREGSTATUS, 4), 3);
    CHECK(!cable.is_connected(cable.ctx));
    set(USBPULLUP, 1);
    CHECK(cable.is_connected(cable.ctx));
    set(EVENTCAUSE, READY);
    CHECK_EQ(get(EVENTCAUSE), 0);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBPWRRDY, 4), 1);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREMOVED, 4), 0);
    tn_emu_usb_plug(&emu, false);
    CHECK(!cable.is_connected(cable.ctx));
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREMOVED, 4), 1);
    CHECK_EQ(tn_emu_load(&emu, POWER_USBREGSTATUS, 4), 0);
}

TEST(without_a_workaround_the_controller_does_not_start) {
    for (int missing = 0; missing < 3; missing++) {
        power_on();
        tn_emu_usb_plug(&emu, true);
        if (missing != 0) {
            work_around(ANOMALY_187, 3);
        }
        if (missing != 1) {
            work_around(ANOMALY_171, 0xc0);
        }
        set(ENABLE, 1);
        pass(START_US);
        CHECK_EQ(get(EVENTCAUSE), missing == 2 ? READY : 0);
    }
}

TEST(an_anomaly_register_is_locked) {
    power_on();
    tn_emu_store(&emu, ANOMALY_187, 4, 3);
    CHECK_EQ(tn_emu_load(&emu, ANOMALY_187, 4), 0);
    CHECK_EQ(emu.violations, 1);
}

TEST(nothing_is_answered_without_the_crystal) {
    uint8_t buf[64];

    begin();
    tn_emu_store(&emu, CLOCK_HFCLKSTOP, 4, 1);
    CHECK_EQ(cable.setup(cable.ctx, no_data), TN_CABLE_NONE);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NONE);
    CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_NONE);
}

TEST(a_control_read_goes_from_ram_to_the_host) {
    uint8_t buf[64];

    begin();
    setup(read_18);
    for (uint32_t i = 0; i < sizeof(read_18); i++) {
        CHECK_EQ(get(BMREQUESTTYPE + 4 * i), read_18[i]);
    }
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    memset(emu.ram + BUFFER, 0x5a, 18);
    start_in(0, RAM + BUFFER, 18);
    CHECK(took(EVENT_STARTED));
    CHECK_EQ(get(EPSTATUS), 1);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    CHECK(!took(EVENT_ENDEPIN));
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPIN));
    CHECK_EQ(get(EPIN + AMOUNT), 18);
    CHECK(!took(EVENT_EP0DATADONE));
    CHECK_EQ(bus_in(0, buf), 18);
    CHECK_EQ(buf[17], 0x5a);
    CHECK(took(EVENT_EP0DATADONE));
    CHECK_EQ(get(EPDATASTATUS), 0);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_NAK);
    set(EP0STATUS, 1);
    CHECK_EQ(bus_out(0, buf, 0), 0);
    CHECK_EQ(emu.violations, 0);
}

TEST(a_control_write_is_accepted_packet_by_packet) {
    uint8_t buf[64];

    begin();
    memset(buf, 0xa5, sizeof(buf));
    setup(write_70);
    CHECK_EQ(bus_out(0, buf, 64), TN_CABLE_NAK);
    set(EP0RCVOUT, 1);
    CHECK_EQ(bus_out(0, buf, 64), 0);
    CHECK(took(EVENT_EP0DATADONE));
    CHECK_EQ(get(SIZE_EPOUT), 64);
    start_out(0, RAM + BUFFER, 64);
    CHECK(emu.ram[BUFFER + 63] != 0xa5 || emu.ram[BUFFER] != 0xa5);
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPOUT));
    CHECK_EQ(emu.ram[BUFFER], 0xa5);
    CHECK_EQ(emu.ram[BUFFER + 63], 0xa5);
    CHECK_EQ(bus_out(0, buf, 6), TN_CABLE_NAK);
    set(EP0RCVOUT, 1);
    CHECK_EQ(bus_out(0, buf, 6), 0);
    start_out(0, RAM + BUFFER, 6);
    pass(DMA_US);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    set(EP0STATUS, 1);
    CHECK_EQ(bus_in(0, buf), 0);
    CHECK_EQ(emu.violations, 0);
}

TEST(a_stall_of_endpoint_0_ends_with_the_next_setup) {
    uint8_t buf[64];

    begin();
    setup(read_18);
    set(EP0STALL, 1);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_STALL);
    CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_STALL);
    setup(no_data);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    set(EP0STATUS, 1);
    CHECK_EQ(bus_in(0, buf), 0);
}

TEST(a_setup_drops_what_the_last_request_left) {
    uint8_t buf[64];

    begin();
    setup(read_18);
    start_in(0, RAM + BUFFER, 18);
    pass(DMA_US);
    set(EP0STATUS, 1);
    setup(read_18);
    CHECK_EQ(bus_in(0, buf), TN_CABLE_NAK);
    CHECK_EQ(bus_out(0, buf, 0), TN_CABLE_NAK);
}

TEST(set_address_is_answered_by_the_controller) {
    static const uint8_t set_address[] = {0, 5, 42, 0, 0, 0, 0, 0};
    uint8_t buf[64];

    begin();
    setup(set_address);
    CHECK_EQ(get(USBADDR), 0);
    CHECK_EQ(bus_in(0, buf), 0);
    CHECK_EQ(get(USBADDR), 42);
    cable.reset(cable.ctx);
    CHECK_EQ(get(USBADDR), 0);
}

TEST(shorts_start_the_next_stage) {
    uint8_t buf[64];

    begin();
    set(SHORTS, 1 << 2);  // EP0DATADONE: EP0STATUS
    setup(read_18);
    start_in(0, RAM + BUFFER, 18);
    pass(DMA_US);
    CHECK_EQ(bus_in(0, buf), 18);
    CHECK_EQ(bus_out(0, buf, 0), 0);
    set(SHORTS, 1 << 1 | 1 << 4);  // EP0DATADONE: STARTEPOUT[0]; ENDEPOUT[0]: EP0RCVOUT
    setup(write_70);
    set(EP0RCVOUT, 1);
    set(EPOUT + PTR, RAM + BUFFER);
    set(EPOUT + MAXCNT, 64);
    CHECK_EQ(bus_out(0, buf, 64), 0);
    pass(DMA_US);
    CHECK_EQ(bus_out(0, buf, 6), 0);
}

TEST(an_endpoint_out_accepts_after_size_is_written_and_then_by_itself) {
    uint8_t buf[64] = {1, 2, 3};

    begin();
    CHECK_EQ(bus_out(2, buf, 3), TN_CABLE_NONE);
    set(EPOUTEN, 1 | 1 << 2);
    CHECK_EQ(bus_out(2, buf, 3), TN_CABLE_NAK);
    set(SIZE_EPOUT + 8, 0);
    CHECK_EQ(bus_out(2, buf, 3), 0);
    CHECK(took(EVENT_EPDATA));
    CHECK_EQ(get(EPDATASTATUS), 1 << 18);
    set(EPDATASTATUS, 1 << 18);
    CHECK_EQ(get(EPDATASTATUS), 0);
    CHECK_EQ(get(SIZE_EPOUT + 8), 3);
    CHECK_EQ(bus_out(2, buf, 3), TN_CABLE_NAK);
    start_out(2, RAM + BUFFER, 3);
    CHECK_EQ(bus_out(2, buf, 3), TN_CABLE_NAK);
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPOUT + 8));
    CHECK_EQ(get(EPOUT + NEXT * 2 + AMOUNT), 3);
    CHECK_EQ(bus_out(2, buf, 0), 0);
    start_out(2, 0, 0);  // no bytes, no buffer
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPOUT + 8));
    CHECK_EQ(emu.violations, 0);
}

TEST(an_endpoint_in_sends_what_it_holds_once) {
    uint8_t buf[64];

    begin();
    CHECK_EQ(bus_in(3, buf), TN_CABLE_NONE);
    set(EPINEN, 1 | 1 << 3);
    CHECK_EQ(bus_in(3, buf), TN_CABLE_NAK);
    start_in(3, RAM + BUFFER, 64);
    pass(DMA_US);
    CHECK_EQ(bus_in(3, buf), 64);
    CHECK(took(EVENT_EPDATA));
    CHECK_EQ(get(EPDATASTATUS), 1 << 3);
    CHECK_EQ(bus_in(3, buf), TN_CABLE_NAK);
    set(DTOGGLE, IN | 3);
    CHECK_EQ(get(DTOGGLE), DATA1 | IN | 3);
    set(DTOGGLE, DATA0 | IN | 3);
    CHECK_EQ(get(DTOGGLE), DATA0 | IN | 3);
}

TEST(a_halted_endpoint_stalls) {
    uint8_t buf[64];

    begin();
    set(EPINEN, 1 | 1 << 3);
    start_in(3, RAM + BUFFER, 1);
    pass(DMA_US);
    set(EPSTALL, STALL | IN | 3);
    CHECK_EQ(get(HALTED_EPIN + 12), 1);
    CHECK_EQ(bus_in(3, buf), TN_CABLE_STALL);
    set(EPSTALL, IN | 3);
    CHECK_EQ(bus_in(3, buf), 1);
    CHECK_EQ(emu.violations, 0);
    set(EPSTALL, STALL | IN);  // endpoint 0 is EP0STALL's
    CHECK_EQ(emu.violations, 1);
}

TEST(a_bus_reset_leaves_endpoint_0_alone) {
    uint8_t buf[64];

    begin();
    set(EPINEN, 1 | 1 << 3);
    set(EPOUTEN, 1 | 1 << 2);
    set(SIZE_EPOUT + 8, 0);
    start_in(3, RAM + BUFFER, 1);
    pass(DMA_US);
    cable.reset(cable.ctx);
    CHECK_EQ(get(EPINEN), 1);
    CHECK_EQ(get(EPOUTEN), 1);
    set(EPINEN, 1 | 1 << 3);
    set(EPOUTEN, 1 | 1 << 2);
    CHECK_EQ(bus_in(3, buf), TN_CABLE_NAK);
    CHECK_EQ(bus_out(2, buf, 1), TN_CABLE_NAK);
}

// Anomaly 199, and its work-around.
TEST(a_task_during_a_dma_transfer_is_lost) {
    uint8_t buf[64];

    for (uint32_t worked_around = 0; worked_around < 2; worked_around++) {
        begin();
        set(EPINEN, 1 | 1 << 3);
        tn_emu_store(&emu, ANOMALY_199, 4, worked_around ? 0x82 : 0);
        setup(no_data);
        start_in(3, RAM + BUFFER, 1);
        set(EP0STATUS, 1);
        pass(DMA_US);
        CHECK_EQ(bus_in(0, buf), worked_around ? 0 : TN_CABLE_NAK);
        CHECK_EQ(emu.violations, !worked_around);
        CHECK_EQ(bus_in(3, buf), 1);
    }
}

TEST(a_second_dma_transfer_waits_for_none) {
    begin();
    set(EPINEN, 1 | 1 << 3 | 1 << 4);
    start_in(3, RAM + BUFFER, 1);
    start_in(4, RAM + BUFFER, 1);
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPIN + 12));
    CHECK(!took(EVENT_ENDEPIN + 16));
    CHECK_EQ(emu.violations, 1);
}

TEST(dma_reaches_ram_only) {
    static const uint32_t outside[] = {0, 0x1000, RAM - 1, RAM + 256 * 1024 - 63, 0x40027000};

    for (size_t i = 0; i < TN_LEN(outside); i++) {
        begin();
        set(EPINEN, 1 | 1 << 3);
        start_in(3, outside[i], 64);
        pass(DMA_US);
        CHECK(!took(EVENT_ENDEPIN + 12));
        CHECK_EQ(emu.violations, 1);
    }
    begin();
    set(EPINEN, 1 | 1 << 3);
    start_in(3, RAM + 256 * 1024 - 64, 64);
    pass(DMA_US);
    CHECK(took(EVENT_ENDEPIN + 12));
}

TEST(a_packet_has_64_bytes_and_a_buffer_no_more_than_came) {
    uint8_t buf[64] = {0};

    begin();
    set(EPINEN, 1 | 1 << 3);
    start_in(3, RAM + BUFFER, 65);
    CHECK_EQ(emu.violations, 1);
    begin();
    set(EPOUTEN, 1 | 1 << 2);
    set(SIZE_EPOUT + 8, 0);
    start_out(2, RAM + BUFFER, 1);  // nothing has come
    CHECK_EQ(emu.violations, 1);
    CHECK_EQ(bus_out(2, buf, 3), 0);
    start_out(2, RAM + BUFFER, 4);
    CHECK_EQ(emu.violations, 2);
}

TEST(frames_are_counted) {
    begin();
    cable.frame(cable.ctx);
    cable.frame(cable.ctx);
    CHECK(took(EVENT_SOF));
    CHECK_EQ(get(0x520), 2);
}

TEST(a_reset_of_the_chip_takes_it_off_the_bus) {
    begin();
    tn_emu_reset(&emu);
    CHECK(!cable.is_connected(cable.ctx));
    CHECK_EQ(get(ENABLE), 0);
    CHECK_EQ(get(EPINEN), 1);
}
