// SPDX-License-Identifier: Apache-2.0
// Images of every kind of key, hash and signature that imgtool makes: what a trust that lists them
// accepts, and what it refuses.
#include <stdio.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/verified.h"
#include "host/files/key.h"
#include "image/other_keys.h"
#include "image/verify.h"
#include "support/device.h"
#include "test.h"

enum { KEYS = 5 };

static const char *const key_names[KEYS] = {"p256", "p384", "ed25519", "rsa2048", "rsa3072"};
static const char *const images[] = {"p256", "p384", "ed25519", "rsa2048", "rsa3072",
        "ed25519-sha512", "ed25519-pure", "p256-full", "p384-full", "ed25519-full", "rsa2048-full",
        "rsa3072-full"};

static struct tn_key_pair pairs[KEYS];
static struct tn_key keys[KEYS + 1];
static uint8_t sig_buf[384];
static const struct tn_other_keys other = {.look_at = tn_other_keys_look_at,
        .sig = sig_buf,
        .sig_size = sizeof(sig_buf),
        .pubkey = true,
        .pure = &tn_ed25519_pure_monocypher};
static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc, &tn_p384_bearssl_i31,
        &tn_ed25519_monocypher, &tn_rsa2048_bearssl_i31, &tn_rsa3072_bearssl_i31};
static const struct tn_hash_alg *const hashes[] = {
        &tn_sha256_bearssl, &tn_sha384_bearssl, &tn_sha512_bearssl};
static const struct tn_trust everything = {.hash = &tn_sha256_bearssl,
        .algs = algs,
        .nalgs = TN_LEN(algs),
        .keys = keys,
        .pick_hash = tn_trust_pick_hash,
        .hashes = hashes,
        .nhashes = TN_LEN(hashes),
        .other = &other};

static struct test_device device;
static uint8_t *const mem = device.mem;
static uint32_t image_len;
static struct tn_image_hdr hdr;

// Places an image at the start of the primary slot, and reads the keys once.
static struct tn_image_src place(const char *name) {
    struct tn_image_src src;
    struct tn_fault fault;
    char path[300];

    for (int i = 0; i < KEYS && !keys[i].kind; i++) {
        snprintf(path, sizeof(path), "%s/TEST-KEY-ONLY-%s-private.pem", TN_KINDS, key_names[i]);
        CHECK_EQ(tn_key_load(path, &pairs[i], &fault), 0);
        keys[i] = tn_key_for_device(&pairs[i]);
    }
    test_device_init(&device, &small_shape);
    snprintf(path, sizeof(path), "%s/%s.bin", TN_KINDS, name);
    FILE *f = fopen(path, "rb");
    CHECK(f != NULL);
    image_len = (uint32_t)fread(mem, 1, 4096, f);
    fclose(f);
    tn_slots_source(&device.slots, TN_RUNNING, &src);
    CHECK_EQ(tn_image_open(&src, &hdr), 0);
    return src;
}

static uint32_t verify(
        const struct tn_image_src *src, const struct tn_trust *trust, int *ret_error) {
    struct tn_verify v = {.src = *src};

    tn_verify_begin(&v, trust, false);
    while (tn_verify_step(&v) == TN_MORE) {
    }
    *ret_error = tn_verify_error(&v);
    return tn_verify_result(&v);
}

static void refuses(const struct tn_image_src *src, const struct tn_trust *trust, int want) {
    int error;

    CHECK_EQ(verify(src, trust, &error), TN_REFUSED);
    CHECK_EQ(error, want);
}

static bool is_genuine(const struct tn_image_src *src) {
    int error;

    return verify(src, &everything, &error) == TN_GENUINE && error == 0;
}

// Offset of the data of an unprotected TLV; the head is 4 bytes before it.
static uint32_t find(const struct tn_image_src *src, uint16_t type) {
    struct tn_tlv tlv;

    CHECK_EQ(tn_image_find_tlv(src, &hdr, type, &tlv), 0);
    return tlv.off;
}

TEST(images_of_every_kind_are_genuine) {
    for (size_t i = 0; i < TN_LEN(images); i++) {
        struct tn_image_src src = place(images[i]);
        if (!is_genuine(&src)) {
            print_error("%s\n", images[i]);
            CHECK(false);
        }
    }
}

