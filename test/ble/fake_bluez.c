// SPDX-License-Identifier: Apache-2.0
// bluetoothd as tenon sees it, on a D-Bus of the test: one adapter, and a device whose SMP service
// is a device on UDP. For what no real adapter does on demand: ./run ble has the real bluetoothd.
//
//   fake_bluez --udp ADDRESS:PORT [WORD | NAME=VALUE]...
//
// A word is a trouble or a habit: see words[]. Its D-Bus is $DBUS_SYSTEM_BUS_ADDRESS.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "link/pieces.h"

#define HCI "/org/bluez/hci0"
#define ADAPTER "org.bluez.Adapter1"
#define DEVICE "org.bluez.Device1"
#define CHARACTERISTIC "org.bluez.GattCharacteristic1"
#define MANAGER "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"

enum { DEVICES = 3, PACKET = 4096 };

enum word {
    NO_ADAPTER,  // none at all
    OFF,         // it is not powered
    DENIED,      // the caller has no permission
    ABSENT,      // no device is in reach
    DEAF,        // Connect gets no answer
    FAILS,       // the first two Connects fail
    NO_SERVICE,  // the device has no SMP
    OLD,         // no sockets: StartNotify, WriteValue and signals
    TAKEN,       // another program has the socket
    PAIRING,     // subscribing needs a pairing
    STALE,       // paired, and the device has forgotten it
    MOVES,       // a reset changes the address
    TWO,         // a second device of the same name
    LOSSY,       // loses a notification now and then
    UNTOLD_MTU,  // reports no MTU
    PAIRED,      // paired already, so that sockets are used
    WORDS
};
static const char *const words[WORDS] = {"no-adapter", "off", "denied", "absent", "deaf", "fails",
        "no-service", "old", "taken", "pairing", "stale", "moves", "two", "lossy", "untold-mtu",
        "paired"};
static bool is[WORDS];

static uint16_t mtu = 247;
static unsigned impostor;    // the port of another device, which is there after a reset; 0: none
static unsigned drop_after;  // pieces, after which the connection is lost; 0: never
static unsigned passkey;
static unsigned pieces;

static sd_bus *bus;
static int udp = -1;
static struct {
    char path[64], address[18];
    bool is_heard, is_connected, is_paired;
} devices[DEVICES] = {{.address = "C0:11:22:33:44:55"}, {.address = "C0:11:22:33:44:56"},
        {.address = "D0:00:00:00:00:01"}};
static int at;  // the device that is connected, and the one that there is
static int connected = -1;
static int fd_write = -1, fd_notify = -1;  // our ends
static bool notifies, is_scanning;
static char agent[128], agent_at[128];
static sd_bus_message *pairing;
static uint8_t packet[PACKET];
static struct tn_pieces in = {.buf = packet, .size = sizeof(packet)};
static unsigned connects;

static void check(int rc, const char *what) {
    if (rc < 0) {
        fprintf(stderr, "fake_bluez: %s: %s\n", what, strerror(-rc));
        exit(1);
    }
}

static const char *characteristic(int n) {
    static char path[300];

    snprintf(path, sizeof(path), "%s/service0001/char0002", devices[n].path);
    return path;
}

// ---- Objects -----------------------------------------------------------------------------

static void put_bool(sd_bus_message *m, const char *name, bool value) {
    check(sd_bus_message_append(m, "{sv}", name, "b", (int)value), name);
}

static void put_device(sd_bus_message *m, int n) {
    check(sd_bus_message_open_container(m, 'a', "{sv}"), "device");
    check(sd_bus_message_append(m, "{sv}", "Address", "s", devices[n].address), "Address");
    check(sd_bus_message_append(m, "{sv}", "Name", "s", n == 2 ? "lamp" : "board"), "Name");
    put_bool(m, "Connected", devices[n].is_connected);
    put_bool(m, "Paired", devices[n].is_paired);
    put_bool(m, "ServicesResolved", devices[n].is_connected);
    if (devices[n].is_heard && is_scanning) {
        check(sd_bus_message_append(m, "{sv}", "RSSI", "n", -50 - n), "RSSI");
    }
    if (n != 2) {
        check(sd_bus_message_append(
                      m, "{sv}", "UUIDs", "as", 1, "8d53dc1d-1db7-4cd3-868b-8a527460aa84"),
                "UUIDs");
    }
    check(sd_bus_message_close_container(m), "device");
}

