// SPDX-License-Identifier: Apache-2.0
// A job is a row of stages; each stage does one thing per step and names its successor.
//
// Upload: CHOOSE (only TO_FREE) - PROBE_RUNNING, PROBE_TARGET: are these bytes there already? -
// ERASE the trailer - ERASE what lies in front of a candidate, which is no image - DATA -
// CHECK: is it whole? - CHECK_SHA: is it the file that was announced? Nothing of the slot is
// touched before the first chunk has passed its checks.
#include "update/update.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    PIECE = 256,  // bytes that one step programs
};

enum stage {
    IDLE,
    CHOOSE,
    PROBE_RUNNING,
    PROBE_TARGET,
    ERASE,        // up to end, then what next says
    ERASE_FRONT,  // of a candidate
    DATA,
    CHECK,
    CHECK_SHA,
    FORGET,      // an upload that turned out wrong: its header goes
    ERASE_SLOT,  // all of it, behind its trailer
    MARK_VERIFY,
    MARK_WRITE,
    END,  // of a job that ends with an erase
};

static const struct tn_slots *slots_of(const struct tn_update *u) {
    return u->cfg->slots;
}

static int finish(struct tn_update *u, int error) {
    u->stage = IDLE;
    u->error = error;
    u->session = u->session && !error;
    return 0;
}

static int go(struct tn_update *u, enum stage next) {
    u->stage = (uint8_t)next;
    u->hashed = 0;
    tn_hash_begin(&u->hash, u->cfg->trust->hash);
    return TN_MORE;
}

static int go_erase(struct tn_update *u, uint32_t from, uint32_t end, enum stage next) {
    u->stage = ERASE;
    u->next = (uint8_t)next;
    u->erased = from;
    u->end = end;
    return TN_MORE;
}

// Checks the hash, and the signature if asked to.
static int go_verify(struct tn_update *u, bool sig, enum stage next) {
    u->stage = (uint8_t)next;
    tn_verify_begin(&u->verify, &u->src, u->cfg->trust, !sig);
    return TN_MORE;
}

// The trial's only way back lies in the spare slot.
static bool spare_is_needed(const struct tn_update *u) {
    return tn_boot_pending(slots_of(u)) == TN_SWAP_REVERT;
}

// Erases the sector at u->erased, unless it reads as erased.
static int erase_sector(struct tn_update *u) {
    const struct tn_area *a = u->src.area;
    struct tn_sector s;
    int rc = tn_area_sector(a, u->erased, &s);

    if (!rc && !tn_area_is_erased(a, s.off, s.size)) {
        rc = tn_area_erase(a, s.off);
    }
    if (rc) {
        return rc;
    }
    u->erased = s.off + s.size;
    return TN_MORE;
}

// Are the upload's bytes where src points? TN_MORE while that is not known, TN_LATER yes, 0 no.
static int probe(struct tn_update *u) {
    uint8_t buf[TN_VERIFY_STEP];

    if (!u->has_sha || u->len > u->src.limit) {
        return 0;
    }
    uint32_t n = tn_min(u->len - u->hashed, sizeof(buf));
    // The chunk at hand tells most images apart, without hashing all of them.
    if (tn_image_get(&u->src, u->hashed, buf, n) ||
            (u->hashed < u->fill &&
                    memcmp(buf, u->cfg->buf + u->hashed, tn_min(n, u->fill - u->hashed)))) {
        return 0;
    }
    tn_hash_add(&u->hash, buf, n);
    u->hashed += n;
    if (u->hashed < u->len) {
        return TN_MORE;
    }
    tn_hash_end(&u->hash, buf);
    return memcmp(buf, u->sha, TN_HASH_LEN) ? 0 : TN_LATER;
}

// All of the upload is there: nothing is to be done, or nothing any more.
static int finish_match(struct tn_update *u) {
    u->flushed = u->len;
    u->fill = 0;
    u->match = true;
    return finish(u, 0);
}

static int probe_step(struct tn_update *u) {
    int found = probe(u);

    if (found) {
        return found == TN_MORE ? TN_MORE : finish_match(u);
    }
    if (u->stage == PROBE_RUNNING) {
        tn_slots_source(slots_of(u), (enum tn_place)u->place, &u->src);
        return go(u, PROBE_TARGET);
    }
    return go_erase(u, tn_trailer_off(slots_of(u), tn_place_slot((enum tn_place)u->place)),
            u->src.area->size, ERASE_FRONT);
}

// ---- Receiving -------------------------------------------------------------------------

static bool all_here(const struct tn_update *u) {
    return u->flushed + u->fill == u->len;
}

// Bytes of buf that can be programmed: whole units, and the last bytes of all.
static uint32_t ready(const struct tn_update *u) {
    uint32_t unit = u->src.area->flash->prog_unit;

    return all_here(u) ? u->fill : u->fill & ~(unit - 1);
}

// Is enough erased for what buf holds, or, ahead of it, for what it could hold?
static bool is_room(const struct tn_update *u, uint32_t more) {
    return u->erased >= u->src.off + tn_min(u->len, u->flushed + u->fill + more);
}

// Programs the next piece of buf, filled up with erased bytes at the very end.
static int flush(struct tn_update *u, uint32_t n) {
    const struct tn_area *a = u->src.area;
    uint8_t *buf = u->cfg->buf;
    uint32_t whole = tn_round_up(n, a->flash->prog_unit);

    memset(buf + n, a->flash->erased, whole - n);  // only where nothing follows
    int err = tn_area_prog(a, u->src.off + u->flushed, buf, whole);
    if (err) {
        return err;
    }
    u->flushed += n;
    u->fill -= n;
    memmove(buf, buf + n, u->fill);
    return TN_MORE;
}

