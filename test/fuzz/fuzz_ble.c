// SPDX-License-Identifier: Apache-2.0
// A stack that calls in any order, and a peer that writes anything: packets are whole and in their
// places, pieces fit the MTU, nothing of one connection reaches the next, and a new one works.
#include <string.h>

#include "base/err.h"
#include "fuzz.h"
#include "link/ble.h"

enum {
    SIZE = 48,
    COUNT = 3,
    GUARD = 0xa5,
};

static struct tn_ble ble;
static uint8_t buf[COUNT * SIZE + 8];
static uint8_t connection;  // the answers' bytes
static bool refuses;

static int notify(void *ctx, const void *piece, size_t len) {
    size_t mtu = ble.mtu < 23 ? 23 : ble.mtu;

    (void)ctx;
    PROMISE(len > 0 && len <= mtu - 3 && len <= TN_BLE_PIECE_MAX);
    for (size_t i = 0; i < len; i++) {
        PROMISE(((const uint8_t *)piece)[i] == connection);
    }
    return refuses ? TN_EBUSY : 0;
}

static const struct tn_ble_stack stack = {notify, NULL};

static void receive(uint8_t ms) {
    static uint8_t answer[600];
    static uint32_t now;
    size_t len = 0;

    now += 40u * ms;
    const uint8_t *pkt = tn_ble_receive(&ble, now, &len);
    if (!pkt) {
        return;
    }
    PROMISE(len >= 8 && len <= SIZE && len == 8u + (size_t)(pkt[2] << 8 | pkt[3]));
    PROMISE(pkt >= buf && (size_t)(pkt - buf) % SIZE == 0 && pkt + len <= buf + COUNT * SIZE);
    memset(answer, connection, sizeof(answer));
    tn_ble_send(&ble, answer, sizeof(answer));
}

static void act(struct fuzz_in *in) {
    uint8_t piece[64];
    uint8_t what = fuzz_u8(in);

    switch (what & 7) {
    case 0:
        tn_ble_on_disconnect(&ble);
        connection++;
        break;
    case 1:
        tn_ble_on_subscribe(&ble, what & 8);
        break;
    case 2:
        tn_ble_on_mtu(&ble, fuzz_u16(in));
        break;
    case 3:
        tn_ble_on_security(&ble, (enum tn_ble_level)(what >> 3 & 3));
        break;
    case 4:
        refuses = what & 8;
        tn_ble_step(&ble);
        break;
    case 5:
        receive(what >> 3);
        break;
    default:
        tn_ble_on_write(&ble, piece, fuzz_take(in, piece, what >> 3));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_ble_access *const rows[] = {
            &tn_ble_open, &tn_ble_bonded, &tn_ble_passkey, &tn_ble_open};
    static const uint8_t good[] = {8, 0, 0, 1, 0, 0, 0, 6, 0xa0};
    struct fuzz_in in = {data, size};
    size_t len = 0;

    memset(buf, GUARD, sizeof(buf));
    connection = 1;
    ble = (struct tn_ble){.stack = &stack,
            .access = rows[fuzz_u8(&in) & 3],
            .buf = buf,
            .size = SIZE,
            .count = COUNT};
    while (in.left) {
        act(&in);
    }
    PROMISE(buf[COUNT * SIZE] == GUARD);
    while (tn_ble_receive(&ble, 0, &len)) {
    }
    tn_ble_on_disconnect(&ble);
    tn_ble_on_security(&ble, TN_BLE_LEVEL_PASSKEY);
    PROMISE(tn_ble_on_write(&ble, good, sizeof(good)) == 0);
    const uint8_t *pkt = tn_ble_receive(&ble, 0, &len);
    PROMISE(pkt && len == sizeof(good) && !memcmp(pkt, good, len));
    return 0;
}
