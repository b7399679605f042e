// SPDX-License-Identifier: Apache-2.0
#include "fat.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "disk_priv.h"
#include "ff.h"

enum {
    NAME_AT = 3,           // of a boot sector: the file system's name, eight characters
    PARTITION_AT = 0x1be,  // of a master boot record: the first partition's entry
    PARTITION_TYPE = 4,
    PARTITION_START = 8,
    TYPE_EXFAT = 7,  // and NTFS
};

const struct tn_disk *tn_fat_disk;
static FATFS volume;
static FIL file;

static bool is_exfat_at(uint32_t block, uint8_t *buf) {
    return !tn_fat_disk->read(tn_fat_disk->ctx, block, buf, 1) &&
            !memcmp(buf + NAME_AT, "EXFAT   ", 8);
}

// FatFs is built without exFAT and calls it no file system.
static bool is_exfat(void) {
    uint8_t buf[TN_DISK_BLOCK];

    if (is_exfat_at(0, buf)) {
        return true;
    }
    const uint8_t *p = buf + PARTITION_AT;
    return p[PARTITION_TYPE] == TYPE_EXFAT && is_exfat_at(tn_get_le32(p + PARTITION_START), buf);
}

static int error_of(FRESULT fr) {
    switch (fr) {
    case FR_OK:
        return 0;
    case FR_NO_FILE:
    case FR_NO_PATH:
    case FR_NOT_READY:
        return TN_ENOENT;
    case FR_DISK_ERR:
        return TN_EIO;
    default:
        return TN_ECORRUPT;
    }
}

int tn_fat_open(const struct tn_disk *disk, const char *const *names, const char **ret_name) {
    tn_fat_disk = disk;
    int err = disk->open(disk->ctx);
    if (err) {
        return err;
    }
    FRESULT fr = f_mount(&volume, "", 1);
    if (fr == FR_NO_FILESYSTEM && is_exfat()) {
        return TN_ENOTSUP;
    }
    err = fr ? error_of(fr) : TN_ENOENT;
    for (; err == TN_ENOENT && !fr && *names; names++) {
        err = error_of(f_open(&file, *names, FA_READ));
        *ret_name = *names;
    }
    if (!err && f_size(&file) > INT_MAX) {
        err = TN_ECORRUPT;
    }
    return err ? err : (int)f_size(&file);
}

int tn_fat_read(uint32_t off, void *buf, uint32_t len) {
    UINT n = 0;
    FRESULT fr = f_tell(&file) == off ? FR_OK : f_lseek(&file, off);

    if (!fr && f_tell(&file) != off) {
        return 0;  // behind the end: a file that is only read stays where it ends
    }
    fr = fr ? fr : f_read(&file, buf, len, &n);
    return fr ? error_of(fr) : (int)n;
}
