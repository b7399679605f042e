// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "line.h"
#include "serve/image.h"
#include "serve/os.h"

enum {
    PACKET = 1024,     // the largest request
    RESPONSE = 384,    // a list of two images takes 260
    LINGER_MS = 50,    // between the last byte of an answer and the reset
    REPORT_MS = 1000,  // between two lines about the work
};

static bool reset_asked;

static void ask_reset(void *ctx) {
    (void)ctx;
    reset_asked = true;
}

static size_t put(char *p, const char *text) {
    size_t len = strlen(text);

    memcpy(p, text, len);
    return len;
}

// "app 1.0.0: work 1234": the version is the running image's own.
static void report(const struct tn_app *app, struct tn_line *line) {
    const struct tn_version none = {0};
    struct tn_image_hdr hdr = {0};
    struct tn_image_src src;
    char text[64];
    char digits[TN_VERSION_TEXT];
    size_t n = put(text, "app ");

    tn_slots_source(app->board->slots, TN_RUNNING, &src);
    if (tn_image_open(&src, &hdr)) {
        hdr.version = none;
    }
    n += tn_version_text(text + n, &hdr.version);
    n += put(text + n, ": work ");
    // A version's third number is the shortest way to a decimal that is linked anyway.
    struct tn_version count = {.build = app->work()};
    tn_version_text(digits, &count);
    n += put(text + n, count.build ? digits + 6 : "0");
    n += put(text + n, "\r\n");
    tn_line_print(line, text, n);
}

static void wait(const struct tn_board *board, uint32_t ms) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < ms) {
        if (board->idle) {
            board->idle();
        }
    }
}

void tn_app_run(const struct tn_app *app) {
    static uint8_t packet[PACKET + TN_CONSOLE_OVERHEAD];
    static uint8_t chunk[PACKET];
    static uint8_t response[RESPONSE];
    static struct tn_update update;
    static struct tn_line line;
    static struct tn_smp_server server;

    const struct tn_board *board = app->board;
    const struct tn_update_cfg cfg = {board->slots, app->trust, chunk, sizeof(chunk)};
    const struct tn_os_word words[] = {
        {'s', "Tenon"}, {'n', board->name}, {'r', "application"}, {'p', board->processor},
    };
    struct tn_serve_os os = {.reset = ask_reset, .request = board->request, .words = words,
            .nwords = TN_LEN(words), .mode = board->slots->strategy->mode};
    struct tn_serve_image image = {.update = &update, .writable = TN_SLOTS_SPARE};
    const struct tn_smp_group groups[] = {TN_SERVE_OS(&os), TN_SERVE_IMAGE(&image)};

    update.cfg = &cfg;
    server = (struct tn_smp_server){.groups = groups, .ngroups = TN_LEN(groups)};
    line.stream = board->serial;
    line.server = &server;
    line.console.buf = packet;
    line.console.size = sizeof(packet);
    line.peer = (struct tn_smp_peer){.buf_size = sizeof(packet), .buf_count = 1};
    line.rsp = response;
    line.rsp_size = sizeof(response);

    uint32_t reported = board->now_ms() - REPORT_MS;
    bool busy = true;
    while (!reset_asked || busy) {
        busy = tn_line_poll(&line);
        if (!busy && tn_update_step(&update) != TN_MORE && board->idle) {
            board->idle();
        }
        if (board->now_ms() - reported >= REPORT_MS) {
            reported += REPORT_MS;
            report(app, &line);
        }
        if (app->round) {
            app->round();
        }
    }
    wait(board, LINGER_MS);
    board->reset();
}
