// SPDX-License-Identifier: Apache-2.0
// Files are small here, so they are read whole. A write goes to a temporary file beside the target:
// a full disk or a crash must not leave half a key or half an image under the target's name.
#include "host/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/place.h"

void tn_buf_free(struct tn_buf *b) {
    free(b->p);
    *b = (struct tn_buf){0};
}

static int read_error(const char *path, struct tn_fault *f) {
    return tn_fail(
            f, TN_FAULT_READ, "%s: cannot be read: %s; check the path", path, strerror(errno));
}

// Doubles the buffer until the file ends, and keeps room for the final 0.
static int read_all(FILE *in, const char *path, struct tn_buf *b, struct tn_fault *f) {
    size_t size = 1 << 16;

    for (;;) {
        uint8_t *p = realloc(b->p, size);
        if (!p) {
            return tn_fail_memory(f);
        }
        b->p = p;
        b->len += fread(p + b->len, 1, size - 1 - b->len, in);
        if (ferror(in)) {
            return read_error(path, f);
        }
        if (b->len > TN_FILE_MAX) {
            return tn_fail(f, TN_FAULT_TOO_LARGE,
                    "%s: larger than 64 MiB, so this is no firmware; check the path", path);
        }
        if (b->len < size - 1) {
            p[b->len] = 0;
            return 0;
        }
        size *= 2;
    }
}

int tn_file_read(const char *path, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_buf b = {0};
    FILE *in = fopen(path, "rb");

    if (!in) {
        return read_error(path, f);
    }
    int err = read_all(in, path, &b, f);
    fclose(in);
    if (err) {
        tn_buf_free(&b);
        return err;
    }
    *ret = b;
    return 0;
}

int tn_file_read_stdin(struct tn_buf *ret, struct tn_fault *f) {
    struct tn_buf b = {0};

    if (read_all(stdin, "standard input", &b, f)) {
        tn_buf_free(&b);
        return -1;
    }
    *ret = b;
    return 0;
}

int tn_file_read_fd(const char *number, struct tn_buf *ret, struct tn_fault *f) {
    struct tn_buf b = {0};
    char *end;
    char name[40];
    long fd = strtol(number, &end, 10);

    if (end == number || *end || fd < 0 || fd > 65535) {
        return tn_fail(
                f, TN_FAULT_USAGE, "fd:%s: give the number of a file descriptor: fd:3", number);
    }
    FILE *in = fdopen((int)fd, "rb");
    if (!in) {
        return tn_fail(f, TN_FAULT_READ,
                "fd:%ld: no file descriptor that can be read; open it as in: tenon ... fd:3 3<FILE",
                fd);
    }
    snprintf(name, sizeof(name), "fd:%ld", fd);
    int err = read_all(in, name, &b, f);
    fclose(in);
    if (err) {
        tn_buf_free(&b);
        return -1;
    }
    *ret = b;
    return 0;
}

static int write_error(const char *path, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_WRITE, "%s: cannot be written: %s; check the folder and its rights",
            path, strerror(errno));
}

// Writes and closes. Returns 0, or -1 with errno.
static int write_all(int fd, const uint8_t *p, size_t len) {
    int err = 0;

    while (len && !err) {
        ssize_t n = write(fd, p, (unsigned)len);  // TN_FILE_MAX fits
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        } else if (n < 0 && errno != EINTR) {
            err = -1;
        }
    }
    return close(fd) ? -1 : err;
}

// The name of the temporary file beside path.
static int temp_name(const char *path, char *out, size_t size) {
    int n = snprintf(out, size, "%s.tmp%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return 0;
}

int tn_file_write(const char *path, const void *bytes, size_t len, enum tn_file_mode mode,
        struct tn_fault *f) {
    char temp[4096];
    struct stat st;
    bool exists = stat(path, &st) == 0;

    if (exists && mode == TN_FILE_PRIVATE) {
        return tn_fail(f, TN_FAULT_WRITE,
                "%s: the file exists and was not changed; choose another name, or --force", path);
    }
    // A device or a pipe (/dev/stdout) cannot be replaced by a renamed file.
    if (exists && !S_ISREG(st.st_mode)) {
        int fd = tn_place_existing(path);
        return fd >= 0 && write_all(fd, bytes, len) == 0 ? 0 : write_error(path, f);
    }
    if (temp_name(path, temp, sizeof(temp))) {
        return write_error(path, f);
    }
    int fd = tn_place_new(temp, mode != TN_FILE_PLAIN);
    if (fd < 0) {
        return write_error(path, f);
    }
    bool done =
            write_all(fd, bytes, len) == 0 && tn_place(temp, path, mode != TN_FILE_PRIVATE) == 0;
    if (done) {
        return 0;
    }
    write_error(path, f);
    unlink(temp);
    return -1;
}

bool tn_file_has_suffix(const char *path, const char *suffix) {
    size_t len = strlen(path);
    size_t n = strlen(suffix);
    return len > n && strcasecmp(path + len - n, suffix) == 0;
}
