// SPDX-License-Identifier: Apache-2.0
// Tenon's own group (64, the first that SMP leaves to users): the outcome of updates.
//
//     0 read {"skip": uint} -> {"history": [{"outcome": uint, "version": tstr, "attempts": uint,
//            "reason": int}], "counter": uint, "more": bool}
//
// The newest outcome comes first, at most four in an answer; skip (0 if it is missing) leaves out
// the newest ones. Outcomes are those of boot/log.h; reason (enum tn_err) is there if it is not 0. counter
// is the security counter that is kept with them. `tenon image history` shows it.
#ifndef TN_SERVE_TENON_H
#define TN_SERVE_TENON_H

#include "boot/log.h"
#include "smp/server.h"

// The program's.
struct tn_serve_tenon {
    const struct tn_area *outcome;  // of the log; NULL: there is none, and the answer is TN_ENOTSUP
};

extern const struct tn_smp_cmd tn_serve_tenon_cmds[1];

// A row for a server's table of groups. t: struct tn_serve_tenon.
#define TN_SERVE_TENON(t)                                                                          \
    { TN_SMP_TENON, 1, 0, tn_serve_tenon_cmds, NULL, NULL, (t) }

#endif
