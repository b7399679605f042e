// SPDX-License-Identifier: Apache-2.0
// What our programs take of Mbed TLS (its MBEDTLS_CONFIG_FILE): SHA-256, the small one, and p256-m,
// which compiles only for its PSA driver and calls none of PSA for a signature check.
#ifndef TN_PROG_MBEDTLS_CONFIG_H
#define TN_PROG_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_PLATFORM_ZEROIZE_ALT  // crypto/sha256_mbedtls.c: there is no secret to wipe
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif
