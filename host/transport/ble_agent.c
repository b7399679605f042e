// SPDX-License-Identifier: Apache-2.0
// Pairing, when a device asks for it: an agent of BlueZ that knows the passkey which the user gave
// in $TENON_PASSKEY. A device without display and keys pairs without one ("just works").
//
// Source: BlueZ, doc/agent-api.txt (5.66).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/transport/ble_priv.h"

#define AGENT "/org/tenon/agent"

// The user's passkey. Returns false, with the fault, if there is none: six digits at most.
static bool read_passkey(struct ble_link *l, uint32_t *ret) {
    const char *text = getenv("TENON_PASSKEY");
    char *end;
    unsigned long value = strtoul(text ? text : "", &end, 10);

    if (!text || *text < '0' || *text > '9' || *end || value > 999999) {
        tn_ble_link_fail(l, TN_FAULT_REFUSED,
                "the device asks for its passkey, of six digits: give it by TENON_PASSKEY=123456 "
                "before the command; or pair once by: bluetoothctl pair %s",
                tn_ble_link_device(l) ? tn_ble_link_device(l)->seen.address : "ADDRESS");
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}

static int reject(sd_bus_error *e) {
    return sd_bus_error_set_const(e, "org.bluez.Error.Rejected", "no passkey");
}

static int on_passkey(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    uint32_t passkey;

    return read_passkey(userdata, &passkey) ? sd_bus_reply_method_return(m, "u", passkey)
                                            : reject(e);
}

// Both sides show a number. It is the same, if the user entered it.
static int on_confirmation(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    const char *device;
    uint32_t shown = 0;
    uint32_t passkey;

    if (sd_bus_message_read(m, "ou", &device, &shown) < 0 || !read_passkey(userdata, &passkey) ||
            passkey != shown) {
        return reject(e);
    }
    return sd_bus_reply_method_return(m, "");
}

static int accept(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    (void)userdata;
    (void)e;
    return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable methods[] = {SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Release", "", "", accept, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("RequestPasskey", "o", "u", on_passkey, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("RequestConfirmation", "ou", "", on_confirmation, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("RequestAuthorization", "o", "", accept, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("AuthorizeService", "os", "", accept, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Cancel", "", "", accept, SD_BUS_VTABLE_UNPRIVILEGED), SD_BUS_VTABLE_END};

static int on_paired(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;
    const sd_bus_error *error = sd_bus_message_get_error(m);

    (void)e;
    if (l->state != BLE_PAIRING) {
        return 0;
    }
    if (!error) {
        l->has_paired = true;
        tn_ble_link_subscribe(l);
        return 0;
    }
    if (strstr(error->name, ".AlreadyExists")) {
        return tn_ble_link_stale(l);
    }
    return tn_ble_link_fail(l, TN_FAULT_REFUSED,
            "the device asks for pairing, and pairing fails: %s (%s); is the passkey right "
            "(TENON_PASSKEY), and does the device take new pairings now?",
            error->message ? error->message : "", error->name);
}

static int on_agent(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;
    const sd_bus_error *error = sd_bus_message_get_error(m);

    (void)e;
    if (error) {
        return tn_ble_link_fail(l, TN_FAULT_REFUSED, "this machine cannot pair: %s (%s)",
                error->message ? error->message : "", error->name);
    }
    if (tn_bluez_call(&l->z, l->device, BLUEZ_DEVICE, "Pair", on_paired, l, "")) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
    }
    return 0;
}

void tn_ble_link_pair(struct ble_link *l) {
    int rc = 0;

    tn_ble_link_enter(l, BLE_PAIRING);
    if (!l->has_agent) {
        rc = sd_bus_add_object_vtable(l->z.bus, NULL, AGENT, "org.bluez.Agent1", methods, l);
        l->has_agent = true;
    }
    if (rc < 0 ||
            tn_bluez_call(&l->z, "/org/bluez", "org.bluez.AgentManager1", "RegisterAgent", on_agent,
                    l, "os", AGENT, "KeyboardOnly")) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
    }
}
