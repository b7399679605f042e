// SPDX-License-Identifier: Apache-2.0
// The update must know an upload's length from its beginning. So it gets a length that ends with
// the head of the last TLV area, and the real one before that head's last byte is passed on.
#include "serve/file.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

// tn_serve_file.stage.
enum {
    RECEIVING,
    VERIFYING,
    VERIFIED,
    INSTALLING,
    INSTALLED,
};

// False if another link has begun a job since, or has added to this upload.
static bool is_ours(const struct tn_serve_file *f) {
    const struct tn_update *u = f->update;

    return tn_update_job(u) == f->job && (!tn_update_is_open(u) || tn_update_off(u) == f->given);
}

int tn_serve_file_begin(
        struct tn_serve_file *f, enum tn_target target, const uint8_t *first, uint32_t len) {
    static const struct tn_span no_sha;
    struct tn_image_hdr hdr;
    int rc = len < TN_IMAGE_HDR_LEN ? TN_EHEADER : tn_image_hdr_get(&hdr, first);

    tn_serve_file_abort(f);
    if (!rc && tn_image_hashed_len(&hdr) > tn_slots_max_image(f->update->slots)) {
        rc = TN_ESIZE;
    }
    if (rc) {
        return rc;
    }
    f->payload = tn_image_hashed_len(&hdr);
    rc = tn_update_begin(f->update, target, f->payload + TN_TLV_INFO_LEN, &no_sha);
    rc = rc ? rc : tn_update_write(f->update, first, tn_min(len, f->payload));
    if (rc < 0) {
        f->payload = 0;
        return rc;
    }
    f->job = tn_update_job(f->update);
    f->off = f->given = (uint32_t)rc;
    return rc;
}

// Collects the head of the TLV area. When it is whole, sets the length.
static int take_info(struct tn_serve_file *f, uint8_t byte) {
    uint32_t have = f->off - f->payload;

    f->info[have] = byte;
    f->off++;
    if (have + 1 < TN_TLV_INFO_LEN) {
        return 1;
    }
    uint32_t end = f->payload + tn_get_le16(f->info + 2);
    if (tn_get_le16(f->info) != TN_TLV_MAGIC || end < f->off) {
        return TN_ETLV;
    }
    int rc = tn_update_extend(f->update, end);
    rc = rc ? rc : tn_update_write(f->update, f->info, sizeof(f->info));
    if (rc != TN_TLV_INFO_LEN) {
        return rc < 0 ? rc : TN_ENOSPC;
    }
    f->end = end;
    f->given = f->off;
    return 1;
}

int tn_serve_file_write(struct tn_serve_file *f, const uint8_t *data, uint32_t len) {
    struct tn_update *u = f->update;

    if (tn_serve_file_is_whole(f)) {
        f->off += len;
        return (int)len;
    }
    if (!len || tn_update_waits(u)) {
        return 0;
    }
    if (f->off >= f->payload && !f->end) {
        return take_info(f, *data);
    }
    uint32_t end = f->end ? f->end : f->payload;
    int n = tn_update_write(u, data, tn_min(len, end - f->off));
    if (n > 0) {
        f->off += (uint32_t)n;
        f->given = f->off;
    }
    return n;
}

// The result of the upload's last work. When the image is whole, checks it.
static int received(struct tn_serve_file *f) {
    int rc = tn_update_take_error(f->update);

    f->place = tn_update_place(f->update);
    if (rc || !tn_serve_file_is_whole(f)) {
        return rc;
    }
    if (!f->update->trust->nalgs) {
        f->stage = VERIFIED;  // the loader alone checks signatures
        return 0;
    }
    tn_update_mark(f->update, f->place, TN_SWAP_NONE);
    f->job = tn_update_job(f->update);
    f->stage = VERIFYING;
    return TN_MORE;
}

// The end of the installation. Another link may have taken the error away, so the flash decides
// whether the next boot installs the image.
static int installed(struct tn_serve_file *f) {
    int rc = tn_update_take_error(f->update);
    struct tn_trailer spare;

    f->stage = INSTALLED;
    if (rc || f->place == TN_RUNNING) {
        return rc;
    }
    tn_trailer_read(f->update->slots, TN_SECONDARY, &spare);
    return spare.magic == TN_MAGIC_GOOD ? 0 : TN_EBUSY;
}

static int stage_step(struct tn_serve_file *f) {
    struct tn_update *u = f->update;

    if (f->payload && !is_ours(f)) {
        return TN_EBUSY;
    }
    tn_update_step(u);
    if (f->stage == RECEIVING ? tn_update_waits(u) : tn_update_is_busy(u)) {
        return TN_MORE;
    }
    switch (f->stage) {
    case RECEIVING:
        return received(f);
    case VERIFYING:
        f->stage = VERIFIED;
        return tn_update_take_error(u);
    case INSTALLING:
        return installed(f);
    default:
        return 0;
    }
}

int tn_serve_file_step(struct tn_serve_file *f) {
    int rc = stage_step(f);

    if (rc < 0) {
        tn_serve_file_abort(f);
    }
    return rc;
}

int tn_serve_file_install(struct tn_serve_file *f, enum tn_swap_type type) {
    if (f->stage != VERIFIED) {
        return TN_ESTATE;
    }
    if (!is_ours(f)) {
        return TN_EBUSY;
    }
    // An image that went into the primary slot itself needs no request.
    tn_update_mark(f->update, f->place, f->place == TN_RUNNING ? TN_SWAP_NONE : type);
    f->job = tn_update_job(f->update);
    f->stage = INSTALLING;
    return 0;
}

int tn_serve_file_read(const struct tn_serve_file *f, uint32_t off, uint8_t *buf, uint32_t len) {
    const struct tn_update *u = f->update;
    uint32_t end = f->stage == RECEIVING ? u->job.flushed : f->end;
    struct tn_image_src src;

    if (!f->payload || !is_ours(f)) {
        return TN_ENOENT;
    }
    tn_slots_source(u->slots, f->place, &src);
    len = tn_min(len, end - tn_min(off, end));
    int err = len ? tn_area_read(src.area, src.off + off, buf, len) : 0;
    return err ? err : (int)len;
}

void tn_serve_file_abort(struct tn_serve_file *f) {
    struct tn_update *u = f->update;

    memset(f, 0, sizeof(*f));
    f->update = u;
}
