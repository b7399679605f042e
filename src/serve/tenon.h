// SPDX-License-Identifier: Apache-2.0
// Tenon's own group (64, the first number that SMP leaves to users): outcomes of updates, and
// capabilities beyond plain SMP.
//
//     0 read {"skip": uint, "image": uint} -> {"history": [{"outcome": uint, "version": tstr,
//            "attempts": uint, "reason": int}], "counter": uint, "more": bool}
//
// The newest outcome comes first, at most four in an answer. skip (default 0) leaves out that many
// of the newest ones; image (default 0) is the image's number. Outcomes are those of boot/log.h.
// reason (enum tn_err) is present if it is not 0. counter is the security counter, which the same
// log holds. `tenon image history` prints the answer.
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
//
//     3 write {} -> {}
//
// The user takes the running image back: writes the outcome "taken back" for it to the log, so that
// the loader does not record a revert for want of a confirmation. First the request for the other
// image has to stand (image state), or the running image has to be on test; else TN_ESTATE. Only
// applications serve it (serve/take_back.c).
//
//     4 read {"slot": uint, "off": uint} -> {"off": uint, "data": bstr, "len": uint}
//
// Bytes of a slot's image as they are in flash, from its header to its last TLV; len, its length,
// is present if off is 0. Only for programs that offer it (serve/read_back.c).
//
//     5 read {} -> {"result": tstr}
//
// What became of the file that recovery looked for on a card or a stick, in words; TN_ENOENT before
// it has looked. Only for programs that have one (serve/result.c). `tenon image history` prints it.
//
//     6 read {"skip": uint} -> {"number": uint, "lost": bool, "keys": [{"hash": bstr .size 32,
//            "role": uint, "revoked": bool}], "next": int, "more": bool}
//
// Every key that the program has, with its role (enum tn_key_role), at most four in an answer; skip
// and more as in command 2, whose keys are those that sign images at present. number: of the key
// list in force, 0 without one. lost: the list cannot be read, and no image runs. next: present if
// skip is 0 and the running image brings another list: 0 if it can be taken, else why not, as
// tn_keyring_look. The answer may take as long as the check of a signature. Only for programs with
// a keyring (boot/keyring.h; serve/list_keys.c). `tenon image keys` prints it.
#ifndef TN_SERVE_TENON_H
#define TN_SERVE_TENON_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "image/trust.h"
#include "smp/server.h"

TN_C_BEGIN

// Supplied by the program.
struct tn_serve_tenon {
    const struct tn_area *outcome;  // the log's area; NULL: no log, the answer is TN_ENOTSUP
    const char *version;            // "0.1.0"
    bool resumes;
    const struct tn_trust *trust;
    const struct tn_slots *slots;
    uint8_t rules;                      // TN_RULE_*: the rules that the loader applies
    const char *result;                 // for command 5; NULL: none yet
    const struct tn_area *const *logs;  // of several images: the log of each, by its number
    uint8_t nlogs;                      // 0: there is one image
    struct tn_keyring *keyring;         // for command 6
};

tn_smp_handler tn_serve_history;
tn_smp_handler tn_serve_capabilities;
tn_smp_handler tn_serve_facts;
tn_smp_handler tn_serve_take_back;
tn_smp_handler tn_serve_read_back;
tn_smp_handler tn_serve_result;
tn_smp_handler tn_serve_key_list;

// Commands 0 to 2; with command 3; with commands 3, 4 and 5; with command 5; with command 6; with
// commands 3 and 6.
enum { TN_SERVE_TENON_CMDS = 3 };
extern const struct tn_smp_cmd tn_serve_tenon_cmds[TN_SERVE_TENON_CMDS];
extern const struct tn_smp_cmd tn_serve_tenon_app_cmds[TN_SERVE_TENON_CMDS + 1];
extern const struct tn_smp_cmd tn_serve_tenon_read_cmds[TN_SERVE_TENON_CMDS + 3];
extern const struct tn_smp_cmd tn_serve_tenon_result_cmds[TN_SERVE_TENON_CMDS + 1];
extern const struct tn_smp_cmd tn_serve_tenon_keys_cmds[TN_SERVE_TENON_CMDS + 1];
extern const struct tn_smp_cmd tn_serve_tenon_app_keys_cmds[TN_SERVE_TENON_CMDS + 2];
#define TN_SERVE_TENON_BASE                                                                        \
    {TN_TENON_HISTORY, tn_serve_history, NULL},                                                    \
            {TN_TENON_CAPABILITIES, tn_serve_capabilities, NULL}, {                                \
        TN_TENON_FACTS, tn_serve_facts, NULL                                                       \
    }

// A row for a server's table of groups. t: struct tn_serve_tenon. TN_SERVE_TENON suits any program,
// TN_SERVE_TENON_APP an application. TN_SERVE_TENON_READ lets clients read whole images: a link
// that anybody may reach must not have it (SECURITY.md).
#define TN_SERVE_TENON_ROW(cmds, t)                                                                \
    { TN_SMP_TENON, TN_LEN(cmds), 0, (cmds), NULL, NULL, NULL, (t) }
#define TN_SERVE_TENON(t) TN_SERVE_TENON_ROW(tn_serve_tenon_cmds, t)
#define TN_SERVE_TENON_APP(t) TN_SERVE_TENON_ROW(tn_serve_tenon_app_cmds, t)
#define TN_SERVE_TENON_READ(t) TN_SERVE_TENON_ROW(tn_serve_tenon_read_cmds, t)
#define TN_SERVE_TENON_RESULT(t) TN_SERVE_TENON_ROW(tn_serve_tenon_result_cmds, t)
#define TN_SERVE_TENON_KEYS(t) TN_SERVE_TENON_ROW(tn_serve_tenon_keys_cmds, t)
#define TN_SERVE_TENON_APP_KEYS(t) TN_SERVE_TENON_ROW(tn_serve_tenon_app_keys_cmds, t)

TN_C_END

#endif
