// SPDX-License-Identifier: Apache-2.0
// Names are in the program's code page, which the manifest of tenon.exe sets to UTF-8.
#include "host/base/place.h"

#include <ctype.h>
#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <windows.h>

enum { BUSY_TRIES = 100, BUSY_MS = 50 };

// Sets errno from the system's last error. Returns -1.
static int failed(void) {
    switch (GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
        errno = ENOENT;
        break;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
        errno = EEXIST;
        break;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        errno = EACCES;
        break;
    case ERROR_DISK_FULL:
        errno = ENOSPC;
        break;
    default:
        errno = EIO;
    }
    return -1;
}

// rename(), which fails if the name exists, has a twin that replaces. A virus scanner may have the
// old file open for a moment.
int tn_place(const char *temp, const char *path, bool replaces) {
    if (!replaces) {
        return rename(temp, path);
    }
    for (int i = 0; i < BUSY_TRIES; i++) {
        if (MoveFileExA(temp, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
            return 0;
        }
        if (GetLastError() != ERROR_SHARING_VIOLATION) {
            break;
        }
        Sleep(BUSY_MS);
    }
    return failed();
}

int tn_place_new(const char *path, bool is_private) {
    (void)is_private;
    return _open(
            path, _O_WRONLY | _O_CREAT | _O_TRUNC | _O_BINARY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
}

int tn_place_existing(const char *path) {
    return _open(path, _O_WRONLY | _O_BINARY | _O_NOINHERIT);
}

// _O_APPEND seeks and then writes; only this right makes it one step.
int tn_place_append(const char *path) {
    HANDLE h = CreateFileA(path, FILE_APPEND_DATA | SYNCHRONIZE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
            FILE_ATTRIBUTE_NORMAL, NULL);

    return h == INVALID_HANDLE_VALUE
            ? failed()
            : _open_osfhandle((intptr_t)h, _O_APPEND | _O_BINARY | _O_WRONLY);
}

int tn_place_lock(const char *path) {
    OVERLAPPED whole = {0};
    HANDLE h = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
            NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

    if (h == INVALID_HANDLE_VALUE) {
        return failed();
    }
    if (!LockFileEx(h, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &whole)) {
        failed();
        CloseHandle(h);
        return -1;
    }
    return _open_osfhandle((intptr_t)h, _O_BINARY);
}

int tn_place_folder(const char *path) {
    size_t n = strlen(path);

    if (n == 2 && path[1] == ':') {
        return 0;  // "C:" is no folder, and there
    }
    return _mkdir(path) && errno != EEXIST ? -1 : 0;
}

// What a file is known by: volume and number. Returns false if there is no such file.
static bool identify(const char *path, BY_HANDLE_FILE_INFORMATION *ret) {
    HANDLE h = CreateFileA(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
            OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    bool done = h != INVALID_HANDLE_VALUE && GetFileType(h) == FILE_TYPE_DISK &&
            GetFileInformationByHandle(h, ret);

    if (h != INVALID_HANDLE_VALUE) {
        CloseHandle(h);
    }
    return done;
}

bool tn_is_same_file(const char *a, const char *b) {
    BY_HANDLE_FILE_INFORMATION ia, ib;

    return identify(a, &ia) && identify(b, &ib) &&
            ia.dwVolumeSerialNumber == ib.dwVolumeSerialNumber &&
            ia.nFileIndexHigh == ib.nFileIndexHigh && ia.nFileIndexLow == ib.nFileIndexLow;
}

// COM and a number, or a device's path \\.\NAME.
static bool is_port(const char *path) {
    return strncmp(path, "\\\\.\\", 4) == 0 ||
            (_strnicmp(path, "COM", 3) == 0 && isdigit((unsigned char)path[3]) &&
                    path[3 + strspn(path + 3, "0123456789")] == 0);
}

bool tn_real_path(const char *path, char *ret) {
    if (is_port(path)) {
        return snprintf(ret, PATH_MAX, "%s", path) < PATH_MAX;
    }
    if (!_fullpath(ret, path, PATH_MAX)) {
        errno = ENAMETOOLONG;
        return false;
    }
    return _access(ret, 0) == 0;
}
