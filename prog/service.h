// SPDX-License-Identifier: Apache-2.0
// The update service: an SMP server with its groups on a board's serial line.
//
// The same in loader and application; they differ in what may be written, and in what else
// they do. Knows boards and groups. All its memory is in the struct: about 3 KB.
#ifndef TN_PROG_SERVICE_H
#define TN_PROG_SERVICE_H

#include "line.h"
#include "serve/image.h"
#include "serve/os.h"

enum {
    TN_SERVICE_PACKET = 1024,   // bytes of the largest request
    TN_SERVICE_RESPONSE = 384,  // of the largest response: a list of two images takes 260
};

struct tn_service {
    struct tn_line line;
    // private
    const struct tn_board *board;
    bool reset_asked;
    struct tn_smp_server server;
    struct tn_smp_group groups[2];
    struct tn_serve_os os;
    struct tn_os_word words[4];
    struct tn_serve_image image;
    struct tn_update update;
    struct tn_update_cfg cfg;
    uint8_t packet[TN_SERVICE_PACKET + TN_CONSOLE_OVERHEAD];
    uint8_t chunk[TN_SERVICE_PACKET];
    uint8_t response[TN_SERVICE_RESPONSE];
};

// Sets everything up. board, trust and role (what `os info` calls the program) live on.
void tn_service_begin(struct tn_service *s, const struct tn_board *board,
        const struct tn_trust *trust, const char *role, enum tn_writable writable);

// Does the next thing there is to do. Call it again and again, until it resets the board: when
// a reset was asked for and its answer is sent.
void tn_service_poll(struct tn_service *s);

#endif
