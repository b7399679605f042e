# nRF52840: its flash controller's and its watchdog's registers are those of the nRF51. Line, clock
# and an application's vectors are not here yet.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR ON)
set(TN_CHIP_FILES ${family}/flash_nrf51.c ${family}/watchdog.c)
set(TN_CHIP_VECTORS)