static int data_step(struct tn_update *u) {
    uint32_t n = tn_min(ready(u), PIECE);

    if (!is_room(u, n ? 0 : u->cfg->size)) {
        return erase_sector(u);
    }
    if (n) {
        return flush(u, n);
    }
    return all_here(u) ? go_verify(u, false, CHECK) : 0;
}

// ---- Jobs ------------------------------------------------------------------------------

// A check by tn_verify is over.
static int verified(struct tn_update *u) {
    int err = tn_verify_error(&u->verify);

    switch (u->stage) {
    case CHOOSE:  // the primary slot is free if what it holds is not genuine
        if (tn_verify_result(&u->verify) == TN_GENUINE) {
            u->place = TN_CANDIDATE;
        }
        return go(u, PROBE_RUNNING);
    case CHECK:
        u->error = err;
        return go(u, err ? FORGET : CHECK_SHA);
    default:
        if (!err && (u->verify.hdr.flags & TN_IMAGE_NON_BOOTABLE)) {
            err = TN_EFLAGS;
        }
        return err || u->mark == TN_SWAP_NONE ? finish(u, err) : go(u, MARK_WRITE);
    }
}

static int check_sha(struct tn_update *u) {
    int found = probe(u);

    if (found == TN_MORE) {
        return TN_MORE;
    }
    if (!found && u->has_sha) {
        u->error = TN_EHASH;
        return go(u, FORGET);
    }
    return found ? finish_match(u) : finish(u, 0);
}

static int stage_step(struct tn_update *u) {
    int rc;

    switch ((enum stage)u->stage) {
    case IDLE:
        return 0;
    case CHOOSE:
    case CHECK:
    case MARK_VERIFY:
        return tn_verify_step(&u->verify) == TN_MORE ? TN_MORE : verified(u);
    case PROBE_RUNNING:
    case PROBE_TARGET:
        return probe_step(u);
    case ERASE:
        return u->erased < u->end ? erase_sector(u) : go(u, (enum stage)u->next);
    case ERASE_FRONT:
        return go_erase(u, 0, u->src.off, DATA);
    case DATA:
        return data_step(u);
    case CHECK_SHA:
        return check_sha(u);
    case FORGET:
        return go_erase(u, u->src.off, u->src.off + 1, END);
    case ERASE_SLOT:
        return go_erase(u, 0, u->src.area->size, END);
    case MARK_WRITE:
        rc = tn_boot_request(slots_of(u), (enum tn_swap_type)u->mark);
        return rc ? rc : finish(u, 0);
    case END:
        return finish(u, u->error);
    }
    return 0;
}

int tn_update_step(struct tn_update *u) {
    int rc = stage_step(u);

    return rc < 0 ? finish(u, rc) : rc;
}

static void begin_job(struct tn_update *u, enum tn_place place) {
    const struct tn_update_cfg *cfg = u->cfg;

    memset(u, 0, sizeof(*u));
    u->cfg = cfg;
    u->place = (uint8_t)place;
    tn_slots_source(slots_of(u), place, &u->src);
}

int tn_update_begin(struct tn_update *u, enum tn_target target, uint32_t len, const uint8_t *sha,
        size_t sha_len) {
    if (u->stage == DATA && len == u->len && sha_len == TN_HASH_LEN && u->has_sha &&
            memcmp(sha, u->sha, TN_HASH_LEN) == 0) {
        return 1;
    }
    if (len < TN_IMAGE_HDR_LEN) {
        return TN_EHEADER;
    }
    if (len > tn_slots_max_image(slots_of(u))) {
        return TN_ESIZE;
    }
    if (target != TN_TO_PRIMARY && spare_is_needed(u)) {
        return TN_ENOSLOT;
    }
    begin_job(u, TN_RUNNING);
    u->place = target == TN_TO_SPARE ? TN_CANDIDATE : TN_RUNNING;
    u->session = true;
    u->len = len;
    if (sha_len == TN_HASH_LEN) {
        u->has_sha = true;
        memcpy(u->sha, sha, TN_HASH_LEN);
    }
    if (target == TN_TO_FREE) {
        go_verify(u, true, CHOOSE);
    } else {
        go(u, PROBE_RUNNING);
    }
    return 0;
}

int tn_update_write(struct tn_update *u, const uint8_t *data, size_t len) {
    if (!u->session || u->stage == IDLE) {
        return TN_ESTATE;
    }
    if (len > u->len - u->flushed - u->fill) {
        return TN_EOVERRUN;
    }
    uint32_t n = tn_min((uint32_t)len, u->cfg->size - u->fill);
    if (n) {
        memcpy(u->cfg->buf + u->fill, data, n);
        u->fill += n;
    }
    return (int)n;
}

void tn_update_mark(struct tn_update *u, enum tn_place place, enum tn_swap_type type) {
    begin_job(u, place);
    u->mark = (uint8_t)type;
    go_verify(u, u->cfg->trust->nalgs != 0, MARK_VERIFY);
}

int tn_update_erase(struct tn_update *u, enum tn_slot slot) {
    if (slot == TN_SECONDARY && spare_is_needed(u)) {
        return TN_ENOSLOT;
    }
    begin_job(u, slot == TN_PRIMARY ? TN_RUNNING : TN_CANDIDATE);
    go_erase(u, tn_trailer_off(slots_of(u), slot), u->src.area->size, ERASE_SLOT);
    return 0;
}

bool tn_update_waits(const struct tn_update *u) {
    if (u->stage != DATA) {
        return u->stage != IDLE;
    }
    return ready(u) || all_here(u) || (u->src.area->flash->stalls_cpu && !is_room(u, u->cfg->size));
}

int tn_update_take_error(struct tn_update *u) {
    int error = u->error;

    u->error = 0;
    return error;
}
