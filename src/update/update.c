// SPDX-License-Identifier: Apache-2.0
// A job is a row of stages; each stage does one thing per step and names its successor.
//
// Upload: CHOOSE (only TO_FREE) - PROBE the running image, PROBE the target: are these bytes
// there already? - ERASE_TRAILER - ERASE_FIRST (what lies in front of a candidate is no image)
// - DATA. Nothing of the slot is touched before the first chunk has passed its checks.
#include "update/update.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    PIECE = 256,  // bytes that one step programs
    CHUNK = 128,  // bytes on the stack while hashing
};

enum stage {
    IDLE,
    CHOOSE,
    PROBE_RUNNING,
    PROBE_TARGET,
    ERASE_TRAILER,
    ERASE_FIRST,
    DATA,
    FORGET,  // an upload that turned out wrong: its header goes
    MARK_VERIFY,
    MARK_WRITE,
    ERASE_SLOT_TRAILER,
    ERASE_SLOT,
};

static const struct tn_slots *slots_of(const struct tn_update *u) {
    return u->cfg->slots;
}

static void source(const struct tn_update *u, struct tn_image_src *ret) {
    tn_slots_source(slots_of(u), (enum tn_place)u->place, ret);
}

static int finish(struct tn_update *u, int error) {
    u->stage = IDLE;
    u->error = error;
    u->session = u->session && !error;
    return 0;
}

static int go(struct tn_update *u, enum stage next) {
    u->stage = (uint8_t)next;
    u->pos = 0;
    return TN_MORE;
}

// The trial's only way back lies in the spare slot.
static bool spare_is_needed(const struct tn_update *u) {
    return tn_boot_pending(slots_of(u)) == TN_SWAP_REVERT;
}

// ---- Erasing ---------------------------------------------------------------------------

// Erases the sector that holds off, unless it reads as erased. TN_MORE, 0 or an error.
static int erase_if_needed(const struct tn_area *a, uint32_t off, uint32_t *ret_end) {
    struct tn_sector s;
    int rc = tn_area_sector(a, off, &s);

    if (!rc && !tn_area_is_erased(a, s.off, s.size)) {
        rc = tn_area_erase(a, s.off);
    }
    *ret_end = s.off + s.size;
    return rc;
}

static int erase_trailer(struct tn_update *u, enum tn_slot slot, enum stage next) {
    const struct tn_area *a = &slots_of(u)->area[slot];

    // In one piece where it is erased already: most uploads go into a slot after a swap.
    if (!u->pos && tn_area_is_erased(a, tn_trailer_off(slots_of(u), slot),
            tn_trailer_size(slots_of(u)))) {
        return go(u, next);
    }
    int rc = tn_trailer_erase(slots_of(u), slot, &u->pos);
    return rc ? rc : go(u, next);
}

static int erase_first(struct tn_update *u) {
    struct tn_image_src src;
    uint32_t end;

    source(u, &src);
    u->erased = src.off;
    if (src.off) {
        int rc = erase_if_needed(src.area, 0, &end);
        if (rc) {
            return rc;
        }
    }
    return go(u, DATA);
}

static int erase_slot(struct tn_update *u) {
    const struct tn_area *a = &slots_of(u)->area[tn_place_slot((enum tn_place)u->place)];
    uint32_t end;

    if (u->pos == a->size) {
        return finish(u, 0);
    }
    int rc = erase_if_needed(a, u->pos, &end);
    if (!rc) {
        u->pos = end;
        rc = TN_MORE;
    }
    return rc;
}

// ---- Hashing what is in flash ----------------------------------------------------------

// Hashes up to 1 KiB of the image, up to end.
static int hash_piece(struct tn_update *u, uint32_t end) {
    struct tn_image_src src;
    uint8_t buf[CHUNK];
    uint32_t stop = u->hashed + tn_min(end - u->hashed, TN_VERIFY_STEP);

    source(u, &src);
    while (u->hashed < stop) {
        uint32_t n = tn_min(stop - u->hashed, CHUNK);
        int err = tn_area_read(src.area, src.off + u->hashed, buf, n);
        if (err) {
            return err;
        }
        tn_hash_add(&u->hash, buf, n);
        u->hashed += n;
    }
    return TN_MORE;
}

static void hash_anew(struct tn_update *u) {
    tn_hash_begin(&u->hash, u->cfg->trust->hash);
    u->hashed = 0;
    u->image_end = 0;
}

// Are the upload's bytes in this place already? TN_MORE while that is not known, 1 yes, 0 no.
static int probe(struct tn_update *u, enum tn_place place) {
    struct tn_image_src src;
    uint8_t sha[TN_HASH_MAX];
    enum tn_place target = (enum tn_place)u->place;
    uint32_t got = 0;

    tn_slots_source(slots_of(u), place, &src);
    if (u->sha_len != TN_HASH_LEN || u->len > src.limit) {
        return 0;
    }
    // The chunk at hand tells most images apart, without hashing.
    for (uint32_t n; !u->hashed && got < u->fill; got += n) {
        n = tn_min(u->fill - got, sizeof(sha));
        if (tn_area_read(src.area, src.off + got, sha, n) || memcmp(sha, u->cfg->buf + got, n)) {
            return 0;
        }
    }
    u->place = (uint8_t)place;
    int rc = hash_piece(u, u->len);
    u->place = (uint8_t)target;
    if (rc < 0 || u->hashed < u->len) {
        return rc < 0 ? 0 : TN_LATER;
    }
    tn_hash_end(&u->hash, sha);
    return memcmp(sha, u->sha, sizeof(sha)) == 0;
}

