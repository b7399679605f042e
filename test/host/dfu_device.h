// SPDX-License-Identifier: Apache-2.0
// A USB device with DFU in the test's process, behind the table of host/dfu/usb.h: the states of
// DFU 1.1, table A.2, taken strictly, and DfuSe. Its clock is that of host/base/clock.h, which the
// test simulates.
#ifndef TN_TEST_HOST_DFU_DEVICE_H
#define TN_TEST_HOST_DFU_DEVICE_H

#include "host/dfu/client.h"

enum { DEVICE_BASE = 0x08004000, DEVICE_PAGE = 1024, DEVICE_SIZE = 64 * 1024, DEVICE_LOG = 4096 };

// What the device does at the end of a download.
enum device_end {
    END_LEAVES,            // dfuMANIFEST, then off the bus, and its application comes
    END_IDLE_THEN_LEAVES,  // dfuIDLE; leaves a moment later
    END_WAITS_RESET,
    END_GONE,        // off the bus before the status is asked for
    END_STAYS,       // dfuIDLE, for ever
    END_NO_USB,      // leaves, and its application has no USB
    END_RECOVERY,    // leaves, and comes back in DFU mode
    END_NEVER_BACK,  // leaves, and the application never comes up
};

struct device {
    struct tn_usb usb;  // first

    // How it is made.
    bool is_dfuse;
    bool will_detach;
    bool ignores_detach, stalls_detach, lost_after_detach;
    bool is_denied, is_busy;
    const char *memory;   // interface string of alternate 0
    const char *memory2;  // of alternate 1, or NULL
    const char *serial;
    const char *serial_dfu;  // in DFU mode; NULL: the same
    const char *path_dfu;    // in DFU mode; NULL: the same
    uint16_t transfer;
    uint32_t poll_ms;
    bool is_busy_for_ever;
    bool is_deaf_when_busy;  // times out instead of answering a status early
    enum device_end end;
    uint8_t fail_status;                 // of the block number fail_at
    int fail_at;                         // counts blocks of data; -1: none
    uint8_t end_status;                  // at the end of the download; 0: none
    const char *reason;                  // its own text, or NULL
    int gone_at;                         // request at which it is unplugged; -1: never
    const struct tn_usb_device *others;  // more devices on the bus
    size_t nothers;

    // What it does now.
    bool is_open, in_app, on_bus;
    uint32_t moves_at;  // when it goes to the next place; 0: stays
    bool then_on_bus, then_in_app;
    enum tn_dfu_state state;
    uint8_t status;
    uint32_t busy_until;
    bool has_end;
    uint32_t pointer;
    uint8_t pending;  // DfuSe command; 0: a block
    uint32_t pending_addr;
    uint8_t flash[DEVICE_SIZE];
    size_t plain_at;
    uint8_t address;
    int requests, blocks, erases, sets, resets, aborts, early;
    uint8_t alt;
};

// Builds a device of DfuSe in DFU mode with everything at its usual value, and blank flash.
void device_init(struct device *d);

#endif
