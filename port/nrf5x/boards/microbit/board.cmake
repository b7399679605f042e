# BBC micro:bit: what tn_firmware (cmake/firmware.cmake) makes of it. A role is a linker script and
# the files that a program in this role gets.
set(here ${CMAKE_CURRENT_LIST_DIR})
set(nrf5x ${here}/../..)
set(cortexm ${here}/../../../cortexm)

set(core ${cortexm}/start.c ${cortexm}/core.c ${cortexm}/mem.c ${cortexm}/memcmp_bytes.c)
set(slots ${cortexm}/retained.c ${nrf5x}/flash_nrf51.c ${nrf5x}/watchdog.c ${here}/microbit.c)
set(loader ${core} ${slots} ${cortexm}/loader_m0.c ${nrf5x}/cause.c)
set(devices ${nrf5x}/clock.c ${nrf5x}/gpio.c ${nrf5x}/uart.c ${here}/pins.c)
set(app ${core} ${devices} ${nrf5x}/tick.c ${nrf5x}/uart_irq.c)

# A loader with a serial line; the same for few commands and no requests; one without a line;
# one that brings its own slots, too; an application; one that brings its own vector table; one that
# knows of no update.
set(loader_line ${loader} ${devices} ${nrf5x}/uart_polled.c ${here}/devices_boot.c)
set(TN_BOARD_boot ${loader_line} ${here}/board_boot.c)
set(TN_BOARD_boot_LD ${here}/boot.ld)
set(TN_BOARD_boot_few ${loader_line} ${here}/board_boot_few.c)
set(TN_BOARD_boot_few_LD ${here}/boot.ld)
set(TN_BOARD_boot_plain ${loader} ${here}/board_boot_plain.c)
set(TN_BOARD_boot_plain_LD ${here}/boot.ld)
set(TN_BOARD_boot_guarded ${loader} ${here}/board_boot_guarded.c)
set(TN_BOARD_boot_guarded_LD ${here}/boot.ld)
set(TN_BOARD_boot_slots ${loader} ${here}/board_boot_slots.c)
set(TN_BOARD_boot_slots_LD ${here}/boot.ld)
set(TN_BOARD_app ${app} ${slots} ${here}/start_app.c ${here}/board_app.c)
set(TN_BOARD_app_LD ${here}/app.ld)
set(TN_BOARD_app_bare ${app} ${slots} ${here}/board_app.c)
set(TN_BOARD_app_bare_LD ${here}/app.ld)
set(TN_BOARD_app_plain ${app} ${here}/start_app.c ${here}/board_app_plain.c)
set(TN_BOARD_app_plain_LD ${here}/app.ld)

# What `tenon sign` and `tenon merge` are told (layout.h has the same numbers).
set(TN_BOARD_LAYOUT ${here}/layout.h)
