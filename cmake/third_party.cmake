# The third-party sources that `./run setup` brings to third_party/: one library each, with only the
# files that something of ours calls.
#
# They are compiled without our warnings, and their headers are SYSTEM ones, which do not warn in
# our files either. UBSan is off in them (BearSSL reads unaligned words where the processor can);
# ASan stays on, since the buffers that they are given are ours.
get_filename_component(TN_THIRD_PARTY ${CMAKE_CURRENT_LIST_DIR}/../third_party ABSOLUTE)

foreach(source bearssl mbedtls micro-ecc p256-cortex-m4)
    if(NOT EXISTS ${TN_THIRD_PARTY}/${source})
        message(FATAL_ERROR "third_party/ is not complete: run ./run setup")
    endif()
endforeach()

add_library(tp_flags INTERFACE)
target_compile_options(tp_flags INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-w;-fno-sanitize=undefined>)
if(NOT CMAKE_CROSSCOMPILING)  # thousands of signatures, also in a debug build
    target_compile_options(tp_flags INTERFACE -O2)
endif()

# BearSSL: SHA-256.
add_library(tp_bearssl STATIC
    ${TN_THIRD_PARTY}/bearssl/src/hash/sha2small.c
    ${TN_THIRD_PARTY}/bearssl/src/codec/dec32be.c
    ${TN_THIRD_PARTY}/bearssl/src/codec/enc32be.c)
target_include_directories(tp_bearssl PRIVATE ${TN_THIRD_PARTY}/bearssl/src)
target_include_directories(tp_bearssl SYSTEM PUBLIC ${TN_THIRD_PARTY}/bearssl/inc)
target_link_libraries(tp_bearssl PRIVATE tp_flags)

# micro-ecc: ECDSA on P-256. PUBLIC, because uECC.h declares a curve by the same macros. Level 2
# brings the assembly of the Cortex-M0 (level 0 costs forty times as many instructions), which needs
# the register of the frame pointer; squaring of its own would be 180 bytes for a tenth of the time.
add_library(tp_micro_ecc STATIC ${TN_THIRD_PARTY}/micro-ecc/uECC.c)
target_include_directories(tp_micro_ecc SYSTEM PUBLIC ${TN_THIRD_PARTY}/micro-ecc)
target_compile_definitions(tp_micro_ecc PUBLIC
    uECC_SUPPORTS_secp160r1=0
    uECC_SUPPORTS_secp192r1=0
    uECC_SUPPORTS_secp224r1=0
    uECC_SUPPORTS_secp256r1=1
    uECC_SUPPORTS_secp256k1=0
    uECC_SUPPORT_COMPRESSED_POINT=0
    uECC_OPTIMIZATION_LEVEL=2
    uECC_SQUARE_FUNC=0)
target_compile_options(tp_micro_ecc PRIVATE -fomit-frame-pointer)
target_link_libraries(tp_micro_ecc PRIVATE tp_flags)

# Mbed TLS: the small SHA-256. What of it there is says prog/mbedtls_config.h.
add_library(tp_mbedtls STATIC EXCLUDE_FROM_ALL
    ${TN_THIRD_PARTY}/mbedtls/library/sha256.c
    ${TN_THIRD_PARTY}/mbedtls/library/platform_util.c)
target_include_directories(tp_mbedtls SYSTEM PUBLIC ${TN_THIRD_PARTY}/mbedtls/include)
target_compile_definitions(tp_mbedtls PUBLIC
    MBEDTLS_CONFIG_FILE="${CMAKE_CURRENT_LIST_DIR}/../prog/mbedtls_config.h")
target_link_libraries(tp_mbedtls PRIVATE tp_flags)

# Its p256-m: ECDSA on P-256. Making keys and signatures asks for random numbers that nobody here
# gives: those functions are never linked.
add_library(tp_p256_m STATIC EXCLUDE_FROM_ALL
    ${TN_THIRD_PARTY}/mbedtls/3rdparty/p256-m/p256-m/p256-m.c)
target_include_directories(tp_p256_m SYSTEM PUBLIC
    ${TN_THIRD_PARTY}/mbedtls/3rdparty/p256-m/p256-m)
target_compile_options(tp_p256_m PRIVATE -ffunction-sections)
target_link_options(tp_p256_m INTERFACE -Wl,--gc-sections)
target_link_libraries(tp_p256_m PUBLIC tp_mbedtls PRIVATE tp_flags)

# P256-Cortex-M4: ECDSA on P-256 in assembly, for cores with UMAAL; checking only. Squares by the
# function that multiplies: 530 bytes less for 6 % more instructions.
if(CMAKE_CROSSCOMPILING AND TN_CPU_FLAGS MATCHES "cortex-m(4|7|33)")
    add_library(tp_p256_cortex_m4 STATIC
        ${TN_THIRD_PARTY}/p256-cortex-m4/p256-cortex-m4.c
        ${TN_THIRD_PARTY}/p256-cortex-m4/p256-cortex-m4-asm-gcc.S)
    target_include_directories(tp_p256_cortex_m4 SYSTEM PUBLIC ${TN_THIRD_PARTY}/p256-cortex-m4)
    foreach(part sign keygen ecdh raw_scalarmult_generic raw_scalarmult_base decompress_point
            decode_point to_octet_string_uncompressed to_octet_string_compressed
            to_octet_string_hybrid)
        target_compile_definitions(tp_p256_cortex_m4 PUBLIC include_p256_${part}=0)
    endforeach()
    target_compile_definitions(tp_p256_cortex_m4 PUBLIC has_fpu=0 use_mul_for_sqr=1)
    target_link_libraries(tp_p256_cortex_m4 PRIVATE tp_flags)
endif()
