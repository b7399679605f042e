# Tenon for a firmware of yours: include this file in your CMake project, behind the lines that set
# the compiler and its flags, and link what you want (doc/your_app.md):
#
#     tenon            the core: server, image writer, slots, links
#     tenon_bearssl    tn_sha256_bearssl
#     tenon_micro_ecc  tn_p256_microecc, for an application that checks signatures itself
#
# They are archives, of which the linker takes the files whose rows and calls you name: a feature
# that you do not name costs nothing. They are compiled with the flags that your project has above
# the include (CMAKE_C_FLAGS, add_compile_options); those of your targets do not reach them.
include_guard(GLOBAL)
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

add_library(tenon_bearssl INTERFACE)
target_link_libraries(tenon_bearssl INTERFACE tenon tp_bearssl)
add_library(tenon_micro_ecc INTERFACE)
target_link_libraries(tenon_micro_ecc INTERFACE tenon tp_micro_ecc)
