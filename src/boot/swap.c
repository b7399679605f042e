// SPDX-License-Identifier: Apache-2.0
// The order of what makes a swap safe: the primary's trailer is complete (magic last) before the
// request in the spare slot is erased, and only then does data move. A revert first marks itself
// in the spare slot, since the only sign of it so far is in the primary's trailer. Behind each
// copy a status record is written, so that the number of records tells where to go on.
// Source: doc/reference/mcuboot.md section 2; places of every write by the dumps of a real MCUboot.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/swap_priv.h"

enum {
    PIECE = 256,  // bytes that one step copies, at least: what is lost together
};

// Of a length that no flash has, which a trailer may say, there are none.
uint32_t tn_swap_sectors(uint32_t len, uint32_t sector) {
    int32_t left = (int32_t)len;
    uint32_t n = 0;

    for (; left > 0; left -= (int32_t)sector) {
        n++;
    }
    return n;
}

uint32_t tn_swap_image_len(const struct tn_slots *s, enum tn_place place) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_tlvs t;

    tn_slots_source(s, place, &src);
    return tn_image_open(&src, &hdr) || tn_tlv_begin(&t, &src, &hdr) ? 0 : t.end;
}

void tn_swap_look(struct tn_boot *b) {
    struct tn_boot_view *v = &b->view;

    tn_boot_look_trailers(b);
    if (v->pri.magic == TN_MAGIC_GOOD && !tn_swap_is_asked(&v->sec) &&
            v->pri.copy_done == TN_FLAG_UNSET) {
        v->under_way = v->pri.type;
        if (v->under_way != TN_SWAP_NONE) {
            v->moved = tn_trailer_has_record(b->slots, 0);
        }
    }
}

void tn_swap_resume(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;

    if (b->view.under_way == b->plan.type) {
        w->fresh = true;
        // A flag that turned in this boot may have told so: what was verified is not what moved.
        b->view.verdict[b->plan.place] = TN_UNKNOWN;
        while (tn_trailer_has_record(s, w->record)) {
            w->record++;
        }
        w->phase = w->record ? TN_SWAP_SECTORS : TN_SWAP_TAKE;
        return;
    }
    // A mark that stands, by an earlier run or by request, is not written anew: that would take
    // away the only sign of the revert, if the primary's trailer is erased already.
    if (b->plan.type != TN_SWAP_REVERT || b->view.sec.magic == TN_MAGIC_GOOD) {
        w->phase = TN_SWAP_ERASE;
    }
}

int tn_swap_announce(const struct tn_boot *b, enum tn_slot slot) {
    const struct tn_slots *s = b->slots;
    const struct tn_swap *w = &b->swap;
    int rc = 0;

    if (slot == TN_SECONDARY) {
        rc = tn_trailer_put(s, slot, s->layout->mark, 1);
    }
    if (!rc) {
        rc = tn_trailer_put(s, slot, TN_CELL_SWAP_INFO, (uint32_t)b->plan.type);
    }
    if (!rc) {
        rc = tn_trailer_put(s, slot, TN_CELL_SWAP_SIZE, w->swap_size);
    }
    if (!rc && s->layout->cells == TN_CELL_SWAP_SIZE) {
        rc = tn_trailer_put(s, slot, TN_CELL_TLV_SIZES, w->tlvs[0] | w->tlvs[1] << 16);
    }
    if (!rc && w->crypt) {
        rc = w->crypt->ops->announce(b, slot);
    }
    return rc ? rc : tn_trailer_put_magic(s, slot);
}

// Erases the last sector of what is to be written that is not erased yet.
static int erase_room(struct tn_swap *w, const struct tn_move *m) {
    struct tn_sector sector;
    int rc = tn_area_erase(m->to, m->to_off + m->room - w->pos - 1, &sector);

    if (!rc) {
        w->pos += sector.size;
    }
    return rc;
}

