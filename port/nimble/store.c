// SPDX-License-Identifier: Apache-2.0
// Source: NimBLE 1.3.0, nimble/host/include/host/ble_store.h.
#include "store.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "device.h"
#include "host/ble_hs.h"

enum {
    BONDS = MYNEWT_VAL(BLE_STORE_MAX_BONDS),
    KINDS = 2,           // our keys, and the peer's
    CCCDS = BONDS * 2,   // what bonded peers have subscribed to
    MAGIC = 0x31424e54,  // "TNB1"
};

// What is stored. The sizes tell another layout.
static struct {
    uint32_t magic;
    uint16_t size;
    uint8_t nsecs[KINDS];
    uint8_t ncccds;
    struct ble_store_value_sec secs[KINDS][BONDS];
    struct ble_store_value_cccd cccds[CCCDS];
} table;

_Static_assert(sizeof(table) <= TN_NIMBLE_BONDS_SIZE, "TN_NIMBLE_BONDS_SIZE");

static const struct tn_nimble_bonds *bonds;
static bool has_changed;

// BLE_STORE_OBJ_TYPE_OUR_SEC is 1, BLE_STORE_OBJ_TYPE_PEER_SEC 2.
static unsigned kind_of(int type) {
    return type == BLE_STORE_OBJ_TYPE_PEER_SEC;
}

static bool is_any(const ble_addr_t *a) {
    return ble_addr_cmp(a, BLE_ADDR_ANY) == 0;
}

// The place of the key's next match, or -1. skip: matches to pass over.
static int find_sec(unsigned kind, const struct ble_store_key_sec *key) {
    unsigned skip = key->idx;

    for (unsigned i = 0; i < table.nsecs[kind]; i++) {
        const struct ble_store_value_sec *s = &table.secs[kind][i];
        bool fits = (is_any(&key->peer_addr) || !ble_addr_cmp(&s->peer_addr, &key->peer_addr)) &&
                (!key->ediv_rand_present || (s->ediv == key->ediv && s->rand_num == key->rand_num));
        if (fits && !skip--) {
            return (int)i;
        }
    }
    return -1;
}

static int find_cccd(const struct ble_store_key_cccd *key) {
    unsigned skip = key->idx;

    for (unsigned i = 0; i < table.ncccds; i++) {
        const struct ble_store_value_cccd *c = &table.cccds[i];
        bool fits = (is_any(&key->peer_addr) || !ble_addr_cmp(&c->peer_addr, &key->peer_addr)) &&
                (!key->chr_val_handle || c->chr_val_handle == key->chr_val_handle);
        if (fits && !skip--) {
            return (int)i;
        }
    }
    return -1;
}

static int read_one(int type, const union ble_store_key *key, union ble_store_value *ret) {
    int i = type == BLE_STORE_OBJ_TYPE_CCCD ? find_cccd(&key->cccd)
                                            : find_sec(kind_of(type), &key->sec);

    if (i < 0) {
        return BLE_HS_ENOENT;
    }
    if (type == BLE_STORE_OBJ_TYPE_CCCD) {
        ret->cccd = table.cccds[i];
    } else {
        ret->sec = table.secs[kind_of(type)][i];
    }
    return 0;
}

static int write_one(int type, const union ble_store_value *value) {
    union ble_store_key key;
    int i;

    ble_store_key_from_value(type, &key, value);
    if (type == BLE_STORE_OBJ_TYPE_CCCD) {
        i = find_cccd(&key.cccd);
        if (i < 0 && table.ncccds == CCCDS) {
            return BLE_HS_ESTORE_CAP;
        }
        table.cccds[i < 0 ? table.ncccds++ : i] = value->cccd;
    } else {
        unsigned kind = kind_of(type);
        key.sec.ediv_rand_present = 0;  // one key for each peer
        i = find_sec(kind, &key.sec);
        if (i < 0 && table.nsecs[kind] == BONDS) {
            return BLE_HS_ESTORE_CAP;
        }
        table.secs[kind][i < 0 ? table.nsecs[kind]++ : i] = value->sec;
    }
    has_changed = true;
    return 0;
}

// The order stays: the first one is the oldest.
static int delete_one(int type, const union ble_store_key *key) {
    if (type == BLE_STORE_OBJ_TYPE_CCCD) {
        int i = find_cccd(&key->cccd);
        if (i < 0) {
            return BLE_HS_ENOENT;
        }
        memmove(&table.cccds[i], &table.cccds[i + 1],
                (size_t)(--table.ncccds - i) * sizeof(table.cccds[0]));
    } else {
        unsigned kind = kind_of(type);
        int i = find_sec(kind, &key->sec);
        if (i < 0) {
            return BLE_HS_ENOENT;
        }
        memmove(&table.secs[kind][i], &table.secs[kind][i + 1],
                (size_t)(--table.nsecs[kind] - i) * sizeof(table.secs[0][0]));
    }
    has_changed = true;
    return 0;
}

void tn_nimble_store_begin(const struct tn_nimble_bonds *b) {
    bonds = b;
    has_changed = false;
    if (b) {
        memcpy(&table, b->bytes, sizeof(table));
    }
    if (!b || table.magic != MAGIC || table.size != sizeof(table) || table.nsecs[0] > BONDS ||
            table.nsecs[1] > BONDS || table.ncccds > CCCDS) {
        memset(&table, 0, sizeof(table));
        table.magic = MAGIC;
        table.size = sizeof(table);
    }
    ble_hs_cfg.store_read_cb = read_one;
    ble_hs_cfg.store_write_cb = write_one;
    ble_hs_cfg.store_delete_cb = delete_one;
}

void tn_nimble_store_step(void) {
    if (!has_changed) {
        return;
    }
    has_changed = false;
    if (bonds && bonds->store) {
        memcpy(bonds->bytes, &table, sizeof(table));
        bonds->store(bonds->ctx, bonds->bytes, TN_NIMBLE_BONDS_SIZE);
    }
}
