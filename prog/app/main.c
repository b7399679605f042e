// SPDX-License-Identifier: Apache-2.0
// The sample application, for any board.
#include "app.h"
#include "trust/trust.h"

// The board's interrupt increments it: its progress proves that interrupts arrive.
extern uint32_t tn_board_work(void);

// The chip's own number, as hex digits; "" if it has none.
extern const char *chip_id(void);

int main(void) {
    struct tn_service_serial *s =
            tn_service_serial(&tn_board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};

    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
    tn_app_run(&app);
    return 0;
}
