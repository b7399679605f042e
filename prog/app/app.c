// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include <string.h>

#include "base/decimal.h"
#include "service.h"

enum {
    REPORT_MS = 1000,  // between two lines about the work
};

static size_t put(char *p, const char *text) {
    size_t len = strlen(text);

    memcpy(p, text, len);
    return len;
}

// "app 1.0.0: work 1234": the version is the running image's own.
static void report(const struct tn_app *app) {
    struct tn_image_hdr hdr = {0};
    struct tn_image_src src;
    char text[TN_VERSION_TEXT + TN_DECIMAL_MAX + 16];

    tn_slots_source(app->board->slots, TN_RUNNING, &src);
    tn_image_open(&src, &hdr);  // without a header, for a debugger loaded it: version 0.0.0
    size_t n = put(text, "app ");
    n += tn_version_text(text + n, &hdr.version);
    n += put(text + n, ": work ");
    n += tn_decimal_put(text + n, app->work());
    n += put(text + n, "\r\n");
    tn_service_print(text, n);
}

void tn_app_run(const struct tn_app *app) {
    const struct tn_board *board = app->board;
    uint32_t reported = board->now_ms() - REPORT_MS;

    tn_service_begin(board, app->trust, TN_SLOTS_SPARE);
    for (;;) {
        tn_service_poll(board);
        if (board->guard) {
            board->guard->alive();
        }
        if (board->now_ms() - reported >= REPORT_MS) {
            reported = board->now_ms();
            report(app);
        }
        if (app->round) {
            app->round();
        }
    }
}
