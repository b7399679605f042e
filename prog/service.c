// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include "base/compiler.h"
#include "base/err.h"

enum {
    PACKET = 1024,   // bytes of the largest request
    RESPONSE = 384,  // of the largest response: a list of two images takes 260
    LINGER_MS = 50,  // between the last byte of an answer and the reset: it has to leave first
};

static uint8_t packet[PACKET + TN_CONSOLE_OVERHEAD];
static uint8_t chunk[PACKET];
static uint8_t response[RESPONSE];
static bool reset_asked;
static const char *words[4];

static struct tn_update_cfg update_cfg;
static struct tn_update update;
struct tn_serve_os tn_service_os;
struct tn_serve_image tn_service_image;
static struct tn_smp_server server;
static struct tn_line line;

void tn_service_end(void) {
    reset_asked = true;
}

void tn_service_begin(const struct tn_board *board, const struct tn_trust *trust,
        const char *role, enum tn_writable writable) {
    words[0] = "Tenon";
    words[1] = board->name;
    words[2] = role;
    words[3] = board->processor;
    tn_service_os.reset = tn_service_reset;
    tn_service_os.ctx = (void *)board;
    tn_service_os.letters = "snrp";
    tn_service_os.words = words;
    tn_service_os.mode = board->slots->strategy->mode;
    update_cfg.slots = board->slots;
    update_cfg.trust = trust;
    update_cfg.buf = chunk;
    update_cfg.size = sizeof(chunk);
    update.cfg = &update_cfg;
    tn_service_image.update = &update;
    tn_service_image.writable = writable;
    server.groups = tn_service_groups;
    server.ngroups = TN_LEN(tn_service_groups);
    server.rsp = response;
    server.rsp_size = sizeof(response);
    line.stream = board->serial;
    line.server = &server;
    line.console.buf = packet;
    line.console.size = sizeof(packet);
    line.peer.buf_size = sizeof(packet);
    // Where an erase stops the core, bytes that come meanwhile are lost: a count of 1 keeps the
    // client from sending before it has its answer.
    line.peer.buf_count = board->slots->area[TN_SECONDARY].flash->stalls_cpu ? 1 : 2;
}

static void wait_and_reset(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        if (board->idle) {
            board->idle();
        }
    }
    board->reset();
}

void tn_service_poll(const struct tn_board *board) {
    if (tn_line_poll(&line) || tn_update_step(&update) == TN_MORE) {
        return;
    }
    if (reset_asked) {
        wait_and_reset(board);
    }
    if (board->idle) {
        board->idle();
    }
}

bool tn_service_print(const char *text, size_t len) {
    return tn_line_print(&line, text, len);
}
