// SPDX-License-Identifier: Apache-2.0
// SMP client: one call, or the upload of one image, as a state machine.
//
// Start a job. Then pass it packets and the time, and send the packets that it returns, until it
// ends. Knows packets, windows, retries and resuming. Knows no link, clock, file or terminal. Sends
// SMP version 2 and understands answers of version 1. Source: doc/reference/smp.md sections 1, 5
// and 9.
#ifndef TN_CLIENT_CLIENT_H
#define TN_CLIENT_CLIENT_H

#include "base/cbor.h"
#include "base/compiler.h"
#include "smp/packet.h"

TN_C_BEGIN

enum {
    TN_ODD_MAX = 8,         // answers in a row with an offset that cannot be right: then an upload
                            // ends
    TN_CLIENT_FLIGHT = 16,  // most requests whose answers are outstanding
    TN_SHA_LEN = 32,
};

// A request. The bytes that it points to must stay until the job ends.
struct tn_call {
    uint16_t group;
    uint8_t id;
    uint8_t op;            // TN_SMP_READ or TN_SMP_WRITE
    uint8_t npairs;        // number of keys and values in pairs, which
    struct tn_span pairs;  // leaves out the map's head: the client may add a member
    uint32_t timeout_ms;   // timeout of one try; 0: 2000
    uint8_t tries;         // 0: 4
    uint32_t start_ms;  // timeout of the first try; it doubles with each try up to timeout_ms. All
                        // tries together take at most tries times timeout_ms. 0: timeout_ms
};

// An image to send. The bytes must stay until the job ends. To resume on a new connection, start
// the same upload again: the server finds its progress by sha.
struct tn_upload {
    struct tn_span data;        // the whole file
    uint8_t sha[TN_SHA_LEN];    // SHA-256 of data
    uint32_t image;             // which image, or slot + 1 (doc/reference/smp.md section 5)
    uint8_t window;             // most requests in flight; 0: 1
    uint32_t first_timeout_ms;  // timeout of the first chunk, whose answer may wait for an erase;
                                // it doubles with every try. 0: 3000
    uint8_t tries;              // tries in a row without progress before the upload fails; 0: as
                                // many as fit two minutes, since an erase may take one and a half
};

// An answer. The spans point into the packet given to tn_client_input.
struct tn_reply {
    struct tn_span body;    // its CBOR map
    int32_t rc;             // 0: success
    int32_t group;          // the group that rc belongs to; -1: enum tn_smp_rc
    struct tn_span reason;  // the server's own text ("rsn"), or empty
    uint8_t version;        // of the wire: 0 is SMP version 1
};

// A request whose answer is outstanding.
struct tn_flight {
    uint32_t off;  // of an upload: the chunk is bytes off to end
    uint32_t end;
    uint32_t sent_ms;  // when its last byte leaves; may be in the future
    uint16_t line_ms;  // time that the packet takes on the line
    uint16_t len;      // of the packet
    uint8_t seq;
    uint8_t state;  // enum flight_state
    bool alone;     // no other packet was on the line
};

// What a server's offsets did wrong when they ended an upload.
enum tn_offsets {
    TN_OFFSETS_RIGHT,
    TN_OFFSETS_STAND,   // it answers the same offset again and again: it accepts no data
    TN_OFFSETS_JUMP,    // they go back again and again: it loses the data that it had
    TN_OFFSETS_BEYOND,  // they lie beyond what was sent
};

// Owned by the caller. Set what stands before "Read-only", the rest to 0. One job at a time.
struct tn_client {
    uint32_t max_packet;  // bytes of a whole SMP packet that the link and the server take
    uint8_t version;      // to send: 1 is SMP version 2, 0 is version 1
    bool tenon;           // the server is a Tenon server: requests ask for error texts ("tn": true)
    bool with_crc;        // adds a CRC-32 to each request (base/seal.h), for links without a
                          // checksum
    uint16_t piece;       // bytes of a packet that are lost together, such as those of a line: the
                          // more losses, the smaller the chunks; 0: a whole packet
    uint16_t kib_ms;      // time of 1 KiB of packets on the line; 0: negligible
    uint16_t quiet_ms;    // least silence before a retry, for a server that needs it to drop half a
                          // packet; 0: none

