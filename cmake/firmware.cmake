# Programs for a chip. TN_BOARD_DIR is the board's folder: layout.h, board.c, pins.h, board.cmake.
include_guard(DIRECTORY)

include(${TN_BOARD_DIR}/board.cmake)
set(TN_BOARD_LAYOUT ${TN_BOARD_DIR}/layout.h)
get_filename_component(TN_CHIP_DIR ${TN_BOARD_CHIP} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR}/port)
include(${TN_CHIP_DIR}/chip.cmake)
include(${PROJECT_SOURCE_DIR}/port/cortexm/roles.cmake)

# The last one is where a family's folder lies: "family/family.h", also outside of port/.
set(TN_FIRMWARE_INCLUDES ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/port
    ${PROJECT_SOURCE_DIR}/prog ${TN_BOARD_DIR} ${TN_CHIP_DIR} ${TN_CHIP_DIR}/../..)

# What the loader and the application trust (prog/trust).
set(TN_TRUST_FILES ${PROJECT_SOURCE_DIR}/prog/trust/${TN_BOARD_P256}.c)
set(TN_TRUST_LIBS tp_bearssl tp_${TN_BOARD_P256})

# What all programs share is compiled once.
if(NOT TARGET tn_parts)
    add_library(tn_parts OBJECT ${TN_PARTS})
    target_include_directories(tn_parts PRIVATE ${TN_FIRMWARE_INCLUDES}
        ${PROJECT_SOURCE_DIR}/port/cortexm)
    target_link_libraries(tn_parts PRIVATE tn_warnings)
endif()

