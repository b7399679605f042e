// SPDX-License-Identifier: Apache-2.0
// Images are made, read back, and refused if a single bit has changed. The interop tests compare
// them with imgtool's.
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "boot/trailer.h"
#include "host/files/inspect.h"
#include "host/files/sign.h"
#include "test.h"

static struct tn_fault fault;
static struct tn_key_pair key, other;

static void make_keys(void) {
    char name[] = "/tmp/tenon-test-XXXXXX";

    if (key.pkey) {
        return;
    }
    close(mkstemp(name));
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(tn_key_generate(name, true, false, &fault), 0);
        CHECK_EQ(tn_key_load(name, i ? &other : &key, &fault), 0);
    }
    unlink(name);
}

static struct tn_sign_opts plain(void) {
    make_keys();
    return (struct tn_sign_opts){.key = &key,
            .version = {1, 2, 3, 4},
            .hdr_size = 64,
            .pad_header = true,
            .erased = 0xff};
}

// An image on the heap, with a copy of the exact length, so that ASan notices every read behind its
// end.
static struct tn_buf make(const struct tn_sign_opts *o, size_t len) {
    uint8_t payload[4000];
    uint32_t seed = 5;
    struct tn_buf image;

    for (size_t i = 0; i < len; i++) {
        payload[i] = (uint8_t)tn_test_random(&seed);
    }
    CHECK_EQ(tn_sign(&(struct tn_buf){payload, len}, o, "x", &image, &fault), 0);
    struct tn_buf exact = {malloc(image.len), image.len};
    memcpy(exact.p, image.p, image.len);
    tn_buf_free(&image);
    return exact;
}

static struct tn_buf make_plain(size_t len) {
    struct tn_sign_opts o = plain();
    return make(&o, len);
}

static int inspect(const struct tn_buf *b, const struct tn_key_pair *k, struct tn_inspect *in) {
    return tn_inspect(b->p, b->len, k, k ? 1 : 0, "x", in, &fault);
}

TEST(what_is_signed_is_sound) {
    struct tn_buf b = make_plain(1001);
    struct tn_inspect in;

    CHECK_EQ(inspect(&b, &key, &in), 0);
    CHECK_EQ(in.sig, TN_SIG_GENUINE);
    CHECK_EQ(in.hdr.hdr_size, 64);
    CHECK_EQ(in.hdr.img_size, 1001);
    CHECK_EQ(in.hdr.version.build, 4);
    CHECK_EQ(in.image_len, b.len);
    CHECK_EQ(in.ntlvs, 3);
    CHECK_EQ(inspect(&b, NULL, &in), 0);
    CHECK_EQ(in.sig, TN_SIG_UNCHECKED);
    CHECK_EQ(inspect(&b, &other, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_FOREIGN_KEY);
    struct tn_key_pair both[2] = {other, key};
    CHECK_EQ(tn_inspect(b.p, b.len, both, 2, "x", &in, &fault), 0);
    CHECK_EQ(in.signer, 1);
    tn_buf_free(&b);
}

TEST(an_unsigned_image_is_called_so) {
    struct tn_sign_opts o = plain();
    struct tn_inspect in;

    o.key = NULL;
    struct tn_buf b = make(&o, 100);
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_UNSIGNED);
    CHECK_EQ(inspect(&b, NULL, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_UNSIGNED);
    tn_buf_free(&b);
}

TEST(every_flipped_bit_is_refused) {
    for (int counter = 0; counter < 2; counter++) {
        struct tn_sign_opts o = plain();
        struct tn_inspect in;
        o.has_counter = counter;
        struct tn_buf b = make(&o, 300);
        for (size_t i = 0; i < b.len * 8; i++) {
            b.p[i / 8] = (uint8_t)(b.p[i / 8] ^ 1 << i % 8);
            CHECK_EQ(inspect(&b, &key, &in), -1);
            b.p[i / 8] = (uint8_t)(b.p[i / 8] ^ 1 << i % 8);
        }
        CHECK_EQ(inspect(&b, &key, &in), 0);
        tn_buf_free(&b);
    }
}

TEST(each_kind_of_damage_has_its_own_word) {
    struct tn_buf b = make_plain(300);
    struct tn_inspect in;
    size_t tlvs = 64 + 300;

    b.p[0] ^= 1;
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MAGIC);
    b.p[0] ^= 1;
    b.p[100] ^= 1;
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DAMAGED);
    b.p[100] ^= 1;
    b.p[tlvs] ^= 1;
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
    b.p[tlvs] ^= 1;
    b.p[b.len - 1] ^= 1;
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SIGNATURE);
    b.p[b.len - 1] ^= 1;
    b.p[16] ^= TN_IMAGE_ENCRYPTED_AES128;
    CHECK_EQ(inspect(&b, &key, &in), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DAMAGED);
    b.p[16] ^= TN_IMAGE_ENCRYPTED_AES128;
    CHECK_EQ(tn_inspect((const uint8_t *)"\x7f"
                                         "ELFxxxx",
                     8, NULL, 0, "x", &in, &fault),
            -1);
    CHECK_EQ(fault.kind, TN_FAULT_MAGIC);
    tn_buf_free(&b);
}

