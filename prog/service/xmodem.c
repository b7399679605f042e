// SPDX-License-Identifier: Apache-2.0
#include "service/xmodem.h"

static void leave(void *service) {
    tn_service_end(service);
}

void tn_service_xmodem(struct tn_service_xmodem *x, struct tn_service *s, struct tn_line *line,
        enum tn_swap_type mark) {
    x->sink = (struct tn_serve_xmodem){
            .file = {.update = s->update}, .mark = (uint8_t)mark, .leave = leave, .ctx = s};
    x->xmodem = (struct tn_xmodem){.inner = line->framing,
            .link = line->link,
            .sink = &tn_serve_xmodem_sink,
            .ctx = &x->sink,
            .buf = x->block,
            .help = "\r\nTenon recovery: send a signed image by XMODEM, YMODEM or SMP"};
    line->framing = &tn_xmodem_framing;
    line->link = &x->xmodem;
}
