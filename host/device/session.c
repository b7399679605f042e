// SPDX-License-Identifier: Apache-2.0
// One loop does everything: it gives the client's packets to the transport while the transport is
// idle, sleeps until bytes arrive or the client's next deadline passes, and gives arrived packets
// to the client. While a packet is still leaving, the loop does not poll the client for the next
// one: the client measures timeouts from the poll, so the packet must leave at once.
#include "host/device/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "host/base/sha256.h"
#include "host/base/smp_words.h"
#include "host/transport/heard.h"

enum {
    TICK_MS = 200,    // how soon the loop notices that the user stopped it
    REOPEN_MS = 100,  // between two tries to open a port
    FIRST_TRIES = 3,  // of the first request to a device that has not answered yet
    OTHER_TRIES = 4,
    SOON_START_MS = 100,  // a read is repeated after this time, until an answer was timed;
    SOON_LEAST_MS = 30,   // later after SOON_TRIPS round trips, but not sooner than this
    SOON_TRIPS = 3,
    LATE_ENOUGH_MS = 300,  // first chunk to a Tenon server, which erases sector by sector
    RESENDS = 8,           // of a file over a transport without checksum
};

// True if the user pressed Ctrl-C. The owner of the signal sets *stop.
static bool stopped(const struct tn_session *s) {
    return s->stop && *s->stop;
}

static int interrupted(struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_INTERRUPTED,
            "interrupted; the device keeps what it has, and the same command goes on from there");
}

void tn_session_limit(struct tn_session *s, uint32_t ms) {
    s->limit_ms = ms;
    s->limit_from = tn_now_ms();
}

uint32_t tn_session_left(const struct tn_session *s) {
    uint32_t gone = tn_now_ms() - s->limit_from;

    if (!s->limit_ms) {
        return UINT32_MAX;
    }
    return gone < s->limit_ms ? s->limit_ms - gone : 0;
}

// Must the work end now? Fills the fault.
static bool must_end(const struct tn_session *s, struct tn_fault *f) {
    if (stopped(s)) {
        interrupted(f);
        return true;
    }
    if (tn_session_left(s) == 0) {
        tn_fail(f, TN_FAULT_DEADLINE,
                "not done within %.4g s (--deadline); the device keeps what it has: give more "
                "time, "
                "and the same command goes on from there",
                s->limit_ms / 1000.0);
        return true;
    }
    return false;
}

// ---- Opening ---------------------------------------------------------------------------

int tn_session_open(struct tn_session *s, struct tn_fault *f) {
    struct tn_transport *t = s->transport;

    if (!s->out) {
        s->out = malloc(t->max_packet);
    }
    if (!s->out) {
        return tn_fail_memory(f);
    }
    if (t->ops->open(t, f)) {
        return -1;
    }
    s->is_open = true;
    s->client.version = 1;
    return 0;
}

void tn_session_close(struct tn_session *s) {
    if (s->is_open) {
        s->transport->ops->close(s->transport);
    }
    s->is_open = false;
    free(s->out);
    s->out = NULL;
}

int tn_session_sleep(struct tn_session *s, uint32_t ms, struct tn_fault *f) {
    uint32_t start = tn_now_ms();

    for (;;) {
        uint32_t gone = tn_now_ms() - start;
        if (must_end(s, f)) {
            return -1;
        }
        if (gone >= ms) {
            return 0;
        }
        tn_wait(-1, 0, tn_min(tn_min(ms - gone, TICK_MS), tn_session_left(s)));
    }
}

int tn_session_reopen(struct tn_session *s, uint32_t deadline_ms, struct tn_fault *f) {
    uint32_t start = tn_now_ms();

    tn_session_close(s);
    while (tn_session_open(s, f)) {
        if (tn_now_ms() - start >= deadline_ms) {
            return -1;
        }
        struct tn_fault stop;
        if (tn_session_sleep(s, REOPEN_MS, &stop)) {
            *f = stop;
            return -1;
        }
    }
    return 0;
}

int tn_session_claim(struct tn_session *s, struct tn_fault *f) {
    const struct tn_transport_ops *ops = s->transport->ops;

    return ops->claim ? ops->claim(s->transport, f) : 0;
}

// ---- Running the client ----------------------------------------------------------------

