// SPDX-License-Identifier: Apache-2.0
#include "support/fat.h"

#include <string.h>

#include "base/bytes.h"

// Clusters of one block, in a row from 2 on.
static void put_chain(uint8_t *fat, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t value = i + 1 < n ? i + 3 : 0xfff;
        uint32_t at = (i + 2) * 3 / 2;
        if (i & 1) {
            fat[at] = (uint8_t)((fat[at] & 0x0f) | value << 4);
            fat[at + 1] = (uint8_t)(value >> 4);
        } else {
            fat[at] = (uint8_t)value;
            fat[at + 1] = (uint8_t)(value >> 8);
        }
    }
}

// "FAT32 File System Specification", Microsoft, 2000.
void test_fat_make(uint8_t *medium, uint32_t blocks, const uint8_t *file, uint32_t len) {
    uint8_t *root = medium + (TEST_FAT_DATA - 1) * TEST_FAT_BLOCK;

    memset(medium, 0, (size_t)blocks * TEST_FAT_BLOCK);
    memcpy(medium, "\xeb\x3c\x90MSDOS5.0", 11);
    tn_put_le16(medium + 11, TEST_FAT_BLOCK);
    medium[13] = 1;
    tn_put_le16(medium + 14, 1);
    medium[16] = 1;
    tn_put_le16(medium + 17, TEST_FAT_BLOCK / 32);
    tn_put_le16(medium + 19, (uint16_t)blocks);
    medium[21] = 0xf8;
    tn_put_le16(medium + 22, 1);
    medium[38] = 0x29;
    memcpy(medium + 54, "FAT12   ", 8);
    tn_put_le16(medium + 510, 0xaa55);
    memcpy(medium + TEST_FAT_BLOCK, "\xf8\xff\xff", 3);
    put_chain(medium + TEST_FAT_BLOCK, (len + TEST_FAT_BLOCK - 1) / TEST_FAT_BLOCK);
    memcpy(root, "FIRMWAREBIN", 11);
    tn_put_le16(root + 26, 2);
    tn_put_le32(root + 28, len);
    if (len) {
        memcpy(medium + TEST_FAT_DATA * TEST_FAT_BLOCK, file, len);
    }
}
