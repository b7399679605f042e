// SPDX-License-Identifier: Apache-2.0
// Runs the library functions that take most of a boot's time only once for each input.
//
// The signature check takes nine tenths of a boot, BearSSL's round of SHA-256 most of the
// rest; of encrypted images also the unwrapping of keys, and AES. Their results depend only on
// their arguments. So the first of thousands of boots runs the
// function, and the others get the stored result; the registers that a function may change then
// hold random values. All other code of the binary runs unchanged.
#ifndef TN_EMU_MEMO_H
#define TN_EMU_MEMO_H

#include "elf.h"
#include "emu.h"

enum {
    TN_MEMO_KINDS = 4,
    TN_MEMO_INPUT = 304,    // at most: key, place and bytes of what is converted
    TN_MEMO_OUTPUT = 260,   // at most: those bytes
    TN_MEMO_CALLS = 16384,  // stored calls; of those with the same table index the newest
};

struct tn_memo_call {
    uint32_t entry;  // 0: none
    uint32_t input_len, output_len;
    uint8_t input[TN_MEMO_INPUT];
    uint8_t output[TN_MEMO_OUTPUT];
};

// One struct may serve several chips that run the same binary, one after the other.
struct tn_memo {
    uint64_t checks;  // signature checks that really ran
    // private
    uint32_t entry[TN_MEMO_KINDS];  // addresses of the functions
    uint64_t filter;                // a bit for each of them, by its address: most have none
    struct tn_memo_call *calls;
    struct tn_memo_call now;  // the call in progress
    size_t kind;              // of that call
    uint32_t back, sp;        // where it returns to; back is 0 if no call is in progress
    uint32_t output_at;       // where the result goes, besides r0
    uint32_t answers;
};

// Prepares m for this program, which must check signatures with the row of micro-ecc or
// of P256-Cortex-M4. Returns 0, or
// -1 with a line on stderr.
int tn_memo_open(struct tn_memo *m, const struct tn_elf *program);
void tn_memo_close(struct tn_memo *m);

// The chip's on_insn must call this first. True: the run stops here, and tn_memo_run continues it
// behind the call.
bool tn_memo_look(struct tn_memo *m, struct tn_emu *e, uint32_t addr);

// tn_emu_run and tn_emu_boot for a chip whose on_insn calls tn_memo_look.
enum tn_emu_end tn_memo_run(struct tn_memo *m, struct tn_emu *e);
enum tn_emu_end tn_memo_boot(
        struct tn_memo *m, struct tn_emu *e, uint32_t seed, unsigned max_resets);

#endif
