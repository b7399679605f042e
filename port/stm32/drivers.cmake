# The drivers of all chips of the family. All have a VTOR, and no lock that only a reset opens.
set(TN_CHIP_VTOR ON)
set(TN_CHIP_FILES ${family}/cause.c ${family}/clock.c ${family}/device_id.c
    ${family}/flash_cache.c ${family}/gate.c ${family}/gpio.c ${family}/tick.c ${family}/uart_irq.c ${family}/uart_polled.c
    ${family}/watchdog.c ${family}/../cortexm/asked_none.c)
if(NOT TN_BOARD_LOCK)  # a file of port/: lock_wrp_f4.c, lock_wrp_l4.c
    set(TN_BOARD_LOCK cortexm/lock_none.c)
endif()
list(APPEND TN_CHIP_FILES ${family}/../${TN_BOARD_LOCK})
set(TN_CHIP_VECTORS ${family}/vectors.c)