    // Read-only: progress of the job.
    struct tn_reply reply;  // valid when input returned 1
    uint32_t acked;         // bytes that the server has
    uint32_t resumed_at;    // where the server continued an earlier upload, else 0
    uint32_t retries;       // packets sent again
    uint8_t offsets;        // enum tn_offsets: why an upload ended with an error
    uint32_t odd_off;       // and the last such offset
    uint32_t takes;         // longest packet that the server seems to take; 0: no limit was found
    uint32_t call_ms;       // longest time of recent reads; 0: none was answered
    bool flush;  // the packet that poll just returned is a retry: on a link that frames by
                 // lines, first end the line, in case half a line is stuck there

    // private
    uint8_t job;  // enum job
    uint8_t seq;
    uint8_t tries;
    uint8_t restarts;
    uint8_t stuck;          // answers in a row that requested the same bytes again
    uint8_t odd;            // answers in a row whose offset cannot be right
    uint8_t too_long;       // losses of packets that were longer than every packet that arrived
    uint8_t short_lost;     // not 0: a packet was lost recently that was not longer
    uint16_t trusted;       // packets that arrived since takes was found
    uint32_t fits;          // longest packet that the server has answered
    bool garbled;           // an answer was malformed
    uint32_t high;          // bytes sent so far, by the furthest chunk
    uint32_t best;          // most bytes that the server had so far
    uint32_t next;          // where the next chunk begins
    uint8_t window_now;     // smaller than window after losses
    uint8_t streak;         // chunks accepted since the last loss
    bool shrunk;            // a packet was lost
    uint8_t loss;           // recent losses: 0 none, 255 most
    uint8_t loss_was;       // before the last loss
    uint32_t packet_now;    // largest packet now: smaller than max_packet if pieces are lost
    uint32_t pieces;        // recently sent,
    uint32_t lost_16th;     // and the lost ones of them, in sixteenths
    uint16_t kib_now;       // kib_ms, or less if the line turned out to be faster
    uint8_t early;          // answers in a row that show this
    uint32_t silent_ms;     // since when no answer brought progress, while tries is not 0
    uint32_t waited_ms;     // of a call: time of the tries that are over
    uint32_t line_free_ms;  // when the line has sent all packets
    uint32_t pause_ms;      // nothing is sent before pause_from + pause_ms
    uint32_t pause_from;
    uint32_t rtt_16th;      // sixteenths of ms: mean of recent round trips; 0: none was measured
    uint32_t longest_16th;  // and the longest of them
    uint32_t timeout_ms;
    struct tn_flight flight[TN_CLIENT_FLIGHT];
    struct tn_call call;
    struct tn_upload upload;
};

// Starts a call; ends the job before. Returns 0, or TN_ENOSPC if the request does not fit
// max_packet.
int tn_client_call(struct tn_client *c, const struct tn_call *call);

// Starts an upload; ends the job before. Returns 0, TN_EINVAL if data is empty, or TN_ENOSPC if
// max_packet leaves no room for 32 bytes of data.
int tn_client_upload(struct tn_client *c, const struct tn_upload *upload);

// Handles one received packet. Ignores packets that answer no request of this job.
//
// Returns 1 when the job has ended: reply holds the result; for an upload, rc 0 means that all
// bytes arrived. 0: the job goes on. TN_EHASH: all bytes arrived, but the server reports that they
// do not match. TN_ECORRUPT, TN_ESTATE, TN_EBUSY: eight answers had an offset that cannot be right
// (member offsets says how), or the server was busy for too long.
int tn_client_input(struct tn_client *c, const void *pkt, size_t len, uint32_t now_ms);

// Writes the next packet to send to out, which holds at least max_packet bytes. Call it until it
// returns 0, again after every input, and again when tn_client_wait has passed.
//
// Returns the packet's length; 0 if there is nothing to send now; or why the job ended:
// TN_ETIMEOUT, no answers; TN_ECORRUPT, malformed answers; TN_EBUSY, the server accepts no data;
// TN_ESTATE, the server repeatedly lost the data that it had.
int tn_client_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size);

// Milliseconds until poll has something to do, unless a packet comes earlier.
uint32_t tn_client_wait(const struct tn_client *c, uint32_t now_ms);

// Reads a reply's header and codes. Returns 0 or TN_ECORRUPT. For programs that receive packets by
// other means.
int tn_reply_get(struct tn_reply *ret, const void *pkt, size_t len);

TN_C_END

#endif