static int probe_step(struct tn_update *u, enum tn_place place, enum stage next) {
    int found = probe(u, place);

    if (found == TN_LATER) {
        return TN_MORE;
    }
    hash_anew(u);
    if (!found) {
        return go(u, next);
    }
    u->flushed = u->len;
    u->fill = 0;
    u->match = true;
    return finish(u, 0);
}

// ---- Receiving -------------------------------------------------------------------------

static bool all_here(const struct tn_update *u) {
    return u->flushed + u->fill == u->len;
}

// Bytes of buf that can be programmed: whole units, and the last bytes of all.
static uint32_t ready(const struct tn_update *u) {
    uint32_t unit = slots_of(u)->area[TN_PRIMARY].flash->prog_unit;

    return all_here(u) ? u->fill : u->fill & ~(unit - 1);
}

// Programs the next piece of buf, filled up with erased bytes at the very end.
static int flush(struct tn_update *u, const struct tn_image_src *src) {
    const struct tn_flash *f = src->area->flash;
    uint32_t n = tn_min(ready(u), PIECE);
    uint32_t whole = tn_round_up(n, f->prog_unit);

    memset(u->cfg->buf + n, f->erased, whole - n);  // only where nothing follows
    int err = tn_area_prog(src->area, src->off + u->flushed, u->cfg->buf, whole);
    if (err) {
        return err;
    }
    u->flushed += n;
    u->fill -= n;
    memmove(u->cfg->buf, u->cfg->buf + n, u->fill);
    return TN_MORE;
}

// How far the slot has to be erased before this much of the upload can be taken.
static uint32_t erase_goal(const struct tn_update *u, const struct tn_image_src *src,
        uint32_t more) {
    return src->off + tn_min(u->len, u->flushed + u->fill + more);
}

// Follows with the hash what is in flash, and keeps the image's own hash when it comes by.
static int hash_step(struct tn_update *u) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_hash copy;
    uint32_t end = u->flushed;

    if (!u->image_end && end >= TN_IMAGE_HDR_LEN) {
        source(u, &src);
        int err = tn_image_open(&src, &hdr);
        if (err) {
            return err;
        }
        u->image_end = tn_image_hashed_len(&hdr);
    }
    if (u->hashed < u->image_end) {
        end = tn_min(end, u->image_end);
    }
    int rc = hash_piece(u, end);
    if (rc == TN_MORE && u->hashed == u->image_end) {
        copy = u->hash;
        tn_hash_end(&copy, u->image_hash);
    }
    return rc;
}

// All is in flash and hashed: is it what it claims to be?
static int check_all(struct tn_update *u) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_MAX];

    tn_hash_end(&u->hash, hash);
    if (u->sha_len == TN_HASH_LEN && memcmp(hash, u->sha, TN_HASH_LEN)) {
        return TN_EHASH;
    }
    source(u, &src);
    int err = tn_image_identify(&src, &hdr, hash);
    return err ? err : memcmp(hash, u->image_hash, TN_HASH_LEN) ? TN_EHASH : 0;
}

static int data_step(struct tn_update *u) {
    struct tn_image_src src;
    uint32_t end;

    source(u, &src);
    // What buf holds comes first, then room for as much as buf could hold.
    bool flushing = ready(u) != 0;
    if (u->erased < erase_goal(u, &src, flushing ? 0 : u->cfg->size)) {
        int rc = erase_if_needed(src.area, u->erased, &end);
        if (!rc) {
            u->erased = end;
            rc = TN_MORE;
        }
        return rc;
    }
    if (flushing) {
        return flush(u, &src);
    }
    if (u->hashed < u->flushed) {
        return hash_step(u);
    }
    if (!all_here(u)) {
        return 0;
    }
    int err = check_all(u);
    if (err) {
        u->error = err;
        return go(u, FORGET);
    }
    u->match = u->sha_len == TN_HASH_LEN;
    return finish(u, 0);
}

// ---- Jobs ------------------------------------------------------------------------------

// TO_FREE: the primary slot is free if what it holds is not genuine.
static int choose(struct tn_update *u) {
    if (tn_verify_step(&u->verify) == TN_MORE) {
        return TN_MORE;
    }
    u->place = tn_verify_result(&u->verify) == TN_GENUINE ? TN_CANDIDATE : TN_RUNNING;
    hash_anew(u);
    return go(u, PROBE_RUNNING);
}

static int forget(struct tn_update *u) {
    struct tn_image_src src;

    source(u, &src);
    int rc = tn_area_erase(src.area, src.off);
    return rc ? rc : finish(u, u->error);
}