// Copies the next piece; erased bytes need no writing. What cannot be read is lost, and no reason
// to stop: it may belong to an image that is bad, or to none. A device that does not answer is a
// reason: nothing on it is lost.
static int copy_piece(struct tn_swap *w, const struct tn_move *m, uint32_t pos, uint32_t len) {
    uint8_t buf[TN_FLASH_UNIT_MAX];
    int err = tn_area_read(m->from, m->from_off + pos, buf, len);

    if (err) {
        w->lost = true;
        return err == TN_EIO ? 0 : err;
    }
    // Each byte is as the one before it, and the first is erased.
    if (buf[0] == m->to->flash->erased && memcmp(buf, buf + 1, len - 1) == 0) {
        return 0;
    }
    return tn_area_prog(m->to, m->to_off + pos, buf, len);
}

int tn_swap_copy(struct tn_swap *w, const struct tn_move *m) {
    bool ends = w->pos >= m->room + m->len;
    int rc;

    if (ends || (!w->pos && !w->fresh)) {
        bool copied = tn_area_is_equal(m->from, m->from_off, m->to, m->to_off, m->len);
        if (copied || ends) {
            w->pos = 0;
            return copied || w->lost ? 0 : TN_EIO;
        }
    }
    if (w->pos < m->room) {
        rc = erase_room(w, m);
    } else {
        uint32_t done = w->pos - m->room;  // bytes copied
        uint32_t piece = tn_max(PIECE, m->to->flash->prog_unit);
        rc = copy_piece(w, m, done, tn_min(m->len - done, piece));
        w->pos += piece;
    }
    return rc ? rc : TN_MORE;
}

// The next piece of what the current record stands for, or the record. 0: all records are there.
static int sector_step(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    struct tn_move m;

    if (w->record >= w->records) {  // more, by a trailer that nobody wrote so
        return 0;
    }
    bool moves = b->strategy->move(w, s, &m);
    if (w->crypt) {
        w->crypt->ops->through(w->crypt, &m);
    }
    int rc = moves ? tn_swap_copy(w, &m) : 0;
    if (rc) {
        return rc;
    }
    w->record++;
    w->fresh = false;
    rc = tn_trailer_put_record(s, m.record, m.value);
    return rc ? rc : TN_MORE;
}

// Does one thing of the phase that w is in. 0: the phase is over.
static int phase_step(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    struct tn_sector first;

    switch (w->phase) {
    case TN_SWAP_MARK:
        return tn_swap_announce(b, TN_SECONDARY);
    case TN_SWAP_ERASE:
        return tn_trailer_erase(s, TN_PRIMARY, &w->pos);
    case TN_SWAP_ANNOUNCE:
        return tn_swap_announce(b, TN_PRIMARY);
    case TN_SWAP_SECTORS:
        return sector_step(b);
    case TN_SWAP_CLEAN_FIRST:
        return tn_area_erase(&s->area[TN_SECONDARY], w->stays ? w->sector : 0, &first);
    case TN_SWAP_SET_OK:
        return b->plan.type == TN_SWAP_TEST ? 0
                                            : tn_trailer_put(s, TN_PRIMARY, TN_CELL_IMAGE_OK, 1);
    case TN_SWAP_SET_DONE:
        return tn_trailer_put(s, TN_PRIMARY, TN_CELL_COPY_DONE, 1);
    default:
        return tn_trailer_erase(s, TN_SECONDARY, &w->pos);
    }
}

// What came from another device is verified again: its bus is open to others, and it may have given
// other bytes than those that were verified.
void tn_swap_done(struct tn_boot *b) {
    const struct tn_area *a = b->slots->area;
    uint32_t came = b->view.verdict[b->plan.place];

    memset(b->view.verdict, 0, sizeof(b->view.verdict));
    b->view.swapped = true;
    if (!b->swap.lost && a[TN_PRIMARY].flash == a[TN_SECONDARY].flash) {
        b->view.verdict[TN_RUNNING] = came;
    }
}

int tn_swap_step(struct tn_boot *b) {
    struct tn_swap *w = &b->swap;
    int rc = phase_step(b);

    if (rc) {
        return rc;
    }
    if (w->phase == TN_SWAP_SET_DONE) {
        tn_swap_done(b);
        return 0;
    }
    w->phase++;
    if (w->phase == TN_SWAP_CLEAN_FIRST && !w->is_revert && !w->stays) {
        w->phase = TN_SWAP_SET_OK;
    }
    return TN_MORE;
}
