// SPDX-License-Identifier: Apache-2.0
// Each kind has one function that looks at the bytes; the table lists them in the order in which
// they are tried, the surest first. Every offset is compared with the length before it is used.
#include "host/files/kind.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "host/base/hex.h"
#include "host/base/text.h"
#include "image/format.h"

typedef bool finder(struct tn_span s, struct tn_kind_found *ret);

static bool begins(struct tn_span s, const char *bytes, size_t len) {
    return s.len >= len && memcmp(s.ptr, bytes, len) == 0;
}

// The rest of s from off on; empty if s is shorter.
static struct tn_span from(struct tn_span s, size_t off) {
    return off < s.len ? (struct tn_span){s.ptr + off, s.len - off} : (struct tn_span){s.ptr, 0};
}

// Without a byte order mark and blanks in front.
static struct tn_span text_of(struct tn_span s) {
    s = from(s, begins(s, "\xef\xbb\xbf", 3) ? 3 : 0);
    while (s.len && isspace(s.ptr[0])) {
        s = from(s, 1);
    }
    return s;
}

static bool has_digits(struct tn_span s, size_t off, size_t n) {
    for (size_t i = off; i < off + n; i++) {
        if (i >= s.len || tn_hex_digit((char)s.ptr[i]) < 0) {
            return false;
        }
    }
    return true;
}

static unsigned hex_byte(const uint8_t *p) {
    return (unsigned)(tn_hex_digit((char)p[0]) << 4 | tn_hex_digit((char)p[1]));
}

// Behind the line's newline.
static struct tn_span next_line(struct tn_span s) {
    const uint8_t *nl = s.len ? memchr(s.ptr, '\n', s.len) : NULL;
    return nl ? from(s, (size_t)(nl + 1 - s.ptr)) : (struct tn_span){s.ptr, 0};
}

// ---- Images and programs ---------------------------------------------------------------

static bool is_blank(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    if (s.len == 0 || (s.ptr[0] != 0 && s.ptr[0] != 0xff)) {
        return false;
    }
    return memcmp(s.ptr, s.ptr + 1, s.len - 1) == 0;  // each byte equals the next one
}

static bool has_magic(struct tn_span s, uint32_t magic) {
    return s.len >= 4 && tn_get_le32(s.ptr) == magic;
}

static bool is_image(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return has_magic(s, TN_IMAGE_MAGIC);
}

// Source: MCUboot boot/bootutil/include/bootutil/image.h, IMAGE_MAGIC_V1.
static bool is_old_image(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return has_magic(s, 0x96f3b83cu);
}

// A header whose sizes lead to a TLV area: four bytes of magic alone may be part of a program.
static bool is_whole_image(struct tn_span s) {
    struct tn_image_hdr h;

    if (s.len < TN_IMAGE_HDR_LEN || tn_image_hdr_get(&h, s.ptr)) {
        return false;
    }
    size_t off = (size_t)h.hdr_size + h.img_size;
    if (h.hdr_size < TN_IMAGE_HDR_LEN || off + TN_TLV_INFO_LEN > s.len) {
        return false;
    }
    uint16_t magic = tn_get_le16(s.ptr + off);
    return magic == (h.protect_tlv_size ? TN_TLV_MAGIC_PROTECTED : TN_TLV_MAGIC);
}

// The vectors of Armv6-M to Armv8-M: the stack pointer, then code addresses with the Thumb bit.
// RAM is between 0x10000000 and 0x40000000, or, outside of the chip, 0x60000000 and 0xa0000000.
// Source: Armv7-M Architecture Reference Manual, B1.5.3 (the vector table) and B3.1 (memory).
static bool is_vector_table(struct tn_span s, uint32_t *ret_reset) {
    enum { RESET = 4, NMI = 8, HARD_FAULT = 12, SVC = 44, VECTORS = 64, NEAR = 1 << 24 };

    if (s.len < VECTORS) {
        return false;
    }
    uint32_t sp = tn_get_le32(s.ptr);
    uint32_t reset = tn_get_le32(s.ptr + RESET);
    bool in_ram = (sp > 0x10000000 && sp <= 0x40000000) || (sp > 0x60000000 && sp <= 0xa0000000);
    if (sp % 4 || !in_ram || reset % 2 == 0) {
        return false;
    }
    for (size_t at = NMI; at <= SVC; at += 4) {
        uint32_t v = tn_get_le32(s.ptr + at);
        bool must_be = at <= HARD_FAULT;
        bool is_reserved = at > 24 && at < SVC;  // some vendors store a checksum or flags there
        bool is_near = (v > reset ? v - reset : reset - v) < NEAR;
        if (!is_reserved && (must_be || v) && (v % 2 == 0 || !is_near)) {
            return false;
        }
    }
    *ret_reset = reset;
    return true;
}

