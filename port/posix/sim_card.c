// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sim_card.h"

#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "base/err.h"

static const char *path;
static int fd = -1;

void tn_sim_card_use(const char *file) {
    path = file;
}

static int open_card(void *ctx) {
    (void)ctx;
    fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    return fd < 0 ? TN_ENOENT : 0;
}

static int read_blocks(void *ctx, uint32_t block, void *buf, uint32_t count) {
    const size_t len = (size_t)count * TN_DISK_BLOCK;

    (void)ctx;
    return pread(fd, buf, len, (off_t)block * TN_DISK_BLOCK) == (ssize_t)len ? 0 : TN_EIO;
}

const struct tn_disk tn_sim_card = {open_card, read_blocks, NULL};
