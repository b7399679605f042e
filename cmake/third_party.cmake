# The rows of src/crypto, a library each, with the third-party sources behind it that `./run setup`
# brings to third_party/: only the files that the row calls.
#
# They are compiled without our warnings, and their headers are SYSTEM ones, which do not warn in
# our files either. UBSan is off in them (BearSSL reads unaligned words where the processor can);
# ASan stays on, since the buffers that they are given are ours.
#
# A row whose sources are missing is not defined.
if(NOT DEFINED TN_THIRD_PARTY)
    get_filename_component(TN_THIRD_PARTY ${CMAKE_CURRENT_LIST_DIR}/../third_party ABSOLUTE)
endif()

# tn_demand_third_party(source...): stops a project which uses these, if one is missing.
function(tn_demand_third_party)
    foreach(source IN LISTS ARGN)
        if(NOT EXISTS ${TN_THIRD_PARTY}/${source})
            message(FATAL_ERROR "third_party/ is not complete: run ./run setup")
        endif()
    endforeach()
endfunction()

add_library(tp_flags INTERFACE)
target_compile_options(tp_flags INTERFACE
    $<$<COMPILE_LANG_AND_ID:C,GNU,Clang,AppleClang>:-w;-fno-sanitize=undefined>)
if(NOT CMAKE_CROSSCOMPILING)  # thousands of signatures, also in a debug build
    target_compile_options(tp_flags INTERFACE -O2)
endif()

# tn_crypto_row(name sources...): a row of src/crypto with the sources of the library behind it.
#
# For a chip they are one unit, and whole: the compiler then sees that of all that the library does
# one curve or one hash is used (240 bytes less of boot-m0). What others may name says so
# (TN_EXPORTED of base/compiler.h).
function(tn_crypto_row name)
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARGN})
    target_include_directories(${name} PRIVATE ${TN_CRYPTO_DIR}/..)
    target_link_libraries(${name} PRIVATE tp_flags)
    if(CMAKE_CROSSCOMPILING)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
        target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:C,GNU>:-fwhole-program>)
    endif()
endfunction()

# tn_crypto_flags(name flags...): for chips, what makes this library smaller, measured as the flags
# of cmake/arm-none-eabi.cmake are, and as these left out of the builds that are plain.
function(tn_crypto_flags name)
    if(CMAKE_CROSSCOMPILING AND NOT TN_FLAGS STREQUAL "plain")
        target_compile_options(${name} PRIVATE "$<$<COMPILE_LANG_AND_ID:C,GNU>:${ARGN}>")
    endif()
endfunction()
get_filename_component(TN_CRYPTO_DIR ${CMAKE_CURRENT_LIST_DIR}/../src/crypto ABSOLUTE)

# BearSSL: SHA-256.
if(EXISTS ${TN_THIRD_PARTY}/bearssl)
    tn_crypto_row(tp_bearssl
        ${TN_CRYPTO_DIR}/sha256_bearssl.c
        ${TN_THIRD_PARTY}/bearssl/src/hash/sha2small.c
        ${TN_THIRD_PARTY}/bearssl/src/codec/dec32be.c
        ${TN_THIRD_PARTY}/bearssl/src/codec/enc32be.c)
    tn_crypto_flags(tp_bearssl -fno-inline-functions-called-once)  # 12 bytes
    target_include_directories(tp_bearssl PRIVATE ${TN_THIRD_PARTY}/bearssl/src)
    target_include_directories(tp_bearssl SYSTEM PUBLIC ${TN_THIRD_PARTY}/bearssl/inc)
endif()

# BearSSL: SHA-384 and SHA-512.
if(EXISTS ${TN_THIRD_PARTY}/bearssl)
    tn_crypto_row(tp_bearssl_sha512
        ${TN_CRYPTO_DIR}/sha512_bearssl.c
        ${TN_THIRD_PARTY}/bearssl/src/hash/sha2big.c
        ${TN_THIRD_PARTY}/bearssl/src/codec/dec64be.c
        ${TN_THIRD_PARTY}/bearssl/src/codec/enc64be.c)
    target_include_directories(tp_bearssl_sha512 PRIVATE ${TN_THIRD_PARTY}/bearssl/src)
    target_include_directories(tp_bearssl_sha512 SYSTEM PUBLIC ${TN_THIRD_PARTY}/bearssl/inc)
endif()

