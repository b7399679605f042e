// SPDX-License-Identifier: Apache-2.0
// One file on a FAT12, FAT16 or FAT32 volume, by FatFs, read only: writing a FAT while the power
// fails damages the card.
//
// The volume is the medium itself, or the first partition with a FAT. FatFs has static state: one
// file at a time. Sources: Microsoft, "FAT32 File System Specification", 2000; "exFAT File System
// Specification", section 3.1 (the name in the boot sector).
#ifndef TN_PORT_FATFS_FAT_H
#define TN_PORT_FATFS_FAT_H

#include "disk.h"

// Opens the first of these files that is there. names: paths from the root, long names too, in
// ASCII; ends with NULL. *ret_name: the one that was opened. Returns the file's size, or TN_ENOENT:
// no medium, or none of the files; TN_ENOTSUP: exFAT; TN_ECORRUPT: no FAT, or a damaged one;
// TN_EIO.
int tn_fat_open(const struct tn_disk *disk, const char *const *names, const char **ret_name);

// Reads up to len bytes at an offset. Returns how many, fewer at the file's end; TN_EIO;
// TN_ECORRUPT: the chain of clusters is damaged.
int tn_fat_read(uint32_t off, void *buf, uint32_t len);

#endif
