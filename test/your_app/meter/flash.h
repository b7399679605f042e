// SPDX-License-Identifier: Apache-2.0
// The chip's flash: pages of 1 KiB, written in words of 4 bytes. The core stands still meanwhile.
#ifndef METER_FLASH_H
#define METER_FLASH_H

#include <stddef.h>
#include <stdint.h>

#define FLASH_PAGE 0x400

void flash_erase(uint32_t page);

// addr and len are multiples of 4; data may lie anywhere in RAM.
void flash_write(uint32_t addr, const void *data, size_t len);

#endif
