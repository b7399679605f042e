# Ambiq Apollo3 Blue (AMA3B1KK).
set(family ${CMAKE_CURRENT_LIST_DIR}/..)
set(TN_CHIP_VTOR ON)
set(TN_CHIP_FILES ${family}/cause.c ${family}/clock.c ${family}/device_id.c ${family}/flash.c
    ${family}/lock.c ${family}/pad.c ${family}/tick.c ${family}/uart.c ${family}/uart_irq.c
    ${family}/watchdog.c ${family}/../cortexm/asked_none.c)
set(TN_CHIP_VECTORS ${family}/vectors.c)