static void put_characteristic(sd_bus_message *m) {
    const char *uuid = is[NO_SERVICE] ? "00002a00-0000-1000-8000-00805f9b34fb"
                                      : "da2e7828-fbce-4e01-ae9e-261174997c48";

    check(sd_bus_message_open_container(m, 'a', "{sv}"), "characteristic");
    check(sd_bus_message_append(m, "{sv}", "UUID", "s", uuid), "UUID");
    if (!is[UNTOLD_MTU]) {
        check(sd_bus_message_append(m, "{sv}", "MTU", "q", mtu), "MTU");
    }
    check(sd_bus_message_append(m, "{sv}", "Value", "ay", 3, 9, 9, 9), "Value");  // an old one
    if (!is[OLD]) {
        put_bool(m, "WriteAcquired", false);
        put_bool(m, "NotifyAcquired", false);
    }
    check(sd_bus_message_close_container(m), "characteristic");
}

// The interfaces of an object, as a{sa{sv}}.
static void put_interfaces(sd_bus_message *m, const char *path, int n) {
    bool is_device = n >= 0 && strcmp(path, devices[n].path) == 0;

    check(sd_bus_message_open_container(m, 'a', "{sa{sv}}"), "interfaces");
    check(sd_bus_message_open_container(m, 'e', "sa{sv}"), "interface");
    check(sd_bus_message_append(m, "s",
                  n < 0               ? ADAPTER
                          : is_device ? DEVICE
                                      : CHARACTERISTIC),
            "name");
    if (n < 0) {
        check(sd_bus_message_append(m, "a{sv}", 1, "Powered", "b", !is[OFF]), "adapter");
    } else if (is_device) {
        put_device(m, n);
    } else {
        put_characteristic(m);
    }
    check(sd_bus_message_close_container(m), "interface");
    check(sd_bus_message_close_container(m), "interfaces");
}

static void put_object(sd_bus_message *m, const char *path, int n) {
    check(sd_bus_message_open_container(m, 'e', "oa{sa{sv}}"), "object");
    check(sd_bus_message_append(m, "o", path), "path");
    put_interfaces(m, path, n);
    check(sd_bus_message_close_container(m), "object");
}

static int list(sd_bus_message *call) {
    sd_bus_message *m;

    if (is[DENIED]) {
        return sd_bus_reply_method_errorf(
                call, "org.freedesktop.DBus.Error.AccessDenied", "Rejected send message");
    }
    check(sd_bus_message_new_method_return(call, &m), "reply");
    check(sd_bus_message_open_container(m, 'a', "{oa{sa{sv}}}"), "objects");
    if (!is[NO_ADAPTER]) {
        put_object(m, HCI, -1);
    }
    for (int i = 0; i < DEVICES; i++) {
        if (devices[i].is_heard) {
            put_object(m, devices[i].path, i);
        }
        if (devices[i].is_connected) {
            put_object(m, characteristic(i), i);
        }
    }
    check(sd_bus_message_close_container(m), "objects");
    int rc = sd_bus_send(bus, m, NULL);
    sd_bus_message_unref(m);
    return rc;
}

static void added(const char *path, int n) {
    sd_bus_message *m;

    check(sd_bus_message_new_signal(bus, &m, "/", MANAGER, "InterfacesAdded"), "signal");
    check(sd_bus_message_append(m, "o", path), "path");
    put_interfaces(m, path, n);
    check(sd_bus_send(bus, m, NULL), "signal");
    sd_bus_message_unref(m);
}

static void changed(
        const char *path, const char *interface, const char *name, const char *type, int value) {
    check(sd_bus_emit_signal(bus, path, PROPERTIES, "PropertiesChanged", "sa{sv}as", interface, 1,
                  name, type, value, 0),
            name);
}

// ---- The device --------------------------------------------------------------------------

static void disconnect(void) {
    if (connected < 0) {
        return;
    }
    devices[connected].is_connected = false;
    changed(devices[connected].path, DEVICE, "ServicesResolved", "b", 0);
    changed(devices[connected].path, DEVICE, "Connected", "b", 0);
    connected = -1;
    if (fd_write >= 0) {
        close(fd_write);
    }
    if (fd_notify >= 0) {
        close(fd_notify);
    }
    fd_write = fd_notify = -1;
    notifies = false;
    tn_pieces_forget(&in);
}

