// SPDX-License-Identifier: Apache-2.0
// A model of a server and of the line to it, in virtual time: what real servers do
// (doc/reference/smp.md sections 5, 7 and 12), and what lines do to packets.
#ifndef TN_TEST_CLIENT_UPLOAD_WORLD_H
#define TN_TEST_CLIENT_UPLOAD_WORLD_H

#include "base/compiler.h"
#include "base/err.h"
#include "client/client.h"
#include "test.h"

enum { FILE_MAX = 20000, QUEUE = 64, PACKET = 512 };

// The content of each upload, by chance.
extern uint8_t upload_file[FILE_MAX];

// A packet on its way.
struct flying {
    bool used;
    uint32_t at_ms;  // arrival
    unsigned order;  // of sending, for those that arrive together
    int len;
    uint8_t bytes[PACKET];
};

// Both directions of a line, the server behind it, and the virtual time.
struct world {
    struct tn_client c;
    uint32_t now;
    uint32_t seed;
    struct flying up[QUEUE], down[QUEUE];

    // The line.
    uint32_t delay_ms;
    unsigned loss;  // of 1000 packets
    unsigned damage;
    unsigned twice;

    // The server.
    uint8_t store[FILE_MAX];
    uint32_t have, len;
    uint8_t sha[32];
    bool open;
    bool knows_sha;     // resumes; else byte 0 begins anew
    uint32_t trim;      // takes multiples of this only, as MCUboot's recovery does; 0: all
    uint32_t buffers;   // requests that it can hold; more are lost
    bool drops_oldest;  // of them, rather than the newest
    uint32_t work_ms;   // for a chunk
    uint32_t erase_ms;  // for the first one
    uint32_t busy_until;
    unsigned busy_every;  // every n-th chunk is answered with the same off, nothing taken
    uint32_t forget_at;   // when it has so many bytes, it is reset once
    int odd;              // what its offsets do wrong from byte 1000 on: 'b' lie beyond the file,
                          // 'j' jump back and forth, 's' stand still; 0: nothing
    int longest;          // longer packets are lost; 0: none is
    int32_t fail_at;      // offset whose chunk is answered with err 1/12
    bool says_match, match;
    unsigned chunks, firsts, wanted_max, lost_long;
    bool first_alone;
};

// The request of a chunk. found has a bit for each of off, data, len, sha, image.
struct chunk {
    uint32_t off, len, image;
    struct tn_span data, sha;
    int found;
};

// Begins an upload of len bytes, over a sound line to a sound server. The test then changes what it
// wants to be odd.
void world_begin(struct world *w, size_t len, uint8_t window);

// The upload that world_begin begins, for a test that changes the client and begins again.
struct tn_upload upload_of(size_t len, uint8_t window);

// Passes a millisecond. Returns what the client said.
int world_tick(struct world *w);

// Passes milliseconds until the client says something, limit_ms at most. Returns what it said.
int world_run(struct world *w, uint32_t limit_ms);

// Checks that the upload ended well, and that the server has the file.
void world_check_done(struct world *w, int got, size_t len);

// The server takes a request and answers it.
void world_serve(struct world *w, const uint8_t *pkt, int len);

// The server answers a request with its offset, or with err 1/12, at this time.
void world_reply_off(struct world *w, const struct tn_smp_hdr *h, uint32_t at, bool done);
void world_reply_err(struct world *w, const struct tn_smp_hdr *h, uint32_t at);

// The packet in this direction (up or down) that arrived first. NULL: none has arrived.
struct flying *world_arrived(struct world *w, struct flying *q);

// Reads the request of a chunk.
void upload_read_chunk(struct chunk *k, const uint8_t *pkt, int len);

#endif
