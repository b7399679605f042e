// SPDX-License-Identifier: Apache-2.0
#include "link/xmodem.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"
#include "base/text.h"

enum {
    SOH = 0x01,  // a block of 128 bytes
    STX = 0x02,  // of 1024
    EOT = 0x04,
    ACK = 0x06,
    BS = 0x08,
    NAK = 0x15,
    CAN = 0x18,
    WANTS_CRC = 'C',

    SHORT_BLOCK = 128,
    NUMBERS = 2,        // the block's number and its complement
    BYTE_MS = 1000,     // the longest pause in a block
    ANSWER_MS = 10000,  // for the sender's next block
    BURST_MS = 50,      // a silence that ends what was typed
    TEXT_MS = 300,      // from a transfer's end to the line about it
    HELP_MS = 1000,     // from the line of help to an invitation
    NAK_EVERY = 4,      // one invitation in so many asks for checksums
    CANCELS = 8,

    FRAME_1 = 0x06,  // a console frame begins with these two (link/console.c)
    FRAME_2 = 0x09,
};

enum state {
    IDLE,     // bytes are the inner framing's
    BETWEEN,  // a block, or the end, comes next
    IN_BLOCK,
    WORKING,  // the sink works; the sender waits for its answer
    DONE,     // the device leaves soon
};

// tn_xmodem.work.
enum {
    WRITE,
    FINISH,
};

static void put(struct tn_xmodem *x, uint8_t byte) {
    if (x->out_len < sizeof(x->out)) {
        x->out[x->out_len++] = byte;
    }
}

// Text for the user, behind what is sent already. It takes the place of an older one.
static void say(struct tn_xmodem *x, const char *line, const char *what, const char *why) {
    struct tn_text t = {x->text, sizeof(x->text), 0};

    tn_text_str(&t, line);
    if (why) {
        tn_text_str(&t, "\r\n");
        tn_text_str(&t, what);
        tn_text_str(&t, why);
    }
    tn_text_str(&t, "\r\n");
    x->text_len = (uint8_t)t.len;
    x->text_is_due = false;
}

static void answer(struct tn_xmodem *x, uint8_t byte, uint32_t now) {
    put(x, byte);
    x->asked_ms = x->heard_ms = now;
}

static void begin_block(struct tn_xmodem *x) {
    x->state = BETWEEN;
    x->got = 0;
    x->check = 0;
    x->cancels = 0;
}

static void go_idle(struct tn_xmodem *x, uint32_t now) {
    memset(x->head, 0, sizeof(x->head));
    x->state = IDLE;
    x->invitations = 0;
    x->has_typed = x->has_other = x->is_finished = false;
    x->asked_ms = x->heard_ms = now;
}

// The sender gets no more answers. A file that is installed already starts all the same.
static void end_file(struct tn_xmodem *x, const char *line, const char *why, uint32_t now) {
    if (x->is_finished) {
        say(x, "\r\ninstalled; it starts now", "refused: ", why);
        x->state = DONE;
        x->asked_ms = now;
        return;
    }
    x->sink->abort(x->ctx);
    go_idle(x, now);
    say(x, line, "refused: ", why);
}

// Ends a transfer: the sender first, which may be in a block.
static void cancel(struct tn_xmodem *x, const char *why, uint32_t now) {
    x->out_len = 0;
    for (unsigned i = 0; i < CANCELS; i++) {
        put(x, CAN);
    }
    for (unsigned i = 0; i < CANCELS; i++) {
        put(x, BS);  // terminals would show them
    }
    x->why = why;
    end_file(x, "", why, now);
}

static void fail(struct tn_xmodem *x, int err, uint32_t now) {
    const char *why = x->sink->words ? x->sink->words(err) : NULL;

    cancel(x, why ? why : "the file cannot be installed", now);
}

// Asks for the block again.
static void complain(struct tn_xmodem *x, uint32_t now) {
    if (++x->errors > TN_XMODEM_ERRORS) {
        cancel(x, "too many errors on the line", now);
        return;
    }
    begin_block(x);
    answer(x, NAK, now);
}

// ---- Outside of a file -------------------------------------------------------------------

