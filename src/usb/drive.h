// SPDX-License-Identifier: Apache-2.0
// A small drive that is made on the fly: a FAT16 volume of 8 MB without partitions, whose root has
// a few text files of one block each. Nothing that a host writes is kept.
//
// Knows FAT; does not know what blocks mean that a host writes, nor USB. A host caches the FAT and
// the folders that it has written, so it sees its own files until it opens the drive again; then
// only ours are there. Source: Microsoft, "FAT: General Overview of On-Disk Format" (fatgen103),
// version 1.03.
#ifndef TN_USB_DRIVE_H
#define TN_USB_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

TN_C_BEGIN

enum {
    TN_DRIVE_BLOCK = 512,
    TN_DRIVE_FAT_BLOCKS = 64,
    TN_DRIVE_ROOT_BLOCKS = 4,
    TN_DRIVE_DATA = 1 + TN_DRIVE_FAT_BLOCKS + TN_DRIVE_ROOT_BLOCKS,  // the first block of files
    TN_DRIVE_FILES = 15,                      // at most: one block of the root's
    TN_DRIVE_BLOCKS = TN_DRIVE_DATA + 16000,  // above 4,084: else it would be a FAT12
};

struct tn_drive_file {
    const char *name;  // eleven characters, in FAT's form: "INFO_UF2TXT"
    // Writes the content, at most TN_DRIVE_BLOCK characters. Empty: the file is not there.
    void (*text)(void *ctx, struct tn_text *out);
};

// The caller's.
struct tn_drive {
    const char *label;  // eleven characters
    const struct tn_drive_file *files;
    uint8_t nfiles;  // at most TN_DRIVE_FILES
    void *ctx;       // for the files' texts
};

// Fills buf with a block, below TN_DRIVE_BLOCKS.
void tn_drive_read(const struct tn_drive *d, uint32_t block, uint8_t buf[TN_DRIVE_BLOCK]);

TN_C_END

#endif
