// SPDX-License-Identifier: Apache-2.0
#include "flash/ring.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"

enum {
    AT_KIND = 1,
    AT_SEQ = 4,
    AT_CRC = TN_RING_RECORD - 4,
};

static uint32_t place_size(const struct tn_area *a) {
    return tn_round_up(TN_RING_RECORD, a->flash->prog_unit);
}

// Reads the record in this place to ret. Returns its number; 0 if there is none.
static uint32_t get(const struct tn_ring *r, uint32_t place, uint8_t *ret) {
    int err = tn_area_read(r->area, place, ret, TN_RING_RECORD);

    if (err || ret[0] != r->magic || tn_get_le32(ret + AT_CRC) != tn_crc32(0, ret, AT_CRC)) {
        return 0;
    }
    return tn_get_le32(ret + AT_SEQ);
}

// The next place in the ring. No record crosses a sector boundary.
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

void tn_ring_open(
        struct tn_ring *r, const struct tn_area *area, uint8_t magic, uint8_t kind, uint8_t *ret) {
    uint8_t record[TN_RING_RECORD];
    uint32_t newest = 0;  // of this kind
    uint32_t place = 0;

    memset(r, 0, sizeof(*r));
    memset(ret, 0, TN_RING_RECORD);
    r->area = area;
    r->magic = magic;
    r->kind = kind;
    if (!area) {
        return;
    }
    do {
        uint32_t seq = get(r, place, record);
        if (seq > r->seq) {
            r->seq = seq;
            r->place = place;
        }
        if (seq > newest && record[AT_KIND] == kind) {
            newest = seq;
            memcpy(ret, record, TN_RING_RECORD);
        }
        place = behind(area, place);
    } while (place);
}

// Finds the next place and makes it writable: skips torn records, and erases a sector before its
// first place is used. ret_place: the place.
static int make_room(const struct tn_ring *r, uint32_t *ret_place) {
    const struct tn_area *a = r->area;
    uint32_t place = r->seq ? behind(a, r->place) : 0;
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

int tn_ring_add(struct tn_ring *r, uint8_t *record) {
    uint8_t read_back[TN_RING_RECORD];
    uint32_t seq = r->seq + 1;
    uint32_t place;

    if (!r->area || !seq) {  // only a forged record can have the last number
        return TN_ENOSPC;
    }
    record[0] = r->magic;
    record[AT_KIND] = r->kind;
    tn_put_le32(record + AT_SEQ, seq);
    tn_put_le32(record + AT_CRC, tn_crc32(0, record, AT_CRC));
    int err = make_room(r, &place);
    if (!err) {
        err = tn_area_put(r->area, place, record, TN_RING_RECORD);
    }
    if (err) {
        return err;
    }
    if (get(r, place, read_back) != seq) {
        return TN_EIO;
    }
    r->seq = seq;
    r->place = place;
    return 0;
}

uint32_t tn_ring_room(const struct tn_ring *r) {
    uint32_t n = 0;

    for (uint32_t place = 0; r->area && (place || !n); n++) {
        place = behind(r->area, place);
    }
    return n;
}

int tn_ring_get(const struct tn_ring *r, uint32_t nth, uint8_t *ret) {
    uint32_t place = 0;

    if (nth >= r->seq) {
        return TN_ENOENT;
    }
    do {
        if (get(r, place, ret) == r->seq - nth) {
            return ret[AT_KIND] == r->kind ? 0 : TN_ENOTSUP;
        }
        place = behind(r->area, place);
    } while (place);
    return TN_ENOENT;
}
