# What `./run install` puts in place: the program with its pages, completion and udev rules, the
# PC library with the headers that its users see, and the sources of the core.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# --- the library --------------------------------------------------------------------------------

# One archive: host, and of the core the rooms that it and its headers name. Nothing of third
# parties is in it.
set(core ${TN_BASE} ${TN_FLASH} ${TN_IMAGE} ${TN_LAYOUTS} ${TN_BOOT} ${TN_STRATEGIES}
    ${TN_POLICY} ${TN_SMP} ${TN_LINK} ${TN_LINK_MORE} ${TN_CLIENT}
    ${TN_HOST_ONLY} ${TN_SRC}/base/text.c ${TN_SRC}/image/version.c
    ${TN_SRC}/image/key_list.c ${TN_SRC}/link/pieces.c)
list(REMOVE_DUPLICATES core)
add_library(tenon_archive STATIC $<TARGET_OBJECTS:tn_host> ${core})
target_include_directories(tenon_archive PRIVATE ${TN_SRC})
target_link_libraries(tenon_archive PRIVATE tn_warnings)
set_target_properties(tenon_archive PROPERTIES OUTPUT_NAME tenon LINKER_LANGUAGE C)
install(FILES $<TARGET_FILE:tenon_archive> DESTINATION ${CMAKE_INSTALL_LIBDIR})

# tn_headers(ret header...): these headers and all of ours that they include, as "room/file.h".
function(tn_headers ret)
    set(todo ${ARGN})
    set(done)
    while(todo)
        list(POP_FRONT todo header)
        list(APPEND done ${header})
        set(path src/${header})
        if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${path})
            set(path ${header})
        endif()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
        file(STRINGS ${path} lines REGEX "^#include \"")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE ".*\"(.*)\".*" "\\1" next "${line}")
            if(NOT next IN_LIST done AND NOT next IN_LIST todo)
                list(APPEND todo ${next})
            endif()
        endforeach()
    endwhile()
    set(${ret} ${done} PARENT_SCOPE)
endfunction()

file(GLOB public RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS host/*/*.h)
list(FILTER public EXCLUDE REGEX "_priv\\.h$")
tn_headers(headers ${public} base/version.h)
foreach(header IN LISTS headers)
    get_filename_component(room ${header} DIRECTORY)
    set(path src/${header})
    if(room MATCHES "^host/")
        set(path ${header})
    endif()
    install(FILES ${path} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tenon/${room})
endforeach()

# From the file's folder back to the prefix: a ".." for each of its folders.
string(REGEX REPLACE "[^/]+" ".." TN_PC_UP "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
# By name, not as a requirement: no header of ours includes libusb's or libsystemd's, and their
# folders are none of our users' business.
set(TN_PC_LIBS)
if(TN_MINIZIP_FOUND)
    string(APPEND TN_PC_LIBS " -lminizip -lz")
endif()
if(TN_LIBUSB_FOUND)
    string(APPEND TN_PC_LIBS " -lusb-1.0")
endif()
if(TN_SDBUS_FOUND)
    string(APPEND TN_PC_LIBS " -lsystemd")
endif()
if(TN_P11KIT_FOUND)
    string(APPEND TN_PC_LIBS " -lp11-kit")
endif()
configure_file(cmake/tenon.pc.in tenon.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tenon.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# --- for find_package(Tenon) --------------------------------------------------------------------

# The core as sources, with the lists that a project's CMake reads.
set(share ${CMAKE_INSTALL_DATADIR}/tenon)
install(DIRECTORY src DESTINATION ${share} FILES_MATCHING PATTERN *.c PATTERN *.h)
install(FILES cmake/sources.cmake cmake/third_party.cmake cmake/tenon.cmake cmake/host_needs.cmake
    DESTINATION ${share}/cmake)
install(FILES prog/mbedtls_config.h DESTINATION ${share}/prog)
install(FILES LICENSE NOTICE DESTINATION ${share})

# Of the third parties, what rows are compiled of; without Mbed TLS, which is large.
install(FILES third_party/bearssl/LICENSE.txt DESTINATION ${share}/third_party/bearssl)
install(DIRECTORY third_party/bearssl/src DESTINATION ${share}/third_party/bearssl
    FILES_MATCHING PATTERN *.c PATTERN *.h)
install(FILES third_party/monocypher/monocypher.c third_party/monocypher/monocypher.h
    third_party/monocypher/LICENSE.txt DESTINATION ${share}/third_party/monocypher)
install(DIRECTORY third_party/bearssl/inc DESTINATION ${share}/third_party/bearssl)
file(GLOB micro_ecc CONFIGURE_DEPENDS third_party/micro-ecc/*.c third_party/micro-ecc/*.h
    third_party/micro-ecc/*.inc)
install(FILES ${micro_ecc} third_party/micro-ecc/LICENSE.txt
    DESTINATION ${share}/third_party/micro-ecc)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Tenon)
configure_package_config_file(cmake/TenonConfig.cmake.in ${PROJECT_BINARY_DIR}/TenonConfig.cmake
    INSTALL_DESTINATION ${package} PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR share)
# doc/stability.md: before 1.0, another minor version may be incompatible. The core is sources, so
# that it suits every chip; TenonConfig.cmake looks whether the library suits this one.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake
    VERSION ${TN_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/TenonConfig.cmake ${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake
    DESTINATION ${package})

# --- the program --------------------------------------------------------------------------------

install(TARGETS tenon DESTINATION ${CMAKE_INSTALL_BINDIR})

# Pages and completion are the program's own words.
set(words ${PROJECT_BINARY_DIR}/words)
file(MAKE_DIRECTORY ${words}/man)
add_custom_command(OUTPUT ${words}/tenon.bash ${words}/_tenon ${words}/tenon.fish
${words}/man/tenon.1
    COMMAND tenon completion bash > ${words}/tenon.bash
    COMMAND tenon completion zsh > ${words}/_tenon
    COMMAND tenon completion fish > ${words}/tenon.fish
    COMMAND tenon man --output ${words}/man
    DEPENDS tenon VERBATIM)
add_custom_target(tenon_words ALL DEPENDS ${words}/tenon.bash)
install(DIRECTORY ${words}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${words}/tenon.bash RENAME tenon
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${words}/_tenon DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${words}/tenon.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# udev reads these in /usr/lib and /usr/local/lib, whatever the machine's folder of libraries is.
install(FILES prog/cli/70-tenon.rules DESTINATION lib/udev/rules.d)

# --- what was installed, for `./run uninstall`: must be last ------------------------------------

# One path a line, below the prefix.
install(CODE "set(share ${CMAKE_INSTALL_DATADIR}/tenon)")
install(CODE [[
    set(list $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${share}/files.txt)
    list(TRANSFORM CMAKE_INSTALL_MANIFEST_FILES REPLACE "^${CMAKE_INSTALL_PREFIX}/" ""
        OUTPUT_VARIABLE files)
    list(APPEND files ${share}/files.txt)
    list(JOIN files "\n" lines)
    file(WRITE ${list} "${lines}\n")
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${CMAKE_INSTALL_PREFIX}/${share}/files.txt)
]])
