# The same sources give the same bytes, in whatever folder they lie (./run reproducible).
#
# Debug information names files from the repository's root, so start a debugger there.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
# gcc names a system header by its path without links, if that is shorter.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fno-canonical-system-headers)
endif()
# No times and owners in archives.
foreach(language C ASM)
    set(CMAKE_${language}_ARCHIVE_CREATE "<CMAKE_AR> qcD <TARGET> <LINK_FLAGS> <OBJECTS>")
    set(CMAKE_${language}_ARCHIVE_APPEND "<CMAKE_AR> qD <TARGET> <LINK_FLAGS> <OBJECTS>")
    set(CMAKE_${language}_ARCHIVE_FINISH "<CMAKE_RANLIB> -D <TARGET>")
endforeach()
