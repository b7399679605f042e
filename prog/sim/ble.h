// SPDX-License-Identifier: Apache-2.0
// The simulated device's Bluetooth: NimBLE's host with an HCI controller (port/posix/sim_hci.c).
//
// Where NimBLE's sources are missing, the twin no_ble.c says so: tools/setup ble fetches them.
#ifndef TN_SIM_BLE_H
#define TN_SIM_BLE_H

#include <stdbool.h>

#include "link/ble.h"

// What the options say. where returns an exit code, 0 if this program has Bluetooth; the others
// return false if the text is not valid.
int tn_sim_ble_where(const char *where);
bool tn_sim_ble_name(const char *name);
bool tn_sim_ble_address(const char *text);
bool tn_sim_ble_access(const char *text);
bool tn_sim_ble_mtu(const char *text);
void tn_sim_ble_bonds(const char *path);

// Begins to advertise, if the options ask for it. Ends the process if there is no controller. In
// recovery there are no bonds: everybody may use it. Returns whether there is Bluetooth.
bool tn_sim_ble_begin(struct tn_ble *ble, bool is_recovery);
void tn_sim_ble_round(void);
void tn_sim_ble_end(void);

#endif
