// SPDX-License-Identifier: Apache-2.0
// The upload: go-back-N on the server's `off`.
//
// Every answer names the byte that the server expects next. So the next answer makes up for a lost
// one. After a lost chunk, the answer to the chunk behind it reveals the gap. A server that already
// has the beginning says so, and a server that was reset expects byte 0. The answers alone control
// the upload; timeouts are for silence only.
//
// A timeout is the longest of recent round trips plus a margin. Round trips to flash are of two
// kinds, with an erase and without. A mean and its deviation (RFC 6298) forget the long kind
// between two erases, and then wait too long behind each. If packets are lost, silence more likely
// means another loss than an erase, and a needless retry costs less than waiting: then only the
// mean counts. The time of a packet on a slow line is known in advance and is no part of the round
// trip, which starts when the last byte has left.
//
// If the loss of one line loses the packet, a longer packet arrives less often. The loss of lines
// is estimated from the lost packets, and packets get the length that costs least (best_packet).
// What follows a lost packet is lost with it: on a lossy line, no more packets are in flight than
// keep the line busy (window).
//
// A server may lose every packet that is longer than its buffers, and say nothing. Two losses of
// packets that are longer than all that arrived, while no shorter one is lost, show it
// (note_length).
//
// The first chunk opens the session and is sent alone: its answer says where the server wants to
// start, and may take as long as an erase.
#include "base/compiler.h"
#include "base/err.h"
#include "base/seal.h"
#include "client/client.h"
#include "client/client_priv.h"

enum {
    FIRST_TIMEOUT_MS = 3000,
    FIRST_TIMEOUT_MAX_MS = 60000,
    TIMEOUT_MARGIN_MS = 12,  // what a host's scheduling and a USB adapter's latency may add
    SOON_MARGIN_MS = 4,      // the same if packets are lost: then waiting costs more than a retry
    TIMEOUT_MAX_MS = 5000,
    TIMEOUT_START_MS = 1000,  // until an answer was measured
    FIRST_TIMED_MS = 500,     // a first answer that took longer waited for an erase
    LEAP_MS = 500,  // a round trip counts as at most twice the longest one plus this, so that an
                    // outlier has a limited effect; if the link really became that slow, several
                    // such steps follow
    LAST_TIMEOUT_MS = 1000,  // the last answer waits for the check of the whole image; used without
                             // losses
    SILENCE_MAX_MS = 120000,
    LEAST_PIECES = 2,    // least pieces in a packet, even with many losses: smaller ones would be
                         // mostly headers
    LEAST_PACKET = 160,  // holds a first chunk with all its members
    TOO_LONG = 2,  // losses of longer packets than ever arrived, until they count as too long;
    TOO_LONG_LOSSY = 6,  // and where shorter ones are lost, too
    SHORT_LOST = 16,     // packets that must arrive until the loss of a short one is forgotten
    TRUSTED_MAX =
            128,     // packets until a longer one is tried again: the losses may have been chance
    STUCK_MAX = 30,  // with the pauses below: about 50 s
    STUCK_PAUSE_MS = 50,
    STUCK_PAUSE_MAX_MS = 2000,
    LOSSY = 40,    // of 255: about one loss in the last ten packets
    STREAK = 16,   // chunks in a row without a loss that add one to the window
    MEMORY = 512,  // pieces; at this number, half of them are forgotten
    EARLY = 3,
    BESIDE_16TH = 10,  // sixteenths of a piece's time that a packet takes besides its data. Headers
                       // take a third of it; of the values from half a piece to two pieces, this is
                       // the best (test/endure)
    WAIT_MAX_MS = 60000,
    HEADER_BYTES = 32,  // of the image, that some servers require in the first chunk
};

// The square root of v, rounded down.
static uint32_t root(uint32_t v) {
    uint32_t r = 0;

    for (uint32_t bit = 1u << 15; bit; bit >>= 1) {
        r |= (r | bit) * (r | bit) <= v ? bit : 0;
    }
    return r;
}

// The longest packet that link and server take, as far as it is known.
static uint32_t most_packet(const struct tn_client *c) {
    return c->takes ? tn_min(c->max_packet, c->takes) : c->max_packet;
}

// The least size of packets, even with many losses.
static uint32_t least_packet(const struct tn_client *c) {
    return tn_min(most_packet(c), tn_max(LEAST_PACKET, LEAST_PIECES * (uint32_t)c->piece));
}

