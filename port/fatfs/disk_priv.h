// SPDX-License-Identifier: Apache-2.0
// Shared by the files of this folder: FatFs has no context, so the disk is a static pointer.
#ifndef TN_PORT_FATFS_DISK_PRIV_H
#define TN_PORT_FATFS_DISK_PRIV_H

#include "disk.h"

extern const struct tn_disk *tn_fat_disk;

#endif
