// SPDX-License-Identifier: Apache-2.0
// Counts the flash operations of an update: erases and word writes of an upgrade and its revert.
//
// Uses the micro:bit's slots and MCUboot's conditions (doc/reference/mcuboot.md section 4): two
// images of 102,400 bytes, header and random payload included, signed with P-256. Counts from the
// reset to the application. Prints a table, or with --json one object per line.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot/mark.h"
#include "boot/settle.h"
#include "host/files/sign.h"
#include "nor.h"

#include "base/err.h"

enum {
    SECTOR = 1024,
    PRIMARY = 112,
    SECONDARY = 113,
    HEADER = 512,
    PAYLOAD = 102400 - HEADER,
};

static uint8_t mem[(PRIMARY + SECONDARY) * SECTOR];
static const struct tn_flash_run runs[] = {{SECTOR, PRIMARY + SECONDARY}};
static struct tn_nor nor;
static struct tn_slots slots = {
        .area = {{&nor.flash, 0, PRIMARY *SECTOR},
                {&nor.flash, PRIMARY *SECTOR, SECONDARY *SECTOR}},
        .layout = &tn_layout_swap_offset,
        .max_sectors = SECONDARY,
        .max_align = 8,
};

_Noreturn static void die(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static struct tn_key_pair make_key(void) {
    char path[] = "/tmp/tenon-bench-XXXXXX";
    struct tn_key_pair key;
    struct tn_fault fault = {0};
    int fd = mkstemp(path);

    if (fd < 0 || close(fd) || tn_key_generate(path, true, true, &fault) ||
            tn_key_load(path, &key, &fault)) {
        die("cannot make a key");
    }
    unlink(path);
    return key;
}

static struct tn_buf make_image(const struct tn_key_pair *key, uint8_t major) {
    struct tn_sign_opts opts = {.key = key,
            .version = {.major = major},
            .hdr_size = HEADER,
            .pad_header = true,
            .erased = 0xff};
    struct tn_fault fault = {0};
    struct tn_buf payload = {malloc(PAYLOAD), PAYLOAD};
    struct tn_buf image;

    srand(major);
    for (size_t i = 0; i < PAYLOAD; i++) {
        payload.p[i] = (uint8_t)(rand() >> 8);
    }
    if (tn_sign(&payload, &opts, "payload", &image, &fault)) {
        die(fault.text);
    }
    free(payload.p);
    return image;
}

// Boots once. Afterwards nor has the counts.
static void boot(const struct tn_trust *trust, const struct tn_buf *expected) {
    struct tn_boot b = {.slots = &slots, .strategy = &tn_swap_offset, .trust = trust};

    tn_nor_power_on(&nor);
    tn_boot_settle(&b, NULL, NULL);
    if (b.plan.action != TN_PLAN_RUN || memcmp(mem, expected->p, expected->len)) {
        die("the wrong image runs");
    }
}

static void report(bool json, const char *name, uint32_t value, uint32_t peer) {
    if (json) {
        printf("{\"name\": \"%s\", \"value\": %u, \"unit\": \"%s\", \"peer\": \"MCUboot, swap "
               "using "
               "offset\", \"peer_value\": %u}\n",
                name, value, strstr(name, "erases") ? "erase" : "word", peer);
    } else {
        printf("%-18s%10u%10u\n", name, value, peer);
    }
}

int main(int argc, char **argv) {
    bool json = argc > 1 && !strcmp(argv[1], "--json");
    struct tn_key_pair pair = make_key();
    const struct tn_key key[] = {tn_key_for_device(&pair), {0}};
    const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};
    const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = 1, .keys = key};
    struct tn_buf one = make_image(&pair, 1);
    struct tn_buf two = make_image(&pair, 2);

    memset(mem, 0xff, sizeof(mem));
    tn_nor_init(&nor, mem, runs, 1, 4, 0xff);
    memcpy(mem, one.p, one.len);
    memcpy(mem + (PRIMARY + 1) * SECTOR, two.p, two.len);
    if (tn_boot_request(&slots, TN_SWAP_TEST)) {
        die("the request was refused");
    }
    if (!json) {
        printf("An image of %zu bytes in sectors of %d, words of 4\n%-18s%10s%10s\n", two.len,
                SECTOR, "", "Tenon", "MCUboot");
    }
    boot(&trust, &two);
    report(json, "upgrade.erases", nor.erases, 204);
    report(json, "upgrade.writes", nor.units, 51922);
    boot(&trust, &one);
    report(json, "revert.erases", nor.erases, 207);
    report(json, "revert.writes", nor.units, 51931);
    if (nor.violations) {
        die("a rule of the flash was broken");
    }
    return 0;
}
