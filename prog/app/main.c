// SPDX-License-Identifier: Apache-2.0
// The sample application, for any board.
#include "app.h"
#include "base/compiler.h"
#include "keys.h"

// The board's interrupt increments it: its progress proves that interrupts arrive.
extern uint32_t tn_board_work(void);

// The chip's own number, as hex digits; "" if it has none.
extern const char *chip_id(void);

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
    struct tn_service_serial *s = tn_service_serial(&tn_board, &trust, TN_SLOTS_SPARE, 0);
    const struct tn_app app = {&s->service, &s->line, tn_board_work, NULL};

    tn_service_serial_id(chip_id());
    tn_service_serial_as_application();
    tn_app_run(&app);
    return 0;
}
