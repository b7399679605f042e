// SPDX-License-Identifier: Apache-2.0
// Tests the emulated Apollo3 Blue: a driver that breaks a rule of the chip fails on it as on the
// chip. The programs are of a few instructions.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    BOOT = 0xc000,
    CODE = 0x1000,  // bytes that may be executed
    START = 0x40,   // offsets from BOOT
    TABLE = 0x100,  // of the program's calls and stores
    ROW = 5,        // words: r0 to r3, the function
    STORE = 1,      // instead of a function: r1 to the address r0
    PAGE = 0x2000,
    WORD = 0x22000,
    RAM = 0x10000000,
    RAM_SIZE = 0x60000,
    DATA = 0x200,  // offset in RAM of what is programmed
    ERASE = 0x08000051,
    PROGRAM = 0x08000055,
    DELAY = 0x0800009d,
    KEY = 0x12344321,
    WAKE = 0x40014014,
    WAKE_KEY = 0xc3,
    BOOTLOADER = 0x400201a0,
    PROTLOCK = 4,
    WPROT = 0x400203a0,
};
#define ONES 0xffffffffu
#define AIRCR 0xe000ed0cu
#define AIRCR_RESET 0x05fa0004u

// Masks interrupts, then calls and stores by the rows of TABLE; a function of 0 ends it. r6 has
// what the last call returned.
static const uint16_t caller[] = {
        0xb672,          // cpsid i
        0xf24c, 0x1400,  // movw r4, #(BOOT + TABLE)
        0xcc2f,          // loop: ldmia r4!, {r0, r1, r2, r3, r5}
        0x2d01,          // cmp r5, #STORE
        0xd004,          // beq store
        0x2d00,          // cmp r5, #0
        0xd004,          // beq end
        0x47a8,          // blx r5
        0x0006,          // movs r6, r0
        0xe7f7,          // b loop
        0x6001,          // store: str r1, [r0]
        0xe7f5,          // b loop
        0xe7fe,          // end: b end
};

static struct tn_emu emu;

static void put(uint32_t off, uint32_t value) {
    memcpy(emu.flash + off, &value, 4);
}

static uint32_t get(uint32_t off) {
    uint32_t v;

    memcpy(&v, emu.flash + off, 4);
    return v;
}

static void begin(void) {
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, &tn_emu_apollo3_blue, CODE), 0);
    put(BOOT, RAM + 0x1000);
    put(BOOT + 4, (BOOT + START) | 1);
    put(BOOT + 12, (BOOT + START + 2 * (TN_LEN(caller) - 1)) | 1);
    memcpy(emu.flash + BOOT + START, caller, sizeof(caller));
}

static void set_data(uint32_t off, uint32_t value) {
    memcpy(emu.ram + off, &value, 4);
}

// Runs the caller over its rows. The power stays on if reset.
static enum tn_emu_end calls(const uint32_t *rows, size_t n, uint32_t data, bool reset) {
    memcpy(emu.flash + BOOT + TABLE, rows, n * 4);
    memset(emu.flash + BOOT + TABLE + n * 4, 0, 4 * ROW);
    if (reset) {
        tn_emu_reset(&emu);
    } else {
        tn_emu_power_on(&emu, 1);
    }
    set_data(DATA, data);
    return tn_emu_run(&emu);
}

