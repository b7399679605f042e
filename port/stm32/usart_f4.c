// SPDX-License-Identifier: Apache-2.0
// A USART of STM32F2 or STM32F4, as a UART (RM0033 and RM0090, "Universal synchronous asynchronous
// receiver transmitter"). One byte waits where nobody reads.
#include "chip.h"
#include "stm32.h"

enum {
    BAUD = 115200,
    PATIENCE = 5000,  // rounds of a few cycles: more than two bytes' 2,800
};

void stm32_uart_on(const struct stm32_uart *u) {
    stm32_sysclk_begin();
    stm32_on(&u->gate);
    stm32_pin_device(u->tx, u->af);
    stm32_pin_device(u->rx, u->af);
    USART_BRR(u->base) = (STM32_MHZ * 1000000 + BAUD / 2) / BAUD;  // 115,108: 0.08 % less
    USART_CR1(u->base) = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE;
}

void stm32_uart_off(const struct stm32_uart *u) {
    for (int i = 0; !stm32_uart_is_done(u) && i < PATIENCE; i++) {
    }
    stm32_off(&u->gate);
    stm32_port_off(u->tx);
    stm32_port_off(u->rx);
    stm32_sysclk_end();
}

bool stm32_uart_get(const struct stm32_uart *u, uint8_t *ret, volatile uint32_t *lost) {
    uint32_t sr = USART_SR(u->base);

    if (sr & USART_SR_ORE) {
        ++*lost;
    }
    if (sr & (USART_SR_RXNE | USART_SR_ORE)) {  // the read clears both
        *ret = (uint8_t)USART_DR(u->base);
    }
    return sr & USART_SR_RXNE;
}

bool stm32_uart_put(const struct stm32_uart *u, uint8_t byte) {
    bool room = USART_SR(u->base) & USART_SR_TXE;

    if (room) {
        USART_DR(u->base) = byte;
    }
    return room;
}

bool stm32_uart_is_done(const struct stm32_uart *u) {
    return USART_SR(u->base) & USART_SR_TC;
}

void stm32_uart_interrupts(const struct stm32_uart *u, bool received, bool room) {
    USART_CR1(u->base) = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE |
            (received ? USART_CR1_RXNEIE : 0) | (room ? USART_CR1_TXEIE : 0);
}
