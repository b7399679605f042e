// SPDX-License-Identifier: Apache-2.0
// The loader with recovery from a card, too: a signed firmware.bin or firmware.dfu. A line on the
// serial line, group 64 and the board's LED say what became of it:
//
//     on             the card is being looked at, or an image comes from it
//     a short flash  once a second: no card, or no file
//     even blinking  twice a second: the file was refused, or the device has it already
#include "board_parts.h"
#include "loader.h"
#include "nrf5x/spim.h"
#include "service/card.h"

enum {
    SECOND_MS = 1024,  // a power of two: nothing here divides
    FLASH_MS = 64,
    BLINK_MS = 256,
};

static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
static struct tn_line *line;
static struct tn_channel led;

static void tell(const char *text) {
    size_t len = 0;

    while (text[len]) {
        len++;
    }
    tn_service_serial_result(text);
    tn_line_print(line, text, len);
    tn_line_print(line, "\r\n", 2);
}

static const struct tn_service_card_cfg cfg = {
        .disk = &tn_board_card, .names = names, .mark = TN_SWAP_TEST, .tell = tell};

static enum tn_channel_did show(struct tn_channel *c) {
    uint32_t ms = c->peer.now_ms & (SECOND_MS - 1);

    switch (tn_service_card_state()) {
    case TN_CARD_ABSENT:
        tn_board_card_led(ms < FLASH_MS);
        break;
    case TN_CARD_REFUSED:
        tn_board_card_led(ms & BLINK_MS);
        break;
    default:
        tn_board_card_led(true);
        break;
    }
    return TN_CHANNEL_IDLE;
}

static void open_card(struct tn_service *s) {
    line = (struct tn_line *)s->links;
    tn_service_serial_result(NULL);
    tn_service_card(s, &cfg);
    led = (struct tn_channel){.step = show, .next = s->links->next};
    s->links->next = &led;
}

int main(void) {
    tn_loader_full(NULL, 0, open_card);
}