// Gives the client's packets to the transport as long as the transport accepts them.
static int push(struct tn_session *s, struct tn_fault *f) {
    struct tn_transport *t = s->transport;

    while (t->ops->is_idle(t)) {
        int n = tn_client_poll(&s->client, tn_now_ms(), s->out, t->max_packet);
        if (n <= 0) {
            return n;
        }
        if (s->trace) {
            s->trace(s->ctx, true, s->out, (size_t)n);
        }
        if (t->ops->send(t, s->out, (size_t)n, s->client.flush, f) || t->ops->work(t, f)) {
            return TN_EIO;
        }
    }
    return 0;
}

// Another link uses the device, and the client waits until that link is done or silent. Prints one
// note.
static void tell_busy(struct tn_session *s) {
    const struct tn_reply *r = &s->client.reply;

    if (r->rc == TN_RC_BUSY && r->group < 0 && !s->told_busy && s->note) {
        s->told_busy = true;
        s->note(s->note_ctx, "the device is busy with another link: waiting for it");
    }
}

// Gives arrived packets to the client.
static int pull(struct tn_session *s) {
    struct tn_transport *t = s->transport;
    const uint8_t *pkt;
    size_t len;

    while ((pkt = t->ops->receive(t, &len)) != NULL) {
        if (s->trace) {
            s->trace(s->ctx, false, pkt, len);
        }
        int err = tn_client_input(&s->client, pkt, len, tn_now_ms());
        s->was_heard = s->was_heard || s->client.reply.body.ptr;
        if (err) {
            return err;
        }
        tell_busy(s);
    }
    return 0;
}

static int wait_for_io(struct tn_session *s) {
    struct tn_transport *t = s->transport;
    uint32_t ms = tn_client_wait(&s->client, tn_now_ms());
    unsigned events = 0;
    int fd = t->ops->wait_for(t, &events);

    ms = events & TN_WAIT_WRITE ? TICK_MS : tn_min(ms, TICK_MS);
    return tn_wait(fd, events, tn_min(ms, tn_session_left(s))) ? TN_EIO : 0;
}

// Only acknowledged bytes count as progress: sent bytes may be lost.
static void tell_progress(struct tn_session *s) {
    struct tn_progress p = {.done = s->client.acked,
            .size = s->client.upload.data.len,
            .resumed_at = s->client.resumed_at,
            .retries = s->client.retries};
    s->progress(s->ctx, &p);
}

// Runs the client's job to its end. Returns the client's result, or TN_EIO with a fault.
static int run(struct tn_session *s, bool upload, struct tn_fault *f) {
    uint32_t acked = UINT32_MAX;
    int err;

    for (;;) {
        if (must_end(s, f)) {
            return TN_EIO;
        }
        if ((err = push(s, f)) < 0) {
            return err;
        }
        if (upload && s->progress && acked != s->client.acked) {
            acked = s->client.acked;
            tell_progress(s);
        }
        if (wait_for_io(s) || s->transport->ops->work(s->transport, f)) {
            return TN_EIO;
        }
        if ((err = pull(s)) != 0) {
            if (upload && s->progress) {
                tell_progress(s);
            }
            return err;
        }
    }
}

// The device's offsets ended an upload.
static int odd_offsets(const struct tn_session *s, struct tn_fault *f) {
    const char *name = s->transport->name;
    unsigned off = (unsigned)s->client.odd_off;

    switch (s->client.offsets) {
    case TN_OFFSETS_STAND:
        return tn_fail(f, TN_FAULT_LINK,
                "%s: the device takes no data: it answered %d times that it still expects byte %u; "
                "reset it (tenon os reset), and run the same command again",
                name, TN_ODD_MAX, off);
    case TN_OFFSETS_JUMP:
        return tn_fail(f, TN_FAULT_LINK,
                "%s: the device forgets the upload again and again: it went back %d times, the "
                "last "
                "time to byte %u; is it resetting? Check its power, and run the same command again",
                name, TN_ODD_MAX, off);
    default:
        return tn_fail(f, TN_FAULT_NOT_SMP,
                "%s: the device's answers make no sense: it answered %d times that it expects a "
                "byte that was not sent, the last time byte %u of %u; look at them by: -v -v",
                name, TN_ODD_MAX, off, (unsigned)s->client.upload.data.len);
    }
}

