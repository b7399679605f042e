// SPDX-License-Identifier: Apache-2.0
// An application that carries out one-letter commands from the serial line, so that tests see what
// the loader and the port do for an application. Every answer is one line.
//
//     p  "pong WORK": the timer's interrupt goes on, the UART's brings the letter
//     x  every exception and interrupt: "all 30" or "lost N"
//     s  an SVC whose handler reads and changes its caller's frame: "frame ok" or "frame N"
//     f  a fault that the application's own handler makes a reset: "probe" again
//     e  erase and program by the real driver, in the storage area: "flash ok" or "flash N"
//     m  memcpy and its like at all alignments: "mem ok" or "mem N"
//     h  what the loader left: "handover MODE EVENT" or "handover none"
//     r  asks for recovery, and resets
//     n  a request for recovery with one bit wrong, and resets
//     u  fills the receive ring while not looking: sleeps half a second, "ring N" bytes then
#include <string.h>

#include "base/text.h"
#include "board_parts.h"
#include "boot/boot.h"
#include "chip.h"
#include "cortexm/cortexm.h"
#include "flash/area.h"
#include "layout.h"
#include "nrf5x/nrf51.h"
#include "nrf5x/nrf5x.h"

// Interrupt control and state, DDI 0419 section B3.2.4; SysTick, B3.3; NVIC, B3.4.
#define ICSR (*(volatile uint32_t *)0xe000ed04)
#define ICSR_NMIPENDSET (1u << 31)
#define ICSR_PENDSVSET (1u << 28)
#define ICSR_PENDSTSET (1u << 26)
#define NVIC_ISPR (*(volatile uint32_t *)0xe000e200)

// ---- Output ----------------------------------------------------------------------------

static void put(const void *buf, size_t len) {
    for (size_t n = 0; n < len;) {
        n += tn_board.serial->write(tn_board.serial->ctx, (const char *)buf + n, len - n);
    }
}

static void say(const char *text) {
    put(text, strlen(text));
}

static void say_number(const char *text, uint32_t v) {
    char digits[TN_TEXT_UINT];
    struct tn_text number = {digits, sizeof(digits), 0};

    say(text);
    say(" ");
    tn_text_uint(&number, v);
    put(number.buf, number.len);
    say("\n");
}

// Prints "ok", or the number of the failed check.
static void verdict(const char *what, uint32_t wrong) {
    if (wrong) {
        say_number(what, wrong);
    } else {
        say(what);
        say(" ok\n");
    }
}

// ---- Exceptions ------------------------------------------------------------------------

enum {
    VECTORS = CM_IRQ0 + CM_IRQS,
    ALL = 4 + CM_IRQS,  // NMI, SVC, PendSV, SysTick
};

static volatile uint32_t seen[VECTORS];

static void count(void) {
    uint32_t number;

    __asm__ volatile("mrs %0, ipsr" : "=r"(number));
    seen[number]++;
}

// The state that an SVC's handler found, and the caller's stack pointer.
static volatile uint32_t frame[8];
static volatile uint32_t exc_return;

__attribute__((used)) static void svc(uint32_t *stacked, uint32_t lr) {
    count();
    memcpy((void *)frame, stacked, sizeof(frame));
    exc_return = lr;
    stacked[0] = 0xcafe;
}

__attribute__((naked)) static void svc_entry(void) {
    __asm__("mov r0, sp\n\t"
            "mov r1, lr\n\t"
            "ldr r2, =svc\n\t"
            "bx r2\n\t"
            ".ltorg");
}

static void uart(void) {
    count();
    nrf51_uart_isr();
}

static void tick(void) {
    count();
    nrf51_tick_isr();
}

extern cm_vector ld_stack_top;  // not a function; declared so for the type of the table