// Nobody has spoken for a while: a sender may be waiting for a receiver.
static void invite(struct tn_xmodem *x, uint32_t now) {
    x->invitations++;
    x->wants_sum = !(x->invitations & (NAK_EVERY - 1));
    put(x, x->wants_sum ? NAK : WANTS_CRC);
    x->asked_ms = now;
    x->pause_ms = TN_XMODEM_INVITE_MS;
}

// The head of a first block: XMODEM's has the number 1, YMODEM's the number 0.
static bool begins_file(const struct tn_xmodem *x) {
    const uint8_t *h = x->head;

    return (h[0] == SOH || h[0] == STX) && h[1] <= 1 && h[1] + h[2] == UINT8_MAX;
}

static void begin_file(struct tn_xmodem *x) {
    x->number = x->head[1];
    x->is_batch = !x->number;
    x->off = x->size = 0;
    x->errors = 0;
    x->doubts_end = x->is_finished = x->is_bad = false;
    begin_block(x);
    x->len = x->head[0] == SOH ? SHORT_BLOCK : TN_XMODEM_BLOCK;
    x->got_number = x->number;
    x->got = NUMBERS;
    x->state = IN_BLOCK;
}

// "**", CAN and 'B' begin a ZMODEM sender's request, in hex.
static bool is_zmodem(struct tn_xmodem *x, uint8_t byte) {
    static const uint8_t head[] = {'*', '*', CAN, 'B'};

    if (byte != head[x->zmodem]) {
        x->zmodem = byte == head[0];
        return false;
    }
    x->zmodem = (uint8_t)((x->zmodem + 1) & 3);
    return !x->zmodem;
}

static void note_byte(struct tn_xmodem *x, uint8_t byte, uint32_t now) {
    bool is_end = byte == '\r' || byte == '\n';

    x->heard_ms = now;
    x->has_typed |= is_end;
    x->has_other |= !is_end && (byte < ' ' || byte > '~') && byte != BS;
    memmove(x->head, x->head + 1, 2);
    x->head[2] = byte;
    if (begins_file(x)) {
        begin_file(x);
    } else if (is_zmodem(x, byte)) {
        cancel(x, "ZMODEM is not supported; use YMODEM (sb) or XMODEM (sx)", now);
        x->is_quiet = false;
    }
}

static void note_silence(struct tn_xmodem *x, uint32_t now) {
    // A sender that ends throws away what it has not read.
    x->text_is_due |= now - x->asked_ms >= TEXT_MS;
    if (now - x->heard_ms < BURST_MS) {
        return;
    }
    if (x->has_typed && !x->has_other && x->help) {
        say(x, x->help, "last: ", x->why);
        x->text_is_due = true;
        x->is_quiet = false;
        x->asked_ms = now;
        x->pause_ms = HELP_MS;
    }
    x->has_typed = x->has_other = false;
    if (!x->is_quiet && now - x->asked_ms >= x->pause_ms) {
        invite(x, now);
    }
}

// A client of packets is there. One of bare packets might not skip an invitation.
static void note_packet(struct tn_xmodem *x, uint32_t now) {
    x->is_quiet = x->inner->takes_text && !x->inner->takes_text(x->link);
    x->has_typed = false;
    x->asked_ms = now;
    x->pause_ms = TN_XMODEM_CLIENT_MS;
}

static void feed_idle(struct tn_xmodem *x, int byte, uint32_t now, struct tn_span *ret) {
    struct tn_span pkt = {NULL, 0};

    x->inner->feed(x->link, byte, now, &pkt);
    if (byte >= 0) {
        note_byte(x, (uint8_t)byte, now);
    }
    if (pkt.ptr) {
        note_packet(x, now);  // also about its last byte, which ends a line
        *ret = pkt;
    }
    if (byte < 0) {
        note_silence(x, now);
    }
}

// ---- Blocks ------------------------------------------------------------------------------

static void work(struct tn_xmodem *x, uint8_t what) {
    x->state = WORKING;
    x->work = what;
    x->pos = 0;
    x->is_begun = false;
}

// YMODEM's block 0: a name, its 0, and the size in decimal. Without a name, the batch ends. Returns
// false if it ends.
static bool take_name(struct tn_xmodem *x) {
    const uint8_t *end = memchr(x->buf, 0, x->len);

    x->size = 0;
    if (!end || end == x->buf) {
        return false;
    }
    for (const uint8_t *p = end + 1; p < x->buf + x->len && *p >= '0' && *p <= '9'; p++) {
        if (x->size > UINT32_MAX / 10 - 1) {
            x->size = 0;  // no file of ours: its header decides
            break;
        }
        x->size = x->size * 10 + (*p - '0');
    }
    return true;
}

