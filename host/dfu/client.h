// SPDX-License-Identifier: Apache-2.0
// The host's side of DFU: one open device in DFU mode, and what to do with its memory.
//
// Speaks DFU 1.1, or ST's DfuSe, which has addresses (is_dfuse). A device that declares 1.1a knows
// DfuSe only; a Tenon loader declares 1.1 and knows both.
//
// Honours the device's poll times, and ends every wait. A device that refuses is asked for its
// reason: state, status and, where it has one, its own text.
//
// Sources: USB Device Class Specification for Device Firmware Upgrade 1.1, section 6 and appendix
// A; ST AN3156, "USB DFU protocol used in the STM32 bootloader", for DfuSe.
#ifndef TN_HOST_DFU_CLIENT_H
#define TN_HOST_DFU_CLIENT_H

#include <signal.h>

#include "host/dfu/layout.h"
#include "host/dfu/usb.h"
#include "host/files/segments.h"
#include "usb/dfu.h"

#include "base/compiler.h"

TN_C_BEGIN

struct tn_dfu_client {
    // Set by the caller.
    struct tn_usb *usb;  // with the device open
    const struct tn_usb_device *device;
    uint8_t alt;
    const char *name;                   // of the device, for messages
    const volatile sig_atomic_t *stop;  // nonzero: end with INTERRUPTED; NULL: never
    uint32_t deadline_ms, from_ms;      // end with DEADLINE so long after from_ms; 0: no limit
    void (*progress)(void *ctx, size_t done, size_t size);  // may be NULL
    void *ctx;

    // Set by the caller, or by tn_dfu_client_begin if the device declares 1.1a.
    bool is_dfuse;

    // Set by tn_dfu_client_begin.
    bool has_layout;
    struct tn_dfu_layout layout;
    bool is_update;  // the alternate is a Tenon loader's "@Update"

    // private
    uint16_t transfer;     // bytes of a block
    uint32_t erased_from;  // the run of pages that this session has erased
    uint64_t erased_to;
};

// Selects the alternate setting, and brings the device to dfuIDLE from whatever state an earlier
// program left it in. Faults, here and below: LINK (gone, silent, or busy for too long), REFUSED
// (with the device's reason), INTERRUPTED, DEADLINE.
int tn_dfu_client_begin(struct tn_dfu_client *d, struct tn_fault *f);

// Asks an application to leave for DFU mode. The device is off the bus afterwards, or about to
// leave; close it.
int tn_dfu_client_detach(struct tn_dfu_client *d, struct tn_fault *f);

// ---- Plain DFU -----------------------------------------------------------------------------

// Sends the whole firmware, with its end. TN_DFU_LEFT: the device left the bus at the end, as it
// should or may; TN_DFU_STAYS: it waits in DFU mode, and a reset of its port starts the firmware.
enum { TN_DFU_STAYS = 0, TN_DFU_LEFT = 1 };
int tn_dfu_client_download(
        struct tn_dfu_client *d, const uint8_t *bytes, size_t len, struct tn_fault *f);

// Reads at most size bytes, up to the device's end.
int tn_dfu_client_upload(
        struct tn_dfu_client *d, uint8_t *bytes, size_t size, size_t *ret_len, struct tn_fault *f);

// ---- DfuSe ---------------------------------------------------------------------------------

// Compares the addresses with the layout, as far as the device has one. Nothing is sent. Fault:
// ADDRESS.
int tn_dfuse_check(const struct tn_dfu_client *d, const struct tn_segments *s, struct tn_fault *f);

// Erases the pages that the bytes need, where they can be erased, and writes the bytes. Checks
// first.
int tn_dfuse_download(struct tn_dfu_client *d, const struct tn_segments *s, struct tn_fault *f);

// Reads len bytes from addr on. Fewer come if the device ends before.
int tn_dfuse_upload(struct tn_dfu_client *d, uint32_t addr, uint8_t *bytes, size_t len,
        size_t *ret_len, struct tn_fault *f);

int tn_dfuse_mass_erase(struct tn_dfu_client *d, struct tn_fault *f);

// Ends the download: the device starts what lies at addr, or verifies it first. Returns TN_DFU_LEFT
// or TN_DFU_STAYS, or -1 if the device refuses.
int tn_dfuse_leave(struct tn_dfu_client *d, uint32_t addr, struct tn_fault *f);

// ---- Words ---------------------------------------------------------------------------------

// A status of GETSTATUS: its name in the specification, what it means, and the next step.
struct tn_dfu_reason {
    const char *name;  // "errADDRESS"
    const char *what;
    const char *next;
};
const struct tn_dfu_reason *tn_dfu_reason(uint8_t status);

// A state's name: "dfuIDLE".
const char *tn_dfu_state_name(uint8_t state);

TN_C_END

#endif
