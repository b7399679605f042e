// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "host/base/text.h"
#include "host/transport/bluez_priv.h"

#define SMP_SERVICE "8d53dc1d-1db7-4cd3-868b-8a527460aa84"
#define SMP_CHARACTERISTIC "da2e7828-fbce-4e01-ae9e-261174997c48"

// By enum bluez_kind.
static const char *const kinds[] = {BLUEZ_ADAPTER, BLUEZ_DEVICE, BLUEZ_CHARACTERISTIC};

enum {
    OBJECTS_MAX = 4096,  // more of them in one place: something is wrong
    RSSI_UNKNOWN = 127,  // Bluetooth Core 5.3, Vol 4 Part E, 7.7.65.2
};

struct bluez_object *tn_bluez_find(struct bluez *z, const char *path) {
    for (size_t i = 0; i < z->n; i++) {
        if (strcmp(z->objects[i].path, path) == 0) {
            return &z->objects[i];
        }
    }
    return NULL;
}

bool tn_bluez_is_below(const char *a, const char *b) {
    size_t n = strlen(a);

    return strncmp(a, b, n) == 0 && b[n] == '/';
}

// The object at this path, a new one if there is none. NULL: no memory, or too many.
static struct bluez_object *object_at(struct bluez *z, const char *path, enum bluez_kind kind) {
    struct bluez_object *o = tn_bluez_find(z, path);

    if (o || strlen(path) >= BLUEZ_PATH || z->n == OBJECTS_MAX) {
        return o;
    }
    o = realloc(z->objects, (z->n + 1) * sizeof(*o));
    if (!o) {
        return NULL;
    }
    z->objects = o;
    o += z->n++;
    *o = (struct bluez_object){.kind = kind};
    snprintf(o->path, sizeof(o->path), "%s", path);
    return o;
}

static void forget(struct bluez *z, const char *path) {
    struct bluez_object *o = tn_bluez_find(z, path);

    if (o) {
        *o = z->objects[--z->n];
    }
}

// ---- Properties ------------------------------------------------------------------------

// Reads a variant of one basic type. Skips one of another type. Returns 1 if *ret is set.
static int read_basic(sd_bus_message *m, char type, void *ret) {
    const char text[] = {type, 0};
    const char *contents;
    char kind;

    if (sd_bus_message_peek_type(m, &kind, &contents) <= 0 || kind != 'v' || !contents) {
        return -EBADMSG;
    }
    if (strcmp(contents, text) != 0) {
        return sd_bus_message_skip(m, "v") < 0 ? -EBADMSG : 0;
    }
    return sd_bus_message_read(m, "v", text, ret) < 0 ? -EBADMSG : 1;
}

static int read_bool(sd_bus_message *m, bool *ret) {
    int value = 0;
    int got = read_basic(m, 'b', &value);

    *ret = got > 0 ? value : *ret;
    return got;
}

static int read_text(sd_bus_message *m, char type, char *ret, size_t size) {
    const char *text = "";
    int got = read_basic(m, type, &text);

    if (got > 0) {
        tn_text_copy(ret, size, (struct tn_span){(const uint8_t *)text, strlen(text)});
    }
    return got;
}

// A list of UUIDs. *ret: the SMP service is among them.
static int read_uuids(sd_bus_message *m, bool *ret) {
    const char *uuid;

    if (sd_bus_message_enter_container(m, 'v', "as") <= 0 ||
            sd_bus_message_enter_container(m, 'a', "s") <= 0) {
        return -EBADMSG;
    }
    while (sd_bus_message_read_basic(m, 's', &uuid) > 0) {
        *ret = *ret || strcasecmp(uuid, SMP_SERVICE) == 0;
    }
    return sd_bus_message_exit_container(m) < 0 || sd_bus_message_exit_container(m) < 0 ? -EBADMSG
                                                                                        : 1;
}

static int device_property(struct bluez_object *o, const char *name, sd_bus_message *m) {
    struct tn_ble_seen *d = &o->seen;
    int16_t rssi;

    if (strcmp(name, "Address") == 0) {
        return read_text(m, 's', d->address, sizeof(d->address));
    }
    if (strcmp(name, "Name") == 0 || (strcmp(name, "Alias") == 0 && !*d->name)) {
        return read_text(m, 's', d->name, sizeof(d->name));
    }
    if (strcmp(name, "Connected") == 0) {
        return read_bool(m, &d->is_connected);
    }
    if (strcmp(name, "Paired") == 0) {
        return read_bool(m, &d->is_paired);
    }
    if (strcmp(name, "ServicesResolved") == 0) {
        // BlueZ 5.66 says nothing of Connected if the attribute protocol was faster than the
        // kernel's event.
        int got = read_bool(m, &o->resolved);
        d->is_connected = d->is_connected || o->resolved;
        return got;
    }
    if (strcmp(name, "UUIDs") == 0) {
        return read_uuids(m, &d->has_smp);
    }
    if (strcmp(name, "RSSI") == 0) {
        int got = read_basic(m, 'n', &rssi);
        d->rssi = got > 0 && rssi != RSSI_UNKNOWN ? rssi : d->rssi;
        o->is_near = o->is_near || got > 0;
        return got;
    }
    return sd_bus_message_skip(m, "v");
}

