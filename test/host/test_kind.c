// SPDX-License-Identifier: Apache-2.0
// Each kind of file that users give instead of an image is recognised by its content, and refused
// with its name and an advice.
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "host/files/kind.h"
#include "host/files/sign.h"
#include "test.h"

static struct tn_kind_found found;
static struct tn_fault fault;

static enum tn_kind kind_of(const void *bytes, size_t len) {
    uint8_t *exact = calloc(len ? len : 1, 1);  // so that ASan notices a read behind the end
    memcpy(exact, bytes, len);
    tn_kind_find(exact, len, &found);
    free(exact);
    return found.kind;
}

static enum tn_kind kind_of_text(const char *text) {
    return kind_of(text, strlen(text));
}

// ---- Samples ---------------------------------------------------------------------------

// A vector table for a program at addr, and some code.
static size_t make_program(uint8_t *p, uint32_t addr, size_t len) {
    uint32_t seed = 7;

    for (size_t i = 0; i < len; i++) {
        p[i] = (uint8_t)tn_test_random(&seed);
    }
    tn_put_le32(p, 0x20004000);
    for (size_t i = 1; i < 64; i++) {
        tn_put_le32(p + 4 * i, i > 6 && i < 11 ? 0 : addr + 0x101 + 4 * (uint32_t)i);
    }
    return len;
}

static struct tn_buf make_image(void) {
    static uint8_t payload[600];
    const struct tn_sign_opts o = {
            .version = {1, 2, 3, 4}, .hdr_size = 64, .pad_header = true, .erased = 0xff};
    struct tn_buf ret;
    size_t len = make_program(payload, 0x8040, sizeof(payload));
    CHECK_EQ(tn_sign(&(struct tn_buf){payload, len}, &o, "x", &ret, &fault), 0);
    return ret;
}

// Makes a zip with empty members; only their names count.
static size_t make_zip(uint8_t *p, const char *const *names, size_t n, const char *comment) {
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        memset(p + at, 0, 30);
        memcpy(p + at, "PK\3\4", 4);
        tn_put_le16(p + at + 26, (uint16_t)strlen(names[i]));
        memcpy(p + at + 30, names[i], strlen(names[i]));
        at += 30 + strlen(names[i]);
    }
    size_t directory = at;
    for (size_t i = 0; i < n; i++) {
        memset(p + at, 0, 46);
        memcpy(p + at, "PK\1\2", 4);
        tn_put_le16(p + at + 28, (uint16_t)strlen(names[i]));
        memcpy(p + at + 46, names[i], strlen(names[i]));
        at += 46 + strlen(names[i]);
    }
    memset(p + at, 0, 22);
    memcpy(p + at, "PK\5\6", 4);
    tn_put_le16(p + at + 8, (uint16_t)n);
    tn_put_le16(p + at + 10, (uint16_t)n);
    tn_put_le32(p + at + 12, (uint32_t)(at - directory));
    tn_put_le32(p + at + 16, (uint32_t)directory);
    tn_put_le16(p + at + 20, (uint16_t)strlen(comment));
    memcpy(p + at + 22, comment, strlen(comment));
    return at + 22 + strlen(comment);
}

// ---- What programs and images look like ------------------------------------------------

TEST(an_image_is_one_by_its_magic) {
    struct tn_buf b = make_image();

    CHECK_EQ(kind_of(b.p, b.len), TN_KIND_IMAGE);
    CHECK_EQ(kind_of(b.p, 4), TN_KIND_IMAGE);
    CHECK(kind_of(b.p, 3) != TN_KIND_IMAGE);
    b.p[0] ^= 1;  // 0x96f3b83c
    CHECK_EQ(kind_of(b.p, b.len), TN_KIND_OLD_IMAGE);
    tn_buf_free(&b);
}

TEST(an_image_behind_other_code_is_found_where_it_lies) {
    struct tn_buf b = make_image();
    static uint8_t file[0x2000];

    memset(file, 0xff, sizeof(file));
    make_program(file, 0, 0x700);
    memcpy(file + 0x1000, b.p, b.len);
    CHECK_EQ(kind_of(file, 0x1000 + b.len), TN_KIND_IMAGE_BEHIND);
    CHECK_EQ(found.off, 0x1000);
    CHECK(found.is_behind_program);
    CHECK_EQ(tn_kind_refuse(&found, 0x08000000, TN_KIND_FOR_DEVICE, "x.hex", &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_MAGIC);
    CHECK(strstr(fault.text, "an image lies at 0x8001000 behind other code") != NULL);
    // The magic alone, without a valid header, may be a constant of the program.
    CHECK_EQ(kind_of(file, 0x1000 + 64), TN_KIND_PROGRAM);
    memset(file, 0xee, 0x1000);
    CHECK_EQ(kind_of(file, 0x1000 + b.len), TN_KIND_IMAGE_BEHIND);
    CHECK(!found.is_behind_program);
    tn_buf_free(&b);
}

TEST(a_program_is_one_by_its_vector_table) {
    static uint8_t file[2048];

    make_program(file, 0x08008000, 1024);
    CHECK_EQ(kind_of(file, 1024), TN_KIND_PROGRAM);
    CHECK_EQ(found.off, 0);
    CHECK_EQ(found.reset, 0x08008105);
    memmove(file + 0x200, file, 1024);
    memset(file, 0, 0x200);  // room for a header
    CHECK_EQ(kind_of(file, 0x200 + 1024), TN_KIND_PROGRAM);
    CHECK_EQ(found.off, 0x200);
    file[0x204] ^= 1;  // a reset vector without the Thumb bit
    CHECK_EQ(kind_of(file, 0x200 + 1024), TN_KIND_UNKNOWN);
    file[0x204] ^= 1;
    file[0x203] = 0;  // a stack pointer in flash
    CHECK_EQ(kind_of(file, 0x200 + 1024), TN_KIND_UNKNOWN);
    uint32_t seed = 3;
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < 256; i++) {
            file[i] = (uint8_t)(tn_test_random(&seed) | (i == 0 ? 0x80 : 0));
        }
        enum tn_kind k = kind_of(file, 256);
        CHECK(k == TN_KIND_UNKNOWN);
    }
}

