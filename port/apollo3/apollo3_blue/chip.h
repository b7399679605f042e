// SPDX-License-Identifier: Apache-2.0
// Apollo3 Blue: 32 interrupts, the last one the clock generator's (crate ambiq-apollo3-pac 0.1.0,
// enum Interrupt: 0 to 31).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 32,
};

#endif
