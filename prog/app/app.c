// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include "base/text.h"

enum {
    REPORT_MS = 1000,  // between two reports
};

// "app 1.0.0: work 1234, held up 23 ms at most": the version is that of the running image. Held up
// is the longest time that the service took between two rounds: the erase of a sector, if no
// signature is checked here.
static void report(const struct tn_app *app, const char *mode, uint32_t held_up_ms) {
    struct tn_image_hdr hdr = {0};
    struct tn_image_src src;
    char buf[TN_FRAMING_PIECE];
    struct tn_text text = {buf, sizeof(buf), 0};

    tn_slots_source(app->service->board->slots, TN_RUNNING, &src);
    tn_image_open(&src, &hdr);  // no header if a debugger loaded the program: version 0.0.0
    tn_text_str(&text, "app ");
    tn_version_put(&text, &hdr.version);
    tn_text_str(&text, mode);
    tn_text_str(&text, ": work ");
    tn_text_uint(&text, app->work());
    tn_text_str(&text, ", held up ");
    tn_text_uint(&text, held_up_ms);
    tn_text_str(&text, " ms at most\r\n");
    tn_line_print(app->line, text.buf, text.len);
}

// What the loader has told.
static const char *mode_of(const struct tn_board *board) {
    struct tn_handover h;

    if (!board->handover || tn_handover_get(board->handover, &h)) {
        return "";
    }
    if (h.why == TN_WHY_QUIET) {
        return ", recovery ended by itself";
    }
    return h.mode == TN_RUN_SAFE ? ", safe mode" : "";
}

void tn_app_run(const struct tn_app *app) {
    const char *mode = mode_of(app->service->board);
    const struct tn_board *board = app->service->board;
    uint32_t reported = board->now_ms() - REPORT_MS;
    uint32_t held_up_ms = 0;

    for (;;) {
        uint32_t since = board->now_ms();
        tn_service_poll(app->service);
        held_up_ms = tn_max(held_up_ms, board->now_ms() - since);
        if (board->guard) {
            board->guard->alive();
        }
        if (board->now_ms() - reported >= REPORT_MS) {
            reported = board->now_ms();
            report(app, mode, held_up_ms);
        }
        if (app->round) {
            app->round();
        }
    }
}
