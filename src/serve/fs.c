// SPDX-License-Identifier: Apache-2.0
#include "serve/fs.h"

#include <string.h>

#include "base/compiler.h"
#include "base/crc.h"

// Errors that have a code of their own in this group, besides those of fs.h. They reuse core errors
// that cannot occur here.
enum {
    BAD_NAME = TN_EHEADER,
    READ_FAILED = TN_ECORRUPT,
    CREATE_FAILED = TN_ESIZE,
    WRITE_FAILED = TN_EOVERRUN,
    PAST_END = TN_ESLOT,
    NO_SUCH_HASH = TN_EHASH,
    EMPTY = TN_EMAGIC,
    OPEN_FAILED = TN_ENOSLOT,
    WRONG_OFF = TN_ENOOFF,
};

enum {
    RC_WRONG_OFF = 11,
};

const struct tn_smp_err tn_serve_fs_errs[] = {
        {BAD_NAME, 2 | TN_SMP_V1_INVALID},
        {TN_FS_NO_FILE, 3 | TN_SMP_V1_NOENT},
        {TN_FS_IS_FOLDER, 4 | TN_SMP_V1_UNKNOWN},
        {OPEN_FAILED, 5 | TN_SMP_V1_UNKNOWN},
        {READ_FAILED, 7 | TN_SMP_V1_UNKNOWN},
        {CREATE_FAILED, 8 | TN_SMP_V1_UNKNOWN},
        {WRITE_FAILED, 10 | TN_SMP_V1_UNKNOWN},
        {WRONG_OFF, RC_WRONG_OFF | TN_SMP_V1_UNKNOWN},
        {PAST_END, 12 | TN_SMP_V1_UNKNOWN},
        {NO_SUCH_HASH, 13 | TN_SMP_V1_INVALID},
        {TN_FS_NO_MOUNT, 14 | TN_SMP_V1_NOENT},
        {TN_FS_READ_ONLY, 15 | TN_SMP_V1_UNKNOWN},
        {EMPTY, 16 | TN_SMP_V1_UNKNOWN},
};

struct request {
    struct tn_span name;
    struct tn_span data;
    struct tn_span type;
    uint32_t off;
    uint32_t len;
};

static const char form[] =
        "name" TN_TEXT "data" TN_BYTES "type" TN_TEXT "off" TN_UINT "len" TN_UINT;

enum {
    HAS_DATA = 2,
    HAS_TYPE = 4,
    HAS_OFF = 8,
    HAS_LEN = 16,
};

// Returns a bit for each member of the request, and copies the file's name to fs->name; or an
// error.
static int get(struct tn_serve_fs *fs, struct tn_smp_req *rq, struct request *ret) {
    int found = tn_cbor_get_form(&rq->in, form, ret);

    if (found < 0 || !ret->name.len || ret->name.len > TN_FS_NAME_MAX) {
        return TN_EINVAL;
    }
    if (memchr(ret->name.ptr, 0, ret->name.len)) {
        return BAD_NAME;
    }
    memcpy(fs->name, ret->name.ptr, ret->name.len);
    fs->name[ret->name.len] = 0;
    return found;
}

// Maps an error of the program to failed, the command's own error. Errors that fs.h names stay.
static int said(int rc, int failed) {
    switch (rc) {
    case TN_FS_NO_FILE:
    case TN_FS_IS_FOLDER:
    case TN_FS_NO_MOUNT:
    case TN_FS_READ_ONLY:
    case TN_ENOTSUP:
        return rc;
    default:
        return rc < 0 ? failed : rc;
    }
}

static int get_size(const struct tn_serve_fs *fs, uint32_t *ret) {
    return said(fs->size ? fs->size(fs->ctx, fs->name, ret) : TN_ENOTSUP, OPEN_FAILED);
}

// ---- Upload and download -----------------------------------------------------------------

enum {
    BESIDES = 32,  // bytes of a download's answer besides the file's
};

static int download(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_fs *fs = ctx;
    struct request r = {.off = 0};
    uint8_t piece[TN_FS_PIECE];
    uint32_t size;
    int found = get(fs, rq, &r);

    if (found < 0) {
        return found;
    }
    if (!(found & HAS_OFF)) {
        return TN_EINVAL;
    }
    int rc = get_size(fs, &size);
    if (rc) {
        return rc;
    }
    if (r.off > size) {
        return PAST_END;
    }
    uint32_t room = (uint32_t)(rq->out.size - rq->out.len) - BESIDES;
    uint32_t n = tn_min(tn_min(sizeof(piece), room), size - r.off);
    rc = said(fs->read ? fs->read(fs->ctx, fs->name, r.off, piece, n) : TN_ENOTSUP, READ_FAILED);
    if (rc < 0) {
        return rc;
    }
    tn_cbor_pair_uint(&rq->out, "off", r.off);
    tn_cbor_put_str(&rq->out, "data");
    tn_cbor_put_bytes(&rq->out, piece, tn_min((uint32_t)rc, n));
    if (!r.off) {
        tn_cbor_pair_uint(&rq->out, "len", size);
    }
    return 0;
}