// In a batch, the receiver asks for the next file's data, and for the next name.
static void ask_for_next(struct tn_xmodem *x, uint32_t now) {
    begin_block(x);
    answer(x, ACK, now);
    put(x, x->wants_sum ? NAK : WANTS_CRC);
}

static void end_batch(struct tn_xmodem *x, uint32_t now) {
    answer(x, ACK, now);
    x->state = DONE;
}

// Block 0 of a batch: the file's name first, and after the file the end of the batch.
static void take_block_0(struct tn_xmodem *x, uint32_t now) {
    bool has_name = take_name(x);

    if (x->is_finished) {
        if (has_name) {
            cancel(x, "one file at a time", now);
        } else {
            end_batch(x, now);
        }
        return;
    }
    if (!has_name) {  // an empty batch
        answer(x, ACK, now);
        go_idle(x, now);
        return;
    }
    x->number = 1;
    ask_for_next(x, now);
}

static void take_data(struct tn_xmodem *x, uint32_t now) {
    if (x->got_number == (uint8_t)(x->number - 1) && x->off) {
        begin_block(x);  // the sender has missed an answer
        answer(x, ACK, now);
    } else if (x->got_number != x->number) {
        cancel(x, "a block is missing", now);
    } else {
        if (x->size) {
            x->len = (uint16_t)tn_min(x->len, x->size - tn_min(x->off, x->size));
        }
        work(x, WRITE);
    }
}

// All of a block is here.
static void take_block(struct tn_xmodem *x, uint32_t now) {
    uint16_t sum = 0;

    for (uint32_t i = 0; x->wants_sum && i < x->len; i++) {
        sum = (uint8_t)(sum + x->buf[i]);
    }
    if (x->is_bad || x->check != (x->wants_sum ? sum : tn_crc16(0, x->buf, x->len))) {
        complain(x, now);
        return;
    }
    x->errors = 0;
    if (x->is_batch && !x->got_number && (!x->off || x->is_finished)) {
        take_block_0(x, now);
    } else {
        take_data(x, now);
    }
}

static void feed_block(struct tn_xmodem *x, uint8_t byte, uint32_t now) {
    uint32_t at = x->got++;
    uint32_t data_end = (uint32_t)NUMBERS + x->len;
    uint32_t end = data_end + (x->wants_sum ? 1 : 2);

    if (at == 0) {
        x->got_number = byte;
    } else if (at == 1) {
        x->is_bad = byte + x->got_number != UINT8_MAX;
    } else if (at < data_end) {
        x->buf[at - NUMBERS] = byte;
    } else {
        x->check = (uint16_t)(x->check << 8 | byte);
        if (at + 1 == end) {
            take_block(x, now);
        }
    }
}

// The sender's end of the file. It is believed at once if the file is whole, else the second time:
// noise may look like it.
static void take_end(struct tn_xmodem *x, uint32_t now) {
    if (x->is_finished) {
        ask_for_next(x, now);  // the sender has missed the answer
        return;
    }
    if (x->off && !x->sink->is_whole(x->ctx) && !x->doubts_end) {
        x->doubts_end = true;
        answer(x, NAK, now);
        return;
    }
    work(x, FINISH);
}

// A client of packets that speaks to a device whose sender has gone need not wait for a timeout.
static void return_to_packets(struct tn_xmodem *x, uint32_t now) {
    struct tn_span none = {NULL, 0};

    if (x->is_finished) {
        end_file(x, "", NULL, now);
        return;
    }
    x->sink->abort(x->ctx);
    go_idle(x, now);
    x->inner->feed(x->link, FRAME_1, now, &none);
    x->inner->feed(x->link, FRAME_2, now, &none);
}

static void feed_between(struct tn_xmodem *x, uint8_t byte, uint32_t now) {
    bool is_frame = x->head[2] == FRAME_1 && byte == FRAME_2;

    x->head[2] = byte;
    x->cancels = (uint8_t)(byte == CAN ? x->cancels + 1 : 0);
    if (is_frame) {
        return_to_packets(x, now);
    } else if (byte == SOH || byte == STX) {
        begin_block(x);
        x->len = byte == SOH ? SHORT_BLOCK : TN_XMODEM_BLOCK;
        x->state = IN_BLOCK;
    } else if (byte == EOT) {
        take_end(x, now);
    } else if (x->cancels == 2) {
        end_file(x, "\r\nthe sender gave up", NULL, now);
    }
}

