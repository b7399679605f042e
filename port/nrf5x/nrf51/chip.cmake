# nRF51: its drivers. Cortex-M0: no VTOR.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR OFF)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/lock_mpu.c ${family}/uart.c)
