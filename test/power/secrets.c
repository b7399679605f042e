// SPDX-License-Identifier: Apache-2.0
#include "secrets.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "support/device.h"

enum {
    KEY = 16,
    WRAPPED_LEN = 24,  // the key, inverted, and its check bytes
    OVER = 172,        // bytes of an image besides its payload
    WINDOW = 8,        // bytes that are too many to be equal by chance
    SLOTS = 1 << 18,   // of the table, a power of two
};

const char *const secrecy_names[SECRECIES] = {"", ",wrapped", ",bare-keys"};

// ---- Keys --------------------------------------------------------------------------------

// In place of a library's: a test has a million of them.
static int unwrap(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    (void)u;
    if (len != WRAPPED_LEN) {
        return TN_EUNWRAP;
    }
    for (size_t i = 0; i < KEY; i++) {
        ret_key[i] = data[i] ^ 0xff;
        if (data[KEY + i % (WRAPPED_LEN - KEY)] != (uint8_t)(0xa0 + i % (WRAPPED_LEN - KEY))) {
            return TN_EUNWRAP;
        }
    }
    return KEY;
}

static void make_key(unsigned nth, uint8_t *ret_key, uint8_t *ret_wrapped) {
    uint32_t seed = nth + 7;

    for (size_t i = 0; i < KEY; i++) {
        ret_key[i] = (uint8_t)(chance(&seed) >> 8);
        ret_wrapped[i] = ret_key[i] ^ 0xff;
    }
    for (size_t i = KEY; i < WRAPPED_LEN; i++) {
        ret_wrapped[i] = (uint8_t)(0xa0 + i - KEY);
    }
}

static const struct tn_unwrap row = {.tlv = TN_TLV_ENC_KW, .unwrap = unwrap};
static const struct tn_unwrap *const rows[] = {&row};
const struct tn_secrets test_secrets = {&tn_aes_bearssl, rows, 1};

void secrets_prepare(struct rig *r, enum secrecy secrecy) {
    uint16_t key = secrecy == WRAPPED ? WRAPPED_LEN : KEY;

    if (secrecy == PLAIN) {
        return;
    }
    r->secrets = &test_secrets;
    for (unsigned i = 0; i < r->n; i++) {
        struct tn_slots *s = &r->m[i].slots;
        s->encrypted = TN_IMAGE_ENCRYPTED;
        s->plain_keys = secrecy == BARE_KEYS;
        s->key_cell = s->layout->reverts ? (uint16_t)tn_round_up(key, s->max_align) : 0;
    }
    r->f.is_secret = secrets_are_in;
    r->f.secret_from = r->spare_from;
}

// ---- What is secret ------------------------------------------------------------------------

static uint64_t windows[SLOTS];  // a hash table; 0: free

static uint64_t window_at(const uint8_t *p) {
    uint64_t ret;

    memcpy(&ret, p, WINDOW);
    return ret;
}

static uint32_t slot_of(uint64_t window) {
    return (uint32_t)((window * 0x9e3779b97f4a7c15u) >> 40) & (SLOTS - 1);
}

static void keep(uint64_t window) {
    uint32_t at = slot_of(window);

    while (windows[at] && windows[at] != window) {
        at = (at + 1) & (SLOTS - 1);
    }
    windows[at] = window;
}

static bool is_kept(uint64_t window) {
    uint32_t at = slot_of(window);

    while (windows[at] && windows[at] != window) {
        at = (at + 1) & (SLOTS - 1);
    }
    return window && windows[at] == window;
}

void secrets_forget(void) {
    memset(windows, 0, sizeof(windows));
}

bool secrets_are_in(const uint8_t *bytes, uint32_t len) {
    for (uint32_t at = 0; at + WINDOW <= len; at += WINDOW) {
        if (is_kept(window_at(bytes + at))) {
            return true;
        }
    }
    return false;
}

// ---- Images ------------------------------------------------------------------------------

void secrets_make(struct image *clear, struct image *stored, unsigned nth, uint32_t len, bool ram) {
    static struct test_image img;
    uint8_t key[KEY];
    uint8_t wrapped[WRAPPED_LEN];

    make_key(nth, key, wrapped);
    test_image_make_encrypted(&img, (uint8_t)nth, len - OVER, ram ? TN_IMAGE_RAM_LOAD : 0,
            ram ? RAM_ADDR : 0, TN_TLV_ENC_KW, wrapped, WRAPPED_LEN);
    memcpy(clear->bytes, img.bytes, img.len);
    memcpy(stored->bytes, img.bytes, img.len);
    clear->len = stored->len = img.len;
    uint32_t from = img.hdr.hdr_size;
    uint32_t size = img.hdr.img_size;
    tn_aes_bearssl.convert(key, KEY, 0, stored->bytes + from, size);
    for (uint32_t i = 0; i + WINDOW <= size; i++) {
        uint64_t bytes = window_at(clear->bytes + from + i);
        uint64_t stream = bytes ^ window_at(stored->bytes + from + i);
        keep(bytes);
        keep(stream);
        keep(~stream);
    }
}
