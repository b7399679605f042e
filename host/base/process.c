// SPDX-License-Identifier: Apache-2.0
#include "host/base/process.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tn_process_name(const char *root, const char *pid, char *ret, size_t size) {
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/proc/%s/comm", root, pid);
    FILE *f = fopen(path, "r");
    ret[0] = 0;
    if (f) {
        if (!fgets(ret, (int)size, f)) {
            ret[0] = 0;
        }
        fclose(f);
    }
    ret[strcspn(ret, "\n")] = 0;
}

// A container has terminals of its own: the same path names another file there.
static bool is_another_file(int dir, const char *link, const char *real) {
    struct stat held;
    struct stat ours;

    return !fstatat(dir, link, &held, 0) && !stat(real, &ours) &&
            (held.st_dev != ours.st_dev || held.st_ino != ours.st_ino);
}

static bool holds(const char *root, const char *pid, const char *real, bool is_device) {
    char path[PATH_MAX];
    char target[PATH_MAX];
    struct dirent *e;
    bool found = false;

    snprintf(path, sizeof(path), "%s/proc/%s/fd", root, pid);
    DIR *dir = opendir(path);
    if (!dir) {
        return false;
    }
    while (!found && (e = readdir(dir)) != NULL) {
        ssize_t n = readlinkat(dirfd(dir), e->d_name, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = 0;
        found = n > 0 && strcmp(target, real) == 0 &&
                !(is_device && is_another_file(dirfd(dir), e->d_name, real));
    }
    closedir(dir);
    return found;
}

bool tn_process_holds(const char *root, const char *pid, const char *real) {
    return holds(root, pid, real, false);
}

bool tn_process_each(const char *root, bool (*seen)(const char *pid, void *ctx), void *ctx) {
    char path[PATH_MAX];
    struct dirent *e;
    bool stop = false;

    snprintf(path, sizeof(path), "%s/proc", root);
    DIR *dir = opendir(path);
    while (dir && !stop && (e = readdir(dir)) != NULL) {
        stop = isdigit((unsigned char)e->d_name[0]) && seen(e->d_name, ctx);
    }
    if (dir) {
        closedir(dir);
    }
    return stop;
}

// ---- Who holds a port ------------------------------------------------------------------

struct search {
    const char *root, *real;
    char pid[16];
};

// A simulated device holds both ends of its pseudo terminal. The user wants to talk to it, so it is
// not another program that holds the port.
static bool is_other_end(const struct search *s, const char *pid) {
    return strncmp(s->real, "/dev/pts/", 9) == 0 &&
            (tn_process_holds(s->root, pid, "/dev/ptmx") ||
                    tn_process_holds(s->root, pid, "/dev/pts/ptmx"));
}

static bool is_holder(const char *pid, void *ctx) {
    struct search *s = ctx;

    if (strtol(pid, NULL, 10) == (long)getpid() || !holds(s->root, pid, s->real, true) ||
            is_other_end(s, pid)) {
        return false;
    }
    snprintf(s->pid, sizeof(s->pid), "%s", pid);
    return true;
}

bool tn_process_at_port(
        const char *root, const char *real, char *ret_name, size_t size, char *ret_pid) {
    struct search s = {.root = root, .real = real};

    if (!tn_process_each(root, is_holder, &s)) {
        return false;
    }
    tn_process_name(root, s.pid, ret_name, size);
    memcpy(ret_pid, s.pid, sizeof(s.pid));
    return true;
}