TEST(a_file_without_content_is_empty_or_blank) {
    uint8_t file[100];

    CHECK_EQ(kind_of("", 0), TN_KIND_EMPTY);
    memset(file, 0xff, sizeof(file));
    CHECK_EQ(kind_of(file, sizeof(file)), TN_KIND_BLANK);
    memset(file, 0, sizeof(file));
    CHECK_EQ(kind_of(file, sizeof(file)), TN_KIND_BLANK);
    file[99] = 1;
    CHECK(kind_of(file, sizeof(file)) != TN_KIND_BLANK);
}

// ---- Files of other tools --------------------------------------------------------------

TEST(hex_and_its_relatives) {
    CHECK_EQ(kind_of_text(":0100000041BE\n:00000001FF\n"), TN_KIND_HEX);
    CHECK_EQ(kind_of_text("\xef\xbb\xbf\r\n :0100000041BE\n:00000001FF\n"), TN_KIND_HEX);
    CHECK_EQ(kind_of_text(":01000"), TN_KIND_TEXT);
    CHECK_EQ(kind_of_text(": a text that begins with a colon\n"), TN_KIND_TEXT);
    // The example in the specification.
    CHECK_EQ(kind_of_text(":020000040000FA\n:0400000A9900C0DEBB\n:1000A000DF010000E9010000"
                          "F3010000FD01000094\n"),
            TN_KIND_UNIVERSAL_HEX);
    CHECK_EQ(kind_of_text("S00F000068656C6C6F202020202000003C\nS9030000FC\n"), TN_KIND_SREC);
    CHECK_EQ(kind_of_text("S3 is a service, S4 is not\n"), TN_KIND_TEXT);
    CHECK_EQ(kind_of_text("S00F000068656C6C6F20202020200000\n"), TN_KIND_TEXT);  // too short
}

TEST(containers_for_other_bootloaders) {
    uint8_t uf2[512] = {'U', 'F', '2', '\n', 0x57, 0x51, 0x5d, 0x9e};
    // The output of dfu-suffix 0.11 for "123456789" with 1209:0001.
    static const uint8_t dfu[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9', 0x00, 0x01, 0x01,
            0x00, 0x09, 0x12, 0x00, 0x01, 0x55, 0x46, 0x44, 0x10, 0x62, 0x1c, 0x70, 0xfe};

    CHECK_EQ(kind_of(uf2, sizeof(uf2)), TN_KIND_UF2);
    CHECK_EQ(kind_of("DfuSe\x01\x00\x01\x00\x00\x01", 11), TN_KIND_DFUSE);
    CHECK_EQ(kind_of(dfu, sizeof(dfu)), TN_KIND_DFU);
    CHECK(kind_of(dfu, sizeof(dfu) - 1) != TN_KIND_DFU);
    CHECK_EQ(kind_of("\x7f"
                     "ELF\x01\x01\x01",
                     7),
            TN_KIND_ELF);
    CHECK_EQ(kind_of("\x1f\x8b\x08\x00", 4), TN_KIND_GZIP);
}

static void check_zip(const char *const *names, size_t n, const char *comment, enum tn_kind want,
        const char *member) {
    uint8_t zip[2000];
    size_t len = make_zip(zip, names, n, comment);
    char part[100];

    CHECK_EQ(kind_of(zip, len), want);
    CHECK_STR(found.member, member);
    snprintf(part, sizeof(part), "give %s", *member ? member : "the .bin or .hex in it");
    tn_kind_refuse(&found, 0, TN_KIND_FOR_SIGN, "x.zip", &fault);
    CHECK(strstr(fault.text, "x.zip: not a program to sign: ") == fault.text);
    CHECK(strstr(fault.text, part) != NULL);
    for (size_t cut = 2; cut < len; cut++) {
        kind_of(zip, cut);
    }
    for (size_t i = 0; i < len * 8; i++) {
        zip[i / 8] = (uint8_t)(zip[i / 8] ^ 1 << i % 8);
        kind_of(zip, len);
        zip[i / 8] = (uint8_t)(zip[i / 8] ^ 1 << i % 8);
    }
}

