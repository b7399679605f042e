# What a loader with a UF2 drive lists besides TN_USB_DEVICE and TN_USB_RECOVERY (prog/usb). It
# links the library that tn_tinyusb made with this folder's tusb_config.h and TN_UF2_CLASSES.
include(${PROJECT_SOURCE_DIR}/prog/usb/usb.cmake)
set(TN_UF2_CONFIG ${CMAKE_CURRENT_LIST_DIR})
set(TN_UF2_CLASSES ${TN_USB_CLASSES} class/msc/msc_device.c)
set(TN_UF2 ${PROJECT_SOURCE_DIR}/port/tinyusb/msc.c ${PROJECT_SOURCE_DIR}/prog/service/uf2.c
    ${TN_UF2_DRIVE})