TEST(an_image_cut_at_any_byte_is_called_truncated) {
    struct tn_buf b = make_plain(300);
    struct tn_inspect in;

    for (size_t cut = 0; cut < b.len; cut++) {
        uint8_t *part = malloc(cut ? cut : 1);
        memcpy(part, b.p, cut);
        CHECK_EQ(tn_inspect(part, cut, &key, 1, "x", &in, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_TRUNCATED);
        free(part);
    }
    tn_buf_free(&b);
}

TEST(wrong_sizes_are_refused) {
    struct tn_buf b = make_plain(300);
    struct tn_inspect in;
    uint32_t seed = 11;
    uint8_t was[400];

    memcpy(was, b.p, b.len < sizeof(was) ? b.len : sizeof(was));
    for (int i = 0; i < 20000; i++) {
        // Random bytes in place of the sizes in the header and in all TLVs.
        size_t at =
                i % 2 ? 8 + tn_test_random(&seed) % 8 : 364 + tn_test_random(&seed) % (b.len - 364);
        uint8_t keep = b.p[at];
        b.p[at] = (uint8_t)tn_test_random(&seed);
        inspect(&b, &key, &in);
        if (i % 5) {
            b.p[at] = keep;
        }
        if (i % 100 == 0) {
            memcpy(b.p, was, 364);
        }
    }
    tn_buf_free(&b);
}

TEST(a_key_hash_cut_short_names_no_key) {
    struct tn_sign_opts o = plain();
    struct tn_inspect in;

    // MCUboot compares only the bytes that are there, so zero bytes would match any key.
    o.key = NULL;
    for (uint16_t len = 0; len < TN_KEY_HASH_LEN; len++) {
        struct tn_buf b = make(&o, 300);
        size_t info = 364;
        uint8_t *p = realloc(b.p, b.len + 4 + len);
        CHECK(p != NULL);
        tn_put_le16(p + b.len, TN_TLV_KEYHASH);
        tn_put_le16(p + b.len + 2, len);
        memcpy(p + b.len + 4, key.hash, len);
        b = (struct tn_buf){p, b.len + 4 + len};
        tn_put_le16(p + info + 2, (uint16_t)(b.len - info));
        CHECK_EQ(inspect(&b, &key, &in), -1);
        CHECK(!in.has_key_hash);
        tn_buf_free(&b);
    }
}

// ---- Padding and sizes -----------------------------------------------------------------

static struct tn_buf place(const struct tn_sign_opts *o, const struct tn_buf *image) {
    struct tn_segments s;
    struct tn_buf flat;
    uint32_t addr;

    CHECK_EQ(tn_sign_place(image, o, 0x4000, &s, &fault), 0);
    CHECK_EQ(tn_segments_flatten(&s, o->erased, &addr, &flat, "x", &fault), 0);
    CHECK_EQ(addr, 0x4000);
    tn_segments_free(&s);
    return flat;
}

// A flash in memory, for the core's own reader of trailers.
static int read_mem(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    memcpy(buf, (const uint8_t *)f->ctx + off, len);
    return 0;
}

TEST(the_boot_code_reads_the_trailers_that_we_write) {
    for (uint32_t align = 1; align <= 32; align *= 2) {
        for (int confirm = 0; confirm < 2; confirm++) {
            struct tn_sign_opts o = plain();
            o.pad = confirm ? TN_SIGN_CONFIRM : TN_SIGN_PAD;
            o.slot =
                    (struct tn_slot_shape){.slot_size = 32768, .sector_size = 4096, .align = align};
            struct tn_buf b = make(&o, 300);
            struct tn_buf flat = place(&o, &b);
            struct tn_inspect in;
            struct tn_trailer t;
            CHECK_EQ(flat.len, 32768);
            CHECK_EQ(inspect(&flat, &key, &in), 0);
            CHECK(in.is_padded);
            CHECK_EQ(in.is_confirmed, confirm);
            CHECK_EQ(in.image_len, b.len);

            const struct tn_flash_ops ops = {.read = read_mem};
            const struct tn_flash_run run = {4096, 8};
            const struct tn_flash flash = {.ops = &ops,
                    .runs = &run,
                    .nruns = 1,
                    .erased = 0xff,
                    .prog_unit = (uint16_t)align,
                    .size = 32768,
                    .ctx = flat.p};
            const struct tn_slots slots = {.area = {{&flash, 0, 32768}, {&flash, 0, 32768}},
                    .layout = &tn_layout_swap_offset,
                    .max_sectors = 8,
                    .max_align = (uint8_t)(align > 8 ? align : 8),
                    .magic = tn_trailer_magic((uint16_t)(align > 8 ? align : 8))};
            tn_trailer_read(&slots, TN_PRIMARY, &t);
            CHECK_EQ(t.magic, TN_MAGIC_GOOD);
            CHECK_EQ(t.image_ok, confirm ? TN_FLAG_SET : TN_FLAG_UNSET);
            CHECK_EQ(t.copy_done, TN_FLAG_UNSET);
            tn_buf_free(&flat);
            tn_buf_free(&b);
        }
    }
}

TEST(sizes_are_those_of_the_boot_code) {
    for (uint32_t sector = 256; sector <= 8192; sector *= 2) {
        for (uint32_t np = 1; np < 40; np += 3) {
            for (uint32_t extra = 0; extra < 2; extra++) {
                for (uint32_t align = 1; align <= 32; align *= 2) {
                    struct tn_slot_shape s = {.slot_size = np * sector,
                            .spare_size = (np + extra) * sector,
                            .sector_size = sector,
                            .align = align};
                    const struct tn_flash_run run = {sector, 2 * np + 1};
                    const struct tn_flash flash = {.runs = &run,
                            .nruns = 1,
                            .erased = 0xff,
                            .prog_unit = (uint16_t)align,
                            .size = (2 * np + 1) * sector};
                    // Only a slot without room is refused.
                    int err = tn_slot_check(&s, &fault);
                    const struct tn_slots slots = {
                            .area = {{&flash, 0, s.slot_size}, {&flash, s.slot_size, s.spare_size}},
                            .layout = &tn_layout_swap_offset,
                            .max_sectors = (uint16_t)s.max_sectors,
                            .max_align = (uint8_t)s.max_align};
                    CHECK_EQ(tn_slot_trailer_size(&s), tn_trailer_size(&slots));
                    CHECK_EQ(tn_slot_max_image(&s),
                            s.slot_size > tn_trailer_size(&slots) ? tn_slots_max_image(&slots) : 0);
                    CHECK_EQ(err != 0, tn_slots_max_image(&slots) == 0);
                }
            }
        }
    }
}

TEST(an_image_of_the_largest_size_is_made_and_one_byte_more_is_not) {
    struct tn_sign_opts o = plain();
    uint8_t payload[8192] = {0};
    struct tn_buf b;

    // Without a key the size is known exactly; the length of signatures differs by some bytes.
    o.key = NULL;
    o.slot = (struct tn_slot_shape){.slot_size = 8192, .sector_size = 1024, .align = 4};
    CHECK_EQ(tn_slot_check(&o.slot, &fault), 0);
    uint32_t max = tn_slot_max_image(&o.slot);
    CHECK_EQ(max, 8192 - 1024 - 1024);
    size_t largest = max - 64 - (4 + 36);
    CHECK_EQ(tn_sign(&(struct tn_buf){payload, largest}, &o, "x", &b, &fault), 0);
    CHECK_EQ(b.len, max);
    tn_buf_free(&b);
    CHECK_EQ(tn_sign(&(struct tn_buf){payload, largest + 1}, &o, "x", &b, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_TOO_LARGE);
}

TEST(what_makes_no_sense_is_not_signed) {
    struct tn_sign_opts o = plain();
    uint8_t payload[100] = {0};
    struct tn_buf p = {payload, sizeof(payload)}, b;

    p.len = 0;
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    p.len = sizeof(payload);
    o.hdr_size = 31;
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    o.hdr_size = 65536;
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    o.hdr_size = 64;
    o.pad = TN_SIGN_CONFIRM;  // without a slot size
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    o.pad = TN_SIGN_NO_PAD;
    o.pad_header = false;
    payload[63] = 1;  // no room for the header
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    payload[63] = 0;
    payload[64] = 1;
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), 0);
    tn_buf_free(&b);
    o.hdr_size = 128;  // larger than the input
    CHECK_EQ(tn_sign(&p, &o, "x", &b, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_USAGE);
}

TEST(versions_are_read_strictly) {
    static const char *const bad[] = {"", "v1", "1.", "1..2", "256", "1.256", "1.2.65536", "1.2.3.",
            "1.2.3.4.5", "1.2.3.4+5", "1.2.3+4.5", "1.2.3+", "1.2.3+4294967296", "1.2.3 ", "-1",
            "1.2.3+4x", "99999999999999999999"};
    struct tn_version v;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(tn_version_parse(bad[i], &v), -1);
    }
    CHECK_EQ(tn_version_parse("255.255.65535+4294967295", &v), 0);
    CHECK_EQ(v.revision, 65535);
    CHECK_EQ(v.build, UINT32_MAX);
    CHECK_EQ(tn_version_parse("7", &v), 0);
    CHECK_EQ(v.major, 7);
    CHECK_EQ(v.minor, 0);
    CHECK_EQ(tn_version_parse("1.2+9", &v), 0);
    CHECK_EQ(v.minor, 2);
    CHECK_EQ(v.build, 9);
}

