// SPDX-License-Identifier: Apache-2.0
#include "host/base/memory.h"

#include <stdlib.h>

int tn_memory_open(struct tn_memory *m) {
    *m = (struct tn_memory){.text = NULL};
    m->out = open_memstream(&m->text, &m->len);
    return m->out ? 0 : -1;
}

int tn_memory_close(struct tn_memory *m) {
    if (fclose(m->out)) {
        free(m->text);
        m->text = NULL;
    }
    m->out = NULL;
    return m->text ? 0 : -1;
}
