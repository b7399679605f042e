// SPDX-License-Identifier: Apache-2.0
// Library functions that take most of a boot's time, run once for each input.
//
// micro-ecc's signature check takes nine tenths of a boot, BearSSL's round of SHA-256 most of the
// rest, and what they answer follows from their arguments alone. So where thousands of boots ask
// the same, the first one runs the function, and the others get what it gave then, with the
// registers that a function may change holding chance. Everything else of the binary runs as it is.
#ifndef TN_EMU_MEMO_H
#define TN_EMU_MEMO_H

#include "elf.h"
#include "emu.h"

enum {
    TN_MEMO_KINDS = 2,
    TN_MEMO_INPUT = 192,    // the most: key, hash, and signature with its length
    TN_MEMO_OUTPUT = 32,    // the most: a hash's state
    TN_MEMO_CALLS = 16384,  // that are remembered; the newest of those that share a place
};

struct tn_memo_call {
    uint32_t entry;  // 0: none
    uint8_t input[TN_MEMO_INPUT];
    uint8_t output[TN_MEMO_OUTPUT];
};

// May serve several chips that run the same binary, one after the other.
struct tn_memo {
    uint64_t checks;  // signature checks that were run
    // private
    uint32_t entry[TN_MEMO_KINDS];  // where the functions begin
    struct tn_memo_call *calls;
    struct tn_memo_call now;  // under way
    size_t kind;              // its
    uint32_t back, sp;        // where it returns to; back is 0 if none is under way
    uint32_t output_at;
    uint32_t answers;
};

// For this program, which must check signatures by the row of micro-ecc. 0, or -1 with a line on
// stderr.
int tn_memo_open(struct tn_memo *m, const struct tn_elf *program);
void tn_memo_close(struct tn_memo *m);

// To be called first by the chip's on_insn. True: the run is stopped here, and tn_memo_run makes
// it go on behind the call.
bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr);

// As tn_emu_run and tn_emu_boot, for a chip whose on_insn looks.
enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e);
enum tn_emu_end tn_memo_boot(
        struct tn_memo *m, struct tn_emu *e, uint32_t seed, unsigned max_resets);

#endif
