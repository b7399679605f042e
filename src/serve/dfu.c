// SPDX-License-Identifier: Apache-2.0
#include "serve/dfu.h"

#include "base/bytes.h"
#include "base/err.h"
#include "base/text.h"

// tn_serve_dfu.stage.
enum {
    IDLE,
    LOOKING,  // is the image in slot 0 genuine?
    LOOKED,   // it is not
    RECEIVING,
    ERASING,
    INSTALLING,
};

static struct tn_update *update_of(const struct tn_serve_dfu *d) {
    return d->file.update;
}

// Slot 0 must not lose the only image that is known to run. True if work comes first.
static bool must_look(struct tn_serve_dfu *d, uint8_t alt) {
    if (alt != TN_DFU_SLOT_0 || d->may_replace || d->stage == LOOKED) {
        return false;
    }
    tn_update_mark(update_of(d), TN_RUNNING, TN_SWAP_NONE);
    d->job = tn_update_job(update_of(d));
    d->stage = LOOKING;
    return true;
}

static int write(void *ctx, uint8_t alt, uint32_t off, const uint8_t *data, uint32_t len) {
    struct tn_serve_dfu *d = ctx;

    if (off) {
        if (d->stage != RECEIVING || alt != d->alt || off != d->file.off) {
            return TN_ERANGE;
        }
        return tn_serve_file_write(&d->file, data, len);
    }
    if (must_look(d, alt)) {
        return 0;
    }
    d->alt = alt;
    d->stage = RECEIVING;
    return tn_serve_file_begin(
            &d->file, alt == TN_DFU_SLOT_0 ? TN_TO_PRIMARY : TN_TO_FREE, data, len);
}

// The update erases when the data comes, so that an image that is refused replaces no other one.
static int erase(void *ctx, uint8_t alt, uint32_t off) {
    (void)ctx;
    (void)alt;
    (void)off;
    return 0;
}

static int erase_all(void *ctx, uint8_t alt) {
    struct tn_serve_dfu *d = ctx;

    tn_serve_file_abort(&d->file);
    if (alt == TN_DFU_SLOT_0 && !d->may_replace) {
        return TN_EACTIVE;
    }
    int err = tn_update_erase(update_of(d), alt == TN_DFU_SLOT_0 ? TN_PRIMARY : TN_SECONDARY);
    d->job = tn_update_job(update_of(d));
    d->stage = err ? IDLE : ERASING;
    return err;
}

// Without a download there is nothing to install: the host only wants to leave.
static int finish(void *ctx) {
    struct tn_serve_dfu *d = ctx;

    if (d->stage != RECEIVING) {
        return 0;
    }
    int err = tn_serve_file_install(&d->file, (enum tn_swap_type)d->mark);
    if (!err) {
        d->stage = INSTALLING;
    }
    return err;
}

// A look at slot 0, which keeps a genuine image, or a mass erase.
static int job_step(struct tn_serve_dfu *d) {
    bool looks = d->stage == LOOKING;

    if (tn_update_job(update_of(d)) != d->job) {
        d->stage = IDLE;
        return TN_EBUSY;
    }
    tn_update_step(update_of(d));
    if (tn_update_is_busy(update_of(d))) {
        return TN_MORE;
    }
    int err = tn_update_take_error(update_of(d));
    d->stage = looks && err ? LOOKED : IDLE;
    if (looks) {
        return err ? 0 : TN_EACTIVE;
    }
    return err;
}

static int step(void *ctx) {
    struct tn_serve_dfu *d = ctx;

    if (d->stage == LOOKING || d->stage == ERASING) {
        return job_step(d);
    }
    if (d->stage == IDLE || d->stage == LOOKED) {
        return 0;
    }
    int rc = tn_serve_file_step(&d->file);
    if (rc < 0 || (rc == 0 && d->stage != RECEIVING)) {
        d->stage = IDLE;
    }
    return rc;
}

