// SPDX-License-Identifier: Apache-2.0
// Names for groups and commands, as users know them.
#include <stdio.h>

#include "base/compiler.h"
#include "host/explain/explain_priv.h"

static const struct {
    uint16_t id;
    const char *name;
} groups[] = {
        {TN_SMP_OS, "os"},
        {TN_SMP_IMAGE, "image"},
        {TN_SMP_STAT, "statistics"},
        {TN_SMP_SETTINGS, "settings"},
        {4, "log"},
        {5, "crash"},
        {6, "split"},
        {7, "run"},
        {TN_SMP_FS, "files"},
        {TN_SMP_SHELL, "shell"},
        {TN_SMP_ENUM, "groups"},
        {11, "transport"},
        {TN_SMP_BASIC, "basic"},
        {TN_SMP_TENON, "tenon"},
};

// A command with one name for reading and writing has one row.
static const struct {
    uint16_t group;
    uint8_t id;
    const char *read;
    const char *write;  // NULL: the same name
    bool optional;      // devices often lack it, and no update needs it
} commands[] = {
        {TN_SMP_OS, TN_OS_ECHO, "echo", NULL, true},
        {TN_SMP_OS, 1, "echo of the console", NULL, true},
        {TN_SMP_OS, TN_OS_TASKSTAT, "list of tasks", NULL, true},
        {TN_SMP_OS, TN_OS_MPSTAT, "memory pools", NULL, true},
        {TN_SMP_OS, TN_OS_DATETIME, "read the clock", "set the clock", true},
        {TN_SMP_OS, TN_OS_RESET, "reset", NULL, false},
        {TN_SMP_OS, TN_OS_PARAMS, "parameters", NULL, true},
        {TN_SMP_OS, TN_OS_INFO, "device info", NULL, true},
        {TN_SMP_OS, TN_OS_BOOTLOADER, "bootloader info", NULL, true},
        {TN_SMP_IMAGE, TN_IMG_STATE, "list of images", "mark an image", false},
        {TN_SMP_IMAGE, TN_IMG_UPLOAD, "upload", NULL, false},
        {TN_SMP_IMAGE, 2, "file", NULL, true},
        {TN_SMP_IMAGE, 3, "query for a core dump", NULL, true},
        {TN_SMP_IMAGE, 4, "read the core dump", "erase the core dump", true},
        {TN_SMP_IMAGE, TN_IMG_ERASE, "erase a slot", NULL, false},
        {TN_SMP_IMAGE, TN_IMG_SLOTS, "slot sizes", NULL, true},
        {TN_SMP_STAT, TN_STAT_SHOW, "show", NULL, true},
        {TN_SMP_STAT, TN_STAT_LIST, "list", NULL, true},
        {TN_SMP_SETTINGS, TN_SETTINGS_VALUE, "read a setting", "write a setting", true},
        {TN_SMP_SETTINGS, TN_SETTINGS_DELETE, "delete a setting", NULL, true},
        {TN_SMP_SETTINGS, TN_SETTINGS_COMMIT, "commit", NULL, true},
        {TN_SMP_SETTINGS, TN_SETTINGS_STORE, "load", "save", true},
        {TN_SMP_FS, TN_FS_FILE, "download", "upload", true},
        {TN_SMP_FS, TN_FS_STATUS, "size of a file", NULL, true},
        {TN_SMP_FS, TN_FS_HASH, "hash of a file", NULL, true},
        {TN_SMP_FS, TN_FS_TYPES, "kinds of hashes", NULL, true},
        {TN_SMP_FS, TN_FS_CLOSE, "close", NULL, true},
        {TN_SMP_SHELL, TN_SHELL_EXEC, "run a command", NULL, true},
        {TN_SMP_ENUM, TN_ENUM_COUNT, "number of groups", NULL, true},
        {TN_SMP_ENUM, TN_ENUM_LIST, "list of groups", NULL, true},
        {TN_SMP_ENUM, TN_ENUM_SINGLE, "one group", NULL, true},
        {TN_SMP_ENUM, TN_ENUM_DETAILS, "details of groups", NULL, true},
        {11, 0, "connect", NULL, true},
        {11, 1, "disconnect", NULL, true},
        {11, 2, "status", NULL, true},
        {11, 6, "list", NULL, true},
        {11, 7, "modes", NULL, true},
        {11, 8, "configuration", NULL, true},
        {TN_SMP_BASIC, TN_BASIC_ERASE, "erase storage", NULL, true},
        {TN_SMP_TENON, TN_TENON_HISTORY, "history of updates", NULL, true},
        {TN_SMP_TENON, TN_TENON_FACTS, "requirements of images", NULL, true},
        {TN_SMP_TENON, TN_TENON_TAKE_BACK, "note that an image is taken back", NULL, true},
        {TN_SMP_TENON, TN_TENON_READ_BACK, "read an image back", NULL, true},
        {TN_SMP_TENON, TN_TENON_RESULT, "result of a card's file", NULL, true},
};

struct names tn_explain_words_names(const struct tn_smp_hdr *h, char *buf, size_t size) {
    struct names n = {.optional = true};
    size_t half = size / 2;

    for (size_t i = 0; i < TN_LEN(groups); i++) {
        n.group = groups[i].id == h->group ? groups[i].name : n.group;
    }
    for (size_t i = 0; i < TN_LEN(commands); i++) {
        if (commands[i].group == h->group && commands[i].id == h->id) {
            bool write = h->op == TN_SMP_WRITE || h->op == TN_SMP_WRITE_RSP;
            n.command = write && commands[i].write ? commands[i].write : commands[i].read;
            n.optional = commands[i].optional;
        }
    }
    if (!n.group) {
        snprintf(buf, half, "group %u", (unsigned)h->group);
        n.group = buf;
    }
    if (!n.command) {
        snprintf(buf + half, half, "command %u", (unsigned)h->id);
        n.command = buf + half;
    }
    return n;
}
