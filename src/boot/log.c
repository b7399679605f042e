// SPDX-License-Identifier: Apache-2.0
// Record: magic | code | attempts | reason | seq (4) | counter (4) | version: major | minor |
// revision (2) | build (4) | id (8) | CRC-32 of the 28 bytes before (4); little-endian.
#include "boot/log.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"

enum {
    MAGIC = 0x6f,
    AT_SEQ = 4,
    AT_COUNTER = 8,
    AT_VERSION = 12,
    AT_ID = 20,
    AT_CRC = TN_RECORD_LEN - 4,
};

static uint32_t place_size(const struct tn_area *a) {
    return tn_round_up(TN_RECORD_LEN, a->flash->prog_unit);
}

// 0, or an error if there is no record in this place.
static int get(const struct tn_area *a, uint32_t place, struct tn_record *ret) {
    uint8_t raw[TN_RECORD_LEN];
    int err = tn_area_read(a, place, raw, sizeof(raw));

    if (err || raw[0] != MAGIC || tn_get_le32(raw + AT_CRC) != tn_crc32(0, raw, AT_CRC)) {
        return TN_ENOENT;
    }
    ret->code = raw[1];
    ret->attempts = raw[2];
    ret->reason = (int8_t)raw[3];
    ret->seq = tn_get_le32(raw + AT_SEQ);
    ret->counter = tn_get_le32(raw + AT_COUNTER);
    ret->version.major = raw[AT_VERSION];
    ret->version.minor = raw[AT_VERSION + 1];
    ret->version.revision = tn_get_le16(raw + AT_VERSION + 2);
    ret->version.build = tn_get_le32(raw + AT_VERSION + 4);
    memcpy(ret->id, raw + AT_ID, sizeof(ret->id));
    return 0;
}

static int put(const struct tn_area *a, uint32_t place, const struct tn_record *r) {
    uint8_t raw[TN_RECORD_LEN] = {MAGIC, r->code, r->attempts, (uint8_t)r->reason};

    tn_put_le32(raw + AT_SEQ, r->seq);
    tn_put_le32(raw + AT_COUNTER, r->counter);
    raw[AT_VERSION] = r->version.major;
    raw[AT_VERSION + 1] = r->version.minor;
    tn_put_le16(raw + AT_VERSION + 2, r->version.revision);
    tn_put_le32(raw + AT_VERSION + 4, r->version.build);
    memcpy(raw + AT_ID, r->id, sizeof(r->id));
    tn_put_le32(raw + AT_CRC, tn_crc32(0, raw, AT_CRC));
    return tn_area_put(a, place, raw, sizeof(raw));
}

// The place behind this one, round the ring; no record lies across two sectors.
static uint32_t behind(const struct tn_area *a, uint32_t place) {
    struct tn_sector sector = {0, 0};
    uint32_t size = place_size(a);

    tn_area_sector(a, place, &sector);
    place += size;
    if (place + size > sector.off + sector.size) {
        place = sector.off + sector.size;
    }
    return place < a->size ? place : 0;
}

void tn_log_open(struct tn_log *l, const struct tn_area *area) {
    struct tn_record r;
    uint32_t place = 0;

    memset(l, 0, sizeof(*l));
    l->area = area;
    if (!area) {
        return;
    }
    do {
        if (!get(area, place, &r) && r.seq > l->last.seq) {
            l->last = r;
            l->place = place;
        }
        place = behind(area, place);
    } while (place);
}

// Makes the next place fit to be written: one behind what was torn, or the first one of a sector
// that is erased for it. ret_place: which one.
static int make_room(const struct tn_log *l, uint32_t *ret_place) {
    const struct tn_area *a = l->area;
    uint32_t place = l->last.seq ? behind(a, l->place) : 0;
    struct tn_sector sector;
    int rc = tn_area_sector(a, place, &sector);

    while (!rc && place != sector.off && !tn_area_is_erased(a, place, place_size(a))) {
        place = behind(a, place);
        rc = tn_area_sector(a, place, &sector);
    }
    *ret_place = place;
    if (rc || place != sector.off) {
        return rc;
    }
    while ((rc = tn_area_erase(a, place, &sector)) == TN_MORE) {
    }
    return rc;
}

int tn_log_add(struct tn_log *l, const struct tn_record *r) {
    struct tn_record now = *r;
    struct tn_record read_back;
    uint32_t place;

    if (!l->area) {
        return TN_ENOSPC;
    }
    now.seq = l->last.seq + 1;
    now.counter = tn_max(r->counter, l->last.counter);
    int err = make_room(l, &place);
    if (!err) {
        err = put(l->area, place, &now);
    }
    if (err) {
        return err;
    }
    if (get(l->area, place, &read_back) || read_back.seq != now.seq) {
        return TN_EIO;
    }
    l->last = now;
    l->place = place;
    return 0;
}

uint32_t tn_log_room(const struct tn_log *l) {
    uint32_t n = 0;

    for (uint32_t place = 0; l->area && (place || !n); n++) {
        place = behind(l->area, place);
    }
    return n;
}

int tn_log_get(const struct tn_log *l, uint32_t nth, struct tn_record *ret) {
    uint32_t want = l->last.seq - nth;
    struct tn_record r;
    uint32_t place = 0;

    if (nth >= l->last.seq) {
        return TN_ENOENT;
    }
    do {
        if (!get(l->area, place, &r) && r.seq == want) {
            *ret = r;
            return 0;
        }
        place = behind(l->area, place);
    } while (place);
    return TN_ENOENT;
}
