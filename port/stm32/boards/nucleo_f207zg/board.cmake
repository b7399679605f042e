# NUCLEO-F207ZG.
set(TN_BOARD_CHIP stm32/stm32f207)  # a folder of port/, or a whole path: chip.cmake, chip.h
set(TN_BOARD_CORE cortex-m3)
set(TN_BOARD_FLAGS "-mcpu=cortex-m3 -mthumb")
set(TN_BOARD_MEMCMP words)  # three times as fast as bytes, and larger
set(TN_BOARD_P256 micro_ecc)  # prog/trust
set(TN_BOARD_PARTS
    cortexm/slots_swap_scratch.c  # layout.h has the reason
    cortexm/guard.c stm32/line.c stm32/usb.c stm32/usb_host.c)
set(TN_BOARD_PROGRAMS prog/boot prog/app prog/usb prog/uf2 prog/stick test/emu/usb_echo)
