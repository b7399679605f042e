# nRF5340, application core, secure: addresses of its own, UARTE, and the SPU's lock.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR ON)
include(${family}/drivers.cmake)
list(APPEND TN_CHIP_FILES ${family}/lock_spu.c ${family}/uarte.c)
set(TN_USB_SERIES)
include(${family}/usb.cmake)
