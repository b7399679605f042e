// SPDX-License-Identifier: Apache-2.0
// A log of SMP traffic in words: every packet of it, then what went wrong and what to do.
//
// Takes the text that people paste: logs of nRF Connect, mcumgr and newtmgr, btmon, our own
// -v -v, hex dumps of any tool, hex digits, console lines as they are or as hex, and packets as
// bytes. Knows how those write bytes down, what SMP's commands mean, and what goes wrong with
// them; opens nothing and prints nothing. Made for hostile bytes.
// Source: doc/reference/smp.md sections 1 to 6, 8 and 10.
#ifndef TN_HOST_EXPLAIN_EXPLAIN_H
#define TN_HOST_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "smp/packet.h"

// One packet. Everything that it points to is gone when the callback returns.
struct tn_explained {
    unsigned number;   // 1 for the first
    unsigned line;     // of the log, where the packet is whole
    const char *time;  // as the log writes it, or ""
    struct tn_smp_hdr hdr;
    bool is_response;
    bool is_cut;          // the log holds only the packet's beginning
    unsigned answers;     // number of the request that this answers; 0: none that is known
    const char *group;    // "image", or "group 77"
    const char *command;  // "confirm", or "command 9"
    const char *text;     // what it says, maybe of several lines, or ""
    int rc;               // of a response: the error; 0: none
    int rc_group;         // whose code rc is; -1: enum tn_smp_rc
    const unsigned char *pkt;
    size_t len;  // bytes at pkt
};

enum tn_finding_kind {
    TN_FINDING_NOTE,     // no fault, though it may look like one
    TN_FINDING_WARNING,  // works, and will surprise somebody
    TN_FINDING_FAULT,
};

// What is remarkable about the whole.
struct tn_finding {
    enum tn_finding_kind kind;
    const char *id;   // "confirm-did-nothing": for programs, never changes
    unsigned packet;  // where it is seen first; 0: nowhere in particular
    unsigned times;   // how often
    const char *what;
    const char *advice;  // what to do, or ""
};

struct tn_explain_out {
    void (*packet)(void *ctx, const struct tn_explained *p);
    void (*finding)(void *ctx, const struct tn_finding *f);  // at the end, the gravest first
    void *ctx;
};

// The end of it all.
struct tn_verdict {
    unsigned packets, faults, warnings;
    const char *summary;  // one line: "the update is done: 2.0.0 runs and is confirmed"
    const char *next;     // the one next step, or ""
};

struct tn_explain;

// NULL: out of memory. out is copied. Takes about 900 KiB whatever the log says.
struct tn_explain *tn_explain_new(const struct tn_explain_out *out);

// Forgets everything that was fed, as if it were new: many short logs take no allocation each.
void tn_explain_restart(struct tn_explain *e, const struct tn_explain_out *out);

// Takes the next bytes of the log and tells each packet as it becomes whole.
void tn_explain_feed(struct tn_explain *e, const void *log, size_t len);

// Ends a file: what it leaves unfinished is not continued by the next one.
void tn_explain_end_file(struct tn_explain *e);

// Tells the findings. Nothing may be fed after it. The verdict's texts live as long as e.
void tn_explain_end(struct tn_explain *e, struct tn_verdict *ret);

void tn_explain_free(struct tn_explain *e);

#endif