#define ROWS(...)                                                                                  \
    (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define CALLS(data, ...) calls(ROWS(__VA_ARGS__), data, false)
#define SET(addr, value) addr, value, 0, 0, STORE
#define WAKEN SET(WAKE, WAKE_KEY)
#define PROGRAM_WORD(off) KEY, RAM + DATA, off, 1, PROGRAM
#define ERASE_PAGE(instance, page) KEY, instance, page, 0, ERASE

static uint32_t reg(uint32_t addr) {
    return tn_emu_load(&emu, addr, 4);
}

static void set(uint32_t addr, uint32_t value) {
    tn_emu_store(&emu, addr, 4, value);
}

static uint32_t answer(void) {
    return tn_emu_reg(&emu, 6);
}

// ---- Flash, by the ROM's functions -------------------------------------------------------

TEST(the_rom_programs_words) {
    begin();
    CHECK_EQ(CALLS(0x12345678, WAKEN, PROGRAM_WORD(WORD)), TN_EMU_IDLE);
    CHECK_EQ(answer(), 0);
    CHECK_EQ(get(WORD), 0x12345678);
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(emu.units, 1);
    CHECK_EQ(emu.faults, 0);
    CALLS(1, WAKEN, KEY, RAM + DATA, WORD + 8, 3, PROGRAM);
    CHECK_EQ(get(WORD + 8), 1);
    CHECK_EQ(emu.units, 3);
}

TEST(the_rom_refuses_wrong_arguments) {
    static const struct {
        uint32_t key, from, to, words, answer;
    } rows[] = {
            {KEY + 1, RAM + DATA, WORD, 1, 1},
            {KEY, RAM + DATA, WORD + 2, 1, 2},
            {KEY, RAM + DATA, 0x100000, 1, 2},
            {KEY, RAM + DATA, 0xffffc, 2, 3},
            {KEY, RAM + DATA + 1, WORD, 1, 4},
            {KEY, BOOT, WORD, 1, 4},                // from flash
            {KEY, RAM + RAM_SIZE - 4, WORD, 1, 4},  // the last word of RAM
            {KEY, RAM + RAM_SIZE - 8, WORD, 1, 0},
    };
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        begin();
        CALLS(0, WAKEN, rows[i].key, rows[i].from, rows[i].to, rows[i].words, PROGRAM);
        CHECK_EQ(answer(), rows[i].answer);
        CHECK_EQ(emu.units, rows[i].answer == 0);
    }
}

TEST(a_bit_is_cleared_once) {
    begin();
    CALLS(0xffff00ff, WAKEN, PROGRAM_WORD(WORD), WAKEN, PROGRAM_WORD(WORD));
    CHECK_EQ(emu.violations, 1);
    CALLS(0xff00ffff, WAKEN, PROGRAM_WORD(WORD));  // other bits, and ones where it is 0
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(get(WORD), 0xff0000ff);
}

TEST(the_rom_erases_a_page_of_an_instance) {
    begin();
    memset(emu.flash + WORD - PAGE, 0, 3 * PAGE);
    memset(emu.flash + 0x80000, 0, 3 * PAGE);
    CALLS(0, WAKEN, ERASE_PAGE(0, WORD / PAGE));
    CHECK_EQ(answer(), 0);
    CHECK_EQ(get(WORD - 4), 0);
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(get(WORD + PAGE - 4), ONES);
    CHECK_EQ(get(WORD + PAGE), 0);
    CHECK_EQ(emu.violations, 0);
    CHECK(tn_emu_us(&emu) > 10000);
    CALLS(0, WAKEN, ERASE_PAGE(1, 1));
    CHECK_EQ(get(0x80000 + PAGE), ONES);
    CHECK_EQ(get(0x80000), 0);
    CALLS(0, WAKEN, KEY + 1, 0, 1, 0, ERASE);
    CHECK_EQ(answer(), 1);
    CALLS(0, WAKEN, ERASE_PAGE(2, 1));
    CHECK_EQ(answer(), 2);
    CALLS(0, WAKEN, ERASE_PAGE(0, 64));
    CHECK_EQ(answer(), 3);
    CHECK_EQ(emu.erases, 0);
}

TEST(interrupts_must_wait_and_the_flash_be_awake) {
    begin();
    CALLS(0, PROGRAM_WORD(WORD));
    CHECK_EQ(emu.violations, 1);
    CALLS(1, WAKEN, PROGRAM_WORD(WORD + 4), PROGRAM_WORD(WORD + 8));
    CHECK_EQ(emu.violations, 1);
    begin();
    emu.flash[BOOT + START] = 0x62;  // cpsie i
    CALLS(1, WAKEN, PROGRAM_WORD(WORD + 12));
    CHECK_EQ(emu.violations, 1);
    CALLS(0, WAKEN, ERASE_PAGE(0, 0));
    CHECK_EQ(emu.violations, 1);
}

