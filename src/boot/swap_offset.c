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

enum phase {
    MARK_ERASE,  // revert only: the spare slot's trailer says that a revert begins
    MARK_DONE,
    MARK_INFO,
    MARK_SIZE,
    MARK_TLVS,
    MARK_MAGIC,
    PRI_ERASE,  // the primary's trailer says what is done
    PRI_INFO,
    PRI_SIZE,
    PRI_TLVS,
    PRI_MAGIC,
    SEC_ERASE,  // the request is taken
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

static uint32_t max_image(const struct tn_slots *s) {
    uint32_t sector = sector_size(s);
    uint32_t trailer = tn_round_up(tn_trailer_size(s), sector);
    uint32_t space = tn_min(s->area[TN_PRIMARY].size, s->area[TN_SECONDARY].size - sector);

    return space > trailer ? space - trailer : 0;
}

// ---- Sizes -----------------------------------------------------------------------------

// Length of the image whose header lies at off, up to its unprotected TLVs; 0 if there is none.
static uint32_t image_len(const struct tn_slots *s, enum tn_slot slot, uint32_t off,
        uint32_t *ret_tlvs) {
    struct tn_image_src src = {.area = &s->area[slot], .off = off,
            .limit = tn_trailer_off(s, slot) - off};
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;

    if (tn_image_open(&src, &hdr)) {
        return 0;
    }
    if (ret_tlvs) {
        if (tn_tlv_begin(&tlvs, &src, &hdr)) {
            return 0;
        }
        *ret_tlvs = tlvs.end - tlvs.unprotected;
    }
    return tn_image_hashed_len(&hdr);
}

static void set_sizes(struct tn_swap *w, const struct tn_slots *s, uint32_t leaves,
        uint32_t comes) {
    uint32_t sector = sector_size(s);

    w->swap_size = tn_max(leaves, comes);
    w->sectors = tn_round_up(w->swap_size, sector) / sector;
    w->used[0] = tn_round_up(leaves, sector) / sector;
    w->used[1] = tn_round_up(comes, sector) / sector;
}

static bool is_revert(const struct tn_swap *w) {
    return w->plan.type == TN_SWAP_REVERT;
}

// The mark stands, by an earlier run or by request. To write it anew would take away the only
// sign of the revert, if the primary's trailer is erased already.
static bool is_marked(const struct tn_slots *s) {
    struct tn_trailer sec;

    tn_trailer_read(s, TN_SECONDARY, &sec);
    return sec.magic == TN_MAGIC_GOOD;
}

// A swap that begins: both images are where they were.
static int begin_anew(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t tlvs[2] = {0, 0};
    uint32_t leaves = image_len(s, TN_PRIMARY, 0, &tlvs[0]);
    uint32_t comes = image_len(s, TN_SECONDARY, is_revert(w) ? 0 : sector_size(s), &tlvs[1]);

    w->tlv_sizes = tlvs[0] | tlvs[1] << 16;
    w->phase = is_revert(w) && !is_marked(s) ? MARK_ERASE : PRI_ERASE;
    set_sizes(w, s, leaves ? leaves + tlvs[0] : 0, comes + tlvs[1]);
    return w->sectors && w->swap_size <= tn_slots_max_image(s) ? 0 : TN_ESIZE;
}

// A swap that goes on: the number of records tells where each header lies now.
static int begin_again(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t sector = sector_size(s);
    uint32_t size;
    int err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_SWAP_SIZE, &size);

    if (!err) {
        err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_TLV_SIZES, &w->tlv_sizes);
    }
    if (err || size > tn_slots_max_image(s)) {
        return err ? err : TN_ESIZE;
    }
    uint32_t total = 2 * (tn_round_up(size, sector) / sector);
    w->record = tn_trailer_records(s, total);
    uint32_t leaves;
    uint32_t comes;
    if (is_revert(w)) {
        // The image that leaves has moved one sector up when the last pair has its first record.
        bool up = w->record + 1 >= total;
        leaves = image_len(s, up ? TN_SECONDARY : TN_PRIMARY, up ? sector : 0, NULL);
        comes = image_len(s, TN_SECONDARY, 0, NULL);
        if (w->record == total) {
            comes = image_len(s, TN_PRIMARY, 0, NULL);
        }
    } else {
        leaves = image_len(s, w->record ? TN_SECONDARY : TN_PRIMARY, 0, NULL);
        bool there = w->record >= 2;
        comes = image_len(s, there ? TN_PRIMARY : TN_SECONDARY, there ? 0 : sector, NULL);
    }
    set_sizes(w, s, leaves ? leaves + (w->tlv_sizes & 0xffff) : 0,
            comes ? comes + (w->tlv_sizes >> 16) : 0);
    // What the trailer says is what the records were counted by.
    w->swap_size = size;
    w->sectors = total / 2;
    w->fresh = true;
    w->phase = w->record ? SECTORS : SEC_ERASE;
    return 0;
}

