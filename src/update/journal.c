// SPDX-License-Identifier: Apache-2.0
// The caller's bytes of a record of the ring (flash/ring.h): place | 0; then off (4) | len (4) |
// sha (12). off: bytes of the file that are in flash for good, up to the end of a sector. len is 0
// after an upload's end.
//
// A record is written after the sector that it reports, so it is never ahead of the flash. What
// lies behind that sector may be half-written or half-erased: an upload that continues erases the
// sector at off first, whatever it holds. The slot may have been erased or swapped meanwhile, so
// the first bytes of the file are compared with those in the slot.
#include "update/journal.h"

#include <string.h>

#include "base/err.h"

enum {
    MAGIC = 0x70,
    FORMAT = 1,
    AT_PLACE = TN_RING_SMALL_AT,
    AT_OFF = TN_RING_AT,
    AT_LEN = AT_OFF + 4,
    AT_SHA = AT_LEN + 4,
    SHA_KEPT = 12,
};

enum stage {
    CLOSED,   // no upload is recorded
    RETURNS,  // an upload continues: the sector at off must be erased
    OPEN,
    FAILED,  // the journal cannot be written: this upload is no longer recorded
};

// Records that off bytes are in flash; len 0: that the upload has ended.
static int put(struct tn_journal *j, const struct tn_update *u, uint32_t len) {
    uint8_t raw[TN_RING_RECORD] = {0};

    raw[AT_PLACE] = u->job.place;
    tn_put_le32(raw + AT_OFF, j->off);
    tn_put_le32(raw + AT_LEN, len);
    memcpy(raw + AT_SHA, u->sha, SHA_KEPT);
    return tn_ring_add(&j->ring, raw);
}

// True if the first bytes that were received are those in the slot.
static bool is_begun(const struct tn_update *u) {
    uint8_t there[64];

    for (uint32_t off = 0; off < u->job.fill; off += (uint32_t)sizeof(there)) {
        uint32_t n = tn_min(sizeof(there), u->job.fill - off);
        if (tn_area_read(u->at.src.area, u->at.src.off + off, there, n) ||
                memcmp(there, u->buf + off, n) != 0) {
            return false;
        }
    }
    return u->job.fill != 0;
}

// How many bytes of this upload are in flash from before a reset; 0 if none.
static uint32_t left_by(const struct tn_journal *j, const struct tn_update *u) {
    uint8_t raw[TN_RING_RECORD];
    uint32_t off;

    if (tn_ring_get(&j->ring, 0, raw) || raw[AT_PLACE] != u->job.place ||
            tn_get_le32(raw + AT_LEN) != u->job.len ||
            memcmp(raw + AT_SHA, u->sha, SHA_KEPT) != 0) {
        return 0;
    }
    off = tn_get_le32(raw + AT_OFF);
    return off < u->job.len && is_begun(u) ? off : 0;
}

static void watch(struct tn_journal *j, struct tn_update *u, uint32_t off) {
    struct tn_sector s;
    int err = tn_area_sector(u->at.src.area, u->at.src.off + off, &s);

    j->off = off;
    j->stage = err ? FAILED : OPEN;
    u->job.noted = err ? 0 : s.off + s.size - u->at.src.off;
}

static int note_at(struct tn_journal *j, struct tn_update *u, uint32_t off) {
    watch(j, u, off);
    if (j->stage == FAILED || put(j, u, u->job.len)) {
        j->stage = FAILED;
        u->job.noted = 0;
    }
    return TN_MORE;
}

// The first chunk has been received, and nothing of the image has been erased.
static int begin(struct tn_journal *j, struct tn_update *u) {
    j->off = left_by(j, u);
    if (!j->off) {
        return note_at(j, u, 0);
    }
    // If no record can be written now, the end of a failed upload could not be recorded either: the
    // upload would continue from here again and again. So it starts at 0.
    j->stage = put(j, u, u->job.len) ? FAILED : RETURNS;
    return TN_MORE;
}

static int go_on(struct tn_journal *j, struct tn_update *u) {
    struct tn_sector s;
    int rc = tn_area_erase(u->at.src.area, u->at.src.off + j->off, &s);

    if (rc == TN_MORE) {
        return TN_MORE;
    }
    if (rc) {
        j->stage = FAILED;  // the upload starts at 0, and meets the same flash error
        return TN_MORE;
    }
    tn_update_go_on(u, j->off, s.off + s.size);
    watch(j, u, j->off);
    return TN_MORE;
}

static int end(struct tn_journal *j, const struct tn_update *u) {
    bool was_open = j->stage == OPEN;

    j->stage = CLOSED;
    return was_open && !put(j, u, 0) ? TN_MORE : 0;
}

static int note(struct tn_update *u) {
    struct tn_journal *j = u->journal;

    if (!tn_update_is_receiving(u) || !u->job.has_sha || u->job.flushed == u->job.len) {
        return end(j, u);
    }
    switch ((enum stage)j->stage) {
    case CLOSED:
        return u->job.flushed ? 0 : begin(j, u);
    case RETURNS:
        return go_on(j, u);
    case OPEN:
        return u->job.flushed < u->job.noted ? 0 : note_at(j, u, u->job.noted);
    default:
        return 0;
    }
}

void tn_journal_keep(struct tn_journal *j, struct tn_update *u, const struct tn_area *area) {
    uint8_t raw[TN_RING_RECORD];

    j->stage = CLOSED;
    tn_ring_open(&j->ring, area, MAGIC, TN_RING_KIND(FORMAT, u->slots->image), raw);
    u->journal = j;
    u->note = area ? note : NULL;
}
