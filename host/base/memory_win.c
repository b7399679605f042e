// SPDX-License-Identifier: Apache-2.0
// Windows has no stream that ends up in memory: a file of its own does, which Windows removes when
// it is closed, and keeps in memory as long as there is room (_O_SHORT_LIVED).
#include "host/base/memory.h"

#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

int tn_memory_open(struct tn_memory *m) {
    *m = (struct tn_memory){.text = NULL};
    char *name = _tempnam(NULL, "tenon");
    int fd = name ? _open(name,
                            _O_RDWR | _O_CREAT | _O_EXCL | _O_BINARY | _O_TEMPORARY |
                                    _O_SHORT_LIVED | _O_NOINHERIT,
                            _S_IREAD | _S_IWRITE)
                  : -1;
    free(name);
    m->out = fd < 0 ? NULL : _fdopen(fd, "w+b");
    if (fd >= 0 && !m->out) {
        _close(fd);
    }
    return m->out ? 0 : -1;
}

// Reads the file's bytes. Returns false if there is no memory, or the file is not whole.
static bool read_back(struct tn_memory *m) {
    long len = ferror(m->out) || fflush(m->out) ? -1 : ftell(m->out);

    m->text = len < 0 ? NULL : malloc((size_t)len + 1);
    if (!m->text) {
        return false;
    }
    rewind(m->out);
    m->len = fread(m->text, 1, (size_t)len, m->out);
    m->text[m->len] = 0;
    return m->len == (size_t)len;
}

int tn_memory_close(struct tn_memory *m) {
    if (!read_back(m)) {
        free(m->text);
        m->text = NULL;
    }
    fclose(m->out);
    m->out = NULL;
    return m->text ? 0 : -1;
}
