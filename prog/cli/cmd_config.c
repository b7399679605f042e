// SPDX-License-Identifier: Apache-2.0
// config: shows and writes the file of connection profiles. A user's own lines and comments stay:
// add appends a section, remove takes out the lines of one.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/memory.h"
#include "host/base/place.h"
#include "options.h"
#include "profile.h"

// ---- Showing ---------------------------------------------------------------------------

static void show_one(const struct cli *cli, const struct profile *p) {
    json_t *o = json_pack("{ss}", "name", p->name);

    say(cli, "[%s]", p->name);
    for (const uint8_t *opt = profile_opts; *opt != OPT_END; opt++) {
        const char *name = option_rows[*opt].name;
        if (p->value[*opt]) {
            say(cli, "%s = %s", name, p->value[*opt]);
            json_object_set_new(o, name, json_string(p->value[*opt]));
        }
    }
    emit(cli, "profile", o);
}

static int no_profile(struct cli *cli, const struct profiles *p, const char *name) {
    return tn_fail(&cli->fault, TN_FAULT_USAGE,
            "%s: no such profile in %s; list them by: tenon config show", name, p->path);
}

int cmd_config_show(struct cli *cli) {
    struct profiles p;
    int err = 0;

    if (profiles_read(&p, &cli->fault)) {
        return -1;
    }
    const struct profile *one = cli->nargs ? profile_find(&p, cli->args[0]) : NULL;
    if (cli->nargs && !one) {
        err = no_profile(cli, &p, cli->args[0]);
    } else if (one) {
        show_one(cli, one);
    } else {
        note(cli, "%s: %zu profile%s", p.path, p.n, p.n == 1 ? "" : "s");
    }
    for (size_t i = 0; i < p.n && !cli->nargs; i++) {
        show_one(cli, &p.list[i]);
    }
    profiles_free(&p);
    return err;
}

// ---- Writing ---------------------------------------------------------------------------

// Makes the folders of the file's path.
static int make_folders(const char *path, struct tn_fault *f) {
    char folder[4096];

    snprintf(folder, sizeof(folder), "%s", path);
    for (char *p = strchr(folder + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        if (tn_place_folder(folder)) {
            return tn_fail(f, TN_FAULT_WRITE, "%s: cannot be made: %s", folder, strerror(errno));
        }
        *p = '/';
    }
    return 0;
}

// Only one call changes the file at a time. Returns a descriptor, whose close ends the lock, or -1
// with a fault.
static int lock_file(struct cli *cli, const char *path) {
    char name[4200];

    snprintf(name, sizeof(name), "%s.lock", path);
    if (make_folders(path, &cli->fault)) {
        return -1;
    }
    int fd = tn_place_lock(name);
    if (fd < 0) {
        return tn_fail(
                &cli->fault, TN_FAULT_WRITE, "%s: cannot be locked: %s", name, strerror(errno));
    }
    return fd;
}

// True if the line is "[name]", the header of a section.
static bool is_header(const char *line, const char *name) {
    size_t n = strlen(name);

    line += strspn(line, " \t");
    return *line == '[' && (!*name || (strncmp(line + 1, name, n) == 0 && line[n + 1] == ']'));
}

static bool is_comment(const char *line) {
    line += strspn(line, " \t");
    return *line == '#' || *line == ';';
}

// Copies the file's text without the section of this name. Comments stay: they may be about more
// than the section.
static void copy_others(FILE *out, char *text, const char *name) {
    bool skips = false;

    for (char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        n += line[n] == '\n';
        skips = is_header(line, "") ? is_header(line, name) : skips;
        if (!skips || is_comment(line)) {
            fwrite(line, 1, n, out);
        }
        line += n;
    }
}

// A path that stays right in every folder: the user's file is not where this command runs.
static void put_value(FILE *out, enum opt o, const char *value) {
    char whole[PATH_MAX];
    bool is_path = (o == OPT_KEY || o == OPT_LOG) && tn_real_path(value, whole);

    fprintf(out, "%s = %s\n", option_rows[o].name, is_path ? whole : value);
}

// One argument: OPTION=VALUE.
static int check_pair(struct cli *cli, const char *pair, enum opt *ret, const char **ret_value) {
    char name[32];
    size_t n = strcspn(pair, "=");

    snprintf(name, sizeof(name), "%.*s", (int)n, pair);
    *ret = profile_option(name);
    *ret_value = pair[n] ? pair + n + 1 : "";
    if (*ret == OPT_END || !**ret_value) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: not OPTION=VALUE of a profile; see: tenon config add --help", pair);
    }
    if (strlen(*ret_value) > 180 || strpbrk(*ret_value, "\r\n;")) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: a value has at most 180 characters, and neither ; nor a line's end", name);
    }
    return 0;
}

