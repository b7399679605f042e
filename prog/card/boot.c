// SPDX-License-Identifier: Apache-2.0
// The loader with recovery from a card, too: a signed firmware.bin or firmware.dfu.
#include "board_parts.h"
#include "card/recovery.h"
#include "loader.h"
#include "nrf5x/spim.h"

static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
static const struct tn_service_card_cfg cfg = {
        .disk = &tn_board_card, .names = names, .mark = TN_SWAP_TEST, .tell = tn_card_tell};

static void open_card(struct tn_service *s) {
    tn_card_recovery(s, &cfg, tn_board_card_led);
}

int main(void) {
    tn_loader_full(NULL, 0, open_card);
}
