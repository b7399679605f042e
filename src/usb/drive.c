// SPDX-License-Identifier: Apache-2.0
// Blocks: boot sector | FAT | root folder | data. Clusters are blocks, numbered from 2 on; file n
// has cluster n + 2. There is one FAT, since nothing is kept that a second one could save.
#include "usb/drive.h"

#include <string.h>

#include "base/bytes.h"

enum {
    FAT_AT = 1,
    ROOT_AT = FAT_AT + TN_DRIVE_FAT_BLOCKS,
    ENTRY = 32,
    NAME = 11,
    FIRST_CLUSTER = 2,
    END_OF_CHAIN = 0xffff,
    MEDIA = 0xf8,  // not removable, as hosts expect of a volume without partitions
    READ_ONLY = 0x01,
    VOLUME_LABEL = 0x08,
    // 2026-01-01: bits 15 to 9 count years from 1980 on.
    DATE = (2026 - 1980) << 9 | 1 << 5 | 1,
};

// fatgen103, section "Boot Sector and BPB", the fields that are not 0.
static void put_boot_sector(const struct tn_drive *d, uint8_t *p) {
    static const uint8_t head[] = {0xeb, 0x3c, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0'};

    memcpy(p, head, sizeof(head));
    tn_put_le16(p + 11, TN_DRIVE_BLOCK);
    p[13] = 1;               // blocks in a cluster
    tn_put_le16(p + 14, 1);  // reserved: this one
    p[16] = 1;               // FATs
    tn_put_le16(p + 17, TN_DRIVE_ROOT_BLOCKS * (TN_DRIVE_BLOCK / ENTRY));
    tn_put_le16(p + 19, TN_DRIVE_BLOCKS);
    p[21] = MEDIA;
    tn_put_le16(p + 22, TN_DRIVE_FAT_BLOCKS);
    tn_put_le16(p + 24, 1);  // blocks of a track, and
    tn_put_le16(p + 26, 1);  // heads: nobody uses them
    p[36] = 0x80;            // the drive's number for BIOSes
    p[38] = 0x29;            // the three fields below are there
    tn_put_le32(p + 39, 0x4e455431);
    memcpy(p + 43, d->label, NAME);
    memcpy(p + 54, "FAT16   ", 8);
    p[510] = 0x55;
    p[511] = 0xaa;
}

// The text of a file. Returns its length.
static size_t text_of(const struct tn_drive *d, unsigned n, char *buf) {
    struct tn_text t = {buf, TN_DRIVE_BLOCK, 0};

    d->files[n].text(d->ctx, &t);
    return t.len;
}

// The length of each file. Uses p for the texts, and clears it again.
static void measure(const struct tn_drive *d, uint8_t *p, size_t lens[TN_DRIVE_FILES]) {
    for (unsigned n = 0; n < d->nfiles; n++) {
        lens[n] = text_of(d, n, (char *)p);
    }
    memset(p, 0, TN_DRIVE_BLOCK);
}

// The FAT's first block. The other ones are free clusters.
static void put_fat(const struct tn_drive *d, uint8_t *p) {
    size_t lens[TN_DRIVE_FILES];

    measure(d, p, lens);
    tn_put_le16(p, 0xff00 | MEDIA);
    tn_put_le16(p + 2, END_OF_CHAIN);
    for (unsigned n = 0; n < d->nfiles; n++) {
        if (lens[n]) {
            tn_put_le16(p + (size_t)2 * (FIRST_CLUSTER + n), END_OF_CHAIN);
        }
    }
}

static uint8_t *put_entry(uint8_t *p, const char *name, uint8_t attributes) {
    memcpy(p, name, NAME);
    p[NAME] = attributes;
    tn_put_le16(p + 16, DATE);  // of creation
    tn_put_le16(p + 24, DATE);  // of the last write
    return p + ENTRY;
}

static void put_root(const struct tn_drive *d, uint8_t *p) {
    size_t lens[TN_DRIVE_FILES];

    measure(d, p, lens);
    p = put_entry(p, d->label, VOLUME_LABEL);
    for (unsigned n = 0; n < d->nfiles; n++) {
        if (lens[n]) {
            tn_put_le16(p + 26, (uint16_t)(FIRST_CLUSTER + n));
            tn_put_le32(p + 28, (uint32_t)lens[n]);
            p = put_entry(p, d->files[n].name, READ_ONLY);
        }
    }
}

void tn_drive_read(const struct tn_drive *d, uint32_t block, uint8_t buf[TN_DRIVE_BLOCK]) {
    memset(buf, 0, TN_DRIVE_BLOCK);
    if (block == 0) {
        put_boot_sector(d, buf);
    } else if (block == FAT_AT) {
        put_fat(d, buf);
    } else if (block == ROOT_AT) {
        put_root(d, buf);
    } else if (block >= TN_DRIVE_DATA && block - TN_DRIVE_DATA < d->nfiles) {
        text_of(d, block - TN_DRIVE_DATA, (char *)buf);
    }
}
