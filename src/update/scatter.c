// SPDX-License-Identifier: Apache-2.0
// LOOK: is the running image genuine? LOOK_SPARE: else, is the one in the spare slot? READY: waits
// for the first piece. CLEAR: erases the spare slot, its trailer first. RECEIVE: writes pieces.
// INSTALL: verifies and requests.
#include "update/scatter.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum stage {
    IDLE,
    LOOK,
    LOOK_SPARE,
    READY,
    CLEAR,
    RECEIVE,
    INSTALL,
};

static void abort_with(struct tn_scatter *s, enum stage stage) {
    s->count = s->left = 0;
    s->is_checked = false;
    s->stage = (uint8_t)stage;
}

void tn_scatter_abort(struct tn_scatter *s) {
    abort_with(s, IDLE);
}

static int fail(struct tn_scatter *s, int err) {
    tn_scatter_abort(s);
    return err;
}

static void verify(
        struct tn_scatter *s, enum tn_place place, enum tn_swap_type type, enum stage stage) {
    tn_update_mark(s->update, place, type);
    s->job = tn_update_job(s->update);
    s->stage = (uint8_t)stage;
}

int tn_scatter_begin(struct tn_scatter *s, uint32_t count) {
    const struct tn_slots *slots = s->update->slots;
    uint32_t most = tn_slots_max_image(slots);

    tn_scatter_abort(s);
    if (slots->area[TN_SECONDARY].flash->prog_unit > TN_SCATTER_PIECE) {
        return TN_ENOTSUP;
    }
    if (!count || count > s->seen_size * 8 || (count - 1) * TN_SCATTER_PIECE >= most) {
        return TN_ESIZE;
    }
    if (tn_boot_pending(slots) == TN_SWAP_REVERT) {
        return TN_ENOSLOT;
    }
    memset(s->seen, 0, s->seen_size);
    s->count = s->left = count;
    verify(s, TN_RUNNING, TN_SWAP_NONE, LOOK);
    return 0;
}

// The checks of an upload's first chunk: 0, or why the image cannot be installed.
static int check_header(struct tn_scatter *s, const uint8_t *piece) {
    struct tn_update *u = s->update;
    uint32_t len = s->count * TN_SCATTER_PIECE;
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    int err = tn_image_hdr_get(&hdr, piece);

    tn_slots_source(u->slots, TN_CANDIDATE, &src);
    err = err ? err : tn_image_check(&src, &hdr);
    if (!err && tn_image_hashed_len(&hdr) + TN_TLV_INFO_LEN > len) {
        err = TN_EHEADER;  // the file ends before its image does
    }
    if (!err && u->slots->layout->check) {
        err = u->slots->layout->check(u->slots, &hdr, tn_min(len, src.limit));
    }
    if (!err && u->admit) {
        u->job.running = s->is_genuine ? TN_GENUINE : 0;
        err = u->admit(u, &hdr);
    }
    s->is_checked = !err;
    return err;
}

// Writes a piece without the erased bytes at its end, which are there already.
static int program(struct tn_scatter *s, uint32_t number, const uint8_t *piece) {
    struct tn_image_src src;
    uint32_t off = number * TN_SCATTER_PIECE;
    uint32_t n = TN_SCATTER_PIECE;

    tn_slots_source(s->update->slots, TN_CANDIDATE, &src);
    const struct tn_flash *f = src.area->flash;
    while (n && piece[n - 1] == f->erased) {
        n--;
    }
    n = tn_round_up(n, f->prog_unit);
    if (off + n > src.limit) {
        return TN_ESIZE;
    }
    return n ? tn_area_prog(src.area, src.off + off, piece, n) : 0;
}

static bool is_equal(const struct tn_scatter *s, uint32_t number, const uint8_t *piece) {
    uint8_t there[64];
    struct tn_image_src src;
    bool same = true;

    tn_slots_source(s->update->slots, TN_CANDIDATE, &src);
    for (uint32_t at = 0; at < TN_SCATTER_PIECE && same; at += (uint32_t)sizeof(there)) {
        uint32_t n = tn_min(sizeof(there), TN_SCATTER_PIECE - at);
        same = !tn_area_read(src.area, src.off + number * TN_SCATTER_PIECE + at, there, n) &&
                !memcmp(there, piece + at, n);
    }
    return same;
}

static int receive(struct tn_scatter *s, uint32_t number, const uint8_t *piece) {
    uint8_t bit = (uint8_t)(1u << (number & 7));
    uint8_t *seen = &s->seen[number >> 3];

    if (*seen & bit) {
        return is_equal(s, number, piece) ? 1 : TN_ECORRUPT;
    }
    int err = number || s->is_checked ? 0 : check_header(s, piece);
    err = err ? err : program(s, number, piece);
    if (err) {
        return fail(s, err);
    }
    *seen |= bit;
    s->left--;
    return 1;
}

int tn_scatter_write(struct tn_scatter *s, uint32_t number, const uint8_t *piece) {
    struct tn_update *u = s->update;

    if (number >= s->count) {
        return fail(s, TN_EINVAL);
    }
    if (tn_update_job(u) != s->job) {
        return fail(s, TN_EBUSY);
    }
    if (s->stage == RECEIVE) {
        return receive(s, number, piece);
    }
    if (s->stage == READY) {
        int err = number ? 0 : check_header(s, piece);
        err = err ? err : tn_update_erase(u, TN_SECONDARY);
        if (err) {
            return fail(s, err);
        }
        s->job = tn_update_job(u);
        s->stage = CLEAR;
    }
    return 0;
}

// A job of the update has ended. Returns TN_MORE, 0, or an error.
static int ended(struct tn_scatter *s, int err) {
    switch (s->stage) {
    case LOOK:
        s->is_genuine = !err;
        if (!err) {
            s->stage = READY;
        } else {
            verify(s, TN_CANDIDATE, TN_SWAP_NONE, LOOK_SPARE);
        }
        return TN_MORE;
    case LOOK_SPARE:
        s->stage = READY;
        return err ? TN_MORE : TN_EPENDING;
    case CLEAR:
        s->stage = RECEIVE;
        return err;
    case INSTALL:
        abort_with(s, IDLE);
        return err;
    default:
        return 0;
    }
}

int tn_scatter_step(struct tn_scatter *s) {
    struct tn_update *u = s->update;

    if (s->stage == IDLE || s->stage == READY) {
        return 0;
    }
    if (tn_update_job(u) != s->job) {
        return fail(s, TN_EBUSY);
    }
    tn_update_step(u);
    if (tn_update_is_busy(u)) {
        return TN_MORE;
    }
    int rc = ended(s, tn_update_take_error(u));
    return rc < 0 ? fail(s, rc) : rc;
}

int tn_scatter_install(struct tn_scatter *s, enum tn_swap_type type) {
    struct tn_update *u = s->update;
    int err = tn_scatter_is_whole(s) && s->stage == RECEIVE ? 0 : TN_ESTATE;

    if (!err && tn_update_job(u) != s->job) {
        err = TN_EBUSY;
    }
    if (!err && u->admit) {  // what lies behind the image: its security counter
        tn_slots_source(u->slots, TN_CANDIDATE, &u->at.src);
        err = u->admit(u, NULL);
    }
    if (err) {
        return fail(s, err);
    }
    verify(s, TN_CANDIDATE, s->is_genuine ? type : TN_SWAP_PERM, INSTALL);
    return 0;
}
