// SPDX-License-Identifier: Apache-2.0
#include "ext.h"
#include "nrf5x/spim.h"
#include "service/service.h"
#include "spinor/spinor.h"

// What recovery does in silence, besides.
static void (*quiet)(void *ctx);
static void *quiet_ctx;

static void look(void *ctx) {
    (void)ctx;
    if (tn_spinor_is_out(&tn_board_external) && !tn_spinor_open(&tn_board_external)) {
        tn_board.reset();
    }
    quiet(quiet_ctx);
}

void tn_ext_look_again(struct tn_service *s) {
    quiet = s->quiet;
    quiet_ctx = s->quiet_ctx;
    s->quiet = look;
}
