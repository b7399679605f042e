// SPDX-License-Identifier: Apache-2.0
// A job is a sequence of stages. Each stage does one thing per step and names its successor.
//
// Upload: CHOOSE (for TO_FREE, or for a rule) - PROBE_RUNNING, PROBE_TARGET: does the slot already
// hold this file? - check_header: may this image be in the target? - ERASE the trailer - ERASE the
// part in front of a candidate, which belongs to no image - DATA - CHECK the image's hash -
// CHECK_SHA: is it the announced file? Nothing in the slot changes before the first chunk has
// passed its checks.
#include "update/update.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    PIECE = TN_FLASH_UNIT_MAX,  // bytes that one step programs
    FLAGS = 16,                 // of an image's header: the byte with those of encryption
    NOTHING_TO_DO = 2,          // a stage waits for data; neither TN_MORE nor an end
};

enum stage {
    IDLE,
    // These verify the image at src.
    CHOOSE,
    CHECK,
    MARK_VERIFY,
    // These compare the upload with the bytes at src.
    PROBE_RUNNING,
    PROBE_TARGET,
    CHECK_SHA,
    ERASE,        // erases up to job.end, then goes to job.next
    ERASE_FRONT,  // erases what lies in front of a candidate
    ERASE_SLOT,   // erases the whole slot, after its trailer
    DATA,
    MARK_WRITE,
    END,  // ends a job whose last stage is an erase
};

static int go(struct tn_update *u, enum stage next) {
    u->job.stage = (uint8_t)next;
    u->job.hashed = 0;
    tn_hash_begin(&u->at.hash, u->trust->hash);
    return TN_MORE;
}

static int go_erase(struct tn_update *u, uint32_t from, uint32_t end, enum stage next) {
    u->job.stage = ERASE;
    u->job.next = (uint8_t)next;
    u->job.erased = from;
    u->job.end = end;
    return TN_MORE;
}

// Checks the image's hash and, except for an upload that has just arrived, its signature.
static int go_verify(struct tn_update *u, enum stage next) {
    bool hash_only = next == CHECK || !u->trust->nalgs;

    u->job.stage = (uint8_t)next;
    if (u->open) {
        u->open(u, hash_only);
    } else {
        tn_verify_begin(&u->verify, u->trust, hash_only);
    }
    return TN_MORE;
}

// Erases the header of an image that turned out wrong.
static int forget(struct tn_update *u, int error) {
    u->job.error = error;
    return go_erase(u, u->at.src.off, u->at.src.off + 1, END);
}

// True if a revert needs the image in the spare slot: the only way back from the trial.
static bool spare_is_needed(const struct tn_update *u) {
    return tn_boot_pending(u->slots) == TN_SWAP_REVERT;
}

// Erases the sector at u->job.erased, unless it is erased already.
static int erase_sector(struct tn_update *u) {
    const struct tn_area *a = u->at.src.area;
    struct tn_sector s;
    int rc = tn_area_sector(a, u->job.erased, &s);

    if (!rc && !tn_area_is_erased(a, s.off, s.size)) {
        rc = tn_area_erase(a, s.off, &s);
    }
    if (rc) {
        return rc;
    }
    u->job.erased = s.off + s.size;
    return TN_MORE;
}

// Checks whether the target may hold the image whose first chunk was received. 0, or why not.
static int check_header(struct tn_update *u) {
    const struct tn_slots *s = u->slots;
    struct tn_image_hdr hdr;
    int err = u->job.fill < TN_IMAGE_HDR_LEN ? TN_EHEADER : tn_image_hdr_get(&hdr, u->buf);

    if (!err) {
        err = tn_image_check(&u->at.src, &hdr);
    }
    if (!err && tn_image_hashed_len(&hdr) + TN_TLV_INFO_LEN > u->job.len) {
        err = TN_EHEADER;  // the file ends before its image does
    }
    if (!err && s->layout->check) {
        err = s->layout->check(s, &hdr, u->job.len);
    }
    return err || !u->admit ? err : u->admit(u, &hdr);
}

// The bytes at src are not those of the upload.
static int differs(struct tn_update *u) {
    int err;

    switch (u->job.stage) {
    case PROBE_RUNNING:
        tn_slots_source(u->slots, (enum tn_place)u->job.place, &u->at.src);
        return go(u, PROBE_TARGET);
    case PROBE_TARGET:
        err = check_header(u);
        if (err) {
            return err;
        }
        return go_erase(u, tn_trailer_off(u->slots, tn_place_slot((enum tn_place)u->job.place)),
                u->at.src.area->size, ERASE_FRONT);
    default:  // CHECK_SHA: the image is whole. If a file's hash was announced, it is another file.
        return u->job.has_sha ? forget(u, TN_EHASH) : 0;
    }
}

