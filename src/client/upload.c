// SPDX-License-Identifier: Apache-2.0
// The upload: go-back-N on the server's `off`.
//
// Every answer names the byte that the server wants next, which says more than yes or no: an
// answer that is lost is made up for by the next one, a chunk that is lost shows in the answer
// to its follower, a server that has the beginning already says so, and one that was reset
// wants byte 0. So the answers alone steer; timeouts are for silence only.
//
// A timeout is the longest of late round trips and a margin. Round trips to flash come in two
// kinds, with an erase and without; a mean and its deviation (RFC 6298) forget the one between
// two erases, and wait too long behind each. Where packets are lost, silence more likely means
// another loss than an erase, and a needless retry costs less than waiting: there the mean alone
// counts. What a packet takes on a slow line is known before it is sent, and is no part of the
// round trip: its clock starts when its last byte has left.
//
// Where a packet is lost with any of its lines, its length decides how often it arrives: how many
// lines are lost is estimated from the packets that are, and packets get the length that costs
// least (best_packet). What is in flight behind a lost packet is lost with it: on a lossy line no
// more goes out than the line needs to be kept busy (window).
//
// The first chunk carries what opens the session and goes alone: only its answer tells where
// the server wants to begin, and it may take as long as an erase.
#include "base/compiler.h"
#include "base/err.h"
#include "base/seal.h"
#include "client/client.h"
#include "client/client_priv.h"

enum {
    FIRST_TIMEOUT_MS = 3000,
    FIRST_TIMEOUT_MAX_MS = 60000,
    TIMEOUT_MARGIN_MS = 12,  // what a host's scheduling and a USB adapter's latency may add
    SOON_MARGIN_MS = 4,      // the same where packets are lost, and waiting costs more than a retry
    TIMEOUT_MAX_MS = 5000,
    TIMEOUT_START_MS = 1000,  // until an answer was timed
    FIRST_TIMED_MS = 500,     // a first answer that took longer waited for an erase
    LEAP_MS = 500,  // more than twice the longest round trip and this is an odd one out: it counts
                    // so much at most, and a way that is so slow now makes several such leaps
    LAST_TIMEOUT_MS = 1000,  // the last answer waits for a check of all, where none were lost
    SILENCE_MAX_MS = 120000,
    LEAST_PIECES = 2,    // of a packet, however much is lost: the rest would be heads
    LEAST_PACKET = 160,  // holds a first chunk with all its members
    RESTARTS = 8,
    STUCK_MAX = 30,  // with the pauses below: about 50 s
    STUCK_PAUSE_MS = 50,
    STUCK_PAUSE_MAX_MS = 2000,
    LOSSY = 40,    // of 255: a loss in the last ten packets or so
    STREAK = 16,   // chunks in a row that earn the window one more
    MEMORY = 512,  // pieces, of which half are forgotten then
    EARLY = 3,
    BESIDE_16TH = 10,  // sixteenths of a piece's time that a packet takes beside its data: its
                       // heads do a third, and of half to two pieces this is the best (test/endure)
    WAIT_MAX_MS = 60000,
    HEADER_BYTES = 32,  // of the image, that a server wants to see in the first chunk
};

// The square root, rounded down.
static uint32_t root(uint32_t v) {
    uint32_t r = 0;

    for (uint32_t bit = 1u << 15; bit; bit >>= 1) {
        r |= (r | bit) * (r | bit) <= v ? bit : 0;
    }
    return r;
}

// However much is lost, packets are no smaller.
static uint32_t least_packet(const struct tn_client *c) {
    return tn_min(c->max_packet, tn_max(LEAST_PACKET, LEAST_PIECES * (uint32_t)c->piece));
}

// The packet that brings most bytes in a time. Of n pieces, each lost with a chance of p, it takes
// n + h with its heads and the wait for its answer, and arrives with (1 - p)^n: n(1 - p)^n/(n + h)
// is largest about where n(n + h) = h/p.
static uint32_t best_packet(const struct tn_client *c) {
    if (!c->piece || !c->lost_16th) {
        return c->max_packet;
    }
    uint32_t h = BESIDE_16TH;
    uint32_t per_loss = (c->pieces << 8) / c->lost_16th;  // sixteenths of 1/p
    uint32_t n = (root(h * h + 4 * h * per_loss) - h) / 2;
    return tn_min(c->max_packet, tn_max(n * c->piece >> 4, least_packet(c)));
}

static bool at_start(const struct tn_client *c) {
    return c->acked == 0;
}

