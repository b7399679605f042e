// SPDX-License-Identifier: Apache-2.0
// Explains a log of SMP traffic: every packet, then what went wrong and what to do.
//
// Accepts the text that people paste: logs of nRF Connect (Android and iOS), mcumgr and newtmgr,
// btmon, tenon's own -v -v, hex dumps of any tool, hex digits, Python's bytes, decimal lists,
// console lines (as they are or as hex), and packets as bytes. Without packets, it explains error
// codes alone. It knows how these tools print bytes, what SMP's commands mean, and their usual
// errors. It opens nothing and prints nothing. Hostile bytes are expected.
// Source: doc/reference/smp.md sections 1 to 6, 8 and 10.
#ifndef TN_HOST_EXPLAIN_EXPLAIN_H
#define TN_HOST_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "smp/packet.h"

TN_C_BEGIN

// One packet. Its pointers are invalid after the callback returns.
struct tn_explained {
    unsigned number;   // 1 for the first
    unsigned line;     // of the log, where the packet is complete
    const char *time;  // as the log prints it, or ""
    struct tn_smp_hdr hdr;
    bool is_response;
    bool is_cut;          // the log holds only the packet's beginning
    unsigned answers;     // number of the request that this answers; 0: not known
    const char *group;    // "image", or "group 77"
    const char *command;  // "confirm", or "command 9"
    const char *text;     // the content in words, maybe several lines, or ""
    int rc;               // of a response: the error; 0: none
    int rc_group;         // the group that rc belongs to; -1: enum tn_smp_rc
    const unsigned char *pkt;
    size_t len;  // bytes at pkt
};

enum tn_finding_kind {
    TN_FINDING_NOTE,     // not a fault, though it may look like one
    TN_FINDING_WARNING,  // works, but will surprise the user
    TN_FINDING_FAULT,
};

// A finding about the whole log.
struct tn_finding {
    enum tn_finding_kind kind;
    const char *id;   // "confirm-did-nothing": for programs, never changes
    unsigned packet;  // where it is seen first; 0: no single packet
    unsigned times;   // how often
    const char *what;
    const char *advice;  // what to do, or ""
};

struct tn_explain_out {
    void (*packet)(void *ctx, const struct tn_explained *p);
    void (*finding)(void *ctx, const struct tn_finding *f);  // at the end, the gravest first
    void *ctx;
};

// The result of the whole log.
struct tn_verdict {
    unsigned packets, faults, warnings;
    unsigned codes;       // error codes in a text without packets, which the findings explain
    const char *summary;  // one line: "the update is done: 2.0.0 runs and is confirmed"
    const char *next;     // the one next step, or ""
};

struct tn_explain;

// NULL: out of memory. out is copied. Needs about 900 KiB, whatever the log holds.
struct tn_explain *tn_explain_new(const struct tn_explain_out *out);

// Forgets all input, as if e were new. With it, many short logs need one allocation.
void tn_explain_restart(struct tn_explain *e, const struct tn_explain_out *out);

// Reads the next bytes of the log, and reports each packet when it is complete.
void tn_explain_feed(struct tn_explain *e, const void *log, size_t len);

// Ends a file. The next file does not continue an unfinished packet.
void tn_explain_end_file(struct tn_explain *e);

// Reports the findings. Do not feed anything after it. The verdict's texts live as long as e.
void tn_explain_end(struct tn_explain *e, struct tn_verdict *ret);

void tn_explain_free(struct tn_explain *e);

TN_C_END

#endif