// Fills the fault of a job that ended without an answer.
static int no_answer(struct tn_session *s, int err, struct tn_fault *f) {
    const char *name = s->transport->name;

    if (err != TN_EIO && s->client.offsets) {
        return odd_offsets(s, f);
    }
    switch (err) {
    case TN_EIO:
        return -1;  // the fault is filled already
    case TN_ETIMEOUT:
        return s->was_heard ? tn_fail(f, TN_FAULT_LINK,
                                      "%s: the device stopped answering; check the cable and its "
                                      "power, and run the same command again",
                                      name)
                            : tn_fail(f, TN_FAULT_NOT_SMP, "%s: nothing there answers SMP: %s",
                                      name, tn_heard_words(s->transport->heard));
    case TN_ECORRUPT:
        return tn_fail(f, TN_FAULT_NOT_SMP,
                "%s: the answers make no sense: an SMP server that this tool does not understand; "
                "look at them by: -v -v",
                name);
    case TN_ENOSPC:
        return tn_fail(f, TN_FAULT_REFUSED,
                "%s: the device takes packets of %u bytes, too few for this request", name,
                (unsigned)s->client.max_packet);
    case TN_EBUSY:
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: the device is busy and takes no data; wait a moment, and run the same command "
                "again",
                name);
    default:
        return tn_fail(f, TN_FAULT_INTERNAL, "%s: %s", name, tn_err_text(err));
    }
}

// Sets the largest packet that both ends accept, and the transport's properties. A console frame's
// length and CRC take part of the server's buffer too (doc/reference/smp.md section 8), so they are
// subtracted.
static void size_packets(struct tn_session *s) {
    struct tn_transport *t = s->transport;
    uint32_t max = s->buf_size ? s->buf_size : t->safe_packet + t->overhead;

    max = max > t->overhead ? max - t->overhead : 0;
    s->client.max_packet = max < t->max_packet ? max : t->max_packet;
    s->client.tenon = s->is_tenon;
    s->client.with_crc = s->is_tenon && t->is_unchecked;
    s->client.piece = t->piece;
    s->client.kib_ms = t->kib_ms;
    s->client.quiet_ms = t->quiet_ms;
}

// Longer packets take longer on the line. Half of the time of 1 KiB is a generous allowance for a
// call.
uint32_t tn_session_soon_ms(const struct tn_session *s) {
    const struct tn_transport *t = s->transport;
    uint32_t ms = s->client.call_ms ? tn_max(SOON_TRIPS * s->client.call_ms, SOON_LEAST_MS)
                                    : SOON_START_MS;

    return tn_max(ms + t->kib_ms / 2, 2u * t->quiet_ms);
}

int tn_session_call(struct tn_session *s, const struct tn_call *call, struct tn_reply *ret,
        struct tn_fault *f) {
    struct tn_call c = *call;

    if (!s->is_open && tn_session_open(s, f)) {
        return -1;
    }
    size_packets(s);
    if (!c.timeout_ms) {
        c.timeout_ms = s->timeout_ms;
        c.start_ms = c.op == TN_SMP_READ ? tn_session_soon_ms(s) : c.start_ms;
    }
    if (!c.tries) {
        c.tries = s->was_heard ? OTHER_TRIES : FIRST_TRIES;
    }
    int err = tn_client_call(&s->client, &c);
    if (!err) {
        err = run(s, false, f);
    }
    if (err < 0) {
        return no_answer(s, err, f);
    }
    *ret = s->client.reply;
    return 0;
}

// ---- Answers ---------------------------------------------------------------------------

int tn_session_refused(const struct tn_reply *r, const char *what, struct tn_fault *f) {
    const struct tn_smp_code_words *w = tn_smp_code_words(r->group, r->rc);
    char code[32];
    char said[70] = "";

    if (r->group >= 0) {
        snprintf(code, sizeof(code), "group %d, code %d", (int)r->group, (int)r->rc);
    } else {
        snprintf(code, sizeof(code), "code %d", (int)r->rc);
    }
    tn_text_copy(said, sizeof(said), r->reason);
    tn_fail(f, TN_FAULT_REFUSED, "%s: %s (%s%s%s)%s%s", what, w->meaning, code, *said ? ": " : "",
            said, *w->fix ? "; " : "", w->fix);
    f->group = r->group;
    f->rc = r->rc;
    return -1;
}

int tn_session_ask(struct tn_session *s, const struct tn_call *call, const char *what,
        struct tn_reply *ret, struct tn_fault *f) {
    if (tn_session_call(s, call, ret, f)) {
        return -1;
    }
    return ret->rc ? tn_session_refused(ret, what, f) : 0;
}

// ---- Probe -----------------------------------------------------------------------------