// Every bit of what follows the content, and some of the content.
TEST(a_flipped_bit_of_an_image_of_any_kind_is_refused) {
    for (size_t i = 0; i < TN_LEN(images); i++) {
        struct tn_image_src src = place(images[i]);
        uint32_t hashed = tn_image_hashed_len(&hdr) * 8;
        for (uint32_t bit = 0; bit < image_len * 8; bit += bit < hashed ? 37 : 3) {
            mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (is_genuine(&src)) {
                print_error("%s: bit %u of byte %u\n", images[i], bit % 8, bit / 8);
                CHECK(false);
            }
            mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        CHECK(is_genuine(&src));
    }
}

TEST(a_truncated_image_of_any_kind_is_refused) {
    for (size_t i = 0; i < TN_LEN(images); i++) {
        struct tn_image_src src = place(images[i]);
        for (uint32_t len = 0; len < image_len; len++) {
            src.limit = len;
            CHECK(!is_genuine(&src));
        }
    }
}

TEST(a_kind_that_the_trust_does_not_list_is_refused) {
    for (size_t i = 0; i < TN_LEN(images); i++) {
        struct tn_image_src src = place(images[i]);
        struct tn_trust trust = everything;
        const struct tn_sig_alg *others[TN_LEN(algs)];
        trust.algs = others;
        trust.nalgs = 0;
        for (size_t k = 0; k < TN_LEN(algs); k++) {  // all rows but this image's
            if (strncmp(images[i], key_names[k], strlen(key_names[k])) != 0) {
                others[trust.nalgs++] = algs[k];
            }
        }
        CHECK_EQ(trust.nalgs, TN_LEN(algs) - 1);
        struct tn_other_keys no_pure = other;
        no_pure.pure = NULL;
        trust.other = &no_pure;
        refuses(&src, &trust, TN_EKEY);
        trust = everything;
        trust.keys = &keys[KEYS];  // no keys
        refuses(&src, &trust, TN_EKEY);
    }
}

TEST(a_trust_without_an_option_refuses_what_needs_it) {
    struct tn_trust trust = everything;
    struct tn_other_keys less = other;
    struct tn_image_src src = place("ed25519-pure");

    trust.other = &less;
    less.pure = NULL;
    refuses(&src, &trust, TN_EKEY);
    less = other;
    less.pubkey = false;
    src = place("p256-full");
    refuses(&src, &trust, TN_EKEY);
    less = other;
    less.sig_size = 383;
    src = place("rsa3072");
    refuses(&src, &trust, TN_ESIG);
    less = other;
    trust.pick_hash = NULL;
    src = place("p384");
    refuses(&src, &trust, TN_EHASH);
    trust = everything;
    trust.nhashes = 1;
    src = place("ed25519-sha512");
    refuses(&src, &trust, TN_EHASH);
}

// The smallest loaders have such a trust.
TEST(a_trust_without_other_keys_refuses_all_that_needs_them) {
    static const struct {
        const char *name;
        int want;
    } rows[] = {{"ed25519-pure", TN_EKEY}, {"ed25519-sha512", TN_EKEY}, {"p384", TN_EKEY},
            {"p256-full", TN_EKEY}, {"rsa2048", TN_ESIG}, {"rsa3072", TN_ESIG}};
    struct tn_trust trust = everything;

    trust.other = NULL;
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        struct tn_image_src src = place(rows[i].name);
        refuses(&src, &trust, rows[i].want);
    }
    struct tn_image_src src = place("ed25519");
    int error;
    CHECK_EQ(verify(&src, &trust, &error), TN_GENUINE);
}

// A P-384 key and a P-256 signature share a TLV type.
TEST(a_key_names_the_kind_of_its_signature) {
    struct tn_image_src src = place("p256");
    uint32_t at = find(&src, TN_TLV_KEYHASH);

    memcpy(mem + at, keys[1].hash, TN_HASH_LEN);  // P-384's
    refuses(&src, &everything, TN_ESIG);
    memcpy(mem + at, keys[2].hash, TN_HASH_LEN);  // Ed25519's
    refuses(&src, &everything, TN_EKEY);
    memcpy(mem + at, keys[0].hash, TN_HASH_LEN);
    CHECK(is_genuine(&src));
}

