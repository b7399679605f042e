// SPDX-License-Identifier: Apache-2.0
// What the program wants of Windows: bytes in its streams, UTF-8 and control sequences on its
// console, Ctrl-C, the console's size, the user's folder.
#include "system.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

// ---- Streams ---------------------------------------------------------------------------

static UINT code_page;  // of the console, before this program

static void put_back(void) {
    SetConsoleOutputCP(code_page);
}

// Images and keys go through the streams too: nothing may turn \n into \r\n. The manifest has made
// UTF-8 the code page of arguments and file names.
void system_begin(void) {
    HANDLE err = GetStdHandle(STD_ERROR_HANDLE);
    DWORD mode;

    _fmode = _O_BINARY;
    for (int fd = 0; fd < 3; fd++) {
        _setmode(fd, _O_BINARY);
    }
    code_page = GetConsoleOutputCP();
    if (code_page) {
        SetConsoleOutputCP(CP_UTF8);
        atexit(put_back);
    }
    if (GetConsoleMode(err, &mode)) {
        SetConsoleMode(err, mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
}

static bool console_info(CONSOLE_SCREEN_BUFFER_INFO *ret) {
    return GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), ret) != 0;
}

unsigned terminal_width(void) {
    CONSOLE_SCREEN_BUFFER_INFO i;
    int n = console_info(&i) ? i.srWindow.Right - i.srWindow.Left + 1 : 0;

    return n > 0 ? (unsigned)n : 80;
}

unsigned terminal_rows(void) {
    CONSOLE_SCREEN_BUFFER_INFO i;
    int n = console_info(&i) ? i.srWindow.Bottom - i.srWindow.Top + 1 : 0;

    return n > 0 ? (unsigned)n : 0;
}

// ---- Ctrl-C ----------------------------------------------------------------------------

static volatile sig_atomic_t stop;

// Windows calls this in a thread of its own. FALSE: it ends the program, as without this handler.
static BOOL WINAPI on_control(DWORD type) {
    bool was_stopped = stop != 0;

    (void)type;
    stop = 1;
    return was_stopped ? FALSE : TRUE;
}

void catch_stop(void) {
    SetConsoleCtrlHandler(on_control, TRUE);
}

bool is_stopped(void) {
    return stop != 0;
}

const volatile sig_atomic_t *stop_flag(void) {
    return &stop;
}

// ---- Paths -----------------------------------------------------------------------------

// C:\x, or \\server\x. "C:x" and "\x" depend on where the program runs.
bool is_whole_path(const char *path) {
    bool has_drive = ((path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z')) &&
            path[1] == ':' && (path[2] == '\\' || path[2] == '/');

    return has_drive || strncmp(path, "\\\\", 2) == 0 || strncmp(path, "//", 2) == 0;
}

bool profiles_path(char *ret, size_t size) {
    const char *own = getenv("TENON_CONFIG");
    const char *data = getenv("APPDATA");
    int n = own && *own     ? snprintf(ret, size, "%s", own)
            : data && *data ? snprintf(ret, size, "%s/tenon/config", data)
                            : -1;

    if (n < 0 || n >= (int)size) {
        return false;
    }
    for (char *p = strchr(ret, '\\'); p; p = strchr(p, '\\')) {
        *p = '/';
    }
    return true;
}
