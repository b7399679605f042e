# STM32F446.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/flash_f4.c ${family}/sysclk_f4.c ${family}/usart_f4.c)
