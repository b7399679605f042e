// SPDX-License-Identifier: Apache-2.0
// Is it genuine: headers, TLVs and verdicts over images with every kind of damage.
#include "base/bytes.h"
#include "base/err.h"
#include "image/verify.h"
#include "support/device.h"
#include "test.h"

static struct test_device device;
static struct test_image image;

static struct tn_image_src place(uint32_t payload, enum test_twist twist) {
    struct tn_image_src src;

    test_device_init(&device, &small_shape);
    test_image_make(&image, 3, payload, twist);
    test_device_place(&device, TN_RUNNING, &image);
    tn_slots_source(&device.slots, TN_RUNNING, &src);
    return src;
}

static uint32_t verify(
        const struct tn_image_src *src, const struct tn_trust *trust, int *ret_error) {
    struct tn_verify v = {.src = *src};

    tn_verify_begin(&v, trust, trust->nalgs == 0);
    while (tn_verify_step(&v) == TN_MORE) {
    }
    *ret_error = tn_verify_error(&v);
    return tn_verify_result(&v);
}

static int error_of(const struct tn_image_src *src) {
    int error;

    CHECK_EQ(verify(src, &test_trust, &error), TN_REFUSED);
    CHECK(error < 0);
    return error;
}

TEST(a_signed_image_is_genuine_and_the_others_are_told_apart) {
    static const int want[] = {0, TN_ENOSIG, TN_EKEY, TN_ESIG, TN_EHASH};
    for (int twist = TWIST_NONE; twist <= TWIST_BAD_HASH; twist++) {
        struct tn_image_src src = place(2000, (enum test_twist)twist);
        int error;
        uint32_t got = verify(&src, &test_trust, &error);
        CHECK_EQ(error, want[twist]);
        CHECK_EQ(got, twist == TWIST_NONE ? TN_GENUINE : TN_REFUSED);
    }
}

TEST(without_algorithms_an_image_is_whole_but_never_genuine) {
    const struct tn_trust hash_only = {.hash = &tn_sha256_bearssl};
    struct tn_image_src src = place(100, TWIST_UNSIGNED);
    int error;
    CHECK_EQ(verify(&src, &hash_only, &error), TN_WHOLE);
    CHECK_EQ(error, 0);
    device.mem[200] ^= 1;
    src = place(100, TWIST_BAD_HASH);
    CHECK_EQ(verify(&src, &hash_only, &error), TN_REFUSED);
}

TEST(a_trust_without_keys_trusts_nobody) {
    struct tn_trust none = test_trust;
    none.keys = NULL;
    struct tn_image_src src = place(100, TWIST_NONE);
    int error;
    CHECK_EQ(verify(&src, &none, &error), TN_REFUSED);
    CHECK_EQ(error, TN_EKEY);
}

TEST(a_key_of_another_role_signs_no_image) {
    struct tn_key other[] = {test_trust.keys[0], {0}};
    struct tn_trust trust = test_trust;
    struct tn_image_src src = place(100, TWIST_NONE);
    int error;

    other[0].role = TN_KEY_FOR_IMAGES + 1;
    trust.keys = other;
    CHECK_EQ(verify(&src, &trust, &error), TN_REFUSED);
    CHECK_EQ(error, TN_EKEY);
}

// A row of its own: 64 bytes, SHA-256 and its complement.
static void end_long(struct tn_hash *h, uint8_t *ret_hash) {
    tn_sha256_bearssl.end(h, ret_hash);
    for (int i = 0; i < TN_HASH_LEN; i++) {
        ret_hash[TN_HASH_LEN + i] = (uint8_t)~ret_hash[i];
    }
}

