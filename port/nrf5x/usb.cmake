# The USB controller, USBD, by TinyUSB's driver (port/tinyusb/tinyusb.cmake).
set(TN_USB_DRIVER portable/nordic/nrf5x/dcd_nrf5x.c)
set(TN_USB_INCLUDES ${family}/usb)
set(TN_USB_DEFINITIONS CFG_TUSB_MCU=OPT_MCU_NRF5X ${TN_USB_SERIES})
list(APPEND TN_CHIP_FILES ${family}/usb.c ${family}/../tinyusb/polled.c)
