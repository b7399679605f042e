// SPDX-License-Identifier: Apache-2.0
// A record of the ring (flash/ring.h), the owner's bytes: code | attempts; then counter (4) |
// version: major | minor | revision (2) | build (4) | reason | id (7); little-endian.
#include "boot/log.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    MAGIC = 0x6f,
    FORMAT = 1,
    AT_CODE = TN_RING_SMALL_AT,
    AT_ATTEMPTS,
    AT_COUNTER = TN_RING_AT,
    AT_VERSION = AT_COUNTER + 4,
    AT_REASON = AT_VERSION + 8,
    AT_ID = AT_REASON + 1,
};

static void get(const uint8_t *raw, struct tn_record *ret) {
    ret->code = raw[AT_CODE];
    ret->attempts = raw[AT_ATTEMPTS];
    ret->reason = (int8_t)raw[AT_REASON];
    ret->counter = tn_get_le32(raw + AT_COUNTER);
    ret->version.major = raw[AT_VERSION];
    ret->version.minor = raw[AT_VERSION + 1];
    ret->version.revision = tn_get_le16(raw + AT_VERSION + 2);
    ret->version.build = tn_get_le32(raw + AT_VERSION + 4);
    memcpy(ret->id, raw + AT_ID, sizeof(ret->id));
}

static void put(uint8_t *raw, const struct tn_record *r) {
    raw[AT_CODE] = r->code;
    raw[AT_ATTEMPTS] = r->attempts;
    raw[AT_REASON] = (uint8_t)r->reason;
    tn_put_le32(raw + AT_COUNTER, r->counter);
    raw[AT_VERSION] = r->version.major;
    raw[AT_VERSION + 1] = r->version.minor;
    tn_put_le16(raw + AT_VERSION + 2, r->version.revision);
    tn_put_le32(raw + AT_VERSION + 4, r->version.build);
    memcpy(raw + AT_ID, r->id, sizeof(r->id));
}

void tn_log_open(struct tn_log *l, const struct tn_area *area, uint32_t image) {
    uint8_t raw[TN_RING_RECORD];

    tn_ring_open(&l->ring, area, MAGIC, TN_RING_KIND(FORMAT, image), raw);
    get(raw, &l->last);
}

int tn_log_add(struct tn_log *l, const struct tn_record *r) {
    struct tn_record now = *r;
    uint8_t raw[TN_RING_RECORD];

    now.counter = tn_max(r->counter, l->last.counter);
    put(raw, &now);
    int err = tn_ring_add(&l->ring, raw);
    if (!err) {
        l->last = now;
    }
    return err;
}

int tn_log_get(const struct tn_log *l, uint32_t nth, struct tn_record *ret) {
    uint8_t raw[TN_RING_RECORD];
    int err = tn_ring_get(&l->ring, nth, raw);

    if (!err) {
        get(raw, ret);
    }
    return err;
}