TEST(zips_are_told_apart_by_their_members) {
    static const char *const dfu[] = {"app_update.bin", "manifest.json"};
    static const char *const nrfutil[] = {"manifest.json", "fw.bin", "fw.dat"};
    static const char *const other[] = {"README", "a/manifest.json", "\x1b[2Jfw.bin"};
    static const char *const none[] = {"README"};

    check_zip(dfu, 2, "", TN_KIND_ZIP_DFU, "app_update.bin");
    check_zip(nrfutil, 3, "made by a tool", TN_KIND_ZIP_NRFUTIL, "fw.bin");
    check_zip(other, 3, "", TN_KIND_ZIP, "fw.bin");  // without the control sequence
    check_zip(none, 1, "", TN_KIND_ZIP, "");
    CHECK_EQ(kind_of("PK\3\4", 4), TN_KIND_ZIP);  // cut off: no image either
}

TEST(texts_in_place_of_a_file) {
    CHECK_EQ(kind_of_text("\n<!DOCTYPE html>\n<html lang=en>"), TN_KIND_HTML);
    CHECK_EQ(kind_of_text("<HTML><body>404"), TN_KIND_HTML);
    CHECK_EQ(kind_of_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1\n"),
            TN_KIND_LFS);
    CHECK_EQ(kind_of_text("{\"message\": \"Not Found\"}\n"), TN_KIND_TEXT);
    CHECK_EQ(kind_of_text("gr\xc3\xbc\xc3\x9f dich"), TN_KIND_TEXT);
    CHECK_EQ(kind_of("text\0", 5), TN_KIND_UNKNOWN);
    CHECK_EQ(kind_of_text("text \xc3"), TN_KIND_UNKNOWN);  // half a character
}

// ---- Keys ------------------------------------------------------------------------------

static void check_der(unsigned char *der, int len, enum tn_kind want) {
    CHECK(len > 0);
    CHECK_EQ(kind_of(der, (size_t)len), want);
    CHECK_EQ(kind_of(der, (size_t)len - 1), TN_KIND_UNKNOWN);
    OPENSSL_free(der);
}

TEST(keys_and_certificates_in_both_forms) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    unsigned char *der = NULL;
    X509 *cert = X509_new();

    int len = i2d_PUBKEY(key, &der);
    check_der(der, len, TN_KIND_PUBLIC_KEY);
    der = NULL;
    len = i2d_PrivateKey(key, &der);
    check_der(der, len, TN_KIND_PRIVATE_KEY);
    CHECK(X509_set_version(cert, 2) && X509_set_pubkey(cert, key) &&
            X509_gmtime_adj(X509_getm_notBefore(cert), 0) &&
            X509_gmtime_adj(X509_getm_notAfter(cert), 60) && X509_sign(cert, key, EVP_sha256()));
    der = NULL;
    len = i2d_X509(cert, &der);
    check_der(der, len, TN_KIND_CERTIFICATE);
    X509_free(cert);
    EVP_PKEY_free(key);
    CHECK_EQ(kind_of_text("# a comment\n-----BEGIN EC PRIVATE KEY-----\nMHc=\n"),
            TN_KIND_PRIVATE_KEY);
    CHECK_EQ(kind_of_text("-----BEGIN PUBLIC KEY-----\r\nMHc=\r\n"), TN_KIND_PUBLIC_KEY);
    CHECK_EQ(kind_of_text("-----BEGIN CERTIFICATE-----\nMHc=\n"), TN_KIND_CERTIFICATE);
    CHECK_EQ(kind_of_text("-----BEGIN PGP MESSAGE-----\nMHc=\n"), TN_KIND_TEXT);
}

// ---- All of them -----------------------------------------------------------------------

TEST(every_kind_has_a_name_and_a_way_out_for_each_use) {
    for (int k = 0; k < TN_KIND_COUNT; k++) {
        found = (struct tn_kind_found){.kind = (enum tn_kind)k};
        CHECK(tn_kind_name((enum tn_kind)k) != NULL);
        for (int other = 0; other < k; other++) {
            CHECK(strcmp(tn_kind_name((enum tn_kind)k), tn_kind_name((enum tn_kind)other)) != 0);
        }
        for (int use = 0; use <= TN_KIND_FOR_MERGE; use++) {
            if (tn_kind_fits(&found, (enum tn_kind_use)use)) {
                continue;
            }
            fault = (struct tn_fault){0};
            CHECK_EQ(tn_kind_refuse(&found, 0, (enum tn_kind_use)use, "x", &fault), -1);
            CHECK(fault.kind == TN_FAULT_MAGIC || k == TN_KIND_EMPTY);
            const char *way = strchr(fault.text, ';');
            CHECK(way && strlen(way) > 10 && !strchr(way, '%'));
        }
    }
}
