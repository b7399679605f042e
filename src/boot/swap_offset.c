// SPDX-License-Identifier: Apache-2.0
// Swap using offset, as MCUboot does it: 2N erases, 2N sector copies, no scratch area.
//
// A new image lies one sector into the spare slot, so that there is always one sector to
// spare. Upgrade, from the bottom: P[i] -> S[i], then S[i+1] -> P[i]. Revert, from the top:
// P[i] -> S[i+1], then S[i] -> P[i]. Behind each copy one status record is written, so that
// the number of records tells where to go on. i ends at N, the sectors of the larger image.
//
// Order of what makes it safe: the primary's trailer is complete (magic last) before the
// request in the spare slot is erased, and only then does data move. A revert first marks
// itself in the spare slot, since the only sign of it so far is in the primary's trailer.
// Source: reference mcuboot.md section 2; places of every write by the dumps of a real MCUboot.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/boot.h"

enum {
    CHUNK = 256,  // bytes of a sector that one step copies
};

// A trailer that announces the swap is written in these steps, the magic last.
enum announce {
    ANNOUNCE_ERASE,
    ANNOUNCE_DONE,  // only where it marks a revert
    ANNOUNCE_INFO,
    ANNOUNCE_SIZE,
    ANNOUNCE_TLVS,
    ANNOUNCE_MAGIC,
    ANNOUNCE_STEPS,
};

enum phase {
    MARK = 0,                   // revert only: the spare slot's trailer says that it begins
    PRIMARY = ANNOUNCE_STEPS,   // the primary's trailer says what is done
    TAKE = 2 * ANNOUNCE_STEPS,  // the request in the spare slot is erased
    SECTORS,
    CLEAN_FIRST,  // revert only: what lies in the spare slot's first sector is no image
    CLEAN_TRAILER,
    SET_OK,  // unless it is a test
    SET_DONE,
};

// What happens to a sector, one thing a step.
enum part {
    ERASE,
    COPY,
    CHECK,
    RECORD,
};

static uint32_t sector_size(const struct tn_slots *s) {
    struct tn_sector first = {0, 1};

    tn_area_sector(&s->area[TN_PRIMARY], 0, &first);
    return first.size;
}

static uint32_t candidate_off(const struct tn_slots *s) {
    return sector_size(s);
}

static uint32_t previous_off(const struct tn_slots *s) {
    (void)s;
    return 0;
}

// Up to the sector in which the trailer begins; in the spare slot one sector less.
static uint32_t max_image(const struct tn_slots *s) {
    struct tn_sector pri;
    struct tn_sector sec;

    if (tn_area_sector(&s->area[TN_PRIMARY], tn_trailer_off(s, TN_PRIMARY), &pri) ||
            tn_area_sector(&s->area[TN_SECONDARY], tn_trailer_off(s, TN_SECONDARY), &sec)) {
        return 0;
    }
    return sec.off ? tn_min(pri.off, sec.off - sec.size) : 0;
}

// ---- Beginning, and beginning again ------------------------------------------------------

static bool is_revert(const struct tn_swap *w) {
    return w->plan.type == TN_SWAP_REVERT;
}

// Sectors that hold len bytes.
static uint32_t sectors_of(uint32_t len, uint32_t sector) {
    uint32_t n = 0;

    while (n * sector < len) {
        n++;
    }
    return n;
}

// Length of the image that leaves the primary slot (nth 0) or that comes (1), its TLVs included;
// 0 if there is none. The length of its unprotected TLVs is read where they lie behind the image;
// in a swap that is resumed they may have moved elsewhere, and it is known.
static uint32_t image_len(struct tn_swap *w, const struct tn_slots *s, uint32_t nth) {
    // The headers move with the first sectors: an upgrade begins with them, a revert ends so.
    uint32_t first = is_revert(w) ? 2 * w->sectors - 2 : 0;
    bool moved = w->plan.resume && w->record > first + nth;
    struct tn_image_src src = {.area = &s->area[nth ^ moved]};
    struct tn_image_hdr hdr;
    struct tn_tlvs t;

    // In the spare slot an image lies one sector in before an upgrade and after a revert's move.
    if (src.area != s->area && is_revert(w) != nth) {
        src.off = w->sector;
    }
    src.limit = tn_trailer_off(s, (enum tn_slot)(nth ^ moved)) - src.off;
    if (tn_image_open(&src, &hdr)) {
        return 0;
    }
    if (!w->plan.resume) {
        if (tn_tlv_begin(&t, &src, &hdr)) {
            return 0;
        }
        w->tlvs[nth] = t.end - t.unprotected;
    }
    return tn_image_hashed_len(&hdr) + w->tlvs[nth];
}

