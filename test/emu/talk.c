// SPDX-License-Identifier: Apache-2.0
#include "talk.h"

#include <string.h>

#include "emu/core/chip.h"
#include "host/base/sha256.h"

enum {
    STEP_US = 500,  // of a sleep
    SLICE = 10000,  // instructions between two looks at the client
};

static uint32_t now_ms(const struct talk *t) {
    return (uint32_t)(tn_emu_us(t->emu) / 1000);
}

static void finish(struct talk *t, int result) {
    t->busy = false;
    t->result = result;
}

static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    struct talk *t = e->ctx;
    size_t len;

    (void)line;
    tn_console_feed(&t->line, &byte, 1);
    const uint8_t *packet = tn_console_packet(&t->line, &len);
    if (!packet || !t->busy) {
        return;
    }
    int rc = tn_client_input(&t->client, packet, len, now_ms(t));
    if (rc) {
        finish(t, rc < 0 ? rc : t->client.reply.rc);
    } else if (t->enough && t->client.acked >= t->enough) {
        finish(t, 0);
    }
}

// The one line outside leads to every UART: the board's program switches on its own.
static void put(struct talk *t, const uint8_t *bytes, size_t len) {
    for (unsigned line = 0; line < TN_EMU_LINES; line++) {
        tn_emu_line_put(t->emu, line, bytes, len);
    }
}

static void send_due(struct talk *t) {
    uint8_t piece[TN_CONSOLE_LINE];
    int len;

    while (t->busy && (len = tn_client_poll(&t->client, now_ms(t), t->out, sizeof(t->out))) != 0) {
        if (len < 0) {
            finish(t, len);
            return;
        }
        tn_console_send(&t->line, t->out, (size_t)len);
        for (size_t n; (n = tn_console_take(&t->line, piece)) != 0;) {
            put(t, piece, n);
        }
    }
}

static bool on_sleep(struct tn_emu *e, uint64_t until) {
    struct talk *t = e->ctx;
    uint64_t now = tn_emu_us(e);

    if (until <= now) {
        return true;
    }
    send_due(t);
    tn_emu_pass(e, until - now < STEP_US ? until - now : STEP_US);
    return t->busy;
}

// With a memo. Most loaders poll their line and never sleep, so the client is looked at here too.
static void look(struct tn_emu *e, uint32_t addr, uint32_t size) {
    struct talk *t = e->ctx;

    (void)size;
    if (tn_memo_look(t->memo, e, addr) || !t->has_job) {
        return;
    }
    if (!t->busy) {
        tn_emu_stop(e);
    } else if (e->insns >= t->next) {
        t->next = e->insns + SLICE;
        send_due(t);
    }
}

void talk_open(struct talk *t, struct tn_emu *e, struct tn_memo *memo) {
    *t = (struct talk){.emu = e, .memo = memo};
    t->line.buf = t->in;
    t->line.size = sizeof(t->in);
    e->ctx = t;
    e->on_byte = on_byte;
    e->on_sleep = on_sleep;
    e->on_insn = memo ? look : NULL;
}

enum tn_emu_end talk_run(struct talk *t) {
    t->end = t->memo ? tn_memo_run(t->memo, t->emu) : tn_emu_run(t->emu);
    return t->end;
}

// Without a memo: slices, between which the client is looked at.
static void run_slices(struct talk *t) {
    do {
        send_due(t);
        t->emu->limit = SLICE;
        talk_run(t);
        t->emu->limit = 0;
    } while (t->busy && t->end == TN_EMU_LIMIT);
}

// Runs the job that has begun.
static int finish_job(struct talk *t) {
    t->busy = t->has_job = true;
    t->next = t->emu->insns;
    tn_console_forget(&t->line);
    if (t->memo) {
        talk_run(t);
    } else {
        run_slices(t);
    }
    t->has_job = false;
    if (t->busy) {
        finish(t, TALK_ENDED);
    }
    return t->result;
}

static void begin_job(struct talk *t, uint32_t enough) {
    t->client = (struct tn_client){.max_packet = TALK_PACKET, .version = 1, .tenon = true};
    t->enough = enough;
}

int talk_call(struct talk *t, const struct tn_call *call) {
    begin_job(t, 0);
    int err = tn_client_call(&t->client, call);
    return err ? err : finish_job(t);
}

int talk_upload(struct talk *t, const uint8_t *image, size_t len, uint32_t enough) {
    struct tn_upload upload = {.data = {image, len}, .first_timeout_ms = 20000};

    tn_sha256(image, len, upload.sha);
    begin_job(t, enough);
    int err = tn_client_upload(&t->client, &upload);
    return err ? err : finish_job(t);
}
