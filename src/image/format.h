// SPDX-License-Identifier: Apache-2.0
// MCUboot's image format: the numbers, and the header to and from its 32 bytes.
//
// An image is header (hdr_size bytes, of which the first 32 are used) | payload (img_size) |
// protected TLVs (protect_tlv_size, may be 0) | TLVs. Little-endian. The hash covers all but the
// last part. Source: MCUboot docs/design.md, Image format; doc/reference/mcuboot.md section 1.
#ifndef TN_IMAGE_FORMAT_H
#define TN_IMAGE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_IMAGE_HDR_LEN = 32,
    TN_TLV_INFO_LEN = 4,  // in front of each TLV area: magic u16, total u16
    TN_TLV_HEAD_LEN = 4,  // in front of each TLV: type u16, length u16
    TN_TLV_MAGIC = 0x6907,
    TN_TLV_MAGIC_PROTECTED = 0x6908,
    TN_HASH_LEN = 32,  // SHA-256, the hash of images and files
};

#define TN_IMAGE_MAGIC 0x96f3b83du

// Header flags.
enum {
    TN_IMAGE_ENCRYPTED_AES128 = 0x4,
    TN_IMAGE_ENCRYPTED_AES256 = 0x8,
    TN_IMAGE_NON_BOOTABLE = 0x10,
    TN_IMAGE_RAM_LOAD = 0x20,
    TN_IMAGE_ROM_FIXED = 0x100,
    TN_IMAGE_COMPRESSED_LZMA1 = 0x200,
    TN_IMAGE_COMPRESSED_LZMA2 = 0x400,
    TN_IMAGE_COMPRESSED_ARM_THUMB = 0x800,
    // Either kind.
    TN_IMAGE_ENCRYPTED = TN_IMAGE_ENCRYPTED_AES128 | TN_IMAGE_ENCRYPTED_AES256,
    TN_IMAGE_COMPRESSED =
            TN_IMAGE_COMPRESSED_LZMA1 | TN_IMAGE_COMPRESSED_LZMA2 | TN_IMAGE_COMPRESSED_ARM_THUMB,
};

// TLV types.
enum {
    TN_TLV_KEYHASH = 0x01,
    TN_TLV_PUBKEY = 0x02,
    TN_TLV_SHA256 = 0x10,
    TN_TLV_SHA384 = 0x11,
    TN_TLV_SHA512 = 0x12,
    TN_TLV_RSA2048_PSS = 0x20,
    TN_TLV_ECDSA_SIG = 0x22,
    TN_TLV_RSA3072_PSS = 0x23,
    TN_TLV_ED25519 = 0x24,
    TN_TLV_SIG_PURE = 0x25,  // the signature is over the image, not over its hash
    TN_TLV_ENC_RSA2048 = 0x30,
    TN_TLV_ENC_KW = 0x31,
    TN_TLV_ENC_EC256 = 0x32,
    TN_TLV_ENC_X25519 = 0x33,
    TN_TLV_ENC_X25519_SHA512 = 0x34,
    TN_TLV_DEPENDENCY = 0x40,
    TN_TLV_SEC_CNT = 0x50,
    TN_TLV_BOOT_RECORD = 0x60,
    TN_TLV_DECOMP_SIZE = 0x70,
    TN_TLV_DECOMP_SHA = 0x71,
    TN_TLV_DECOMP_SIGNATURE = 0x72,
    TN_TLV_COMP_DEC_SIZE = 0x73,
    TN_TLV_UUID_VID = 0x74,
    TN_TLV_UUID_CID = 0x75,
};

struct tn_version {
    uint8_t major;
    uint8_t minor;
    uint16_t revision;
    uint32_t build;
};

struct tn_image_hdr {
    uint32_t load_addr;
    uint16_t hdr_size;
    uint16_t protect_tlv_size;
    uint32_t img_size;
    uint32_t flags;
    struct tn_version version;
};

// Reads the 32 bytes at buf. Checks the magic, and that header, payload and protected TLVs add up
// within 31 bits. tn_image_check checks the rest. Returns 0, TN_EMAGIC or TN_EHEADER.
int tn_image_hdr_get(struct tn_image_hdr *ret, const uint8_t *buf);

// Writes the 32 bytes.
void tn_image_hdr_put(uint8_t *buf, const struct tn_image_hdr *h);

// Bytes that the hash covers: header, payload and protected TLVs.
static inline uint32_t tn_image_hashed_len(const struct tn_image_hdr *h) {
    return h->hdr_size + h->img_size + h->protect_tlv_size;
}

// Returns below 0, 0 or above 0 if a is older than, equal to or newer than b. The build number is
// compared last.
int tn_version_compare(const struct tn_version *a, const struct tn_version *b);

enum {
    TN_VERSION_TEXT = 25,  // bytes of the longest version as text, with its 0
};

struct tn_text;

// Appends "major.minor.revision", and ".build" if that is not 0, as SMP writes versions.
void tn_version_put(struct tn_text *t, const struct tn_version *v);

// The same as a C string in buf, which holds TN_VERSION_TEXT bytes. Returns the number of
// characters.
size_t tn_version_text(char *buf, const struct tn_version *v);

TN_C_END

#endif
