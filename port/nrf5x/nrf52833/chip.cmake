# nRF52833: the registers that are used are those of the nRF51, but for the lock.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR ON)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/flash_parts.c ${family}/lock_acl.c ${family}/uart.c)
set(TN_USB_SERIES NRF52_SERIES)  # with errata (usb/nrfx_usbd_errata.h)
set(TN_CHIP_UF2_FAMILY 0x621e937a)  # github.com/microsoft/uf2, utils/uf2families.json
include(${family}/usb.cmake)
