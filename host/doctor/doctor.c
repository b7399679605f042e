// SPDX-License-Identifier: Apache-2.0
// Sources: serial ports belong to the group dialout (Debian); udev(7) names the folders of rules.
#include "host/doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/base/process.h"
#include "host/files/key.h"

#define RULES "70-tenon.rules"

enum { TEXT = 400 };

static void tell(const struct tn_doctor *d, enum tn_check_level level, const char *id,
        const char *next, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void tell(const struct tn_doctor *d, enum tn_check_level level, const char *id,
        const char *next, const char *format, ...) {
    char text[TEXT];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const struct tn_check c = {.level = level, .id = id, .text = text, .next = next};
    d->check(d->ctx, &c);
}

void tn_doctor_ports(const struct tn_doctor *d, size_t n) {
    if (n == 0) {
        tell(d, TN_CHECK_WARN, "ports",
                "plug the device in, with a cable that has data lines; see also: dmesg",
                "no serial port on this machine");
        return;
    }
    tell(d, TN_CHECK_OK, "ports", "", "%zu serial port%s", n, n > 1 ? "s" : "");
}

// ---- One port --------------------------------------------------------------------------

// The user's name, for a command that the user can paste.
static const char *user_name(void) {
    const struct passwd *pw = getpwuid(getuid());
    return pw ? pw->pw_name : "$USER";
}

// Does /etc/group list the user as a member? A new entry counts only after the next login.
static bool is_member(const struct group *g) {
    const char *name = user_name();

    for (char **m = g->gr_mem; *m; m++) {
        if (strcmp(*m, name) == 0) {
            return true;
        }
    }
    return false;
}

static void no_permission(const struct tn_doctor *d, const char *path, const struct stat *st) {
    const struct group *g = getgrgid(st->st_gid);
    char next[160] = "install the udev rules (./run install), then plug the device in again";

    if (g && g->gr_gid != 0 && (st->st_mode & 0060) == 0060) {
        if (is_member(g)) {
            snprintf(next, sizeof(next), "log out and in again: you joined %s after the login",
                    g->gr_name);
        } else {
            snprintf(next, sizeof(next), "sudo adduser %s %s, then log in again", user_name(),
                    g->gr_name);
        }
    }
    tell(d, TN_CHECK_FAIL, "permission", next, "%s: you may not open it (it belongs to %s)", path,
            g ? g->gr_name : "another group");
}

void tn_doctor_port(const struct tn_doctor *d, const char *path) {
    char full[PATH_MAX];
    char real[PATH_MAX];
    char name[64];
    char pid[16];
    struct stat st;

    snprintf(full, sizeof(full), "%s%s", d->root, path);
    if (!realpath(full, real) || stat(real, &st)) {
        tell(d, TN_CHECK_FAIL, "permission", "is the device plugged in, and the path right?",
                "%s: no such port", path);
        return;
    }
    if (faccessat(AT_FDCWD, real, R_OK | W_OK, AT_EACCESS)) {
        no_permission(d, path, &st);
    } else {
        tell(d, TN_CHECK_OK, "permission", "", "%s: you may open it", path);
    }
    if (tn_process_at_port(d->root, real, name, sizeof(name), pid)) {
        tell(d, TN_CHECK_FAIL, "held", "close that program, then try again",
                "%s: %s (process %s) has it open", path, name, pid);
    } else {
        tell(d, TN_CHECK_OK, "held", "", "%s: no other program of yours has it open", path);
    }
}

// ---- The system ------------------------------------------------------------------------

// The folder that has the rules, or NULL.
static const char *find_rules(const struct tn_doctor *d) {
    static const char *const folders[] = {"/etc/udev/rules.d", "/run/udev/rules.d",
            "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"};
    char path[PATH_MAX];

    for (size_t i = 0; i < TN_LEN(folders); i++) {
        snprintf(path, sizeof(path), "%s%s/" RULES, d->root, folders[i]);
        if (access(path, R_OK) == 0) {
            return folders[i];
        }
    }
    return NULL;
}

static bool is_modem_manager(const char *pid, void *ctx) {
    const struct tn_doctor *d = ctx;
    char name[64];

    tn_process_name(d->root, pid, name, sizeof(name));
    return strcmp(name, "ModemManager") == 0;
}

void tn_doctor_system(const struct tn_doctor *d) {
    const char *folder = find_rules(d);

    if (folder) {
        tell(d, TN_CHECK_OK, "udev", "", "udev rules: %s/" RULES, folder);
    } else {
        tell(d, TN_CHECK_WARN, "udev",
                "sudo ./run install, or copy " RULES " to /etc/udev/rules.d; then plug the device "
                "in again",
                "the udev rules (" RULES ") are not installed");
    }
    struct tn_doctor self = *d;
    if (!tn_process_each(d->root, is_modem_manager, &self)) {
        tell(d, TN_CHECK_OK, "modem-manager", "", "ModemManager does not run");
    } else if (folder) {
        tell(d, TN_CHECK_OK, "modem-manager", "",
                "ModemManager runs, and leaves the boards of the udev rules alone");
    } else {
        tell(d, TN_CHECK_WARN, "modem-manager",
                "install the udev rules, or: sudo systemctl stop ModemManager",
                "ModemManager runs, and may talk to a board when it is plugged in");
    }
}

// ---- Keys ------------------------------------------------------------------------------

void tn_doctor_key(const struct tn_doctor *d, const char *path, int required) {
    char full[PATH_MAX];
    struct tn_key_pair key = {0};
    struct tn_fault f;
    struct stat st;

    snprintf(full, sizeof(full), "%s%s", d->root, path);
    if (stat(full, &st)) {
        if (required) {
            tell(d, TN_CHECK_FAIL, "key", "check the path; a new key: tenon keygen FILE",
                    "%s: cannot be read: %s", path, strerror(errno));
        }
        return;
    }
    if (tn_key_load(full, &key, &f)) {
        tell(d, TN_CHECK_FAIL, "key", "", "%s", f.text);
        return;
    }
    if (key.has_private && (st.st_mode & 0077)) {
        char next[PATH_MAX + 16];
        snprintf(next, sizeof(next), "chmod 600 %s", path);
        tell(d, TN_CHECK_FAIL, "key", next, "%s: other users may read this private key", path);
    } else {
        tell(d, TN_CHECK_OK, "key", "", "%s: %s", path,
                key.has_private ? "a private key that only its owner may read" : "a public key");
    }
    if (key.is_dev) {
        tell(d, TN_CHECK_WARN, "development-key",
                "for devices that you ship: tenon keygen FILE, and keep that key offline",
                "%s: a development key; whoever has this tree may sign with it", path);
    }
    tn_key_free(&key);
}
