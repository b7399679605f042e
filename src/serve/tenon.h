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
#ifndef TN_SERVE_TENON_H
#define TN_SERVE_TENON_H

#include "base/compiler.h"
#include "boot/log.h"
#include "smp/server.h"

// The program's.
struct tn_serve_tenon {
    const struct tn_area *outcome;  // of the log; NULL: there is none, and the answer is TN_ENOTSUP
    const char *version;            // "0.1.0"
    bool resumes;
};

extern const struct tn_smp_cmd tn_serve_tenon_cmds[2];

// A row for a server's table of groups. t: struct tn_serve_tenon.
#define TN_SERVE_TENON(t)                                                                          \
    { TN_SMP_TENON, TN_LEN(tn_serve_tenon_cmds), 0, tn_serve_tenon_cmds, NULL, NULL, (t) }

#endif
