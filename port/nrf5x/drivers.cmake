# The drivers that all chips of the family have.
set(TN_CHIP_FILES ${family}/cause.c ${family}/clock.c ${family}/device_id.c
    ${family}/flash_nrf51.c ${family}/gpio.c ${family}/gpregret.c ${family}/tick.c
    ${family}/uart_irq.c ${family}/uart_polled.c ${family}/watchdog.c)
set(TN_CHIP_VECTORS ${family}/vectors.c)
