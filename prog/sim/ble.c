// SPDX-License-Identifier: Apache-2.0
#include "ble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "h4.h"
#include "sim.h"
#include "store.h"

static const char *controller;
static const char *bonds_path;
static uint8_t address[6] = {0x01, 0x00, 0x00, 0x4e, 0x54, 0xc0};
static const struct tn_ble_access *access = &tn_ble_open;
static uint8_t bond_bytes[TN_NIMBLE_BONDS_SIZE];
static struct tn_nimble nimble = {.name = "tenon-sim", .address = address};
static bool is_begun;

int tn_sim_ble_where(const char *where) {
    controller = where;
    return 0;
}

bool tn_sim_ble_name(const char *name) {
    nimble.name = name;
    return strlen(name) <= TN_NIMBLE_NAME_MAX;
}

bool tn_sim_ble_address(const char *text) {
    unsigned v[6];
    char end;

    if (strlen(text) != 17 ||
            sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &v[5], &v[4], &v[3], &v[2], &v[1], &v[0],
                    &end) != 6) {
        return false;
    }
    for (int i = 0; i < 6; i++) {
        address[i] = (uint8_t)v[i];
    }
    return true;
}

bool tn_sim_ble_access(const char *text) {
    if (strcmp(text, "open") == 0) {
        return true;
    }
    if (strcmp(text, "bonded") == 0) {
        access = &tn_ble_bonded;
        return true;
    }
    access = &tn_ble_passkey;
    nimble.passkey = (uint32_t)strtoul(text, NULL, 10);
    return strlen(text) == 6 && strspn(text, "0123456789") == 6;
}

bool tn_sim_ble_mtu(const char *text) {
    nimble.mtu = (uint16_t)strtoul(text, NULL, 10);
    return nimble.mtu >= 23 && nimble.mtu <= 527;
}

void tn_sim_ble_bonds(const char *path) {
    bonds_path = path;
}

// A file that cannot be written loses the bonds, as worn flash would.
static void store(void *ctx, const uint8_t *bytes, size_t len) {
    FILE *f = fopen(bonds_path, "wb");

    (void)ctx;
    if (!f || fwrite(bytes, 1, len, f) != len) {
        fprintf(stderr, "tenon-sim: cannot keep bonds in %s\n", bonds_path);
    }
    if (f) {
        fclose(f);
    }
}

static void load(void) {
    FILE *f = fopen(bonds_path, "rb");

    if (f) {
        if (fread(bond_bytes, 1, sizeof(bond_bytes), f) != sizeof(bond_bytes)) {
            memset(bond_bytes, 0, sizeof(bond_bytes));
        }
        fclose(f);
    }
}

static void move_bytes(void) {
    tn_h4_poll();
}

bool tn_sim_ble_begin(struct tn_ble *ble, bool is_recovery) {
    static const struct tn_nimble_bonds bonds = {.bytes = bond_bytes, .store = store};

    if (!controller) {
        return false;
    }
    if (tn_sim_hci_open(controller)) {
        exit(69);
    }
    if (bonds_path && !is_recovery) {
        load();
        nimble.bonds = &bonds;
    }
    address[0] = (uint8_t)(address[0] + is_recovery);
    ble->access = is_recovery ? &tn_ble_open : access;
    nimble.ble = ble;
    nimble.now_ms = tn_sim_board()->now_ms;
    nimble.wait = move_bytes;
    tn_h4_begin(&tn_sim_hci);
    tn_nimble_begin(&nimble);
    is_begun = true;
    return true;
}

void tn_sim_ble_round(void) {
    if (is_begun) {
        tn_nimble_step();
    }
}

void tn_sim_ble_end(void) {
    if (is_begun) {
        tn_nimble_end();
    }
}