// The first request of a session. Any answer proves that an SMP server is there. A size below 64
// bytes is ignored, since no request would fit.
static int probe_params(struct tn_session *s, struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_OS, .id = TN_OS_PARAMS, .op = TN_SMP_READ};
    struct tn_reply r;
    struct tn_cbor_in in;
    uint32_t size = 0;
    uint32_t count = 0;
    const struct tn_cbor_field fields[] = {
            {"buf_size", TN_FIELD_UINT, &size},
            {"buf_count", TN_FIELD_UINT, &count},
    };

    s->buf_size = s->buf_count = 0;
    if (tn_session_call(s, &call, &r, f)) {
        return -1;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    if (r.rc == 0 && tn_cbor_get_map(&in, fields, TN_LEN(fields)) == 3 && size >= 64) {
        s->buf_size = size;
        s->buf_count = count;
    }
    return 0;
}

// "s" is the kernel's name: "Zephyr", or "Tenon" for our server. Later requests ask only a Tenon
// server for words: other servers may refuse a member that they do not know.
static int probe_kernel(struct tn_session *s, struct tn_fault *f) {
    static const uint8_t pairs[] = {0x66, 'f', 'o', 'r', 'm', 'a', 't', 0x61, 's'};
    struct tn_call call = {.group = TN_SMP_OS,
            .id = TN_OS_INFO,
            .op = TN_SMP_READ,
            .npairs = 1,
            .pairs = {pairs, sizeof(pairs)}};
    struct tn_reply r;
    struct tn_cbor_in in;
    struct tn_span name = {0};
    const struct tn_cbor_field field = {"output", TN_FIELD_TEXT, &name};

    s->is_tenon = false;
    s->kernel[0] = 0;
    if (tn_session_call(s, &call, &r, f)) {
        return -1;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    if (r.rc == 0 && tn_cbor_get_map(&in, &field, 1) == 1) {
        tn_text_copy(s->kernel, sizeof(s->kernel), name);
        s->is_tenon = tn_span_is(name, "Tenon");
    }
    return 0;
}

int tn_session_probe(struct tn_session *s, struct tn_fault *f) {
    return probe_params(s, f) || probe_kernel(s, f) ? -1 : 0;
}

// ---- Upload ----------------------------------------------------------------------------

static struct tn_upload describe(
        const struct tn_session *s, const uint8_t *file, size_t len, uint32_t image) {
    struct tn_upload up = {.data = {file, len}, .image = image};
    uint32_t window = s->buf_count > 1 ? s->buf_count - 1 : 1;

    // As other clients do, leave one buffer for requests that are not uploads.
    if (s->max_window && window > s->max_window) {
        window = s->max_window;
    }
    up.window = (uint8_t)(window < TN_CLIENT_FLIGHT ? window : TN_CLIENT_FLIGHT);
    // A Tenon server erases sector by sector and resumes by sha, so an early repeat costs nothing.
    // Other servers may erase the whole slot first, and start again with each copy of the first
    // chunk.
    if (s->is_tenon) {
        up.first_timeout_ms = s->transport->kib_ms ? LATE_ENOUGH_MS : tn_session_soon_ms(s);
    }
    tn_sha256(file, len, up.sha);
    return up;
}

// Sends the file once. Returns the client's result.
static int send_file(struct tn_session *s, const struct tn_upload *up, struct tn_fault *f) {
    size_packets(s);
    s->told_busy = false;
    int err = tn_client_upload(&s->client, up);

    return err ? err : run(s, true, f);
}

// Could damaged bytes have caused this end? A refusal of the first chunk is more likely a real
// refusal.
static bool is_damage(const struct tn_session *s, int err, int sent) {
    bool refused = err == 1 && s->client.reply.rc;

    return s->transport->is_unchecked && !s->client.offsets &&
            (err == TN_EHASH || err == TN_ECORRUPT || (refused && (s->client.acked || sent == 1)));
}

int tn_session_upload(
        struct tn_session *s, const uint8_t *file, size_t len, uint32_t image, struct tn_fault *f) {
    struct tn_upload up = describe(s, file, len, image);
    int sent = 0;
    int err;

    if ((!s->is_open && tn_session_open(s, f)) || tn_session_claim(s, f)) {
        return -1;
    }
    do {
        if (sent && s->note) {
            s->note(s->note_ctx,
                    "the device refused what arrived: bytes were damaged on the line, "
                    "which has no checksum; sending the file again");
        }
        err = send_file(s, &up, f);
        sent++;
    } while (sent <= RESENDS && is_damage(s, err, sent));
    if (err == TN_EHASH) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "%s: all bytes arrived, and the device says that they do not match; send it again",
                s->transport->name);
    }
    if (err < 0) {
        return no_answer(s, err, f);
    }
    return s->client.reply.rc ? tn_session_refused(&s->client.reply, "upload refused", f) : 0;
}
