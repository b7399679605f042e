// SPDX-License-Identifier: Apache-2.0
// Serial recovery: the server of the application, with both slots in reach.
#include "base/compiler.h"
#include "base/err.h"
#include "boot.h"
#include "line.h"
#include "serve/image.h"
#include "serve/os.h"

enum {
    PACKET = 1024,    // the largest request
    RESPONSE = 384,   // a list of two images takes 260
    LINGER_MS = 50,   // between the last byte of an answer and the reset
};

static bool reset_asked;

static void ask_reset(void *ctx) {
    (void)ctx;
    reset_asked = true;
}

void tn_recover(const struct tn_board *board, const struct tn_trust *trust) {
    static uint8_t packet[PACKET + TN_CONSOLE_OVERHEAD];
    static uint8_t chunk[PACKET];
    static uint8_t response[RESPONSE];
    static struct tn_update update;
    static struct tn_line line;
    static struct tn_smp_server server;

    const struct tn_update_cfg cfg = {board->slots, trust, chunk, sizeof(chunk)};
    const struct tn_os_word words[] = {
        {'s', "Tenon"}, {'n', board->name}, {'r', "recovery"}, {'p', board->processor},
    };
    struct tn_serve_os os = {.reset = ask_reset, .request = board->request, .words = words,
            .nwords = TN_LEN(words), .mode = board->slots->strategy->mode};
    struct tn_serve_image image = {.update = &update, .writable = TN_SLOTS_ANY};
    const struct tn_smp_group groups[] = {TN_SERVE_OS(&os), TN_SERVE_IMAGE(&image)};

    update.cfg = &cfg;
    server.groups = groups;
    server.ngroups = TN_LEN(groups);
    line.stream = board->serial;
    line.server = &server;
    line.console.buf = packet;
    line.console.size = sizeof(packet);
    line.peer.buf_size = sizeof(packet);
    line.peer.buf_count = 1;
    line.rsp = response;
    line.rsp_size = sizeof(response);
    while (!reset_asked || tn_line_poll(&line)) {
        if (!tn_line_poll(&line) && tn_update_step(&update) != TN_MORE && board->idle) {
            board->idle();
        }
    }
    uint32_t since = board->now_ms();
    while (board->now_ms() - since < LINGER_MS) {
    }
    board->reset();
}
