// SPDX-License-Identifier: Apache-2.0
// What FatFs calls (diskio.h).
#include "disk_priv.h"

#include "ff.h"

#include "diskio.h"

DSTATUS disk_initialize(BYTE drive) {
    (void)drive;
    return 0;  // tn_fat_open has opened it
}

DSTATUS disk_status(BYTE drive) {
    (void)drive;
    return 0;
}

DRESULT disk_read(BYTE drive, BYTE *buf, LBA_t sector, UINT count) {
    (void)drive;
    return tn_fat_disk->read(tn_fat_disk->ctx, sector, buf, count) ? RES_ERROR : RES_OK;
}
