// SPDX-License-Identifier: Apache-2.0
#include "app.h"
#include "trust/trust.h"

// The board's interrupt increments it: its progress proves that interrupts arrive.
extern uint32_t tn_board_work(void);

// The chip's own number, as hex digits; "" if it has none.
extern const char *chip_id(void);

void tn_app_serial(
        const struct tn_board *board, void (*open)(struct tn_update *u, bool hash_only)) {
    struct tn_service_serial *s = tn_service_serial(board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};

    s->service.update->open = open;
    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
    tn_app_run(&app);
}
