# Tenon for a firmware of yours: include this file in your CMake project, behind the lines that set
# the compiler and its flags, and link what you want (doc/your_app.md):
#
#     tenon            the core: server, image writer, slots, links
#     tenon_bearssl    tn_sha256_bearssl
#     tenon_mbedtls    tn_sha256_mbedtls
#     tenon_micro_ecc  tn_p256_microecc, for an application that checks signatures itself
#     tenon_p256_m     tn_p256_m, the same by a smaller and slower library
#     tenon_bearssl_sha512                       tn_sha384_bearssl, tn_sha512_bearssl
#     tenon_bearssl_p384_i15, _bearssl_p384_i31  tn_p384_bearssl_...
#     tenon_bearssl_rsa_i15, _bearssl_rsa_i31    tn_rsa2048_bearssl_..., tn_rsa3072_bearssl_...
#     tenon_monocypher                           tn_ed25519_monocypher, with SHA-512
#
# The same with two colons, tenon::core and tenon::bearssl and so on, if you find Tenon by
# add_subdirectory, FetchContent or find_package (doc/library.md).
#
# They are archives, of which the linker takes the files whose rows and calls you name: a feature
# that you do not name costs nothing. They are compiled with the flags that your project has above
# the include (CMAKE_C_FLAGS, add_compile_options); those of your targets do not reach them. The
# core itself needs no third party. Rows of crypto do: `./run setup` fetches them, or TN_THIRD_PARTY
# names a folder that has them.
include_guard(GLOBAL)
get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if(NOT C IN_LIST languages)
    message(FATAL_ERROR "Tenon's core is compiled by your C compiler: add C to the LANGUAGES of your project()")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/sources.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/third_party.cmake)

# tn_archive(name room...)
function(tn_archive name)
    foreach(room IN LISTS ARGN)
        list(APPEND files ${TN_${room}})
    endforeach()
    list(REMOVE_DUPLICATES files)
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${files})
    target_include_directories(${name} PUBLIC ${TN_SRC})
    target_compile_features(${name} PRIVATE c_std_11)
endfunction()

tn_archive(tenon BASE FLASH IMAGE LAYOUTS BOOT STRATEGIES POLICY RETAINED UPDATE ADMIT SMP SERVE SERVE_MORE LINK
    LINK_MORE CHANNEL AGENT)
add_library(tenon::core ALIAS tenon)

# A row whose sources are missing links a target that does not exist: CMake stops a project that
# links the row, with this name in its message, and no other project.
foreach(row bearssl mbedtls micro_ecc p256_m bearssl_sha512 bearssl_p384_i15 bearssl_p384_i31
        bearssl_rsa_i15 bearssl_rsa_i31 monocypher)
    add_library(tenon_${row} INTERFACE)
    add_library(tenon::${row} ALIAS tenon_${row})
    if(TARGET tp_${row})
        target_link_libraries(tenon_${row} INTERFACE tenon tp_${row})
    else()
        target_link_libraries(tenon_${row} INTERFACE
            tenon::${row}_is_not_in_TN_THIRD_PARTY__see_doc_library_md)
    endif()
endforeach()
