// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t wire_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;  // Numerical Recipes' generator: its high bits are good
    return *seed >> 8;
}

void wire_need(bool ok) {
    if (!ok) {
        fprintf(stderr, "the modelled line holds no more\n");
        abort();
    }
}

bool wire_chance(uint32_t *seed, unsigned n) {
    return n && wire_random(seed) % 1000 < n;
}

void wire_clear(struct wire *w) {
    w->in = w->out = 0;
    w->free_us = 0;
    w->flying = 0;
    for (size_t i = 0; i < WIRE_DATAGRAMS; i++) {
        w->datagrams[i].len = 0;
    }
}

// Occupies the line for len bytes. Returns the time when the last one has left.
static uint64_t occupy(struct wire *w, uint64_t now_us, size_t len) {
    uint64_t start = w->free_us > now_us ? w->free_us : now_us;

    w->carried += len;
    w->free_us = start + len * 10000000u / w->cfg->baud;
    return start;
}

void wire_put(struct wire *w, uint64_t now_us, const uint8_t *bytes, size_t len) {
    const struct rig_cfg *cfg = w->cfg;
    bool lost = wire_chance(w->seed, cfg->loss);
    size_t bad = wire_chance(w->seed, cfg->damage) ? wire_random(w->seed) % len : len;
    uint8_t flip = (uint8_t)(1 + wire_random(w->seed) % 255);
    uint64_t start = occupy(w, now_us, len);

    wire_need(w->in - w->out + len <= WIRE_BYTES);
    for (size_t i = 0; i < len && !lost; i++) {
        struct wire_byte *b = &w->bytes[w->in++ % WIRE_BYTES];
        b->at_us = start + (i + 1) * 10000000u / cfg->baud + cfg->delay_us;
        b->byte = i == bad ? bytes[i] ^ flip : bytes[i];
    }
}

static void fly(struct wire *w, uint64_t at_us, const uint8_t *bytes, size_t len) {
    size_t i = 0;

    while (i < WIRE_DATAGRAMS && w->datagrams[i].len) {
        i++;
    }
    wire_need(i < WIRE_DATAGRAMS && len <= WIRE_DATAGRAM_MAX);
    struct wire_datagram *d = &w->datagrams[i];
    d->at_us = at_us;
    d->order = w->order++;
    w->flying++;
    d->len = len;
    memcpy(d->bytes, bytes, len);
}

void wire_put_datagram(struct wire *w, uint64_t now_us, const uint8_t *bytes, size_t len) {
    const struct rig_cfg *cfg = w->cfg;
    bool lost = wire_chance(w->seed, cfg->loss) || wire_chance(w->seed, cfg->damage);
    uint64_t at = 0;

    occupy(w, now_us, len + 42);  // plus the headers of Ethernet, IP and UDP
    at = w->free_us + cfg->delay_us;
    if (wire_chance(w->seed, cfg->late)) {
        at += cfg->delay_us * (1 + wire_random(w->seed) % 8) + 1000;
    }
    if (!lost) {
        fly(w, at, bytes, len);
    }
    if (wire_chance(w->seed, cfg->twice)) {
        fly(w, at + cfg->delay_us * (wire_random(w->seed) % 4) + 500, bytes, len);
    }
}

size_t wire_backlog(const struct wire *w, uint64_t now_us) {
    return w->free_us > now_us ? (size_t)((w->free_us - now_us) * w->cfg->baud / 10000000u) : 0;
}

bool wire_get(struct wire *w, uint64_t now_us, struct wire_byte *ret) {
    if (w->in == w->out || w->bytes[w->out % WIRE_BYTES].at_us > now_us) {
        return false;
    }
    *ret = w->bytes[w->out++ % WIRE_BYTES];
    return true;
}

static struct wire_datagram *first(const struct wire *w) {
    const struct wire_datagram *best = NULL;

    for (size_t i = 0; w->flying && i < WIRE_DATAGRAMS; i++) {
        const struct wire_datagram *d = &w->datagrams[i];
        if (d->len &&
                (!best || d->at_us < best->at_us ||
                        (d->at_us == best->at_us && d->order < best->order))) {
            best = d;
        }
    }
    return (struct wire_datagram *)(uintptr_t)best;
}

struct wire_datagram *wire_get_datagram(struct wire *w, uint64_t now_us) {
    struct wire_datagram *d = first(w);

    return d && d->at_us <= now_us ? d : NULL;
}

void wire_drop(struct wire *w, struct wire_datagram *d) {
    d->len = 0;
    w->flying--;
}

uint64_t wire_next_us(const struct wire *w) {
    const struct wire_datagram *d = first(w);

    if (d) {
        return d->at_us;
    }
    return w->in != w->out ? w->bytes[w->out % WIRE_BYTES].at_us : UINT64_MAX;
}
