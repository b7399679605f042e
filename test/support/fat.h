// SPDX-License-Identifier: Apache-2.0
// A small FAT12 medium in memory with one file, FIRMWARE.BIN, for tests that change its bytes.
#ifndef TN_TEST_SUPPORT_FAT_H
#define TN_TEST_SUPPORT_FAT_H

#include <stdint.h>

enum {
    TEST_FAT_BLOCK = 512,
    TEST_FAT_DATA = 3,  // the first block of files
};

// Formats `blocks` blocks, 128 (FatFs wants them) to 340, and puts len bytes into the file.
void test_fat_make(uint8_t *medium, uint32_t blocks, const uint8_t *file, uint32_t len);

#endif
