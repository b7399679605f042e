// SPDX-License-Identifier: Apache-2.0
// The source of an image's bytes; its header and its TLVs.
//
// Knows the format. Does not know which slot it reads, nor which keys to trust.
#ifndef TN_IMAGE_SOURCE_H
#define TN_IMAGE_SOURCE_H

#include "base/compiler.h"
#include "crypto/hash.h"
#include "flash/area.h"
#include "image/format.h"

TN_C_BEGIN

struct tn_image_src;

// Reads bytes of the image, in the form that is hashed and run. 0 or a negative error.
typedef int tn_image_read(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len);

struct tn_image_src {
    const struct tn_area *area;
    uint32_t off;         // where in the area the header lies
    uint32_t limit;       // most bytes of the image from off on, TLVs included
    uint32_t addr;        // address that it will run at, for ROM_FIXED images; 0: not checked
    uint32_t allow;       // header flags to accept that are refused otherwise
    uint32_t place;       // for the caller, not used here: which image this is (enum tn_place)
    tn_image_read *read;  // NULL: the area's bytes as they are
    const void *ctx;      // for read
};

// Checks whether an image with this header can run at src. Refuses flags that nothing here supports
// (encryption, compression, RAM load), an image above the limit, and a ROM_FIXED image for another
// address. Accepts a NON_BOOTABLE image: only booting refuses it.
//
// Returns 0, TN_EFLAGS, TN_ESIZE or TN_EADDR.
int tn_image_check(const struct tn_image_src *src, const struct tn_image_hdr *h);

// Reads the header and checks it. Returns 0, TN_EMAGIC, TN_EHEADER, as tn_image_check, or the error
// of reading.
int tn_image_open(const struct tn_image_src *src, struct tn_image_hdr *ret);

// Reads bytes of the image from off on.
int tn_image_get(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len);

struct tn_tlv {
    uint16_t type;
    uint16_t len;
    uint32_t off;  // of the data, from the start of the image
    bool is_protected;
};

// Both TLV areas, the protected one first. Start with tn_tlv_begin.
struct tn_tlvs {
    const struct tn_image_src *src;
    uint32_t next;         // where the next TLV's head is
    uint32_t unprotected;  // where the info of the second area is
    uint32_t end;          // of the image
};

// Finds the areas; checks that they follow each other and stay within the limit. Returns 0,
// TN_ETLV, TN_ESIZE or the error of reading. On success, ret->end is the length of the whole image.
int tn_tlv_begin(struct tn_tlvs *ret, const struct tn_image_src *src, const struct tn_image_hdr *h);

// 1: ret is the next TLV; its data lies within its area. 0: no more. TN_ETLV: malformed.
int tn_tlv_next(struct tn_tlvs *t, struct tn_tlv *ret);

// Added to a type: searches the protected area, which is signed, instead of the other one.
#define TN_TLV_PROTECTED 0x10000u

// Finds the first TLV of this type. Returns 0; TN_ENOENT if there is none; or as tn_tlv_begin and
// tn_tlv_next.
int tn_image_find_tlv(const struct tn_image_src *src, const struct tn_image_hdr *h, uint32_t type,
        struct tn_tlv *ret);

// Reads the header, and the first hash that the TLVs claim: SHA-256, SHA-384 or SHA-512. Does not
// check the hash (verify.h does). ret_hash: TN_HASH_MAX bytes. Returns the hash's length;
// TN_ENOENT if there is none, TN_ETLV, or as tn_image_open.
int tn_image_identify(
        const struct tn_image_src *src, struct tn_image_hdr *ret_hdr, uint8_t *ret_hash);

TN_C_END

#endif
