// SPDX-License-Identifier: Apache-2.0
// The fs group (8): files up and down, over functions that the program fills.
// Source: Zephyr, File management (smp_group_8).
//
// Knows no file that is open: each request names its file, so nothing is left behind by a client
// that goes away, and close has nothing to do.
#ifndef TN_SERVE_FS_H
#define TN_SERVE_FS_H

#include "base/err.h"
#include "image/trust.h"
#include "smp/server.h"

enum {
    TN_FS_NAME_MAX = 63,  // bytes of a path
    TN_FS_PIECE = 256,    // bytes of a file that one answer carries, at most
};

// What this group's functions return besides 0 and other errors, which count as a failure of what
// was asked.
enum {
    TN_FS_NO_FILE = TN_ENOENT,
    TN_FS_IS_FOLDER = TN_EBUSY,
    TN_FS_NO_MOUNT = TN_ERANGE,
    TN_FS_READ_ONLY = TN_EACTIVE,
};

// The program's. name ends in a 0 and is 1 to TN_FS_NAME_MAX bytes; functions may not block for
// longer than one flash operation. What is NULL is not supported.
struct tn_serve_fs {
    int (*size)(void *ctx, const char *name, uint32_t *ret);
    // Returns how many bytes it read: fewer only at the end.
    int (*read)(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len);
    // Empties the file, or makes it.
    int (*create)(void *ctx, const char *name);
    // Puts bytes behind the file's end.
    int (*append)(void *ctx, const char *name, const void *buf, uint32_t len);
    const struct tn_hash_alg *sha256;
    void *ctx;
    // private: a hash or checksum under way, a piece a step
    char name[TN_FS_NAME_MAX + 1];
    bool is_sha;
    uint32_t off, pos, end;
    uint32_t crc;
    struct tn_hash hash;
};

extern const struct tn_smp_cmd tn_serve_fs_cmds[5];
tn_smp_handler tn_serve_fs_late;
extern const struct tn_smp_err tn_serve_fs_errs[13];

// A row for a server's table of groups. fs: struct tn_serve_fs. Whoever lists it lets anybody on
// the link read and write the program's files.
#define TN_SERVE_FS(fs)                                                                            \
    TN_SMP_GROUP(TN_SMP_FS, tn_serve_fs_cmds, tn_serve_fs_errs, NULL, tn_serve_fs_late, (fs))

#endif
