// SPDX-License-Identifier: Apache-2.0
// Any sequence of control requests to the DFU interface, with the real image writer behind it. The
// running image stays genuine, or what replaces it is: the device boots afterwards. No answer
// leaves its bounds, and nobody is told to wait for ever.
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "fuzz.h"
#include "serve/dfu.h"
#include "serve/file_words.h"
#include "support/device.h"

enum {
    BLOCK = 256,
    CHUNK = 200,
    ADDR = 0x08004000,
    STEPS_MAX = 100000,
};

// What a request is made of.
enum {
    ANY,      // any eight bytes, and any data
    NEXT,     // the next block of a good image
    COMMAND,  // of DfuSe
    STATUS,   // GETSTATUS, until the device is not busy
    KNOWN,    // a request of the class, without data
    SELECT,   // an alternate setting
    BUS_RESET,
    STEP,
    KINDS,
};

static struct test_device d;
static struct test_image old, images[3];
static struct tn_update update;
static struct tn_serve_dfu sink;
static struct tn_dfu_memory memories[TN_DFU_ALTS];
static struct tn_dfu dfu;
static uint8_t chunk[CHUNK + 16];
static uint8_t block[BLOCK];
static uint32_t sent;  // bytes of the image
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
        test_image_make(&images[1], 2, 1100, TWIST_FOREIGN_KEY);
        test_image_make(&images[2], 2, 1100, TWIST_BAD_SIGNATURE);
    }
    test_device_init(&d, &small_shape);
    d.slots.addr[TN_PRIMARY] = d.slots.addr[TN_SECONDARY] = ADDR;
    test_device_place(&d, TN_RUNNING, &old);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    sink = (struct tn_serve_dfu){.file = {.update = &update},
            .mark = how & 1 ? TN_SWAP_TEST : TN_SWAP_PERM,
            .may_read = how & 2,
            .leave = leave};
    tn_serve_dfu_memory(&d.slots, memories);
    dfu = (struct tn_dfu){.state = TN_DFU_IDLE,
            .nmemories = TN_DFU_ALTS,
            .block = BLOCK,
            .memories = memories,
            .sink = &tn_serve_dfu_sink,
            .ctx = &sink,
            .buf = block,
            .text_index = 5,
            .words = tn_serve_file_words};
    sent = now = left = 0;
}

static int request(const struct tn_usb_request *rq, const uint8_t *data, size_t len) {
    uint8_t *at = NULL;
    int n = tn_dfu_setup(&dfu, rq, &at);

    PROMISE(n == TN_USB_STALL || (n >= 0 && n <= rq->length));
    if (n <= 0) {
        return n;
    }
    if (rq->type & TN_USB_IN) {
        uint8_t copy[UINT16_MAX];
        memcpy(copy, at, (size_t)n);  // all of it can be read
    } else {
        PROMISE(n == rq->length && n <= BLOCK && at == block);
        memset(at, 0, (size_t)n);
        memcpy(at, data, tn_min((uint32_t)n, (uint32_t)len));
        tn_dfu_received(&dfu, rq);
    }
    return n;
}

static void await(void) {
    const struct tn_usb_request rq = {0xa1, TN_DFU_GETSTATUS, 0, 0, 6};
    unsigned steps = 0;
    uint8_t *at = NULL;

    do {
        PROMISE(tn_dfu_setup(&dfu, &rq, &at) == 6);
        PROMISE(tn_get_le16(at + 1) <= TN_DFU_POLL_MAX_MS && tn_get_le16(at + 1) != 100);
        PROMISE(at[0] <= TN_DFU_ERR_STALLEDPKT && at[4] <= TN_DFU_ERROR);
        PROMISE((at[4] == TN_DFU_ERROR) == (at[0] != TN_DFU_OK));
        tn_dfu_step(&dfu, now);
        PROMISE(steps++ < STEPS_MAX);
    } while (tn_get_le16(at + 1));
}

static void send_next(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    const struct test_image *image = &images[how & 3 ? 0 : how % 3];
    uint32_t n = tn_min(BLOCK, image->len - tn_min(sent, image->len));
    struct tn_usb_request rq = {0x21, TN_DFU_DNLOAD, 2, 0, (uint16_t)n};

    if (!(how & 64)) {
        sent = 0;
        n = rq.length = BLOCK;
    }
    if (!(how & 128)) {
        rq.value = (uint16_t)(sent / BLOCK);
    }
    if (request(&rq, image->bytes + sent, n) > 0) {
        sent += n;
    }
    await();
}

static void send_command(struct fuzz_in *in) {
    static const uint8_t codes[] = {0x21, 0x41, 0x92, 0x21};
    uint8_t how = fuzz_u8(in);
    uint8_t bytes[5] = {codes[how & 3]};
    const struct tn_usb_request rq = {0x21, TN_DFU_DNLOAD, 0, 0, how & 4 ? 1 : 5};

    tn_put_le32(bytes + 1, how & 8 ? ADDR + sent : fuzz_u32(in));
    request(&rq, bytes, sizeof(bytes));
}

static void any(struct fuzz_in *in) {
    uint8_t data[BLOCK];
    struct tn_usb_request rq = {fuzz_u8(in), fuzz_u8(in), fuzz_u16(in), fuzz_u16(in), fuzz_u16(in)};
    size_t n = fuzz_take(in, data, fuzz_u8(in));

    request(&rq, data, n);
}

static void known(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    struct tn_usb_request rq = {0x21, how & 7, how >> 3 & 7, 0, 0};

    if (rq.request == TN_DFU_UPLOAD || rq.request == TN_DFU_GETSTATE) {
        rq.type = 0xa1;
        rq.length = (uint16_t)(how >> 6 ? BLOCK : 4096);
    }
    request(&rq, NULL, 0);
}

static void act(struct fuzz_in *in) {
    switch (fuzz_u8(in) % KINDS) {
    case NEXT:
        send_next(in);
        break;
    case COMMAND:
        send_command(in);
        break;
    case STATUS:
        await();
        break;
    case KNOWN:
        known(in);
        break;
    case SELECT:
        tn_dfu_select(&dfu, fuzz_u8(in) & 3);
        break;
    case BUS_RESET:
        tn_dfu_reset(&dfu);
        break;
    case STEP:
        now += 100u * fuzz_u8(in);
        for (unsigned n = fuzz_u8(in); n; n--) {
            tn_dfu_step(&dfu, now);
        }
        break;
    default:
        any(in);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    char text[TN_DFU_TEXT_MAX];
    struct tn_text out = {text, sizeof(text), 0};

    begin(fuzz_u8(&in));
    while (in.left && !left) {
        act(&in);
    }
    tn_dfu_text(&dfu, &out);
    for (unsigned i = 0; tn_dfu_step(&dfu, now); i++) {
        PROMISE(i < STEPS_MAX);
    }
    PROMISE(d.nor.violations == 0);
    PROMISE(test_device_boot(&d, false, NULL) == TN_PLAN_RUN);
    PROMISE(test_device_holds(&d, TN_RUNNING, &old) ||
            test_device_holds(&d, TN_RUNNING, &images[0]));
    return 0;
}
