// SPDX-License-Identifier: Apache-2.0
// The sample application for a loader that takes key lists. It checks an upload with the keys that
// are not revoked, and tells all of them.
#include "app/app.h"
#include "keylist.h"
#include "service/service.h"
#include "trust/trust.h"

extern uint32_t tn_board_work(void);
extern const char *chip_id(void);

int main(void) {
    struct tn_keyring *keyring = tn_keylist_open();
    struct tn_service_serial *s =
            tn_service_serial(&tn_board, &tn_program_trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};

    tn_service_serial_id(chip_id());
    tn_service_serial_keys(keyring, true);
    tn_app_run(&app);
    return 0;
}
