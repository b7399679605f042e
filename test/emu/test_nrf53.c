// SPDX-License-Identifier: Apache-2.0
// Tests the emulated nRF5340: a driver that breaks a rule of the chip fails on it as on the chip.
// The programs are of a few instructions.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    RAM = 0x20000000,
    CODE = 0x1000,    // bytes that may be executed
    TABLE = 0x100,    // of the program's stores: address, value; an address of 0 ends it
    PAGE = 0x1000,    // of flash
    WORD = 0x5000,    // in the SPU's second region of 16 KiB
    BEYOND = 0x8000,  // in the third
    NVMC_CONFIG = 0x50039504,
    NVMC_CONFIGNS = 0x50039584,
    WEN = 1,
    EEN = 2,
    SPU_FLASHACCERR = 0x50003104,
    SPU_PERM = 0x50003600,
    SPU_PERM1 = SPU_PERM + 4,
    OPEN = 0x17,     // execute, write, read, secure
    LOCKED = 0x115,  // all but write, locked
    RESETREAS = 0x50005400,
    GPREGRET = 0x5000551c,
    UARTE = 0x50008000,
};
#define ONES 0xffffffffu
#define AIRCR 0xe000ed0cu
#define AIRCR_RESET 0x05fa0004u

// Carries out the stores of TABLE, then branches to itself.
static const uint16_t storer[] = {
        0x2001,  // movs r0, #1
        0x0200,  // lsls r0, #8
        0xc806,  // ldmia r0!, {r1, r2}
        0x2900,  // cmp r1, #0
        0xd001,  // beq end
        0x600a,  // str r2, [r1]
        0xe7fa,  // b ldmia
        0xe7fe,  // end: b end
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
    CHECK_EQ(tn_emu_open(&emu, &tn_emu_nrf5340, CODE), 0);
    put(0, RAM + 0x400);
    put(4, 0x40 | 1);
    memcpy(emu.flash + 0x40, storer, sizeof(storer));
}

// Runs the storer over pairs of address and value. The power stays on if reset.
static enum tn_emu_end stores(const uint32_t *pairs, size_t n, bool reset) {
    memcpy(emu.flash + TABLE, pairs, n * 4);
    put(TABLE + (uint32_t)n * 4, 0);
    if (reset) {
        tn_emu_reset(&emu);
    } else {
        tn_emu_power_on(&emu, 1);
    }
    return tn_emu_run(&emu);
}

