# STM32F446.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/flash_f4.c ${family}/sysclk_f4.c ${family}/usart_f4.c)
list(APPEND TN_CHIP_FILES ${family}/usb_clock_f4.c)
set(TN_CHIP_UF2_FAMILY 0x57755a57)  # github.com/microsoft/uf2, utils/uf2families.json
set(TN_USB_MCU OPT_MCU_STM32F4)
include(${family}/usb.cmake)