static void notify(const uint8_t *bytes, size_t len) {
    sd_bus_message *m;

    if (is[LOSSY] && ++pieces % 37 == 0) {
        return;
    }
    if (fd_notify >= 0) {
        if (send(fd_notify, bytes, len, MSG_NOSIGNAL) < 0) {
            perror("fake_bluez: notify");
        }
        return;
    }
    if (!notifies) {
        return;
    }
    check(sd_bus_message_new_signal(
                  bus, &m, characteristic(connected), PROPERTIES, "PropertiesChanged"),
            "signal");
    check(sd_bus_message_append(m, "s", CHARACTERISTIC), "signal");
    check(sd_bus_message_open_container(m, 'a', "{sv}"), "signal");
    check(sd_bus_message_open_container(m, 'e', "sv"), "signal");
    check(sd_bus_message_append(m, "s", "Value"), "signal");
    check(sd_bus_message_open_container(m, 'v', "ay"), "signal");
    check(sd_bus_message_append_array(m, 'y', bytes, len), "signal");
    check(sd_bus_message_close_container(m), "signal");
    check(sd_bus_message_close_container(m), "signal");
    check(sd_bus_message_close_container(m), "signal");
    check(sd_bus_message_append(m, "as", 0), "signal");
    check(sd_bus_send(bus, m, NULL), "signal");
    sd_bus_message_unref(m);
}

static void open_udp(const char *where);

// An answer of the device on UDP.
static void answer(void) {
    uint8_t bytes[PACKET];
    ssize_t n = recv(udp, bytes, sizeof(bytes), MSG_DONTWAIT);
    size_t max = mtu - 3u;

    if (n <= 0 || connected < 0) {
        return;
    }
    for (size_t sent = 0; sent < (size_t)n; sent += max) {
        notify(bytes + sent, tn_min((uint32_t)((size_t)n - sent), (uint32_t)max));
    }
    // The answer to a reset: the connection goes with the device.
    if (n >= 8 && bytes[0] % 8 == 3 && tn_get_be16(bytes + 4) == 0 && bytes[7] == 5) {
        sd_bus_flush(bus);
        disconnect();
        at = is[MOVES] || impostor ? 1 - at : at;
        if (impostor) {
            char where[32];
            close(udp);
            snprintf(where, sizeof(where), "127.0.0.1:%u", impostor);
            open_udp(where);
        }
        fprintf(stderr, "fake_bluez: reset, now %s\n", devices[at].address);
    }
}

static void written(const uint8_t *bytes, size_t len) {
    size_t n;

    if (len > mtu - 3u || len > 500) {
        fprintf(stderr, "fake_bluez: a piece of %zu bytes\n", len);
        return;  // as BlueZ does
    }
    if (drop_after && ++pieces == drop_after) {
        fprintf(stderr, "fake_bluez: connection lost\n");
        disconnect();
        return;
    }
    for (const uint8_t *end = bytes + len; bytes < end; bytes += n) {
        n = tn_pieces_feed(&in, bytes, (size_t)(end - bytes));
        size_t whole;
        const uint8_t *pkt = tn_pieces_packet(&in, &whole);
        if (pkt && send(udp, pkt, whole, 0) < 0) {
            perror("fake_bluez: UDP");
        }
    }
}

// ---- Calls -------------------------------------------------------------------------------

static int done(sd_bus_message *m) {
    return sd_bus_reply_method_return(m, "");
}

static int failed(sd_bus_message *m, const char *error, const char *text) {
    char name[64];

    snprintf(name, sizeof(name), "org.bluez.Error.%s", error);
    return sd_bus_reply_method_errorf(m, name, "%s", text);
}

static int scan(sd_bus_message *m) {
    if (is_scanning) {
        return failed(m, "InProgress", "Operation already in progress");
    }
    is_scanning = true;
    done(m);
    for (int i = 0; i < DEVICES && !is[ABSENT]; i++) {
        bool is_there = i == at || i == 2 || (is[TWO] && i == 1);
        if (is_there && !devices[i].is_heard) {
            devices[i].is_heard = true;
            added(devices[i].path, i);
        } else if (is_there) {
            changed(devices[i].path, DEVICE, "RSSI", "n", -50 - i);
        }
    }
    return 1;
}

