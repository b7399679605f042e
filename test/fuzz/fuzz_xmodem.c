// SPDX-License-Identifier: Apache-2.0
// Any bytes and pauses on a line that takes packets and files, with the real image writer behind
// it. The device boots afterwards, with its old image or the new one. No answer leaves its bounds,
// and no transfer goes on for ever.
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "fuzz.h"
#include "link/detect.h"
#include "serve/xmodem.h"
#include "support/device.h"

enum {
    CHUNK = 200,
    FRAME = 300,
    SHORT = 128,
    PAUSES_MAX = 100000,
};

// What comes next.
enum {
    ANY,    // any bytes
    BLOCK,  // the next block of a good image, perhaps damaged
    NAME,   // YMODEM's block 0
    END,    // EOT
    PAUSE,
    SKIP,  // the number of the next block
    KINDS,
};

static struct test_device d;
static struct test_image old, image;
static struct tn_update update;
static struct tn_serve_xmodem sink;
static struct tn_xmodem x;
static struct tn_detect detect;
static uint8_t chunk[CHUNK + 16];
static uint8_t frame[FRAME];
static uint8_t block[TN_XMODEM_BLOCK];
static uint32_t now;
static uint8_t number;
static unsigned left;

static void leave(void *ctx) {
    (void)ctx;
    left++;
}

static void begin(void) {
    if (!old.len) {
        test_image_make(&old, 1, 900, TWIST_NONE);
        test_image_make(&image, 2, 1100, TWIST_NONE);
    }
    test_device_init(&d, &small_shape);
    test_device_place(&d, TN_RUNNING, &old);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    sink = (struct tn_serve_xmodem){
            .file = {.update = &update}, .mark = TN_SWAP_PERM, .leave = leave};
    memset(&detect, 0, sizeof(detect));
    detect.buf = frame;
    detect.size = sizeof(frame);
    memset(&x, 0, sizeof(x));
    x.inner = &tn_detect_framing;
    x.link = &detect;
    x.sink = &tn_serve_xmodem_sink;
    x.ctx = &sink;
    x.buf = block;
    x.help = "help";
    now = left = 0;
    number = 0;
}

static void feed(int byte) {
    uint8_t piece[TN_FRAMING_PIECE];
    struct tn_span pkt = {NULL, 0};
    size_t n;

    tn_xmodem_framing.feed(&x, byte, now, &pkt);
    PROMISE(!pkt.ptr || pkt.len <= FRAME);
    while ((n = tn_xmodem_framing.take(&x, piece)) > 0) {
        PROMISE(n <= sizeof(piece));
    }
}

static void pause(uint32_t steps, uint32_t ms) {
    while (steps--) {
        now += ms;
        feed(TN_FRAMING_SILENCE);
    }
}

static void send(struct fuzz_in *in, uint8_t first, const uint8_t *data, size_t n) {
    uint8_t wire[3 + SHORT + 2] = {1, first, (uint8_t)~first};
    uint8_t damage = fuzz_u8(in);

    memcpy(wire + 3, data, n);
    tn_put_be16(wire + 3 + SHORT, tn_crc16(0, wire + 3, SHORT));
    if (damage & 128) {
        wire[damage & 127] ^= 0x10;
    }
    for (size_t i = 0; i < sizeof(wire); i++) {
        feed(wire[i]);
    }
    pause(100, 1);
}

static void act(struct fuzz_in *in) {
    uint8_t name[SHORT] = "f";
    uint32_t off = number * (uint32_t)SHORT;

    switch (fuzz_u8(in) % KINDS) {
    case BLOCK:
        off = tn_min(off, image.len);
        send(in, (uint8_t)(number + 1), image.bytes + off, tn_min(SHORT, image.len - off));
        number++;
        break;
    case NAME:
        fuzz_take(in, name, fuzz_u8(in) & 63);
        send(in, 0, name, sizeof(name));
        break;
    case END:
        feed(4);
        pause(200, 1);
        break;
    case PAUSE:
        pause(10, 10u * fuzz_u8(in));
        break;
    case SKIP:
        number = fuzz_u8(in) & 15;
        break;
    default:
        for (size_t n = fuzz_u8(in); n && in->left; n--) {
            feed(fuzz_u8(in));
        }
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    begin();
    pause(1, 0);
    while (in.left && !left) {
        act(&in);
    }
    for (unsigned i = 0; tn_xmodem_is_receiving(&x); i++) {
        pause(1, 100);
        PROMISE(i < PAUSES_MAX);
    }
    PROMISE(d.nor.violations == 0);
    PROMISE(test_device_boot(&d, false, NULL) == TN_PLAN_RUN);
    PROMISE(test_device_holds(&d, TN_RUNNING, &old) || test_device_holds(&d, TN_RUNNING, &image));
    return 0;
}