TEST(versions_are_read_as_this_library_writes_them) {
    static const struct tn_version all[] = {
            {0, 0, 0, 0}, {1, 2, 3, 0}, {1, 2, 3, 4}, {255, 255, 65535, UINT32_MAX}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        char text[TN_VERSION_TEXT];
        struct tn_version v;
        tn_version_text(text, &all[i]);
        CHECK_EQ(tn_version_parse(text, &v), 0);
        CHECK_EQ(tn_version_compare(&v, &all[i]), 0);
    }
}

// ---- What other tools make -------------------------------------------------------------

struct made_tlv {
    uint16_t type, len;
};

// Makes an image of 100 bytes with these flags and TLVs. A SHA-256 among them is made right.
static size_t make_with(uint8_t *p, uint32_t flags, const struct made_tlv *tlvs, size_t n) {
    const struct tn_image_hdr h = {.hdr_size = 32, .img_size = 68, .flags = flags};
    size_t at = 104;

    memset(p, 0xa5, 100);
    tn_image_hdr_put(p, &h);
    for (size_t i = 0; i < n; i++) {
        tn_put_le16(p + at, tlvs[i].type);
        tn_put_le16(p + at + 2, tlvs[i].len);
        memset(p + at + 4, 0x30, tlvs[i].len);
        if (tlvs[i].type == TN_TLV_SHA256) {
            tn_sha256(p, 100, p + at + 4);
        }
        at += 4u + tlvs[i].len;
    }
    tn_put_le16(p + 100, TN_TLV_MAGIC);
    tn_put_le16(p + 102, (uint16_t)(at - 100));
    return at;
}

