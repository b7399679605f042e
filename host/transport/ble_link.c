// SPDX-License-Identifier: Apache-2.0
// From a name to a connected characteristic: find an adapter, scan until the device is heard,
// connect, wait for its services, subscribe, acquire the writing end. Each step is a state; replies
// and signals of bluetoothd, and time, lead to the next one.
//
// A device in reach is one that bluetoothd hears now, not one that it remembers: a device comes out
// of a reset with another address, or not at all.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/bytes.h"
#include "host/base/clock.h"
#include "host/transport/ble_priv.h"

enum {
    TRIES = 3,            // connections of one open: the first ones of a busy radio often fail
    SAME_NAME_MS = 1000,  // from the first device of that name, for a second one to be heard
    MOVED_MS = 2000,      // scan for the known address, before another one is taken
    DISCONNECT_US = 3000000,
    MTU_MIN = 23,  // Bluetooth Core 5.3, Vol 3 Part F, 5.2.1
};

// ---- Faults ----------------------------------------------------------------------------

int tn_ble_link_fail(struct ble_link *l, enum tn_fault_kind kind, const char *format, ...) {
    char text[sizeof(l->fault.text)];
    va_list args;

    if (!l->has_failed) {
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        tn_fail(&l->fault, kind, "%s: %s", l->text, text);
        l->has_failed = true;
    }
    return 0;
}

static int fail_by(struct ble_link *l, const sd_bus_error *e) {
    if (!l->has_failed) {
        tn_bluez_fault(l->text, e, &l->fault);
        l->has_failed = true;
    }
    return 0;
}

int tn_ble_link_stale(struct ble_link *l) {
    const struct bluez_object *d = tn_ble_link_device(l);
    const char *address = d ? d->seen.address : "ADDRESS";

    return tn_ble_link_fail(l, TN_FAULT_REFUSED,
            "the device does not accept this machine's pairing with it: it has forgotten it, or "
            "wants a better one; remove it here by: bluetoothctl remove %s, and run the same "
            "command again",
            address);
}

// ---- States ----------------------------------------------------------------------------

void tn_ble_link_enter(struct ble_link *l, enum ble_state state) {
    l->state = state;
    l->since_ms = tn_now_ms();
}

static uint32_t in_state_ms(const struct ble_link *l) {
    return tn_now_ms() - l->since_ms;
}

struct bluez_object *tn_ble_link_device(struct ble_link *l) {
    return tn_bluez_find(&l->z, l->device);
}

static bool is_error(sd_bus_message *m, const char *word) {
    const sd_bus_error *e = sd_bus_message_get_error(m);

    return e && e->name && strstr(e->name, word);
}

static bool says(sd_bus_message *m, const char *word) {
    const sd_bus_error *e = sd_bus_message_get_error(m);

    return e && e->message && strcasestr(e->message, word);
}

static int ignore_reply(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    (void)m;
    (void)userdata;
    (void)e;
    return 0;
}

static void call(struct ble_link *l, const char *path, const char *interface, const char *method,
        sd_bus_message_handler_t on_reply) {
    if (tn_bluez_call(&l->z, path, interface, method, on_reply, l, "")) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
    }
}

// ---- Adapters --------------------------------------------------------------------------

// Chooses a powered adapter. $TENON_ADAPTER names one, for machines with several.
static bool choose_adapter(struct ble_link *l) {
    const char *named = getenv("TENON_ADAPTER");
    const struct bluez_object *off = NULL;

    for (size_t i = 0; i < l->z.n; i++) {
        const struct bluez_object *o = &l->z.objects[i];
        const char *name = strrchr(o->path, '/');
        if (o->kind != BLUEZ_IS_ADAPTER || (named && *named && strcmp(name + 1, named) != 0)) {
            continue;
        }
        if (o->powered) {
            snprintf(l->adapter, sizeof(l->adapter), "%s", o->path);
            return true;
        }
        off = o;
    }
    if (off) {
        tn_ble_link_fail(l, TN_FAULT_NO_DEVICE,
                "this machine's Bluetooth adapter (%s) is off; turn it on: bluetoothctl power on; "
                "if it stays off: rfkill unblock bluetooth",
                strrchr(off->path, '/') + 1);
    } else {
        tn_ble_link_fail(l, TN_FAULT_NO_DEVICE,
                "this machine has no Bluetooth adapter%s%s that BlueZ knows; is it plugged in? "
                "bluetoothctl list shows them",
                named && *named ? " " : "", named && *named ? named : "");
    }
    return false;
}

// ---- Scanning --------------------------------------------------------------------------

