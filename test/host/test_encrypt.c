// SPDX-License-Identifier: Apache-2.0
// Keys are wrapped and unwrapped, images encrypted and decrypted, and whoever has another key gets
// nothing. The interop tests decrypt imgtool's.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/files/encrypt.h"
#include "host/files/inspect.h"
#include "host/files/sign.h"
#include "test.h"

enum {
    PAYLOAD = 1003,  // no multiple of a block
};

static struct tn_fault fault;
static struct tn_key_pair signer;
static struct tn_key_pair keys[3][2];  // of each kind, the device's and another one's
static const uint8_t kinds[] = {TN_KEY_P256, TN_KEY_X25519, TN_KEY_RSA2048};
static uint8_t kek_bytes[2][32] = {{1, 2, 3}, {4, 5, 6}};

static void make_key(uint8_t kind, struct tn_key_pair *ret) {
    char name[] = "/tmp/tenon-test-XXXXXX";

    close(mkstemp(name));
    CHECK_EQ(tn_key_generate_kind(kind, name, true, false, NULL, &fault), 0);
    CHECK_EQ(tn_key_load(name, ret, &fault), 0);
    unlink(name);
}

static void make_keys(void) {
    if (signer.pkey) {
        return;
    }
    make_key(TN_KEY_P256, &signer);
    for (size_t i = 0; i < 6; i++) {
        make_key(kinds[i / 2], &keys[i / 2][i % 2]);
    }
}

// Every way to wrap a key, and what the TLV is then.
struct way {
    int kind;  // of keys; -1: AES-KW
    unsigned bits, hmac_sha;
    uint16_t type;
    size_t len;
};

static const struct way ways[] = {
        {0, 128, 0, TN_TLV_ENC_EC256, 113},
        {0, 256, 0, TN_TLV_ENC_EC256, 129},
        {1, 128, 0, TN_TLV_ENC_X25519, 80},
        {1, 256, 256, TN_TLV_ENC_X25519, 96},
        {1, 128, 512, TN_TLV_ENC_X25519_SHA512, 112},
        {1, 256, 512, TN_TLV_ENC_X25519_SHA512, 128},
        {2, 128, 0, TN_TLV_ENC_RSA2048, 256},
        {2, 256, 0, TN_TLV_ENC_RSA2048, 256},
        {-1, 128, 0, TN_TLV_ENC_KW, 24},
        {-1, 256, 0, TN_TLV_ENC_KW, 40},
};

#define EACH_WAY(w) for (const struct way *w = ways; w < ways + sizeof(ways) / sizeof(ways[0]); w++)

// For the device, or for another one. kek: the memory of a KEK.
static struct tn_encrypt by(const struct way *w, bool other, struct tn_buf *kek) {
    struct tn_encrypt e = {.bits = w->bits, .hmac_sha = w->hmac_sha};

    make_keys();
    *kek = (struct tn_buf){kek_bytes[other], w->bits / 8};
    e.kek = w->kind < 0 ? kek : NULL;
    e.key = w->kind < 0 ? NULL : &keys[w->kind][other];
    return e;
}

// ---- Keys --------------------------------------------------------------------------------

TEST(a_wrapped_key_comes_out_for_its_device_and_for_no_other) {
    EACH_WAY(w) {
        struct tn_image_secret key, again, got;
        struct tn_wrapped wrapped;
        struct tn_buf kek, kek2;
        struct tn_encrypt e = by(w, false, &kek);
        CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), 0);
        CHECK_EQ(wrapped.type, w->type);
        CHECK_EQ(wrapped.len, w->len);
        CHECK_EQ(key.len, w->bits / 8);
        CHECK_EQ(tn_encrypt_open(&e, &wrapped, &got, &fault), 0);
        CHECK_EQ(got.len, key.len);
        CHECK_EQ(memcmp(got.bytes, key.bytes, key.len), 0);
        CHECK_EQ(tn_encrypt_make(&e, &again, &wrapped, &fault), 0);
        CHECK(memcmp(again.bytes, key.bytes, key.len) != 0);  // each image has its own
        struct tn_encrypt foreign = by(w, true, &kek2);
        CHECK_EQ(tn_encrypt_open(&foreign, &wrapped, &got, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_FOREIGN_KEY);
    }
}

