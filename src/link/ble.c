// SPDX-License-Identifier: Apache-2.0
// A queue of whole packets between the stack's calls and the program's. Only the stack's side
// writes put, only the program's side writes taken; each packet has a place of its own, which is
// free again when it is answered. Each packet also has the number of its connection: one that has
// ended in between is recognised without a lock.
#include "link/ble.h"

#include "base/bytes.h"
#include "base/err.h"

const struct tn_ble_access tn_ble_open = {.level = TN_BLE_LEVEL_OPEN};
const struct tn_ble_access tn_ble_bonded = {
        .level = TN_BLE_LEVEL_BONDED, .att_error = TN_BLE_ATT_ENCRYPTION, .bonds = true};
const struct tn_ble_access tn_ble_passkey = {.level = TN_BLE_LEVEL_PASSKEY,
        .att_error = TN_BLE_ATT_AUTHENTICATION,
        .bonds = true,
        .passkey = true};

// ---- The stack's side --------------------------------------------------------------------

static bool has_room(const struct tn_ble *b) {
    return (uint8_t)(b->put - b->taken) < b->count;
}

static void drop_half(struct tn_ble *b) {
    b->in = (struct tn_pieces){.buf = b->spare, .size = sizeof(b->spare)};
}

// Where the next packet goes. Without room only its header is read, so that its end is found.
static void choose_place(struct tn_ble *b) {
    if (has_room(b)) {
        b->in = (struct tn_pieces){.buf = b->buf + (size_t)b->put_at * b->size, .size = b->size};
    } else {
        drop_half(b);
    }
}

// Passes a whole packet to the program's side. Returns false if it had no place.
static bool queue(struct tn_ble *b, size_t len) {
    if (b->in.buf == b->spare) {
        return false;
    }
    b->len[b->put_at] = (uint16_t)len;
    b->life_of[b->put_at] = b->life;
    b->put_at = b->put_at + 1 == b->count ? 0 : (uint8_t)(b->put_at + 1);
    TN_BARRIER();
    b->put++;
    return true;
}

uint8_t tn_ble_on_write(struct tn_ble *b, const void *piece, size_t len) {
    const uint8_t *p = piece;
    uint8_t error = TN_BLE_ATT_OK;
    uint32_t now = b->now_ms;
    size_t n;

    if (b->level < b->access->level) {
        return b->access->att_error;
    }
    if (now - b->heard_ms >= TN_BLE_SILENCE_MS) {
        drop_half(b);
    }
    b->heard_ms = now;
    while (len) {
        if (tn_pieces_is_between(&b->in)) {
            choose_place(b);
        }
        n = tn_pieces_feed(&b->in, p, len);
        p += n;
        len -= n;
        if ((tn_pieces_packet(&b->in, &n) && !queue(b, n)) || tn_pieces_take_refused(&b->in)) {
            error = TN_BLE_ATT_RESOURCES;
        }
    }
    return error;
}

uint8_t tn_ble_on_subscribe(struct tn_ble *b, bool is_on) {
    drop_half(b);
    if (is_on && b->level < b->access->level) {
        return b->access->att_error;
    }
    b->is_subscribed = is_on;
    return TN_BLE_ATT_OK;
}

void tn_ble_on_mtu(struct tn_ble *b, uint16_t mtu) {
    b->mtu = mtu;
}

void tn_ble_on_security(struct tn_ble *b, enum tn_ble_level level) {
    b->level = (uint8_t)level;
}

void tn_ble_on_disconnect(struct tn_ble *b) {
    drop_half(b);
    b->is_subscribed = false;
    b->level = TN_BLE_LEVEL_OPEN;
    b->mtu = TN_BLE_MTU_MIN;
    TN_BARRIER();
    b->life++;
}

// ---- The program's side ------------------------------------------------------------------

// Frees the place of the packet at take_at.
static void release(struct tn_ble *b) {
    b->take_at = b->take_at + 1 == b->count ? 0 : (uint8_t)(b->take_at + 1);
    TN_BARRIER();
    b->taken++;
    b->is_held = false;
}

const uint8_t *tn_ble_receive(struct tn_ble *b, uint32_t now_ms, size_t *ret_len) {
    b->now_ms = now_ms;
    if (b->is_held) {
        release(b);
    }
    while (b->taken != b->put) {
        TN_BARRIER();
        b->answered = b->life_of[b->take_at];
        if (b->answered == b->life) {
            b->is_held = true;
            *ret_len = b->len[b->take_at];
            return b->buf + (size_t)b->take_at * b->size;
        }
        release(b);
    }
    return NULL;
}

void tn_ble_send(struct tn_ble *b, const uint8_t *pkt, size_t len) {
    b->out_life = b->answered;
    tn_pieces_send(&b->out, pkt, len);
}

bool tn_ble_step(struct tn_ble *b) {
    size_t mtu = tn_max(b->mtu, TN_BLE_MTU_MIN);
    size_t n;

    if (b->out_life != b->life || !b->is_subscribed) {
        tn_pieces_forget(&b->out);
    }
    const uint8_t *piece =
            tn_pieces_take(&b->out, tn_min((uint32_t)mtu - TN_PIECES_ATT, TN_BLE_PIECE_MAX), &n);
    if (!piece) {
        return false;
    }
    int err = b->stack->notify(b->stack->ctx, piece, n);
    if (err == TN_EBUSY) {
        tn_pieces_put_back(&b->out, n);
    } else if (err) {
        tn_pieces_forget(&b->out);
    }
    return true;
}
