// SPDX-License-Identifier: Apache-2.0
// Files for the fs group: "/NAME" is NAME in the simulator's folder. Names that lead out of the
// folder are refused.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim_priv.h"
#include "things.h"

enum { PATH_LEN = 4096 };

// 0, or the error of a wrong name.
static int path_of(const char *name, char *ret) {
    const char *folder = tn_sim_folder();

    if (!folder || name[0] != '/') {
        return TN_FS_NO_MOUNT;
    }
    for (const char *p = name; p; p = strchr(p + 1, '/')) {
        if (p[1] == '.' || p[1] == '/') {
            return TN_FS_NO_FILE;  // "..", hidden files, and "//"
        }
    }
    return snprintf(ret, PATH_LEN, "%s%s", folder, name) < PATH_LEN ? 0 : TN_FS_NO_FILE;
}

static int error_of(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return TN_FS_NO_FILE;
    case EISDIR:
        return TN_FS_IS_FOLDER;
    case EROFS:
    case EACCES:
        return TN_FS_READ_ONLY;
    default:
        return TN_EIO;
    }
}

// A descriptor, or an error. Does not follow a symbolic link, which could lead out of the folder.
static int open_file(const char *name, int flags) {
    char path[PATH_LEN];
    int rc = path_of(name, path);

    if (rc) {
        return rc;
    }
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    return fd >= 0 ? fd : error_of(errno);
}

static int get_size(void *ctx, const char *name, uint32_t *ret) {
    struct stat st;
    int fd = open_file(name, O_RDONLY);

    (void)ctx;
    if (fd < 0) {
        return fd;
    }
    int rc = fstat(fd, &st) ? TN_EIO : 0;
    close(fd);
    if (rc || S_ISDIR(st.st_mode)) {
        return rc ? rc : TN_FS_IS_FOLDER;
    }
    *ret = (uint32_t)st.st_size;
    return 0;
}

static int read_file(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len) {
    int fd = open_file(name, O_RDONLY);

    (void)ctx;
    if (fd < 0) {
        return fd;
    }
    ssize_t n = pread(fd, buf, len, (off_t)off);
    close(fd);
    return n < 0 ? TN_EIO : (int)n;
}

static int create(void *ctx, const char *name) {
    int fd = open_file(name, O_WRONLY | O_CREAT | O_TRUNC);

    (void)ctx;
    return fd < 0 ? fd : close(fd);
}

static int append(void *ctx, const char *name, const void *buf, uint32_t len) {
    int fd = open_file(name, O_WRONLY | O_APPEND);

    (void)ctx;
    if (fd < 0) {
        return fd;
    }
    ssize_t n = write(fd, buf, len);
    return close(fd) || n != (ssize_t)len ? TN_EIO : 0;
}

void tn_sim_files(struct tn_serve_fs *fs) {
    *fs = (struct tn_serve_fs){.size = get_size,
            .read = read_file,
            .create = create,
            .append = append,
            .sha256 = &tn_sha256_bearssl};
}
