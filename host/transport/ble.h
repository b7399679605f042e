// SPDX-License-Identifier: Apache-2.0
// BLE devices with the SMP service, through this machine's Bluetooth (BlueZ over D-Bus).
//
// Where tenon was built without it (on Windows, and as a static program), the twin no_ble.c says
// so.
#ifndef TN_HOST_TRANSPORT_BLE_H
#define TN_HOST_TRANSPORT_BLE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "host/base/fault.h"
#include "host/transport/transport.h"

TN_C_BEGIN

enum { TN_BLE_NAME_MAX = 64 };

// A device that was in reach during a scan.
struct tn_ble_seen {
    char address[18];            // "C0:11:22:33:44:55"
    char name[TN_BLE_NAME_MAX];  // as it advertises it, or ""; no control characters
    int rssi;                    // dBm; 0: not reported, since it is connected
    bool has_smp;                // it says that it has the SMP service
    bool is_paired;              // with this machine
    bool is_connected;
};

// Can tn_ble_new succeed?
bool tn_ble_is_there(void);

// The device with this address or name; "": the only one in reach that advertises the SMP service.
// text is the port as the user entered it. Faults: UNSUPPORTED, built without Bluetooth; INTERNAL.
int tn_ble_new(const char *text, const char *name, struct tn_transport **ret, struct tn_fault *f);

// Listens for ms milliseconds, or until *stop (NULL: never) is nonzero. The caller frees *ret; the
// strongest comes first. No device at all is not a fault: then *ret_n is 0. Faults: NO_DEVICE: no
// adapter, it is off, no bluetoothd, or no permission; UNSUPPORTED; INTERRUPTED.
int tn_ble_scan(uint32_t ms, const volatile sig_atomic_t *stop, struct tn_ble_seen **ret,
        size_t *ret_n, struct tn_fault *f);

TN_C_END

#endif
