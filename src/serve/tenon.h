// SPDX-License-Identifier: Apache-2.0
// Tenon's own group (64, the first number that SMP leaves to users): outcomes of updates, and
// capabilities beyond plain SMP.
//
//     0 read {"skip": uint} -> {"history": [{"outcome": uint, "version": tstr, "attempts": uint,
//            "reason": int}], "counter": uint, "more": bool}
//
// The newest outcome comes first, at most four in an answer. skip (default 0) leaves out that many
// of the newest ones. Outcomes are those of boot/log.h. reason (enum tn_err) is present if it is
// not 0. counter is the security counter, which the same log holds. `tenon image history` prints
// the answer.
//
//     1 read {} -> {"version": tstr, "history": bool, "resume": bool}
//
// version is the Tenon version of this program. history: command 0 is supported. resume: an upload
// goes on after a reset (update/journal.h). More members may follow; clients ignore members that
// they do not know.
//
//     2 read {"skip": uint} -> {"keys": [bstr .size 32], "slots": [{"addr": uint, "size": uint}],
//            "max": uint, "rules": [tstr], "more": bool}
//
// What this program requires of an image, so that a tool can refuse a wrong one before it sends a
// byte. The loader still decides. keys: the SHA-256 of each public key that verifies images (as in
// the TLV KEYHASH), at most four in an answer; skip leaves out that many of the first ones; more:
// there are others. No keys: this program checks no signature. slots: the address that images of
// slot 0 and 1 run at, and the bytes that each slot holds. max: bytes of the largest image. rules:
// the active ones of "no-rollback", "no-downgrade", "attempts", "outcomes".
#ifndef TN_SERVE_TENON_H
#define TN_SERVE_TENON_H

#include "boot/policy.h"
#include "image/trust.h"
#include "smp/server.h"

// Supplied by the program.
struct tn_serve_tenon {
    const struct tn_area *outcome;  // the log's area; NULL: no log, the answer is TN_ENOTSUP
    const char *version;            // "0.1.0"
    bool resumes;
    const struct tn_trust *trust;
    const struct tn_slots *slots;
    uint8_t rules;  // TN_RULE_*: the rules that the loader applies
};

extern const struct tn_smp_cmd tn_serve_tenon_cmds[3];

// A row for a server's table of groups. t: struct tn_serve_tenon.
#define TN_SERVE_TENON(t)                                                                          \
    { TN_SMP_TENON, TN_LEN(tn_serve_tenon_cmds), 0, tn_serve_tenon_cmds, NULL, NULL, NULL, (t) }

#endif
