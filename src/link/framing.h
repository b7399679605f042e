// SPDX-License-Identifier: Apache-2.0
// A framing as a row of functions: how packets look on a line that carries bytes.
//
// Every function gets link, the state of one end of one line: struct tn_console for
// tn_console_framing, and so on. Knows no stream, no server and no board.
#ifndef TN_LINK_FRAMING_H
#define TN_LINK_FRAMING_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_FRAMING_PIECE = 127,   // most bytes that a take returns
    TN_FRAMING_SILENCE = -1,  // instead of a byte: nothing has arrived
};

struct tn_framing {
    // Reads one byte from the line, or TN_FRAMING_SILENCE. now_ms is the time, for framings that
    // detect a pause. If the byte completes a packet, *ret_pkt is set to that packet, which stays
    // until the next call. Otherwise *ret_pkt is unchanged.
    void (*feed)(void *link, int byte, uint32_t now_ms, struct tn_span *ret_pkt);

    // Starts to send a packet. It must stay until all of it is taken.
    void (*send)(void *link, const uint8_t *pkt, size_t len);

    // Writes the next bytes to send to out, which holds TN_FRAMING_PIECE bytes. Returns how many, 0
    // if there is nothing to send.
    size_t (*take)(void *link, void *out);

    // True if lines of text may stand between packets. NULL: always.
    bool (*takes_text)(const void *link);
};

TN_C_END

#endif