# BearSSL: ECDSA on P-384 and RSA, each with numbers of 15-bit words (for cores without a long
# multiplication) and of 31-bit words.
if(EXISTS ${TN_THIRD_PARTY}/bearssl)
    foreach(word i15 i31)
        string(SUBSTRING ${word} 1 2 bits)
        set(numbers)
        foreach(part add bitlen decmod decode encode fmont iszero modpow modpow2 montmul muladd
                ninv${bits} rshift sub tmont)
            list(APPEND numbers ${TN_THIRD_PARTY}/bearssl/src/int/${word}_${part}.c)
        endforeach()
        if(word STREQUAL "i31")
            list(APPEND numbers ${TN_THIRD_PARTY}/bearssl/src/int/i32_div32.c)
        endif()
        tn_crypto_row(tp_bearssl_p384_${word}
            ${TN_CRYPTO_DIR}/p384_bearssl_${word}.c ${TN_CRYPTO_DIR}/der.c
            ${TN_THIRD_PARTY}/bearssl/src/ec/ec_secp256r1.c
            ${TN_THIRD_PARTY}/bearssl/src/ec/ec_secp384r1.c
            ${TN_THIRD_PARTY}/bearssl/src/ec/ec_secp521r1.c
            ${TN_THIRD_PARTY}/bearssl/src/ec/ecdsa_${word}_bits.c
            ${TN_THIRD_PARTY}/bearssl/src/ec/ecdsa_${word}_vrfy_raw.c
            ${TN_THIRD_PARTY}/bearssl/src/codec/ccopy.c
            ${numbers}
            # The last one: it defines t1 and t2 as macros.
            ${TN_THIRD_PARTY}/bearssl/src/ec/ec_prime_${word}.c)
        tn_crypto_row(tp_bearssl_rsa_${word}
            ${TN_CRYPTO_DIR}/rsa_bearssl_${word}.c ${TN_CRYPTO_DIR}/pss.c
            ${TN_THIRD_PARTY}/bearssl/src/rsa/rsa_${word}_pub.c
            ${TN_THIRD_PARTY}/bearssl/src/codec/ccopy.c
            ${numbers})
        target_link_libraries(tp_bearssl_rsa_${word} PUBLIC tp_bearssl)  # its SHA-256
        foreach(row p384 rsa)
            target_include_directories(tp_bearssl_${row}_${word} PRIVATE
                ${TN_THIRD_PARTY}/bearssl/src)
            target_include_directories(tp_bearssl_${row}_${word} SYSTEM PUBLIC
                ${TN_THIRD_PARTY}/bearssl/inc)
        endforeach()
    endforeach()
endif()

# Monocypher: Ed25519, with BearSSL's SHA-512.
if(EXISTS ${TN_THIRD_PARTY}/monocypher)
    tn_crypto_row(tp_monocypher
        ${TN_CRYPTO_DIR}/ed25519_monocypher.c ${TN_THIRD_PARTY}/monocypher/monocypher.c)
    target_include_directories(tp_monocypher SYSTEM PUBLIC ${TN_THIRD_PARTY}/monocypher)
    target_link_libraries(tp_monocypher PUBLIC tp_bearssl_sha512)
    if(CMAKE_CROSSCOMPILING AND NOT WIN32)
        # A Cortex-M0 multiplies 64-bit numbers by libgcc, which was compiled with short enums and
        # passes none.
        target_link_options(tp_monocypher INTERFACE -Wl,--no-enum-size-warning)
    endif()
endif()

# The same with AES and with what unwraps the keys of encrypted images. A program links it in place
# of tp_bearssl; for a chip it is one unit, which has the hash once. _512: with SHA-512 for the tags
# as well.
if(EXISTS ${TN_THIRD_PARTY}/bearssl)
    set(bearssl ${TN_THIRD_PARTY}/bearssl/src)
    set(enc ${TN_CRYPTO_DIR}/sha256_bearssl.c
        ${TN_CRYPTO_DIR}/aes_bearssl.c ${TN_CRYPTO_DIR}/ecies.c ${TN_CRYPTO_DIR}/ecies_bearssl.c
        ${bearssl}/hash/sha2small.c ${bearssl}/codec/dec32be.c ${bearssl}/codec/enc32be.c
        ${bearssl}/symcipher/aes_common.c ${bearssl}/symcipher/aes_small_enc.c)
    tn_crypto_row(tp_bearssl_enc ${enc})
    tn_crypto_row(tp_bearssl_enc_512 ${enc} ${TN_CRYPTO_DIR}/ecies_sha512_bearssl.c)
    target_link_libraries(tp_bearssl_enc_512 PUBLIC tp_bearssl_sha512)
    foreach(word i15 i31)
        file(GLOB numbers ${bearssl}/int/${word}_*.c ${bearssl}/int/i32_div32.c)
        tn_crypto_row(tp_bearssl_oaep_${word}
            ${TN_CRYPTO_DIR}/rsa_oaep_bearssl_${word}.c ${TN_CRYPTO_DIR}/oaep.c
            ${bearssl}/rsa/rsa_${word}_oaep_decrypt.c ${bearssl}/rsa/rsa_oaep_unpad.c
            ${bearssl}/rsa/rsa_${word}_priv.c ${bearssl}/hash/mgf1.c ${bearssl}/codec/ccopy.c
            ${bearssl}/hash/sha2small.c ${bearssl}/codec/dec32be.c ${bearssl}/codec/enc32be.c
            ${numbers})
    endforeach()
    tn_crypto_row(tp_bearssl_x25519
        ${TN_CRYPTO_DIR}/ecdh_x25519.c ${bearssl}/ec/ec_c25519_m15.c
        ${bearssl}/codec/ccopy.c)
    foreach(row tp_bearssl_enc tp_bearssl_enc_512 tp_bearssl_x25519 tp_bearssl_oaep_i15
            tp_bearssl_oaep_i31)
        tn_crypto_flags(${row} -fno-inline-functions-called-once)
        target_include_directories(${row} PRIVATE ${bearssl})
        target_include_directories(${row} SYSTEM PUBLIC ${TN_THIRD_PARTY}/bearssl/inc)
    endforeach()