static int on_discovery(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    (void)e;
    // InProgress: another program scans, which serves us as well.
    if (sd_bus_message_is_method_error(m, NULL) && !is_error(m, ".InProgress")) {
        return fail_by(userdata, sd_bus_message_get_error(m));
    }
    return 0;
}

// Scans for LE devices. Each report counts, also of a device that is known.
static void start_scan(struct ble_link *l) {
    sd_bus_message *m = NULL;
    int rc = sd_bus_message_new_method_call(
            l->z.bus, &m, BLUEZ, l->adapter, BLUEZ_ADAPTER, "SetDiscoveryFilter");

    if (rc >= 0) {
        rc = sd_bus_message_append(m, "a{sv}", 2, "Transport", "s", "le", "DuplicateData", "b", 1);
    }
    if (rc >= 0) {
        rc = sd_bus_call_async(l->z.bus, NULL, m, on_discovery, l, 0);
    }
    sd_bus_message_unref(m);
    if (rc < 0) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
        return;
    }
    call(l, l->adapter, BLUEZ_ADAPTER, "StartDiscovery", on_discovery);
    l->is_scanning = true;
}

static void stop_scan(struct ble_link *l) {
    if (l->is_scanning) {
        call(l, l->adapter, BLUEZ_ADAPTER, "StopDiscovery", ignore_reply);
    }
    l->is_scanning = false;
}