// Patience for an answer now: the same for the first tries, then doubled with each. Our own
// server takes the first chunk again at no cost; others may erase the slot for each copy.
static void set_timeout(struct tn_client *c) {
    bool soon = c->loss >= LOSSY;
    uint32_t rtt = (soon ? c->rtt_16th : c->longest_16th) >> 4;
    uint32_t margin = tn_max(rtt / 4, soon ? SOON_MARGIN_MS : TIMEOUT_MARGIN_MS);
    uint32_t ms = c->rtt_16th ? rtt + margin : TIMEOUT_START_MS;
    uint32_t max = TIMEOUT_MAX_MS;
    uint8_t early = soon ? 2 : 1;  // tries after which it is not doubled

    if (c->next == c->upload.data.len && !c->shrunk) {
        ms = tn_max(ms, LAST_TIMEOUT_MS);
    }
    if (at_start(c)) {
        ms = c->upload.first_timeout_ms;
        max = c->tenon ? TIMEOUT_MAX_MS : FIRST_TIMEOUT_MAX_MS;
        early = c->tenon ? 2 : 0;
    }
    ms = tn_max(ms, c->quiet_ms);
    max = tn_max(ms, max);
    for (uint8_t i = early; i < c->tries && ms < max; i++) {
        ms *= 2;
    }
    c->timeout_ms = tn_min(ms, max);
}

int tn_client_upload(struct tn_client *c, const struct tn_upload *upload) {
    uint8_t window = upload->window ? upload->window : 1;

    if (upload->data.len == 0 || upload->data.len > INT32_MAX) {
        return TN_EINVAL;
    }
    tn_client_reset(c, JOB_UPLOAD);
    c->upload = *upload;
    c->upload.window = (uint8_t)tn_min(window, TN_CLIENT_FLIGHT);
    c->window_now = c->upload.window;
    if (!upload->first_timeout_ms) {
        c->upload.first_timeout_ms = FIRST_TIMEOUT_MS;
    }
    c->rtt_16th = c->longest_16th = 0;
    c->line_free_ms = 0;
    c->kib_now = c->kib_ms;
    c->pieces = c->lost_16th = c->early = 0;
    if (c->piece) {
        c->packet_now = least_packet(c);
    }
    set_timeout(c);
    return 0;
}

// ---- Sending ---------------------------------------------------------------------------

// All of a chunk but its data. Returns how many bytes of data fit behind it.
static size_t put_head(
        const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size, bool sha) {
    static const size_t data_head = 5 + 3;  // "data", and a length of up to 65535
    size_t tail = data_head + (c->tenon ? 4 : 0) + (c->sealed ? TN_SEAL_LEN : 0);
    const struct tn_upload *u = &c->upload;

    if (c->next) {
        tn_request_begin(c, out, buf, size, 2);
        tn_cbor_pair_uint(out, "off", c->next);
    } else {
        tn_request_begin(c, out, buf, size, sha ? 5 : 4);
        tn_cbor_pair_uint(out, "image", u->image);
        tn_cbor_pair_uint(out, "len", (uint32_t)u->data.len);
        tn_cbor_pair_uint(out, "off", 0);
        if (sha) {
            tn_cbor_put_str(out, "sha");
            tn_cbor_put_bytes(out, u->sha, TN_SHA_LEN);
        }
    }
    return !out->full && out->size - out->len > tail ? out->size - out->len - tail : 0;
}

// Writes the chunk at c->next. Returns its bytes of data, or 0 if there is no room. All but the
// last are a multiple of 4, the write unit of most flash: servers need not keep a rest.
static size_t put_chunk(
        const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size) {
    size_t left = c->upload.data.len - c->next;
    size_t least = c->next ? 1 : tn_min(HEADER_BYTES, (uint32_t)left);
    size_t room = put_head(c, out, buf, size, true);

    if (room < least && c->next == 0) {
        room = put_head(c, out, buf, size, false);
    }
    size_t n = room < left ? room & ~(size_t)3 : left;
    if (n < least) {
        return 0;
    }
    tn_cbor_put_str(out, "data");
    tn_cbor_put_bytes(out, c->upload.data.ptr + c->next, n);
    return n;
}

// A packet of len bytes goes onto the line behind what it still carries.
static void note_line(struct tn_client *c, struct tn_flight *f, size_t len, uint32_t now_ms) {
    f->line_ms = (uint16_t)tn_min((uint32_t)len * c->kib_now >> 10, UINT16_MAX);
    f->alone = c->line_free_ms == 0 || tn_since(c->line_free_ms, now_ms) <= 0;
    if (f->alone) {
        c->line_free_ms = now_ms;
    }
    c->line_free_ms += f->line_ms;
    f->sent_ms = c->line_free_ms;
}