TEST(a_key_hash_has_the_length_that_the_key_says) {
    struct tn_image_src src = place("ed25519-sha512");
    uint32_t at = find(&src, TN_TLV_KEYHASH);
    struct tn_key none[] = {keys[2], {0}};
    struct tn_trust trust = everything;

    trust.keys = none;
    CHECK(is_genuine(&src));
    none[0].kind = TN_KEY_P384;  // which has 48 bytes there
    refuses(&src, &trust, TN_EKEY);
    none[0].kind = TN_KEY_P256;  // and this one none
    refuses(&src, &trust, TN_EKEY);
    none[0].kind = TN_KEY_ED25519;
    tn_put_le16(mem + at - 2, 0);  // KEYHASH of length 0, and its bytes as the next TLV
    refuses(&src, &trust, TN_ETLV);
}

// The image's hash again behind the signature: the pass has replaced the digest.
TEST(of_several_hashes_each_must_be_right) {
    struct tn_image_src src = place("p256");
    uint32_t info = tn_image_hashed_len(&hdr);
    uint8_t *end = mem + image_len;

    tn_put_le16(end, TN_TLV_SHA512);
    tn_put_le16(end + 2, TN_HASH_MAX);
    memset(end + 4, 0x5a, TN_HASH_MAX);
    tn_put_le16(mem + info + 2, (uint16_t)(tn_get_le16(mem + info + 2) + 4 + TN_HASH_MAX));
    refuses(&src, &everything, TN_EHASH);
}

// ---- Pure ---------------------------------------------------------------------------------------

// Recomputes the image's hash TLV.
static void fix_hash(const struct tn_image_src *src, uint16_t type, const struct tn_hash_alg *alg) {
    struct tn_hash h;

    tn_hash_begin(&h, alg);
    tn_hash_add(&h, mem, tn_image_hashed_len(&hdr));
    tn_hash_end(&h, mem + find(src, type));
}

TEST(a_changed_image_with_its_hash_put_right_is_refused) {
    struct tn_image_src src = place("ed25519-pure");

    for (uint32_t at = 64; at < tn_image_hashed_len(&hdr); at += 13) {
        mem[at] ^= 4;
        fix_hash(&src, TN_TLV_SHA512, &tn_sha512_bearssl);
        int error;
        CHECK_EQ(verify(&src, &everything, &error), TN_REFUSED);
        mem[at] ^= 4;
    }
    fix_hash(&src, TN_TLV_SHA512, &tn_sha512_bearssl);
    CHECK(is_genuine(&src));
}

// A signature of a hash is none of the image, and the other way round.
TEST(the_mark_of_a_pure_signature_cannot_be_added_or_taken_away) {
    struct tn_image_src src = place("ed25519-sha512");
    uint32_t info = tn_image_hashed_len(&hdr);
    uint32_t rest = find(&src, TN_TLV_KEYHASH) - 4;

    memmove(mem + rest + 5, mem + rest, image_len - rest);
    tn_put_le16(mem + rest, TN_TLV_SIG_PURE);
    tn_put_le16(mem + rest + 2, 1);
    mem[rest + 4] = 1;
    tn_put_le16(mem + info + 2, (uint16_t)(tn_get_le16(mem + info + 2) + 5));
    refuses(&src, &everything, TN_ESIG);

    src = place("ed25519-pure");
    info = tn_image_hashed_len(&hdr);
    rest = find(&src, TN_TLV_SIG_PURE) - 4;
    memmove(mem + rest, mem + rest + 5, image_len - rest - 5);
    tn_put_le16(mem + info + 2, (uint16_t)(tn_get_le16(mem + info + 2) - 5));
    refuses(&src, &everything, TN_ESIG);
}

static void pure_begin(struct tn_hash *h, const uint8_t *sig) {
    tn_ed25519_pure_monocypher.begin(h, &keys[2], sig);
}

