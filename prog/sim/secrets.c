// SPDX-License-Identifier: Apache-2.0
#include "secrets.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "host/files/key.h"
#include "sim.h"
#include "update/sealed.h"

enum {
    AES128 = 16,
    AES256 = 32,
    ALIGN = 8,  // cells of the simulated device's trailers
};

static uint8_t private_key[TN_KEY_PRIVATE_MAX];
static struct tn_kw_key kw_key = {.bytes = private_key};
static const struct tn_ecies_key p256_key = {&tn_ecdh_microecc, private_key};
static const struct tn_ecies_key x25519_key = {&tn_ecdh_x25519, private_key};
static const struct tn_rsa_key rsa_key = {private_key};

static const struct tn_unwrap by_p256 = {TN_TLV_ENC_EC256, tn_unwrap_ecies, &p256_key};
static const struct tn_unwrap by_x25519 = {TN_TLV_ENC_X25519, tn_unwrap_ecies, &x25519_key};
static const struct tn_unwrap by_x25519_sha512 = {
        TN_TLV_ENC_X25519_SHA512, tn_unwrap_ecies_sha512, &x25519_key};
static const struct tn_unwrap by_rsa = {TN_TLV_ENC_RSA2048, tn_unwrap_rsa_i31, &rsa_key};
static const struct tn_unwrap by_kw = {TN_TLV_ENC_KW, tn_unwrap_kw, &kw_key};

// What a kind of key unwraps, and the longest such TLV (doc/reference/mcuboot.md section 5).
static const struct row {
    int kind;  // of struct tn_key_pair; 0: bytes for AES-KW
    size_t nunwraps;
    const struct tn_unwrap *unwraps[2];
    uint16_t longest;
} rows[] = {
        {TN_KEY_P256, 1, {&by_p256}, 129},
        {TN_KEY_X25519, 2, {&by_x25519, &by_x25519_sha512}, 128},
        {TN_KEY_RSA2048, 1, {&by_rsa}, 256},
        {0, 1, {&by_kw}, 40},
};

static const struct row *row;
static struct tn_secrets secrets = {.cipher = &tn_aes_bearssl};
static struct tn_crypt crypts[TN_SIM_IMAGES];
static struct tn_decrypted decrypted;

static int choose(int kind) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (rows[i].kind == kind) {
            row = &rows[i];
            secrets.unwraps = row->unwraps;
            secrets.nunwraps = row->nunwraps;
            return 0;
        }
    }
    return -1;
}

int tn_sim_secrets_load(const char *path) {
    struct tn_fault fault = {0};
    struct tn_key_pair key;
    struct tn_buf file;
    size_t len;

    if (tn_file_read(path, &file, &fault)) {
        fprintf(stderr, "tenon-sim: %s\n", fault.text);
        return -1;
    }
    if (file.len == AES128 || file.len == AES256) {  // no other key is so short
        memcpy(private_key, file.p, file.len);
        kw_key.len = (uint8_t)file.len;
        tn_buf_free(&file);
        return choose(0);
    }
    tn_buf_free(&file);
    if (tn_key_load(path, &key, &fault)) {
        fprintf(stderr, "tenon-sim: %s\n", fault.text);
        return -1;
    }
    int err = tn_key_private_for_device(&key, private_key, &len, &fault);
    if (err) {
        fprintf(stderr, "tenon-sim: %s: %s\n", path, fault.text);
    }
    int kind = key.kind;
    tn_key_free(&key);
    return err ? -1 : choose(kind);
}

struct tn_crypt *tn_sim_secrets_crypt(unsigned image) {
    crypts[image].ops = &tn_encrypted;
    crypts[image].secrets = &secrets;
    return row ? &crypts[image] : NULL;
}

uint16_t tn_sim_secrets_cell(void) {
    return row ? (uint16_t)tn_round_up(row->longest, ALIGN) : 0;
}

void tn_sim_secrets_end(void) {
    for (unsigned i = 0; i < TN_SIM_IMAGES; i++) {
        tn_crypt_end(&crypts[i]);
    }
}

void tn_sim_secrets_open(struct tn_update *u, bool is_loader) {
    if (row) {
        bool is_single = !u->slots->area[TN_SECONDARY].size;
        u->open = !is_loader ? tn_update_sealed
                : is_single  ? tn_update_decrypt_single
                             : tn_update_decrypt;
        u->secrets = is_loader ? &secrets : NULL;
        u->decrypted = is_loader ? &decrypted : NULL;
    }
}
