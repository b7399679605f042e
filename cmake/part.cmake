# Tenon as a part of another project (add_subdirectory, FetchContent): defines libraries and nothing
# else. No tests, no presets, no warnings of ours.
#
#     tenon::core   the device core and its rows of crypto (cmake/tenon.cmake)
#     tenon::host   the PC's library, if this machine has what it needs (cmake/host_needs.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tenon.cmake)
if(CMAKE_CROSSCOMPILING)
    return()
endif()

include(${CMAKE_CURRENT_LIST_DIR}/host_needs.cmake)
tn_host_needs(needs reason)
if(reason)
    message(STATUS "Tenon: no tenon::host: ${reason}")
    return()
endif()
add_library(tn_warnings INTERFACE)
add_subdirectory(src EXCLUDE_FROM_ALL)
add_subdirectory(host EXCLUDE_FROM_ALL)
add_library(tenon::host ALIAS tn_host)