TEST(nothing_else_writes_to_flash) {
    begin();
    CALLS(0, SET(WORD, 0));
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(emu.violations, 1);
    CALLS(0, 0, 0, 0, 0, 0x0800004d);  // the erase of everything
    CHECK_EQ(emu.violations, 1);
    CALLS(0, 1600, 0, 0, 0, DELAY);
    CHECK_EQ(emu.violations, 0);
    CHECK(tn_emu_us(&emu) >= 100);
}

TEST(a_forged_write_to_a_locked_block_is_refused_until_a_reset) {
    const uint32_t block = 1u << WORD / 0x4000;

    begin();
    put(WORD, 0xff);
    CALLS(0, SET(WPROT, block), WAKEN, PROGRAM_WORD(WORD), WAKEN, ERASE_PAGE(0, WORD / PAGE));
    CHECK_EQ(get(WORD), 0xff);
    CHECK_EQ(emu.violations, 2);
    CHECK_EQ(reg(WPROT), ~block);
    // It cannot be opened, and holds in its block only.
    CALLS(0, SET(WPROT, block), SET(WPROT, 0), WAKEN, PROGRAM_WORD(WORD + 4), WAKEN,
            PROGRAM_WORD(WORD + 0x2000));
    CHECK_EQ(get(WORD + 4), ONES);
    CHECK_EQ(get(WORD + 0x2000), 0);
    CALLS(0, SET(WPROT + 4, 1), WAKEN, PROGRAM_WORD(0x80000), WAKEN, PROGRAM_WORD(0x84000));
    CHECK_EQ(get(0x80000), ONES);
    CHECK_EQ(get(0x84000), 0);
    calls(ROWS(WAKEN, PROGRAM_WORD(WORD + 4)), 5, true);
    CHECK_EQ(get(WORD + 4), 5);
    // Who has closed PROTLOCK sets no lock any more.
    CALLS(0, SET(BOOTLOADER, PROTLOCK), SET(WPROT, block), WAKEN, PROGRAM_WORD(WORD + 8));
    CHECK_EQ(reg(BOOTLOADER), 3);
    CHECK_EQ(get(WORD + 8), 0);
}

// ---- Resets, clocks and the watchdog -----------------------------------------------------

enum {
    STAT = 0x4ffff000,
    RSTGEN = 0x40000000,
    CLKKEY = 0x40004014,
    CCTRL = 0x40004018,
    WDT = 0x40024000,
    WDT_16_HZ = 2 << 24 | 16 << 8 | 1 << 2 | 1,  // one second, enabled
};

TEST(the_cause_of_a_reset_adds_up_until_it_is_cleared) {
    begin();
    CHECK_EQ(CALLS(0, SET(AIRCR, AIRCR_RESET)), TN_EMU_RESET);
    CHECK_EQ(reg(STAT), 1 << 1);
    tn_emu_reset(&emu);
    CHECK_EQ(reg(STAT), 1 << 1 | 1 << 3);
    set(STAT, 0);
    tn_emu_reset(&emu);
    CHECK_EQ(reg(STAT), 1 << 0);
    CHECK_EQ(CALLS(0, SET(RSTGEN + 4, 0x1b)), TN_EMU_RESET);
    CHECK_EQ(CALLS(0, SET(RSTGEN + 4, 0x1c)), TN_EMU_IDLE);
}

TEST(the_core_clock_needs_a_key) {
    begin();
    tn_emu_power_on(&emu, 1);
    set(CCTRL, 0);
    CHECK_EQ(reg(CCTRL), 1);
    set(CLKKEY, 0x47);
    set(CCTRL, 0);
    CHECK_EQ(reg(CCTRL), 0);
    set(CLKKEY, 0);
    set(CCTRL, 1);
    CHECK_EQ(reg(CCTRL), 0);
}

