# FatFs for one program: tn_fatfs(name) makes the library `name` of FatFs and its join (fat.h).
#
# FatFs reads the configuration that lies beside its header. So it is compiled from a copy without
# one, in the build's folder.
include_guard(DIRECTORY)
set(TN_FATFS_DIR ${CMAKE_CURRENT_LIST_DIR})

function(tn_fatfs name)
    set(from ${PROJECT_SOURCE_DIR}/third_party/tinyusb/lib/fatfs/source)
    set(copy ${CMAKE_CURRENT_BINARY_DIR}/${name})
    foreach(file ff.c ff.h ffunicode.c diskio.h)
        configure_file(${from}/${file} ${copy}/${file} COPYONLY)
    endforeach()
    add_library(${name}_library STATIC EXCLUDE_FROM_ALL ${copy}/ff.c ${copy}/ffunicode.c)
    target_include_directories(${name}_library SYSTEM PUBLIC ${copy} ${TN_FATFS_DIR})
    target_link_libraries(${name}_library PRIVATE tp_flags)
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${TN_FATFS_DIR}/fat.c ${TN_FATFS_DIR}/diskio.c)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src PUBLIC ${TN_FATFS_DIR}/..)
    target_link_libraries(${name} PUBLIC ${name}_library PRIVATE tn_warnings)
    target_link_libraries(${name}_library PRIVATE ${name})  # each calls the other
endfunction()
