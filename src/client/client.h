// SPDX-License-Identifier: Apache-2.0
// SMP client: one call, or the upload of one image, as a state machine.
//
// Start a job, then give it packets and the time and take what it wants sent, until it ends.
// Knows packets, windows, retries and resuming; knows no link, clock, file or terminal. Speaks
// SMP version 2 and understands answers of version 1. Source: doc/reference/smp.md
// sections 1, 5 and 9.
#ifndef TN_CLIENT_CLIENT_H
#define TN_CLIENT_CLIENT_H

#include "base/cbor.h"
#include "smp/packet.h"

enum {
    TN_CLIENT_FLIGHT = 16,  // most requests whose answers are outstanding
    TN_SHA_LEN = 32,
};

// A request. The bytes that it points to must stay until the job ends.
struct tn_call {
    uint16_t group;
    uint8_t id;
    uint8_t op;            // TN_SMP_READ or TN_SMP_WRITE
    uint8_t npairs;        // of the request's map: pairs holds that many keys and values, and
    struct tn_span pairs;  // not the map's head, so that the client can add a member
    uint32_t timeout_ms;   // patience for one answer; 0: 2000
    uint8_t tries;         // 0: 4
    uint32_t start_ms;  // patience with the first try; it doubles with each up to timeout_ms, and
                        // all take no longer than tries of timeout_ms. 0: timeout_ms
};

// An image to send. The bytes must stay until the job ends. To resume on a new connection,
// start the same upload again: the server knows by sha how far it is.
struct tn_upload {
    struct tn_span data;        // the whole file
    uint8_t sha[TN_SHA_LEN];    // SHA-256 of data
    uint32_t image;             // which image, or slot + 1 (doc/reference/smp.md section 5)
    uint8_t window;             // most requests in flight; 0: 1
    uint32_t first_timeout_ms;  // patience for the first chunk's answer, which may wait for an
                                // erase; it doubles with every try. 0: 3000
    uint8_t tries;              // attempts in a row that bring no byte further; 0: as many as two
                                // minutes hold, for an erase may take one and a half
};

// An answer. The spans point into the packet given to tn_client_input.
struct tn_reply {
    struct tn_span body;    // its CBOR map
    int32_t rc;             // 0: success
    int32_t group;          // whose code rc is; -1: enum tn_smp_rc
    struct tn_span reason;  // the server's own words ("rsn"), or empty
    uint8_t version;        // of the wire: 0 is SMP version 1
};

// A request whose answer is outstanding.
struct tn_flight {
    uint32_t off;  // of an upload: bytes off to end
    uint32_t end;
    uint32_t sent_ms;  // when its last byte leaves: it may be to come
    uint16_t line_ms;  // that it takes on the line
    uint8_t seq;
    uint8_t state;  // enum flight_state
    bool alone;     // the line was free for it
};

// The caller's: set what stands before "Read-only", the rest to 0. Jobs follow one another.
struct tn_client {
    uint32_t max_packet;  // bytes of a whole SMP packet that the link and the server take
    uint8_t version;      // to send: 1 is SMP version 2, 0 is version 1
    bool tenon;           // the server is Tenon's: requests ask it for words ("tn": true)
    bool sealed;          // requests bring a checksum along (base/seal.h), which the link has not
    uint16_t piece;       // bytes of a packet that the link loses at a time, such as a line's:
                          // the more is lost, the smaller are chunks; 0: a packet is lost whole
    uint16_t kib_ms;      // what 1 KiB of packets takes on the line; 0: next to nothing
    uint16_t quiet_ms;    // least silence before a retry, so that the other end forgets half a
                          // packet; 0: it needs none

    // Read-only: how the job is going.
    struct tn_reply reply;  // where input returned 1
    uint32_t acked;         // bytes that the server has
    uint32_t resumed_at;    // where the server took up an earlier upload, else 0
    uint32_t retries;       // packets sent again
    uint32_t call_ms;  // how long reads took of late, the longest of them; 0: none was answered
    bool flush;        // the packet that poll just gave is a retry: a link that frames by
                       // lines ends the line first, in case half a line is stuck there

    // private
    uint8_t job;  // enum job
    uint8_t seq;
    uint8_t tries;
    uint8_t restarts;
    uint8_t stuck;          // answers in a row that wanted the same bytes again
    bool garbled;           // an answer came that could not be read
    uint32_t high;          // bytes that were ever sent
    uint32_t best;          // bytes that the server ever had
    uint32_t next;          // where the next chunk begins
    uint8_t window_now;     // smaller than window after losses
    uint8_t streak;         // chunks taken since the last loss
    bool shrunk;            // a packet was lost
    uint8_t loss;           // how much was lost of late: 0 nothing, 255 most
    uint8_t loss_was;       // before the last loss
    uint32_t packet_now;    // largest packet: smaller than max_packet where pieces are lost
    uint32_t pieces;        // sent of late,
    uint32_t lost_16th;     // and sixteenths of those that were lost
    uint16_t kib_now;       // kib_ms, or less where the line is faster than was said
    uint8_t early;          // answers in a row that say so
    uint32_t silent_ms;     // since when no answer brought a byte, while tries is not 0
    uint32_t waited_ms;     // of a call: for the tries that are over
    uint32_t line_free_ms;  // when the line has carried all that was sent
    uint32_t pause_ms;      // nothing is sent before pause_from + pause_ms
    uint32_t pause_from;
    uint32_t rtt_16th;      // sixteenths of ms: the mean of late round trips; 0: none was timed
    uint32_t longest_16th;  // and the longest of them
    uint32_t timeout_ms;
    struct tn_flight flight[TN_CLIENT_FLIGHT];
    struct tn_call call;
    struct tn_upload upload;
};

// Begins a call, whatever was going on before. Returns 0, or TN_ENOSPC if the request does not
// fit max_packet.
int tn_client_call(struct tn_client *c, const struct tn_call *call);

// Begins an upload. Returns 0, TN_EINVAL if there are no bytes, or TN_ENOSPC if max_packet
// leaves no room for 32 bytes of data.
int tn_client_upload(struct tn_client *c, const struct tn_upload *upload);

// Takes one packet. Packets that answer no request of this job are passed over.
//
// Returns 1 when the job has ended: reply says how, and for an upload rc 0 means that all
// bytes arrived. 0: it goes on. TN_EHASH: all bytes arrived, and the server says that they do
// not match. TN_ECORRUPT: an upload's answer contradicts what was sent.
int tn_client_input(struct tn_client *c, const void *pkt, size_t len, uint32_t now_ms);

// Gives the next packet to send; ask again until it returns 0, and again after every input and
// when tn_client_wait has passed. out holds at least max_packet bytes.
//
// Returns its length, 0 if there is nothing to send now, or why the job ended: TN_ETIMEOUT, no
// answers; TN_ECORRUPT, answers that cannot be read; TN_EBUSY, the server takes no byte;
// TN_ESTATE, it forgot what it had again and again.
int tn_client_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size);

// Milliseconds until the next poll has something to do, if no packet comes before.
uint32_t tn_client_wait(const struct tn_client *c, uint32_t now_ms);

// Reads a reply's header and codes: 0, or TN_ECORRUPT. For programs that get packets elsewhere.
int tn_reply_get(struct tn_reply *ret, const void *pkt, size_t len);

#endif
