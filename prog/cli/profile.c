// SPDX-License-Identifier: Apache-2.0
// Reads the file of profiles with inih.
#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ini.h>

#include "options.h"

const uint8_t profile_opts[] = {OPT_PORT, OPT_BAUD, OPT_TIMEOUT, OPT_CONNTYPE, OPT_CONNSTRING,
        OPT_KEY, OPT_IMAGE, OPT_WINDOW, OPT_DEADLINE, OPT_LOG, OPT_END};

enum { NAME_MAX_LEN = 63 };

bool is_profile_name(const char *text) {
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i])) {
            return false;
        }
    }
    return n > 0 && n <= NAME_MAX_LEN && isalnum((unsigned char)text[0]);
}

enum opt profile_option(const char *name) {
    for (const uint8_t *o = profile_opts; *o != OPT_END; o++) {
        if (strcmp(option_rows[*o].name, name) == 0) {
            return (enum opt) * o;
        }
    }
    return OPT_END;
}

const struct profile *profile_find(const struct profiles *p, const char *name) {
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->list[i].name, name) == 0) {
            return &p->list[i];
        }
    }
    return NULL;
}

void profiles_free(struct profiles *p) {
    for (size_t i = 0; i < p->n; i++) {
        free(p->list[i].name);
        for (int o = 0; o < OPT_COUNT; o++) {
            free(p->list[i].value[o]);
        }
    }
    free(p->list);
    p->list = NULL;
    p->n = 0;
}

// ---- Reading ---------------------------------------------------------------------------

struct reading {
    struct profiles *to;
    const char *defect;  // of the first faulty line
    char what[64];       // the word that the defect is about
};

static int defect(struct reading *r, const char *defect, const char *what) {
    r->defect = r->defect ? r->defect : defect;
    snprintf(r->what, sizeof(r->what), "%s", what);
    return 0;  // inih: this line is an error
}

// Adds an empty profile. NULL: no memory, or too many.
static struct profile *add(struct profiles *p, const char *name) {
    if (p->n == PROFILES_MAX) {
        return NULL;
    }
    struct profile *list = realloc(p->list, (p->n + 1) * sizeof(*list));
    if (!list) {
        return NULL;
    }
    p->list = list;
    list[p->n] = (struct profile){.name = strdup(name)};
    return list[p->n].name ? &list[p->n++] : NULL;
}

static bool is_path(enum opt o, const char *value) {
    return (o == OPT_KEY || o == OPT_LOG) && !is_whole_path(value);
}

// A copy of the value. A relative path gets the file's folder in front.
static char *copy(const struct profiles *p, enum opt o, const char *value) {
    const char *slash = strrchr(p->path, '/');
    size_t folder = slash && is_path(o, value) ? (size_t)(slash - p->path) + 1 : 0;
    char *text = malloc(folder + strlen(value) + 1);

    if (text) {
        memcpy(text, p->path, folder);
        strcpy(text + folder, value);
    }
    return text;
}

// inih calls this for each line name = value.
static int on_line(void *ctx, const char *section, const char *name, const char *value) {
    struct reading *r = ctx;
    enum opt o = profile_option(name);
    struct profile *p = (struct profile *)(uintptr_t)profile_find(r->to, section);

    if (!*section) {
        return defect(r, "a line in front of the first [NAME]", name);
    }
    if (!is_profile_name(section)) {
        return defect(r, "not a profile's name", section);
    }
    if (o == OPT_END) {
        return defect(r, "a profile cannot set this", name);
    }
    p = p ? p : add(r->to, section);
    if (!p) {
        return defect(r, "too many profiles", section);
    }
    free(p->value[o]);
    p->value[o] = copy(r->to, o, value);
    return p->value[o] ? 1 : defect(r, "no memory", name);
}

int profiles_read(struct profiles *ret, struct tn_fault *f) {
    struct reading r = {.to = ret};
    struct stat st;

    *ret = (struct profiles){.n = 0};
    if (!profiles_path(ret->path, sizeof(ret->path))) {
        ret->path[0] = 0;
        return 0;
    }
    if (stat(ret->path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return tn_fail(f, TN_FAULT_READ, "%s: not a file; it should hold your profiles", ret->path);
    }
    FILE *file = fopen(ret->path, "r");
    if (!file) {
        return errno == ENOENT || errno == ENOTDIR
                ? 0
                : tn_fail(f, TN_FAULT_READ, "%s: cannot be read: %s; it holds your profiles",
                          ret->path, strerror(errno));
    }
    int line = ini_parse_file(file, on_line, &r);
    fclose(file);
    if (line == 0) {
        return 0;
    }
    profiles_free(ret);
    if (r.defect) {
        return tn_fail(
                f, TN_FAULT_MALFORMED, "%s, line %d: %s: %s", ret->path, line, r.what, r.defect);
    }
    return tn_fail(f, TN_FAULT_MALFORMED,
            "%s, line %d: neither [NAME] nor OPTION = VALUE; correct or remove the line", ret->path,
            line);
}
