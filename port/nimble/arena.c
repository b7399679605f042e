// SPDX-License-Identifier: Apache-2.0
// Memory for NimBLE's tables of attributes, which it asks malloc for when the host starts
// (config.h gives it these names). A chip has no heap. Everything is free again when all of it was
// given back.
#include <string.h>

#include "config.h"

enum {
    ARENA = 3072,  // tables of the SMP service, GAP and GATT take less than 2 KB
    ALIGN = 8,
    HEADER = ALIGN,  // in front of each piece: its size
};

static union {
    uint8_t bytes[ARENA];
    uint64_t aligned;
} arena;

static size_t used, pieces;

void *tn_nimble_malloc(size_t size) {
    size_t need = HEADER + ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1));

    if (size > ARENA || need > ARENA - used) {
        return NULL;
    }
    uint8_t *piece = arena.bytes + used + HEADER;
    memcpy(piece - HEADER, &size, sizeof(size));
    used += need;
    pieces++;
    return piece;
}

void tn_nimble_free(void *piece) {
    if (piece && --pieces == 0) {
        used = 0;
    }
}

void *tn_nimble_realloc(void *piece, size_t size) {
    size_t old = 0;
    uint8_t *bigger = tn_nimble_malloc(size);

    if (piece && bigger) {
        memcpy(&old, (uint8_t *)piece - HEADER, sizeof(old));
        memcpy(bigger, piece, old < size ? old : size);
        tn_nimble_free(piece);
    }
    return bigger;
}
