# nRF51: its drivers. Cortex-M0: no VTOR.
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR OFF)
set(TN_CHIP_FILES ${family}/cause.c ${family}/clock.c ${family}/device_id.c
    ${family}/flash_nrf51.c ${family}/gpio.c ${family}/tick.c ${family}/uart.c
    ${family}/uart_irq.c ${family}/uart_polled.c ${family}/watchdog.c)
set(TN_CHIP_VECTORS ${CMAKE_CURRENT_LIST_DIR}/vectors.c)
