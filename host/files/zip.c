// SPDX-License-Identifier: Apache-2.0
// By minizip, which reads and writes through functions of ours.
#include "host/files/zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unzip.h>
#include <zip.h>

#include "base/bytes.h"

enum { PIECE = 16384 };

// ---- A file in memory --------------------------------------------------------------------

struct memory {
    struct tn_buf buf;
    size_t room;  // 0: it is only read
    size_t at;
};

static voidpf do_open(voidpf memory, const void *name, int mode) {
    (void)name, (void)mode;
    return memory;
}

static uLong do_read(voidpf memory, voidpf stream, void *buf, uLong size) {
    struct memory *m = stream;
    size_t n = m->at < m->buf.len ? m->buf.len - m->at : 0;

    (void)memory;
    n = n < size ? n : size;
    memcpy(buf, m->buf.p + m->at, n);
    m->at += n;
    return (uLong)n;
}

static uLong do_write(voidpf memory, voidpf stream, const void *buf, uLong size) {
    struct memory *m = stream;

    (void)memory;
    if (!m->room || size > TN_FILE_MAX || m->at > TN_FILE_MAX) {
        return 0;
    }
    if (m->at + size > m->room) {
        size_t room = 2 * (m->at + size);
        uint8_t *p = realloc(m->buf.p, room);
        if (!p) {
            return 0;
        }
        m->buf.p = p;
        m->room = room;
    }
    memcpy(m->buf.p + m->at, buf, size);
    m->at += size;
    m->buf.len = m->at > m->buf.len ? m->at : m->buf.len;
    return size;
}

static ZPOS64_T do_tell(voidpf memory, voidpf stream) {
    const struct memory *m = stream;

    (void)memory;
    return m->at;
}

static long do_seek(voidpf memory, voidpf stream, ZPOS64_T off, int origin) {
    struct memory *m = stream;
    ZPOS64_T from = origin == ZLIB_FILEFUNC_SEEK_CUR ? m->at
            : origin == ZLIB_FILEFUNC_SEEK_END       ? m->buf.len
                                                     : 0;

    (void)memory;
    if (off > m->buf.len || from + off > m->buf.len) {
        return -1;
    }
    m->at = (size_t)(from + off);
    return 0;
}

static int do_close(voidpf memory, voidpf stream) {
    (void)memory, (void)stream;
    return 0;
}

static zlib_filefunc64_def functions(struct memory *m) {
    return (zlib_filefunc64_def){.zopen64_file = do_open,
            .zread_file = do_read,
            .zwrite_file = do_write,
            .ztell64_file = do_tell,
            .zseek64_file = do_seek,
            .zclose_file = do_close,
            .zerror_file = do_close,
            .opaque = m};
}

// ---- Reading -----------------------------------------------------------------------------

static int is_damaged(const char *name, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_MALFORMED,
            "%s: a damaged zip archive; fetch or make it again (tenon pack)", name);
}

// Unpacks the current file. The announced size is not believed: the buffer grows with what comes.
static int unpack(unzFile zip, size_t limit, struct tn_buf *ret) {
    struct tn_buf buf = {NULL, 0};
    size_t room = 0;
    int n = 0;

    if (unzOpenCurrentFile(zip) != UNZ_OK) {
        return -1;
    }
    do {
        buf.len += (size_t)n;
        if (room - buf.len < PIECE + 1) {
            room = 2 * room + 2 * PIECE;
            uint8_t *p = realloc(buf.p, room);
            if (!p) {
                n = -1;
                break;
            }
            buf.p = p;
        }
        n = unzReadCurrentFile(zip, buf.p + buf.len, PIECE);
    } while (n > 0 && buf.len + (size_t)n <= limit);
    if (unzCloseCurrentFile(zip) != UNZ_OK || n) {
        tn_buf_free(&buf);
        return -1;
    }
    buf.p[buf.len] = 0;
    *ret = buf;
    return 0;
}

static int take_all(unzFile zip, const char *name, struct tn_zip *z, struct tn_fault *f) {
    size_t left = TN_FILE_MAX;
    int rc = unzGoToFirstFile(zip);

    for (; rc == UNZ_OK; rc = unzGoToNextFile(zip)) {
        struct tn_zip_entry *e = &z->entries[z->n];
        unz_file_info64 info;
        if (z->n == TN_ZIP_ENTRIES) {
            return tn_fail(f, TN_FAULT_MALFORMED,
                    "%s: more than %d files: not an update of images (tenon pack makes one)", name,
                    TN_ZIP_ENTRIES);
        }
        if (unzGetCurrentFileInfo64(zip, &info, e->name, sizeof(e->name), NULL, 0, NULL, 0) !=
                        UNZ_OK ||
                info.size_filename >= sizeof(e->name)) {
            return is_damaged(name, f);
        }
        if (info.size_filename && e->name[info.size_filename - 1] == '/') {
            continue;
        }
        if (unpack(zip, left, &e->bytes)) {
            return is_damaged(name, f);
        }
        left -= e->bytes.len;
        z->n++;
    }
    return rc == UNZ_END_OF_LIST_OF_FILE ? 0 : is_damaged(name, f);
}

int tn_zip_read(
        const uint8_t *p, size_t len, const char *name, struct tn_zip *ret, struct tn_fault *f) {
    struct memory m = {.buf = {(uint8_t *)p, len}};
    zlib_filefunc64_def fn = functions(&m);
    unzFile zip = unzOpen2_64(name, &fn);

    ret->n = 0;
    if (!zip) {
        return is_damaged(name, f);
    }
    int err = take_all(zip, name, ret, f);
    unzClose(zip);
    if (err) {
        tn_zip_free(ret);
    }
    return err;
}

// ---- Writing -----------------------------------------------------------------------------

static int add_all(zipFile zip, const struct tn_zip *z) {
    // The first day that an archive can name, so that the same content makes the same archive.
    const zip_fileinfo info = {.tmz_date = {.tm_mday = 1, .tm_year = 1980}};

    for (size_t i = 0; i < z->n; i++) {
        const struct tn_zip_entry *e = &z->entries[i];
        if (zipOpenNewFileInZip(zip, e->name, &info, NULL, 0, NULL, 0, NULL, 0, 0) != ZIP_OK ||
                zipWriteInFileInZip(zip, e->bytes.p, (unsigned)e->bytes.len) != ZIP_OK ||
                zipCloseFileInZip(zip) != ZIP_OK) {
            return -1;
        }
    }
    return 0;
}

int tn_zip_make(const struct tn_zip *z, struct tn_buf *ret, struct tn_fault *f) {
    struct memory m = {.room = PIECE};
    zlib_filefunc64_def fn = functions(&m);

    m.buf.p = malloc(m.room);
    zipFile zip = m.buf.p ? zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &fn) : NULL;
    int err = !zip || add_all(zip, z);
    if (zip && zipClose(zip, NULL) != ZIP_OK) {
        err = -1;
    }
    if (err) {
        tn_buf_free(&m.buf);
        return tn_fail(f, TN_FAULT_INTERNAL, "the archive cannot be made: out of memory");
    }
    *ret = m.buf;
    return 0;
}
