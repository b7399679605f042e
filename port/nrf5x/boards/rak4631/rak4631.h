// SPDX-License-Identifier: Apache-2.0
// What the RAK4631's tables for its programs have in common.
#ifndef TN_PORT_RAK4631_H
#define TN_PORT_RAK4631_H

#include "../../nrf5x.h"

extern const struct tn_slots rak4631_slots;

#endif
