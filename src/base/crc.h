// SPDX-License-Identifier: Apache-2.0
// The two CRCs of the formats that Tenon speaks. Small, not fast: no tables.
#ifndef TN_BASE_CRC_H
#define TN_BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// CRC-16/XMODEM: polynomial 0x1021, no reflection. Begin with 0; "123456789" gives 0x31c3.
uint16_t tn_crc16(uint16_t crc, const void *buf, size_t len);

// CRC-32/ISO-HDLC (Ethernet, zip). Begin with 0; "123456789" gives 0xcbf43926.
uint32_t tn_crc32(uint32_t crc, const void *buf, size_t len);

TN_C_END

#endif
