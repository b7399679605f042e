// SPDX-License-Identifier: Apache-2.0
// Functions for rows over memory that has an address: flash that is read like RAM, and RAM that a
// reset leaves alone.
#ifndef TN_AGENT_MAPPED_H
#define TN_AGENT_MAPPED_H

#include "base/compiler.h"
#include "boot/request.h"
#include "flash/flash.h"

TN_C_BEGIN

// The function read of struct tn_flash_ops. The flash begins at the address ctx of its struct
// tn_flash; NULL: at address 0. Never fails.
int tn_mapped_read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len);

// A struct tn_retained at an address of RAM that neither loader nor application initialises:
// TN_REQUEST_LEN or TN_HANDOVER_LEN bytes.
#define TN_MAPPED_RETAINED(addr)                                                                   \
    { tn_mapped_load, tn_mapped_store, (void *)(addr) }

void tn_mapped_load(const struct tn_retained *r, void *buf, size_t len);
void tn_mapped_store(const struct tn_retained *r, const void *buf, size_t len);

TN_C_END

#endif