// RSA-2048's is too long to try each byte; the others are tried in each.
TEST(an_altered_or_cut_tlv_gives_no_key) {
    EACH_WAY(w) {
        struct tn_image_secret key;
        struct tn_wrapped wrapped;
        struct tn_buf kek;
        struct tn_encrypt e = by(w, false, &kek);
        CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), 0);
        for (size_t i = 0; i < w->len; i += w->len == 256 ? 51 : 1) {
            wrapped.bytes[i] ^= 1;
            CHECK_EQ(tn_encrypt_open(&e, &wrapped, &key, &fault), -1);
            wrapped.bytes[i] ^= 1;
        }
        for (wrapped.len = 0; wrapped.len < w->len; wrapped.len++) {
            CHECK_EQ(tn_encrypt_open(&e, &wrapped, &key, &fault), -1);
        }
        CHECK_EQ(tn_encrypt_open(&e, &wrapped, &key, &fault), 0);
    }
}

TEST(a_key_of_another_kind_opens_nothing) {
    EACH_WAY(w) {
        struct tn_image_secret key;
        struct tn_wrapped wrapped;
        struct tn_buf kek, kek2;
        struct tn_encrypt e = by(w, false, &kek);
        CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), 0);
        EACH_WAY(v) {
            struct tn_encrypt other = by(v, false, &kek2);
            bool opens = v->kind == w->kind && (w->kind >= 0 || v->bits == w->bits);
            CHECK_EQ(tn_encrypt_open(&other, &wrapped, &key, &fault), opens ? 0 : -1);
        }
    }
}

