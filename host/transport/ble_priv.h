// SPDX-License-Identifier: Apache-2.0
// A BLE connection in the making: shared by ble.c (packets), ble_link.c (from a name to a connected
// characteristic) and ble_agent.c (pairing).
#ifndef TN_HOST_TRANSPORT_BLE_PRIV_H
#define TN_HOST_TRANSPORT_BLE_PRIV_H

#include "host/transport/bluez_priv.h"

enum {
    BLE_SEEK_MS = 10000,     // a device that is in reach advertises at least once a second
    BLE_CONNECT_MS = 20000,  // as long as BlueZ tries
    BLE_RESOLVE_MS = 30000,  // a connection with long intervals, and many services
    BLE_PAIR_MS = 60000,     // people look for a passkey
    BLE_CALL_MS = 10000,
    BLE_PASSED_MAX = 16,
};

enum ble_state {
    BLE_CLOSED,
    BLE_LISTING,      // bluetoothd's objects are on their way
    BLE_SEEKING,      // scanning until the device is heard
    BLE_CONNECTING,   // Connect was called
    BLE_RESOLVING,    // connected; its services are being read
    BLE_SUBSCRIBING,  // AcquireNotify or StartNotify was called
    BLE_PAIRING,      // Pair was called
    BLE_ACQUIRING,    // AcquireWrite was called
    BLE_READY,
};

// What a connection needs and is. Set text, name, and what stands up to "private".
struct ble_link {
    const char *text;              // the port, for messages
    char wanted[TN_BLE_NAME_MAX];  // address or name, or "": the only one
    void (*notified)(void *ctx, const char *path, const void *bytes, size_t len);
    void *ctx;

    // private
    struct bluez z;
    enum ble_state state;
    uint32_t since_ms;  // when the state began
    struct tn_fault fault;
    bool has_failed;  // fault is filled
    char adapter[BLUEZ_PATH], device[BLUEZ_PATH], characteristic[BLUEZ_PATH];
    bool is_scanning, has_agent, is_ours;  // ours: we connected it, and disconnect it
    bool was_paired;                       // before we came
    bool has_paired;                       // now, in this connection
    unsigned tries;                        // of this open
    uint32_t found_ms;                     // when the first fitting device was heard; 0: none yet
    int notify_fd, write_fd;               // -1: by method calls
    uint16_t mtu;

    // Of the first connection: what to look for again.
    char known[18];
    char known_name[TN_BLE_NAME_MAX];
    char passed[BLE_PASSED_MAX][18];  // devices that turned out to be others
    size_t npassed;
};

// Begins. Fault: NO_DEVICE, no D-Bus. Does not block.
int tn_ble_link_open(struct ble_link *l, struct tn_fault *f);

// Does what can be done now. Returns 0, or -1 with a fault; then the link is closed.
int tn_ble_link_work(struct ble_link *l, struct tn_fault *f);

// Disconnects a device that was connected by this link.
void tn_ble_link_close(struct ble_link *l);

// Fails with a fault that tn_ble_link_work reports. Returns 0, for handlers of sd-bus.
int tn_ble_link_fail(struct ble_link *l, enum tn_fault_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

void tn_ble_link_enter(struct ble_link *l, enum ble_state state);

// The device of this link, or NULL if bluetoothd has forgotten it.
struct bluez_object *tn_ble_link_device(struct ble_link *l);

// Pairs: the device has refused us. Goes on with BLE_SUBSCRIBING.
void tn_ble_link_pair(struct ble_link *l);
void tn_ble_link_subscribe(struct ble_link *l);

// The pairing of this machine is one that the device no longer has.
int tn_ble_link_stale(struct ble_link *l);

#endif