static int send_chunk(struct tn_client *c, uint32_t now_ms, void *buf, size_t size) {
    struct tn_smp_hdr h = {.op = TN_SMP_WRITE, .group = TN_SMP_IMAGE, .id = TN_IMG_UPLOAD};
    struct tn_cbor_out out;
    size_t n = put_chunk(c, &out, buf, tn_min((uint32_t)size, c->packet_now));

    if (n == 0) {
        c->job = JOB_NONE;
        return TN_ENOSPC;
    }
    struct tn_flight *f = tn_flight_add(c, now_ms);
    note_line(c, f, TN_SMP_HDR_LEN + out.len, now_ms);
    h.seq = f->seq;
    f->off = c->next;
    f->end = c->next + (uint32_t)n;
    c->retries += f->off < c->high;
    c->flush = c->tries > 0;
    c->next = f->end;
    c->high = tn_max(c->high, f->end);
    set_timeout(c);
    return tn_request_end(c, &out, buf, &h);
}

// ---- Going back ------------------------------------------------------------------------

// What is in flight came to nothing: begin again at off. What was sent before `answered` was
// lost, or its answer was. What was sent behind it the server may still hold: those requests
// keep their places until they are answered or their time is up.
static void go_back(struct tn_client *c, uint32_t off, uint8_t answered) {
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *f = &c->flight[i];
        bool before = (uint8_t)(answered - f->seq) < 128;
        if (f->state == FLIGHT_LIVE || (f->state == FLIGHT_STALE && before)) {
            f->state = before ? FLIGHT_LATE : FLIGHT_STALE;
        }
    }
    c->next = off;
    c->streak = 0;
}

// Answers come in the order of their requests, by and large: the server holds nothing any more of
// what was given up and sent before the one that it answers.
static void free_before(struct tn_client *c, uint8_t answered) {
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *f = &c->flight[i];
        if (f->state == FLIGHT_STALE && (uint8_t)(answered - f->seq) < 128) {
            f->state = FLIGHT_LATE;
        }
    }
}

// Another answer that brought nothing: after some of them, with fewer requests at once.
static int note_stuck(struct tn_client *c) {
    if (++c->stuck > STUCK_MAX) {
        c->job = JOB_NONE;
        return TN_EBUSY;
    }
    if (c->stuck % 8 == 0) {
        c->window_now = (uint8_t)tn_max(1, c->window_now / 2);
    }
    return 0;
}

// What became of a packet: of so many pieces, and one for the answer, so many were lost. Packets
// begin small, in case much is lost, and double.
static void note_pieces(struct tn_client *c, uint32_t lost) {
    if (!c->piece) {
        return;
    }
    c->pieces += 1 + (c->packet_now + c->piece - 1) / c->piece;
    c->lost_16th += lost << 4;
    if (c->pieces > MEMORY) {
        c->pieces /= 2;
        c->lost_16th /= 2;
    }
    c->packet_now = tn_min(best_packet(c), 2 * c->packet_now);
}

// A packet came to nothing.
static void note_loss(struct tn_client *c) {
    c->shrunk = true;
    c->loss_was = c->loss;
    c->loss = (uint8_t)(c->loss + (UINT8_MAX - c->loss) / 4);
    note_pieces(c, 1);
}

// It was not lost, only late.
static void forgive_loss(struct tn_client *c) {
    c->loss = (uint8_t)tn_min(c->loss, c->loss_was);
    c->lost_16th -= tn_min(c->lost_16th, 16);
}

static void note_success(struct tn_client *c) {
    c->loss = (uint8_t)(c->loss - (c->loss + 15) / 16);
    note_pieces(c, 0);
}

// The server wants bytes again that were sent, and maybe some that it once had: a chunk was
// lost, or the server was reset or gave the session up.
static int fall_back(struct tn_client *c, uint32_t off, uint8_t answered) {
    if (off < c->acked) {
        c->acked = off;
        if (++c->restarts > RESTARTS) {
            c->job = JOB_NONE;
            return TN_ESTATE;
        }
    }
    note_loss(c);
    go_back(c, off, answered);
    set_timeout(c);
    return note_stuck(c);
}

// The server took nothing, and answered: it is busy. Later.
static int be_patient(struct tn_client *c, uint8_t answered, uint32_t now_ms) {
    go_back(c, c->acked, answered);
    c->pause_from = now_ms;
    c->pause_ms = tn_min((uint32_t)STUCK_PAUSE_MS << tn_min(c->stuck, 6), STUCK_PAUSE_MAX_MS);
    return note_stuck(c);
}

