// SPDX-License-Identifier: Apache-2.0
// Files of a device, over a session. Source: Zephyr, File management (smp_group_8).
//
// name is the device's path, "/lfs1/log.txt". All return 0, or -1 with the fault filled; outputs
// are untouched then. A device without files is a fault REFUSED.
#ifndef TN_HOST_DEVICE_FS_H
#define TN_HOST_DEVICE_FS_H

#include "host/base/file.h"
#include "host/device/session.h"

enum {
    TN_FS_FILE_MAX = 64 * 1024 * 1024,  // bytes of a file that is fetched: more is refused
    TN_FS_SUM_MAX = 64,
    TN_FS_SUM_NAME = 32,
};

int tn_device_file_size(struct tn_session *s, const char *name, uint32_t *ret, struct tn_fault *f);

// Fetches a file; free ret with tn_buf_free. s->progress is told. The file must not change
// meanwhile: one that does is a fault DAMAGED.
int tn_device_file_get(
        struct tn_session *s, const char *name, struct tn_buf *ret, struct tn_fault *f);

// Sends a file; what had this name before is gone.
int tn_device_file_put(struct tn_session *s, const char *name, const uint8_t *data, size_t len,
        struct tn_fault *f);

// A hash or checksum that the device makes of a file.
struct tn_file_sum {
    char type[TN_FS_SUM_NAME];
    uint32_t len;  // of the file
    uint8_t sum[TN_FS_SUM_MAX];
    size_t sum_len;   // 0: it is the number
    uint32_t number;  // a checksum
};

// type NULL: what the device takes by itself.
int tn_device_file_sum(struct tn_session *s, const char *name, const char *type,
        struct tn_file_sum *ret, struct tn_fault *f);

// The kinds that it knows: take is called with the name and the size in bytes.
int tn_device_file_sums(struct tn_session *s,
        void (*take)(void *ctx, const char *type, uint32_t size), void *ctx, struct tn_fault *f);

// Lets the device close what is open.
int tn_device_file_close(struct tn_session *s, struct tn_fault *f);

#endif
