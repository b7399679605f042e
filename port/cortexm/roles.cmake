# What a program for an Arm board is made of besides its own files: by the role that it has.
#
#   loader            recovery, requests, hand-over
#   loader_recovery   recovery alone
#   loader_guard      no line; outcomes, watchdog
#   loader_bare       no line
#   loader_wiped, loader_bare_wiped   as loader and loader_bare; with secrets, which are cleared
#                     before the application starts
#   app               an application
#   app_own_vectors   the same; the program brings the vector table and board_begin
#   app_bare          an application that knows of no update
#
# The board's board.cmake and its chip's chip.cmake have been read: their files are parts of every
# role, and what a role does not use is not linked.
set(cortexm ${CMAKE_CURRENT_LIST_DIR})

set(TN_PARTS ${cortexm}/core.c ${cortexm}/map.c ${cortexm}/mem.c
    ${cortexm}/memcmp_${TN_BOARD_MEMCMP}.c ${cortexm}/retained.c ${cortexm}/start.c
    ${TN_CHIP_FILES} ${TN_BOARD_DIR}/board.c)
# The way into the chip's own loader, which checks no signature (PORTING.md).
if(NOT TN_BOARD_ROM)
    set(TN_BOARD_ROM cortexm/rom_none.c)
elseif(TN_BOARD_SIGNED_ONLY)
    message(FATAL_ERROR "TN_BOARD_SIGNED_ONLY: nothing unsigned may run on this board, and the loader "
        "in the chip's ROM (TN_BOARD_ROM) checks no signature: take one of them out of board.cmake")
endif()
# Another convention of requests than the chip's own: cortexm/asked_zephyr.c (PORTING.md).
if(TN_BOARD_ASKED)
    list(FILTER TN_PARTS EXCLUDE REGEX "/(asked_none|gpregret)[.]c$")
endif()
# The files of port/ that the board uses.
foreach(part IN LISTS TN_BOARD_PARTS TN_BOARD_ROM TN_BOARD_ASKED)
    get_filename_component(part ${part} ABSOLUTE BASE_DIR ${cortexm}/..)
    list(APPEND TN_PARTS ${part})
endforeach()

# On a core without VTOR the loader forwards every exception to the application.
set(core forward)
if(TN_CHIP_VTOR)
    set(core vtor)
endif()
set(run ${cortexm}/loader_${core}.c ${cortexm}/run_${core}.c)
set(run_wiped ${cortexm}/loader_${core}.c ${cortexm}/run_${core}_wiped.c ${cortexm}/leave_wiped.c)
foreach(role loader loader_recovery loader_guard)
    set(TN_ROLE_${role} ${cortexm}/table_${role}.c ${run})
endforeach()
set(TN_ROLE_loader_wiped ${cortexm}/table_loader.c ${run_wiped})
set(TN_ROLE_loader_bare ${cortexm}/loader_bare.c ${run})
set(TN_ROLE_loader_bare_wiped ${cortexm}/loader_bare.c ${run_wiped})
foreach(role loader loader_recovery loader_guard loader_wiped loader_bare loader_bare_wiped)
    set(TN_ROLE_${role}_LD ${cortexm}/boot.ld)
endforeach()

set(start ${cortexm}/start_app.c ${TN_CHIP_VECTORS})
set(TN_ROLE_app ${cortexm}/table_app.c ${start})
set(TN_ROLE_app_own_vectors ${cortexm}/table_app.c)
set(TN_ROLE_app_bare ${cortexm}/table_app_bare.c ${start})
foreach(role app app_own_vectors app_bare)
    set(TN_ROLE_${role}_LD ${cortexm}/app.ld)
endforeach()