static void check_unsupported(
        uint32_t flags, const struct made_tlv *tlvs, size_t n, const char *const *words) {
    uint8_t image[2000];
    struct tn_inspect in;
    size_t len = make_with(image, flags, tlvs, n);

    make_keys();
    for (int with_key = 0; with_key < 2; with_key++) {
        CHECK_EQ(tn_inspect(image, len, &key, (size_t)with_key, "x", &in, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_UNSUPPORTED);
        CHECK(strstr(fault.text, "damaged") == NULL);
        for (const char *const *w = words; *w; w++) {
            CHECK(strstr(fault.text, *w) != NULL);
        }
    }
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TLVS(...)                                                                                  \
    (const struct made_tlv[]){__VA_ARGS__},                                                        \
            sizeof((const struct made_tlv[]){__VA_ARGS__}) / sizeof(struct made_tlv)

// Without a key, a signature of any kind is only there; with a key of ours, it is another's.
static void check_foreign(const struct made_tlv *tlvs, size_t n) {
    uint8_t image[2000];
    struct tn_inspect in;
    size_t len = make_with(image, 0, tlvs, n);

    make_keys();
    CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), 0);
    CHECK_EQ(in.sig, TN_SIG_UNCHECKED);
    CHECK_EQ(tn_inspect(image, len, &key, 1, "x", &in, &fault), -1);
    CHECK_EQ(in.sig, TN_SIG_FOREIGN);
    CHECK_EQ(fault.kind, TN_FAULT_FOREIGN_KEY);
}