// An image whose one TLV is a hash of this type.
static struct tn_image_src place_hashed(uint16_t type) {
    struct tn_image_src src = place(100, TWIST_UNSIGNED);
    uint32_t n = tn_image_hashed_len(&image.hdr);
    uint8_t *area = device.mem + n;
    struct tn_hash h;

    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, device.mem, n);
    end_long(&h, area + 8);
    tn_put_le16(area, TN_TLV_MAGIC);
    tn_put_le16(area + 2, 8 + TN_HASH_MAX);
    tn_put_le16(area + 4, type);
    tn_put_le16(area + 6, TN_HASH_MAX);
    return src;
}

TEST(an_image_is_hashed_by_the_row_whose_tlv_it_has) {
    struct tn_hash_alg long_row = tn_sha256_bearssl;
    const struct tn_hash_alg *rows[] = {&long_row};
    struct tn_trust trust = {.hash = &tn_sha256_bearssl, .hashes = rows, .nhashes = 1};
    struct tn_image_src src = place_hashed(TN_TLV_SHA512);
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_MAX];
    int error;

    long_row.tlv = TN_TLV_SHA512;
    long_row.len = TN_HASH_MAX;
    long_row.end = end_long;
    CHECK_EQ(verify(&src, &trust, &error), TN_REFUSED);  // nobody picks
    CHECK_EQ(error, TN_EHASH);
    trust.pick_hash = tn_trust_pick_hash;
    CHECK_EQ(verify(&src, &trust, &error), TN_WHOLE);
    CHECK_EQ(tn_image_identify(&src, &hdr, hash), TN_HASH_MAX);
    CHECK_MEM(hash, device.mem + tn_image_hashed_len(&image.hdr) + 8, TN_HASH_MAX);
    device.mem[60] ^= 1;
    CHECK_EQ(verify(&src, &trust, &error), TN_REFUSED);
    CHECK_EQ(error, TN_EHASH);
    src = place_hashed(TN_TLV_SHA384);  // no row has it
    CHECK_EQ(verify(&src, &trust, &error), TN_REFUSED);
    src = place(100, TWIST_UNSIGNED);  // and SHA-256 is hashed as always
    CHECK_EQ(verify(&src, &trust, &error), TN_WHOLE);
}

TEST(every_flipped_bit_of_an_image_is_refused) {
    struct tn_image_src src = place(300, TWIST_NONE);
    uint8_t *at = device.mem;
    for (uint32_t i = 0; i < image.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            at[i] ^= (uint8_t)(1 << bit);
            error_of(&src);
            at[i] ^= (uint8_t)(1 << bit);
        }
    }
}

TEST(every_truncated_image_is_refused) {
    struct tn_image_src src = place(300, TWIST_NONE);
    for (uint32_t len = 0; len < image.len; len++) {
        memset(device.mem, 0xff, 4096);
        memcpy(device.mem, image.bytes, len);
        error_of(&src);
        src.limit = len;  // and where the slot ends there
        memcpy(device.mem, image.bytes, image.len);
        error_of(&src);
        tn_slots_source(&device.slots, TN_RUNNING, &src);
    }
}

static int open_with(uint32_t at, uint32_t value, int bytes) {
    struct tn_image_src src = place(300, TWIST_NONE);
    struct tn_image_hdr hdr;
    for (int i = 0; i < bytes; i++) {
        device.mem[at + (uint32_t)i] = (uint8_t)(value >> 8 * i);
    }
    src.addr = 0x8000;
    return tn_image_open(&src, &hdr);
}

