// SPDX-License-Identifier: Apache-2.0
// Waits for somebody who wants the loader, before anything else is done.
#include "link/detect.h"
#include "service/service.h"

// A request in the console framing: a bare packet has no CRC, so noise could be one.
static bool has_request(struct tn_line *l) {
    if (l->channel.rest.len && tn_detect_is_raw(l->link)) {
        l->channel.rest.len = 0;
    }
    return l->channel.rest.len;
}

bool tn_service_serial_window(struct tn_service_serial *s, uint32_t ms) {
    const struct tn_board *board = s->service.board;
    uint32_t since = board->now_ms();

    do {
        tn_service_tell_time(&s->service);
        tn_channel_step(&s->line.channel);
        if (board->guard) {
            board->guard->alive();
        }
    } while (!has_request(&s->line) && board->now_ms() - since < ms);
    return s->line.channel.rest.len;
}
