// SPDX-License-Identifier: Apache-2.0
// NimBLE's configuration where it differs from its own defaults (porting/nimble/include/syscfg):
// a peripheral with one connection, pairing and bonding, and no logs. Included before every file of
// NimBLE, and of port/nimble.
#ifndef TN_PORT_NIMBLE_CONFIG_H
#define TN_PORT_NIMBLE_CONFIG_H

#define MYNEWT_VAL_BLE_ROLE_CENTRAL (0)
#define MYNEWT_VAL_BLE_ROLE_OBSERVER (0)
#define MYNEWT_VAL_BLE_MAX_CONNECTIONS (1)
#define MYNEWT_VAL_BLE_ATT_PREFERRED_MTU (498)
#define MYNEWT_VAL_BLE_ATT_SVR_QUEUED_WRITE (0)
#define MYNEWT_VAL_BLE_ATT_SVR_SIGNED_WRITE (0)
#define MYNEWT_VAL_BLE_ATT_SVR_INDICATE (0)
#define MYNEWT_VAL_BLE_HCI_EVT_BUF_SIZE (260)
#define MYNEWT_VAL_BLE_HCI_EVT_HI_BUF_COUNT (8)
#define MYNEWT_VAL_MSYS_1_BLOCK_COUNT (20)
#define MYNEWT_VAL_BLE_SM_LEGACY (1)
#define MYNEWT_VAL_BLE_SM_SC (1)
#define MYNEWT_VAL_BLE_SM_BONDING (1)
#define MYNEWT_VAL_BLE_SM_OUR_KEY_DIST (3)  // the long-term key, and the identity
#define MYNEWT_VAL_BLE_SM_THEIR_KEY_DIST (3)
#define MYNEWT_VAL_BLE_STORE_MAX_BONDS (3)
#define MYNEWT_VAL_BLE_L2CAP_COC_MAX_NUM (0)
#define MYNEWT_VAL_BLE_MESH (0)
#define MYNEWT_VAL_BLE_HS_LOG_LVL (15)
#define MYNEWT_VAL_LOG_LEVEL (255)

// Its only uses of a heap are at the start (arena.c). No assertion of its own ends a program: what
// arrives over the air is checked where we know of (mended.cmake).
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
void *tn_nimble_malloc(size_t size);
void *tn_nimble_realloc(void *piece, size_t size);
void tn_nimble_free(void *piece);
#define malloc tn_nimble_malloc
#define realloc tn_nimble_realloc
#define free tn_nimble_free

// libgcc's is built with other enums, which the linker warns of.
static inline int tn_nimble_popcount(unsigned v) {
    int n = 0;

    for (; v; v &= v - 1) {
        n++;
    }
    return n;
}
#define __builtin_popcount tn_nimble_popcount

// TinyCrypt's elliptic curves have the names of micro-ecc, which other parts of a program use.
#define uECC_compute_public_key tinycrypt_uECC_compute_public_key
#define uECC_curve_private_key_size tinycrypt_uECC_curve_private_key_size
#define uECC_curve_public_key_size tinycrypt_uECC_curve_public_key_size
#define uECC_generate_random_int tinycrypt_uECC_generate_random_int
#define uECC_get_rng tinycrypt_uECC_get_rng
#define uECC_make_key tinycrypt_uECC_make_key
#define uECC_make_key_with_d tinycrypt_uECC_make_key_with_d
#define uECC_secp256r1 tinycrypt_uECC_secp256r1
#define uECC_set_rng tinycrypt_uECC_set_rng
#define uECC_shared_secret tinycrypt_uECC_shared_secret
#define uECC_valid_point tinycrypt_uECC_valid_point
#define uECC_valid_public_key tinycrypt_uECC_valid_public_key
#define uECC_vli_bytesToNative tinycrypt_uECC_vli_bytesToNative
#define uECC_vli_clear tinycrypt_uECC_vli_clear
#define uECC_vli_cmp tinycrypt_uECC_vli_cmp
#define uECC_vli_cmp_unsafe tinycrypt_uECC_vli_cmp_unsafe
#define uECC_vli_equal tinycrypt_uECC_vli_equal
#define uECC_vli_isZero tinycrypt_uECC_vli_isZero
#define uECC_vli_mmod tinycrypt_uECC_vli_mmod
#define uECC_vli_modAdd tinycrypt_uECC_vli_modAdd
#define uECC_vli_modInv tinycrypt_uECC_vli_modInv
#define uECC_vli_modMult tinycrypt_uECC_vli_modMult
#define uECC_vli_modMult_fast tinycrypt_uECC_vli_modMult_fast
#define uECC_vli_modSub tinycrypt_uECC_vli_modSub
#define uECC_vli_nativeToBytes tinycrypt_uECC_vli_nativeToBytes
#define uECC_vli_numBits tinycrypt_uECC_vli_numBits
#define uECC_vli_set tinycrypt_uECC_vli_set
#define uECC_vli_sub tinycrypt_uECC_vli_sub
#define uECC_vli_testBit tinycrypt_uECC_vli_testBit

#endif
