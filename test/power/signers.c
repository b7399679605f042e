// SPDX-License-Identifier: Apache-2.0
#include "signers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/files/sign.h"
#include "support/device.h"

enum {
    FAKE_OVER = 144,  // bytes of an image besides its payload
    REAL_OVER = 192,  // the same at most: a signature is 70 to 72 bytes
    DEPENDENCY = 20,  // bytes of a protected area with one
};

static void make_fake(struct image *ret, uint32_t len, const struct wanted *w) {
    static struct test_image img;

    if (w->ram) {
        test_image_make_for(&img, w->major, len - FAKE_OVER, TN_IMAGE_RAM_LOAD, RAM_ADDR);
    } else {
        uint32_t over = w->least ? FAKE_OVER + DEPENDENCY : FAKE_OVER;
        test_image_make_needing(&img, w->major, len - over, w->member, w->least);
    }
    memcpy(ret->bytes, img.bytes, img.len);
    ret->len = img.len;
}

void signers_fake(struct options *o) {
    o->trust = &test_trust;
    o->make = make_fake;
}

static struct tn_key_pair pair;

_Noreturn static void die(const char *what) {
    fprintf(stderr, "powerfail: %s\n", what);
    exit(1);
}

static void make_real(struct image *ret, uint32_t len, const struct wanted *w) {
    struct tn_sign_opts opts = {.key = &pair,
            .version = {.major = w->major},
            .hdr_size = TN_IMAGE_HDR_LEN,
            .pad_header = true,
            .erased = 0xff};
    struct tn_fault fault = {0};
    uint8_t bytes[FLASH_MAX];
    struct tn_buf payload = {bytes, len - REAL_OVER};
    struct tn_buf image;

    for (size_t i = 0; i < payload.len; i++) {
        bytes[i] = (uint8_t)(i * 7 + (i >> 8) + w->major * 31u);
    }
    if (tn_sign(&payload, &opts, "payload", &image, &fault)) {
        die(fault.text);
    }
    memcpy(ret->bytes, image.p, image.len);
    ret->len = (uint32_t)image.len;
    tn_buf_free(&image);
}

static void make_key(void) {
    char path[] = "/tmp/tenon-powerfail-XXXXXX";
    struct tn_fault fault = {0};
    int fd = mkstemp(path);

    if (fd < 0 || close(fd) || tn_key_generate(path, true, true, &fault) ||
            tn_key_load(path, &pair, &fault)) {
        die("cannot make a key");
    }
    unlink(path);
}

void signers_real(struct options *o) {
    static struct tn_key key[2];  // the second one ends the table
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = 1, .keys = key};

    if (!key->kind) {
        make_key();
        key[0] = tn_key_for_device(&pair);
    }
    o->trust = &trust;
    o->make = make_real;
}