static int characteristic_property(
        struct bluez *z, struct bluez_object *o, const char *name, sd_bus_message *m) {
    char uuid[40] = "";
    const void *bytes;
    bool ignored = false;
    size_t len;
    int got;

    if (strcmp(name, "UUID") == 0) {
        got = read_text(m, 's', uuid, sizeof(uuid));
        o->is_smp = strcasecmp(uuid, SMP_CHARACTERISTIC) == 0;
        return got;
    }
    if (strcmp(name, "WriteAcquired") == 0) {  // only there if it can be acquired
        o->acquires_write = true;
        return read_bool(m, &ignored);
    }
    if (strcmp(name, "NotifyAcquired") == 0) {
        o->acquires_notify = true;
        return read_bool(m, &ignored);
    }
    if (strcmp(name, "MTU") == 0) {
        return read_basic(m, 'q', &o->mtu);
    }
    if (strcmp(name, "Value") == 0) {
        if (sd_bus_message_enter_container(m, 'v', "ay") <= 0 ||
                sd_bus_message_read_array(m, 'y', &bytes, &len) < 0) {
            return -EBADMSG;
        }
        if (o->is_smp && z->is_change && z->notified) {  // else an old one
            z->notified(z->ctx, o->path, bytes, len);
        }
        return sd_bus_message_exit_container(m);
    }
    return sd_bus_message_skip(m, "v");
}

static int property(struct bluez *z, struct bluez_object *o, const char *name, sd_bus_message *m) {
    switch (o->kind) {
    case BLUEZ_IS_DEVICE:
        return device_property(o, name, m);
    case BLUEZ_IS_CHARACTERISTIC:
        return characteristic_property(z, o, name, m);
    default:
        return strcmp(name, "Powered") == 0 ? read_bool(m, &o->powered)
                                            : sd_bus_message_skip(m, "v");
    }
}

// Reads a{sv} of one interface of one object.
static int properties(struct bluez *z, const char *path, const char *interface, sd_bus_message *m) {
    struct bluez_object *o = NULL;
    const char *name;
    int rc;

    for (size_t i = 0; i < TN_LEN(kinds); i++) {
        if (strcmp(kinds[i], interface) == 0) {
            o = object_at(z, path, (enum bluez_kind)i);
        }
    }
    if (!o) {
        return sd_bus_message_skip(m, "a{sv}");
    }
    if ((rc = sd_bus_message_enter_container(m, 'a', "{sv}")) < 0) {
        return rc;
    }
    while ((rc = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        if ((rc = sd_bus_message_read_basic(m, 's', &name)) < 0 ||
                (rc = property(z, o, name, m)) < 0 || (rc = sd_bus_message_exit_container(m)) < 0) {
            return rc;
        }
    }
    return rc < 0 ? rc : sd_bus_message_exit_container(m);
}

// Reads a{sa{sv}}: the interfaces of one object.
static int interfaces(struct bluez *z, const char *path, sd_bus_message *m) {
    const char *interface;
    int rc = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");

    if (rc < 0) {
        return rc;
    }
    while ((rc = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
        if ((rc = sd_bus_message_read_basic(m, 's', &interface)) < 0 ||
                (rc = properties(z, path, interface, m)) < 0 ||
                (rc = sd_bus_message_exit_container(m)) < 0) {
            return rc;
        }
    }
    return rc < 0 ? rc : sd_bus_message_exit_container(m);
}

// ---- Signals ---------------------------------------------------------------------------

static int on_added(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct bluez *z = userdata;
    const char *path;

    (void)e;
    if (sd_bus_message_read_basic(m, 'o', &path) > 0) {
        interfaces(z, path, m);
    }
    return 0;
}

// Forgets an object if its interface is among those that are gone.
static int on_removed(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    const struct bluez_object *o;
    const char *path;
    const char *interface;

    (void)e;
    if (sd_bus_message_read_basic(m, 'o', &path) <= 0 ||
            sd_bus_message_enter_container(m, 'a', "s") <= 0) {
        return 0;
    }
    while (sd_bus_message_read_basic(m, 's', &interface) > 0) {
        o = tn_bluez_find(userdata, path);
        if (o && strcmp(interface, kinds[o->kind]) == 0) {
            forget(userdata, path);
        }
    }
    return 0;
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct bluez *z = userdata;
    const char *interface;

    (void)e;
    if (sd_bus_message_read_basic(m, 's', &interface) > 0) {
        z->is_change = true;
        properties(z, sd_bus_message_get_path(m), interface, m);
        z->is_change = false;
    }
    return 0;
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct bluez *z = userdata;
    const char *name, *before, *after;

    (void)e;
    if (sd_bus_message_read(m, "sss", &name, &before, &after) >= 0 && *before) {
        z->is_gone = true;
    }
    return 0;
}

// ---- The bus ---------------------------------------------------------------------------

struct listing {
    struct bluez *z;
    sd_bus_message_handler_t on_error;
    void *userdata;
};

static int on_objects(sd_bus_message *m, void *userdata, sd_bus_error *e) {
    struct listing *l = userdata;
    const char *path;
    int rc = 0;

    if (sd_bus_message_is_method_error(m, NULL)) {
        return l->on_error(m, l->userdata, e);
    }
    if (sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}") > 0) {
        while (rc >= 0 && sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}") > 0) {
            rc = sd_bus_message_read_basic(m, 'o', &path);
            rc = rc < 0 ? rc : interfaces(l->z, path, m);
            rc = rc < 0 ? rc : sd_bus_message_exit_container(m);
        }
    }
    l->z->is_listed = true;
    return 0;
}

