// SPDX-License-Identifier: Apache-2.0
// Tenon's own group (64, the first that SMP leaves to users): the outcome of updates, and what this
// server can do beyond what every SMP server does.
//
//     0 read {"skip": uint} -> {"history": [{"outcome": uint, "version": tstr, "attempts": uint,
//            "reason": int}], "counter": uint, "more": bool}
//
// The newest outcome comes first, at most four in an answer; skip (0 if it is missing) leaves out
// the newest ones. Outcomes are those of boot/log.h; reason (enum tn_err) is there if it is not 0.
// counter is the security counter that is kept with them. `tenon image history` shows it.
//
//     1 read {} -> {"version": tstr, "history": bool, "resume": bool}
//
// version is Tenon's own in this program. history: command 0 has something to tell. resume: an
// upload goes on after a reset (update/journal.h). More members may follow: clients pass over those
// that they do not know.
//     2 read {"skip": uint} -> {"keys": [bstr .size 32], "slots": [{"addr": uint, "size": uint}],
//            "max": uint, "rules": [tstr], "more": bool}
//
// What this program holds an image to, so that a tool refuses a wrong one before it sends a byte;
// the loader decides. keys: the SHA-256 of each public key that is trusted to sign images (as the
// TLV KEYHASH has it), at most four in an answer; skip leaves out the first ones, and more says
// that there are others. No keys: this program checks no signature. slots: where the images of
// slot 0 and 1 run, and what the slots hold. max: bytes of the largest image. rules: "no-rollback",
// "no-downgrade", "attempts", "outcomes", as far as they hold.
#ifndef TN_SERVE_TENON_H
#define TN_SERVE_TENON_H

#include "boot/policy.h"
#include "image/trust.h"
#include "smp/server.h"

// The program's.
struct tn_serve_tenon {
    const struct tn_area *outcome;  // of the log; NULL: there is none, and the answer is TN_ENOTSUP
    const char *version;            // "0.1.0"
    bool resumes;
    const struct tn_trust *trust;
    const struct tn_slots *slots;
    uint8_t rules;  // TN_RULE_*: those that the loader holds to
};

extern const struct tn_smp_cmd tn_serve_tenon_cmds[3];

// A row for a server's table of groups. t: struct tn_serve_tenon.
#define TN_SERVE_TENON(t)                                                                          \
    { TN_SMP_TENON, TN_LEN(tn_serve_tenon_cmds), 0, tn_serve_tenon_cmds, NULL, NULL, NULL, (t) }

#endif