// Compares the next bytes of the upload with those at src.
static int probe_step(struct tn_update *u) {
    uint8_t buf[TN_VERIFY_STEP];
    uint32_t at = u->job.hashed;
    uint32_t n = tn_min(u->job.len - at, sizeof(buf));

    if (!u->job.has_sha || u->job.len > u->at.src.limit || tn_image_get(&u->at.src, at, buf, n)) {
        return differs(u);
    }
    // The received chunk tells most images apart, without a hash over all of them.
    if (at < u->job.fill && memcmp(buf, u->buf + at, tn_min(n, u->job.fill - at))) {
        return differs(u);
    }
    tn_hash_add(&u->at.hash, buf, n);
    u->job.hashed = at + n;
    if (u->job.hashed < u->job.len) {
        return TN_MORE;
    }
    tn_hash_end(&u->at.hash, buf);
    if (memcmp(buf, u->sha, TN_HASH_LEN)) {
        return differs(u);
    }
    // The slot holds the whole file: nothing more to do.
    u->job.flushed = u->job.len;
    u->job.fill = 0;
    u->job.match = true;
    return 0;
}

// ---- Receiving -------------------------------------------------------------------------

static bool all_here(const struct tn_update *u) {
    return u->job.flushed + u->job.fill == u->job.len;
}

// Bytes of buf that can be programmed: whole write units, or all of the file's end.
static uint32_t ready(const struct tn_update *u) {
    uint32_t unit = u->at.src.area->flash->prog_unit;

    return all_here(u) ? u->job.fill : u->job.fill & ~(unit - 1);
}

// True if enough is erased for the bytes in buf, and for more bytes behind them.
static bool is_room(const struct tn_update *u, uint32_t more) {
    return u->job.erased >= u->at.src.off + tn_min(u->job.len, u->job.flushed + u->job.fill + more);
}

// Programs the next n bytes of buf; at the file's end, pads them with the erased value.
static int flush(struct tn_update *u, uint32_t n) {
    const struct tn_area *a = u->at.src.area;
    uint8_t *buf = u->buf;
    uint32_t whole = tn_round_up(n, a->flash->prog_unit);

    memset(buf + n, a->flash->erased, whole - n);  // pads only at the file's end
    int err = tn_area_prog(a, u->at.src.off + u->job.flushed, buf, whole);
    if (err) {
        return err;
    }
    u->job.flushed += n;
    u->job.fill -= n;
    memmove(buf, buf + n, u->job.fill);
    return TN_MORE;
}

// Erases ahead: a whole chunk more than has arrived.
static int data_step(struct tn_update *u) {
    uint32_t n = ready(u);

    if (!is_room(u, n ? 0 : u->size)) {
        return erase_sector(u);
    }
    if (n) {
        return flush(u, tn_min(n, PIECE));
    }
    return all_here(u) ? go_verify(u, CHECK) : NOTHING_TO_DO;
}

// ---- Jobs ------------------------------------------------------------------------------

// Handles the end of a check by tn_verify.
static int verified(struct tn_update *u) {
    int err = tn_verify_error(&u->verify);

    switch (u->job.stage) {
    case CHOOSE:  // the primary slot is free if its image is not genuine
        u->job.running = tn_verify_result(&u->verify);
        if (u->job.target == TN_TO_FREE &&
                (u->job.running == TN_GENUINE || u->buf[FLAGS] & u->slots->encrypted)) {
            u->job.place = TN_CANDIDATE;
        }
        return go(u, PROBE_RUNNING);
    case CHECK:
        if (!err && u->admit) {
            err = u->admit(u, NULL);
        }
        u->at.src.read = NULL;  // the file is what lies there
        return err ? forget(u, err) : go(u, CHECK_SHA);
    default:
        return err || u->job.mark == TN_SWAP_NONE ? err : go(u, MARK_WRITE);
    }
}

// TN_MORE; NOTHING_TO_DO; or the job's result: 0 or an error.
static int stage_step(struct tn_update *u) {
    int rc;

    switch ((enum stage)u->job.stage) {
    case CHOOSE:
    case CHECK:
    case MARK_VERIFY:
        return tn_verify_step(&u->verify) == TN_MORE ? TN_MORE : verified(u);
    case PROBE_RUNNING:
    case PROBE_TARGET:
    case CHECK_SHA:
        return probe_step(u);
    case ERASE:
        return u->job.erased < u->job.end ? erase_sector(u) : go(u, (enum stage)u->job.next);
    case ERASE_FRONT:
        return go_erase(u, 0, u->at.src.off, DATA);
    case DATA:
        return data_step(u);
    case ERASE_SLOT:
        return go_erase(u, 0, u->at.src.area->size, END);
    case MARK_WRITE:
        rc = tn_boot_request(u->slots, (enum tn_swap_type)u->job.mark);
        // Erasing a torn request may have erased the end of the image: verify it again.
        return rc == TN_MORE ? go_verify(u, MARK_VERIFY) : rc;
    case END:
        return u->job.error;
    default:
        return NOTHING_TO_DO;
    }
}

