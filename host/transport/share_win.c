// SPDX-License-Identifier: Apache-2.0
// On Windows a port that a program holds is that program's alone. Names are reserved by mutexes of
// the user's session, which Windows frees when their program ends.
#include "host/transport/share.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

int tn_share_listen(const char *port, char *ret_path, unsigned size, struct tn_fault *f) {
    (void)size;
    ret_path[0] = 0;
    return tn_fail(f, TN_FAULT_WRITE, "%s: a port is not shared on Windows", port);
}

void tn_share_unlisten(int listener, const char *path) {
    (void)listener;
    (void)path;
}

int tn_share_accept(int listener, bool takes) {
    (void)listener;
    (void)takes;
    return -1;
}

int tn_share_connect(const char *port) {
    (void)port;
    return -1;
}

int tn_share_read(int fd, void *ret, unsigned size) {
    (void)fd;
    (void)ret;
    (void)size;
    return -1;
}

int tn_share_write(int fd, const void *bytes, unsigned len) {
    (void)fd;
    (void)bytes;
    (void)len;
    return -1;
}

void tn_share_close(int fd) {
    (void)fd;
}

int tn_share_lock(const char *name) {
    char path[200];

    if (strchr(name, '\\') ||
            snprintf(path, sizeof(path), "Local\\tenon-%s", name) >= (int)sizeof(path)) {
        return -1;
    }
    HANDLE h = CreateMutexA(NULL, FALSE, path);
    if (h && GetLastError() == ERROR_ALREADY_EXISTS) {
        CloseHandle(h);
        return TN_SHARE_TAKEN;
    }
    return h ? (int)(intptr_t)h : -1;
}

void tn_share_unlock(int lock) {
    CloseHandle((HANDLE)(intptr_t)lock);
}
