// SPDX-License-Identifier: Apache-2.0
// Keys that sign images: makes, reads, signs and verifies by OpenSSL's libcrypto.
//
// Devices identify a key by a hash of its public half as DER, which images carry in their KEYHASH
// TLV: PKCS #1 (RFC 8017 section A.1.1) for RSA, SubjectPublicKeyInfo (RFC 5280) for the others.
// Source: doc/reference/mcuboot.md section 1.
#ifndef TN_HOST_FILES_KEY_H
#define TN_HOST_FILES_KEY_H

#include "host/base/file.h"
#include "host/base/sha256.h"

#include "base/compiler.h"
#include "crypto/key.h"

TN_C_BEGIN

enum {
    TN_KEY_HASH_LEN = 32,
    TN_KEY_LONG_HASH_MAX = 64,
    TN_KEY_BYTES_MAX = 384,  // struct tn_key's form of RSA-3072
    TN_KEY_DER_MAX = 398,    // RSA-3072
    TN_KEY_SIG_MAX = 384,    // RSA-3072
    TN_KEY_PASSPHRASE_MAX = 1024,
    TN_KEY_PRIVATE_MAX = 640,  // RSA-2048: five parts of 128 bytes
};

// For encryption only: no device has it as struct tn_key.
enum { TN_KEY_X25519 = 0x80 };

struct tn_token_key;

struct tn_key_pair {
    uint8_t kind;            // enum tn_key_kind, or TN_KEY_X25519
    uint16_t len, der_len;   // of bytes and der
    uint16_t long_hash_len;  // SHA-384 for P-384, SHA-512 for Ed25519; else 0
    uint8_t der[TN_KEY_DER_MAX];
    uint8_t bytes[TN_KEY_BYTES_MAX];                       // as struct tn_key has them
    uint8_t hash[TN_KEY_HASH_LEN + TN_KEY_LONG_HASH_MAX];  // of der: SHA-256, then the long one
    bool has_private;
    bool is_dev;                 // the file marks it as a development key
    uint8_t role;                // enum tn_key_role: the caller's; 0 signs any image
    void *pkey;                  // libcrypto's EVP_PKEY; of a token's key, the public half
    struct tn_token_key *token;  // the private half is in a PKCS #11 token; NULL: it is not
};

// ---- Kinds -------------------------------------------------------------------------------------

// A kind by its name: p256, p384, ed25519, rsa-2048, rsa-3072, x25519; or as imgtool names the
// first two, ecdsa-p256 and ecdsa-p384. Returns 0 for another name.
uint8_t tn_key_kind_of(const char *name);

// imgtool's name of a kind, and what to call it in a sentence: "ecdsa-p256", "ECDSA P-256".
const char *tn_key_kind_name(uint8_t kind);
const char *tn_key_kind_words(uint8_t kind);

// The type of the image TLV with a signature by such a key; 0 for X25519.
uint16_t tn_key_sig_tlv(uint8_t kind);

// The hash of an image that such a key signs, unless the user chooses: bits of SHA-2. pure: the
// signature is over the image.
unsigned tn_key_sha(uint8_t kind, bool pure);

// True if devices and imgtool accept images with this hash and such a signature.
bool tn_key_sha_fits(uint8_t kind, unsigned sha);

// ---- Files -------------------------------------------------------------------------------------

// Makes an ECDSA P-256 key pair and writes its private half to path as PKCS #8 PEM, unencrypted.
// Only the owner can read the file. An existing file is replaced only with force. dev marks the key
// as a development key, by a line before the PEM block that other readers ignore.
int tn_key_generate(const char *path, bool force, bool dev, struct tn_fault *f);

// The same of any kind. passphrase: encrypts the file with it (AES-256); NULL: no encryption.
int tn_key_generate_kind(uint8_t kind, const char *path, bool force, bool dev,
        const char *passphrase, struct tn_fault *f);

// Where a passphrase comes from: asked for only if a file or a token wants one.
struct tn_passphrase {
    // Writes it and a 0 to ret. what: whose it is, for a prompt. Returns 0 or -1.
    int (*get)(void *ctx, const char *what, char *ret, size_t size, struct tn_fault *f);
    void *ctx;
};

// Reads a file with a private or public key or a certificate, as PEM or DER. name is a path; "-",
// standard input, so that a secret of a build server never becomes a file or an argument; "fd:N",
// an open file descriptor; or "pkcs11:...", a key in a token (RFC 7512). p: NULL if nobody knows a
// passphrase. Free the key with tn_key_free.
int tn_key_load_with(const char *name, const struct tn_passphrase *p, struct tn_key_pair *ret,
        struct tn_fault *f);

// The same without a passphrase.
int tn_key_load(const char *name, struct tn_key_pair *ret, struct tn_fault *f);

void tn_key_free(struct tn_key_pair *k);

// The key as a device has it, with its role. It points into k. Not for X25519.
struct tn_key tn_key_for_device(const struct tn_key_pair *k);

// The private half as a loader has it, to decrypt images (crypto/unwrap.h): 32 bytes of P-256 or
// X25519, or an RSA-2048 key's five parts. ret: TN_KEY_PRIVATE_MAX bytes, for the caller to wipe.
// Fault: USAGE for another kind, for a public key, and for a key in a token.
int tn_key_private_for_device(
        const struct tn_key_pair *k, uint8_t *ret, size_t *ret_len, struct tn_fault *f);

// ---- Signatures --------------------------------------------------------------------------------

// Signs a message: the image's hash, or for a pure signature the image. Returns 0; *ret_len is at
// most TN_KEY_SIG_MAX. The same ECDSA or Ed25519 key and message always give the same signature
// (RFC 6979, RFC 8032), so that releases can be built again; ECDSA not if random is set. RSA-PSS
// has a random salt, and a token's ECDSA is the token's choice.
int tn_key_sign_message(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        bool random, uint8_t *ret_sig, size_t *ret_len, struct tn_fault *f);

// True if sig is k's signature of the message. ECDSA's is DER; zeros may follow it, as old imgtool
// padded.
bool tn_key_verify_message(const struct tn_key_pair *k, const uint8_t *message, size_t len,
        const uint8_t *sig, size_t sig_len);

// The two for a SHA-256 digest, without a random part.
int tn_key_sign(const struct tn_key_pair *k, const uint8_t digest[32], uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f);
bool tn_key_verify(
        const struct tn_key_pair *k, const uint8_t digest[32], const uint8_t *sig, size_t len);

// ---- Export ------------------------------------------------------------------------------------

// The formats in which devices and other tools read public keys.
enum tn_key_format {
    TN_KEY_FORMAT_C,     // a source file that defines tn_keys (image/trust.h)
    TN_KEY_FORMAT_PEM,   // SPKI as PEM; one key
    TN_KEY_FORMAT_RAW,   // struct tn_key's bytes; one key
    TN_KEY_FORMAT_HASH,  // the hash in hex, one line per key
};

// Formats the public halves of n keys, on the heap. names (their files) appear in the comments.
int tn_key_export(const struct tn_key_pair *keys, const char *const *names, size_t n,
        enum tn_key_format format, struct tn_buf *ret, struct tn_fault *f);

// A source file that defines tn_private_key, 32 bytes, for devices that decrypt images
// (crypto/unwrap.h), on the heap. name (its file) appears in a comment. Wipe it after use. Fault:
// UNSUPPORTED for kinds other than P-256 and X25519, and without a private half.
int tn_key_export_private(
        const struct tn_key_pair *k, const char *name, struct tn_buf *ret, struct tn_fault *f);

TN_C_END

#endif
