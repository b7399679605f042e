// SPDX-License-Identifier: Apache-2.0
// XMODEM and YMODEM on a line that also carries packets: receives one file into a sink.
//
// A framing around another one. While no file comes, bytes go to the inner framing; the beginning
// of a file's first block, which no packet has, switches over. Invites senders on a line on which
// nobody speaks, and answers a person who types with a line of help. Knows neither images nor
// flash. No I/O and no clock.
//
// Sources: Chuck Forsberg, "XMODEM/YMODEM Protocol Reference", 1988, chapters 4 to 8 (blocks of 128
// and 1024 bytes, checksum and CRC, YMODEM's block 0 and end of a batch); doc/reference/xmodem.md
// for what senders do.
#ifndef TN_LINK_XMODEM_H
#define TN_LINK_XMODEM_H

#include "base/compiler.h"
#include "link/framing.h"

TN_C_BEGIN

enum {
    TN_XMODEM_BLOCK = 1024,             // the longest block
    TN_XMODEM_INVITE_MS = 3000,         // between two invitations
    TN_XMODEM_CLIENT_MS = 5000,         // from a client's last packet to an invitation
    TN_XMODEM_LEAVE_MS = 500,           // from the end of a file to the sink's leave
    TN_XMODEM_ERRORS = 10,              // attempts at a block before the receiver gives up
    TN_XMODEM_TEXT = TN_FRAMING_PIECE,  // bytes of a line of text to the user
};

// Receives the file. Every call gets ctx; none takes longer than one flash operation. Calls return
// 0 or more, or a negative enum tn_err, which ends the transfer.
struct tn_xmodem_sink {
    // Bytes of the file, in order; off 0 begins one. Called only when step returned 0. Returns how
    // many it accepted; the rest comes again after the next steps.
    int (*write)(void *ctx, uint32_t off, const uint8_t *data, uint32_t len);

    // The sender says that the file is complete: begins to check and to install it.
    int (*finish)(void *ctx);

    // True if the file is known to be complete. The sender's word is doubted before.
    bool (*is_whole)(void *ctx);

    // Does the next step of what was begun: TN_MORE, or its result.
    int (*step)(void *ctx);

    // Forgets the file.
    void (*abort)(void *ctx);

    // The file is installed, and the sender knows. May not return.
    void (*leave)(void *ctx);

    // The text of an error, or NULL.
    const char *(*words)(int err);
};

// Set what stands before "private", the rest to 0.
struct tn_xmodem {
    const struct tn_framing *inner;
    void *link;  // the inner framing's state
    const struct tn_xmodem_sink *sink;
    void *ctx;     // the sink's
    uint8_t *buf;  // TN_XMODEM_BLOCK bytes
    // Text for who types on the line, at most 66 bytes. The reason of the last refusal follows it:
    // some senders throw away what they are told. NULL: none.
    const char *help;

    // private
    const char *why;  // the last file was refused
    uint8_t state;
    uint8_t work;        // what the sink does
    uint8_t head[3];     // the last bytes outside of a file
    uint8_t number;      // of the block that is expected
    uint8_t got_number;  // of the block that comes
    uint8_t errors;      // in a row
    uint8_t invitations;
    uint8_t cancels;   // CAN in a row
    uint8_t zmodem;    // bytes of a ZMODEM header so far
    bool wants_sum;    // checksums instead of CRCs
    bool is_batch;     // YMODEM
    bool is_quiet;     // the last client spoke in bare packets: no invitations
    bool has_typed;    // what came since the last silence is text with a line end
    bool has_other;    // or something else
    bool doubts_end;   // the sender's end of the file was refused once
    bool is_finished;  // the file is installed; in a batch, the sender's end follows
    bool is_begun;     // the sink's finish was called
    bool is_bad;       // the block's number was damaged
    uint16_t len;      // of the block's data
    uint16_t got;      // bytes of the block so far, from its number on
    uint16_t pos;      // of the data, accepted by the sink
    uint16_t check;
    uint32_t off;       // of the block in the file
    uint32_t size;      // of the file, as YMODEM says; 0: not known
    uint32_t heard_ms;  // when the last byte came,
    uint32_t asked_ms;  // and the last answer or invitation went
    uint32_t pause_ms;  // from then to the next invitation
    uint8_t out_len;
    uint8_t out[20];
    bool text_is_due;
    uint8_t text_len;
    char text[TN_XMODEM_TEXT];
};

// The row, for a struct tn_xmodem. Its inner framing must live on.
extern const struct tn_framing tn_xmodem_framing;

// True while a file comes.
bool tn_xmodem_is_receiving(const struct tn_xmodem *x);

TN_C_END

#endif
