// SPDX-License-Identifier: Apache-2.0
// The SMP service on Apache NimBLE (1.3.0): a peripheral with one connection, whose link/ble.h is
// served by NimBLE's host. The host and the service live in the program's loop.
//
// NimBLE's host is one in a program, and so is this.
#ifndef TN_PORT_NIMBLE_DEVICE_H
#define TN_PORT_NIMBLE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/ble.h"

enum {
    TN_NIMBLE_NAME_MAX = 29,  // bytes of a name that fits an advertisement
    TN_NIMBLE_END_MS = 1000,  // longest time that tn_nimble_end takes
};

// A bond's keys, as bytes that NimBLE makes, for flash.
struct tn_nimble_bonds {
    uint8_t *bytes;  // TN_NIMBLE_BONDS_SIZE; what was stored, or zeros
    // Called from tn_nimble_step when they have changed: stores them. NULL: bonds end with a reset.
    void (*store)(void *ctx, const uint8_t *bytes, size_t len);
    void *ctx;
};

// Set all that is not said to be optional.
struct tn_nimble {
    // Of the connection. The program sets access, buf, size and count; stack is set by
    // tn_nimble_begin.
    struct tn_ble *ble;
    const char *name;                     // as it advertises it, TN_NIMBLE_NAME_MAX at most
    uint32_t passkey;                     // what peers enter, if access wants one: 0 to 999999
    const struct tn_nimble_bonds *bonds;  // NULL: bonds end with a reset

    // The device's static random address, the lowest byte first; its two highest bits are set by
    // tn_nimble_begin. NULL: a random one, a new one after each reset. A program that serves other
    // attributes than another one on the same device (a loader) needs another address: phones and
    // PCs remember the attributes of an address.
    const uint8_t *address;

    uint16_t mtu;  // the largest ATT_MTU that it agrees to, 23 to 527; 0: that of config.h

    uint32_t (*now_ms)(void);
    void (*wait)(void);  // moves HCI bytes: tn_h4_poll, or what else the controller needs
};

// Begins the host, behind the transport's own beginning (tn_h4_begin). n must live on. It
// advertises as soon as the controller answers.
void tn_nimble_begin(const struct tn_nimble *n);

// Moves HCI bytes and runs the host's events. Returns false if there was nothing to do. Call it in
// the program's loop, before the links.
bool tn_nimble_step(void);

// True if the host and its controller understand each other.
bool tn_nimble_is_up(void);

// Before a reset: lets the last answer leave, and ends the connection, so that the peer notices at
// once. Waits at most TN_NIMBLE_END_MS.
void tn_nimble_end(void);

#endif
