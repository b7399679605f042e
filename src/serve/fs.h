// SPDX-License-Identifier: Apache-2.0
// The fs group (8): file upload and download, over functions that the program supplies.
// Source: Zephyr, File management (smp_group_8).
//
// Keeps no file open: each request names its file. A client that disappears leaves nothing behind,
// and the close command has nothing to do.
#ifndef TN_SERVE_FS_H
#define TN_SERVE_FS_H

#include "base/compiler.h"
#include "base/err.h"
#include "image/trust.h"
#include "smp/server.h"

TN_C_BEGIN

enum {
    TN_FS_NAME_MAX = 63,  // bytes of a path
    TN_FS_PIECE = 256,    // most bytes of a file in one answer
};

// Errors with a code of their own that the program's functions return. Any other error is answered
// as a failure of the command.
enum {
    TN_FS_NO_FILE = TN_ENOENT,
    TN_FS_IS_FOLDER = TN_EBUSY,
    TN_FS_NO_MOUNT = TN_ERANGE,
    TN_FS_READ_ONLY = TN_EACTIVE,
};

// Supplied by the program. name is 1 to TN_FS_NAME_MAX bytes and ends in a 0. A function may not
// block for longer than one flash operation. A NULL function is not supported.
struct tn_serve_fs {
    int (*size)(void *ctx, const char *name, uint32_t *ret);
    // Returns how many bytes it read: fewer than len only at the file's end.
    int (*read)(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len);
    // Creates the file, or empties it.
    int (*create)(void *ctx, const char *name);
    // Appends bytes to the file.
    int (*append)(void *ctx, const char *name, const void *buf, uint32_t len);
    const struct tn_hash_alg *sha256;
    void *ctx;
    // private: the hash or checksum under way; each step reads one piece
    char name[TN_FS_NAME_MAX + 1];
    bool is_sha;
    uint32_t off, pos, end;
    uint32_t crc;
    struct tn_hash hash;
};

extern const struct tn_smp_cmd tn_serve_fs_cmds[5];
tn_smp_handler tn_serve_fs_late;
extern const struct tn_smp_err tn_serve_fs_errs[13];

// A row for a server's table of groups. fs: struct tn_serve_fs. With this row, anybody on the link
// can read and write the program's files.
#define TN_SERVE_FS(fs)                                                                            \
    TN_SMP_GROUP(TN_SMP_FS, tn_serve_fs_cmds, tn_serve_fs_errs, NULL, tn_serve_fs_late, (fs))

TN_C_END

#endif
