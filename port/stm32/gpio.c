// SPDX-License-Identifier: Apache-2.0
// Pins as inputs, as outputs, and as a device's (reference manuals, chapter "General-purpose
// I/Os").
#include "base/compiler.h"
#include "chip.h"
#include "stm32.h"

enum {
    PINS = 16,     // of a port
    SETTLE = 200,  // rounds of the wait: 40 kOhm charge a long wire's 100 pF within 8 us
};

_Static_assert(
        (unsigned)STM32_PULL_UP == GPIO_PUPDR_UP && (unsigned)STM32_PULL_DOWN == GPIO_PUPDR_DOWN,
        "written as they are");

static unsigned port_of(unsigned pin) {
    return pin / PINS;
}

static void put(volatile uint32_t *reg, unsigned shift, uint32_t mask, uint32_t value) {
    *reg = (*reg & ~(mask << shift)) | value << shift;
}

static void on(unsigned pin) {
    struct stm32_gate gate = GATE_GPIO((uint8_t)port_of(pin));

    stm32_on(&gate);
}

void stm32_port_off(unsigned pin) {
    struct stm32_gate gate = GATE_GPIO((uint8_t)port_of(pin));

    stm32_off(&gate);
}

void stm32_pin_input(unsigned pin, enum stm32_pull pull) {
    unsigned shift = 2 * (pin % PINS);

    on(pin);
    put(&GPIO_PUPDR(port_of(pin)), shift, 3, pull);
    put(&GPIO_MODER(port_of(pin)), shift, 3, GPIO_MODER_INPUT);
    for (int i = SETTLE; i; i--) {
        TN_OPAQUE(i);  // else the compiler leaves the wait out
    }
}

bool stm32_pin_is_high(unsigned pin) {
    return GPIO_IDR(port_of(pin)) >> pin % PINS & 1;
}

void stm32_pin_output(unsigned pin, bool high) {
    on(pin);
    GPIO_BSRR(port_of(pin)) = 1u << (pin % PINS + (high ? 0 : GPIO_BSRR_RESETS));
    put(&GPIO_MODER(port_of(pin)), 2 * (pin % PINS), 3, GPIO_MODER_OUTPUT);
}

void stm32_pin_device(unsigned pin, unsigned af) {
    unsigned n = pin % PINS;

    on(pin);
    put(&GPIO_PUPDR(port_of(pin)), 2 * n, 3, STM32_PULL_UP);
    put(n < 8 ? &GPIO_AFRL(port_of(pin)) : &GPIO_AFRH(port_of(pin)), 4 * (n % 8), 15, af);
    put(&GPIO_MODER(port_of(pin)), 2 * n, 3, GPIO_MODER_ALTERNATE);
}