// The packet size that transfers most bytes in a given time. A packet of n pieces, each lost with
// probability p, takes the time n + h, where h stands for headers and the wait for the answer. It
// arrives with probability (1 - p)^n. n(1 - p)^n/(n + h) is largest at about n(n + h) = h/p.
static uint32_t best_packet(const struct tn_client *c) {
    if (!c->piece || !c->lost_16th) {
        return most_packet(c);
    }
    uint32_t h = BESIDE_16TH;
    uint32_t per_loss = (c->pieces << 8) / c->lost_16th;  // sixteenths of 1/p
    uint32_t n = (root(h * h + 4 * h * per_loss) - h) / 2;
    return tn_min(most_packet(c), tn_max(n * c->piece >> 4, least_packet(c)));
}

static bool at_start(const struct tn_client *c) {
    return c->acked == 0;
}

// Sets the timeout of the next answer: equal for the first tries, then doubled with each try. A
// Tenon server accepts a repeated first chunk at no cost; others may erase the slot for each copy.
static void set_timeout(struct tn_client *c) {
    bool soon = c->loss >= LOSSY;
    uint32_t rtt = (soon ? c->rtt_16th : c->longest_16th) >> 4;
    uint32_t margin = tn_max(rtt / 4, soon ? SOON_MARGIN_MS : TIMEOUT_MARGIN_MS);
    uint32_t ms = c->rtt_16th ? rtt + margin : TIMEOUT_START_MS;
    uint32_t max = TIMEOUT_MAX_MS;
    uint8_t early = soon ? 2 : 1;  // number of tries before the timeout is doubled

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
    c->fits = c->takes = 0;
    c->too_long = 0;
    c->short_lost = 0;
    if (c->piece) {
        c->packet_now = least_packet(c);
    }
    set_timeout(c);
    return 0;
}

// ---- Sending ---------------------------------------------------------------------------

// Writes a chunk's members other than its data. Returns how many bytes of data still fit.
static size_t put_head(
        const struct tn_client *c, struct tn_cbor_out *out, void *buf, size_t size, bool sha) {
    static const size_t data_head = 5 + 3;  // "data", and a length of up to 65535
    size_t tail = data_head + (c->tenon ? 4 : 0) + (c->with_crc ? TN_SEAL_LEN : 0);
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

// Writes the chunk at c->next. Returns its bytes of data, or 0 if there is no room. All chunks but
// the last are a multiple of 4, the write unit of most flash, so that servers need not buffer a
// rest.
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

// Notes that a packet of len bytes is queued behind the packets that the line still carries.
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
    f->len = (uint16_t)tn_min(TN_SMP_HDR_LEN + (uint32_t)out.len, UINT16_MAX);
    note_line(c, f, f->len, now_ms);
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

// Gives up the packets in flight and continues at off. Requests before `answered` were lost, or
// their answers were. The server may still hold those behind it: they keep their entries until they
// are answered or time out.
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

// The server answers in the order of requests, mostly: it no longer holds given-up requests that
// were sent before the one that it answers.
static void free_before(struct tn_client *c, uint8_t answered) {
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *f = &c->flight[i];
        if (f->state == FLIGHT_STALE && (uint8_t)(answered - f->seq) < 128) {
            f->state = FLIGHT_LATE;
        }
    }
}

// Counts an answer whose offset cannot be right. A few of them are ignored: an answer may be
// damaged or late.
static int note_odd(struct tn_client *c, enum tn_offsets what, uint32_t off) {
    if (++c->odd < TN_ODD_MAX) {
        // Sends fewer requests at once: the first of them may be the one that is always refused.
        c->window_now = c->odd % 2 ? c->window_now : (uint8_t)tn_max(1, c->window_now / 2);
        return 0;
    }
    c->offsets = (uint8_t)what;
    c->odd_off = off;
    c->job = JOB_NONE;
    return what == TN_OFFSETS_STAND ? TN_EBUSY : what == TN_OFFSETS_JUMP ? TN_ESTATE : TN_ECORRUPT;
}

// Notes an answer without progress. After several of them, sends fewer requests at once.
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

