// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    AT_A_TIME = 1000,  // addresses in one command
    DIGITS = 16,
};

// The last two parts of a path: "src/image/verify.c:70" is "image/verify.c:70".
static const char *tail(const char *path) {
    const char *at = path + strlen(path);
    int slashes = 0;

    while (at > path && (at[-1] != '/' || ++slashes < 2)) {
        at--;
    }
    return at;
}

// Reads two lines: the function and its place.
static int read_one(FILE *from, struct tn_line *l) {
    char function[256];
    char place[1024];

    if (!fgets(function, sizeof(function), from) || !fgets(place, sizeof(place), from)) {
        return -1;
    }
    function[strcspn(function, "\n")] = 0;
    place[strcspn(place, " \n")] = 0;
    l->is_library = strstr(place, "/third_party/") || !strchr(place, '/');
    snprintf(l->text, sizeof(l->text), "%.40s, %.50s", function, tail(place));
    return 0;
}

static int find_some(const char *elf, struct tn_line *lines, size_t n) {
    size_t room = strlen(elf) + 64 + n * DIGITS;
    char *command = malloc(room);
    int err = -1;

    if (!command) {
        return -1;
    }
    int at = snprintf(command, room, "arm-none-eabi-addr2line -f -e '%s'", elf);
    for (size_t i = 0; i < n; i++) {
        at += snprintf(command + at, room - (size_t)at, " %#x", lines[i].addr);
    }
    FILE *from = popen(command, "r");
    free(command);
    if (from) {
        err = 0;
        for (size_t i = 0; i < n && !err; i++) {
            err = read_one(from, &lines[i]);
        }
        err = pclose(from) || err ? -1 : 0;
    }
    return err;
}

int tn_lines_find(const char *elf, struct tn_line *lines, size_t n) {
    for (size_t i = 0; i < n; i += AT_A_TIME) {
        if (find_some(elf, lines + i, n - i < AT_A_TIME ? n - i : AT_A_TIME)) {
            fprintf(stderr, "emu: arm-none-eabi-addr2line does not know %s\n", elf);
            return -1;
        }
    }
    return 0;
}
