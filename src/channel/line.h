// SPDX-License-Identifier: Apache-2.0
// A server on a stream of bytes, in a framing that the program chooses: console lines
// (link/console.h), bare packets (link/raw.h), or the client's choice of the two (link/detect.h).
#ifndef TN_CHANNEL_LINE_H
#define TN_CHANNEL_LINE_H

#include "base/compiler.h"
#include "channel/channel.h"
#include "channel/stream.h"
#include "link/framing.h"

TN_C_BEGIN

// Set what stands before "private", the rest to 0.
struct tn_line {
    struct tn_channel channel;  // its step: tn_line_step
    const struct tn_stream *stream;
    const struct tn_framing *framing;
    void *link;  // the framing's state; its buffer holds channel.peer.buf_size bytes

    // private
    size_t out_len;
    size_t out_pos;
    uint8_t out[TN_FRAMING_PIECE];  // to be sent
};

// tn_channel_step of a struct tn_line.
enum tn_channel_did tn_line_step(struct tn_channel *c);

// True while an answer is being sent. Other text on the line would damage it.
bool tn_line_is_sending(struct tn_line *l);

// Prints text of at most TN_FRAMING_PIECE bytes, if the framing allows text and no response is
// being sent: text between the lines of a response would damage it. Returns whether it printed.
bool tn_line_print(struct tn_line *l, const char *text, size_t len);

TN_C_END

#endif