// Room for a header is zeros; no header is larger than 64 KiB.
static bool is_program(struct tn_span s, struct tn_kind_found *ret) {
    size_t off = 0;

    while (off < s.len && off <= UINT16_MAX && s.ptr[off] == 0) {
        off++;
    }
    off &= ~(size_t)3;
    if (!is_vector_table(from(s, off), &ret->reset)) {
        return false;
    }
    ret->off = off;
    return true;
}

// A slot begins with a page of flash, and no page is smaller than 64 bytes.
static bool is_image_behind(struct tn_span s, struct tn_kind_found *ret) {
    uint32_t reset;

    for (size_t off = 64; off + TN_IMAGE_HDR_LEN <= s.len; off += 64) {
        if (tn_get_le32(s.ptr + off) == TN_IMAGE_MAGIC && is_whole_image(from(s, off))) {
            ret->off = off;
            ret->is_behind_program = is_vector_table(s, &reset);
            return true;
        }
    }
    return false;
}

// ---- Files with addresses --------------------------------------------------------------

// The fixed part of a record: ':' count address type. Source: Intel, "Hexadecimal Object File
// Format Specification", revision A, 1988.
static bool is_record(struct tn_span s) {
    return s.len && s.ptr[0] == ':' && has_digits(s, 1, 8);
}

static bool is_hex(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return is_record(text_of(s));
}

// A Universal Hex has a block start, record type 0x0a, within its first lines. Source: micro:bit
// Universal Hex Format Specification 0.4.0 (tech.microbit.org/software/spec-universal-hex).
static bool is_universal_hex(struct tn_span s, struct tn_kind_found *ret) {
    enum { LINES = 16, TYPE = 7, BLOCK_START = 0x0a };

    (void)ret;
    s = text_of(s);
    for (int i = 0; i < LINES && is_record(s); i++) {
        if (hex_byte(s.ptr + TYPE) == BLOCK_START) {
            return true;
        }
        s = next_line(s);
    }
    return false;
}

// 'S', the record's type, and a count of the bytes that follow. Source: Motorola, M68000 Family
// Programmer's Reference Manual, appendix C.
static bool is_srec(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    s = text_of(s);
    if (s.len < 4 || s.ptr[0] != 'S' || !isdigit(s.ptr[1]) || !has_digits(s, 2, 2)) {
        return false;
    }
    size_t digits = 2 * (size_t)hex_byte(s.ptr + 2);
    return digits >= 6 && has_digits(s, 4, digits) && !has_digits(s, 4 + digits, 1);
}

// Source: github.com/microsoft/uf2, README.md, File format.
static bool is_uf2(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return begins(s, "UF2\n\x57\x51\x5d\x9e", 8);
}

// Source: ST UM0391, "DfuSe file format specification", section 2.1.
static bool is_dfuse(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return begins(s, "DfuSe\x01", 6);
}

// The last 16 bytes: bcdDFU at 6, "UFD" at 8, the suffix's length at 11. Source: USB DFU 1.1,
// appendix B.
static bool is_dfu(struct tn_span s, struct tn_kind_found *ret) {
    enum { SUFFIX = 16 };

    (void)ret;
    if (s.len < SUFFIX) {
        return false;
    }
    const uint8_t *p = s.ptr + s.len - SUFFIX;
    return memcmp(p + 8, "UFD", 3) == 0 && p[11] == SUFFIX && p[7] == 1;
}

static bool is_elf(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return begins(s,
            "\x7f"
            "ELF",
            4);
}

// ---- Archives --------------------------------------------------------------------------

enum { ZIP_END = 22, ZIP_ENTRY = 46 };

// Offset of the central directory, or s.len. Its end record is in the last 64 KiB, in front of a
// comment. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.12 and 4.3.16.
static size_t zip_directory(struct tn_span s, unsigned *ret_entries) {
    for (size_t back = ZIP_END; back <= s.len && back <= ZIP_END + UINT16_MAX; back++) {
        const uint8_t *p = s.ptr + s.len - back;
        if (memcmp(p, "PK\5\6", 4) == 0) {
            *ret_entries = tn_get_le16(p + 10);
            return tn_get_le32(p + 16);
        }
    }
    return s.len;
}

