// SPDX-License-Identifier: Apache-2.0
// The mark is there only while the loader waits for the second reset: random content after power-on
// or a mark that something has damaged does not count.
#include <string.h>

#include "ways.h"

static const uint8_t waiting[TN_MARK_LEN] = {0x54, 0x6e, 0x32, 0x52, 0xab, 0x91, 0xcd, 0xad};
static const uint8_t none[TN_MARK_LEN];

void tn_way_double_reset(const struct tn_board *board, struct tn_entry *e) {
    uint8_t mark[TN_MARK_LEN];

    board->mark->load(board->mark, mark, sizeof(mark));
    board->mark->store(board->mark, none, sizeof(none));
    if (e->cause != TN_RESET_PIN || e->mode) {
        return;
    }
    if (!memcmp(mark, waiting, sizeof(mark))) {
        e->mode = TN_RUN_RECOVERY;
        return;
    }
    board->mark->store(board->mark, waiting, sizeof(waiting));
    for (uint32_t since = board->now_ms(); board->now_ms() - since < TN_DOUBLE_RESET_MS;) {
        if (board->guard) {
            board->guard->alive();
        }
    }
    board->mark->store(board->mark, none, sizeof(none));
}
