// SPDX-License-Identifier: Apache-2.0
// devices: lists the serial ports of this machine, and its USB devices with DFU; with --probe also
// what answers on the ports. Without --probe it opens no port, since some boards reset when their
// port is opened. --ble lists the Bluetooth devices in reach instead.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "host/transport/ble.h"
#include "host/transport/ports.h"
#include "host/usb/bus.h"
#include "system.h"

enum { SCAN_MS = 5000 };  // a device in reach advertises at least once a second

// ---- Probing ---------------------------------------------------------------------------

// What answers, in a few words, and as an object.
static void words_of(struct tn_session *s, char *ret, size_t size, json_t *o) {
    struct tn_slot_list l = {.n = 0};
    struct tn_fault f;
    const char *who = s->kernel[0] ? s->kernel : "an SMP server";

    json_object_set_new(o, "smp", json_true());
    json_object_set_new(o, "kernel", json_string(s->kernel));
    if (s->buf_size) {
        json_object_set_new(o, "buf_size", json_integer((json_int_t)s->buf_size));
        json_object_set_new(o, "buf_count", json_integer((json_int_t)s->buf_count));
    }
    bool listed = tn_device_list(s, &l, &f) == 0;
    const struct tn_slot_state *active = listed ? tn_slot_active(&l) : NULL;
    if (active) {
        snprintf(ret, size, "%s, runs %s%s", who, active->version,
                active->confirmed ? "" : " on test");
        json_object_set_new(o, "version", json_string(active->version));
    } else {
        snprintf(ret, size, "%s%s", who, listed ? ", no image runs (recovery)" : "");
    }
}

// Returns 0, or -1 if the user stopped it. A port's fault is only printed.
static int probe(struct cli *cli, const struct tn_port *p, char *ret, size_t size, json_t *o) {
    struct tn_session s;

    cli->value[OPT_PORT] = p->path;
    cli->port = p->path;
    if (!cli->value[OPT_TIMEOUT]) {
        cli->value[OPT_TIMEOUT] = "0.3";  // for one answer; the probe makes several tries
    }
    bool opened = device_open(cli, &s) == 0;
    int err = opened ? tn_session_probe(&s, &cli->fault) : -1;
    if (!err) {
        words_of(&s, ret, size, o);
    } else {
        const char *why = cli->fault.kind == TN_FAULT_BUSY ? "busy: another program uses it"
                : cli->fault.kind == TN_FAULT_NOT_SMP      ? "no answer"
                                                           : "cannot be opened";
        snprintf(ret, size, "%s", why);
        json_object_set_new(o, "smp", json_false());
        json_object_set_new(o, "error", json_string(exit_name(cli->fault.kind)));
        detail(cli, "%s", cli->fault.text);
    }
    if (opened) {
        device_close(&s);
    }
    return err && cli->fault.kind == TN_FAULT_INTERRUPTED ? -1 : 0;
}

// ---- The table -------------------------------------------------------------------------

static json_t *object_of(const struct tn_port *p) {
    json_t *o = json_pack("{ss}", "path", p->path);
    char usb[12];

    if (p->is_usb) {
        snprintf(usb, sizeof(usb), "%04x:%04x", p->vid, p->pid);
        json_object_set_new(o, "usb", json_string(usb));
        json_object_set_new(o, "serial", json_string(p->serial));
        json_object_set_new(o, "maker", json_string(p->maker));
        json_object_set_new(o, "product", json_string(p->product));
    }
    return o;
}

static int show(struct cli *cli, const struct tn_port *ports, size_t n) {
    bool probes = cli->given[OPT_PROBE] > 0;
    int wide = 4;

    for (size_t i = 0; i < n; i++) {
        int len = (int)strlen(ports[i].path);
        wide = len > wide ? len : wide;
    }
    say(cli, "%-*s  %-9s  %-16s  %-*s%s", wide, "port", "usb", "serial", probes ? 24 : 0, "product",
            probes ? "  device" : "");
    for (size_t i = 0; i < n; i++) {
        const struct tn_port *p = &ports[i];
        json_t *o = object_of(p);
        char usb[12] = "-";
        char answer[100] = "";
        if (p->is_usb) {
            snprintf(usb, sizeof(usb), "%04x:%04x", p->vid, p->pid);
        }
        if (probes && probe(cli, p, answer, sizeof(answer), o)) {
            json_decref(o);
            return -1;
        }
        say(cli, "%-*s  %-9s  %-16s  %-*s%s%s", wide, p->path, usb, p->serial[0] ? p->serial : "-",
                probes ? 24 : 0, p->product[0] ? p->product : "-", probes ? "  " : "", answer);
        emit(cli, "port", o);
    }
    return 0;
}