TEST(signatures_of_every_kind_are_another_keys_if_it_is_not_named) {
    check_foreign(TLVS({0x10, 32}, {0x01, 32}, {0x20, 256}));
    check_foreign(TLVS({0x10, 32}, {0x01, 32}, {0x23, 384}));
    check_foreign(TLVS({0x10, 32}, {0x01, 32}, {0x24, 64}));
    check_foreign(TLVS({0x10, 32}, {0x25, 1}, {0x01, 32}, {0x24, 64}));
    check_foreign(TLVS({0x10, 32}, {0x01, 48}, {0x22, 103}));
    check_foreign(TLVS({0x10, 32}, {0x02, 91}, {0x22, 71}));
    check_foreign(TLVS({0x10, 32}, {0x22, 71}));  // no key is named
}

// A signature of the named key's, by another algorithm than the key's, or with another hash.
TEST(a_key_signs_in_its_own_way_only) {
    static const struct made_tlv tlvs[] = {{0x10, 32}, {0x01, 32}, {0x24, 64}};
    uint8_t image[2000];
    struct tn_inspect in;
    size_t len = make_with(image, 0, tlvs, 3);

    make_keys();
    memcpy(image + 104 + 36 + 4, key.hash, TN_KEY_HASH_LEN);
    CHECK_EQ(tn_inspect(image, len, &key, 1, "x", &in, &fault), -1);
    CHECK_EQ(in.sig, TN_SIG_WRONG);
}

