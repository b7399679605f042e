# What a program with USB lists besides its own files: TN_USB_DEVICE, and one of TN_USB_RECOVERY and
# TN_USB_APPLICATION. It links the library that tn_tinyusb made with this folder's tusb_config.h.
set(tinyusb ${PROJECT_SOURCE_DIR}/port/tinyusb)
set(service ${PROJECT_SOURCE_DIR}/prog/service)
set(TN_USB_CONFIG ${CMAKE_CURRENT_LIST_DIR})
set(TN_USB_CLASSES class/cdc/cdc_device.c)
set(TN_USB_DEVICE ${tinyusb}/cdc.c ${tinyusb}/descriptors.c ${tinyusb}/device.c
    ${tinyusb}/function.c ${service}/usb.c ${service}/usb_line.c)
set(TN_USB_RECOVERY ${service}/usb_recovery.c ${TN_USB_DFU})
set(TN_USB_APPLICATION ${service}/usb_app.c ${TN_USB_APP})
