// SPDX-License-Identifier: Apache-2.0
// Any requests to a server with every group, over a device in memory. Each request gets one correct
// answer in bounded time, the slot of the running image does not change, and no rule of the flash
// is broken. Afterwards the server answers an echo, and the image that boots is genuine. Uploads,
// restarts, lost power and other links happen in between.
#include "fuzz_device.h"

enum {
    ACTS_MAX = 60,
};

static struct fuzz_device d;

// One request, and its answer.
static void ask(int link, struct fuzz_in *in) {
    uint8_t req[FUZZ_PACKET];
    size_t len = fuzz_request(in, fuzz_known, FUZZ_KNOWN, req, sizeof(req));

    fuzz_device_serve(&d, link, req, len);
}

static void send_chunks(int link, struct fuzz_in *in) {
    uint8_t req[FUZZ_PACKET];
    uint8_t how = fuzz_u8(in);
    uint8_t n = fuzz_u8(in);
    unsigned times = 1 + (how >> 4);

    for (unsigned i = 0; i < times; i++) {
        size_t len = fuzz_device_chunk(&d, how & 3u, n + 1u, !i && how & 4, req);
        fuzz_device_serve(&d, link, req, len);
        fuzz_device_settle(&d, link);
    }
}

static void mark(int link, struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    uint8_t req[FUZZ_PACKET];
    struct tn_cbor_out out;

    tn_cbor_out_init(&out, req + TN_SMP_HDR_LEN, sizeof(req) - TN_SMP_HDR_LEN);
    tn_cbor_open_map(&out);
    tn_cbor_pair_bool(&out, "confirm", how & 1);
    if (how & 2) {
        tn_cbor_put_str(&out, "hash");
        tn_cbor_put_bytes(&out, fuzz_images[how / 4 % FUZZ_IMAGES].hash, TN_HASH_LEN);
    }
    tn_cbor_close(&out);
    size_t len = fuzz_packet(req, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_STATE, how, &out);
    fuzz_device_serve(&d, link, req, len);
}

static void pass_time(int link, struct fuzz_in *in) {
    uint32_t ms = (uint32_t)fuzz_u8(in) * 256;

    for (int i = 0; i < FUZZ_LINKS; i++) {
        d.peer[i].now_ms += ms;
    }
    for (uint32_t i = 0; i < ms / 2048; i++) {
        tn_update_step(&d.update);
        fuzz_device_resume(&d, link);
    }
}

static void act(struct fuzz_in *in) {
    uint8_t what = fuzz_u8(in);
    int link = what >> 7;

    switch (what & 7) {
    case 0:
        send_chunks(link, in);
        break;
    case 1:
        mark(link, in);
        break;
    case 2:
        pass_time(link, in);
        break;
    case 3:
        d.device.nor.cut_at = d.device.nor.ops + 1 + (what >> 5 & 3u) * 5;
        d.device.nor.cut = (enum tn_nor_cut)((what >> 3 & 3) % 3);
        break;
    case 4:
        fuzz_device_restart(&d);
        break;
    default:
        ask(link, in);
    }
    if (what & 8) {  // else the next request comes before the answer
        fuzz_device_settle(&d, link);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    fuzz_device_begin(&d, fuzz_u8(&in));
    for (unsigned i = 0; i < ACTS_MAX && in.left; i++) {
        act(&in);
    }
    fuzz_device_restart(&d);
    fuzz_device_end(&d);
    return 0;
}
