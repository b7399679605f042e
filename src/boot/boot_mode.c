// SPDX-License-Identifier: Apache-2.0
#include "boot/boot_mode.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"

enum { CRC8_POLYNOMIAL = 0x12 };

static uint8_t crc8(const uint8_t *p, size_t len) {
    unsigned crc = 0;

    while (len--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 0x80 ? crc << 1 ^ CRC8_POLYNOMIAL : crc << 1;
        }
        crc &= 0xff;
    }
    return (uint8_t)crc;
}

static size_t data_len(const struct tn_boot_mode_area *a) {
    return (size_t)a->size - a->prefix_len - a->checksum_len;
}

// The checksum of the area's data as it is stored, in the first checksum_len bytes of ret.
static void checksum(const struct tn_boot_mode_area *a, const uint8_t *area, uint8_t ret[4]) {
    const uint8_t *data = area + a->prefix_len;
    uint32_t sum = 0;

    switch (a->checksum_len) {
    case 1:
        sum = crc8(data, data_len(a));
        break;
    case 2:
        sum = tn_crc16(0, data, data_len(a));
        break;
    case 4:
        sum = tn_crc32(0, data, data_len(a));
        break;
    default:
        break;
    }
    tn_put_le32(ret, sum);
}

static bool is_valid(const struct tn_boot_mode_area *a, const uint8_t *area) {
    uint8_t sum[4];

    checksum(a, area, sum);
    return (!a->prefix_len || memcmp(area, a->prefix, a->prefix_len) == 0) &&
            memcmp(area + a->size - a->checksum_len, sum, a->checksum_len) == 0;
}

void tn_boot_mode_put(const struct tn_boot_mode_area *a, uint8_t mode) {
    uint8_t area[TN_BOOT_MODE_AREA] = {0};
    uint8_t sum[4];

    if (a->prefix_len) {
        memcpy(area, a->prefix, a->prefix_len);
    }
    area[a->prefix_len] = mode;
    checksum(a, area, sum);
    memcpy(area + a->size - a->checksum_len, sum, a->checksum_len);
    a->at->store(a->at, area, a->size);
}

bool tn_boot_mode_take(const struct tn_boot_mode_area *a, enum tn_reset_cause cause) {
    static const uint8_t none[TN_BOOT_MODE_AREA];
    uint8_t area[TN_BOOT_MODE_AREA];

    a->at->load(a->at, area, a->size);
    bool asks = is_valid(a, area) && area[a->prefix_len] == TN_BOOT_MODE_BOOTLOADER;
    if (asks) {
        a->at->store(a->at, none, a->size);
    }
    return asks && cause == TN_RESET_SOFTWARE;
}