__attribute__((section(".vectors"), used)) static cm_vector *const vectors[] = {ld_stack_top,
        cm_start, count, cm_unexpected, NULL, NULL, NULL, NULL, NULL, NULL, NULL, svc_entry, NULL,
        NULL, count, count,
        // Interrupts: UART0 is 2, TIMER1 is 9.
        count, count, uart, count, count, count, count, count, count, tick, count, count, count,
        count, count, count, count, count, count, count, count, count, count, count, count, count};
_Static_assert(sizeof(vectors) == VECTORS * sizeof(vectors[0]), "one entry for each");

static void all_exceptions(void) {
    uint32_t n = 0;

    for (unsigned i = 0; i < VECTORS; i++) {
        seen[i] = 0;
    }
    ICSR = ICSR_NMIPENDSET;
    ICSR = ICSR_PENDSVSET;
    ICSR = ICSR_PENDSTSET;
    __asm__ volatile("svc #0" ::: "r0", "r1", "r2", "r3", "r12", "memory");
    for (unsigned irq = 0; irq < CM_IRQS; irq++) {
        cm_irq_enable(irq);
        NVIC_ISPR = 1u << irq;
        __asm__ volatile("dsb\n\tisb");
        if (irq != NRF5X_IRQ_UART && irq != NRF5X_IRQ_TIMER1) {
            cm_irq_disable(irq);
        }
    }
    // NMI, SVC, PendSV and SysTick once each; every interrupt.
    for (unsigned i = 0; i < VECTORS; i++) {
        n += seen[i] != 0;
    }
    say_number(n == ALL ? "all" : "lost", n == ALL ? n : ALL - n);
}

