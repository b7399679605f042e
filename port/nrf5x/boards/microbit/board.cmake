# BBC micro:bit.
set(TN_BOARD_CHIP nrf5x/nrf51)  # a folder of port/, or a whole path: chip.cmake, chip.h
set(TN_BOARD_CORE cortex-m0)
set(TN_BOARD_FLAGS "-mcpu=cortex-m0 -mthumb")
set(TN_BOARD_MEMCMP bytes)  # small; words: three times as fast
set(TN_BOARD_P256 micro_ecc)  # prog/trust
set(TN_BOARD_PARTS cortexm/slots_swap_offset.c cortexm/guard.c cortexm/verified.c
    nrf5x/line.c)
set(TN_BOARD_PROGRAMS prog/boot prog/app prog/mark prog/size test/qemu/probe)
set(TN_BOARD_EMULATED ON)  # the tests and the demo run its binaries, in QEMU and in emu/
