// SPDX-License-Identifier: Apache-2.0
#include "archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

static void *grow(void *p, size_t size) {
    void *ret = realloc(p, size);

    if (!ret) {
        die("out of memory", "");
    }
    return ret;
}

static void read_member(struct archive *in, struct archive_entry *entry, struct dumps_member *m) {
    m->name = strdup(archive_entry_pathname(entry));
    m->len = (size_t)archive_entry_size(entry);
    m->bytes = grow(NULL, m->len + 1);
    if (!m->name || archive_read_data(in, m->bytes, m->len + 1) != (la_ssize_t)m->len) {
        die("a member cannot be read:", archive_entry_pathname(entry));
    }
}

void dumps_open(struct dumps_archive *ret, const char *path) {
    struct archive *in = archive_read_new();
    struct archive_entry *entry;
    int rc;

    *ret = (struct dumps_archive){NULL, 0};
    archive_read_support_filter_xz(in);
    archive_read_support_format_tar(in);
    archive_read_support_format_zip(in);
    if (archive_read_open_filename(in, path, 1 << 16)) {
        die("cannot read", path);
    }
    while (!(rc = archive_read_next_header(in, &entry))) {
        if (archive_entry_filetype(entry) == AE_IFREG && archive_entry_size_is_set(entry)) {
            ret->members = grow(ret->members, (ret->n + 1) * sizeof(*ret->members));
            read_member(in, entry, &ret->members[ret->n++]);
        }
    }
    if (rc != ARCHIVE_EOF) {
        die("damaged:", path);
    }
    archive_read_free(in);
}

const struct dumps_member *dumps_find(const struct dumps_archive *a, const char *name) {
    for (size_t i = 0; i < a->n; i++) {
        const char *have = a->members[i].name;
        have += strncmp(have, "./", 2) ? 0 : 2;
        if (!strcmp(have, name)) {
            return &a->members[i];
        }
    }
    return NULL;
}

void dumps_close(struct dumps_archive *a) {
    for (size_t i = 0; i < a->n; i++) {
        free(a->members[i].name);
        free(a->members[i].bytes);
    }
    free(a->members);
    *a = (struct dumps_archive){NULL, 0};
}