TEST(hashes_of_every_length_are_checked_and_there_is_one) {
    static const struct made_tlv rows[][2] = {{{0x11, 48}, {0x01, 48}}, {{0x12, 64}, {0x01, 64}},
            {{0x11, 32}, {0x01, 32}}, {{0x10, 32}, {0x12, 64}}};
    static const enum tn_fault_kind want[] = {
            TN_FAULT_DAMAGED, TN_FAULT_DAMAGED, TN_FAULT_MALFORMED, TN_FAULT_MALFORMED};
    uint8_t image[2000];
    struct tn_inspect in;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = make_with(image, 0, rows[i], 2);
        CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), -1);
        CHECK_EQ(fault.kind, want[i]);
    }
}

TEST(flags_that_are_not_supported_are_named_each) {
    check_unsupported(TN_IMAGE_RAM_LOAD, TLVS({0x10, 32}, {0x01, 32}, {0x22, 71}),
            WORDS("loading to RAM (flag ram-load)"));
    check_unsupported(TN_IMAGE_COMPRESSED_LZMA2 | TN_IMAGE_COMPRESSED_ARM_THUMB,
            TLVS({0x10, 32}, {0x01, 32}, {0x22, 71}), WORDS("flag lzma2", "flag arm-thumb-filter"));
    check_unsupported(TN_IMAGE_COMPRESSED_LZMA1, TLVS({0x10, 32}), WORDS("flag lzma1"));
    check_unsupported(0x40000, TLVS({0x10, 32}), WORDS("the unknown flag 0x40000"));
}

// With the flag and a wrapped key, a hash that does not match is that of the clear form. Nobody can
// tell who signed it without the image's key, but another key's signature is another's.
TEST(an_encrypted_image_is_sealed_if_a_key_is_wrapped_in_it) {
    static const struct {
        uint16_t type, len;
    } wraps[] = {{0x30, 256}, {0x31, 24}, {0x32, 113}, {0x33, 80}, {0x34, 112}};
    uint8_t image[2000];
    struct tn_inspect in;

    make_keys();
    for (size_t i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++) {
        for (int is_clear = 0; is_clear < 2; is_clear++) {
            size_t len = make_with(image, TN_IMAGE_ENCRYPTED_AES128,
                    TLVS({0x10, 32}, {0x01, 32}, {0x22, 71}, {wraps[i].type, wraps[i].len}));
            image[50] ^= (uint8_t)!is_clear;
            CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), 0);
            CHECK_EQ(in.is_sealed, !is_clear);
            CHECK_EQ(in.wrap_type, wraps[i].type);
            CHECK_EQ(in.sig, TN_SIG_UNCHECKED);
            CHECK_EQ(tn_inspect(image, len, &key, 1, "x", &in, &fault), -1);
            CHECK_EQ(fault.kind, TN_FAULT_FOREIGN_KEY);
        }
    }
}

TEST(what_is_encrypted_without_a_wrapped_key_is_damaged) {
    uint8_t image[2000];
    struct tn_inspect in;
    size_t len =
            make_with(image, TN_IMAGE_ENCRYPTED_AES256, TLVS({0x10, 32}, {0x01, 32}, {0x22, 71}));

    image[50] ^= 1;
    CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DAMAGED);
    CHECK(!in.is_sealed);
    len = make_with(image, 0, TLVS({0x10, 32}, {0x01, 32}, {0x22, 71}, {0x32, 113}));
    image[50] ^= 1;  // a wrapped key without the flag
    CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DAMAGED);
}

// A second signature of another kind does not make a signed image unsupported.
TEST(one_signature_that_is_supported_is_enough) {
    static const struct made_tlv tlvs[] = {
            {0x10, 32}, {0x01, 32}, {0x24, 64}, {0x01, 32}, {0x22, 71}};
    uint8_t image[2000];
    struct tn_inspect in;
    size_t len = make_with(image, 0, tlvs, 5);

    CHECK_EQ(tn_inspect(image, len, NULL, 0, "x", &in, &fault), 0);
    CHECK_EQ(in.sig, TN_SIG_UNCHECKED);
}
