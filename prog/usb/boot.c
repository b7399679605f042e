// SPDX-License-Identifier: Apache-2.0
// The loader with recovery by USB, too: DFU for dfu-util, and SMP on a CDC line.
#include "board_parts.h"
#include "loader.h"
#include "serve/file_words.h"
#include "service/usb.h"

static void open_usb(struct tn_service *s) {
    const struct tn_service_usb_cfg cfg = {
            .controller = &tn_board_usb,
            .ids = &tn_board_usb_ids,
            .serial = chip_id(),
            .mark = TN_SWAP_TEST,
            .words = tn_serve_file_words,
    };

    tn_service_usb_recovery(s, &cfg);
    tn_service_usb_add_line(s);
}

int main(void) {
    tn_loader_full(NULL, 0, open_usb);
}