// Writes the file anew, with the text of the section behind all others. section NULL: none.
static int rewrite(
        struct cli *cli, const struct profiles *p, const char *name, const char *section) {
    struct tn_buf old = {0};
    char real[PATH_MAX];
    struct tn_memory m;
    struct tn_fault none;

    tn_file_read(p->path, &old, &none);  // no file yet: no text
    if (tn_memory_open(&m)) {
        tn_buf_free(&old);
        return tn_fail_memory(&cli->fault);
    }
    if (old.p) {
        copy_others(m.out, (char *)old.p, name);
    }
    fputs(section ? section : "", m.out);
    tn_buf_free(&old);
    if (tn_memory_close(&m)) {
        return tn_fail_memory(&cli->fault);
    }
    bool is_there = tn_real_path(p->path, real);  // a link stays a link
    int err = tn_file_write(is_there ? real : p->path, m.text, m.len, TN_FILE_PLAIN, &cli->fault);
    free(m.text);
    return err;
}

static int write_section(struct cli *cli, char **ret) {
    struct tn_memory m;
    int err = 0;

    if (tn_memory_open(&m)) {
        return tn_fail_memory(&cli->fault);
    }
    fprintf(m.out, "[%s]\n", cli->args[0]);
    for (int i = 1; i < cli->nargs && !err; i++) {
        enum opt o;
        const char *value;
        err = check_pair(cli, cli->args[i], &o, &value);
        if (!err) {
            put_value(m.out, o, value);
        }
    }
    if (tn_memory_close(&m) && !err) {
        err = tn_fail_memory(&cli->fault);
    }
    *ret = m.text;
    return err;
}

// Reads the profiles, and keeps them locked. Returns the lock, or -1.
static int read_locked(struct cli *cli, struct profiles *p) {
    if (profiles_read(p, &cli->fault)) {  // for the path
        return -1;
    }
    int lock = lock_file(cli, p->path);
    profiles_free(p);
    if (lock >= 0 && profiles_read(p, &cli->fault)) {
        close(lock);
        return -1;
    }
    return lock;
}

int cmd_config_add(struct cli *cli) {
    const char *name = cli->args[0];
    struct profiles p;
    char *section = NULL;

    if (!is_profile_name(name)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: a profile's name has letters, digits, - _ and . only", name);
    }
    int lock = read_locked(cli, &p);
    if (lock < 0) {
        return -1;
    }
    int err = write_section(cli, &section);
    if (!err && profile_find(&p, name) && !cli->given[OPT_FORCE]) {
        err = tn_fail(&cli->fault, TN_FAULT_WRITE,
                "%s: a profile of this name is there already; choose another name, or --force",
                name);
    }
    err = err ? err : rewrite(cli, &p, name, section);
    if (!err) {
        say(cli, "%s: in %s", name, p.path);
        emit(cli, "result",
                json_pack("{ssssss}", "command", "config add", "name", name, "file", p.path));
    }
    free(section);
    profiles_free(&p);
    close(lock);
    return err;
}

int cmd_config_remove(struct cli *cli) {
    const char *name = cli->args[0];
    struct profiles p;

    int lock = read_locked(cli, &p);
    if (lock < 0) {
        return -1;
    }
    int err = profile_find(&p, name) ? rewrite(cli, &p, name, NULL) : no_profile(cli, &p, name);
    if (!err) {
        say(cli, "%s: removed from %s", name, p.path);
        emit(cli, "result", json_pack("{ssss}", "command", "config remove", "name", name));
    }
    profiles_free(&p);
    close(lock);
    return err;
}