static void supervisor_call(void) {
    register uint32_t r0 __asm__("r0") = 0x11;
    register uint32_t r1 __asm__("r1") = 0x22;
    register uint32_t r2 __asm__("r2") = 0x33;
    register uint32_t r3 __asm__("r3") = 0x44;
    uint32_t wrong = 0;

    __asm__ volatile("svc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)::"r12", "memory");
    uint32_t changed = r0;
    wrong |= (uint32_t)(frame[0] != 0x11) << 0 | (uint32_t)(frame[1] != 0x22) << 1;
    wrong |= (uint32_t)(frame[2] != 0x33) << 2 | (uint32_t)(frame[3] != 0x44) << 3;
    wrong |= (uint32_t)(changed != 0xcafe) << 4;
    wrong |= (uint32_t)(exc_return != 0xfffffff9) << 5;  // to thread mode, main stack
    // The return address lies in this program.
    wrong |= (uint32_t)(frame[6] < PRIMARY_ADDR || frame[6] >= SECONDARY_ADDR) << 6;
    verdict("frame", wrong);
}

// ---- Flash -----------------------------------------------------------------------------

static uint32_t flash_wrong(void) {
    const struct tn_area area = {tn_board.slots->area[0].flash, STORAGE_ADDR, STORAGE_SIZE};
    static uint8_t out[65] = "?the flash controller writes words; these bytes begin unaligned..";
    uint8_t in[64];
    const uint32_t at = SECTOR - 32;  // across the end of a sector
    struct tn_sector sector;

    if (tn_area_erase(&area, 0, &sector) || tn_area_erase(&area, SECTOR, &sector)) {
        return 1;
    }
    if (!tn_area_is_erased(&area, 0, STORAGE_SIZE)) {
        return 2;
    }
    if (tn_area_prog(&area, at, out + 1, 64) || tn_area_read(&area, at, in, 64) ||
            memcmp(out + 1, in, 64) != 0) {
        return 3;
    }
    // Programming only clears bits.
    memset(in, 0x0f, 4);
    if (tn_area_prog(&area, 0, in, 4) || (memset(in, 0xf0, 4), tn_area_prog(&area, 0, in, 4)) ||
            tn_area_read(&area, 0, in, 4) || in[0] | in[1] | in[2] | in[3]) {
        return 4;
    }
    // An erase clears its sector and no other.
    if (tn_area_erase(&area, 0, &sector) || !tn_area_is_erased(&area, 0, SECTOR) ||
            tn_area_is_erased(&area, SECTOR, 4)) {
        return 5;
    }
    // Without write enable the flash is read-only.
    NRF5X_REG(STORAGE_ADDR) = 0;
    return tn_area_is_erased(&area, 0, 4) ? 0 : 6;
}

// ---- Memory functions ------------------------------------------------------------------

static uint32_t mem_wrong(void) {
    static uint8_t a[40], b[40];

    for (size_t from = 0; from < 8; from++) {
        for (size_t to = 0; to < 8; to++) {
            for (size_t len = 0; len <= 24; len++) {
                for (size_t i = 0; i < sizeof(a); i++) {
                    a[i] = (uint8_t)(i + 1);
                    b[i] = 0;
                }
                memcpy(b + to, a + from, len);
                memmove(a + to, a + from, len);
                for (size_t i = 0; i < sizeof(b); i++) {
                    bool within = i >= to && i < to + len;
                    uint8_t want = within ? (uint8_t)(i - to + from + 1) : 0;
                    if (b[i] != want || a[i] != (within ? want : (uint8_t)(i + 1))) {
                        return 1 + (uint32_t)(from << 16 | to << 8 | len);
                    }
                }
            }
        }
    }
    memset(a, 7, sizeof(a));
    memset(a + 3, 8, 5);
    if (a[2] != 7 || a[3] != 8 || a[7] != 8 || a[8] != 7) {
        return 0x1000000;
    }
    if (memcmp("abc", "abd", 3) >= 0 || memcmp("abd", "abc", 3) <= 0 || memcmp(a, a, 0) != 0 ||
            memcmp("\x80", "\x7f", 1) <= 0) {
        return 0x2000000;
    }
    return memchr(a, 8, sizeof(a)) == a + 3 && !memchr(a, 9, sizeof(a)) ? 0 : 0x3000000;
}

// ---- The loader ------------------------------------------------------------------------

static void tell_handover(void) {
    struct tn_handover h;

    if (tn_handover_get(tn_board.handover, &h)) {
        say("handover none\n");
        return;
    }
    say_number("handover event", h.event);
}

static void reset_to_recovery(bool spoilt) {
    uint8_t record[TN_REQUEST_LEN];

    tn_request_put(tn_board.request, TN_RUN_RECOVERY, 0);
    if (spoilt) {
        tn_board.request->load(tn_board.request, record, sizeof(record));
        record[9] ^= 0x10;
        tn_board.request->store(tn_board.request, record, sizeof(record));
    }
    tn_board.reset();
}

static void ring(void) {
    uint8_t byte;
    uint32_t n = 0;
    uint32_t since = tn_board.now_ms();

    while (tn_board.now_ms() - since < 500) {
    }
    while (tn_board.serial->read(tn_board.serial->ctx, &byte, 1)) {
        n++;
    }
    say_number("ring", n);
}

static void obey(char command) {
    switch (command) {
    case 'p':
        say_number("pong", nrf51_ticks());
        break;
    case 'x':
        all_exceptions();
        break;
    case 's':
        supervisor_call();
        break;
    case 'f':
        __asm__ volatile("udf #0");
        break;
    case 'e':
        verdict("flash", flash_wrong());
        break;
    case 'm':
        verdict("mem", mem_wrong());
        break;
    case 'h':
        tell_handover();
        break;
    case 'r':
        reset_to_recovery(false);
        break;
    case 'n':
        reset_to_recovery(true);
        break;
    case 'u':
        ring();
        break;
    default:
        break;
    }
}

void board_begin(void) {
    tn_board_app_begin();
}

int main(void) {
    char command;

    say("probe\n");
    for (;;) {
        if (tn_board.serial->read(tn_board.serial->ctx, &command, 1)) {
            obey(command);
        }
        tn_board.idle();
    }
}
