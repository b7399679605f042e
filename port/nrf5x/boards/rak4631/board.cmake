# RAK4631.
set(TN_BOARD_CHIP nrf5x/nrf52840)  # a folder of port/, or a whole path: chip.cmake, chip.h
set(TN_BOARD_CORE cortex-m4)
set(TN_BOARD_FLAGS "-mcpu=cortex-m4 -mthumb")
set(TN_BOARD_MEMCMP words)  # three times as fast as bytes, and larger
set(TN_BOARD_P256 p256_cortex_m4)  # prog/trust
set(TN_BOARD_PARTS cortexm/slots_swap_offset.c cortexm/guard.c cortexm/keys.c
    cortexm/verified.c nrf5x/line.c
    nrf5x/spim.c nrf5x/spim_card.c nrf5x/spim_nor.c sdcard/sd.c spinor/sfdp.c spinor/spinor.c)
set(TN_BOARD_PROGRAMS prog/boot prog/app prog/usb prog/uf2 prog/card prog/ble prog/enc prog/ext
    prog/set prog/keylist prog/mark prog/single test/emu/usb_echo prog/size)