static bool ends_with(struct tn_span s, const char *end) {
    size_t n = strlen(end);
    return s.len >= n && strncasecmp((const char *)s.ptr + s.len - n, end, n) == 0;
}

// Nordic's packages have a manifest.json that lists their members; for their own bootloaders each
// .bin has an init packet, a .dat. Sources: nrfconnect/sdk-nrf scripts/bootloader/generate_zip.py;
// adafruit-nrfutil, "DFU package".
static bool is_zip(struct tn_span s, struct tn_kind_found *ret) {
    bool manifest = false;
    bool dat = false;
    unsigned entries = 0;

    if (!begins(s, "PK\3\4", 4) && !begins(s, "PK\5\6", 4)) {
        return false;
    }
    struct tn_span dir = from(s, zip_directory(s, &entries));
    while (entries-- && dir.len >= ZIP_ENTRY && memcmp(dir.ptr, "PK\1\2", 4) == 0) {
        struct tn_span name = {dir.ptr + ZIP_ENTRY, tn_get_le16(dir.ptr + 28)};
        size_t len = ZIP_ENTRY + name.len + tn_get_le16(dir.ptr + 30) + tn_get_le16(dir.ptr + 32);
        if (name.len > dir.len - ZIP_ENTRY) {
            break;
        }
        manifest = manifest || (name.len == 13 && ends_with(name, "manifest.json"));
        dat = dat || ends_with(name, ".dat");
        if (!*ret->member && ends_with(name, ".bin")) {
            tn_text_copy(ret->member, sizeof(ret->member), name);
        }
        dir = from(dir, len);
    }
    ret->kind = !manifest ? TN_KIND_ZIP : dat ? TN_KIND_ZIP_NRFUTIL : TN_KIND_ZIP_DFU;
    return true;
}

// Source: RFC 1952: magic, and the only compression method.
static bool is_gzip(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    return begins(s, "\x1f\x8b\x08", 3);
}

// ---- Keys ------------------------------------------------------------------------------

// The value of the DER item at s with this tag; its whole length goes to *ret_whole. Empty if
// there is none. Source: ITU-T X.690, 8.1.
static struct tn_span der(struct tn_span s, uint8_t tag, size_t *ret_whole) {
    const struct tn_span none = {s.ptr, 0};

    if (s.len < 2 || s.ptr[0] != tag) {
        return none;
    }
    size_t len = s.ptr[1];
    size_t head = 2;
    if (len > 0x80 && len <= 0x83 && s.len >= 2 + (len & 3)) {
        head += len & 3;
        len = 0;
        for (size_t i = 2; i < head; i++) {
            len = len << 8 | s.ptr[i];
        }
    } else if (len >= 0x80) {
        return none;
    }
    if (len > s.len - head) {
        return none;
    }
    *ret_whole = head + len;
    return (struct tn_span){s.ptr + head, len};
}

// The file is one SEQUENCE. A private key begins with its version (RFC 5208, RFC 5915), a public
// key with its algorithm, a SEQUENCE that begins with an OID (RFC 5480), a certificate with a
// SEQUENCE of other items (RFC 5280).
static bool is_der(struct tn_span s, struct tn_kind_found *ret) {
    enum { INTEGER = 2, OID = 6, SEQUENCE = 0x30 };
    size_t whole = 0;
    size_t n = 0;

    struct tn_span file = der(s, SEQUENCE, &whole);
    if (file.len == 0 || whole != s.len) {
        return false;
    }
    struct tn_span version = der(file, INTEGER, &n);
    struct tn_span first = der(file, SEQUENCE, &n);
    if (version.len == 1 && version.ptr[0] <= 1) {
        ret->kind = TN_KIND_PRIVATE_KEY;
    } else if (first.len) {
        ret->kind = first.ptr[0] == OID ? TN_KIND_PUBLIC_KEY : TN_KIND_CERTIFICATE;
    } else {
        return false;
    }
    return true;
}

// ---- Texts -----------------------------------------------------------------------------