// ---- Answers ---------------------------------------------------------------------------

// Over USB the speed of a line is only a number. Of several answers in a row that take less than
// half of what their requests should take on the line, each halves what is thought of it.
static void learn_speed(struct tn_client *c, const struct tn_flight *f, int32_t ms) {
    if (f->alone && f->line_ms) {
        c->early = f->line_ms / 2 + ms < 0 ? (uint8_t)tn_min(c->early + 1u, EARLY) : 0;
        c->kib_now = c->early == EARLY ? c->kib_now / 2 : c->kib_now;
    }
}

// Every packet has a sequence number of its own, so that the answer to a repeated chunk is timed
// as well as any other, and one that came too late tells how long to wait.
static void take_time(struct tn_client *c, const struct tn_flight *f, uint32_t now_ms) {
    int32_t ms = tn_since(now_ms, f->sent_ms);
    uint32_t v = ms > 0 ? tn_min((uint32_t)ms, FIRST_TIMEOUT_MAX_MS) << 4 : 1;

    if (c->rtt_16th) {
        v = tn_min(v, 2 * c->longest_16th + (LEAP_MS << 4));
    }
    c->longest_16th = v > c->longest_16th ? v : c->longest_16th - (c->longest_16th - v) / 32;
    c->rtt_16th = c->rtt_16th ? (7 * c->rtt_16th + v) / 8 : v;
    learn_speed(c, f, ms);
    if (ms < 0) {  // the line is faster than was said: what is behind this packet has left, too
        c->line_free_ms += (uint32_t)ms;
        for (size_t i = 0; i < TN_LEN(c->flight); i++) {
            c->flight[i].sent_ms += (uint32_t)ms;
        }
    }
}

// The server has all bytes before off.
static void advance(struct tn_client *c, uint32_t off) {
    c->acked = off;
    c->tries = c->stuck = 0;
    c->pause_ms = 0;
    if (off > c->best) {
        c->best = off;
        c->restarts = 0;
    }
    c->next = tn_max(c->next, off);
    c->high = tn_max(c->high, off);
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        if (c->flight[i].state == FLIGHT_LIVE && c->flight[i].end <= off) {
            c->flight[i].state = FLIGHT_LATE;  // answered by this answer
        }
    }
    note_success(c);
    if (++c->streak >= STREAK && c->window_now < c->upload.window) {
        c->window_now++;
        c->streak = 0;
    }
    set_timeout(c);
}

// The server wants off, in answer to the chunk that was sent as `was`.
static int take_off(
        struct tn_client *c, const struct tn_flight *was, uint32_t off, uint32_t now_ms) {
    bool start = at_start(c);

    if (off > c->upload.data.len || (off > c->high && !start)) {
        c->job = JOB_NONE;
        return TN_ECORRUPT;
    }
    if (off > c->acked) {
        if (start && off > was->end) {
            c->resumed_at = off;
        }
        advance(c, off);
        if (off < was->end) {
            go_back(c, off, was->seq);  // it took the chunk's beginning only
        }
        return 0;
    }
    if (off == was->off && off == c->acked) {
        return be_patient(c, was->seq, now_ms);
    }
    return fall_back(c, off, was->seq);
}

// An error: nothing more to do, be it late or not, for the server tells it once and ends the upload
// with it. Unless it only lacks time or buffers.
static int take_error(struct tn_client *c, const struct tn_flight *was, uint32_t now_ms) {
    if (c->reply.group < 0 && (c->reply.rc == TN_RC_BUSY || c->reply.rc == TN_RC_NOMEM)) {
        return was->state == FLIGHT_LIVE ? be_patient(c, was->seq, now_ms) : 0;
    }
    c->job = JOB_NONE;
    return 1;
}

// A retry is out that was not needed, and the server may have got half of it: where only silence
// tells it so, what goes next has to wait.
static void keep_quiet(struct tn_client *c, uint32_t now_ms) {
    int32_t leaving = tn_since(c->line_free_ms, now_ms);

    if (c->quiet_ms) {
        c->pause_from = now_ms;
        c->pause_ms = tn_max(c->pause_ms, c->quiet_ms + (leaving > 0 ? (uint32_t)leaving : 0));
    }
}

