// SPDX-License-Identifier: Apache-2.0
#include "boot/loader.h"

#include "base/compiler.h"
#include "boot.h"
#include "ext/ext.h"
#include "nrf5x/spim.h"

static struct tn_pair pair;
static void (*open_service)(struct tn_service *s);

static void run(uint32_t addr) {
    tn_board_external_end();
    tn_board.run(addr);
}

static void begin(struct tn_service *s) {
    if (open_service) {
        open_service(s);
    }
    tn_pair_serve(&pair);
    tn_ext_look_again(s);
}

void tn_pair_boot(void (*change)(struct tn_slots *slots), struct tn_crypt *crypts,
        void (*open)(struct tn_service *s)) {
    static struct tn_board board;
    static struct tn_loader_image data;

    board = tn_pair_board(&pair);
    board.run = run;
    for (int i = 0; i < TN_PAIR && change; i++) {
        change(&pair.slots[i]);
    }
    open_service = open;
    data = (struct tn_loader_image){.slots = &pair.slots[1],
            .strategy = tn_board_strategy,
            .outcome = pair.logs[1],
            .crypt = crypts ? &crypts[1] : NULL};
    const struct tn_loader_parts parts = {.board = &board,
            .go = tn_loader_run_set,
            .crypt = crypts,
            .more = &data,
            .nmore = 1,
            .begin = begin};
    tn_loader_full_with(&parts);
}
