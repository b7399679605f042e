// SPDX-License-Identifier: Apache-2.0
#include "host/base/place.h"

#include <stdio.h>
#include <stdlib.h>
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

bool tn_is_same_file(const char *a, const char *b) {
    struct stat sa, sb;

    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
            sa.st_ino == sb.st_ino && S_ISREG(sa.st_mode);
}

bool tn_real_path(const char *path, char *ret) {
    return realpath(path, ret) != NULL;
}
