// SPDX-License-Identifier: Apache-2.0
// A packet's header holds its length. Pieces are joined until they have that length. Each direction
// has its own stream.
#include <ctype.h>
#include <string.h>

#include "base/crc.h"
#include "host/explain/explain_priv.h"

enum { LARGEST_GROUP = 11, BASIC = 63 };

// Could this be the beginning of a packet? Reserved bits and flags are sent as 0, and the group
// must be one that is in use.
static bool is_header(const uint8_t *p, size_t len, bool is_weak) {
    struct tn_smp_hdr h;

    if (len < TN_SMP_HDR_LEN || (p[0] & 0xe4) || p[1] || tn_smp_hdr_get(&h, p, len)) {
        return false;
    }
    bool known = h.group <= LARGEST_GROUP || h.group >= BASIC;
    size_t whole = TN_SMP_HDR_LEN + (size_t)h.len;
    // A body is a map, which its first byte shows.
    bool map = h.len == 0 || len == TN_SMP_HDR_LEN || p[TN_SMP_HDR_LEN] >> 5 == TN_CBOR_MAP;
    return is_weak ? known && map && h.len && whole >= len : known || map;
}

static bool is_whole(const uint8_t *p, size_t len) {
    return is_header(p, len, true) && TN_SMP_HDR_LEN + (size_t)tn_get_be16(p + 2) == len;
}

// ---- Packets ---------------------------------------------------------------------------

// A log may show one packet several times, each time in another form. The same form again means
// that the packet was sent again. A packet that was made from JSON has other bytes than its
// original.
static bool is_echo(struct join *j, const uint8_t *pkt, size_t len, const struct seen *how) {
    struct seen *last = &j->seen[pkt[0] & 1];
    struct seen now = *how;

    memcpy(now.hdr, pkt, TN_SMP_HDR_LEN);
    now.crc = tn_crc16(0, pkt, len);
    now.len = len;
    bool same = now.crc == last->crc && now.len == last->len &&
            memcmp(now.hdr, last->hdr, sizeof(now.hdr)) == 0;
    if (now.is_json != last->is_json) {
        same = memcmp(now.hdr + 4, last->hdr + 4, 4) == 0 && last->len;
    }
    if (same && now.form != last->form) {
        return true;
    }
    *last = now;
    return false;
}

static void tell(
        struct join *j, const uint8_t *pkt, size_t len, const struct seen *how, bool is_cut) {
    if (!is_echo(j, pkt, len, how)) {
        j->packet(j->ctx, pkt, len, is_cut);
    }
}

static void drop_rest(struct join *j, struct stream *s) {
    if (s->len >= TN_SMP_HDR_LEN) {
        tell(j, s->buf, s->len, &s->how, true);
    }
    s->len = 0;
}

// ---- Console ---------------------------------------------------------------------------

static bool begins_frame(const uint8_t *p, size_t len) {
    return len >= 2 && ((p[0] == 0x06 && p[1] == 0x09) || (p[0] == 0x04 && p[1] == 0x14));
}

// Characters of a frame. Some tools print a frame in several pieces.
static bool is_frame_text(const uint8_t *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (!isalnum(p[i]) && !memchr("+/=\r\n", p[i], 5) && !begins_frame(p + i, len - i) &&
                !(i && begins_frame(p + i - 1, 2))) {
            return false;
        }
    }
    return true;
}

static void feed_console(struct join *j, struct stream *s, const struct piece *p) {
    struct seen how = {.form = p->form};
    size_t pos = 0;

    s->console.buf = s->frame;
    s->console.size = FRAME_SIZE;
    if (p->p[0] == 0x06 && p->len >= 2) {
        j->frames++;
    }
    s->on_console = true;
    while (pos < p->len) {
        size_t len;
        pos += tn_console_feed(&s->console, p->p + pos, p->len - pos);
        const uint8_t *pkt = tn_console_packet(&s->console, &len);
        if (pkt && len >= TN_SMP_HDR_LEN) {
            j->framed++;
            s->on_console = false;
            tell(j, pkt, len, &how, false);
        }
    }
}

// ---- Bytes -----------------------------------------------------------------------------

// Takes the bytes that belong to the unfinished packet, its header first. Returns their number.
static size_t fill(struct join *j, struct stream *s, const uint8_t *p, size_t len) {
    size_t want = s->len < TN_SMP_HDR_LEN ? TN_SMP_HDR_LEN : s->need;
    size_t n = want - s->len < len ? want - s->len : len;

    memcpy(s->buf + s->len, p, n);
    s->len += n;
    if (s->len == TN_SMP_HDR_LEN) {
        s->need = TN_SMP_HDR_LEN + (size_t)tn_get_be16(s->buf + 2);
    }
    if (s->len >= TN_SMP_HDR_LEN && s->len == s->need) {
        s->len = 0;
        tell(j, s->buf, s->need, &s->how, false);
    }
    return n;
}

// May a packet begin here? Half a header counts only behind a packet in the same bytes.
static bool begins(const struct piece *piece, const uint8_t *p, size_t len) {
    if (len < TN_SMP_HDR_LEN && p > piece->p) {
        return (p[0] & 0xe4) == 0 && (len < 2 || p[1] == 0);
    }
    return is_header(p, len, piece->is_weak);
}

static void feed_bytes(struct join *j, struct stream *s, const struct piece *piece) {
    const uint8_t *p = piece->p;
    size_t len = piece->len;

    if (s->len && len != s->need - s->len && is_whole(p, len)) {
        drop_rest(j, s);  // a new packet: the log does not have the rest of the old one
    }
    if (s->len && piece->is_weak && piece->form != s->how.form) {
        return;
    }
    while (len) {
        if (s->len == 0) {
            if (!begins(piece, p, len)) {
                j->noise++;
                return;
            }
            s->how = (struct seen){.form = piece->form, .is_json = piece->is_json};
        }
        size_t n = fill(j, s, p, len);
        p += n;
        len -= n;
    }
    if (piece->is_cut) {
        drop_rest(j, s);
    }
}

void tn_explain_join_piece(struct join *j, const struct piece *p) {
    struct stream *s = &j->streams[p->way];

    if (p->is_console || (s->len == 0 && begins_frame(p->p, p->len)) ||
            (s->on_console && !p->is_weak && is_frame_text(p->p, p->len))) {
        feed_console(j, s, p);
        return;
    }
    s->on_console = s->on_console && p->is_weak;  // stray digits in a text do not end a frame
    feed_bytes(j, s, p);
}

void tn_explain_join_end(struct join *j) {
    for (int i = 0; i < WAYS; i++) {
        drop_rest(j, &j->streams[i]);
        j->streams[i].on_console = false;
        j->streams[i].console = (struct tn_console){.buf = NULL};
    }
}
