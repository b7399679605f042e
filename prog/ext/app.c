// SPDX-License-Identifier: Apache-2.0
// The sample application with the spare slot in an external flash.
#include "app/app.h"
#include "ext.h"
#include "trust/trust.h"

// As in prog/app/main.c.
extern uint32_t tn_board_work(void);
extern const char *chip_id(void);

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    struct tn_service_serial *s = tn_service_serial(&board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};

    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
    tn_app_run(&app);
    return 0;
}