static void feed_file(struct tn_xmodem *x, int byte, uint32_t now) {
    uint32_t pause = now - x->heard_ms;

    if (byte >= 0) {
        x->heard_ms = now;
        if (x->state == IN_BLOCK) {
            feed_block(x, (uint8_t)byte, now);
        } else {
            feed_between(x, (uint8_t)byte, now);
        }
    } else if (pause >= (x->state == IN_BLOCK ? BYTE_MS : ANSWER_MS)) {
        complain(x, now);
    }
}

// ---- The sink's work ---------------------------------------------------------------------

// The file is installed. In a batch, the sender's block 0 follows.
static void finished(struct tn_xmodem *x, uint32_t now) {
    say(x, "\r\ninstalled; it starts now", NULL, NULL);
    if (!x->is_batch) {
        end_batch(x, now);
        return;
    }
    x->is_finished = true;
    x->number = 0;
    ask_for_next(x, now);
}

static void work_step(struct tn_xmodem *x, uint32_t now) {
    int rc = x->sink->step(x->ctx);

    if (rc == TN_MORE) {
        return;
    }
    if (!rc && x->work == WRITE && x->pos < x->len) {
        rc = x->sink->write(x->ctx, x->off + x->pos, x->buf + x->pos, (uint32_t)(x->len - x->pos));
        if (rc >= 0) {
            x->pos = (uint16_t)(x->pos + rc);
            return;
        }
    }
    if (rc < 0) {
        fail(x, rc, now);
    } else if (x->work == WRITE) {
        x->off += x->len;
        x->number++;
        begin_block(x);
        answer(x, ACK, now);
    } else {
        finished(x, now);
    }
}

// The first step of the end: the sink may refuse it at once.
static void finish(struct tn_xmodem *x, uint32_t now) {
    int rc = x->is_begun ? 0 : x->sink->finish(x->ctx);

    x->is_begun = true;
    if (rc < 0) {
        fail(x, rc, now);
    } else {
        work_step(x, now);
    }
}

// ---- The row -----------------------------------------------------------------------------

static void feed(void *link, int byte, uint32_t now_ms, struct tn_span *ret_pkt) {
    struct tn_xmodem *x = link;

    switch ((enum state)x->state) {
    case IDLE:
        feed_idle(x, byte, now_ms, ret_pkt);
        break;
    case WORKING:  // what comes now is noise: the sender waits
        x->heard_ms = now_ms;
        if (x->work == FINISH) {
            finish(x, now_ms);
        } else {
            work_step(x, now_ms);
        }
        break;
    case DONE:
        if (byte == EOT && !x->is_batch) {
            answer(x, ACK, now_ms);  // the sender has missed the answer
        }
        x->text_is_due = now_ms - x->asked_ms >= TEXT_MS;
        if (now_ms - x->asked_ms >= TN_XMODEM_LEAVE_MS) {
            go_idle(x, now_ms);
            x->sink->leave(x->ctx);
        }
        break;
    default:
        feed_file(x, byte, now_ms);
        break;
    }
}

static void send(void *link, const uint8_t *pkt, size_t len) {
    struct tn_xmodem *x = link;

    x->inner->send(x->link, pkt, len);
}

static size_t take(void *link, void *out) {
    struct tn_xmodem *x = link;
    size_t n = x->out_len;

    if (n) {
        memcpy(out, x->out, n);
        x->out_len = 0;
        return n;
    }
    if (x->text_len && x->text_is_due) {
        n = x->text_len;
        memcpy(out, x->text, n);
        x->text_len = 0;
        return n;
    }
    return x->state == IDLE ? x->inner->take(x->link, out) : 0;
}

static bool takes_text(const void *link) {
    const struct tn_xmodem *x = link;

    return x->state == IDLE && (!x->inner->takes_text || x->inner->takes_text(x->link));
}

const struct tn_framing tn_xmodem_framing = {feed, send, take, takes_text};

bool tn_xmodem_is_receiving(const struct tn_xmodem *x) {
    return x->state != IDLE;
}
