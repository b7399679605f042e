// SPDX-License-Identifier: Apache-2.0
// The meter's work: it counts what its timer tells it, and reports once a second. How often it was
// started is kept in a page of flash, a word for each time.
#include "main.h"

#include <stdlib.h>
#include <string.h>

#include "chip.h"
#include "flash.h"
#include "uart.h"

enum {
    REPORT_MS = 1000,
    STARTS_PAGE = 0x3f400,
};

unsigned stack_used(void);

static volatile uint32_t work;

void tick_handler(void) {
    TIMER1_COMPARE0 = 0;
    work = work + 1;
    uart_kick();
}

static void tick_start(void) {
    TIMER1_PRESCALER = 4;  // microseconds
    TIMER1_CC0 = 1000;
    TIMER1_SHORTS = 1;
    TIMER1_INTENSET = 1u << 16;
    irq_on(TIMER1_IRQ);
    TIMER1_START = 1;
}

uint32_t now_ms(void) {
    return work;
}

// Writes the next word of the page, and returns how many there are.
static unsigned count_start(void) {
    static const uint32_t mark = 0x600dda7e;
    unsigned n = 0;

    while (n < FLASH_PAGE / sizeof(mark) && REG(STARTS_PAGE + n * sizeof(mark)) == mark) {
        n++;
    }
    if (n == FLASH_PAGE / sizeof(mark)) {
        flash_erase(STARTS_PAGE);
        n = 0;
    }
    flash_write(STARTS_PAGE + n * sizeof(mark), &mark, sizeof(mark));
    return n + 1;
}

static void print(const char *text) {
    uart_write(text, strlen(text));
}

static void print_number(const char *name, unsigned n) {
    char digits[12];

    print(name);
    print(utoa(n, digits, 10));
}

static void report(void) {
    print_number("meter " METER_VERSION ": work ", work);
    print_number(", stack ", stack_used());
    print("\r\n");
}

int main(void) {
    uint32_t reported = 0;

    uart_start();
    tick_start();
    print_number("meter " METER_VERSION ": start ", count_start());
    print("\r\n");
    for (;;) {
        if (work - reported >= REPORT_MS) {
            reported = work;
            report();
        }
        wait_for_interrupt();
    }
}
