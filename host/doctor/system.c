// SPDX-License-Identifier: Apache-2.0
// What a Linux machine needs to reach a device. Sources: serial ports belong to the group dialout
// (Debian); udev(7) names the folders of rules.
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/base/process.h"
#include "host/doctor/doctor_priv.h"

#define RULES "70-tenon.rules"

const char tn_doctor_port_log[] = "dmesg";

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
    tn_doctor_tell(d, TN_CHECK_FAIL, "permission", next,
            "%s: you may not open it (it belongs to %s)", path, g ? g->gr_name : "another group");
}

void tn_doctor_port(const struct tn_doctor *d, const char *path) {
    char full[PATH_MAX];
    char real[PATH_MAX];
    char name[64];
    char pid[16];
    struct stat st;

    snprintf(full, sizeof(full), "%s%s", d->root, path);
    if (!realpath(full, real) || stat(real, &st)) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "permission",
                "is the device plugged in, and the path right?", "%s: no such port", path);
        return;
    }
    if (faccessat(AT_FDCWD, real, R_OK | W_OK, AT_EACCESS)) {
        no_permission(d, path, &st);
    } else {
        tn_doctor_tell(d, TN_CHECK_OK, "permission", "", "%s: you may open it", path);
    }
    if (tn_process_at_port(d->root, real, name, sizeof(name), pid)) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "held", "close that program, then try again",
                "%s: %s (process %s) has it open", path, name, pid);
    } else {
        tn_doctor_tell(
                d, TN_CHECK_OK, "held", "", "%s: no other program of yours has it open", path);
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
        tn_doctor_tell(d, TN_CHECK_OK, "udev", "", "udev rules: %s/" RULES, folder);
    } else {
        tn_doctor_tell(d, TN_CHECK_WARN, "udev",
                "sudo ./run install, or copy " RULES " to /etc/udev/rules.d; then plug the device "
                "in again",
                "the udev rules (" RULES ") are not installed");
    }
    struct tn_doctor self = *d;
    if (!tn_process_each(d->root, is_modem_manager, &self)) {
        tn_doctor_tell(d, TN_CHECK_OK, "modem-manager", "", "ModemManager does not run");
    } else if (folder) {
        tn_doctor_tell(d, TN_CHECK_OK, "modem-manager", "",
                "ModemManager runs, and leaves the boards of the udev rules alone");
    } else {
        tn_doctor_tell(d, TN_CHECK_WARN, "modem-manager",
                "install the udev rules, or: sudo systemctl stop ModemManager",
                "ModemManager runs, and may talk to a board when it is plugged in");
    }
}

// ---- Keys ------------------------------------------------------------------------------

void tn_doctor_private_key(const struct tn_doctor *d, const char *file, const char *path) {
    char next[PATH_MAX + 16];
    struct stat st;

    if (stat(file, &st) == 0 && (st.st_mode & 0077)) {
        snprintf(next, sizeof(next), "chmod 600 %s", path);
        tn_doctor_tell(
                d, TN_CHECK_FAIL, "key", next, "%s: other users may read this private key", path);
        return;
    }
    tn_doctor_tell(
            d, TN_CHECK_OK, "key", "", "%s: a private key that only its owner may read", path);
}