TEST(the_watchdog_resets_only_if_the_reset_generator_lets_it) {
    begin();
    tn_emu_power_on(&emu, 1);
    set(WDT, WDT_16_HZ);
    CHECK(!emu.watchdog.running);
    set(RSTGEN, 1 << 1);
    set(WDT, WDT_16_HZ);
    CHECK(emu.watchdog.running);
    CHECK_EQ(emu.watchdog.timeout_ms, 1000);
    set(WDT + 4, 0xb3);
    CHECK_EQ(emu.watchdog.feedings, 0);
    set(WDT + 4, 0xb2);
    CHECK_EQ(emu.watchdog.feedings, 1);
    set(WDT, 0);
    CHECK(!emu.watchdog.running);
    set(WDT, WDT_16_HZ);
    set(WDT + 8, 0x3a);  // locks it
    set(WDT, 0);
    CHECK(emu.watchdog.running);
    CHECK_EQ(reg(WDT), WDT_16_HZ);
    tn_emu_reset(&emu);
    CHECK(!emu.watchdog.running);
}

// ---- Timers ----------------------------------------------------------------------------

enum {
    CMPRA0 = 0x40008004,
    CTRL0 = 0x4000800c,
    STCFG = 0x40008140,
    STTMR = 0x40008144,
    INTEN = 0x40008200,
    INTSTAT = 0x40008204,
    INTCLR = 0x40008208,
};
#define FREEZE 0x80000000u
#define STCLEAR 0x40000000u

TEST(the_system_timer_counts_three_a_microsecond) {
    begin();
    tn_emu_power_on(&emu, 1);
    CHECK_EQ(reg(STCFG), FREEZE);
    tn_emu_pass(&emu, 100);
    CHECK_EQ(reg(STTMR), 0);
    set(STCFG, 1);
    tn_emu_pass(&emu, 100);
    CHECK_EQ(reg(STTMR), 300);
    set(STCFG, 1 | FREEZE);
    tn_emu_pass(&emu, 100);
    CHECK_EQ(reg(STTMR), 300);
    set(STCFG, 1 | STCLEAR);
    CHECK_EQ(reg(STTMR), 0);
    set(STCFG, 2);  // HFRC / 256
    tn_emu_pass(&emu, 16);
    CHECK_EQ(reg(STTMR), 3);
}

TEST(a_timer_repeats_and_raises_its_flag) {
    begin();
    tn_emu_power_on(&emu, 1);
    set(CMPRA0, 3000);
    set(CTRL0, 1 << 9 | 1 << 6 | 2 << 1 | 1);
    tn_emu_pass(&emu, 999);
    CHECK_EQ(reg(INTSTAT), 0);
    tn_emu_pass(&emu, 1);
    CHECK_EQ(reg(INTSTAT), 1);
    set(INTCLR, 1);
    tn_emu_pass(&emu, 999);
    CHECK_EQ(reg(INTSTAT), 0);
    tn_emu_pass(&emu, 1);
    CHECK_EQ(reg(INTSTAT), 1);
}

// ---- Pads and UART0 --------------------------------------------------------------------

enum {
    PADREG0 = 0x40010000,
    PADKEY = 0x40010060,
    RDA = 0x40010080,
    DEVPWREN = 0x40021008,
    UART = 0x4001c000,
    FR = UART + 0x18,
    CR = UART + 0x30,
    IER = UART + 0x38,
    IES = UART + 0x3c,
    IEC = UART + 0x44,
    RX_EMPTY = 1 << 4,
    TX_FULL = 1 << 5,
    BUSY = 1 << 3,
    INT_RX = 1 << 4,
    INT_TX = 1 << 5,
    INT_TIMEOUT = 1 << 6,
    INT_OVERRUN = 1 << 10,
    BYTE_US = 88,  // at 115,200 baud
};