int tn_upload_input(struct tn_client *c, struct tn_flight *f, uint32_t now_ms) {
    struct tn_flight was = *f;
    struct tn_cbor_in in;
    uint32_t off;
    bool match = true;
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &off},
            {"match", TN_FIELD_BOOL, &match},
    };

    f->state = FLIGHT_FREE;
    free_before(c, was.seq);
    if (!at_start(c) || tn_since(now_ms, was.sent_ms) < FIRST_TIMED_MS) {
        take_time(c, &was, now_ms);
    }
    if (c->reply.rc) {
        return take_error(c, &was, now_ms);
    }
    tn_cbor_in_init(&in, c->reply.body.ptr, c->reply.body.len);
    int found = tn_cbor_get_map(&in, fields, TN_LEN(fields));
    if (found < 0 || !(found & 1)) {
        c->garbled = true;
        f->state = was.state;  // as good as no answer
        return 0;
    }
    // To the first chunk's session any of its answers will do. Else what was given up is late, and
    // counts only if it brings news.
    if (was.state != FLIGHT_LIVE && !(at_start(c) && was.off == 0) &&
            (off <= c->acked || off > c->high)) {
        return 0;
    }
    if (was.state == FLIGHT_LATE && off > c->acked && off == was.end) {
        forgive_loss(c);
    }
    int err = take_off(c, &was, off, now_ms);
    if (was.state == FLIGHT_LATE) {
        keep_quiet(c, now_ms);
    }
    if (err || c->acked < c->upload.data.len) {
        return err;
    }
    c->job = JOB_NONE;
    return match ? 1 : TN_EHASH;
}

// ---- Time ------------------------------------------------------------------------------

// Marks what has waited too long. Returns true if an answer that counts is overdue.
static bool expire(struct tn_client *c, uint32_t now_ms) {
    bool overdue = false;

    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *f = &c->flight[i];
        bool waits = f->state == FLIGHT_LIVE || f->state == FLIGHT_STALE;
        if (waits && tn_since(now_ms, f->sent_ms) >= (int32_t)c->timeout_ms) {
            overdue = overdue || f->state == FLIGHT_LIVE;
            f->state = FLIGHT_LATE;
        }
    }
    return overdue;
}

static int give_up_waiting(struct tn_client *c, uint32_t now_ms) {
    c->silent_ms = c->tries ? c->silent_ms : now_ms - c->timeout_ms;
    c->tries = (uint8_t)(c->tries + (c->tries < UINT8_MAX));
    if (c->upload.tries ? c->tries >= c->upload.tries
                        : tn_passed(now_ms, c->silent_ms, SILENCE_MAX_MS)) {
        c->job = JOB_NONE;
        return c->garbled ? TN_ECORRUPT : TN_ETIMEOUT;
    }
    if (c->tries > 4) {
        c->window_now = (uint8_t)tn_max(1, c->window_now / 2);
    }
    if (!at_start(c)) {  // the first chunk is asked for early, and may wait for an erase
        note_loss(c);
    }
    go_back(c, c->acked, c->seq);
    set_timeout(c);
    return 0;
}

// The most requests at once. On a lossy line: one, and as many more as it carries until the answer.
static uint32_t window(const struct tn_client *c) {
    uint32_t line_ms = c->packet_now * c->kib_now >> 10;

    if (at_start(c)) {
        return 1;
    }
    if (!c->piece || !line_ms || c->loss < LOSSY) {
        return c->window_now;
    }
    uint32_t rtt = c->rtt_16th >> 4;
    return tn_min(c->window_now, 1 + (rtt + line_ms / 2) / line_ms);
}

// True if another chunk may go now.
static bool may_send(const struct tn_client *c) {
    uint8_t flying = 0;

    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        uint8_t s = c->flight[i].state;
        flying = (uint8_t)(flying + (s == FLIGHT_LIVE || s == FLIGHT_STALE));
    }
    return flying < window(c) && c->next < c->upload.data.len;
}

int tn_upload_poll(struct tn_client *c, uint32_t now_ms, void *out, size_t size) {
    int err = expire(c, now_ms) ? give_up_waiting(c, now_ms) : 0;

    if (err || !tn_passed(now_ms, c->pause_from, c->pause_ms) || !may_send(c)) {
        return err;
    }
    return send_chunk(c, now_ms, out, size);
}

uint32_t tn_upload_wait(const struct tn_client *c, uint32_t now_ms) {
    uint32_t wait = WAIT_MAX_MS;

    if (!tn_passed(now_ms, c->pause_from, c->pause_ms)) {
        wait = c->pause_ms - (now_ms - c->pause_from);
    } else if (may_send(c)) {
        return 0;
    }
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        const struct tn_flight *f = &c->flight[i];
        if (f->state == FLIGHT_LIVE || f->state == FLIGHT_STALE) {
            int32_t left = (int32_t)c->timeout_ms - tn_since(now_ms, f->sent_ms);
            wait = tn_min(wait, left > 0 ? (uint32_t)left : 0);
        }
    }
    return wait;
}
