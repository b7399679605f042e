// SPDX-License-Identifier: Apache-2.0
// What the program wants of a POSIX system: signals, the terminal's size, the user's folder.
#include "system.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_signal(int number) {
    (void)number;
    if (stop) {
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    stop = 1;
}

void catch_stop(void) {
    struct sigaction act = {.sa_handler = on_signal};

    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

bool is_stopped(void) {
    return stop != 0;
}

const volatile sig_atomic_t *stop_flag(void) {
    return &stop;
}

// A reader that is gone makes writes fail, and does not end the program.
void system_begin(void) {
    signal(SIGPIPE, SIG_IGN);
}

unsigned terminal_width(void) {
    struct winsize w = {0};

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

unsigned terminal_rows(void) {
    struct winsize w = {0};

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_row : 0;
}

bool is_whole_path(const char *path) {
    return *path == '/';
}

bool profiles_path(char *ret, size_t size) {
    const char *own = getenv("TENON_CONFIG");
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (own && *own) {
        return snprintf(ret, size, "%s", own) < (int)size;
    }
    if (config && *config) {
        return snprintf(ret, size, "%s/tenon/config", config) < (int)size;
    }
    return home && *home && snprintf(ret, size, "%s/.config/tenon/config", home) < (int)size;
}