// Counts the pieces of a packet, plus one for the answer, and the lost ones of them. Packets start
// small, in case of many losses, and double.
static void note_pieces(struct tn_client *c, uint32_t lost) {
    if (!c->piece) {
        c->packet_now = tn_min(best_packet(c), 2 * c->packet_now);
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

// Notes the length of a lost packet. If the server loses all long packets, later ones are as long
// as those that arrived. If none has arrived yet, they start anew with the smallest, without delay.
// The losses then say nothing about the line.
static void note_length(struct tn_client *c, uint32_t len) {
    if (len <= c->fits) {
        c->short_lost = SHORT_LOST;
        return;
    }
    if (++c->too_long < (c->short_lost ? TOO_LONG_LOSSY : TOO_LONG)) {
        return;
    }
    uint32_t least = tn_min(LEAST_PACKET, c->max_packet);
    if (!c->fits && c->packet_now > least) {
        c->tries = 0;
    }
    c->too_long = 0;
    c->trusted = 0;
    c->takes = c->fits;
    c->loss = 0;
    c->lost_16th = 0;
    c->shrunk = false;
    c->packet_now = tn_min(c->packet_now, c->fits ? c->fits : least);
}

// Notes the length of a packet that was answered. late: it had counted as lost.
static void note_arrival(struct tn_client *c, uint32_t len, bool late) {
    c->too_long = len > c->fits ? 0 : c->too_long;
    c->fits = tn_max(c->fits, len);
    c->short_lost = late ? 0 : (uint8_t)(c->short_lost - (c->short_lost > 0));
    if (c->takes && (len > c->takes || ++c->trusted == TRUSTED_MAX)) {
        c->too_long = len > c->takes ? 0 : TOO_LONG_LOSSY - 1;  // one more loss restores the limit
        c->takes = 0;
    }
}

// Notes that a packet was lost.
static void note_loss(struct tn_client *c) {
    c->shrunk = true;
    c->loss_was = c->loss;
    c->loss = (uint8_t)(c->loss + (UINT8_MAX - c->loss) / 4);
    note_pieces(c, 1);
}

// Undoes note_loss: the packet was only late.
static void forgive_loss(struct tn_client *c) {
    c->loss = (uint8_t)tn_min(c->loss, c->loss_was);
    c->lost_16th -= tn_min(c->lost_16th, 16);
}

static void note_success(struct tn_client *c) {
    c->loss = (uint8_t)(c->loss - (c->loss + 15) / 16);
    note_pieces(c, 0);
}

// The server expects bytes that were already sent, perhaps even some that it once had: a chunk was
// lost, or the server was reset or ended the session.
static int fall_back(struct tn_client *c, uint32_t off, uint8_t answered) {
    bool back = off < c->acked;

    if (back) {
        c->acked = off;
        c->odd = c->restarts++;
        int err = note_odd(c, TN_OFFSETS_JUMP, off);
        if (err) {
            return err;
        }
    }
    note_loss(c);
    for (size_t i = 0; i < TN_LEN(c->flight) && !back; i++) {
        const struct tn_flight *f = &c->flight[i];
        if (f->state == FLIGHT_LIVE && f->off == off && (uint8_t)(answered - f->seq) < 128) {
            note_length(c, f->len);
        }
    }
    go_back(c, off, answered);
    set_timeout(c);
    return note_stuck(c);
}

// The server answered without accepting data: it is busy. Tries again later.
static int be_patient(struct tn_client *c, uint8_t answered, uint32_t now_ms) {
    go_back(c, c->acked, answered);
    c->pause_from = now_ms;
    c->pause_ms = tn_min((uint32_t)STUCK_PAUSE_MS << tn_min(c->stuck, 6), STUCK_PAUSE_MAX_MS);
    return note_stuck(c);
}

// ---- Answers ---------------------------------------------------------------------------

// On USB, the configured speed of a line means little. If several answers in a row take less than
// half of their requests' time on the line, each of them halves the assumed time.
static void learn_speed(struct tn_client *c, const struct tn_flight *f, int32_t ms) {
    if (f->alone && f->line_ms) {
        c->early = f->line_ms / 2 + ms < 0 ? (uint8_t)tn_min(c->early + 1u, EARLY) : 0;
        c->kib_now = c->early == EARLY ? c->kib_now / 2 : c->kib_now;
    }
}

// Measures the round trip. Every packet has its own sequence number, so the answer to a repeated
// chunk is measured like any other, and a late answer shows how long to wait.
static void take_time(struct tn_client *c, const struct tn_flight *f, uint32_t now_ms) {
    int32_t ms = tn_since(now_ms, f->sent_ms);
    uint32_t v = ms > 0 ? tn_min((uint32_t)ms, FIRST_TIMEOUT_MAX_MS) << 4 : 1;

    if (c->rtt_16th) {
        v = tn_min(v, 2 * c->longest_16th + (LEAP_MS << 4));
    }
    c->longest_16th = v > c->longest_16th ? v : c->longest_16th - (c->longest_16th - v) / 32;
    c->rtt_16th = c->rtt_16th ? (7 * c->rtt_16th + v) / 8 : v;
    learn_speed(c, f, ms);
    if (ms < 0) {  // the line is faster than assumed: later packets have left, too
        c->line_free_ms += (uint32_t)ms;
        for (size_t i = 0; i < TN_LEN(c->flight); i++) {
            c->flight[i].sent_ms += (uint32_t)ms;
        }
    }
}

// The server has all bytes before off.
static void advance(struct tn_client *c, uint32_t off) {
    c->acked = off;
    c->tries = c->stuck = c->odd = 0;
    c->pause_ms = 0;
    if (off > c->best) {
        c->best = off;
        c->restarts = 0;
    }
    c->next = tn_max(c->next, off);
    c->high = tn_max(c->high, off);
    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        if (c->flight[i].state == FLIGHT_LIVE && c->flight[i].end <= off) {
            c->flight[i].state = FLIGHT_LATE;  // this answer covers it
        }
    }
    note_success(c);
    if (++c->streak >= STREAK && c->window_now < c->upload.window) {
        c->window_now++;
        c->streak = 0;
    }
    set_timeout(c);
}

// The server expects off, in its answer to the chunk `was`.
static int take_off(
        struct tn_client *c, const struct tn_flight *was, uint32_t off, uint32_t now_ms) {
    bool start = at_start(c);

    if (off > c->upload.data.len || (off > c->high && !start)) {
        int err = note_odd(c, TN_OFFSETS_BEYOND, off);
        err = err ? err : be_patient(c, was->seq, now_ms);
        c->pause_ms = STUCK_PAUSE_MS;  // the server is not busy
        return err;
    }
    if (off > c->acked) {
        if (start && off > was->end) {
            c->resumed_at = off;
        }
        advance(c, off);
        if (off < was->end) {
            go_back(c, off, was->seq);  // it accepted only the first part of the chunk
        }
        return 0;
    }
    if (off == was->off && off == c->acked) {
        int err = note_odd(c, TN_OFFSETS_STAND, off);
        return err ? err : be_patient(c, was->seq, now_ms);
    }
    return fall_back(c, off, was->seq);
}

// An error ends the upload, late or not, because the server reports it once and has ended the
// upload. Exception: the server lacks time or buffers.
static int take_error(struct tn_client *c, const struct tn_flight *was, uint32_t now_ms) {
    if (c->reply.group < 0 && (c->reply.rc == TN_RC_BUSY || c->reply.rc == TN_RC_NOMEM)) {
        return was->state == FLIGHT_LIVE ? be_patient(c, was->seq, now_ms) : 0;
    }
    c->job = JOB_NONE;
    return 1;
}

// A needless retry was sent, and the server may have received half of it. If the server drops half
// a packet only after silence, the next packet must wait.
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
    note_arrival(c, was.len, was.state == FLIGHT_LATE);
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
        f->state = was.state;  // counts as no answer
        return 0;
    }
    // Any answer to the first chunk opens the session. Otherwise an answer to a given-up request
    // counts only if it brings progress.
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

// Marks requests that have timed out. Returns true if an answer that counts is overdue.
static bool expire(struct tn_client *c, uint32_t now_ms) {
    bool overdue = false;

    for (size_t i = 0; i < TN_LEN(c->flight); i++) {
        struct tn_flight *f = &c->flight[i];
        bool waits = f->state == FLIGHT_LIVE || f->state == FLIGHT_STALE;
        if (waits && tn_since(now_ms, f->sent_ms) >= (int32_t)c->timeout_ms) {
            if (f->state == FLIGHT_LIVE && f->off == c->acked) {
                note_length(c, f->len);
            }
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
    if (!at_start(c)) {  // the first chunk is repeated early, and may wait for an erase
        note_loss(c);
    }
    go_back(c, c->acked, c->seq);
    set_timeout(c);
    return 0;
}

// The most requests in flight. On a lossy line: one, plus as many as the line carries until the
// answer.
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

// True if another chunk may be sent now.
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
