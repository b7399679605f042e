// SPDX-License-Identifier: Apache-2.0
// The loader with the spare slot in an external flash.
#include "ext.h"
#include "loader.h"
#include "nrf5x/spim.h"

static void run(uint32_t addr) {
    tn_board_external_end();
    tn_board.run(addr);
}

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    board.run = run;
    tn_loader_full_of(&board, NULL, tn_ext_look_again);
}
