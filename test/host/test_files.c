// SPDX-License-Identifier: Apache-2.0
// Files: Intel HEX and its hostile forms, merging, keys on disk.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/bytes.h"
#include "host/files/key.h"
#include "host/files/uf2.h"
#include "test.h"

static struct tn_fault fault;

// ---- Segments --------------------------------------------------------------------------

TEST(segments_sort_and_join_what_touches) {
    struct tn_segments s = {0};

    CHECK_EQ(tn_segments_add(&s, 20, "cc", 2, "x", &fault), 0);
    CHECK_EQ(tn_segments_add(&s, 10, "aa", 2, "x", &fault), 0);
    CHECK_EQ(s.n, 2);
    CHECK_EQ(tn_segments_add(&s, 12, "bbbbbbbb", 8, "x", &fault), 0);
    CHECK_EQ(s.n, 1);
    CHECK_EQ(s.list[0].addr, 10);
    CHECK_EQ(s.list[0].bytes.len, 12);
    CHECK_MEM(s.list[0].bytes.p, "aabbbbbbbbcc", 12);
    tn_segments_free(&s);
}

TEST(every_overlap_is_refused_and_nothing_else) {
    for (uint32_t a = 0; a < 12; a++) {
        for (uint32_t len = 0; len < 12; len++) {
            struct tn_segments s = {0};
            bool overlaps = len && a < 7 && a + len > 4;  // the bytes 4, 5 and 6
            CHECK_EQ(tn_segments_add(&s, 4, "xyz", 3, "x", &fault), 0);
            CHECK_EQ(tn_segments_add(&s, a, "0123456789ab", len, "x", &fault), overlaps ? -1 : 0);
            tn_segments_free(&s);
        }
    }
}