static bool is_passed(const struct ble_link *l, const char *address) {
    for (size_t i = 0; i < l->npassed; i++) {
        if (strcmp(l->passed[i], address) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_present(const struct ble_link *l, const struct bluez_object *o) {
    return o->kind == BLUEZ_IS_DEVICE && tn_bluez_is_below(l->adapter, o->path) &&
            (o->is_near || o->seen.is_connected) && !is_passed(l, o->seen.address);
}

// Does the user mean this device?
static bool is_wanted(const struct ble_link *l, const struct tn_ble_seen *d) {
    return *l->wanted ? strcasecmp(l->wanted, d->address) == 0 || strcmp(l->wanted, d->name) == 0
                      : d->has_smp;
}

// Two addresses that differ by one in their last byte: as the loader's and the application's.
static bool are_neighbours(const char *a, const char *b) {
    unsigned long x = strtoul(a + 15, NULL, 16), y = strtoul(b + 15, NULL, 16);

    return strlen(a) == 17 && strlen(b) == 17 && strncasecmp(a, b, 15) == 0 &&
            ((x + 1) % 256 == y || (y + 1) % 256 == x);
}

// Can this device be the known one, with another address?
static bool may_be_known(const struct ble_link *l, const struct tn_ble_seen *d) {
    return d->has_smp &&
            (are_neighbours(d->address, l->known) || !*l->known_name ||
                    strcmp(d->name, l->known_name) == 0 || is_wanted(l, d));
}

// The device to connect to. *ret_n: how many fit.
static struct bluez_object *choose_device(struct ble_link *l, size_t *ret_n) {
    struct bluez_object *best = NULL;

    *ret_n = 0;
    for (size_t i = 0; i < l->z.n; i++) {
        struct bluez_object *o = &l->z.objects[i];
        if (!is_present(l, o)) {
            continue;
        }
        if (*l->known && strcmp(o->seen.address, l->known) == 0) {
            *ret_n = 1;
            return o;
        }
        bool fits = *l->known ? in_state_ms(l) >= MOVED_MS && may_be_known(l, &o->seen)
                              : is_wanted(l, &o->seen);
        if (fits) {
            ++*ret_n;
            best = !best || o->seen.rssi > best->seen.rssi ? o : best;
        }
    }
    return best;
}

// Several devices have the name, and none of them is known.
static void fail_ambiguous(struct ble_link *l) {
    char list[200] = "";
    size_t at = 0;

    for (size_t i = 0; i < l->z.n && at < sizeof(list); i++) {
        const struct bluez_object *o = &l->z.objects[i];
        if (is_present(l, o) && is_wanted(l, &o->seen)) {
            at += (size_t)snprintf(
                    list + at, sizeof(list) - at, "%sble:%s", at ? ", " : "", o->seen.address);
        }
    }
    tn_ble_link_fail(
            l, TN_FAULT_USAGE, "several devices in reach fit: %s; give one's address", list);
}

static void fail_unheard(struct ble_link *l) {
    size_t near = 0;

    for (size_t i = 0; i < l->z.n; i++) {
        near += is_present(l, &l->z.objects[i]);
    }
    tn_ble_link_fail(l, TN_FAULT_NO_DEVICE,
            "no such device in reach: %s was heard in %u s, %zu other%s were; is it on, does it "
            "advertise, and is it connected to no phone? tenon devices --ble lists them",
            *l->wanted ? "it never" : "none with the SMP service", (unsigned)(BLE_SEEK_MS / 1000),
            near, near == 1 ? "" : "s");
}

// ---- Connecting ------------------------------------------------------------------------

static void connect_to(struct ble_link *l, const struct bluez_object *d);

// A connection that did not come about, or was lost too soon: the next try, or the fault.
static void try_again(struct ble_link *l, const char *why) {
    if (++l->tries < TRIES) {
        l->found_ms = 0;
        tn_ble_link_enter(l, BLE_SEEKING);
        start_scan(l);
    } else if (l->was_paired) {
        tn_ble_link_stale(l);
    } else {
        tn_ble_link_fail(
                l, TN_FAULT_LINK, "the connection fails (%s); go nearer, and try again", why);
    }
}

static int on_connected(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;
    const sd_bus_error *error = sd_bus_message_get_error(m);

    (void)e;
    if (l->state != BLE_CONNECTING || !sd_bus_message_is_method_error(m, NULL)) {
        return 0;
    }
    if (is_error(m, ".AlreadyConnected") || is_error(m, ".InProgress")) {
        return 0;
    }
    if (is_error(m, ".AccessDenied") || is_error(m, ".NotReady")) {
        return fail_by(l, error);
    }
    try_again(l, error->message ? error->message : error->name);
    return 0;
}

static void connect_to(struct ble_link *l, const struct bluez_object *d) {
    stop_scan(l);
    snprintf(l->device, sizeof(l->device), "%s", d->path);
    l->was_paired = d->seen.is_paired;
    l->is_ours = !d->seen.is_connected;
    tn_ble_link_enter(l, BLE_CONNECTING);
    if (l->is_ours) {
        call(l, l->device, BLUEZ_DEVICE, "Connect", on_connected);
    }
}

static void seek(struct ble_link *l) {
    size_t n;
    const struct bluez_object *d = choose_device(l, &n);

    if (!d) {
        if (in_state_ms(l) >= BLE_SEEK_MS) {
            fail_unheard(l);
        }
        return;
    }
    l->found_ms = l->found_ms ? l->found_ms : tn_now_ms();
    bool is_certain = n == 1 && (strcasecmp(d->seen.address, l->wanted) == 0 || *l->known);
    if (!is_certain && tn_now_ms() - l->found_ms < SAME_NAME_MS) {
        return;
    }
    if (n > 1 && !*l->known) {
        fail_ambiguous(l);
        return;
    }
    connect_to(l, d);
}

// ---- Services --------------------------------------------------------------------------

static struct bluez_object *find_characteristic(struct ble_link *l) {
    for (size_t i = 0; i < l->z.n; i++) {
        struct bluez_object *o = &l->z.objects[i];
        if (o->kind == BLUEZ_IS_CHARACTERISTIC && o->is_smp &&
                tn_bluez_is_below(l->device, o->path)) {
            return o;
        }
    }
    return NULL;
}

static void resolved(struct ble_link *l) {
    const struct bluez_object *c = find_characteristic(l);

    if (!c) {
        tn_ble_link_fail(l, TN_FAULT_NOT_SMP,
                "the device has no SMP service: its firmware takes no updates over Bluetooth, or "
                "this machine remembers another firmware's services: bluetoothctl remove %s, and "
                "try again",
                tn_ble_link_device(l)->seen.address);
        return;
    }
    snprintf(l->characteristic, sizeof(l->characteristic), "%s", c->path);
    l->mtu = c->mtu;
    tn_ble_link_subscribe(l);
}

// Takes descriptor and MTU from a reply of AcquireNotify or AcquireWrite. Returns the descriptor.
static int take_fd(struct ble_link *l, sd_bus_message *m) {
    uint16_t mtu = 0;
    int fd = -1;

    if (sd_bus_message_read(m, "hq", &fd, &mtu) < 0) {
        return -1;
    }
    l->mtu = mtu ? mtu : l->mtu;
    fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    return fd;
}

static void is_ready(struct ble_link *l) {
    const struct tn_ble_seen *d = &tn_ble_link_device(l)->seen;

    if (!*l->known) {
        snprintf(l->known, sizeof(l->known), "%s", d->address);
        snprintf(l->known_name, sizeof(l->known_name), "%s", d->name);
    }
    l->mtu = l->mtu < MTU_MIN ? MTU_MIN : l->mtu;
    tn_ble_link_enter(l, BLE_READY);
}

static bool is_taken(sd_bus_message *m) {
    return is_error(m, ".InProgress") || says(m, "acquired");
}

static int busy(struct ble_link *l) {
    return tn_ble_link_fail(l, TN_FAULT_BUSY,
            "busy: another program uses the device's SMP service; end it, and try again");
}

static int on_acquired_write(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;

    (void)e;
    if (l->state != BLE_ACQUIRING) {
        return 0;
    }
    if (sd_bus_message_is_method_error(m, NULL)) {
        if (is_taken(m)) {
            return busy(l);
        }
    } else {
        l->write_fd = take_fd(l, m);
    }
    is_ready(l);  // without a socket, by WriteValue
    return 0;
}

// BlueZ 5.66 crashes when a device goes whose characteristic has such a socket, if it keeps no
// pairing with the device and so forgets its objects. Other devices get calls and signals.
static bool may_use_sockets(struct ble_link *l) {
    const struct bluez_object *d = tn_ble_link_device(l);

    return d && d->seen.is_paired;
}

static void acquire_write(struct ble_link *l) {
    const struct bluez_object *c = tn_bluez_find(&l->z, l->characteristic);

    if (!c || !c->acquires_write || !may_use_sockets(l)) {
        is_ready(l);
        return;
    }
    tn_ble_link_enter(l, BLE_ACQUIRING);
    if (tn_bluez_call(&l->z, l->characteristic, BLUEZ_CHARACTERISTIC, "AcquireWrite",
                on_acquired_write, l, "a{sv}", 0)) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
    }
}

static int on_notify_started(sd_bus_message *m, void *userdata, sd_bus_error *e);

static void start_notify(struct ble_link *l) {
    call(l, l->characteristic, BLUEZ_CHARACTERISTIC, "StartNotify", on_notify_started);
}

// The device refused the subscription, or BlueZ.
static int refused(struct ble_link *l, sd_bus_message *m) {
    const struct bluez_object *d = tn_ble_link_device(l);
    const sd_bus_error *error = sd_bus_message_get_error(m);

    if (is_taken(m)) {
        return busy(l);
    }
    bool wants_pairing = is_error(m, ".NotPermitted") || is_error(m, ".NotAuthorized") ||
            says(m, "paired") || says(m, "0x05") || says(m, "0x0f") || says(m, "uthenticat") ||
            says(m, "ncrypt");
    if (wants_pairing && (l->was_paired || l->has_paired || (d && d->seen.is_paired))) {
        return tn_ble_link_stale(l);
    }
    if (wants_pairing) {
        tn_ble_link_pair(l);
        return 0;
    }
    return tn_ble_link_fail(l, TN_FAULT_REFUSED, "the device does not send answers: %s (%s)",
            error->message ? error->message : "", error->name);
}

static int on_notify_started(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;

    (void)e;
    if (l->state != BLE_SUBSCRIBING) {
        return 0;
    }
    if (sd_bus_message_is_method_error(m, NULL)) {
        return refused(l, m);
    }
    acquire_write(l);
    return 0;
}

static int on_acquired_notify(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct ble_link *l = userdata;

    (void)e;
    if (l->state != BLE_SUBSCRIBING) {
        return 0;
    }
    if (is_error(m, ".NotSupported") || is_error(m, ".UnknownMethod")) {
        start_notify(l);
        return 0;
    }
    if (sd_bus_message_is_method_error(m, NULL)) {
        return refused(l, m);
    }
    l->notify_fd = take_fd(l, m);
    acquire_write(l);
    return 0;
}

void tn_ble_link_subscribe(struct ble_link *l) {
    const struct bluez_object *c = tn_bluez_find(&l->z, l->characteristic);

    tn_ble_link_enter(l, BLE_SUBSCRIBING);
    if (!c || !c->acquires_notify || !may_use_sockets(l)) {
        start_notify(l);
    } else if (tn_bluez_call(&l->z, l->characteristic, BLUEZ_CHARACTERISTIC, "AcquireNotify",
                       on_acquired_notify, l, "a{sv}", 0)) {
        tn_ble_link_fail(l, TN_FAULT_INTERNAL, "cannot call D-Bus");
    }
}

// ---- Progress --------------------------------------------------------------------------

static bool is_late(const struct ble_link *l) {
    static const uint32_t limits[] = {[BLE_LISTING] = BLE_CALL_MS,
            [BLE_CONNECTING] = BLE_CONNECT_MS,
            [BLE_RESOLVING] = BLE_RESOLVE_MS,
            [BLE_SUBSCRIBING] = BLE_RESOLVE_MS,
            [BLE_PAIRING] = BLE_PAIR_MS,
            [BLE_ACQUIRING] = BLE_CALL_MS,
            [BLE_READY] = 0};

    return limits[l->state] && in_state_ms(l) >= limits[l->state];
}

static void lost(struct ble_link *l) {
    switch (l->state) {
    case BLE_READY:
        tn_ble_link_fail(
                l, TN_FAULT_LINK, "the connection is lost: out of reach, or in a reset; try again");
        break;
    case BLE_PAIRING:
        tn_ble_link_fail(l, TN_FAULT_REFUSED, "the device ended the connection while it paired");
        break;
    default:
        try_again(l, "lost while it began");
    }
}

// Takes the next step that signals and time permit.
static void step(struct ble_link *l) {
    const struct bluez_object *d = tn_ble_link_device(l);
    bool is_connected = d && d->seen.is_connected;

    if (l->z.is_gone) {
        tn_ble_link_fail(
                l, TN_FAULT_LINK, "Bluetooth's service has ended on this machine; try again");
        return;
    }
    if (is_late(l)) {
        if (l->state == BLE_CONNECTING) {
            try_again(l, "no answer");
        } else {
            tn_ble_link_fail(
                    l, TN_FAULT_LINK, "Bluetooth does not get on with the device; try again");
        }
        return;
    }
    if (l->state >= BLE_RESOLVING && !is_connected) {
        lost(l);
    } else if (l->state == BLE_LISTING && l->z.is_listed && choose_adapter(l)) {
        tn_ble_link_enter(l, BLE_SEEKING);
        start_scan(l);
    } else if (l->state == BLE_SEEKING) {
        seek(l);
    } else if (l->state == BLE_CONNECTING && is_connected) {
        tn_ble_link_enter(l, BLE_RESOLVING);
    } else if (l->state == BLE_RESOLVING && d->resolved) {
        resolved(l);
    }
}

static int on_no_list(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    (void)e;
    return fail_by(userdata, sd_bus_message_get_error(m));
}

int tn_ble_link_open(struct ble_link *l, struct tn_fault *f) {
    tn_ble_link_close(l);
    l->has_failed = l->is_scanning = l->is_ours = l->has_paired = l->was_paired = false;
    l->tries = 0;
    l->found_ms = 0;
    l->mtu = 0;
    l->device[0] = l->characteristic[0] = 0;
    l->z.notified = l->notified;
    l->z.ctx = l->ctx;
    int rc = tn_bluez_open(&l->z, on_no_list, l);
    if (rc < 0) {
        tn_bluez_close(&l->z);
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: this machine's D-Bus does not answer (%s): Bluetooth needs it and bluez; "
                "install them, and: sudo systemctl start bluetooth",
                l->text, strerror(-rc));
    }
    tn_ble_link_enter(l, BLE_LISTING);
    return 0;
}

int tn_ble_link_work(struct ble_link *l, struct tn_fault *f) {
    enum ble_state before;
    int rc = 0;

    if (l->state == BLE_CLOSED && tn_ble_link_open(l, f)) {
        return -1;
    }
    do {
        before = l->state;
        while (!l->has_failed && (rc = sd_bus_process(l->z.bus, NULL)) > 0) {
        }
        if (rc < 0) {
            tn_ble_link_fail(l, TN_FAULT_LINK, "D-Bus has closed the connection; try again");
        }
        if (!l->has_failed) {
            step(l);
        }
    } while (!l->has_failed && l->state != before);
    if (l->has_failed) {
        *f = l->fault;
        tn_ble_link_close(l);
        return -1;
    }
    return 0;
}

// Disconnects, and waits for bluetoothd to have done it. Only then are the sockets closed: BlueZ
// 5.66 crashes if they close while it takes the device's objects away.
static void disconnect(struct ble_link *l) {
    sd_bus_message *m = NULL;
    int rc = sd_bus_message_new_method_call(
            l->z.bus, &m, BLUEZ, l->device, BLUEZ_DEVICE, "Disconnect");

    if (rc >= 0) {
        sd_bus_call(l->z.bus, m, DISCONNECT_US, NULL, NULL);
    }
    sd_bus_message_unref(m);
}

void tn_ble_link_close(struct ble_link *l) {
    if (l->z.bus && l->is_ours && *l->device && !l->z.is_gone) {
        disconnect(l);
    }
    if (l->notify_fd >= 0) {
        close(l->notify_fd);
    }
    if (l->write_fd >= 0) {
        close(l->write_fd);
    }
    l->notify_fd = l->write_fd = -1;
    tn_bluez_close(&l->z);
    l->has_agent = false;
    l->state = BLE_CLOSED;
}
