// SPDX-License-Identifier: Apache-2.0
// The data that the parts of explain pass on: lines -> pieces -> packets -> words and findings.
#ifndef TN_HOST_EXPLAIN_EXPLAIN_PRIV_H
#define TN_HOST_EXPLAIN_EXPLAIN_PRIV_H

#include <stdint.h>

#include "base/cbor.h"
#include "host/device/device.h"
#include "host/explain/explain.h"
#include "link/console.h"

// ---- Text with an end ------------------------------------------------------------------

// A buffer for text. Text that does not fit is dropped.
struct text {
    char *p;
    size_t size, len;
};

void tn_explain_text_begin(struct text *t, char *buf, size_t size);
void tn_explain_text_add(struct text *t, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
// A device's text in quotes. Each byte that is not ASCII, or that could control a terminal, becomes
// '?'.
void tn_explain_text_add_quoted(struct text *t, struct tn_span s);
void tn_explain_text_add_hex(struct text *t, struct tn_span s, size_t max);

// ---- explain_line.c: lines to pieces ---------------------------------------------------

enum {
    LINE_MAX_LEN = 220000,  // hex of the largest packet, with separators
    PIECE_MAX = 80000,
    TIME_MAX = 24,
};

enum way { WAY_UNKNOWN, WAY_SENT, WAY_RECEIVED, WAYS };

// The bytes that one line shows.
struct piece {
    enum way way;
    uint32_t form;    // hash of the words around the bytes: equal for lines of one kind
    bool is_console;  // a line of base64 with its marker
    bool is_weak;     // nothing in the line shows that these digits are a packet
    bool is_cut;      // the log leaves out the end
    bool is_json;     // made of header and JSON
    const uint8_t *p;
    size_t len;
};

struct lines {
    enum way way;  // from the words above a dump
    uint32_t form;
    bool muted;  // those words show that it is not SMP
    bool in_dump;
    char time[TIME_MAX];
    uint8_t *bytes;  // PIECE_MAX of them
};

// Examines a line of len characters without its newline. The line may hold anything; a 0 follows
// it. If the line shows bytes, returns true and a piece, which is valid until the next call.
bool tn_explain_lines_take(struct lines *l, const char *line, size_t len, struct piece *ret);

// The time that the line shows, if any.
void tn_explain_lines_time(struct lines *l, const char *line, size_t len);

// ---- explain_literal.c: bytes as programs print their own ------------------------------

struct literal {
    size_t from, to;  // in the line
    size_t n;         // bytes
    bool is_list;     // of numbers, which may be anything
    bool is_console;  // a console line, with its marker
};

// The first literal of a line: Python's bytes, or a list of decimal numbers.
bool tn_explain_literal(
        const char *line, size_t len, uint8_t *out, size_t size, struct literal *ret);

// Does a literal of Python begin in this line? Its "\n" is no end of a line.
bool tn_explain_has_python(const char *line, size_t len);

// ---- explain_json.c: packets that a log shows as header and JSON ------------------------

// "Header (Version: 1, Op: 0, ... Command: 0) CBOR {...}" as a packet. Returns its length or 0.
size_t tn_explain_json_packet(const char *line, uint8_t *out, size_t size);

// Adds the outermost map at p, JSON or as Swift prints it. The line may end before the map does.
void tn_explain_json_body(struct tn_cbor_out *out, const char *p);

// ---- explain_ios.c: the same of nRF Connect for iOS -------------------------------------

// "Sending read command (Version: SMPv2, Group: image, seq: 12, ID: state): nil" of iOS, and its
// responses, which do not say their op: ops[seq] has the op of the last request.
size_t tn_explain_ios_packet(const char *line, uint8_t ops[256], uint8_t *out, size_t size);

// ---- explain_join.c: pieces to packets -------------------------------------------------

enum {
    PACKET_SIZE = TN_SMP_HDR_LEN + UINT16_MAX,
    FRAME_SIZE = PACKET_SIZE + TN_CONSOLE_OVERHEAD,
};

// A packet, and how the log showed it: a log may show the same packet several times.
struct seen {
    uint8_t hdr[TN_SMP_HDR_LEN];
    uint16_t crc;
    size_t len;
    uint32_t form;
    bool is_json;
};

// One direction of a conversation.
struct stream {
    size_t len, need;  // len 0: between packets; need is known once the header is complete
    struct seen how;
    bool on_console;  // a frame has begun
    struct tn_console console;
    uint8_t *buf;    // PACKET_SIZE bytes
    uint8_t *frame;  // FRAME_SIZE
};

struct join {
    void (*packet)(void *ctx, const uint8_t *pkt, size_t len, bool is_cut);
    void *ctx;
    struct stream streams[WAYS];
    struct seen seen[2];      // of requests, of responses
    unsigned frames, framed;  // console frames that began; that became packets
    unsigned noise;           // pieces that belong to no packet
};

void tn_explain_join_piece(struct join *j, const struct piece *p);
// Reports unfinished packets as cut.
void tn_explain_join_end(struct join *j);

// ---- explain_words.c: names ------------------------------------------------------------

struct names {
    const char *group;
    const char *command;
    bool optional;  // devices often lack it
};

// Names for a header. buf has at least 48 bytes, for commands without a name.
struct names tn_explain_words_names(const struct tn_smp_hdr *h, char *buf, size_t size);

// ---- explain_body.c: what a packet says ------------------------------------------------

// One CBOR item: its head, and the bytes of a string as far as the log holds them.
struct item {
    unsigned type;  // enum tn_cbor_type
    unsigned info;
    uint64_t value;
    bool open;  // indefinite
    struct tn_span bytes;
};

// False: the packet ends, or is malformed.
bool tn_explain_item_get(struct tn_cbor_in *in, struct item *ret);
// The value of a member of the packet's map. The log may cut the packet behind it.
bool tn_explain_body_member(struct tn_cbor_in in, const char *name, struct item *ret);

// The map of a packet in words, without "rc" and "err".
void tn_explain_body_text(struct text *t, const struct tn_smp_hdr *h, struct tn_cbor_in in);
// The error of a response, with its fix.
void tn_explain_body_error(struct text *t, const struct tn_reply *r);

// ---- explain_facts.c: what happened ----------------------------------------------------

// The parts of a request by which its answer is judged.
struct request {
    unsigned number;  // 0: none
    struct tn_smp_hdr hdr;
    bool waits;    // no answer yet
    bool confirm;  // image state: a confirmation, not a test
    uint8_t hash[TN_DEVICE_HASH_MAX];
    size_t hash_len;
    uint32_t end;  // upload: where its data ends
};

enum { REQUESTS = 64, FINDINGS = 48, FINDING_TEXT = 320, CODES = 8 };

// An error code in a text without packets. group -1: the text names none.
struct code {
    int32_t group, rc;
    unsigned times;
};

struct finding {
    enum tn_finding_kind kind;
    const char *id;
    unsigned packet;
    unsigned times;
    char what[FINDING_TEXT];
    const char *advice;
};

struct facts {
    struct request requests[REQUESTS];  // the last ones
    unsigned nrequests, nresponses;
    uint32_t buf_size;  // that the device reported; 0: not yet

    bool has_list;
    unsigned list_at;                  // the packet with the list
    struct tn_slot_list list, before;  // the last list, and the last one before the reset
    unsigned mark_at;   // the packet with a test or confirmation that the device accepted
    unsigned reset_at;  // the last reset; 0: none

    unsigned upload_at;    // the last chunk; 0: none
    bool is_uploading;     // begun, and not complete
    uint32_t upload_len;   // announced
    uint32_t upload_off;   // the offset that the device has reached
    unsigned upload_back;  // how often the device asked for earlier bytes again

    unsigned ncodes;
    struct code codes[CODES];
    unsigned prompts;  // lines that are a shell's prompt

    unsigned nfindings;
    struct finding findings[FINDINGS];  // last: a restart does not set them to zero
};

void tn_explain_facts_request(struct facts *f, unsigned number, const struct tn_smp_hdr *h,
        struct tn_cbor_in body, size_t len);
// r is NULL if the response cannot be read. Returns the number of the request that it answers, or
// 0.
unsigned tn_explain_facts_response(struct facts *f, unsigned number, const struct tn_smp_hdr *h,
        struct tn_cbor_in body, const struct tn_reply *r);

// Adds a finding, or counts a repeated one. advice is not copied.
void tn_explain_facts_add(struct facts *f, enum tn_finding_kind kind, const char *id,
        unsigned packet, const char *advice, const char *format, ...)
        __attribute__((format(printf, 6, 7)));

// ---- explain_codes.c: texts without packets --------------------------------------------

// Notes error codes and a shell's prompt. A 0 follows the line.
void tn_explain_codes_take(struct facts *f, const char *line, size_t len);
// Adds a finding for each code.
void tn_explain_codes_verdict(struct facts *f);

// ---- explain_verdict.c: what it means --------------------------------------------------

// Adds the findings that need the end of the log, and sorts all of them.
void tn_explain_verdict(
        struct facts *f, const struct join *j, unsigned packets, char *summary, size_t size);

#endif
