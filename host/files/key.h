// SPDX-License-Identifier: Apache-2.0
// ECDSA P-256 keys: makes, reads, signs and verifies by OpenSSL's libcrypto.
//
// Devices identify a key by the SHA-256 of its public half in SubjectPublicKeyInfo form (SPKI, RFC
// 5480: 91 bytes for P-256). Images carry this hash in their KEYHASH TLV. Source:
// doc/reference/mcuboot.md section 1.
#ifndef TN_HOST_FILES_KEY_H
#define TN_HOST_FILES_KEY_H

#include "host/base/file.h"
#include "host/base/sha256.h"

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_KEY_HASH_LEN = 32,
    TN_KEY_POINT_LEN = 64,  // x and y, 32 bytes each, big-endian
    TN_KEY_SPKI_LEN = 91,
    TN_KEY_SIG_MAX = 72,  // DER: SEQUENCE of two INTEGERs of at most 33 bytes
};

struct tn_key_pair {
    uint8_t spki[TN_KEY_SPKI_LEN];
    uint8_t hash[TN_KEY_HASH_LEN];    // of spki
    uint8_t point[TN_KEY_POINT_LEN];  // the last bytes of spki
    bool has_private;
    bool is_dev;  // the file marks it as a development key
    void *pkey;   // libcrypto's EVP_PKEY
};

// Makes a key pair and writes its private half to path as PKCS#8 PEM, unencrypted. Only the owner
// can read the file. An existing file is replaced only with force. dev marks the key as a
// development key, by a line before the PEM block that other readers ignore.
int tn_key_generate(const char *path, bool force, bool dev, struct tn_fault *f);

// Reads a file with a private or public key, as PEM or DER. "-" is standard input, so that a secret
// of a build server never becomes a file or an argument. Free the key with tn_key_free.
int tn_key_load(const char *path, struct tn_key_pair *ret, struct tn_fault *f);

void tn_key_free(struct tn_key_pair *k);

// Signs the SHA-256 digest. The same key and digest always give the same signature (RFC 6979), so
// that releases can be built again. Returns 0; *ret_len is at most TN_KEY_SIG_MAX.
int tn_key_sign(const struct tn_key_pair *k, const uint8_t digest[32], uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f);

// True if sig is k's signature of the digest. sig is DER; zeros may follow it, as old imgtool
// padded.
bool tn_key_verify(
        const struct tn_key_pair *k, const uint8_t digest[32], const uint8_t *sig, size_t len);

// The formats in which devices and other tools read public keys.
enum tn_key_format {
    TN_KEY_FORMAT_C,     // a source file that defines tn_keys (image/trust.h)
    TN_KEY_FORMAT_PEM,   // SPKI as PEM; one key
    TN_KEY_FORMAT_RAW,   // the point's 64 bytes; one key
    TN_KEY_FORMAT_HASH,  // the hash in hex, one line per key
};

// Formats the public halves of n keys, on the heap. names (their files) appear in the comments.
int tn_key_export(const struct tn_key_pair *keys, const char *const *names, size_t n,
        enum tn_key_format format, struct tn_buf *ret, struct tn_fault *f);

TN_C_END

#endif