#define PAIRS(...)                                                                                 \
    (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define STORES(...) stores(PAIRS(__VA_ARGS__), false)

static uint32_t reg(uint32_t addr) {
    return tn_emu_load(&emu, addr, 4);
}

// ---- Flash -----------------------------------------------------------------------------

TEST(flash_takes_words_while_config_enables_writes) {
    begin();
    STORES(WORD, 0);
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(emu.violations, 1);
    STORES(NVMC_CONFIG, WEN, WORD, 0x12345678);
    CHECK_EQ(get(WORD), 0x12345678);
    CHECK_EQ(emu.violations, 0);
    STORES(NVMC_CONFIG, WEN, NVMC_CONFIG, 0, WORD, 0);
    CHECK_EQ(get(WORD), 0x12345678);
    CHECK_EQ(emu.violations, 1);
}

TEST(the_setting_for_non_secure_code_is_another_one) {
    begin();
    STORES(NVMC_CONFIGNS, WEN, WORD, 0);
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(emu.violations, 1);
    STORES(NVMC_CONFIGNS, EEN, NVMC_CONFIG, WEN, WORD, 7);
    CHECK_EQ(get(WORD), 7);
    CHECK_EQ(emu.violations, 0);
}

TEST(ones_to_the_first_word_erase_a_page_and_nothing_else_does) {
    begin();
    memset(emu.flash + WORD - PAGE, 0, 3 * PAGE);
    STORES(NVMC_CONFIG, EEN, WORD, 0);
    CHECK_EQ(emu.violations, 1);
    STORES(NVMC_CONFIG, EEN, WORD + 4, ONES);
    CHECK_EQ(emu.violations, 1);
    STORES(NVMC_CONFIG, WEN, WORD, ONES);
    CHECK_EQ(emu.violations, 0);  // a word is programmed, which changes nothing
    STORES(0x50039508, WORD);     // ERASEPAGE of the nRF52 does not exist
    CHECK_EQ(emu.erases, 0);
    CHECK_EQ(get(WORD), 0);
    STORES(NVMC_CONFIG, EEN, WORD, ONES);
    CHECK_EQ(emu.violations, 0);
    CHECK_EQ(emu.erases, 1);
    CHECK_EQ(get(WORD - 4), 0);
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(get(WORD + PAGE - 4), ONES);
    CHECK_EQ(get(WORD + PAGE), 0);
}

TEST(a_forged_write_to_a_locked_region_is_refused_until_a_reset) {
    begin();
    put(WORD, 5);
    STORES(SPU_PERM1, LOCKED, NVMC_CONFIG, WEN, WORD, 0, NVMC_CONFIG, EEN, WORD, ONES);
    CHECK_EQ(get(WORD), 5);
    CHECK_EQ(emu.violations, 2);
    CHECK_EQ(reg(SPU_FLASHACCERR), 1);
    // The lock cannot be opened, and holds in its region only.
    STORES(SPU_PERM1, LOCKED, SPU_PERM1, OPEN, NVMC_CONFIG, WEN, WORD, 0, BEYOND, 7, BEYOND - 4, 8);
    CHECK_EQ(reg(SPU_PERM1), LOCKED);
    CHECK_EQ(get(WORD), 5);
    CHECK_EQ(get(BEYOND), 7);
    CHECK_EQ(get(BEYOND - 4), ONES);
    CHECK_EQ(emu.violations, 2);
    stores(PAIRS(NVMC_CONFIG, WEN, WORD, 0), true);
    CHECK_EQ(get(WORD), 0);
    CHECK_EQ(reg(SPU_PERM1), OPEN);
}

TEST(a_permission_without_lock_can_be_given_back) {
    begin();
    STORES(SPU_PERM1, LOCKED & 0xff, NVMC_CONFIG, WEN, WORD, 0, SPU_PERM1, OPEN, WORD + 4, 0);
    CHECK_EQ(get(WORD), ONES);
    CHECK_EQ(get(WORD + 4), 0);
}

TEST(non_secure_addresses_of_devices_are_a_fault) {
    begin();
    STORES(0x40039504, WEN);
    CHECK(emu.faults > 0);
}

// ---- Resets ----------------------------------------------------------------------------

TEST(the_cause_of_a_reset_adds_up_and_gpregret_stays) {
    begin();
    CHECK_EQ(STORES(GPREGRET, 0x157, AIRCR, AIRCR_RESET), TN_EMU_RESET);
    tn_emu_reset(&emu);
    CHECK_EQ(reg(RESETREAS), 1 << 3);  // by the program
    CHECK_EQ(reg(GPREGRET), 0x57);
    tn_emu_reset(&emu);
    CHECK_EQ(reg(RESETREAS), 1 << 3 | 1 << 0);  // by the pin
    stores(PAIRS(RESETREAS, 1 << 3), true);
    CHECK_EQ(reg(RESETREAS), 1 << 0);
    tn_emu_power_on(&emu, 1);
    CHECK_EQ(reg(RESETREAS), 0);
    CHECK_EQ(reg(GPREGRET), 0);
}

// ---- UARTE -----------------------------------------------------------------------------

enum {
    STARTRX = UARTE + 0x000,
    STOPRX = UARTE + 0x004,
    STARTTX = UARTE + 0x008,
    ENDRX = UARTE + 0x110,
    ENDTX = UARTE + 0x120,
    RXTO = UARTE + 0x144,
    ERRORSRC = UARTE + 0x480,
    ENABLE = UARTE + 0x500,
    BAUDRATE = UARTE + 0x524,
    RXD_PTR = UARTE + 0x534,
    RXD_AMOUNT = UARTE + 0x53c,
    TXD_PTR = UARTE + 0x544,
    BUFFER = 0x100,  // offset in RAM
    BYTE_US = 87,    // at 115,200 baud
};

static void set(uint32_t addr, uint32_t value) {
    tn_emu_store(&emu, addr, 4, value);
}

static uint8_t sent[8];
static size_t nsent;

static void note(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e, (void)line;
    CHECK(nsent < sizeof(sent));
    sent[nsent++] = byte;
}

// UARTE0 is on, with buffers of 2 bytes to receive and of 3 to send.
static void uarte_begin(void) {
    begin();
    tn_emu_power_on(&emu, 1);
    memset(emu.ram + BUFFER, 0, 8);
    nsent = 0;
    emu.on_byte = note;
    set(BAUDRATE, 0x01d60000);
    set(RXD_PTR, RAM + BUFFER);
    set(RXD_PTR + 4, 2);
    set(TXD_PTR, RAM + BUFFER + 4);
    set(TXD_PTR + 4, 3);
    set(ENABLE, 8);
}

static void come(const char *bytes) {
    tn_emu_line_put(&emu, 0, bytes, strlen(bytes));
    reg(ENDRX);  // the first byte begins
    tn_emu_pass(&emu, (strlen(bytes) + 1) * BYTE_US);
}

TEST(bytes_come_into_ram_until_the_buffer_is_full) {
    uarte_begin();
    set(STARTRX, 1);
    come("a");
    CHECK_EQ(reg(ENDRX), 0);
    CHECK_EQ(emu.ram[BUFFER], 'a');
    come("bcdef");
    CHECK_EQ(reg(ENDRX), 1);
    CHECK_EQ(reg(RXD_AMOUNT), 2);
    CHECK_EQ(emu.ram[BUFFER + 1], 'b');
    CHECK_EQ(emu.ram[BUFFER + 2], 0);
    CHECK_EQ(emu.lost, 0);
    set(ENDRX, 0);
    set(STARTRX, 1);  // those that have waited
    CHECK_EQ(reg(ENDRX), 1);
    CHECK(memcmp(emu.ram + BUFFER, "cd", 2) == 0);
}

TEST(bytes_that_find_no_buffer_for_too_long_are_lost) {
    uarte_begin();
    set(STARTRX, 1);
    come("abcdefg");  // two to RAM, four wait
    CHECK_EQ(reg(ENDRX), 1);
    CHECK_EQ(emu.lost, 1);
    CHECK_EQ(reg(ERRORSRC), 1);
    set(ERRORSRC, 1);
    CHECK_EQ(reg(ERRORSRC), 0);
    set(STARTRX, 1);
    set(STARTRX, 1);
    CHECK(memcmp(emu.ram + BUFFER, "ef", 2) == 0);
}

TEST(a_receiver_that_is_off_or_not_started_hears_nothing) {
    uarte_begin();
    come("a");
    set(ENABLE, 0);
    set(STARTRX, 1);
    come("b");
    CHECK_EQ(emu.ram[BUFFER], 0);
}

TEST(after_a_stop_bytes_may_still_come_into_ram) {
    uarte_begin();
    set(STARTRX, 1);
    set(STOPRX, 1);
    CHECK_EQ(reg(RXTO), 0);
    come("a");
    CHECK_EQ(reg(RXTO), 0);
    CHECK_EQ(emu.ram[BUFFER], 'a');
    tn_emu_pass(&emu, 5 * BYTE_US);
    CHECK_EQ(reg(RXTO), 1);
    CHECK_EQ(reg(RXD_AMOUNT), 1);
    come("b");
    CHECK_EQ(emu.ram[BUFFER + 1], 0);
}

TEST(bytes_are_sent_from_ram_only) {
    uarte_begin();
    memcpy(emu.ram + BUFFER + 4, "xyz", 3);
    set(STARTTX, 1);
    CHECK_EQ(reg(ENDTX), 0);
    for (int i = 0; i < 3; i++) {
        tn_emu_pass(&emu, BYTE_US + 1);
        reg(ENDTX);
    }
    CHECK_EQ(reg(ENDTX), 1);
    CHECK_EQ(nsent, 3);
    CHECK(memcmp(sent, "xyz", 3) == 0);
    set(ENDTX, 0);
    set(TXD_PTR, CODE);  // flash: EasyDMA does not reach it
    set(STARTTX, 1);
    tn_emu_pass(&emu, 10 * BYTE_US);
    CHECK_EQ(reg(ENDTX), 0);
    CHECK_EQ(nsent, 3);
}
