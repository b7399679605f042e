# A board that does nothing yet.
set(TN_BOARD_CHIP template/chip)  # a folder of port/, or a whole path: chip.cmake, chip.h
set(TN_BOARD_CORE cortex-m4)
set(TN_BOARD_FLAGS "-mcpu=cortex-m4 -mthumb")
set(TN_BOARD_MEMCMP words)  # three times as fast as bytes, and larger
set(TN_BOARD_P256 p256_cortex_m4)  # a file of prog/trust: the library that checks signatures
# Parts of port/ that the board uses: its slots, its outcomes and journal by layout.h.
set(TN_BOARD_PARTS cortexm/slots_swap_offset.c cortexm/guard.c)
set(TN_BOARD_PROGRAMS prog/boot prog/app)