static int begin(struct tn_boot *b) {
    return b->swap.plan.resume ? begin_again(&b->swap, b->slots) : begin_anew(&b->swap, b->slots);
}

// ---- Sectors ---------------------------------------------------------------------------

// One copy of a sector: what the record of this number stands for.
struct move {
    enum tn_slot from;
    enum tn_slot to;
    uint32_t from_off;
    uint32_t to_off;
    bool needed;
};

static void get_move(const struct tn_swap *w, uint32_t sector, struct move *ret) {
    bool back = is_revert(w);
    bool out = w->record % 2 == 0;  // out of the primary slot, or into it
    uint32_t i = w->record / 2;
    if (back) {
        i = w->sectors - 1 - i;
    }
    // MCUboot copies one sector more than an image has, where the other one has it.
    ret->needed = w->used[!out] && i <= w->used[!out];
    ret->from = out ? TN_PRIMARY : TN_SECONDARY;
    ret->to = out ? TN_SECONDARY : TN_PRIMARY;
    ret->from_off = (i + (!out && !back)) * sector;
    ret->to_off = (i + (out && back)) * sector;
}

// Copies the next piece; erased bytes need no writing.
static int copy_piece(const struct tn_slots *s, const struct move *m, uint32_t pos, uint32_t len) {
    uint8_t buf[CHUNK];
    uint8_t blank = s->area[m->to].flash->erased;
    int err = tn_area_read(&s->area[m->from], m->from_off + pos, buf, len);
    uint32_t i = 0;

    while (!err && i < len && buf[i] == blank) {
        i++;
    }
    return err || i == len ? err : tn_area_prog(&s->area[m->to], m->to_off + pos, buf, len);
}

// One step of the current sector. 0 when its record is written.
static int sector_step(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t sector = sector_size(s);
    struct move m;
    int rc = 0;

    get_move(w, sector, &m);
    const struct tn_area *from = &s->area[m.from];
    const struct tn_area *to = &s->area[m.to];
    switch ((enum part)w->part) {
    case ERASE:
        if (!m.needed || (!w->fresh && tn_area_is_equal(from, m.from_off, to, m.to_off, sector))) {
            w->part = RECORD;
            return TN_MORE;
        }
        rc = tn_area_erase(to, m.to_off);
        w->part = rc ? ERASE : COPY;
        w->pos = 0;
        break;
    case COPY:
        rc = copy_piece(s, &m, w->pos, tn_min(sector - w->pos, CHUNK));
        w->pos += CHUNK;
        w->part = w->pos < sector ? COPY : CHECK;
        break;
    case CHECK:
        rc = tn_area_is_equal(from, m.from_off, to, m.to_off, sector) ? 0 : TN_EIO;
        w->part = RECORD;
        break;
    case RECORD:
        w->part = ERASE;
        w->fresh = false;
        rc = tn_trailer_put_record(s, w->record, (uint8_t)(1 + w->record % 2));
        w->record++;
        return rc;
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

// Does one thing of the phase that w is in. 0: the phase is over.
static int phase_step(struct tn_swap *w, const struct tn_slots *s) {
    enum tn_slot slot = w->phase < PRI_ERASE || w->phase >= SEC_ERASE ? TN_SECONDARY : TN_PRIMARY;

    switch ((enum phase)w->phase) {
    case MARK_ERASE:
    case PRI_ERASE:
    case SEC_ERASE:
    case CLEAN_TRAILER:
        return tn_trailer_erase(s, slot, &w->pos);
    case MARK_DONE:
        return tn_trailer_put(s, slot, TN_CELL_COPY_DONE, 1);
    case MARK_INFO:
    case PRI_INFO:
        return tn_trailer_put(s, slot, TN_CELL_SWAP_INFO, (uint32_t)w->plan.type);
    case MARK_SIZE:
    case PRI_SIZE:
        return tn_trailer_put(s, slot, TN_CELL_SWAP_SIZE, w->swap_size);
    case MARK_TLVS:
    case PRI_TLVS:
        return tn_trailer_put(s, slot, TN_CELL_TLV_SIZES, w->tlv_sizes);
    case MARK_MAGIC:
    case PRI_MAGIC:
        return tn_trailer_put_magic(s, slot);
    case SECTORS:
        if (w->record < 2 * w->sectors) {
            int rc = sector_step(w, s);
            return rc < 0 ? rc : TN_MORE;
        }
        return 0;
    case CLEAN_FIRST:
        return tn_area_erase(&s->area[slot], 0);
    case SET_OK:
        return w->plan.type == TN_SWAP_TEST ? 0 : set_flag(s, TN_CELL_IMAGE_OK);
    case SET_DONE:
        return set_flag(s, TN_CELL_COPY_DONE);
    }
    return TN_EINVAL;
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