static int mark_verify(struct tn_update *u) {
    if (tn_verify_step(&u->verify) == TN_MORE) {
        return TN_MORE;
    }
    int err = tn_verify_error(&u->verify);
    if (!err && (u->verify.hdr.flags & TN_IMAGE_NON_BOOTABLE)) {
        err = TN_EFLAGS;
    }
    return err ? err : go(u, MARK_WRITE);
}

static int mark_write(struct tn_update *u) {
    int rc = tn_boot_request(slots_of(u), (enum tn_swap_type)u->mark);

    return rc ? rc : finish(u, 0);
}

static int stage_step(struct tn_update *u) {
    enum tn_slot slot = tn_place_slot((enum tn_place)u->place);

    switch ((enum stage)u->stage) {
    case IDLE:
        return 0;
    case CHOOSE:
        return choose(u);
    case PROBE_RUNNING:
        return probe_step(u, TN_RUNNING, PROBE_TARGET);
    case PROBE_TARGET:
        return probe_step(u, (enum tn_place)u->place, ERASE_TRAILER);
    case ERASE_TRAILER:
        return erase_trailer(u, slot, ERASE_FIRST);
    case ERASE_FIRST:
        return erase_first(u);
    case DATA:
        return data_step(u);
    case FORGET:
        return forget(u);
    case MARK_VERIFY:
        return mark_verify(u);
    case MARK_WRITE:
        return mark_write(u);
    case ERASE_SLOT_TRAILER:
        return erase_trailer(u, slot, ERASE_SLOT);
    case ERASE_SLOT:
        return erase_slot(u);
    }
    return 0;
}

int tn_update_step(struct tn_update *u) {
    int rc = stage_step(u);

    return rc < 0 ? finish(u, rc) : rc;
}

static void begin_job(struct tn_update *u, enum stage stage) {
    const struct tn_update_cfg *cfg = u->cfg;

    memset(u, 0, sizeof(*u));
    u->cfg = cfg;
    u->stage = (uint8_t)stage;
}

int tn_update_begin(struct tn_update *u, enum tn_target target, uint32_t len, const uint8_t *sha,
        size_t sha_len) {
    struct tn_image_src src;

    if (u->stage == DATA && len == u->len && sha_len == TN_HASH_LEN && u->sha_len == sha_len &&
            memcmp(sha, u->sha, sha_len) == 0) {
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
    begin_job(u, target == TN_TO_FREE ? CHOOSE : PROBE_RUNNING);
    u->session = true;
    u->len = len;
    u->place = target == TN_TO_SPARE ? TN_CANDIDATE : TN_RUNNING;
    u->sha_len = (uint8_t)tn_min((uint32_t)sha_len, TN_HASH_LEN);
    if (sha_len) {
        memcpy(u->sha, sha, u->sha_len);
    }
    if (target == TN_TO_FREE) {
        tn_slots_source(slots_of(u), TN_RUNNING, &src);
        tn_verify_begin(&u->verify, &src, u->cfg->trust);
    } else {
        hash_anew(u);
    }
    return 0;
}

int tn_update_write(struct tn_update *u, const uint8_t *data, size_t len) {
    uint32_t room = u->cfg->size - u->fill;

    if (!u->session || u->stage == IDLE) {
        return TN_ESTATE;
    }
    if (len > u->len - u->flushed - u->fill) {
        return TN_EOVERRUN;
    }
    uint32_t n = tn_min((uint32_t)len, room);
    if (n) {
        memcpy(u->cfg->buf + u->fill, data, n);
    }
    u->fill += n;
    return (int)n;
}

void tn_update_mark(struct tn_update *u, enum tn_place place, enum tn_swap_type type) {
    struct tn_image_src src;

    begin_job(u, MARK_VERIFY);
    u->place = (uint8_t)place;
    u->mark = (uint8_t)type;
    tn_slots_source(slots_of(u), place, &src);
    tn_verify_begin(&u->verify, &src, u->cfg->trust);
}

int tn_update_erase(struct tn_update *u, enum tn_slot slot) {
    if (slot == TN_SECONDARY && spare_is_needed(u)) {
        return TN_ENOSLOT;
    }
    begin_job(u, ERASE_SLOT_TRAILER);
    u->place = slot == TN_PRIMARY ? TN_RUNNING : TN_CANDIDATE;
    return 0;
}

bool tn_update_waits(const struct tn_update *u) {
    struct tn_image_src src;

    if (u->stage != DATA) {
        return u->stage != IDLE;
    }
    if (ready(u) || all_here(u)) {
        return true;
    }
    source(u, &src);
    return src.area->flash->stalls_cpu && u->erased < erase_goal(u, &src, u->cfg->size);
}

uint32_t tn_update_off(const struct tn_update *u) {
    return u->session ? u->flushed + u->fill : 0;
}

bool tn_update_is_open(const struct tn_update *u) {
    return u->session;
}

bool tn_update_matches(const struct tn_update *u) {
    return u->match;
}

int tn_update_take_error(struct tn_update *u) {
    int error = u->error;

    u->error = 0;
    return error;
}
