// SPDX-License-Identifier: Apache-2.0
// Files of a device, over a session. Source: Zephyr, File management (smp_group_8).
//
// name is the device's path, "/lfs1/log.txt". All calls return 0, or -1 with the fault filled; then
// outputs are untouched. A device without files gives the fault REFUSED.
#ifndef TN_HOST_DEVICE_FS_H
#define TN_HOST_DEVICE_FS_H

#include "host/base/file.h"
#include "host/device/session.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_FS_FILE_MAX = 64 * 1024 * 1024,  // the largest file that is downloaded; more is refused
    TN_FS_SUM_MAX = 64,
    TN_FS_SUM_NAME = 32,
};

int tn_device_file_size(struct tn_session *s, const char *name, uint32_t *ret, struct tn_fault *f);

// Downloads a file; free ret with tn_buf_free. Calls s->progress. The file must not change
// meanwhile; if it does, the fault is DAMAGED.
int tn_device_file_get(
        struct tn_session *s, const char *name, struct tn_buf *ret, struct tn_fault *f);

// Uploads a file. It replaces a file of the same name.
int tn_device_file_put(struct tn_session *s, const char *name, const uint8_t *data, size_t len,
        struct tn_fault *f);

// A hash or checksum that the device computes over a file.
struct tn_file_sum {
    char type[TN_FS_SUM_NAME];
    uint32_t len;  // of the file
    uint8_t sum[TN_FS_SUM_MAX];
    size_t sum_len;   // 0: the sum is in number
    uint32_t number;  // a checksum
};

// type NULL: the device's default type.
int tn_device_file_sum(struct tn_session *s, const char *name, const char *type,
        struct tn_file_sum *ret, struct tn_fault *f);

// The types that the device supports. Calls take with each name and its size in bytes.
int tn_device_file_sums(struct tn_session *s,
        void (*take)(void *ctx, const char *type, uint32_t size), void *ctx, struct tn_fault *f);

// Makes the device close its open files.
int tn_device_file_close(struct tn_session *s, struct tn_fault *f);

TN_C_END

#endif
