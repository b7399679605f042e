// SPDX-License-Identifier: Apache-2.0
#include "host/base/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// link(), unlike rename(), fails if the name exists.
int tn_place(const char *temp, const char *path, bool replaces) {
    if (replaces) {
        return rename(temp, path);
    }
    if (link(temp, path)) {
        return -1;
    }
    unlink(temp);
    return 0;
}

int tn_place_new(const char *path, bool is_private) {
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is_private ? 0600 : 0666);
}

int tn_place_existing(const char *path) {
    return open(path, O_WRONLY | O_CLOEXEC);
}

int tn_place_append(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
}

int tn_place_lock(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0 && flock(fd, LOCK_EX)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int tn_place_folder(const char *path) {
    return mkdir(path, 0700) && errno != EEXIST ? -1 : 0;
}

bool tn_is_same_file(const char *a, const char *b) {
    struct stat sa, sb;

    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
            sa.st_ino == sb.st_ino && S_ISREG(sa.st_mode);
}

bool tn_real_path(const char *path, char *ret) {
    return realpath(path, ret) != NULL;
}