// A match for a signal of bluetoothd.
static int match(struct bluez *z, const char *rule, sd_bus_message_handler_t handler) {
    return sd_bus_add_match_async(z->bus, NULL, rule, handler, NULL, z);
}

int tn_bluez_open(struct bluez *z, sd_bus_message_handler_t on_error, void *userdata) {
    sd_bus_message *m = NULL;
    sd_bus_slot *slot = NULL;
    int rc = sd_bus_open_system(&z->bus);
    struct listing *l = calloc(1, sizeof(*l));

    z->is_listed = z->is_gone = false;
    if (!l) {
        return -ENOMEM;
    }
    *l = (struct listing){z, on_error, userdata};
    if (rc < 0 ||
            (rc = match(z,
                     "type='signal',sender='org.bluez',path='/',member='InterfacesAdded',"
                     "interface='org.freedesktop.DBus.ObjectManager'",
                     on_added)) < 0 ||
            (rc = match(z,
                     "type='signal',sender='org.bluez',path='/',member='InterfacesRemoved',"
                     "interface='org.freedesktop.DBus.ObjectManager'",
                     on_removed)) < 0 ||
            (rc = match(z,
                     "type='signal',sender='org.bluez',path_namespace='/org/bluez',"
                     "member='PropertiesChanged',interface='org.freedesktop.DBus.Properties'",
                     on_changed)) < 0 ||
            (rc = match(z,
                     "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
                     "arg0='org.bluez'",
                     on_owner)) < 0 ||
            (rc = sd_bus_message_new_method_call(z->bus, &m, BLUEZ, "/",
                     "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")) < 0 ||
            (rc = sd_bus_call_async(z->bus, &slot, m, on_objects, l, 0)) < 0) {
        free(l);
        sd_bus_message_unref(m);
        return rc;
    }
    sd_bus_slot_set_destroy_callback(slot, free);
    sd_bus_slot_set_floating(slot, 1);  // lives as long as the bus
    sd_bus_slot_unref(slot);
    sd_bus_message_unref(m);
    return 0;
}

void tn_bluez_close(struct bluez *z) {
    if (z->bus) {
        sd_bus_flush(z->bus);
        sd_bus_close(z->bus);
        sd_bus_unref(z->bus);
    }
    free(z->objects);
    z->bus = NULL;
    z->objects = NULL;
    z->n = 0;
    z->is_listed = false;
}

int tn_bluez_call(struct bluez *z, const char *path, const char *interface, const char *method,
        sd_bus_message_handler_t on_reply, void *userdata, const char *signature, ...) {
    sd_bus_message *m = NULL;
    va_list args;
    int rc = sd_bus_message_new_method_call(z->bus, &m, BLUEZ, path, interface, method);

    if (rc >= 0 && *signature) {
        va_start(args, signature);
        rc = sd_bus_message_appendv(m, signature, args);
        va_end(args);
    }
    if (rc >= 0) {
        rc = sd_bus_call_async(z->bus, NULL, m, on_reply, userdata, 0);
    }
    sd_bus_message_unref(m);
    return rc < 0 ? rc : 0;
}

// ---- Words -----------------------------------------------------------------------------

int tn_bluez_fault(const char *name, const sd_bus_error *e, struct tn_fault *f) {
    const char *error = e && e->name ? e->name : "";
    const char *text = e && e->message ? e->message : "";

    if (strstr(error, ".AccessDenied")) {
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no permission to use Bluetooth: your user may not talk to bluetoothd; log in "
                "at this machine itself, or: sudo usermod -aG bluetooth $USER, and log in again",
                name);
    }
    if (strstr(error, ".ServiceUnknown") || strstr(error, ".NameHasNoOwner") ||
            strstr(error, ".Spawn")) {
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: Bluetooth's service does not run on this machine; install bluez, and: sudo "
                "systemctl start bluetooth",
                name);
    }
    return tn_fail(f, TN_FAULT_LINK, "%s: Bluetooth fails: %s (%s); try again", name, text, error);
}
