// SPDX-License-Identifier: Apache-2.0
// Where an image's bytes come from, its header and its TLVs.
//
// Knows the format. Does not know which slot it reads, nor whom to believe.
#ifndef TN_IMAGE_SOURCE_H
#define TN_IMAGE_SOURCE_H

#include "crypto/hash.h"
#include "flash/area.h"
#include "image/format.h"

struct tn_image_src;

// Reads bytes of the image as they are hashed and run. 0 or a negative error.
typedef int tn_image_read(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len);

struct tn_image_src {
    const struct tn_area *area;
    uint32_t off;         // where in the area the header lies
    uint32_t limit;       // bytes that the image may take from there, TLVs included
    uint32_t addr;        // where it will run, for ROM_FIXED images; 0: not looked at
    uint32_t allow;       // header flags that are refused otherwise
    uint32_t place;       // the owner's, not used here: which image this is (enum tn_place)
    tn_image_read *read;  // NULL: the area's bytes as they are
    const void *ctx;      // read's
};

// Why an image with this header cannot run where src says: its flags ask for what nobody here does
// (encryption, compression, RAM load), it does not fit the limit, or it is a ROM_FIXED image for
// another address. 0 if none of these. A NON_BOOTABLE image passes: only booting cares.
//
// TN_EFLAGS, TN_ESIZE, TN_EADDR.
int tn_image_check(const struct tn_image_src *src, const struct tn_image_hdr *h);

// Reads the header and checks it. Returns 0, TN_EMAGIC, TN_EHEADER, as tn_image_check, or what
// reading said.
int tn_image_open(const struct tn_image_src *src, struct tn_image_hdr *ret);

// The image's bytes from off on.
int tn_image_get(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len);

struct tn_tlv {
    uint16_t type;
    uint16_t len;
    uint32_t off;  // of the data, in the image
    bool is_protected;
};

// Both TLV areas, the protected one first. Begin with tn_tlv_begin.
struct tn_tlvs {
    const struct tn_image_src *src;
    uint32_t next;         // where the next TLV's head lies
    uint32_t unprotected;  // where the second area's info lies
    uint32_t end;          // of the image
};

// Finds the areas and checks that they follow each other and stay within the limit.
// 0, TN_ETLV, TN_ESIZE or what reading said. ret->end is then the image's whole length.
int tn_tlv_begin(struct tn_tlvs *ret, const struct tn_image_src *src, const struct tn_image_hdr *h);

// 1: ret is the next TLV, its data within its area. 0: no more. TN_ETLV: malformed.
int tn_tlv_next(struct tn_tlvs *t, struct tn_tlv *ret);

// Added to a type: the TLV is looked for in the protected area, which is signed; else in the other.
#define TN_TLV_PROTECTED 0x10000u

// Finds the first TLV of this type. 0; TN_ENOENT: there is none; or as tn_tlv_begin and next.
int tn_image_find_tlv(const struct tn_image_src *src, const struct tn_image_hdr *h, uint32_t type,
        struct tn_tlv *ret);

// The header, and the hash that an image claims in its TLVs (not checked: verify.h does), of
// SHA-256, SHA-384 or SHA-512. ret_hash: TN_HASH_MAX bytes. Returns the hash's length; TN_ENOENT
// if there is none, TN_ETLV, or as tn_image_open.
int tn_image_identify(
        const struct tn_image_src *src, struct tn_image_hdr *ret_hdr, uint8_t *ret_hash);

#endif
