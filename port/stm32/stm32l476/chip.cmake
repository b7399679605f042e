# STM32L476.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/flash_l4.c ${family}/sysclk_l4.c ${family}/usart_l4.c)
list(APPEND TN_CHIP_FILES ${family}/usb_clock_l4.c)
set(TN_CHIP_UF2_FAMILY 0x00ff6919)  # github.com/microsoft/uf2, utils/uf2families.json
set(TN_USB_MCU OPT_MCU_STM32L4 STM32L476xx)
include(${family}/usb.cmake)
