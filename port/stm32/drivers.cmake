# The drivers of all chips of the family. All have a VTOR, and no lock that only a reset opens.
set(TN_CHIP_VTOR ON)
set(TN_CHIP_FILES ${family}/cause.c ${family}/clock.c ${family}/device_id.c
    ${family}/flash_cache.c ${family}/gate.c ${family}/gpio.c ${family}/tick.c ${family}/uart_irq.c ${family}/uart_polled.c
    ${family}/watchdog.c ${family}/../cortexm/lock_none.c
    ${family}/../cortexm/asked_none.c)
set(TN_CHIP_VECTORS ${family}/vectors.c)
