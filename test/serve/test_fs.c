// SPDX-License-Identifier: Apache-2.0
// The fs group, over a file in memory: the vectors of doc/reference/smp.md section 6, and cases
// that it leaves open.
#include "base/compiler.h"
#include "base/crc.h"
#include "harness.h"
#include "serve/fs.h"
#include "test.h"

static struct harness h;

// ---- The program's side ------------------------------------------------------------------

static uint8_t file[2000];
static uint32_t file_len;
static bool exists;
static int reads;

static int check(const char *name) {
    if (strncmp(name, "/lfs1/", 6)) {
        return TN_FS_NO_MOUNT;
    }
    if (strcmp(name, "/lfs1/") == 0) {
        return TN_FS_IS_FOLDER;
    }
    return strcmp(name, "/lfs1/t.txt") || !exists ? TN_FS_NO_FILE : 0;
}

static int get_size(void *ctx, const char *name, uint32_t *ret) {
    (void)ctx;
    *ret = file_len;
    return check(name);
}

static int read_file(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len) {
    uint32_t n = off < file_len ? file_len - off : 0;

    (void)ctx;
    (void)name;
    reads++;
    n = n < len ? n : len;
    memcpy(buf, file + off, n);
    return (int)n;
}

static int create(void *ctx, const char *name) {
    int err = check(name);

    (void)ctx;
    if (err && err != TN_FS_NO_FILE) {
        return err;
    }
    exists = true;
    file_len = 0;
    return 0;
}

static int append(void *ctx, const char *name, const void *buf, uint32_t len) {
    (void)ctx;
    (void)name;
    if (len > sizeof(file) - file_len) {
        return TN_ENOSPC;
    }
    memcpy(file + file_len, buf, len);
    file_len += len;
    return 0;
}

static struct tn_serve_fs fs;
static struct tn_smp_group groups[] = {TN_SERVE_FS(&fs)};

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    h.server.groups = groups;
    h.server.ngroups = 1;
    fs = (struct tn_serve_fs){.size = get_size,
            .read = read_file,
            .create = create,
            .append = append,
            .sha256 = &tn_sha256_bearssl};
    exists = false;
    file_len = 0;
    reads = 0;
}

static int ask(uint8_t op, uint8_t id, const char *name, int off, const char *type, int len) {
    struct tn_cbor_out body;
    uint8_t buf[200];

    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_open_map(&body);
    if (name) {
        tn_cbor_pair_str(&body, "name", name);
    }
    if (off >= 0) {
        tn_cbor_pair_uint(&body, "off", (uint32_t)off);
    }
    if (type) {
        tn_cbor_pair_str(&body, "type", type);
    }
    if (len >= 0) {
        tn_cbor_pair_uint(&body, "len", (uint32_t)len);
    }
    tn_cbor_close(&body);
    return harness_ask(&h, op, TN_SMP_FS, id, &body);
}

// ---- Up and down -------------------------------------------------------------------------

TEST(a_file_goes_up_in_chunks_and_its_end_is_told) {
    begin();
    harness_expect(&h,
            "0A00002D00080100A4636F66660064646174614B68656C6C6F20776F726C64636C656E10646E616D656B"
            "2F6C6673312F742E747874",
            "0B00000700080100BF636F66660BFF");
    harness_expect(&h,
            "0A00001F00080200A3636F6666056464617461427878646E616D656B2F6C6673312F742E747874",
            "0B00001800080200BF63657272BF6567726F7570086272630BFF636C656E0BFF");
    harness_expect(&h,
            "0200001F00080200A3636F6666056464617461427878646E616D656B2F6C6673312F742E747874",
            "0300000600080200BF62726301FF");
    harness_expect(&h,
            "0A00001F00080300A3636F66660B6464617461427878646E616D656B2F6C6673312F742E747874",
            "0B00000700080300BF636F66660DFF");
    CHECK_MEM(file, "hello worldxx", 13);
    CHECK_EQ(file_len, 13);
}

TEST(an_upload_of_nothing_empties_the_file) {
    begin();
    exists = true;
    file_len = 100;
    harness_expect(&h,
            "0A00002200080100A4636F666600646461746140636C656E00646E616D656B2F6C6673312F742E747874",
            "0B00000700080100BF636F666600FF");
    CHECK_EQ(file_len, 0);
}

TEST(an_upload_without_its_length_is_refused) {
    begin();
    harness_expect(&h,
            "0A00001F00080100A3636F6666006464617461427878646E616D656B2F6C6673312F742E747874",
            "0B00000600080100BF62726303FF");
    CHECK(!exists);
}

