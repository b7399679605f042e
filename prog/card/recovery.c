// SPDX-License-Identifier: Apache-2.0
#include "card/recovery.h"

enum {
    SECOND_MS = 1024,  // a power of two: nothing here divides
    FLASH_MS = 64,
    BLINK_MS = 256,
    LINE = 128,  // more than the longest text (service/card.c)
};

static struct tn_line *line;
static struct tn_channel blinker;
static void (*light)(bool on);

// One print: a second one is refused while the first is being sent.
void tn_card_tell(const char *text) {
    char out[LINE];
    size_t len = 0;

    for (; text[len] && len < LINE - 2; len++) {
        out[len] = text[len];
    }
    out[len++] = '\r';
    out[len++] = '\n';
    tn_service_serial_result(text);
    tn_line_print(line, out, len);
}

static enum tn_channel_did show(struct tn_channel *c) {
    uint32_t ms = c->peer.now_ms & (SECOND_MS - 1);

    switch (tn_service_card_state()) {
    case TN_CARD_ABSENT:
        light(ms < FLASH_MS);
        break;
    case TN_CARD_REFUSED:
        light(ms & BLINK_MS);
        break;
    default:
        light(true);
        break;
    }
    return TN_CHANNEL_IDLE;
}

void tn_card_recovery(
        struct tn_service *s, const struct tn_service_card_cfg *cfg, void (*led)(bool on)) {
    line = (struct tn_line *)s->links;
    light = led;
    tn_service_serial_result(NULL);
    tn_service_card(s, cfg);
    blinker = (struct tn_channel){.step = show, .next = s->links->next};
    s->links->next = &blinker;
}
