// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "ble.h"

enum { UNAVAILABLE = 69 };

int tn_sim_ble_where(const char *where) {
    (void)where;
    fputs("tenon-sim: built without Bluetooth: fetch NimBLE by tools/setup ble, and build again\n",
            stderr);
    return UNAVAILABLE;
}

bool tn_sim_ble_name(const char *name) {
    (void)name;
    return true;
}

bool tn_sim_ble_address(const char *text) {
    (void)text;
    return true;
}

bool tn_sim_ble_access(const char *text) {
    (void)text;
    return true;
}

bool tn_sim_ble_mtu(const char *text) {
    (void)text;
    return true;
}

void tn_sim_ble_bonds(const char *path) {
    (void)path;
}

bool tn_sim_ble_begin(struct tn_ble *ble, bool is_recovery) {
    (void)ble;
    (void)is_recovery;
    return false;
}

void tn_sim_ble_round(void) {
}

void tn_sim_ble_end(void) {
}
