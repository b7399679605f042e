// SPDX-License-Identifier: Apache-2.0
// Names for what an image holds, and for what of it is not supported here.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "host/files/inspect.h"
#include "image/key_list.h"

// ---- Words -----------------------------------------------------------------------------

const char *tn_tlv_name(uint16_t type) {
    switch (type) {
    case TN_TLV_KEYHASH:
        return "KEYHASH";
    case TN_TLV_PUBKEY:
        return "PUBKEY";
    case TN_TLV_SHA256:
        return "SHA256";
    case TN_TLV_SHA384:
        return "SHA384";
    case TN_TLV_SHA512:
        return "SHA512";
    case TN_TLV_RSA2048_PSS:
        return "RSA2048_PSS";
    case TN_TLV_ECDSA_SIG:
        return "ECDSA_SIG";
    case TN_TLV_RSA3072_PSS:
        return "RSA3072_PSS";
    case TN_TLV_ED25519:
        return "ED25519";
    case TN_TLV_SIG_PURE:
        return "SIG_PURE";
    case TN_TLV_ENC_RSA2048:
        return "ENC_RSA2048";
    case TN_TLV_ENC_KW:
        return "ENC_KW";
    case TN_TLV_ENC_EC256:
        return "ENC_EC256";
    case TN_TLV_ENC_X25519:
        return "ENC_X25519";
    case TN_TLV_ENC_X25519_SHA512:
        return "ENC_X25519_SHA512";
    case TN_TLV_DEPENDENCY:
        return "DEPENDENCY";
    case TN_TLV_SEC_CNT:
        return "SEC_CNT";
    case TN_TLV_BOOT_RECORD:
        return "BOOT_RECORD";
    case TN_TLV_DECOMP_SIZE:
        return "DECOMP_SIZE";
    case TN_TLV_DECOMP_SHA:
        return "DECOMP_SHA";
    case TN_TLV_DECOMP_SIGNATURE:
        return "DECOMP_SIGNATURE";
    case TN_TLV_COMP_DEC_SIZE:
        return "COMP_DEC_SIZE";
    case TN_TLV_UUID_VID:
        return "UUID_VID";
    case TN_TLV_UUID_CID:
        return "UUID_CID";
    case TN_TLV_KEY_LIST:
        return "KEY_LIST";
    default:
        return NULL;
    }
}

const char *tn_image_flag_name(uint32_t flag) {
    switch (flag) {
    case TN_IMAGE_ENCRYPTED_AES128:
        return "encrypted-aes128";
    case TN_IMAGE_ENCRYPTED_AES256:
        return "encrypted-aes256";
    case TN_IMAGE_NON_BOOTABLE:
        return "non-bootable";
    case TN_IMAGE_RAM_LOAD:
        return "ram-load";
    case TN_IMAGE_ROM_FIXED:
        return "rom-fixed";
    case TN_IMAGE_COMPRESSED_LZMA1:
        return "lzma1";
    case TN_IMAGE_COMPRESSED_LZMA2:
        return "lzma2";
    case TN_IMAGE_COMPRESSED_ARM_THUMB:
        return "arm-thumb-filter";
    default:
        return NULL;
    }
}

// ---- What is not supported -------------------------------------------------------------

static const struct {
    uint32_t flag;
    const char *what;
} flag_words[] = {
        {TN_IMAGE_ENCRYPTED_AES128, "encryption by AES-128 (flag encrypted-aes128)"},
        {TN_IMAGE_ENCRYPTED_AES256, "encryption by AES-256 (flag encrypted-aes256)"},
        {TN_IMAGE_RAM_LOAD, "loading to RAM (flag ram-load)"},
        {TN_IMAGE_COMPRESSED_LZMA1, "LZMA1 compression (flag lzma1)"},
        {TN_IMAGE_COMPRESSED_LZMA2, "LZMA2 compression (flag lzma2)"},
        {TN_IMAGE_COMPRESSED_ARM_THUMB, "an ARM-thumb filter (flag arm-thumb-filter)"},
};

static const struct {
    uint16_t type;
    const char *what;
} tlv_words[] = {
        {TN_TLV_ENC_RSA2048, "its key wrapped by RSA-2048"},
        {TN_TLV_ENC_KW, "its key wrapped by AES-KW"},
        {TN_TLV_ENC_EC256, "its key wrapped by ECIES-P256"},
        {TN_TLV_ENC_X25519, "its key wrapped by ECIES-X25519"},
        {TN_TLV_ENC_X25519_SHA512, "its key wrapped by ECIES-X25519 with SHA-512"},
};

// A list with commas; cut if it is too long.
static void add(char *list, size_t size, const char *what) {
    size_t n = strlen(list);
    snprintf(list + n, size - n, "%s%s", n ? ", " : "", what);
}

static void add_flags(char *list, size_t size, uint32_t flags) {
    static const uint32_t known = TN_IMAGE_ROM_FIXED | TN_IMAGE_NON_BOOTABLE;

    for (uint32_t flag = 1; flag; flag <<= 1) {
        const char *what = NULL;
        char number[40];
        for (size_t i = 0; i < TN_LEN(flag_words); i++) {
            what = flag_words[i].flag == flag ? flag_words[i].what : what;
        }
        if (flags & ~known & flag) {
            snprintf(number, sizeof(number), "the unknown flag 0x%" PRIx32, flag);
            add(list, size, what ? what : number);
        }
    }
}

void tn_inspect_unsupported(const struct tn_inspect *in, char *ret, size_t size) {
    *ret = 0;
    add_flags(ret, size, in->hdr.flags);
    for (size_t i = 0; i < in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in->tlvs[i];
        for (size_t k = 0; k < TN_LEN(tlv_words) && !t->is_protected; k++) {
            if (tlv_words[k].type == t->type) {
                add(ret, size, tlv_words[k].what);
            }
        }
    }
}