static int connect_device(sd_bus_message *m, int n) {
    connects++;
    if (is[DEAF]) {
        sd_bus_message_ref(m);  // for ever
        return 1;
    }
    if (is[FAILS] && connects < 3) {
        return failed(m, "Failed", "le-connection-abort-by-local");
    }
    if (n != at && !(is[TWO] && n == 1)) {
        return failed(m, "Failed", "le-connection-abort-by-local");
    }
    connected = n;
    devices[n].is_connected = true;
    changed(devices[n].path, DEVICE, "Connected", "b", 1);
    done(m);
    added(characteristic(n), n);
    changed(devices[n].path, DEVICE, "ServicesResolved", "b", 1);
    return 1;
}

static int acquire(sd_bus_message *m, int *ours) {
    int pair[2];

    if (is[TAKEN]) {
        return failed(m, "NotPermitted", "Notify acquired");
    }
    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), "socketpair");
    *ours = pair[0];
    int rc = sd_bus_reply_method_return(m, "hq", pair[1], mtu);
    close(pair[1]);
    return rc;
}

static int subscribe(sd_bus_message *m, bool by_socket) {
    if ((is[PAIRING] && !devices[connected].is_paired) || is[STALE]) {
        return failed(m, "NotPermitted", "Not paired");
    }
    notifies = true;
    return by_socket ? acquire(m, &fd_notify) : done(m);
}

static int on_passkey(sd_bus_message *m, void *ctx, sd_bus_error *e) {
    uint32_t given = 0;
    sd_bus_message *to = pairing;

    (void)ctx;
    (void)e;
    pairing = NULL;
    if (sd_bus_message_is_method_error(m, NULL) || sd_bus_message_read(m, "u", &given) < 0 ||
            given != passkey) {
        failed(to, "AuthenticationFailed", "Authentication Failed");
    } else {
        devices[connected].is_paired = true;
        changed(devices[connected].path, DEVICE, "Paired", "b", 1);
        done(to);
    }
    sd_bus_message_unref(to);
    return 0;
}

static int pair_device(sd_bus_message *m, int n) {
    if (!*agent) {
        return failed(m, "AuthenticationRejected", "no agent");
    }
    if (!passkey) {  // just works
        devices[n].is_paired = true;
        changed(devices[n].path, DEVICE, "Paired", "b", 1);
        return done(m);
    }
    pairing = sd_bus_message_ref(m);
    return sd_bus_call_method_async(bus, NULL, agent, agent_at, "org.bluez.Agent1",
            "RequestPasskey", on_passkey, NULL, "o", devices[n].path);
}

static int register_agent(sd_bus_message *m) {
    const char *path, *capability;

    check(sd_bus_message_read(m, "os", &path, &capability), "agent");
    snprintf(agent, sizeof(agent), "%s", sd_bus_message_get_sender(m));
    snprintf(agent_at, sizeof(agent_at), "%s", path);
    return done(m);
}

static int write_value(sd_bus_message *m) {
    const void *bytes;
    size_t len;

    check(sd_bus_message_read_array(m, 'y', &bytes, &len), "WriteValue");
    done(m);
    written(bytes, len);
    return 1;
}

// The device that a path belongs to; -1: none.
static int device_of(const char *path) {
    for (int i = 0; i < DEVICES; i++) {
        if (strncmp(path, devices[i].path, strlen(devices[i].path)) == 0) {
            return i;
        }
    }
    return -1;
}