endif()

# micro-ecc: ECDSA on P-256. PUBLIC, because uECC.h declares a curve by the same macros. Level 2
# brings the assembly of the Cortex-M0 (level 0 costs forty times as many instructions), which needs
# the register of the frame pointer; squaring of its own would be 180 bytes for a tenth of the time.
if(EXISTS ${TN_THIRD_PARTY}/micro-ecc)
    tn_crypto_row(tp_micro_ecc
        ${TN_CRYPTO_DIR}/p256_microecc.c ${TN_CRYPTO_DIR}/der.c ${TN_THIRD_PARTY}/micro-ecc/uECC.c)
    # _enc: with ECDH, for keys of encrypted images.
    tn_crypto_row(tp_micro_ecc_enc
        ${TN_CRYPTO_DIR}/p256_microecc.c ${TN_CRYPTO_DIR}/der.c ${TN_CRYPTO_DIR}/ecdh_microecc.c
        ${TN_THIRD_PARTY}/micro-ecc/uECC.c)
    foreach(row tp_micro_ecc tp_micro_ecc_enc)
        target_include_directories(${row} SYSTEM PUBLIC ${TN_THIRD_PARTY}/micro-ecc)
        target_compile_definitions(${row} PUBLIC
            uECC_SUPPORTS_secp160r1=0
            uECC_SUPPORTS_secp192r1=0
            uECC_SUPPORTS_secp224r1=0
            uECC_SUPPORTS_secp256r1=1
            uECC_SUPPORTS_secp256k1=0
            uECC_SUPPORT_COMPRESSED_POINT=0
            uECC_OPTIMIZATION_LEVEL=2
            uECC_SQUARE_FUNC=0)
        target_compile_options(${row} PRIVATE -fomit-frame-pointer)
        tn_crypto_flags(${row} -fthread-jumps)  # 32 bytes
    endforeach()
endif()

# Mbed TLS: the small SHA-256. What of it there is says prog/mbedtls_config.h.
if(EXISTS ${TN_THIRD_PARTY}/mbedtls)
    set(sha256 ${TN_CRYPTO_DIR}/sha256_mbedtls.c ${TN_THIRD_PARTY}/mbedtls/library/sha256.c)
    tn_crypto_row(tp_mbedtls ${sha256})
    tn_crypto_row(tp_mbedtls_enc  # with what unwraps keys, and AES
        ${sha256} ${TN_CRYPTO_DIR}/aes_bearssl.c ${TN_CRYPTO_DIR}/ecies.c
        ${TN_CRYPTO_DIR}/ecies_mbedtls.c ${TN_THIRD_PARTY}/bearssl/src/codec/enc32be.c
        ${TN_THIRD_PARTY}/bearssl/src/codec/dec32be.c
        ${TN_THIRD_PARTY}/bearssl/src/symcipher/aes_common.c
        ${TN_THIRD_PARTY}/bearssl/src/symcipher/aes_small_enc.c)
    target_include_directories(tp_mbedtls_enc PRIVATE ${TN_THIRD_PARTY}/bearssl/src)
    target_include_directories(tp_mbedtls_enc SYSTEM PRIVATE ${TN_THIRD_PARTY}/bearssl/inc)
    foreach(row tp_mbedtls tp_mbedtls_enc)
        tn_crypto_flags(${row} -fno-tree-ter -fno-tree-forwprop)  # 16 bytes
        # sha256.c defines it itself: in one unit, before the row includes the header.
        target_compile_definitions(${row} PRIVATE MBEDTLS_ALLOW_PRIVATE_ACCESS)
        target_include_directories(${row} SYSTEM PUBLIC ${TN_THIRD_PARTY}/mbedtls/include)
        target_compile_definitions(${row} PUBLIC
            MBEDTLS_CONFIG_FILE="${CMAKE_CURRENT_LIST_DIR}/../prog/mbedtls_config.h")
    endforeach()