TEST(a_file_comes_down_whole) {
    static uint8_t got[sizeof(file)];
    uint32_t n = 0;
    begin();
    exists = true;
    file_len = 1999;
    for (uint32_t i = 0; i < file_len; i++) {
        file[i] = (uint8_t)(i * 13 + (i >> 8));
    }
    for (int rounds = 0; n < file_len && rounds < 30; rounds++) {
        CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/t.txt", (int)n, NULL, -1), 0);
        struct tn_cbor_in in;
        struct tn_span data = {NULL, 0};
        uint32_t off = 0, len = 0;
        const struct tn_cbor_field fields[] = {{"off", TN_FIELD_UINT, &off},
                {"data", TN_FIELD_BYTES, &data}, {"len", TN_FIELD_UINT, &len}};
        tn_cbor_in_init(&in, h.rsp + 8, (size_t)h.rsp_len - 8);
        CHECK(tn_cbor_get_map(&in, fields, TN_LEN(fields)) > 0);
        CHECK_EQ(off, n);
        CHECK_EQ(len, n ? 0 : file_len);
        memcpy(got + n, data.ptr, data.len);
        n += (uint32_t)data.len;
    }
    CHECK_MEM(got, file, file_len);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/t.txt", 2000, NULL, -1), 12);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_STATUS, "/lfs1/t.txt", -1, NULL, -1), 0);
    CHECK_MEM(h.rsp + 8, "\xbf\x63len\x19\x07\xcf\xff", 9);
}

TEST(a_missing_file_has_its_error_code) {
    char longest[TN_FS_NAME_MAX + 2] = {0};
    begin();
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/t.txt", 0, NULL, -1), 3);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/", 0, NULL, -1), 4);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_STATUS, "/nand/t.txt", -1, NULL, -1), 14);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/t.txt", -1, NULL, -1), -1000 - TN_RC_INVALID);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, NULL, 0, NULL, -1), -1000 - TN_RC_INVALID);
    memset(longest, '/', TN_FS_NAME_MAX);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_STATUS, longest, -1, NULL, -1), 14);
    longest[TN_FS_NAME_MAX] = 'x';
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_STATUS, longest, -1, NULL, -1), -1000 - TN_RC_INVALID);
    harness_expect(&h, "0800000A00080100A1646E616D656361 0062",
            "0900001300080100BF63657272BF6567726F75700862726302FFFF");
}

// ---- Hashes ------------------------------------------------------------------------------

TEST(the_kinds_of_hashes_are_told) {
    begin();
    harness_expect(&h, "0800000100080303A0",
            "0900003800080303BF657479706573BF656372633332BF66666F726D6174006473697A6504FF667368"
            "61323536BF66666F726D6174016473697A651820FFFFFF");
    harness_expect(&h, "0A00000100080304A0", "0B00000200080304BFFF");
}

TEST(a_file_is_hashed_a_piece_at_a_time) {
    uint8_t sha[TN_HASH_MAX];
    struct tn_hash hash;
    begin();
    exists = true;
    file_len = 1000;
    memset(file, 'q', sizeof(file));
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", -1, "sha256", -1), 0);
    tn_hash_begin(&hash, &tn_sha256_bearssl);
    tn_hash_add(&hash, file, file_len);
    tn_hash_end(&hash, sha);
    CHECK_MEM(h.rsp + h.rsp_len - 33, sha, 32);
    CHECK(reads >= 4);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", 10, NULL, 100), 0);
    uint32_t crc = tn_crc32(0, file, 100);
    const uint8_t end[] = {0x1a, (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
            (uint8_t)crc, 0xff};
    CHECK_MEM(h.rsp + h.rsp_len - 6, end, 6);
    CHECK_MEM(h.rsp + 8,
            "\xbf\x64type\x65"
            "crc32\x63off\x0a\x63len\x18\x64\x66output",
            30);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", -1, "md5", -1), 13);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", 1000, NULL, -1), 12);
    file_len = 0;
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", -1, NULL, -1), 16);
}

TEST(a_program_without_functions_supports_nothing) {
    begin();
    fs = (struct tn_serve_fs){.size = NULL};
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_FILE, "/lfs1/t.txt", 0, NULL, -1), -1000 - TN_RC_NOTSUP);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_STATUS, "/lfs1/t.txt", -1, NULL, -1), -1000 - TN_RC_NOTSUP);
    CHECK_EQ(ask(TN_SMP_READ, TN_FS_HASH, "/lfs1/t.txt", -1, NULL, -1), -1000 - TN_RC_NOTSUP);
}