// The offset is not the file's end. In version 2, the answer says where the file ends.
static int tell_size(struct tn_smp_req *rq, uint32_t size) {
    if (!tn_smp_version(rq)) {
        return WRONG_OFF;
    }
    tn_cbor_put_str(&rq->out, "err");
    tn_cbor_open_map(&rq->out);
    tn_cbor_pair_uint(&rq->out, "group", TN_SMP_FS);
    tn_cbor_pair_uint(&rq->out, "rc", RC_WRONG_OFF);
    tn_cbor_close(&rq->out);
    tn_cbor_pair_uint(&rq->out, "len", size);
    return 0;
}

static int upload(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_fs *fs = ctx;
    struct request r = {.off = 0};
    uint32_t size = 0;
    int found = get(fs, rq, &r);

    if (found < 0) {
        return found;
    }
    if ((found & (HAS_OFF | HAS_DATA)) != (HAS_OFF | HAS_DATA) || (!r.off && !(found & HAS_LEN))) {
        return TN_EINVAL;
    }
    if (!fs->create || !fs->append) {
        return TN_ENOTSUP;
    }
    int rc = r.off ? get_size(fs, &size) : said(fs->create(fs->ctx, fs->name), CREATE_FAILED);
    if (rc) {
        return rc;
    }
    if (r.off != size) {
        return tell_size(rq, size);
    }
    rc = r.data.len ? fs->append(fs->ctx, fs->name, r.data.ptr, (uint32_t)r.data.len) : 0;
    if (rc) {
        return said(rc, WRITE_FAILED);
    }
    tn_cbor_pair_uint(&rq->out, "off", r.off + (uint32_t)r.data.len);
    return 0;
}

static int status(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_fs *fs = ctx;
    struct request r = {.off = 0};
    uint32_t size;
    int rc = get(fs, rq, &r);

    if (rc >= 0) {
        rc = get_size(fs, &size);
    }
    if (rc < 0) {
        return rc;
    }
    tn_cbor_pair_uint(&rq->out, "len", size);
    return 0;
}

static int close_file(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    (void)rq;
    return 0;
}

// ---- Hashes ------------------------------------------------------------------------------

static int types(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_fs *fs = ctx;
    struct tn_cbor_out *out = &rq->out;

    tn_cbor_put_str(out, "types");
    tn_cbor_open_map(out);
    for (int sha = 0; sha < (fs->sha256 ? 2 : 1); sha++) {
        tn_cbor_put_str(out, sha ? "sha256" : "crc32");
        tn_cbor_open_map(out);
        tn_cbor_pair_uint(out, "format", (uint32_t)sha);  // 0: a number, 1: bytes
        tn_cbor_pair_uint(out, "size", sha ? fs->sha256->len : 4u);
        tn_cbor_close(out);
    }
    tn_cbor_close(out);
    return 0;
}

static int hash(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_fs *fs = ctx;
    struct request r = {.off = 0};
    uint32_t size;
    int found = get(fs, rq, &r);

    if (found < 0) {
        return found;
    }
    fs->is_sha = (found & HAS_TYPE) && tn_span_is(r.type, "sha256") && fs->sha256;
    if ((found & HAS_TYPE) && !fs->is_sha && !tn_span_is(r.type, "crc32")) {
        return NO_SUCH_HASH;
    }
    int rc = get_size(fs, &size);
    if (rc) {
        return rc;
    }
    if (!size) {
        return EMPTY;
    }
    if (r.off >= size) {
        return PAST_END;
    }
    fs->off = fs->pos = r.off;
    fs->end = (found & HAS_LEN) && r.len < size - r.off ? r.off + r.len : size;
    fs->crc = 0;
    if (fs->is_sha) {
        tn_hash_begin(&fs->hash, fs->sha256);
    }
    return TN_LATER;
}

int tn_serve_fs_late(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_fs *fs = ctx;
    uint8_t piece[TN_FS_PIECE];
    uint32_t n = tn_min(fs->end - fs->pos, sizeof(piece));

    if (n) {
        int rc = fs->read ? fs->read(fs->ctx, fs->name, fs->pos, piece, n) : TN_ENOTSUP;
        if (rc != (int)n) {
            return rc < 0 ? said(rc, READ_FAILED) : READ_FAILED;  // the file was shortened
                                                                  // meanwhile
        }
        fs->crc = tn_crc32(fs->crc, piece, n);
        if (fs->is_sha) {
            tn_hash_add(&fs->hash, piece, n);
        }
        fs->pos += n;
        return TN_LATER;
    }
    tn_cbor_pair_str(&rq->out, "type", fs->is_sha ? "sha256" : "crc32");
    if (fs->off) {
        tn_cbor_pair_uint(&rq->out, "off", fs->off);
    }
    tn_cbor_pair_uint(&rq->out, "len", fs->end - fs->off);
    tn_cbor_put_str(&rq->out, "output");
    if (fs->is_sha) {
        tn_hash_end(&fs->hash, piece);
        tn_cbor_put_bytes(&rq->out, piece, fs->sha256->len);
    } else {
        tn_cbor_put_uint(&rq->out, fs->crc);
    }
    return 0;
}

const struct tn_smp_cmd tn_serve_fs_cmds[] = {
        {TN_FS_FILE, download, upload},
        {TN_FS_STATUS, status, NULL},
        {TN_FS_HASH, hash, NULL},
        {TN_FS_TYPES, types, NULL},
        {TN_FS_CLOSE, NULL, close_file},
};
