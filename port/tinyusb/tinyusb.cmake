# TinyUSB for one program: tn_tinyusb(name CONFIG folder [HOST] [FILES files...]).
#
# Makes the library `name` of TinyUSB's device stack and the driver of the board's controller, for
# tn_firmware(... LIBS name). HOST: its host stack and the driver of a host instead. CONFIG is the
# folder of the program's tusb_config.h. FILES: more files that need TinyUSB's headers and get its
# warnings, such as class drivers of src/class (relative to TinyUSB's src/).
#
# The chip says what it has (port/FAMILY/usb.cmake, which chip.cmake includes):
#   TN_USB_DRIVER       the controller's driver, in TinyUSB's src/
#   TN_USB_HOST_DRIVER  its driver as a host, if there is one
#   TN_USB_INCLUDES     the folder of the few vendor's headers that the driver includes
#   TN_USB_DEFINITIONS  CFG_TUSB_MCU and what else the chip decides
#   TN_USB_DRIVER_OPTIONS  of the compiler, for the driver alone
# A chip without a controller sets none of them.
include_guard(DIRECTORY)
set(TN_TINYUSB_DIR ${PROJECT_SOURCE_DIR}/third_party/tinyusb/src)

function(tn_tinyusb name)
    cmake_parse_arguments(PARSE_ARGV 1 T "HOST" "CONFIG" "FILES")
    set(files)
    set(stack device/usbd.c device/usbd_control.c ${TN_USB_DRIVER})
    if(T_HOST)
        set(stack host/usbh.c ${TN_USB_HOST_DRIVER})
    endif()
    foreach(file tusb.c common/tusb_fifo.c ${stack} ${T_FILES})
        get_filename_component(file ${file} ABSOLUTE BASE_DIR ${TN_TINYUSB_DIR})
        list(APPEND files ${file})
    endforeach()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${files})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/port ${PROJECT_SOURCE_DIR}/src
        ${TN_CHIP_DIR} ${TN_CHIP_DIR}/../..)
    target_include_directories(${name} SYSTEM PUBLIC ${TN_TINYUSB_DIR} ${T_CONFIG}
        ${TN_USB_INCLUDES})
    if(T_HOST)  # for stick.c; without a folder in front, as host/ is a room of ours
        target_include_directories(${name} SYSTEM PUBLIC ${TN_TINYUSB_DIR}/host)
    endif()
    target_compile_definitions(${name} PUBLIC ${TN_USB_DEFINITIONS})
    target_link_libraries(${name} PRIVATE tp_flags)
    tn_crypto_flags(${name} -fno-tree-forwprop -fno-schedule-insns2)  # 80 bytes
    foreach(file IN LISTS TN_USB_DRIVER TN_USB_HOST_DRIVER)
        set_source_files_properties(${TN_TINYUSB_DIR}/${file} PROPERTIES COMPILE_OPTIONS
            "${TN_USB_DRIVER_OPTIONS}")
    endforeach()
endfunction()
