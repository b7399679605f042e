// SPDX-License-Identifier: Apache-2.0
// The sample application with USB: SMP on a CDC line, and the way into DFU mode.
#include "app/app.h"
#include "board_parts.h"
#include "service/usb.h"
#include "trust/trust.h"

int main(void) {
    struct tn_service_serial *s =
            tn_service_serial(&tn_board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};
    const struct tn_service_usb_cfg cfg = {
            .controller = &tn_board_usb,
            .ids = &tn_board_usb_ids,
            .serial = chip_id(),
    };

    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
    tn_service_usb_application(&s->service, &cfg);
    tn_service_usb_add_line(&s->service);
    tn_app_run(&app);
    return 0;
}
