// SPDX-License-Identifier: Apache-2.0
// The small loader with recovery by USB alone: DFU, and an update by SMP on the CDC line.
#include "board_parts.h"
#include "loader.h"
#include "service/usb.h"

static void open_usb(struct tn_service *s) {
    const struct tn_service_usb_cfg cfg = {
            .controller = &tn_board_usb,
            .ids = &tn_board_usb_ids,
            .serial = chip_id(),
            .mark = TN_SWAP_TEST,
    };

    tn_service_usb_move_line((struct tn_line *)s->links);
    tn_service_usb_recovery(s, &cfg);
}

int main(void) {
    tn_loader_small(open_usb);
}
