// SPDX-License-Identifier: Apache-2.0
// Reads the central directory at the file's end (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12,
// 4.3.16).
#include "zip.h"

#include <string.h>
#include <zlib.h>

#include "base/bytes.h"

enum {
    END_LEN = 22,
    ENTRY_LEN = 46,
    LOCAL_LEN = 30,
    STORED = 0,
    DEFLATED = 8,
};

#define END_MAGIC 0x06054b50u
#define ENTRY_MAGIC 0x02014b50u
#define LOCAL_MAGIC 0x04034b50u

// The offset of the record that ends the central directory; 0 if there is none.
static size_t find_end(const struct tn_buf *zip) {
    for (size_t at = zip->len; at >= END_LEN; at--) {
        if (tn_get_le32(zip->p + at - END_LEN) == END_MAGIC) {
            return at - END_LEN;
        }
    }
    return 0;
}

static long inflate_to(const uint8_t *in, size_t len, uint8_t *out, size_t size) {
    z_stream z = {.next_in = (Bytef *)in,
            .avail_in = (uInt)len,
            .next_out = out,
            .avail_out = (uInt)size};

    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) {
        return -1;
    }
    int rc = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return rc == Z_STREAM_END ? (long)z.total_out : -1;
}

// Unpacks the member that this directory entry describes.
static long unpack(const struct tn_buf *zip, const uint8_t *entry, uint8_t *out, size_t size) {
    size_t len = tn_get_le32(entry + 20);
    size_t full = tn_get_le32(entry + 24);
    size_t at = tn_get_le32(entry + 42);

    if (full > size || at > zip->len || zip->len - at < LOCAL_LEN ||
            tn_get_le32(zip->p + at) != LOCAL_MAGIC) {
        return -1;
    }
    at += (size_t)LOCAL_LEN + tn_get_le16(zip->p + at + 26) + tn_get_le16(zip->p + at + 28);
    if (at > zip->len || len > zip->len - at) {
        return -1;
    }
    long got = -1;
    if (tn_get_le16(entry + 10) == DEFLATED) {
        got = inflate_to(zip->p + at, len, out, size);
    } else if (tn_get_le16(entry + 10) == STORED && len == full) {
        memcpy(out, zip->p + at, len);
        got = (long)len;
    }
    return got == (long)full && crc32(0, out, (uInt)full) == tn_get_le32(entry + 16) ? got : -1;
}

long zip_read(const struct tn_buf *zip, const char *name, uint8_t *out, size_t size) {
    size_t end = find_end(zip);
    size_t at = end ? tn_get_le32(zip->p + end + 16) : 0;

    while (at < end && end - at >= ENTRY_LEN && tn_get_le32(zip->p + at) == ENTRY_MAGIC) {
        const uint8_t *entry = zip->p + at;
        size_t name_len = tn_get_le16(entry + 28);
        if (name_len > end - at - ENTRY_LEN) {
            break;
        }
        if (name_len == strlen(name) && !memcmp(entry + ENTRY_LEN, name, name_len)) {
            return unpack(zip, entry, out, size);
        }
        at += ENTRY_LEN + name_len + tn_get_le16(entry + 30) + tn_get_le16(entry + 32);
    }
    return -1;
}
