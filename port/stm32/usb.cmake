# The USB controller OTG_FS, by TinyUSB's driver (port/tinyusb/tinyusb.cmake). A board with a USB
# connector lists stm32/usb.c in TN_BOARD_PARTS; its pins.h says which clock and supply it has.
set(TN_USB_DRIVER portable/synopsys/dwc2/dcd_dwc2.c portable/synopsys/dwc2/dwc2_common.c)
set(TN_USB_HOST_DRIVER portable/synopsys/dwc2/hcd_dwc2.c portable/synopsys/dwc2/dwc2_common.c)
set(TN_USB_INCLUDES ${family}/usb)
set(TN_USB_DEFINITIONS CFG_TUSB_MCU=${TN_USB_MCU})  # and a name of the chip behind it
# Half of it is for other chips: 290 bytes less. Not for all of TinyUSB: the linker would take its
# weak callbacks instead of the program's.
set(TN_USB_DRIVER_OPTIONS -flto)
list(APPEND TN_CHIP_FILES ${family}/../tinyusb/polled.c)
