// SPDX-License-Identifier: Apache-2.0
// Any blocks that a host writes to the UF2 drive, with the real image writer behind it. The running
// image stays genuine, or what replaces it is: the device boots afterwards. No write waits for
// ever, and every block of the drive can be read at any time.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "fuzz.h"
#include "serve/uf2.h"
#include "support/device.h"

enum {
    ADDR = 0x08004000,
    PIECE = 256,
    STEPS_MAX = 100000,
};
#define FAMILY 0xada52840u

// What the host does.
enum {
    ANY,    // any bytes
    BENT,   // a good block with one field changed
    GOOD,   // a block of one of the images
    SWEEP,  // the blocks of an image, from one on, in steps
    READ,
    TIME,
    OTHER_LINK,  // begins an upload, or erases
    KINDS,
};

static struct test_device d;
static struct test_image old, images[4];
static struct tn_update update;
static struct tn_serve_uf2 drive;
static uint8_t seen[16];
static uint8_t chunk[300];
static uint32_t now;
static unsigned left;

static void leave(void *ctx) {
    (void)ctx;
    left++;
}

static void begin(uint8_t how) {
    if (!old.len) {
        test_image_make(&old, 1, 900, TWIST_NONE);
        test_image_make(&images[0], 2, 1100, TWIST_NONE);
        test_image_make(&images[1], 3, 2100, TWIST_NONE);
        test_image_make(&images[2], 2, 1100, TWIST_FOREIGN_KEY);
        test_image_make(&images[3], 2, 1100, TWIST_BAD_SIGNATURE);
    }
    test_device_init(&d, &small_shape);
    d.slots.addr[TN_PRIMARY] = d.slots.addr[TN_SECONDARY] = ADDR;
    test_device_place(&d, how & 4 ? TN_CANDIDATE : TN_RUNNING, &old);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    drive = (struct tn_serve_uf2){
            .scatter = {.update = &update, .seen = seen, .seen_size = sizeof(seen)},
            .family = FAMILY,
            .board = "fuzz",
            .version = "0",
            .mark = how & 1 ? TN_SWAP_TEST : TN_SWAP_PERM,
            .leave = leave};
    now = left = 0;
}

static void put(uint32_t block, const uint8_t *p) {
    unsigned steps = 0;
    int rc;

    while (!(rc = tn_serve_uf2_write(&drive, block, p))) {
        PROMISE(steps++ < STEPS_MAX);
    }
    PROMISE(rc == 1 || rc == TN_EINVAL);
}

static void make_block(uint8_t *p, const struct test_image *img, uint32_t number) {
    uint32_t count = (img->len + PIECE - 1) / PIECE;

    number %= count;
    memset(p, 0, TN_UF2_BLOCK);
    tn_put_le32(p, 0x0a324655);
    tn_put_le32(p + 4, 0x9e5d5157);
    tn_put_le32(p + 8, TN_UF2_FAMILY);
    tn_put_le32(p + 12, ADDR + number * PIECE);
    tn_put_le32(p + 16, PIECE);
    tn_put_le32(p + 20, number);
    tn_put_le32(p + 24, count);
    tn_put_le32(p + 28, FAMILY);
    memset(p + 32, 0xff, PIECE);
    memcpy(p + 32, img->bytes + number * PIECE, tn_min(PIECE, img->len - number * PIECE));
    tn_put_le32(p + 508, 0x0ab16f30);
}

static void sweep(struct fuzz_in *in) {
    const struct test_image *img = &images[fuzz_u8(in) & 3];
    uint32_t first = fuzz_u8(in);
    uint32_t step = fuzz_u8(in);
    uint8_t p[TN_UF2_BLOCK];

    for (uint32_t n = fuzz_u8(in) & 31; n; n--) {
        make_block(p, img, first);
        put(TN_DRIVE_DATA + first, p);
        first += step;
    }
}

static void read_any(struct fuzz_in *in) {
    uint8_t p[TN_DRIVE_BLOCK];

    tn_serve_uf2_read(&drive, fuzz_u16(in) % TN_DRIVE_BLOCKS, p);
    tn_serve_uf2_read(&drive, fuzz_u8(in), p);
    tn_serve_uf2_medium(&drive);
    if (fuzz_u8(in) == 0) {
        tn_serve_uf2_eject(&drive);
    }
}

static void other_link(struct fuzz_in *in) {
    static const struct tn_span no_sha;

    if (fuzz_u8(in) & 1) {
        tn_update_begin(&update, TN_TO_SPARE, 2000, &no_sha);
    } else {
        tn_update_erase(&update, TN_SECONDARY);
    }
}

static void act(struct fuzz_in *in) {
    uint8_t p[TN_UF2_BLOCK] = {0};

    switch (fuzz_u8(in) % KINDS) {
    case BENT:
        make_block(p, &images[fuzz_u8(in) & 3], fuzz_u8(in));
        tn_put_le32(p + tn_min(TN_UF2_BLOCK - 4, 4u * fuzz_u8(in)), fuzz_u32(in));
        put(TN_DRIVE_DATA, p);
        break;
    case GOOD:
        make_block(p, &images[fuzz_u8(in) & 3], fuzz_u8(in));
        put(TN_DRIVE_DATA + fuzz_u8(in), p);
        break;
    case SWEEP:
        sweep(in);
        break;
    case READ:
        read_any(in);
        break;
    case TIME:
        for (unsigned n = fuzz_u8(in); n; n--) {
            now += 50;
            tn_serve_uf2_step(&drive, now);
        }
        break;
    case OTHER_LINK:
        other_link(in);
        break;
    default:
        fuzz_take(in, p, fuzz_u16(in) % TN_UF2_BLOCK);
        put(fuzz_u16(in), p);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    uint8_t how = fuzz_u8(&in);

    begin(how);
    while (in.left && !left) {
        act(&in);
    }
    for (unsigned i = 0; tn_serve_uf2_step(&drive, now); i++) {
        PROMISE(i < STEPS_MAX);
    }
    PROMISE(d.nor.violations == 0);
    bool only = how & 4;  // the spare slot had the only image, and another link may have erased it
    PROMISE(test_device_boot(&d, false, NULL) == TN_PLAN_RUN || only);
    PROMISE(only || test_device_holds(&d, TN_RUNNING, &old) ||
            test_device_holds(&d, TN_RUNNING, &images[0]) ||
            test_device_holds(&d, TN_RUNNING, &images[1]));
    return 0;
}