TEST(header_fields_are_checked_one_by_one) {
    CHECK_EQ(open_with(0, 0x96f3b83c, 4), TN_EMAGIC);  // the format before MCUboot 1.0
    CHECK_EQ(open_with(0, 0xffffffff, 4), TN_EMAGIC);
    CHECK_EQ(open_with(8, 31, 2), TN_EHEADER);
    CHECK_EQ(open_with(12, 0xffffffff, 4), TN_EHEADER);  // the sum would wrap
    CHECK_EQ(open_with(12, 0x7fffffff, 4), TN_EHEADER);
    CHECK_EQ(open_with(12, 12 * 1024, 4), TN_ESIZE);
    CHECK_EQ(open_with(10, 0xffff, 2), TN_ESIZE);
    static const uint32_t refused[] = {0x4, 0x8, 0xc, 0x20, 0x200, 0x400, 0x800};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        CHECK_EQ(open_with(16, refused[i], 4), TN_EFLAGS);
    }
    CHECK_EQ(open_with(16, TN_IMAGE_NON_BOOTABLE, 4), 0);
    CHECK_EQ(open_with(16, TN_IMAGE_ROM_FIXED, 4), TN_EADDR);  // load_addr is 0
    CHECK_EQ(open_with(16, 0x1, 4), 0);                        // PIC: nobody minds
}

TEST(a_header_reads_as_it_was_written) {
    const struct tn_image_hdr want = {0x12345678, 0x200, 0x24, 0x1000, 0x110, {1, 2, 0x303, 4}};
    struct tn_image_hdr got;
    uint8_t raw[TN_IMAGE_HDR_LEN];
    tn_image_hdr_put(raw, &want);
    CHECK_EQ(tn_image_hdr_get(&got, raw), 0);
    CHECK(memcmp(&got, &want, sizeof(got)) == 0);
}

// TLV areas by hand: header 32, payload 4, then what the test says.
static int walk(const char *digits, uint16_t protect, int *ret_count) {
    struct tn_image_src src;
    struct tn_image_hdr hdr = {.hdr_size = 32, .img_size = 4, .protect_tlv_size = protect};
    struct tn_tlvs tlvs;
    struct tn_tlv tlv;
    uint8_t area[128];
    size_t len = tn_test_hex(area, sizeof(area), digits);
    test_device_init(&device, &small_shape);
    tn_image_hdr_put(device.mem, &hdr);
    memcpy(device.mem + 36, area, len);
    tn_slots_source(&device.slots, TN_RUNNING, &src);
    *ret_count = 0;
    int rc = tn_tlv_begin(&tlvs, &src, &hdr);
    while (!rc && (rc = tn_tlv_next(&tlvs, &tlv)) > 0) {
        *ret_count += tlv.is_protected ? 100 : 1;
        rc = 0;
    }
    return rc;
}

TEST(tlv_areas_are_walked_and_malformed_ones_refused) {
    int n;
    CHECK_EQ(walk("07690400", 0, &n), 0);
    CHECK_EQ(n, 0);
    CHECK_EQ(walk("07690900 10000100aa", 0, &n), 0);
    CHECK_EQ(n, 1);
    CHECK_EQ(walk("08690c00 50000400 01000000 07690900 10000100aa", 12, &n), 0);
    CHECK_EQ(n, 101);
    CHECK_EQ(walk("08690400 07690400", 4, &n), 0);  // a protected area without a TLV
    CHECK_EQ(n, 0);
    CHECK_EQ(walk("08690c00 50000400 01000000 07690900 10000100aa", 0, &n), TN_ETLV);
    CHECK_EQ(walk("08690c00 50000400 01000000 07690900 10000100aa", 11, &n), TN_ETLV);
    CHECK_EQ(walk("08690c00 50000500 01000000 07690900 10000100aa", 12, &n), TN_ETLV);
    // A protected TLV that ends where the unprotected area does, and begins in the other one.
    CHECK_EQ(walk("08690c00 50000d00 01000000 07690900 10000100aa", 12, &n), TN_ETLV);
    CHECK_EQ(walk("07690900 10000200aa", 0, &n), TN_ETLV);  // longer than its area
    CHECK_EQ(walk("07690700 100001", 0, &n), TN_ETLV);      // half a head
    CHECK_EQ(walk("07690700 10000100aa", 0, &n), TN_ETLV);  // a TLV that ends behind its area
    CHECK_EQ(n, 0);
    CHECK_EQ(walk("07690300", 0, &n), TN_ETLV);
    CHECK_EQ(walk("0769ffff", 0, &n), TN_ESIZE);
    CHECK_EQ(walk("06690400", 0, &n), TN_ETLV);
}