// Bytes of the UTF-8 character at s, or 0 if it is none or a control character.
static size_t utf8_char(struct tn_span s) {
    uint8_t c = s.ptr[0];

    if (c < 0x80) {
        return c >= 0x20 ? c != 0x7f : (isspace(c) || c == 0x1b);
    }
    size_t n = c >= 0xc2 && c < 0xe0 ? 2
            : c >= 0xe0 && c < 0xf0  ? 3
            : c >= 0xf0 && c < 0xf5  ? 4
                                     : 0;
    for (size_t i = 1; i < n; i++) {
        if (i >= s.len || (s.ptr[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

static bool is_text(struct tn_span s, struct tn_kind_found *ret) {
    (void)ret;
    while (s.len) {
        size_t n = utf8_char(s);
        if (n == 0) {
            return false;
        }
        s = from(s, n);
    }
    return true;
}

static bool is_html(struct tn_span s, struct tn_kind_found *ret) {
    static const char *const heads[] = {"<!doctype html", "<html", "<head"};

    (void)ret;
    s = text_of(s);
    for (size_t i = 0; i < TN_LEN(heads); i++) {
        size_t n = strlen(heads[i]);
        if (s.len >= n && strncasecmp((const char *)s.ptr, heads[i], n) == 0) {
            return true;
        }
    }
    return false;
}

// Source: github.com/git-lfs/git-lfs, docs/spec.md, "The Pointer".
static bool is_lfs(struct tn_span s, struct tn_kind_found *ret) {
    static const char head[] = "version https://git-lfs.github.com/spec/";

    (void)ret;
    return begins(s, head, sizeof(head) - 1);
}

// A text with a line "-----BEGIN label-----" (RFC 7468). A program may contain such a line, but it
// is no text.
static bool is_pem(struct tn_span s, struct tn_kind_found *ret) {
    static const char head[] = "-----BEGIN ";
    static const struct {
        const char *label;
        enum tn_kind kind;
    } labels[] = {{"PRIVATE KEY", TN_KIND_PRIVATE_KEY}, {"PUBLIC KEY", TN_KIND_PUBLIC_KEY},
            {"CERTIFICATE", TN_KIND_CERTIFICATE}};

    if (!is_text(s, ret)) {
        return false;
    }
    for (; s.len; s = next_line(s)) {
        struct tn_span rest = next_line(s);
        struct tn_span line = {s.ptr, rest.len ? (size_t)(rest.ptr - s.ptr) : s.len};
        while (line.len && (isspace(line.ptr[line.len - 1]) || line.ptr[line.len - 1] == '-')) {
            line.len--;
        }
        for (size_t i = 0; begins(line, head, sizeof(head) - 1) && i < TN_LEN(labels); i++) {
            if (ends_with(line, labels[i].label)) {
                ret->kind = labels[i].kind;
                return true;
            }
        }
    }
    return false;
}

// ----------------------------------------------------------------------------------------

void tn_kind_find(const uint8_t *p, size_t len, struct tn_kind_found *ret) {
    static const struct {
        enum tn_kind kind;  // or the finder stores a more exact one
        finder *find;
    } finders[] = {
            {TN_KIND_IMAGE, is_image},
            {TN_KIND_OLD_IMAGE, is_old_image},
            {TN_KIND_BLANK, is_blank},
            {TN_KIND_ELF, is_elf},
            {TN_KIND_UF2, is_uf2},
            {TN_KIND_DFUSE, is_dfuse},
            {TN_KIND_DFU, is_dfu},
            {TN_KIND_ZIP, is_zip},
            {TN_KIND_GZIP, is_gzip},
            {TN_KIND_LFS, is_lfs},
            {TN_KIND_HTML, is_html},
            {TN_KIND_UNIVERSAL_HEX, is_universal_hex},
            {TN_KIND_HEX, is_hex},
            {TN_KIND_SREC, is_srec},
            {TN_KIND_CERTIFICATE, is_der},
            {TN_KIND_CERTIFICATE, is_pem},
            {TN_KIND_TEXT, is_text},
            {TN_KIND_IMAGE_BEHIND, is_image_behind},
            {TN_KIND_PROGRAM, is_program},
    };
    struct tn_span s = {p, len};

    *ret = (struct tn_kind_found){.kind = len ? TN_KIND_UNKNOWN : TN_KIND_EMPTY};
    for (size_t i = 0; len && i < TN_LEN(finders); i++) {
        if (finders[i].find(s, ret)) {
            ret->kind = ret->kind ? ret->kind : finders[i].kind;
            return;
        }
    }
}
