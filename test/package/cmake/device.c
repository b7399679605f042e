// SPDX-License-Identifier: Apache-2.0
// An application with an SMP server, an image writer and a hash row of its own. On a PC it answers
// an echo; on a chip it is only linked.
#include <string.h>

#include "base/compiler.h"
#include "serve/image.h"
#include "serve/os.h"

// The program's own hash: a row of three functions. This one is no SHA-256, and nothing here needs
// more than a row.
static void begin(struct tn_hash *h) {
    h->state[0] = 0;
}
static void add(struct tn_hash *h, const void *buf, size_t len) {
    const uint8_t *p = buf;

    for (size_t i = 0; i < len; i++) {
        h->state[0] = h->state[0] * 31 + p[i];
    }
}
static void end(struct tn_hash *h, uint8_t *ret_hash) {
    memcpy(ret_hash, h->state, TN_HASH_LEN);
}
static const struct tn_hash_alg own_hash = {0x10, TN_HASH_LEN, begin, add, end};

static uint8_t cells[2][4096];

static int read_cells(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    memcpy(buf, &cells[0][0] + off, len);
    return 0;
}
static int write_cells(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f;
    memcpy(&cells[0][0] + off, buf, len);
    return 0;
}
static int erase_cells(const struct tn_flash *f, uint32_t off) {
    (void)f;
    memset(&cells[0][0] + off, 0xff, 1024);
    return 0;
}
static const struct tn_flash_ops ops = {read_cells, write_cells, erase_cells};
static const struct tn_flash_run run = {.sector_size = 1024, .count = 8};
static const struct tn_flash flash = {.ops = &ops,
        .runs = &run,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .size = sizeof(cells)};
static const struct tn_slots slots = {
        .area = {{&flash, 0, 4096}, {&flash, 4096, 4096}},
        .layout = &tn_layout_swap_offset,
        .max_sectors = 4,
};

static const struct tn_trust trust = {.hash = &own_hash};
static uint8_t chunk[256];
static uint8_t response[384];
static struct tn_update update = {
        .slots = &slots, .trust = &trust, .buf = chunk, .size = sizeof(chunk)};
static struct tn_serve_image image = {&update, TN_SLOTS_SPARE};
static const struct tn_serve_os os = {.letters = "", .words = NULL};
static const struct tn_smp_group groups[] = {TN_SERVE_OS((void *)&os), TN_SERVE_IMAGE(&image)};
static struct tn_smp_server server = {
        .groups = groups, .ngroups = TN_LEN(groups), .rsp = response, .rsp_size = sizeof(response)};

int main(void) {
    static const uint8_t echo[] = {
            2 | 1 << 3, 0, 0, 6, 0, 0, 1, 0, 0xa1, 0x61, 'd', 0x62, 'h', 'i'};
    struct tn_smp_peer peer = {.buf_count = 1, .buf_size = sizeof(response)};
    size_t len = tn_smp_serve(&server, &peer, echo, sizeof(echo));

    return len > 4 && !memcmp(response + len - 3, "hi\xff", 3) ? 0 : 1;
}
