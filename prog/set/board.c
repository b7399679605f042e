// SPDX-License-Identifier: Apache-2.0
// Both primary slots are where the board usually has its two slots. The second image's outcomes are
// behind it. Swap using offset: each spare slot has a sector more than its primary slot.
#include "board.h"

#include "layout.h"
#include "nrf5x/spim.h"
#include "pair.h"

enum {
    LOG_SIZE = 2 * SECTOR,
    DATA_SIZE = SECONDARY_SIZE - LOG_SIZE,
    PROGRAM_SPARE = PRIMARY_SIZE + SECTOR,
    DATA_SPARE = DATA_SIZE + SECTOR,
};

_Static_assert(EXTERNAL_SECTOR == SECTOR && PROGRAM_SPARE + DATA_SPARE <= EXTERNAL_SIZE,
        "as swap using offset wants it");

static const struct tn_area data_log = {
        &tn_board_flash, SECONDARY_ADDR - FLASH_ADDR + DATA_SIZE, LOG_SIZE};

struct tn_board tn_pair_board(struct tn_pair *p) {
    struct tn_board board = tn_board;
    struct tn_slots *program = &p->slots[0];
    struct tn_slots *data = &p->slots[1];

    *program = *tn_board.slots;
    *data = *tn_board.slots;
    data->area[TN_PRIMARY] = program->area[TN_SECONDARY];
    data->area[TN_PRIMARY].size = DATA_SIZE;
    data->addr[TN_PRIMARY] = data->addr[TN_SECONDARY] = SECONDARY_ADDR;
    data->image = 1;
    program->area[TN_SECONDARY] = (struct tn_area){&tn_board_external, 0, PROGRAM_SPARE};
    data->area[TN_SECONDARY] = (struct tn_area){&tn_board_external, PROGRAM_SPARE, DATA_SPARE};
    program->max_sectors = PROGRAM_SPARE / SECTOR;
    data->max_sectors = DATA_SPARE / SECTOR;
    p->logs[0] = tn_board.guard->outcome;
    p->logs[1] = &data_log;
    board.slots = program;
    return board;
}

void tn_pair_serve(struct tn_pair *p) {
    for (int i = 0; i < TN_PAIR; i++) {
        p->list[i] = &p->slots[i];
    }
    p->images.serve.slots = p->list;
    p->images.serve.n = TN_PAIR;
    p->images.logs = p->logs;
    tn_service_serial_images(&p->images);
}