// Takes up a swap by what the primary's trailer says of it.
static int read_state(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t tlv_sizes;
    int err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_SWAP_SIZE, &w->swap_size);

    if (!err) {
        err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_TLV_SIZES, &tlv_sizes);
    }
    if (err || w->swap_size > max_image(s)) {
        return err ? err : TN_ESIZE;
    }
    w->tlvs[0] = tlv_sizes & 0xffff;
    w->tlvs[1] = tlv_sizes >> 16;
    w->sectors = sectors_of(w->swap_size, w->sector);
    w->record = tn_trailer_records(s, 2 * w->sectors);
    w->fresh = true;
    w->phase = w->record ? SECTORS : TAKE;
    return 0;
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    struct tn_trailer sec;
    uint32_t size = 0;

    w->sector = sector_size(s);
    if (w->plan.resume) {
        int err = read_state(w, s);
        if (err) {
            return err;
        }
    }
    for (uint32_t nth = 0; nth < 2; nth++) {
        uint32_t len = image_len(w, s, nth);
        w->used[nth] = sectors_of(len, w->sector);
        size = tn_max(size, len);
    }
    if (w->plan.resume) {
        return 0;
    }
    w->swap_size = size;
    w->sectors = sectors_of(size, w->sector);
    // A mark that stands, by an earlier run or by request, is not written anew: that would take
    // away the only sign of the revert, if the primary's trailer is erased already.
    tn_trailer_read(s, TN_SECONDARY, &sec);
    w->phase = is_revert(w) && sec.magic != TN_MAGIC_GOOD ? MARK : PRIMARY;
    return w->swap_size <= max_image(s) ? 0 : TN_ESIZE;
}

// ---- Sectors ---------------------------------------------------------------------------

// One copy of a sector: what the record of this number stands for.
struct move {
    const struct tn_area *from;
    const struct tn_area *to;
    uint32_t from_off;
    uint32_t to_off;
};

// False if nothing is to be moved.
static bool get_move(const struct tn_swap *w, const struct tn_slots *s, struct move *ret) {
    uint32_t in = w->record % 2;  // into the primary slot, or out of it
    uint32_t i = w->record / 2;

    if (is_revert(w)) {
        i = w->sectors - 1 - i;
    }
    // In the spare slot, what leaves in a revert and what comes in an upgrade lies one sector in.
    uint32_t here = i * w->sector;
    uint32_t there = in == is_revert(w) ? here : here + w->sector;
    ret->from = &s->area[in];
    ret->to = &s->area[!in];
    ret->from_off = in ? there : here;
    ret->to_off = in ? here : there;
    // MCUboot copies one sector more than an image has, where the other one has it.
    return w->used[in] && i <= w->used[in];
}

static bool is_copied(const struct move *m, uint32_t len) {
    return tn_area_is_equal(m->from, m->from_off, m->to, m->to_off, len);
}

// Copies the next piece; erased bytes need no writing.
static int copy_piece(const struct move *m, uint32_t pos, uint32_t len) {
    uint8_t buf[CHUNK];
    int err = tn_area_read(m->from, m->from_off + pos, buf, len);
    uint32_t i = 0;

    while (!err && i < len && buf[i] == m->to->flash->erased) {
        i++;
    }
    return err || i == len ? err : tn_area_prog(m->to, m->to_off + pos, buf, len);
}

