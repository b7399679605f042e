// SPDX-License-Identifier: Apache-2.0
// The loader with recovery by a USB drive, too: it takes UF2 files of the chip's family, which the
// chip's chip.cmake names.
#include "board_parts.h"
#include "loader.h"
#include "serve/file_words.h"
#include "service/uf2.h"
#include "service/usb.h"

static void open_usb(struct tn_service *s) {
    struct tn_service_usb_cfg cfg = {
            .controller = &tn_board_usb,
            .ids = &tn_board_usb_ids,
            .serial = chip_id(),
            .mark = TN_SWAP_TEST,
            .words = tn_serve_file_words,
    };

    cfg.drive = tn_service_uf2(s, CHIP_UF2_FAMILY, TN_SWAP_TEST);
    tn_service_usb_recovery(s, &cfg);
    tn_service_usb_add_line(s);
}

int main(void) {
    tn_loader_full(NULL, 0, open_usb);
}
