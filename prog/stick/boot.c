// SPDX-License-Identifier: Apache-2.0
// The loader with recovery from a USB stick, too: a signed firmware.bin or firmware.dfu, by the
// rules of a card's file (card/recovery.h).
#include "base/compiler.h"
#include "board_parts.h"
#include "card/recovery.h"
#include "loader.h"
#include "tinyusb/stick.h"

// A stick that is not needed any more loses its power.
static void tell(const char *text) {
    tn_usb_stick_end();
    tn_card_tell(text);
}

static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
static const struct tn_usb_stick_cfg stick = {&tn_board_usb_host, chip_now_ms, chip_alive};
static const struct tn_service_card_cfg cfg = {.disk = &tn_usb_stick_disk,
        .names = names,
        .mark = TN_SWAP_TEST,
        .tell = tell,
        .wait = tn_usb_stick_wait,
        .medium = "stick"};

static void open_stick(struct tn_service *s) {
    tn_usb_stick_begin(&stick);
    tn_card_recovery(s, &cfg, tn_board_usb_host_led);
}

int main(void) {
    tn_loader_full(NULL, 0, open_stick);
}