TEST(a_pure_signature_needs_its_kind_of_key_and_the_hash_in_front) {
    struct tn_image_src src = place("ed25519-pure");
    uint32_t hash = find(&src, TN_TLV_SHA512) - 4;
    uint32_t key = find(&src, TN_TLV_KEYHASH);
    uint32_t sig = find(&src, TN_TLV_ED25519);
    uint8_t moved[4 + TN_HASH_MAX];

    tn_put_le16(mem + sig - 4, TN_TLV_ECDSA_SIG);
    refuses(&src, &everything, TN_EKEY);
    tn_put_le16(mem + sig - 4, TN_TLV_ED25519);
    mem[key] ^= 1;
    refuses(&src, &everything, TN_EKEY);
    mem[key] ^= 1;
    tn_put_le16(mem + sig - 2, 63);  // a signature that is too short
    mem[tn_image_hashed_len(&hdr) + 2]--;
    refuses(&src, &everything, TN_ESIG);
    mem[tn_image_hashed_len(&hdr) + 2]++;
    tn_put_le16(mem + sig - 2, 64);
    CHECK(is_genuine(&src));
    memcpy(moved, mem + hash, sizeof(moved));  // the hash behind the signature
    memmove(mem + hash, mem + hash + sizeof(moved), image_len - hash - sizeof(moved));
    memcpy(mem + image_len - sizeof(moved), moved, sizeof(moved));
    refuses(&src, &everything, TN_EHASH);
    // Nor may what stands there be the digest of the signature: the image would have its name.
    struct tn_hash h;
    pure_begin(&h, mem + find(&src, TN_TLV_ED25519));
    tn_hash_add(&h, mem, tn_image_hashed_len(&hdr));
    tn_hash_end(&h, mem + find(&src, TN_TLV_SHA512));
    refuses(&src, &everything, TN_EHASH);
}

// A flash that gives other bytes the second time, and one that fails.
static unsigned reads_of_start;
static int second_read;  // 0: one bit differs; else the error

static int read_twice(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    int err = tn_area_read(src->area, src->off + off, buf, len);

    reads_of_start += off == 0 && len > TN_IMAGE_HDR_LEN;
    if (!err && reads_of_start == 2 && off == 0 && len > TN_IMAGE_HDR_LEN) {
        ((uint8_t *)buf)[40] ^= 1;
        err = second_read;
    }
    return err;
}

TEST(the_second_pass_is_what_the_signature_is_compared_with) {
    struct tn_image_src src = place("ed25519-pure");

    src.read = read_twice;
    reads_of_start = 0;
    refuses(&src, &everything, TN_ESIG);
    CHECK_EQ(reads_of_start, 2);
    reads_of_start = 0;
    second_read = TN_EIO;
    refuses(&src, &everything, TN_EIO);
    second_read = 0;
}

// A second read could give an attacker's flash another signature, made of the hash that the first
// one began.
static uint32_t sig_at;
static unsigned reads_of_sig;

static int read_sig_once(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    int err = tn_area_read(src->area, src->off + off, buf, len);

    if (off <= sig_at && sig_at < off + len && ++reads_of_sig > 1) {
        memset(buf, 0, len);
    }
    return err;
}

TEST(a_pure_signature_is_read_once) {
    struct tn_image_src src = place("ed25519-pure");

    sig_at = find(&src, TN_TLV_ED25519);
    src.read = read_sig_once;
    CHECK(is_genuine(&src));
    CHECK_EQ(reads_of_sig, 1);
}

// ---- The verified mark -------------------------------------------------------------------------

static struct tn_verified verified;
static struct tn_area mark_area;

static int lock(void) {
    return 0;
}

static enum tn_plan_action boot(void) {
    static const struct tn_rule *const rules[] = {&tn_mark_verified};
    struct tn_policy policy = {.rules = rules, .nrules = TN_LEN(rules)};
    struct tn_trust trust = everything;
    struct tn_boot b = {.slots = &device.slots, .strategy = &tn_swap_offset, .trust = &trust};

    verified = (struct tn_verified){
            .other = other, .then = tn_other_keys_look_at, .area = &mark_area, .lock = lock};
    verified.other.look_at = tn_verified_look_at;
    trust.other = &verified.other;
    tn_policy_settle(&policy, &b);
    return b.plan.action;
}

// A wrong signature behind a marked image shows that it is not looked at.
TEST(the_verified_mark_serves_every_kind) {
    for (size_t i = 0; i < TN_LEN(images); i++) {
        place(images[i]);
        device.run.count++;
        tn_nor_init(&device.nor, mem, &device.run, 1, 4, 0xff);
        mark_area = (struct tn_area){&device.nor.flash, 25 * 1024, 1024};
        uint8_t *sig = mem + image_len - 9;
        *sig ^= 1;
        CHECK_EQ(boot(), TN_PLAN_RECOVER);
        CHECK(tn_area_is_erased(&mark_area, 0, 1024));
        *sig ^= 1;
        CHECK_EQ(boot(), TN_PLAN_RUN);
        *sig ^= 1;
        if (boot() != TN_PLAN_RUN) {
            print_error("%s has no mark\n", images[i]);
            CHECK(false);
        }
        memset(mem + 25 * 1024, 0xff, 1024);
        CHECK_EQ(boot(), TN_PLAN_RECOVER);
    }
}
