// SPDX-License-Identifier: Apache-2.0
// How many interrupts your chip has: the last one's number and one more (its reference manual,
// vector table).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 64,
};

#endif
