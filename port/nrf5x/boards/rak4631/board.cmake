# RAK4631 (nRF52840, Cortex-M4): what tn_firmware (cmake/firmware.cmake) makes of it. So far a loader
# without a line.
set(here ${CMAKE_CURRENT_LIST_DIR})
set(nrf5x ${here}/../..)
set(cortexm ${here}/../../../cortexm)

set(loader ${cortexm}/start.c ${cortexm}/core.c ${cortexm}/mem.c ${cortexm}/memcmp_words.c
    ${cortexm}/loader_vtor.c ${nrf5x}/flash_nrf51.c ${here}/rak4631.c)

# The board's own slots; those that the program brings.
set(TN_BOARD_boot_plain ${loader} ${here}/board_boot_plain.c)
set(TN_BOARD_boot_plain_LD ${here}/boot.ld)
set(TN_BOARD_boot_slots ${loader} ${here}/board_boot_slots.c)
set(TN_BOARD_boot_slots_LD ${here}/boot.ld)

# What `tenon sign` and `tenon merge` are told (layout.h has the same numbers).
set(TN_BOARD_LAYOUT ${here}/layout.h)
