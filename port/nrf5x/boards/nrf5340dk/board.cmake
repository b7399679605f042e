# nRF5340 DK, application core.
set(TN_BOARD_CHIP nrf5x/nrf5340)  # a folder of port/, or a whole path: chip.cmake, chip.h
set(TN_BOARD_CORE cortex-m33)
set(TN_BOARD_FLAGS "-mcpu=cortex-m33 -mthumb")
set(TN_BOARD_MEMCMP words)  # three times as fast as bytes, and larger
set(TN_BOARD_P256 p256_cortex_m4)  # prog/trust; this core has the DSP instructions, too
set(TN_BOARD_PARTS cortexm/slots_swap_offset.c cortexm/guard.c nrf5x/line.c)
set(TN_BOARD_PROGRAMS prog/boot prog/app prog/usb test/emu/usb_echo)