static int on_call(sd_bus_message *m, void *ctx, sd_bus_error *e) {
    const char *member = sd_bus_message_get_member(m);
    const char *path = sd_bus_message_get_path(m);
    int n = device_of(path);

    (void)ctx;
    (void)e;
    if (!strcmp(member, "GetManagedObjects")) {
        return list(m);
    }
    if (!strcmp(member, "SetDiscoveryFilter")) {
        return done(m);
    }
    if (!strcmp(member, "StartDiscovery")) {
        return scan(m);
    }
    if (!strcmp(member, "StopDiscovery")) {
        is_scanning = false;
        return done(m);
    }
    if (!strcmp(member, "RegisterAgent")) {
        return register_agent(m);
    }
    if (n < 0) {
        return 0;
    }
    if (!strcmp(member, "Connect")) {
        return connect_device(m, n);
    }
    if (!strcmp(member, "Pair")) {
        return pair_device(m, n);
    }
    if (!strcmp(member, "Disconnect")) {
        done(m);
        disconnect();
        return 1;
    }
    if (connected < 0) {
        return failed(m, "Failed", "Not connected");
    }
    if (!strcmp(member, "AcquireNotify") || !strcmp(member, "StartNotify")) {
        return subscribe(m, *member == 'A');
    }
    if (!strcmp(member, "AcquireWrite")) {
        return acquire(m, &fd_write);
    }
    return !strcmp(member, "WriteValue") ? write_value(m) : 0;
}

// A caller that ends stops its scan, as BlueZ does.
static int on_owner(sd_bus_message *m, void *ctx, sd_bus_error *e) {
    const char *name, *before, *after;

    (void)ctx;
    (void)e;
    if (sd_bus_message_read(m, "sss", &name, &before, &after) >= 0 && !*after) {
        is_scanning = false;
        agent[0] = 0;
    }
    return 0;
}

// ---- The program -------------------------------------------------------------------------

static void take(const char *arg) {
    unsigned number = 0;
    const char *eq = strchr(arg, '=');

    for (int i = 0; i < WORDS; i++) {
        if (!strcmp(arg, words[i])) {
            is[i] = true;
            return;
        }
    }
    number = eq ? (unsigned)strtoul(eq + 1, NULL, 10) : 0;
    if (!strncmp(arg, "mtu=", 4)) {
        mtu = (uint16_t)number;
    } else if (!strncmp(arg, "impostor=", 9)) {
        impostor = number;
    } else if (!strncmp(arg, "drop-after=", 11)) {
        drop_after = number;
    } else if (!strncmp(arg, "passkey=", 8)) {
        passkey = number;
    } else {
        fprintf(stderr, "fake_bluez: no such word: %s\n", arg);
        exit(64);
    }
}

static void open_udp(const char *where) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    char host[64];

    snprintf(host, sizeof(host), "%s", where);
    char *colon = strrchr(host, ':');
    *colon = 0;
    to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    inet_pton(AF_INET, host, &to.sin_addr);
    udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    check(connect(udp, (struct sockaddr *)&to, sizeof(to)), "UDP");
}

static void open_bus(void) {
    check(sd_bus_open_system(&bus), "D-Bus");
    check(sd_bus_add_fallback(bus, NULL, "/", on_call, NULL), "D-Bus");
    check(sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus", NULL, "org.freedesktop.DBus",
                  "NameOwnerChanged", on_owner, NULL),
            "D-Bus");
    check(sd_bus_request_name(bus, "org.bluez", 0), "D-Bus");
}

int main(int argc, char **argv) {
    for (int i = 0; i < DEVICES; i++) {
        strcpy(devices[i].path, HCI "/dev_");
        strcat(devices[i].path, devices[i].address);
        for (char *c = devices[i].path; *c; c++) {  // D-Bus paths have no colons
            *c = *c == ':' ? '_' : *c;
        }
    }
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--udp") && i + 1 < argc) {
            open_udp(argv[++i]);
        } else {
            take(argv[i]);
        }
    }
    devices[0].is_paired = is[STALE] || is[PAIRED];
    open_bus();
    fprintf(stderr, "fake_bluez: ready\n");
    for (;;) {
        uint8_t bytes[PACKET];
        ssize_t n;
        while (sd_bus_process(bus, NULL) > 0) {
        }
        struct pollfd fds[] = {{.fd = sd_bus_get_fd(bus), .events = POLLIN},
                {.fd = udp, .events = POLLIN}, {.fd = fd_write, .events = POLLIN}};
        sd_bus_flush(bus);
        poll(fds, 3, 1000);
        if (fds[1].revents) {
            answer();
        }
        if (fds[2].revents && fd_write >= 0) {
            n = recv(fd_write, bytes, sizeof(bytes), MSG_DONTWAIT);
            if (n > 0) {
                written(bytes, (size_t)n);
            } else if (n == 0) {
                close(fd_write);
                fd_write = -1;
            }
        }
    }
}