// Ports that the user names: also pseudo terminals, links, and others that the list does not have.
static int show_named(struct cli *cli) {
    struct tn_port *ports = calloc((size_t)cli->nargs, sizeof(*ports));

    if (!ports) {
        return tn_fail_memory(&cli->fault);
    }
    for (int i = 0; i < cli->nargs; i++) {
        tn_port_look(cli->args[i], &ports[i]);
    }
    int err = show(cli, ports, (size_t)cli->nargs);
    free(ports);
    return err;
}

// ---- DFU -------------------------------------------------------------------------------

static void show_dfu_device(struct cli *cli, const struct tn_usb_device *d) {
    char name[TN_USB_NAME];
    char words[200];

    tn_usb_name_put(name, d->vid, d->pid, d->serial);
    usb_state_words(d, words, sizeof(words));
    say(cli, "%s  %s: %s", name, *d->product ? d->product : d->path, words);
    for (size_t i = 0; i < d->nalts && d->is_dfu_mode; i++) {
        usb_memory_words(&d->alts[i], words, sizeof(words));
        say(cli, "    %s", words);
    }
    emit(cli, "dfu", usb_json(d));
    warn_test_id(cli, d->vid, d->pid);
}

// Lists the devices with DFU. Returns how many there are. A machine whose USB cannot be used has
// none: the serial ports are still worth a list.
static size_t show_dfu(struct cli *cli) {
    struct tn_usb_device *list = NULL;
    struct tn_usb *usb = NULL;
    struct tn_fault f;
    size_t n = 0;
    size_t shown = 0;

    if (!tn_usb_bus_is_there()) {
        return 0;
    }
    if (tn_usb_bus_new(&usb, &f) || usb->ops->list(usb, &list, &n, &f)) {
        detail(cli, "%s", f.text);
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (list[i].has_dfu) {
            show_dfu_device(cli, &list[i]);
            shown++;
        }
    }
    free(list);
    tn_usb_bus_free(usb);
    return shown;
}

// ---- Bluetooth -------------------------------------------------------------------------

static void show_seen(struct cli *cli, const struct tn_ble_seen *d) {
    char strength[16] = "-";

    if (d->rssi) {
        snprintf(strength, sizeof(strength), "%d dBm", d->rssi);
    }
    say(cli, "%-21s  %-8s  %-24s  %s%s%s", d->address, strength, *d->name ? d->name : "-",
            d->has_smp ? "SMP" : "-", d->is_paired ? ", paired" : "",
            d->is_connected ? ", connected" : "");
    emit(cli, "ble",
            json_pack("{sssssisbsbsb}", "address", d->address, "name", d->name, "rssi", d->rssi,
                    "smp", d->has_smp, "paired", d->is_paired, "connected", d->is_connected));
}

static int show_ble(struct cli *cli) {
    struct tn_ble_seen *list;
    uint32_t ms = SCAN_MS;
    size_t n;

    if (cli->nargs || cli->given[OPT_PROBE]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--ble lists all devices in reach, and opens none: it takes neither ports nor "
                "--probe");
    }
    if (device_timeout(cli, &ms)) {
        return -1;
    }
    catch_stop();
    detail(cli, "listening for %.4g s", ms / 1000.0);
    if (tn_ble_scan(ms, stop_flag(), &list, &n, &cli->fault)) {
        return -1;
    }
    if (!n) {
        free(list);
        return tn_fail(&cli->fault, TN_FAULT_NO_DEVICE,
                "no Bluetooth device was heard in %.4g s; is it on, does it advertise, and is it "
                "connected to no phone?",
                ms / 1000.0);
    }
    say(cli, "%-21s  %-8s  %-24s  %s", "port: ble:", "strength", "name", "service");
    for (int smp = 1; smp >= 0; smp--) {
        for (size_t i = 0; i < n; i++) {
            if (list[i].has_smp == (smp != 0)) {
                show_seen(cli, &list[i]);
            }
        }
    }
    free(list);
    return 0;
}

int cmd_devices(struct cli *cli) {
    struct tn_port *ports;
    size_t n;

    if (cli->given[OPT_BLE]) {
        return show_ble(cli);
    }

    if (cli->nargs) {
        return show_named(cli);
    }
    if (tn_ports(&ports, &n, &cli->fault)) {
        return -1;
    }
    int err = n ? show(cli, ports, n) : 0;
    free(ports);
    if (err || show_dfu(cli) + n) {
        return err;
    }
    return tn_fail(&cli->fault, TN_FAULT_NO_DEVICE,
            "no serial port on this machine, and no DFU device; is the device plugged in, with a "
            "cable that has data lines? To check the machine: tenon doctor");
}
