// SPDX-License-Identifier: Apache-2.0
// Record: magic (4) | version | mode | 0 | 0 | arg (4) | CRC-32 of the 12 bytes before (4).
#include "boot/request.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"

#define MAGIC 0x71724e54u  // "TNrq"

enum {
    VERSION = 1,
    AT_VERSION = 4,
    AT_MODE = 5,
    AT_ARG = 8,
    AT_CRC = 12,
};

int tn_request_put(const struct tn_retained *r, enum tn_run_mode mode, uint32_t arg) {
    uint8_t rec[TN_REQUEST_LEN] = {0};

    if (mode >= TN_RUN_MODES) {
        return TN_EINVAL;
    }
    tn_put_le32(rec, MAGIC);
    rec[AT_VERSION] = VERSION;
    rec[AT_MODE] = (uint8_t)mode;
    tn_put_le32(rec + AT_ARG, arg);
    tn_put_le32(rec + AT_CRC, tn_crc32(0, rec, AT_CRC));
    r->store(r, rec, sizeof(rec));
    return 0;
}

enum tn_run_mode tn_request_look(const struct tn_retained *r, uint32_t *ret_arg) {
    uint8_t rec[TN_REQUEST_LEN];

    r->load(r, rec, sizeof(rec));
    if (tn_get_le32(rec) != MAGIC || rec[AT_VERSION] != VERSION || rec[AT_MODE] >= TN_RUN_MODES ||
            tn_get_le32(rec + AT_CRC) != tn_crc32(0, rec, AT_CRC)) {
        return TN_RUN_NORMAL;
    }
    if (ret_arg) {
        *ret_arg = tn_get_le32(rec + AT_ARG);
    }
    return (enum tn_run_mode)rec[AT_MODE];
}

enum tn_run_mode tn_request_take(
        const struct tn_retained *r, enum tn_reset_cause cause, uint32_t *ret_arg) {
    static const uint8_t none[TN_REQUEST_LEN];
    enum tn_run_mode mode = cause == TN_RESET_POWER ? TN_RUN_NORMAL : tn_request_look(r, ret_arg);

    r->store(r, none, sizeof(none));
    return mode;
}