// One step of the current sector: always TN_MORE, or an error.
static int sector_step(struct tn_swap *w, const struct tn_slots *s) {
    struct move m;
    bool needed = get_move(w, s, &m);
    int rc = 0;

    switch ((enum part)w->part) {
    case ERASE:
        if (!needed || (!w->fresh && is_copied(&m, w->sector))) {
            w->part = RECORD;
            return TN_MORE;
        }
        rc = tn_area_erase(m.to, m.to_off);
        w->part = rc ? ERASE : COPY;
        w->pos = 0;
        break;
    case COPY:
        rc = copy_piece(&m, w->pos, tn_min(w->sector - w->pos, CHUNK));
        w->pos += CHUNK;
        w->part = w->pos < w->sector ? COPY : CHECK;
        break;
    case CHECK:
        rc = is_copied(&m, w->sector) ? 0 : TN_EIO;
        w->part = RECORD;
        break;
    case RECORD:
        w->part = ERASE;
        w->fresh = false;
        rc = tn_trailer_put_record(s, w->record, (uint8_t)(1 + w->record % 2));
        w->record++;
        break;
    }
    return rc ? rc : TN_MORE;
}

// ---- All of it -------------------------------------------------------------------------

// Sets a flag of the primary's trailer. One that is torn stays: it reads as set (TORN-*).
static int set_flag(const struct tn_slots *s, enum tn_cell cell) {
    struct tn_trailer t;

    tn_trailer_read(s, TN_PRIMARY, &t);
    uint8_t now = cell == TN_CELL_IMAGE_OK ? t.image_ok : t.copy_done;
    return now == TN_FLAG_UNSET ? tn_trailer_put(s, TN_PRIMARY, cell, 1) : 0;
}

static int announce(struct tn_swap *w, const struct tn_slots *s) {
    enum tn_slot slot = w->phase < PRIMARY ? TN_SECONDARY : TN_PRIMARY;

    switch (slot == TN_PRIMARY ? w->phase - PRIMARY : w->phase) {
    case ANNOUNCE_ERASE:
        return tn_trailer_erase(s, slot, &w->pos);
    case ANNOUNCE_DONE:
        return slot == TN_PRIMARY ? 0 : tn_trailer_put(s, slot, TN_CELL_COPY_DONE, 1);
    case ANNOUNCE_INFO:
        return tn_trailer_put(s, slot, TN_CELL_SWAP_INFO, (uint32_t)w->plan.type);
    case ANNOUNCE_SIZE:
        return tn_trailer_put(s, slot, TN_CELL_SWAP_SIZE, w->swap_size);
    case ANNOUNCE_TLVS:
        return tn_trailer_put(s, slot, TN_CELL_TLV_SIZES, w->tlvs[0] | w->tlvs[1] << 16);
    default:
        return tn_trailer_put_magic(s, slot);
    }
}

// Does one thing of the phase that w is in. 0: the phase is over.
static int phase_step(struct tn_swap *w, const struct tn_slots *s) {
    switch (w->phase) {
    case TAKE:
    case CLEAN_TRAILER:
        return tn_trailer_erase(s, TN_SECONDARY, &w->pos);
    case SECTORS:
        return w->record == 2 * w->sectors ? 0 : sector_step(w, s);
    case CLEAN_FIRST:
        return tn_area_erase(&s->area[TN_SECONDARY], 0);
    case SET_OK:
        return w->plan.type == TN_SWAP_TEST ? 0 : set_flag(s, TN_CELL_IMAGE_OK);
    case SET_DONE:
        return set_flag(s, TN_CELL_COPY_DONE);
    default:
        return announce(w, s);
    }
}

static int step(struct tn_boot *b) {
    struct tn_swap *w = &b->swap;
    int rc = phase_step(w, b->slots);

    if (rc) {
        return rc;
    }
    if (w->phase == SET_DONE) {
        return 0;
    }
    w->pos = 0;
    w->phase++;
    if (w->phase == CLEAN_FIRST && !is_revert(w)) {
        w->phase = SET_OK;
    }
    return TN_MORE;
}

const struct tn_strategy tn_swap_offset = {
        .mode = 9,
        .records = 2,
        .keeps_sizes = true,
        .marks_revert = true,
        .candidate_off = candidate_off,
        .previous_off = previous_off,
        .max_image = max_image,
        .begin = begin,
        .step = step,
};