TEST(pads_need_a_key_and_their_input) {
    begin();
    tn_emu_power_on(&emu, 1);
    CHECK_EQ(reg(PADREG0), 0x18181818);
    set(PADREG0, 0x1b18);
    CHECK_EQ(reg(PADREG0), 0x18181818);
    CHECK_EQ(reg(RDA), 0);
    set(PADKEY, 0x73);
    set(PADREG0, 0x18181b18);
    CHECK_EQ(reg(RDA), 1 << 1);
    tn_emu_pin(&emu, 0, 1, false);
    CHECK_EQ(reg(RDA), 0);
}

static unsigned nsent;

static void note(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e, (void)line, (void)byte;
    nsent++;
}

static void uart_begin(void) {
    begin();
    tn_emu_power_on(&emu, 1);
    nsent = 0;
    emu.on_byte = note;
    set(DEVPWREN, 1 << 7);
    set(UART + 0x24, 13);
    set(UART + 0x28, 1);
    set(UART + 0x2c, 3 << 5 | 1 << 4);
    set(CR, 0x319);
}

// Lets n bytes come, and their time pass.
static void come(unsigned n) {
    uint8_t bytes[64] = {0};

    tn_emu_line_put(&emu, 0, bytes, n);
    reg(FR);  // the first byte begins
    tn_emu_pass(&emu, n * BYTE_US);
    reg(FR);
}

TEST(a_uart_needs_power_and_a_clock) {
    begin();
    tn_emu_power_on(&emu, 1);
    set(CR, 0x319);
    CHECK_EQ(reg(CR), 0);
    uart_begin();
    CHECK_EQ(reg(CR), 0x319);
    set(CR, 0x301);  // no clock
    set(UART, 'a');
    CHECK_EQ(nsent, 0);
    set(CR, 0x319);
    reg(FR);
    CHECK_EQ(nsent, 1);
    set(DEVPWREN, 0);
    CHECK_EQ(reg(CR), 0);
    set(DEVPWREN, 1 << 7);
    CHECK_EQ(reg(CR), 0x300);  // as after a reset
}

TEST(a_uart_keeps_32_bytes_and_says_when) {
    uart_begin();
    CHECK(reg(FR) & RX_EMPTY);
    come(1);
    CHECK(!(reg(FR) & RX_EMPTY));
    CHECK_EQ(reg(IES), 0);
    tn_emu_pass(&emu, 3 * BYTE_US + BYTE_US / 2);  // 32 bits without another byte
    CHECK_EQ(reg(IES), INT_TIMEOUT);
    come(15);
    CHECK_EQ(reg(IES), INT_TIMEOUT | INT_RX);  // half full
    come(16);
    CHECK_EQ(emu.lost, 0);
    come(1);
    CHECK_EQ(emu.lost, 1);
    CHECK(reg(IES) & INT_OVERRUN);
    for (int i = 0; i < 32; i++) {
        CHECK(!(reg(FR) & RX_EMPTY));
        reg(UART);
    }
    CHECK(reg(FR) & RX_EMPTY);
    CHECK_EQ(reg(IES), INT_OVERRUN);
    set(IEC, INT_OVERRUN);
    CHECK_EQ(reg(IES), 0);
}

TEST(a_uart_sends_by_the_clock_and_says_when_it_is_half_empty) {
    uart_begin();
    for (int i = 0; i < 33; i++) {  // one goes out at once
        CHECK(!(reg(FR) & TX_FULL));
        set(UART, 'x');
    }
    CHECK(reg(FR) & TX_FULL);
    CHECK_EQ(reg(IES), 0);
    for (unsigned i = 2; i < 17; i++) {
        tn_emu_pass(&emu, BYTE_US);
        reg(FR);
        CHECK_EQ(nsent, i);
    }
    CHECK_EQ(reg(IES), 0);
    tn_emu_pass(&emu, BYTE_US);
    CHECK_EQ(reg(IES), INT_TX);
    set(IEC, INT_TX);
    for (unsigned i = 0; i < 17; i++) {
        tn_emu_pass(&emu, BYTE_US);
        reg(FR);
    }
    CHECK_EQ(nsent, 33);
    CHECK(!(reg(FR) & BUSY));
    CHECK_EQ(reg(IES), 0);
}
