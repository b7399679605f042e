// SPDX-License-Identifier: Apache-2.0
// Serial lines of Windows, by libserialport. Windows lets one program open a port, so no lock is
// needed.
#include "host/transport/tty.h"

#include <windows.h>

#include <libserialport.h>

enum { READ_MS = 100 };  // more than a read of bytes that have come takes

// The order in which the event set gets its events.
enum { EVENT_WRITE, EVENT_READ };

static HANDLE event(const struct tn_tty *t, int which) {
    const struct sp_event_set *set = t->events;

    return ((HANDLE *)set->handles)[which];
}

// Each reason has its own next step. error: of GetLastError.
static int open_error(const struct tn_tty *t, DWORD error, struct tn_fault *f) {
    switch (error) {
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: busy: another program is using this port; close it and try again", t->path);
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: no such port; is the device plugged in? To list the ports: tenon devices",
                t->path);
    case ERROR_INVALID_FUNCTION:
    case ERROR_INVALID_HANDLE:
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: not a serial port; give the device's port, such as COM3", t->path);
    default:
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: cannot be used as a serial port: error %u of Windows; plug the device in "
                "again, or give another port",
                t->path, (unsigned)error);
    }
}

// Returns 0 or an error of Windows.
static DWORD open_port(struct tn_tty *t) {
    struct sp_event_set *set;

    if (sp_get_port_by_name(t->path, &t->port) != SP_OK) {
        t->port = NULL;
        return ERROR_FILE_NOT_FOUND;
    }
    SetLastError(0);
    bool ok = sp_open(t->port, SP_MODE_READ_WRITE) == SP_OK &&
            sp_set_baudrate(t->port, (int)t->baud) == SP_OK && sp_set_bits(t->port, 8) == SP_OK &&
            sp_set_parity(t->port, SP_PARITY_NONE) == SP_OK &&
            sp_set_stopbits(t->port, 1) == SP_OK &&
            sp_set_flowcontrol(t->port, SP_FLOWCONTROL_NONE) == SP_OK &&
            sp_new_event_set(&set) == SP_OK;
    if (ok) {
        t->events = set;
        ok = sp_add_port_events(set, t->port, SP_EVENT_TX_READY) == SP_OK &&
                sp_add_port_events(set, t->port, SP_EVENT_RX_READY) == SP_OK;
    }
    DWORD error = GetLastError();
    return ok ? 0 : error ? error : ERROR_GEN_FAILURE;
}

int tn_tty_open(struct tn_tty *t, bool may_share, struct tn_fault *f) {
    DWORD error = open_port(t);

    (void)may_share;
    t->is_open = true;
    if (error) {
        tn_tty_close(t);
        return open_error(t, error, f);
    }
    sp_flush(t->port, SP_BUF_BOTH);  // bytes that came earlier do not answer our requests
    return 0;
}

void tn_tty_close(struct tn_tty *t) {
    if (t->events) {
        sp_free_event_set(t->events);
        t->events = NULL;
    }
    if (t->port) {
        sp_close(t->port);
        sp_free_port(t->port);
        t->port = NULL;
    }
    t->is_open = false;
}

int tn_tty_wakes(const struct tn_tty *t, bool writes) {
    return (int)(intptr_t)event(t, writes ? EVENT_WRITE : EVENT_READ);
}

// Reads only what has come, so that the read never waits. (libserialport's own call that does not
// wait fails if the driver takes a moment, as wine's does.) libserialport waits for the next byte
// only after it has read one: an event without a byte, such as a wrong stop bit, would stay, and
// whoever waits for it would never sleep.
int tn_tty_read(struct tn_tty *t, void *ret, size_t size) {
    int n = sp_input_waiting(t->port);

    if (n <= 0) {
        if (n == 0 && WaitForSingleObject(event(t, EVENT_READ), 0) == WAIT_OBJECT_0) {
            Sleep(1);
        }
        return n ? -1 : 0;
    }
    n = sp_blocking_read(t->port, ret, (size_t)n < size ? (size_t)n : size, READ_MS);
    return n >= 0 ? n : -1;
}

int tn_tty_write(struct tn_tty *t, const void *bytes, size_t len) {
    int n = sp_nonblocking_write(t->port, bytes, len);

    return n >= 0 ? n : -1;
}