# tn_firmware(name ROLE role SOURCES... [LIBS targets...] [DIR folder])
#
# Links name.elf, and name.map beside it. DIR: where to; default: the build's folder.
function(tn_firmware name)
    cmake_parse_arguments(PARSE_ARGV 1 T "" "ROLE;DIR" "LIBS")
    set(script ${TN_ROLE_${T_ROLE}_LD})
    set(ld ${CMAKE_CURRENT_BINARY_DIR}/${name}.ld)
    add_custom_command(OUTPUT ${ld}
        COMMAND ${CMAKE_C_COMPILER} -E -P -undef -x c -I${TN_BOARD_DIR} ${script} -o ${ld}
            -MD -MF ${ld}.d -MT ${ld}
        DEPFILE ${ld}.d
        DEPENDS ${script}
        COMMENT "Linker script of ${name}")

    add_executable(${name} ${T_UNPARSED_ARGUMENTS} ${TN_ROLE_${T_ROLE}}
        $<TARGET_OBJECTS:tn_parts> ${ld})
    if(NOT T_DIR)
        set(T_DIR ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
    endif()
    # Both, for the way to the one may lead through the other.
    file(MAKE_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${T_DIR})
    set_target_properties(${name} PROPERTIES SUFFIX .elf RUNTIME_OUTPUT_DIRECTORY ${T_DIR}
        LINK_DEPENDS ${ld})
    target_include_directories(${name} PRIVATE ${TN_FIRMWARE_INCLUDES}
        ${PROJECT_SOURCE_DIR}/port/cortexm)
    target_link_options(${name} PRIVATE -T${ld} -Wl,-Map=${T_DIR}/${name}.map)
    target_link_libraries(${name} PRIVATE tn_warnings ${T_LIBS})
endfunction()

# --- what tenon makes of them -------------------------------------------------------------------

# The tool of the host's build (./run builds that first) and the development key.
set(TN_TENON ${PROJECT_SOURCE_DIR}/build/bin/tenon CACHE FILEPATH "tenon, for signing")
set(TN_KEY ${PROJECT_SOURCE_DIR}/keys/dev.pem CACHE FILEPATH "The key that signs, and is trusted")
set(TN_PRIVATE_KEY ${PROJECT_SOURCE_DIR}/keys/enc-dev.pem CACHE FILEPATH
    "The device's private key, for which images are encrypted")
set(TN_NEXT_KEY ${PROJECT_SOURCE_DIR}/keys/next-dev.pem CACHE FILEPATH
    "prog/keylist: a second key for images")
set(TN_LIST_KEY ${PROJECT_SOURCE_DIR}/keys/list-dev.pem CACHE FILEPATH
    "prog/keylist: the key that signs key lists")
set(TN_TRUST "" CACHE STRING "A second key that is trusted; empty: none")

# tn_layout(ret NAME): a number of the board's layout.h.
function(tn_layout ret name)
    file(STRINGS ${TN_BOARD_LAYOUT} line REGEX "^#define ${name} 0x[0-9a-f]+")
    if(NOT line MATCHES "(0x[0-9a-f]+)")
        message(FATAL_ERROR "no number ${name} in ${TN_BOARD_LAYOUT}")
    endif()
    set(${ret} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${TN_BOARD_LAYOUT})

# tn_loader_room(ret): how many bytes a loader may have.
function(tn_loader_room ret)
    file(STRINGS ${TN_BOARD_LAYOUT} pieces REGEX "^#define CODE_SIZE ")
    if(pieces)  # the vector table is elsewhere
        tn_layout(room CODE_SIZE)
    else()
        tn_layout(room BOOT_SIZE)
    endif()
    math(EXPR room "${room}")
    set(${ret} ${room} PARENT_SCOPE)
endfunction()

# tn_keys_file(ret file key...): this C file with the public keys.
function(tn_keys_file ret file)
    add_custom_command(OUTPUT ${file}
        COMMAND ${TN_TENON} getpub --quiet ${ARGN} --lang c --output ${file}
        DEPENDS ${TN_TENON} ${ARGN}
        COMMENT "Public key as C")
    set(${ret} ${file} PARENT_SCOPE)
endfunction()

# tn_keys(ret [KEY]): a C file with the public keys that the board's programs trust.
function(tn_keys ret)
    set(key ${TN_KEY} ${TN_TRUST})
    if(ARGC GREATER 1)
        set(key ${ARGV1})
    endif()
    tn_keys_file(file ${CMAKE_CURRENT_BINARY_DIR}/keys.c ${key})
    set(${ret} ${file} PARENT_SCOPE)
endfunction()

# tn_private_key(ret [KEY]): a C file with a device's private key, for loaders that decrypt images.
# It
# is as secret as the key's own file.
function(tn_private_key ret)
    set(key ${TN_PRIVATE_KEY})
    if(ARGC GREATER 1)
        set(key ${ARGV1})
    endif()
    set(file ${CMAKE_CURRENT_BINARY_DIR}/private_key.c)
    add_custom_command(OUTPUT ${file}
        COMMAND ${TN_TENON} getpriv --quiet --force ${key} --output ${file}
        DEPENDS ${TN_TENON} ${key}
        COMMENT "Private key as C")
    set(${ret} ${file} PARENT_SCOPE)
endfunction()

# tn_hex(name): name.hex beside name.elf.
function(tn_hex name)
    get_target_property(dir ${name} RUNTIME_OUTPUT_DIRECTORY)
    add_custom_command(OUTPUT ${dir}/${name}.hex
        COMMAND ${CMAKE_OBJCOPY} -O ihex $<TARGET_FILE:${name}> ${dir}/${name}.hex
        DEPENDS ${name}
        COMMENT "${name}.hex")
    add_custom_target(${name}_hex ALL DEPENDS ${dir}/${name}.hex)
endfunction()

# tn_sign(name VERSION version OUT file [UNSIGNED] [OPTIONS options of `tenon sign`...])
#
# Makes the signed image `file` (.bin or .hex) of name.elf. UNSIGNED: one without a signature, for
# tests of what refuses it.
function(tn_sign name)
    cmake_parse_arguments(PARSE_ARGV 1 T "UNSIGNED" "VERSION;OUT" "OPTIONS")
    set(by --key ${TN_KEY})
    set(strategy swap-offset)
    if(TN_BOARD_PARTS MATCHES "slots_([a-z_]+)[.]c")  # cortexm/slots_swap_scratch.c
        string(REPLACE _ - strategy ${CMAKE_MATCH_1})
    endif()
    if(T_UNSIGNED)
        set(by)
    endif()
    foreach(number PRIMARY_ADDR PRIMARY_SIZE SECONDARY_SIZE SECTOR PROG_UNIT
            IMAGE_HEADER)
        tn_layout(${number} ${number})
    endforeach()
    get_target_property(dir ${name} RUNTIME_OUTPUT_DIRECTORY)
    get_filename_component(stem ${T_OUT} NAME)
    set(plain ${CMAKE_CURRENT_BINARY_DIR}/${stem}.plain.bin)
    math(EXPR sectors "${SECONDARY_SIZE} / ${SECTOR}")
    math(EXPR align "${PROG_UNIT}")
    add_custom_command(OUTPUT ${T_OUT}
        COMMAND ${CMAKE_OBJCOPY} -O binary $<TARGET_FILE:${name}> ${plain}
        COMMAND ${TN_TENON} sign --quiet ${by} --version ${T_VERSION}
            --header-size ${IMAGE_HEADER} --pad-header --slot-size ${PRIMARY_SIZE}
            --spare-size ${SECONDARY_SIZE} --sector-size ${SECTOR} --max-sectors ${sectors}
            --align ${align} --strategy ${strategy} --rom-fixed ${PRIMARY_ADDR} ${T_OPTIONS}
            ${plain} ${T_OUT}
        DEPENDS ${name} ${TN_TENON} ${TN_KEY}
        COMMENT "${stem}")
    add_custom_target(image_${stem} ALL DEPENDS ${T_OUT})
endfunction()

# tn_factory(file loader application [OPTIONS options of `tenon sign`...]): file.hex for a
# production
# line, of loader.hex and a confirmed first image of application.elf.
function(tn_factory file loader application)
    cmake_parse_arguments(PARSE_ARGV 3 T "" "" "OPTIONS")
    set(out ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
    set(confirmed ${CMAKE_CURRENT_BINARY_DIR}/${application}.confirmed.hex)
    tn_layout(primary PRIMARY_ADDR)
    tn_sign(${application} VERSION 1.0.0 OUT ${confirmed} OPTIONS --confirm --hex-addr ${primary}
        ${T_OPTIONS})
    add_custom_command(OUTPUT ${out}/${file}.hex
        COMMAND ${TN_TENON} merge --quiet --output ${out}/${file}.hex ${out}/${loader}.hex ${confirmed}
        DEPENDS ${out}/${loader}.hex ${confirmed} ${TN_TENON}
        COMMENT "${file}.hex")
    add_custom_target(image_${file} ALL DEPENDS ${out}/${file}.hex)
endfunction()