int tn_update_step(struct tn_update *u) {
    if (u->note && u->note(u) == TN_MORE) {
        return TN_MORE;
    }
    int rc = stage_step(u);

    if (rc > 0) {
        return rc == TN_MORE;
    }
    u->job.stage = IDLE;
    u->job.error = rc;
    if (rc) {
        u->job.session = false;
    }
    return 0;
}

static void begin_job(struct tn_update *u, enum tn_place place) {
    memset(&u->job, 0, sizeof(u->job));
    u->jobs++;
    u->job.place = (uint8_t)place;
    tn_slots_source(u->slots, place, &u->at.src);
}

void tn_update_use(struct tn_update *u, const struct tn_slots *slots) {
    memset(&u->job, 0, sizeof(u->job));
    u->slots = slots;
}

int tn_update_begin(
        struct tn_update *u, enum tn_target target, uint32_t len, const struct tn_span *sha) {
    bool has_sha = sha->len == TN_HASH_LEN;

    if (u->job.stage == DATA && target == u->job.target && len == u->job.len && has_sha &&
            u->job.has_sha && memcmp(sha->ptr, u->sha, TN_HASH_LEN) == 0) {
        return 1;
    }
    if (len < TN_IMAGE_HDR_LEN) {
        return TN_EHEADER;
    }
    if (len > tn_slots_max_image(u->slots)) {
        return TN_ESIZE;
    }
    if (target != TN_TO_PRIMARY && spare_is_needed(u)) {
        return TN_ENOSLOT;
    }
    begin_job(u, TN_RUNNING);
    u->job.target = (uint8_t)target;
    u->job.place = target == TN_TO_SPARE ? TN_CANDIDATE : TN_RUNNING;
    u->job.session = true;
    u->job.len = len;
    if (has_sha) {
        u->job.has_sha = true;
        memcpy(u->sha, sha->ptr, TN_HASH_LEN);
    }
    if (target == TN_TO_FREE || u->needs_running) {
        go_verify(u, CHOOSE);
    } else {
        go(u, PROBE_RUNNING);
    }
    return 0;
}

int tn_update_extend(struct tn_update *u, uint32_t len) {
    if (!u->job.session || u->job.stage == IDLE || len < u->job.len) {
        return TN_ESTATE;
    }
    if (len > tn_slots_max_image(u->slots)) {
        return TN_ESIZE;
    }
    u->job.len = len;
    return 0;
}

int tn_update_write(struct tn_update *u, const uint8_t *data, size_t len) {
    if (!u->job.session || u->job.stage == IDLE) {
        return TN_ESTATE;
    }
    if (len > u->job.len - u->job.flushed - u->job.fill) {
        return TN_EOVERRUN;
    }
    uint32_t n = tn_min((uint32_t)len, u->size - u->job.fill);
    if (n) {
        memcpy(u->buf + u->job.fill, data, n);
        u->job.fill += n;
    }
    return (int)n;
}

void tn_update_mark(struct tn_update *u, enum tn_place place, enum tn_swap_type type) {
    begin_job(u, place);
    u->job.mark = (uint8_t)type;
    go_verify(u, MARK_VERIFY);
}

int tn_update_erase(struct tn_update *u, enum tn_slot slot) {
    if (slot == TN_SECONDARY && spare_is_needed(u)) {
        return TN_ENOSLOT;
    }
    begin_job(u, slot == TN_PRIMARY ? TN_RUNNING : TN_CANDIDATE);
    go_erase(u, tn_trailer_off(u->slots, slot), u->at.src.area->size, ERASE_SLOT);
    return 0;
}

bool tn_update_waits(const struct tn_update *u) {
    if (u->job.stage != DATA) {
        return u->job.stage != IDLE;
    }
    const struct tn_flash *f = u->at.src.area->flash;
    return u->job.flushed > u->job.noted - 1 || all_here(u) || u->job.fill >= f->prog_unit ||
            !is_room(u, f->stalls_cpu ? u->size : 0);
}

bool tn_update_is_receiving(const struct tn_update *u) {
    return u->job.stage == DATA;
}

void tn_update_go_on(struct tn_update *u, uint32_t off, uint32_t erased) {
    u->job.flushed = off;
    u->job.fill = 0;
    u->job.erased = erased;
}

uint32_t tn_update_erase_ms(const struct tn_update *u) {
    const struct tn_area *a = u->at.src.area;
    struct tn_sector s = {u->job.erased, 0};
    uint32_t end = u->job.end;
    uint32_t ms = 0;

    if (u->job.stage == DATA) {
        end = is_room(u, u->size) ? s.off : s.off + 1;
    } else if (u->job.stage != ERASE && u->job.stage != ERASE_SLOT) {
        return 0;
    }
    if (u->job.stage == ERASE_SLOT || u->job.next == ERASE_SLOT) {
        s.off = 0;
        end = a->size;
    }
    for (; s.off < end && !tn_area_sector(a, s.off, &s); s.off += s.size) {
        ms += a->flash->erase_ms;
    }
    return ms;
}
