// SPDX-License-Identifier: Apache-2.0
// What our programs take of Mbed TLS for AES key wrap (its MBEDTLS_CONFIG_FILE): the cipher layer
// with AES alone, with a small table in flash.
#ifndef TN_PROG_MBEDTLS_KW_CONFIG_H
#define TN_PROG_MBEDTLS_KW_CONFIG_H

#include <stddef.h>

#define MBEDTLS_AES_C
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_CIPHER_C
#define MBEDTLS_NIST_KW_C
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO tn_kw_calloc  // crypto/kw_mbedtls.c
#define MBEDTLS_PLATFORM_FREE_MACRO tn_kw_free
#define MBEDTLS_PLATFORM_ZEROIZE_ALT

void *tn_kw_calloc(size_t n, size_t size);
void tn_kw_free(void *p);
void tn_kw_wipe(void *buf, size_t len);
#define mbedtls_platform_zeroize tn_kw_wipe

#endif