// A type that is not on MCUboot's list, among the TLVs that nobody signs.
TEST(an_unsigned_tlv_of_a_strange_type_is_refused) {
    struct tn_image_src src = place(100, TWIST_NONE);
    uint8_t *info = device.mem + 32 + 100;
    uint8_t *end = device.mem + image.len;
    tn_put_le16(info + 2, (uint16_t)(tn_get_le16(info + 2) + 5));
    tn_put_le16(end, 0x50);
    tn_put_le16(end + 2, 1);
    CHECK_EQ(error_of(&src), TN_ETLV);
    tn_put_le16(end, TN_TLV_PUBKEY);
    int error;
    CHECK_EQ(verify(&src, &test_trust, &error), TN_GENUINE);
}

// A KEYHASH names the key of the signature behind it, and of no further one.
TEST(a_second_signature_without_a_keyhash_is_by_nobody) {
    struct tn_image_src src = place(100, TWIST_NONE);
    uint8_t *info = device.mem + 32 + 100;
    uint8_t *end = device.mem + image.len;
    uint16_t len = 4 + TN_HASH_LEN;
    int error;

    memcpy(end, end - len, len);  // the signature once more
    end[5] ^= 1;                  // and wrong
    tn_put_le16(info + 2, (uint16_t)(tn_get_le16(info + 2) + len));
    CHECK_EQ(verify(&src, &test_trust, &error), TN_GENUINE);
}

// What stands between a KEYHASH and its signature changes nothing: an encrypted key, say.
TEST(a_keyhash_holds_until_the_next_signature) {
    struct tn_image_src src = place(100, TWIST_NONE);
    uint8_t *info = device.mem + 32 + 100;
    uint8_t *sig = device.mem + image.len - 4 - TN_HASH_LEN;
    int error;

    memmove(sig + 6, sig, 4 + TN_HASH_LEN);
    tn_put_le16(sig, TN_TLV_ENC_RSA2048);
    tn_put_le16(sig + 2, 2);
    tn_put_le16(info + 2, (uint16_t)(tn_get_le16(info + 2) + 6));
    CHECK_EQ(verify(&src, &test_trust, &error), TN_GENUINE);
}

// MCUboot compares as many bytes of a KEYHASH as there are: one of none names every key.
TEST(a_short_keyhash_names_no_key) {
    struct tn_image_src src = place(100, TWIST_NONE);
    uint8_t *info = device.mem + 32 + 100;
    uint8_t *keyhash = info + 4 + 36;
    CHECK_EQ(tn_get_le16(keyhash), TN_TLV_KEYHASH);
    memmove(keyhash + 4, keyhash + 36, 36);
    tn_put_le16(keyhash + 2, 0);
    tn_put_le16(info + 2, (uint16_t)(tn_get_le16(info + 2) - 32));
    CHECK_EQ(error_of(&src), TN_EKEY);
}

TEST(versions_compare_field_by_field) {
    static const struct tn_version rising[] = {{0, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0},
            {0, 1, 0, 9}, {1, 0, 0, 0}, {1, 0, 65535, 0}, {255, 255, 65535, UINT32_MAX}};
    char text[TN_VERSION_TEXT];
    for (int a = 0; a < 7; a++) {
        for (int b = 0; b < 7; b++) {
            int got = tn_version_compare(&rising[a], &rising[b]);
            CHECK_EQ((got > 0) - (got < 0), (a > b) - (a < b));
        }
    }
    CHECK_EQ(tn_version_text(text, &rising[6]), TN_VERSION_TEXT - 1);
    CHECK_STR(text, "255.255.65535.4294967295");
    tn_version_text(text, &rising[4]);
    CHECK_STR(text, "1.0.0");
}
