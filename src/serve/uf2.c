// SPDX-License-Identifier: Apache-2.0
#include "serve/uf2.h"

#include "base/bytes.h"
#include "base/err.h"
#include "serve/file_words.h"

enum stage {
    OPEN,        // files are welcome
    INSTALLING,  // all blocks are here
    INSTALLED,   // the device leaves soon
    LEFT,
    REFUSED,  // the drive is away for a moment
};

// ---- What the drive shows ------------------------------------------------------------------

static void info(void *ctx, struct tn_text *out) {
    const struct tn_serve_uf2 *u = ctx;

    tn_text_str(out, "UF2 Bootloader Tenon ");
    tn_text_str(out, u->version);
    tn_text_str(out, "\r\nModel: ");
    tn_text_str(out, u->board);
    tn_text_str(out, "\r\nBoard-ID: ");
    tn_text_str(out, u->board);
    tn_text_str(out, "\r\nFamily: 0x");
    tn_text_hex(out, u->family);
    tn_text_str(out, "\r\nAddress: 0x");
    tn_text_hex(out, u->scatter.update->slots->addr[TN_PRIMARY]);
    tn_text_str(out, "\r\nCopy a signed .uf2 file to this drive.\r\n");
}

static void failed(void *ctx, struct tn_text *out) {
    const struct tn_serve_uf2 *u = ctx;

    if (u->why) {
        tn_text_str(out, "Not installed: ");
        tn_text_str(out, u->why);
        tn_text_str(out, "\r\n");
    }
}

bool tn_serve_uf2_read(struct tn_serve_uf2 *u, uint32_t block, uint8_t buf[TN_DRIVE_BLOCK]) {
    static const struct tn_drive_file files[] = {{"INFO_UF2TXT", info}, {"FAILED  TXT", failed}};
    const struct tn_drive drive = {"TENON      ", files, TN_LEN(files), u};

    if (u->stage == REFUSED) {
        return false;
    }
    u->is_touched = true;
    tn_drive_read(&drive, block, buf);
    return true;
}

enum tn_uf2_medium tn_serve_uf2_medium(struct tn_serve_uf2 *u) {
    if (u->stage == REFUSED) {
        return TN_UF2_GONE;
    }
    bool is_new = u->is_new;
    u->is_new = false;
    return is_new ? TN_UF2_CHANGED : TN_UF2_THERE;
}

// ---- What a host writes ----------------------------------------------------------------------

static int refuse(struct tn_serve_uf2 *u, const char *why) {
    tn_scatter_abort(&u->scatter);
    u->why = why;
    u->stage = REFUSED;
    u->is_touched = true;
    return TN_EINVAL;
}

static int refuse_by(struct tn_serve_uf2 *u, int err) {
    const char *words = tn_serve_file_words(err);

    if (err == TN_EPENDING) {
        words = "the spare slot holds the only good image: restart to run it";
    }
    return refuse(u, words ? words : "the file cannot be installed");
}

// Why a block is not for this device; NULL: it is.
static const char *complaint(const struct tn_serve_uf2 *u, const struct tn_uf2_block *b) {
    uint32_t base = u->scatter.update->slots->addr[TN_PRIMARY];

    if (b->flags & TN_UF2_CONTAINER || !(b->flags & TN_UF2_FAMILY)) {
        return "a UF2 without a family: tenon sign writes one";
    }
    if (b->family != u->family) {
        return "for another family of chips: INFO_UF2.TXT has this one's";
    }
    if (b->len != TN_SCATTER_PIECE) {
        return "a UF2 whose blocks have other than 256 bytes";
    }
    if (b->addr < base || b->addr - base != b->number * TN_SCATTER_PIECE ||
            b->number > UINT32_MAX / TN_SCATTER_PIECE) {
        return "linked for another address, or with gaps: INFO_UF2.TXT has the address";
    }
    return NULL;
}

// Does a step. TN_MORE; 0: there is nothing to do; negative: the file was refused.
static int work(struct tn_serve_uf2 *u) {
    int rc = tn_scatter_step(&u->scatter);

    if (rc < 0) {
        return refuse_by(u, rc);
    }
    if (!rc && u->stage == INSTALLING) {
        u->stage = INSTALLED;
        u->is_touched = true;
    }
    return rc;
}

// Passes a block on. Another count of blocks, or other bytes in the same place: another file.
static int take(struct tn_serve_uf2 *u, const struct tn_uf2_block *b) {
    struct tn_scatter *s = &u->scatter;
    int rc = s->count == b->count ? tn_scatter_write(s, b->number, b->data) : TN_ECORRUPT;

    if (rc == TN_ECORRUPT) {
        rc = tn_scatter_begin(s, b->count);
    }
    if (rc == 1) {
        u->blocks++;
        if (!tn_scatter_is_whole(s)) {
            return 1;
        }
        rc = tn_scatter_install(s, (enum tn_swap_type)u->mark);
        u->stage = INSTALLING;
    }
    return rc < 0 ? refuse_by(u, rc) : 0;
}

static int write_block(struct tn_serve_uf2 *u, const uint8_t *data) {
    struct tn_uf2_block b;

    if (!tn_uf2_is_block(data)) {
        return tn_get_le32(data) == TN_IMAGE_MAGIC
                ? refuse(u, "a plain image, without order or length here: copy a .uf2 of it")
                : 1;
    }
    if (tn_uf2_get(&b, data)) {
        return refuse(u, "a damaged UF2 block");
    }
    if (b.flags & TN_UF2_NOT_FLASH) {
        return 1;
    }
    const char *why = complaint(u, &b);
    return why ? refuse(u, why) : take(u, &b);
}

int tn_serve_uf2_write(struct tn_serve_uf2 *u, uint32_t block, const uint8_t data[TN_DRIVE_BLOCK]) {
    u->is_touched = true;
    if (u->stage == REFUSED) {
        return TN_EINVAL;
    }
    int rc = u->stage == INSTALLED ? 0 : work(u);
    if (rc) {
        return rc == TN_MORE ? 0 : rc;
    }
    if (block < TN_DRIVE_DATA || u->stage != OPEN) {
        return 1;  // the host's own folders; or what it writes at the end
    }
    return write_block(u, data);
}

// ---- Time ------------------------------------------------------------------------------------

void tn_serve_uf2_eject(struct tn_serve_uf2 *u) {
    if (u->stage == INSTALLED) {
        u->stage = LEFT;
        u->leave(u->ctx);
    }
}

int tn_serve_uf2_step(struct tn_serve_uf2 *u, uint32_t now_ms) {
    if (u->stage == OPEN || u->stage == INSTALLING) {
        u->done_ms = now_ms;
    }
    if (u->is_touched) {
        u->is_touched = false;
        u->since_ms = now_ms;
    }
    switch (u->stage) {
    case REFUSED:
        if (now_ms - u->since_ms >= TN_UF2_ABSENT_MS) {
            u->stage = OPEN;
            u->is_new = true;
        }
        return 0;
    case INSTALLED:
        if (now_ms - u->since_ms >= TN_UF2_QUIET_MS || now_ms - u->done_ms >= TN_UF2_LEAVE_MS) {
            tn_serve_uf2_eject(u);
        }
        return 0;
    case LEFT:
        return 0;
    default:
        return work(u) == TN_MORE ? TN_MORE : 0;
    }
}