TEST(what_cannot_wrap_a_key_is_refused) {
    struct tn_image_secret key;
    struct tn_wrapped wrapped;
    struct tn_key_pair ed;

    for (size_t len = 0; len <= 33; len++) {
        uint8_t bytes[33] = {0};
        struct tn_buf kek = {bytes, len};
        struct tn_encrypt e = {.kek = &kek};
        bool fits = len == 16 || len == 32;
        CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), fits ? 0 : -1);
        CHECK(fits || fault.kind == TN_FAULT_USAGE);
        e.bits = len == 16 ? 256 : 128;  // a key of another length than the KEK
        CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    }
    make_key(TN_KEY_ED25519, &ed);
    struct tn_encrypt e = {.key = &ed};
    CHECK_EQ(tn_encrypt_make(&e, &key, &wrapped, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    tn_key_free(&ed);
}

// What a loader gets: the simulated device decrypts with it.
TEST(only_a_private_key_that_decrypts_is_given_to_a_device) {
    uint8_t bytes[TN_KEY_PRIVATE_MAX];
    struct tn_key_pair ed;
    size_t len;

    make_keys();
    for (size_t i = 0; i < 3; i++) {
        struct tn_key_pair public = keys[i][0];
        CHECK_EQ(tn_key_private_for_device(&keys[i][0], bytes, &len, &fault), 0);
        CHECK_EQ(len, kinds[i] == TN_KEY_RSA2048 ? 640 : 32);
        public.has_private = false;
        CHECK_EQ(tn_key_private_for_device(&public, bytes, &len, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    }
    make_key(TN_KEY_ED25519, &ed);
    CHECK_EQ(tn_key_private_for_device(&ed, bytes, &len, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    tn_key_free(&ed);
}

// ---- Images --------------------------------------------------------------------------------

static int sign(const struct tn_encrypt *e, bool clear, uint32_t hdr_size, struct tn_buf *ret) {
    uint8_t payload[PAYLOAD];
    const struct tn_sign_opts o = {.key = &signer,
            .version = {1, 2, 3, 4},
            .hdr_size = hdr_size,
            .pad_header = true,
            .erased = 0xff,
            .encrypt = e,
            .clear = clear};

    make_keys();
    for (size_t i = 0; i < sizeof(payload); i++) {
        payload[i] = (uint8_t)(i * 7);
    }
    return tn_sign(&(struct tn_buf){payload, sizeof(payload)}, &o, "x", ret, &fault);
}

static bool is_clear_at(const struct tn_buf *b, size_t from, size_t i) {
    return b->p[from + i] == (i < PAYLOAD ? (uint8_t)(i * 7) : 0);
}

static void decrypt(const struct tn_encrypt *e, const struct tn_inspect *in, struct tn_buf *b) {
    const struct tn_inspect_tlv *last = &in->tlvs[in->ntlvs - 1];
    struct tn_wrapped wrapped = {.type = last->type, .len = last->len};
    struct tn_image_secret key;

    memcpy(wrapped.bytes, b->p + last->off, last->len);
    CHECK_EQ(tn_encrypt_open(e, &wrapped, &key, &fault), 0);
    CHECK_EQ(tn_encrypt_payload(&key, b->p + in->hdr.hdr_size, in->hdr.img_size, &fault), 0);
}

TEST(an_image_is_sealed_and_decrypts_to_what_was_signed) {
    EACH_WAY(w) {
        struct tn_buf kek, b;
        struct tn_inspect in;
        struct tn_encrypt e = by(w, false, &kek);
        size_t same = 0;
        CHECK_EQ(sign(&e, false, 64, &b), 0);
        CHECK_EQ(tn_inspect(b.p, b.len, &signer, 1, "x", &in, &fault), 0);
        CHECK(in.is_sealed);
        CHECK_EQ(in.sig, TN_SIG_UNCHECKED);
        CHECK_EQ(in.wrap_type, w->type);
        CHECK_EQ(in.hdr.img_size, 1008);  // the last block is filled
        CHECK_EQ(in.hdr.flags,
                w->bits == 128 ? TN_IMAGE_ENCRYPTED_AES128 : TN_IMAGE_ENCRYPTED_AES256);
        for (size_t i = 0; i < in.hdr.img_size; i++) {
            same += is_clear_at(&b, 64, i);
        }
        CHECK(same < 40);  // by chance 4
        decrypt(&e, &in, &b);
        for (size_t i = 0; i < in.hdr.img_size; i++) {
            CHECK(is_clear_at(&b, 64, i));
        }
        CHECK_EQ(tn_inspect(b.p, b.len, &signer, 1, "x", &in, &fault), 0);
        CHECK(!in.is_sealed);
        CHECK_EQ(in.sig, TN_SIG_GENUINE);
        tn_buf_free(&b);
    }
}

// The first image of a device: it has all that the encrypted form has, and runs.
TEST(the_clear_form_is_genuine_and_encrypts_to_the_sealed_one) {
    struct tn_buf kek, b;
    struct tn_inspect in;
    struct tn_encrypt e = by(&ways[0], false, &kek);

    CHECK_EQ(sign(&e, true, 64, &b), 0);
    CHECK_EQ(tn_inspect(b.p, b.len, &signer, 1, "x", &in, &fault), 0);
    CHECK(!in.is_sealed);
    CHECK_EQ(in.sig, TN_SIG_GENUINE);
    CHECK_EQ(in.wrap_type, TN_TLV_ENC_EC256);
    CHECK(is_clear_at(&b, 64, 0) && is_clear_at(&b, 64, 1007));
    decrypt(&e, &in, &b);  // encrypts: AES-CTR is its own inverse
    CHECK_EQ(tn_inspect(b.p, b.len, &signer, 1, "x", &in, &fault), 0);
    CHECK(in.is_sealed);
    tn_buf_free(&b);
}

TEST(a_header_of_no_whole_blocks_is_refused) {
    struct tn_buf kek, b;
    struct tn_encrypt e = by(&ways[0], false, &kek);

    for (uint32_t size = 32; size <= 64; size++) {
        CHECK_EQ(sign(NULL, false, size, &b), 0);
        tn_buf_free(&b);
        if (size % 16) {
            CHECK_EQ(sign(&e, false, size, &b), -1);
            CHECK_EQ(fault.kind, TN_FAULT_USAGE);
        } else {
            CHECK_EQ(sign(&e, false, size, &b), 0);
            tn_buf_free(&b);
        }
    }
}
