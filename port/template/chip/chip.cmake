# Your chip: its drivers, and whether its core can move its vector table (VTOR: every Cortex-M but
# the M0).
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR ON)
set(TN_CHIP_FILES ${family}/clock.c ${family}/flash.c ${family}/id.c ${family}/line.c ${family}/pin.c
    ${PROJECT_SOURCE_DIR}/port/cortexm/lock_none.c
    ${PROJECT_SOURCE_DIR}/port/cortexm/asked_none.c)
set(TN_CHIP_VECTORS ${CMAKE_CURRENT_LIST_DIR}/vectors.c)
