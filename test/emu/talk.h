// SPDX-License-Identifier: Apache-2.0
// An SMP client at the serial line of an emulated board, in the board's own time.
//
// A job runs the board until the answer is here, or until the board's run ends by itself: a reset,
// a jump to the application, a stop that a test has requested.
#ifndef TN_TEST_EMU_TALK_H
#define TN_TEST_EMU_TALK_H

#include "client/client.h"
#include "emu/core/memo.h"
#include "link/console.h"

enum {
    TALK_ENDED = -1000,  // the run has ended before the job; end says how
    TALK_PACKET = 1024,
};

struct talk {
    struct tn_client client;  // of the last job: acked, reply, retries
    enum tn_emu_end end;      // of the last run

    // private
    struct tn_emu *emu;
    struct tn_memo *memo;
    struct tn_console line;
    uint32_t enough;  // of an upload: acked bytes at which the job ends
    bool has_job, busy;
    uint64_t next;  // instructions at the next look at the client
    int result;
    uint8_t in[TALK_PACKET + TN_CONSOLE_OVERHEAD];
    uint8_t out[TALK_PACKET];
};

// Uses the chip's ctx, on_byte, on_sleep and on_insn. memo may be NULL. With no job, a
// board that waits for bytes ends its run with TN_EMU_IDLE.
void talk_open(struct talk *t, struct tn_emu *e, struct tn_memo *memo);

// Runs the board without a job.
enum tn_emu_end talk_run(struct talk *t);

// Returns the rc of the answer, an error of tn_client_input or tn_client_poll, or TALK_ENDED. The
// reply is valid until the next job.
int talk_call(struct talk *t, const struct tn_call *call);

// Uploads an image to the spare slot. Stops with 0 as soon as `enough` bytes have arrived; 0: all.
int talk_upload(struct talk *t, const uint8_t *image, size_t len, uint32_t enough);

#endif
