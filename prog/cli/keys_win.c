// SPDX-License-Identifier: Apache-2.0
// Keys of a Windows console arrive as records, of which only those with a character count. Standard
// input may also be a pipe or a file; Windows cannot wait for a pipe, so it is looked at.
#include "keys.h"

#include <string.h>

#include <windows.h>

#include "host/base/clock.h"

enum { LOOK_MS = 20 };  // between two looks at a pipe

static HANDLE input(void) {
    return GetStdHandle(STD_INPUT_HANDLE);
}

static DWORD before;
static bool is_console;

bool keys_begin(void) {
    is_console = GetConsoleMode(input(), &before) != 0;
    if (is_console) {
        SetConsoleMode(input(), ENABLE_VIRTUAL_TERMINAL_INPUT);
    }
    return is_console;
}

void keys_end(void) {
    if (is_console) {
        SetConsoleMode(input(), before);
    }
    is_console = false;
}

static bool is_key(const INPUT_RECORD *r) {
    return r->EventType == KEY_EVENT && r->Event.KeyEvent.bKeyDown &&
            r->Event.KeyEvent.uChar.UnicodeChar;
}

// Drops the records in front of the first key. Returns whether there is a key.
static bool has_key(void) {
    INPUT_RECORD r;
    DWORD n;

    while (PeekConsoleInputW(input(), &r, 1, &n) && n) {
        if (is_key(&r)) {
            return true;
        }
        ReadConsoleInputW(input(), &r, 1, &n);
    }
    return false;
}

// The end of a pipe counts as something to read, as a file does.
static bool has_bytes(void) {
    DWORD n = 0;

    return GetFileType(input()) != FILE_TYPE_PIPE ||
            !PeekNamedPipe(input(), NULL, 0, NULL, &n, NULL) || n > 0;
}

// The line's length without its end, or -1.
static int read_line(HANDLE in, char *ret, unsigned size) {
    DWORD n = 0;

    if (!ReadFile(in, ret, size, &n, NULL) || n < 2 || ret[n - 1] != '\n') {
        return -1;
    }
    n -= ret[n - 2] == '\r' ? 2 : 1;
    ret[n] = '\0';
    return (int)n;
}

int keys_secret(const char *prompt, char *ret, unsigned size) {
    HANDLE in = CreateFileA(
            "CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE out = CreateFileA("CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_WRITE, NULL,
            OPEN_EXISTING, 0, NULL);
    DWORD mode, written;
    int n = -1;

    if (in != INVALID_HANDLE_VALUE && out != INVALID_HANDLE_VALUE && GetConsoleMode(in, &mode)) {
        SetConsoleMode(in, (mode | ENABLE_LINE_INPUT) & ~(DWORD)ENABLE_ECHO_INPUT);
        WriteFile(out, prompt, (DWORD)strlen(prompt), &written, NULL);
        WriteFile(out, ": ", 2, &written, NULL);
        n = read_line(in, ret, size);
        SetConsoleMode(in, mode);
        WriteFile(out, "\r\n", 2, &written, NULL);
    }
    CloseHandle(in);
    CloseHandle(out);
    return n;
}

int keys_read(uint8_t *ret, unsigned size) {
    DWORD n = 0;

    if (!is_console) {
        return ReadFile(input(), ret, size, &n, NULL) ? (int)n : -1;
    }
    int len = 0;
    while (size - (unsigned)len >= 4 && has_key()) {
        INPUT_RECORD r;
        ReadConsoleInputW(input(), &r, 1, &n);
        len += WideCharToMultiByte(CP_UTF8, 0, &r.Event.KeyEvent.uChar.UnicodeChar, 1,
                (char *)ret + len, 4, NULL, NULL);
    }
    return len;
}

// What can be done now.
static unsigned look(const struct keys_wait *w) {
    unsigned ready = 0;

    if (w->tty->is_open) {
        ready |= WaitForSingleObject((HANDLE)(intptr_t)tn_tty_wakes(w->tty, false), 0) ==
                        WAIT_OBJECT_0
                ? KEYS_TTY_READ
                : 0u;
        ready |= w->wants_write &&
                        WaitForSingleObject((HANDLE)(intptr_t)tn_tty_wakes(w->tty, true), 0) ==
                                WAIT_OBJECT_0
                ? KEYS_TTY_WRITE
                : 0u;
    }
    if (w->wants_keys && (is_console ? has_key() : has_bytes())) {
        ready |= KEYS_TYPED;
    }
    return ready;
}

unsigned keys_wait(const struct keys_wait *w, unsigned ms) {
    uint32_t start = tn_now_ms();
    unsigned ready = look(w);

    while (!ready && tn_now_ms() - start < ms) {
        tn_wait(w->tty->is_open ? tn_tty_wakes(w->tty, w->wants_write) : -1, 0, LOOK_MS);
        ready = look(w);
    }
    return ready;
}