TEST(the_last_byte_of_the_address_space_is_the_last) {
    struct tn_segments s = {0};

    CHECK_EQ(tn_segments_add(&s, UINT32_MAX - 2, "xyzz", 4, "x", &fault), -1);
    CHECK_EQ(s.n, 0);
    CHECK_EQ(tn_segments_add(&s, UINT32_MAX, "x", 1, "x", &fault), 0);
    CHECK_EQ(tn_segments_add(&s, UINT32_MAX - 2, "xyzz", 4, "x", &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
    tn_segments_free(&s);
}

TEST(a_span_of_gigabytes_is_refused_not_allocated) {
    struct tn_segments s = {0};
    struct tn_buf out;
    uint32_t addr;

    CHECK_EQ(tn_segments_add(&s, 0, "x", 1, "x", &fault), 0);
    CHECK_EQ(tn_segments_add(&s, 0x10001000, "x", 1, "x", &fault), 0);  // UICR of an nRF5x
    CHECK_EQ(tn_segments_flatten(&s, 0xff, &addr, &out, "x", &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_TOO_LARGE);
    tn_segments_free(&s);
}

// ---- Intel HEX -------------------------------------------------------------------------

static int parse(struct tn_segments *s, const char *text) {
    *s = (struct tn_segments){0};
    return tn_ihex_parse(s, text, strlen(text), "x.hex", &fault);
}

TEST(hex_of_the_specification_is_read) {
    struct tn_segments s;

    CHECK_EQ(parse(&s,
                     ":10010000214601360121470136007EFE09D2190140\r\n"
                     ":0B0010006164647265737320676170A7\n:00000001FF\n"),
            0);
    CHECK_EQ(s.n, 2);
    CHECK_EQ(s.list[0].addr, 0x10);
    CHECK_MEM(s.list[0].bytes.p, "address gap", 11);
    CHECK_EQ(s.list[1].addr, 0x100);
    CHECK_EQ(s.list[1].bytes.p[15], 0x01);
    tn_segments_free(&s);
    CHECK_EQ(parse(&s,
                     ":020000021200EA\n:0100010041BD\n:020000041000EA\n:0100000042BD\n"
                     ":0400000500000000F7\n:00000001FF"),
            0);
    CHECK_EQ(s.list[0].addr, 0x12001);
    CHECK_EQ(s.list[1].addr, 0x10000000);
    tn_segments_free(&s);
}

TEST(bad_hex_is_refused_with_its_line) {
    static const char *const bad[] = {
            "hello\n:00000001FF\n",            // no colon
            ":0100000041BF\n:00000001FF\n",    // checksum
            ":01000000 41BE\n:00000001FF\n",   // a blank inside
            ":0200000041BD\n:00000001FF\n",    // shorter than it says
            ":010000004100BE\n:00000001FF\n",  // longer
            ":01000000GGBE\n:00000001FF\n",    // no digits
            ":0100000641B8\n:00000001FF\n",    // record type 6
            ":0100000410EB\n:00000001FF\n",    // a base of one byte
            ":02FFFF000102FD\n:00000001FF\n",  // wraps around 64 KiB
            ":01000000410\n:00000001FF\n",     // half a byte
            ":\n:00000001FF\n",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tn_segments s;
        CHECK_EQ(parse(&s, bad[i]), -1);
        CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
        CHECK(strstr(fault.text, "line 1") != NULL);
        tn_segments_free(&s);
    }
}

TEST(a_byte_order_mark_is_no_part_of_hex) {
    struct tn_segments s;

    CHECK_EQ(parse(&s, "\xef\xbb\xbf:0100000041BE\n:00000001FF\n"), 0);
    CHECK_EQ(s.n, 1);
    CHECK_EQ(s.list[0].bytes.p[0], 0x41);
    tn_segments_free(&s);
    CHECK_EQ(parse(&s, "\xef\xbb:0100000041BE\n:00000001FF\n"), -1);
    tn_segments_free(&s);
}

// Two files joined by cat, as scripts do: without the check the second would be lost in silence.
TEST(what_follows_the_end_record_is_refused_with_its_line) {
    struct tn_segments s;

    CHECK_EQ(parse(&s, ":0100000041BE\n:00000001FF\n\n:0100010041BD\n:00000001FF\n"), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
    CHECK(strstr(fault.text, "line 4: data behind the end record") != NULL);
    tn_segments_free(&s);
    CHECK_EQ(parse(&s, ":0100000041BE\n:00000001FF\n  \r\n\n"), 0);
    tn_segments_free(&s);
}

TEST(hex_cut_anywhere_is_refused_and_changed_anywhere_is_no_danger) {
    static const char whole[] = ":020000041000EA\n:10010000214601360121470136007EFE09D2190140\n"
                                ":00000001FF";
    struct tn_segments s;

    for (size_t cut = 0; cut < sizeof(whole) - 1; cut++) {
        char *part = malloc(cut + 1);
        memcpy(part, whole, cut);
        CHECK_EQ(tn_ihex_parse(&(struct tn_segments){0}, part, 0, "x", &fault), -1);
        s = (struct tn_segments){0};
        CHECK_EQ(tn_ihex_parse(&s, part, cut, "x.hex", &fault), -1);
        tn_segments_free(&s);
        free(part);
    }
    for (size_t i = 0; i < sizeof(whole) - 1; i++) {
        char text[sizeof(whole)];
        memcpy(text, whole, sizeof(text));
        for (int v = 1; v < 256; v++) {
            text[i] = (char)v;
            int err = parse(&s, text);
            CHECK(err == 0 || err == -1);
            tn_segments_free(&s);
        }
    }
}

TEST(what_is_written_as_hex_is_read_back) {
    uint32_t seed = 3;

    for (int round = 0; round < 200; round++) {
        struct tn_segments a = {0}, b = {0};
        struct tn_buf text;
        for (int i = 0; i < 5; i++) {
            uint8_t bytes[3000];
            uint32_t len = tn_test_random(&seed) % sizeof(bytes);
            uint32_t addr = tn_test_random(&seed) % 0x40000 + (round % 2 ? 0xfffc0000u - 4000 : 0);
            for (uint32_t k = 0; k < len; k++) {
                bytes[k] = (uint8_t)tn_test_random(&seed);
            }
            tn_segments_add(&a, addr, bytes, len, "x", &fault);  // refuses overlaps
        }
        CHECK_EQ(tn_ihex_format(&a, &text, &fault), 0);
        CHECK_EQ(tn_ihex_parse(&b, (char *)text.p, text.len, "x", &fault), 0);
        CHECK_EQ(a.n, b.n);
        for (size_t i = 0; i < a.n; i++) {
            CHECK_EQ(a.list[i].addr, b.list[i].addr);
            CHECK_EQ(a.list[i].bytes.len, b.list[i].bytes.len);
            CHECK_MEM(b.list[i].bytes.p, a.list[i].bytes.p, a.list[i].bytes.len);
        }
        tn_buf_free(&text);
        tn_segments_free(&a);
        tn_segments_free(&b);
    }
}

// ---- UF2 -------------------------------------------------------------------------------

// Segments that begin and end anywhere, some within one block. Their bytes are read back, with only
// 0xff between them.
TEST(what_is_written_as_uf2_is_read_back) {
    uint32_t seed = 5;

    for (int round = 0; round < 200; round++) {
        struct tn_segments a = {0}, b = {0};
        struct tn_buf uf2, flat, back;
        uint32_t addr, start;
        for (int i = 0; i < 4; i++) {
            uint8_t bytes[700];
            uint32_t len = 1 + tn_test_random(&seed) % (sizeof(bytes) - 1);
            for (uint32_t k = 0; k < len; k++) {
                bytes[k] = (uint8_t)tn_test_random(&seed);
            }
            tn_segments_add(&a, tn_test_random(&seed) % 3000, bytes, len, "x", &fault);
        }
        CHECK_EQ(tn_uf2_format(&a, 0xada52840, &uf2, &fault), 0);
        CHECK_EQ(tn_uf2_parse(&b, uf2.p, uf2.len, "x", &fault), 0);
        CHECK_EQ(tn_segments_flatten(&a, 0xff, &addr, &flat, "x", &fault), 0);
        CHECK_EQ(tn_segments_flatten(&b, 0xff, &start, &back, "x", &fault), 0);
        CHECK_EQ(start, addr & ~255u);
        CHECK_EQ(back.len, ((addr + flat.len + 255) & ~(size_t)255) - start);
        CHECK_MEM(back.p + (addr - start), flat.p, flat.len);
        CHECK_EQ(uf2.len % 512, 0);
        for (size_t i = 0; i < uf2.len; i += 512) {
            CHECK_EQ(tn_get_le32(uf2.p + i + 20), i / 512);
            CHECK_EQ(tn_get_le32(uf2.p + i + 24), uf2.len / 512);
            CHECK_EQ(tn_get_le32(uf2.p + i + 28), 0xada52840);
            CHECK_EQ(tn_get_le32(uf2.p + i + 508), 0x0ab16f30);
        }
        for (size_t cut = 0; cut < uf2.len; cut += 100) {
            struct tn_segments c = {0};
            CHECK_EQ(tn_uf2_parse(&c, uf2.p, cut, "x", &fault), -1);
            CHECK_EQ(fault.kind, TN_FAULT_TRUNCATED);
            tn_segments_free(&c);
        }
        tn_buf_free(&uf2);
        tn_buf_free(&flat);
        tn_buf_free(&back);
        tn_segments_free(&a);
        tn_segments_free(&b);
    }
}

TEST(a_uf2_with_wrong_blocks_is_refused) {
    struct tn_segments s = {0};
    struct tn_buf uf2;

    CHECK_EQ(tn_segments_add(&s, 0x26000, "abc", 3, "x", &fault), 0);
    CHECK_EQ(tn_segments_add(&s, 0x27000, "abc", 3, "x", &fault), 0);
    CHECK_EQ(tn_uf2_format(&s, 1, &uf2, &fault), 0);
    static const struct {
        size_t off;
        uint8_t value;
        enum tn_fault_kind kind;
    } wrong[] = {
            {512, 0, TN_FAULT_MALFORMED},          // magic numbers
            {512 + 4, 0, TN_FAULT_MALFORMED},      //
            {512 + 508, 0, TN_FAULT_MALFORMED},    //
            {512 + 17, 2, TN_FAULT_MALFORMED},     // 512 bytes of data in a block
            {512 + 28, 2, TN_FAULT_UNSUPPORTED},   // another family
            {512 + 13, 0x60, TN_FAULT_MALFORMED},  // the address of the first block
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct tn_segments got = {0};
        uint8_t was = uf2.p[wrong[i].off];
        uf2.p[wrong[i].off] = wrong[i].value;
        CHECK_EQ(tn_uf2_parse(&got, uf2.p, uf2.len, "x", &fault), -1);
        CHECK_EQ(fault.kind, wrong[i].kind);
        uf2.p[wrong[i].off] = was;
        tn_segments_free(&got);
    }
    uf2.p[512 + 8] |= 1;  // a block that is not for flash
    struct tn_segments got = {0};
    CHECK_EQ(tn_uf2_parse(&got, uf2.p, uf2.len, "x", &fault), 0);
    CHECK_EQ(got.n, 1);
    tn_segments_free(&got);
    tn_segments_free(&s);
    tn_buf_free(&uf2);
}

// ---- Keys ------------------------------------------------------------------------------

// A folder for the keys of this run, made at first use.
static char dir[] = "/tmp/tenon-test-XXXXXX";
static bool has_dir;

__attribute__((destructor)) static void remove_dir(void) {
    DIR *d = has_dir ? opendir(dir) : NULL;
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        unlinkat(dirfd(d), e->d_name, 0);  // fails for "." and ".."
    }
    if (d) {
        closedir(d);
        rmdir(dir);
    }
}

static const char *path(const char *name) {
    static char text[2][64];
    static int turn;
    if (!has_dir) {
        CHECK(mkdtemp(dir) != NULL);
        has_dir = true;
    }
    turn = !turn;
    snprintf(text[turn], sizeof(text[turn]), "%s/%s", dir, name);
    return text[turn];
}

TEST(a_key_file_is_private_and_never_lost_by_accident) {
    struct tn_key_pair a, b;
    struct stat st;

    CHECK_EQ(tn_key_generate(path("a.pem"), false, false, &fault), 0);
    CHECK_EQ(stat(path("a.pem"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(tn_key_load(path("a.pem"), &a, &fault), 0);
    CHECK(a.has_private && !a.is_dev);
    CHECK_EQ(tn_key_generate(path("a.pem"), false, false, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_WRITE);
    CHECK_EQ(tn_key_load(path("a.pem"), &b, &fault), 0);
    CHECK_MEM(a.hash, b.hash, sizeof(a.hash));
    tn_key_free(&b);
    CHECK_EQ(tn_key_generate(path("a.pem"), true, true, &fault), 0);
    CHECK_EQ(tn_key_load(path("a.pem"), &b, &fault), 0);
    CHECK(memcmp(a.hash, b.hash, sizeof(a.hash)) != 0);
    CHECK(b.is_dev);
    CHECK_EQ(stat(path("a.pem"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    tn_key_free(&a);
    tn_key_free(&b);
}

TEST(the_hash_is_that_of_the_public_half_as_der) {
    struct tn_key_pair k;
    unsigned char *der = NULL;
    uint8_t want[32];

    CHECK_EQ(tn_key_generate(path("h.pem"), false, false, &fault), 0);
    CHECK_EQ(tn_key_load(path("h.pem"), &k, &fault), 0);
    int len = i2d_PUBKEY(k.pkey, &der);
    CHECK_EQ(len, 91);
    tn_sha256(der, (size_t)len, want);
    CHECK_MEM(k.hash, want, 32);
    CHECK_MEM(k.bytes, der + len - 64, 64);
    OPENSSL_free(der);
    tn_key_free(&k);
}

TEST(a_public_key_can_check_and_not_sign) {
    struct tn_key_pair k, pub;
    struct tn_buf pem;
    const char *name = "x";
    uint8_t digest[32] = {1}, sig[TN_KEY_SIG_MAX];
    size_t len;

    CHECK_EQ(tn_key_generate(path("p.pem"), false, false, &fault), 0);
    CHECK_EQ(tn_key_load(path("p.pem"), &k, &fault), 0);
    CHECK_EQ(tn_key_export(&k, &name, 1, TN_KEY_FORMAT_PEM, &pem, &fault), 0);
    CHECK_EQ(tn_file_write(path("pub.pem"), pem.p, pem.len, TN_FILE_PLAIN, &fault), 0);
    tn_buf_free(&pem);
    CHECK_EQ(tn_key_load(path("pub.pem"), &pub, &fault), 0);
    CHECK(!pub.has_private);
    CHECK_EQ(tn_key_sign(&k, digest, sig, &len, &fault), 0);
    CHECK(tn_key_verify(&pub, digest, sig, len));
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            sig[i] = (uint8_t)(sig[i] ^ 1 << bit);
            CHECK(!tn_key_verify(&pub, digest, sig, len));
            sig[i] = (uint8_t)(sig[i] ^ 1 << bit);
        }
        CHECK(!tn_key_verify(&pub, digest, sig, i));
    }
    digest[31] = 1;
    CHECK(!tn_key_verify(&pub, digest, sig, len));
    tn_key_free(&k);
    tn_key_free(&pub);
}

TEST(a_key_as_der_is_the_key_as_pem) {
    struct tn_key_pair pem, der;
    unsigned char *bytes = NULL;

    CHECK_EQ(tn_key_generate(path("d.pem"), true, false, &fault), 0);
    CHECK_EQ(tn_key_load(path("d.pem"), &pem, &fault), 0);
    for (int private_half = 0; private_half < 2; private_half++) {
        bytes = NULL;
        int len = private_half ? i2d_PrivateKey(pem.pkey, &bytes) : i2d_PUBKEY(pem.pkey, &bytes);
        CHECK_EQ(tn_file_write(path("d.der"), bytes, (size_t)len, TN_FILE_PLAIN, &fault), 0);
        OPENSSL_free(bytes);
        CHECK_EQ(tn_key_load(path("d.der"), &der, &fault), 0);
        CHECK_EQ(der.has_private, private_half);
        CHECK_MEM(der.hash, pem.hash, sizeof(pem.hash));
        tn_key_free(&der);
    }
    tn_key_free(&pem);
    CHECK_EQ(tn_file_write(
                     path("c.pem"), "-----BEGIN CERTIFICATE-----\n", 28, TN_FILE_PLAIN, &fault),
            0);
    CHECK_EQ(tn_key_load(path("c.pem"), &der, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);  // the label of a certificate, and nothing in it
}

static void write_key(const char *file, EVP_PKEY *key, const EVP_CIPHER *cipher) {
    FILE *out = fopen(file, "w");
    CHECK(out &&
            PEM_write_PKCS8PrivateKey(
                    out, key, cipher, cipher ? "pw" : NULL, cipher ? 2 : 0, NULL, NULL));
    fclose(out);
    EVP_PKEY_free(key);
}

TEST(other_files_and_other_kinds_of_keys_are_told_apart) {
    struct tn_key_pair k;

    write_key(path("p521.pem"), EVP_EC_gen("P-521"), NULL);
    CHECK_EQ(tn_key_load(path("p521.pem"), &k, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_UNSUPPORTED);
    write_key(path("rsa.pem"), EVP_RSA_gen(1024), NULL);
    CHECK_EQ(tn_key_load(path("rsa.pem"), &k, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_UNSUPPORTED);
    write_key(path("locked.pem"), EVP_EC_gen("P-256"), EVP_aes_128_cbc());
    CHECK_EQ(tn_key_load(path("locked.pem"), &k, &fault), -1);
    CHECK(strstr(fault.text, "passphrase") != NULL);
    CHECK_EQ(tn_file_write(path("junk"), "junk", 4, TN_FILE_PLAIN, &fault), 0);
    CHECK_EQ(tn_key_load(path("junk"), &k, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MALFORMED);
    CHECK_EQ(tn_key_load(path("none"), &k, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_READ);
}

TEST(the_c_file_names_every_key) {
    struct tn_key_pair k[2];
    const char *names[] = {"one.pem", "two.pem"};
    struct tn_buf c;

    for (int i = 0; i < 2; i++) {
        CHECK_EQ(tn_key_generate(path("c.pem"), true, i, &fault), 0);
        CHECK_EQ(tn_key_load(path("c.pem"), &k[i], &fault), 0);
    }
    CHECK_EQ(tn_key_export(k, names, 2, TN_KEY_FORMAT_C, &c, &fault), 0);
    char *text = strndup((char *)c.p, c.len);
    CHECK(strstr(text, "        {0},\n};\n") != NULL);
    CHECK(strstr(text, "{TN_KEY_P256, TN_KEY_FOR_IMAGES, 64, hash_1, key_1},") != NULL);
    CHECK(strstr(text, "// two.pem: ECDSA P-256, a development key") != NULL);
    free(text);
    tn_buf_free(&c);
    tn_key_free(&k[0]);
    tn_key_free(&k[1]);
}
