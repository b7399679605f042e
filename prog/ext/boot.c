// SPDX-License-Identifier: Apache-2.0
// The loader with the spare slot in an external flash. If that flash did not answer in the middle
// of a swap, no image can run: recovery looks for it once a minute, and resets when it is back.
#include "ext.h"
#include "loader.h"
#include "nrf5x/spim.h"
#include "service/service.h"
#include "spinor/spinor.h"

// What recovery does in silence, besides.
static void (*quiet)(void *ctx);
static void *quiet_ctx;

static void look_again(void *ctx) {
    (void)ctx;
    if (tn_spinor_is_out(&tn_board_external) && !tn_spinor_open(&tn_board_external)) {
        tn_board.reset();
    }
    quiet(quiet_ctx);
}

static void begin(struct tn_service *s) {
    quiet = s->quiet;
    quiet_ctx = s->quiet_ctx;
    s->quiet = look_again;
}

static void run(uint32_t addr) {
    tn_board_external_end();
    tn_board.run(addr);
}

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    board.run = run;
    tn_loader_full_of(&board, NULL, begin);
}
