// SPDX-License-Identifier: Apache-2.0
// A library's signature check, run once for each input.
//
// It takes nine tenths of a boot, and what it answers follows from its arguments alone. So where
// thousands of boots check the same signature, the first one runs it, and the others get the
// answer that it gave then, with the registers that a function may change holding chance.
// Everything else of the binary runs as it is.
#ifndef TN_EMU_MEMO_H
#define TN_EMU_MEMO_H

#include "emu.h"

enum {
    TN_MEMO_INPUT = 160,  // key, hash and signature, 64 + 32 + 64 bytes
    TN_MEMO_CALLS = 64,   // inputs that are remembered; others are run every time
};

// May serve several chips that run the same binary, one after the other.
struct tn_memo {
    uint32_t entry;  // of uECC_verify, without the Thumb bit; 0: nothing is remembered
    uint64_t runs, reuses;
    // private
    struct {
        uint8_t input[TN_MEMO_INPUT];
        uint32_t answer;
    } calls[TN_MEMO_CALLS];
    size_t ncalls;
    uint8_t input[TN_MEMO_INPUT];  // of the call under way
    uint32_t back, sp;             // where it returns to; back is 0 if there is none
};

// To be called first by the chip's on_insn. True: the run is stopped here, and tn_memo_answer
// makes it go on behind the call.
bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr);

// As tn_emu_run and tn_emu_boot, for a chip whose on_insn looks.
enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e);
enum tn_emu_end tn_memo_boot(
        struct tn_memo *m, struct tn_emu *e, uint32_t seed, unsigned max_resets);

#endif
