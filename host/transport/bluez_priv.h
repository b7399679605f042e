// SPDX-License-Identifier: Apache-2.0
// bluetoothd's objects, as far as a connection needs them: adapters, devices, and characteristics
// of the SMP service. Kept up to date by its signals.
//
// Sources: BlueZ's doc/adapter-api.txt, device-api.txt, gatt-api.txt and agent-api.txt (5.66), and
// the D-Bus specification's org.freedesktop.DBus.ObjectManager and Properties.
#ifndef TN_HOST_TRANSPORT_BLUEZ_PRIV_H
#define TN_HOST_TRANSPORT_BLUEZ_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "host/transport/ble.h"

#define BLUEZ "org.bluez"
#define BLUEZ_ADAPTER "org.bluez.Adapter1"
#define BLUEZ_DEVICE "org.bluez.Device1"
#define BLUEZ_CHARACTERISTIC "org.bluez.GattCharacteristic1"

enum { BLUEZ_PATH = 128 };

enum bluez_kind { BLUEZ_IS_ADAPTER, BLUEZ_IS_DEVICE, BLUEZ_IS_CHARACTERISTIC };

struct bluez_object {
    char path[BLUEZ_PATH];
    enum bluez_kind kind;
    bool powered;             // an adapter
    struct tn_ble_seen seen;  // a device
    bool is_near;             // the device was heard since the program asked for a scan
    bool resolved;            // its services are known
    bool is_smp;              // a characteristic: that of SMP
    bool acquires_write;      // it can be written, and read, over a socket
    bool acquires_notify;
    uint16_t mtu;  // 0: not reported
};

struct bluez {
    sd_bus *bus;
    struct bluez_object *objects;
    size_t n;
    bool is_listed;  // the objects are there
    bool is_gone;    // bluetoothd has ended

    // Set by the caller: a notification that came as a signal.
    void (*notified)(void *ctx, const char *path, const void *bytes, size_t len);
    void *ctx;

    // private
    bool is_change;  // the properties that are being read have just changed
};

// Connects to the system's D-Bus, and asks bluetoothd for its objects: is_listed is set later, by
// sd_bus_process; on_error gets a failure. Returns 0 or a negative errno.
int tn_bluez_open(struct bluez *z, sd_bus_message_handler_t on_error, void *userdata);
void tn_bluez_close(struct bluez *z);

struct bluez_object *tn_bluez_find(struct bluez *z, const char *path);

// Calls a method of an object, and lets on_reply have the answer. signature and arguments as
// sd_bus_message_append. Returns 0 or a negative errno.
int tn_bluez_call(struct bluez *z, const char *path, const char *interface, const char *method,
        sd_bus_message_handler_t on_reply, void *userdata, const char *signature, ...);

// Is b an object below a: "/org/bluez/hci0/dev_..." of "/org/bluez/hci0"?
bool tn_bluez_is_below(const char *a, const char *b);

// Why bluetoothd or the bus refused, with the next step.
int tn_bluez_fault(const char *name, const sd_bus_error *e, struct tn_fault *f);

#endif
