// SPDX-License-Identifier: Apache-2.0
// The update service over BLE, by NimBLE (port/nimble): one link, whose policy is that of an open
// link without erase. Knows boards; the controller is the program's (an HCI stream, or NimBLE's own
// on the same chip).
#ifndef TN_PROG_SERVICE_BLE_H
#define TN_PROG_SERVICE_BLE_H

#include "service/service.h"

struct tn_ble_access;
struct tn_nimble_bonds;

// Set all.
struct tn_service_ble_cfg {
    const struct tn_board *board;
    const struct tn_trust *trust;
    const struct tn_ble_access *access;   // link/ble.h: a row
    const struct tn_nimble_bonds *bonds;  // or NULL
    const char *name;                     // as it advertises it
    const char *id;                       // the device's own number, or ""
    const uint8_t *address;               // six bytes: port/nimble/device.h
    uint32_t passkey;
    bool is_application;
    void (*wait)(void);  // moves HCI bytes
};

// Starts NimBLE's host and returns the service, with memory of its own: about 11 KB of RAM with the
// host. Uploads go to the spare slot only, also in a loader. Call tn_service_run.
struct tn_service *tn_service_ble(const struct tn_service_ble_cfg *cfg);

// Tells clients every key of the program, with roles and revocations. Call it after tn_service_ble.
// The keyring lives on; the program's trust has the table that it fills.
struct tn_keyring;
void tn_service_ble_keys(struct tn_keyring *keyring);

#endif