endif()

# Its p256-m: ECDSA on P-256. Making keys and signatures asks for random numbers that nobody here
# gives: those functions are never linked.
if(EXISTS ${TN_THIRD_PARTY}/mbedtls/3rdparty/p256-m)
    set(p256_m ${TN_THIRD_PARTY}/mbedtls/3rdparty/p256-m/p256-m)
    tn_crypto_row(tp_p256_m
        ${TN_CRYPTO_DIR}/p256_m.c ${TN_CRYPTO_DIR}/der.c ${p256_m}/p256-m.c)
    tn_crypto_row(tp_p256_m_enc  # with ECDH, for keys of encrypted images
        ${TN_CRYPTO_DIR}/p256_m.c ${TN_CRYPTO_DIR}/der.c ${TN_CRYPTO_DIR}/ecdh_p256_m.c
        ${p256_m}/p256-m.c)
    foreach(row tp_p256_m tp_p256_m_enc)
        target_include_directories(${row} SYSTEM PUBLIC ${p256_m})
        target_include_directories(${row} SYSTEM PRIVATE ${TN_THIRD_PARTY}/mbedtls/include)
        target_compile_definitions(${row} PRIVATE
            MBEDTLS_CONFIG_FILE="${CMAKE_CURRENT_LIST_DIR}/../prog/mbedtls_config.h")
        target_compile_options(${row} PRIVATE -ffunction-sections)
        target_link_options(${row} INTERFACE -Wl,--gc-sections)
    endforeach()
    target_compile_definitions(tp_p256_m_enc PRIVATE mbedtls_platform_zeroize=tn_p256_m_wipe)
endif()

# AES key wrap by Mbed TLS, with a configuration of its own.
if(EXISTS ${TN_THIRD_PARTY}/mbedtls)
    set(mbedtls ${TN_THIRD_PARTY}/mbedtls/library)
    tn_crypto_row(tp_mbedtls_kw
        ${TN_CRYPTO_DIR}/kw_mbedtls.c ${mbedtls}/nist_kw.c
        ${mbedtls}/cipher.c ${mbedtls}/cipher_wrap.c ${mbedtls}/aes.c ${mbedtls}/constant_time.c)
    target_include_directories(tp_mbedtls_kw SYSTEM PRIVATE ${TN_THIRD_PARTY}/mbedtls/include)
    target_compile_definitions(tp_mbedtls_kw PRIVATE MBEDTLS_ALLOW_PRIVATE_ACCESS
        MBEDTLS_CONFIG_FILE="${CMAKE_CURRENT_LIST_DIR}/../prog/mbedtls_kw_config.h")
endif()

# P256-Cortex-M4: ECDSA on P-256 in assembly, for cores with UMAAL; checking only. Squares by the
# function that multiplies: 530 bytes less for 6 % more instructions.
if(EXISTS ${TN_THIRD_PARTY}/p256-cortex-m4 AND CMAKE_CROSSCOMPILING AND
        TN_BOARD_FLAGS MATCHES "cortex-m(4|7|33)")
    set(p256_m4 ${TN_THIRD_PARTY}/p256-cortex-m4)
    set(sources ${TN_CRYPTO_DIR}/p256_cortex_m4.c ${TN_CRYPTO_DIR}/der.c
        ${p256_m4}/p256-cortex-m4.c ${p256_m4}/p256-cortex-m4-asm-gcc.S)
    tn_crypto_row(tp_p256_cortex_m4 ${sources})
    tn_crypto_row(tp_p256_cortex_m4_enc ${sources} ${TN_CRYPTO_DIR}/ecdh_p256_cortex_m4.c)
    foreach(row tp_p256_cortex_m4 tp_p256_cortex_m4_enc)
        target_include_directories(${row} SYSTEM PUBLIC ${p256_m4})
        foreach(part sign keygen raw_scalarmult_generic raw_scalarmult_base decompress_point
                decode_point to_octet_string_uncompressed to_octet_string_compressed
                to_octet_string_hybrid)
            target_compile_definitions(${row} PUBLIC include_p256_${part}=0)
        endforeach()
        target_compile_definitions(${row} PUBLIC has_fpu=0 use_mul_for_sqr=1)
    endforeach()
    target_compile_definitions(tp_p256_cortex_m4 PUBLIC include_p256_ecdh=0)
    target_compile_definitions(tp_p256_cortex_m4_enc PUBLIC include_p256_ecdh=1)
endif()