// An estimate: the time of erases is known, that of programming and hashing is not.
static uint32_t remaining_ms(void *ctx) {
    const struct tn_serve_dfu *d = ctx;

    return tn_serve_file_is_whole(&d->file) ? 50 : tn_update_erase_ms(update_of(d)) + 1;
}

// An image that was decrypted when it was installed must not leave the device.
static int read_any(
        const struct tn_serve_dfu *d, uint8_t alt, uint32_t off, uint8_t *buf, uint32_t len) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    tn_slots_source(update_of(d)->slots, alt == TN_DFU_SLOT_0 ? TN_RUNNING : TN_CANDIDATE, &src);
    src.addr = 0;
    src.allow = UINT8_MAX;
    if (alt == TN_DFU_SLOT_0 && (tn_image_open(&src, &hdr) || (hdr.flags & TN_IMAGE_ENCRYPTED))) {
        return TN_ENOTSUP;
    }
    len = tn_min(len, src.limit - tn_min(off, src.limit));
    int err = len ? tn_area_read(src.area, src.off + off, buf, len) : 0;
    return err ? err : (int)len;
}

static int read(void *ctx, uint8_t alt, uint32_t off, uint8_t *buf, uint32_t len) {
    const struct tn_serve_dfu *d = ctx;
    int rc = alt == d->alt ? tn_serve_file_read(&d->file, off, buf, len) : TN_ENOENT;

    if (rc != TN_ENOENT) {
        return rc;
    }
    return d->may_read ? read_any(d, alt, off, buf, len) : TN_ENOTSUP;
}

static void abort_download(void *ctx) {
    struct tn_serve_dfu *d = ctx;

    tn_serve_file_abort(&d->file);
    d->stage = IDLE;
}

static void leave(void *ctx) {
    struct tn_serve_dfu *d = ctx;

    d->leave(d->ctx);
}

const struct tn_dfu_sink tn_serve_dfu_sink = {
        .write = write,
        .erase = erase,
        .erase_all = erase_all,
        .finish = finish,
        .step = step,
        .remaining_ms = remaining_ms,
        .read = read,
        .abort = abort_download,
        .leave = leave,
};

void tn_serve_dfu_memory(const struct tn_slots *slots, struct tn_dfu_memory ret[TN_DFU_ALTS]) {
    for (unsigned alt = 0; alt < TN_DFU_ALTS; alt++) {
        ret[alt].addr = slots->addr[TN_PRIMARY];
        ret[alt].size = slots->area[TN_PRIMARY].size;
    }
}

// "98*4Kg": sectors that can be read, erased and written. DfuSe (UM0424, section 4.3.2) has no
// larger unit than M; hosts want sizes in whole K where possible.
static void put_run(struct tn_text *out, uint32_t count, uint32_t size) {
    bool in_k = !(size & 1023);

    tn_text_uint(out, count);
    tn_text_char(out, '*');
    tn_text_uint(out, in_k ? size >> 10 : size);
    tn_text_str(out, in_k ? "Kg" : "Bg");
}

void tn_serve_dfu_name(const struct tn_slots *slots, uint8_t alt, struct tn_text *out) {
    const struct tn_area *a = &slots->area[TN_PRIMARY];
    struct tn_sector s = {0, 0};
    uint32_t count = 0;
    uint32_t size = 0;

    tn_text_str(out, alt == TN_DFU_UPDATE ? "@Update/0x" : "@Slot 0/0x");
    tn_text_hex(out, slots->addr[TN_PRIMARY]);
    tn_text_char(out, '/');
    for (uint32_t off = 0; off < a->size && !tn_area_sector(a, off, &s); off += s.size) {
        if (count && s.size != size) {
            put_run(out, count, size);
            tn_text_char(out, ',');
            count = 0;
        }
        size = s.size;
        count++;
    }
    put_run(out, count, size);
}
