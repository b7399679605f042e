# The third-party sources that `./run setup` brings to third_party/: one library each, with only the
# files that something of ours calls.
#
# They are compiled without our warnings, and their headers are SYSTEM ones, which do not warn in
# our files either. UBSan is off in them (BearSSL reads unaligned words where the processor can);
# ASan stays on, since the buffers that they are given are ours.
set(TN_THIRD_PARTY ${PROJECT_SOURCE_DIR}/third_party)

if(NOT EXISTS ${TN_THIRD_PARTY}/bearssl OR NOT EXISTS ${TN_THIRD_PARTY}/micro-ecc)
    message(FATAL_ERROR "third_party/ is not complete: run ./run setup")
endif()

add_library(tp_flags INTERFACE)
target_compile_options(tp_flags INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-w;-fno-sanitize=undefined>)

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
