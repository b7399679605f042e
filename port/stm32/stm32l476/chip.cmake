# STM32L476.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/flash_l4.c ${family}/sysclk_l4.c ${family}/usart_l4.c)
