// SPDX-License-Identifier: Apache-2.0
// The SMP service over BLE, as any BLE stack can carry it: what the stack reports about one
// connection goes in, whole packets come out, and answers leave as notifications.
//
// Knows packets, MTU, subscription and who may use the service. Knows no BLE stack, no clock and no
// server: doc/ble.md joins it to stacks, channel/gatt.h to a server.
// Sources: Zephyr SMP transport specification, BLE; Bluetooth Core 5.3, Vol 3 Part F (ATT).
//
// The stack calls the functions tn_ble_on_*, in any context of the same processor core: an
// interrupt, another thread, or the program's own loop; but never two of them at once. The
// program's loop calls all others. The two sides share no lock, and no call blocks.
#ifndef TN_LINK_BLE_H
#define TN_LINK_BLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "link/pieces.h"

TN_C_BEGIN

// The 128-bit UUIDs of the service and its only characteristic, whose properties are write without
// response and notify: 8d53dc1d-1db7-4cd3-868b-8a527460aa84 and
// da2e7828-fbce-4e01-ae9e-261174997c48. As bytes in the order of the air, the lowest first.
#define TN_BLE_SERVICE                                                                             \
    0x84, 0xaa, 0x60, 0x74, 0x52, 0x8a, 0x8b, 0x86, 0xd3, 0x4c, 0xb7, 0x1d, 0x1d, 0xdc, 0x53, 0x8d
#define TN_BLE_CHARACTERISTIC                                                                      \
    0x48, 0x7c, 0x99, 0x74, 0x11, 0x26, 0x9e, 0xae, 0x01, 0x4e, 0xce, 0xfb, 0x28, 0x78, 0x2e, 0xda

enum {
    TN_BLE_MTU_MIN = 23,      // ATT_MTU of a new connection (Vol 3 Part F, 5.2.1)
    TN_BLE_PIECE_MAX = 500,   // most bytes of a notification: a value has 512 at most (3.2.9), and
                              // BlueZ 5.66 loses those of 512 (doc/reference/smp.md section 7)
    TN_BLE_COUNT_MAX = 8,     // most packets that can wait
    TN_BLE_SILENCE_MS = 3000  // pause after which a half packet is dropped: its sender is gone
};

// Error codes of ATT that the functions return for the stack to answer (Vol 3 Part F, 3.4.1.1).
enum {
    TN_BLE_ATT_OK = 0,
    TN_BLE_ATT_AUTHENTICATION = 0x05,  // a phone starts pairing when it gets this
    TN_BLE_ATT_ENCRYPTION = 0x0f,      // the same
    TN_BLE_ATT_RESOURCES = 0x11,
};

// How well the stack knows the peer of a connection, and how well an access row wants it known.
enum tn_ble_level {
    TN_BLE_LEVEL_OPEN,     // not encrypted
    TN_BLE_LEVEL_BONDED,   // encrypted: with the key of a bond, or by a pairing in this connection.
                           // A stack that lets only some peers pair may report the former alone
    TN_BLE_LEVEL_PASSKEY,  // the same, and the pairing was made with a passkey or comparison: no
                           // man in the middle
};

// Who may use the service. A program names one of the rows below.
struct tn_ble_access {
    uint8_t level;      // enum tn_ble_level: the least
    uint8_t att_error;  // the answer to others
    bool bonds;         // for the stack: pair, and keep the keys
    bool passkey;       // for the stack: ask for protection against a man in the middle
};

extern const struct tn_ble_access tn_ble_open;     // everybody in reach. For recovery without bonds
extern const struct tn_ble_access tn_ble_bonded;   // whoever has paired in any way
extern const struct tn_ble_access tn_ble_passkey;  // whoever has paired with the device's passkey

// What a stack does for us.
struct tn_ble_stack {
    // Sends one notification. It must copy the bytes. Never waits. Returns 0; TN_EBUSY if it has no
    // room now: it is called again with the same bytes; another negative tn_err if it never can.
    // Then the answer is dropped.
    int (*notify)(void *ctx, const void *piece, size_t len);
    void *ctx;
};

// One connection. A device that serves several at once has one struct for each. Set what stands
// before "private", the rest to 0.
struct tn_ble {
    const struct tn_ble_stack *stack;
    const struct tn_ble_access *access;
    uint8_t *buf;   // count * size bytes; owned by the caller
    uint16_t size;  // bytes of the largest packet, at least 8
    uint8_t count;  // packets that can wait, 1 to TN_BLE_COUNT_MAX: those that clients may send
                    // ahead. More are dropped as a whole

    // private: written by the stack's calls
    struct tn_pieces in;
    uint8_t spare[8];  // the header of a packet that there is no room for
    uint8_t put_at;
    uint32_t heard_ms;
    volatile uint8_t put;   // packets so far
    volatile uint8_t life;  // counts connections
    volatile uint8_t level;
    volatile bool is_subscribed;
    volatile uint16_t mtu;  // 0: TN_BLE_MTU_MIN
    uint16_t len[TN_BLE_COUNT_MAX];
    uint8_t life_of[TN_BLE_COUNT_MAX];
    // private: written by the program's calls
    volatile uint32_t now_ms;
    volatile uint8_t taken;
    uint8_t take_at;
    bool is_held;      // the caller has the packet at take_at
    uint8_t answered;  // life of the packet that was received last
    uint8_t out_life;  // life of what is being sent
    struct tn_pieces out;
};

// ---- For the stack -----------------------------------------------------------------------

// A write to the characteristic, with or without response: a piece of a packet. Returns an error
// code of ATT, 0 if all is well. A write without response gets no answer: ignore the code then.
uint8_t tn_ble_on_write(struct tn_ble *b, const void *piece, size_t len);

// The peer turned notifications on or off. Drops half a packet, and turned off also what is being
// sent. Returns an error code of ATT: the peer does not get what it asked for, and should pair.
uint8_t tn_ble_on_subscribe(struct tn_ble *b, bool is_on);

// The connection's ATT_MTU. A connection on which nothing is agreed has 23.
void tn_ble_on_mtu(struct tn_ble *b, uint16_t mtu);

// The connection's security has changed; a new connection has TN_BLE_LEVEL_OPEN.
void tn_ble_on_security(struct tn_ble *b, enum tn_ble_level level);

// The connection is gone: what came over it is dropped, and answers to it, too. The next call is
// about a new connection.
void tn_ble_on_disconnect(struct tn_ble *b);

// ---- For the program ---------------------------------------------------------------------

// The next packet, or NULL. It stays until the next call. now_ms: a clock that may wrap; one that
// stands still only means that half a packet stays until the connection ends.
const uint8_t *tn_ble_receive(struct tn_ble *b, uint32_t now_ms, size_t *ret_len);

// Starts to send the answer to the packet that was received last. It must stay until it is sent.
// Does nothing if that packet's connection is gone or wants no notifications.
void tn_ble_send(struct tn_ble *b, const uint8_t *pkt, size_t len);

// Sends the next piece, never longer than ATT_MTU - 3 of this connection at this moment. Returns
// false if there is nothing left to send.
bool tn_ble_step(struct tn_ble *b);

TN_C_END

#endif
