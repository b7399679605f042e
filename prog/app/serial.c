// SPDX-License-Identifier: Apache-2.0
#include "app.h"
#include "trust/trust.h"

// The board's interrupt increments it: its progress proves that interrupts arrive.
extern uint32_t tn_board_work(void);

// The chip's own number, as hex digits; "" if it has none.
extern const char *chip_id(void);

static struct tn_service_serial *serial;

void tn_app_open(const struct tn_board *board, void (*open)(struct tn_update *u, bool hash_only)) {
    serial = tn_service_serial(board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    serial->service.update->open = open;
    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
}

void tn_app_serve(void) {
    const struct tn_app app = {&serial->service, &serial->line, tn_board_work, NULL};

    tn_app_run(&app);
}

void tn_app_serial(
        const struct tn_board *board, void (*open)(struct tn_update *u, bool hash_only)) {
    tn_app_open(board, open);
    tn_app_serve();
}
