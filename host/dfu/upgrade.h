// SPDX-License-Identifier: Apache-2.0
// One call that brings a firmware to a USB device by DFU: find it, let its application leave for
// DFU mode, wait until it is back, download, end, and wait for the application.
//
// A Tenon loader is known by its alternate setting "@Update". It checks the image itself, and needs
// no address. Every other device gets what the file holds.
#ifndef TN_HOST_DFU_UPGRADE_H
#define TN_HOST_DFU_UPGRADE_H

#include "host/dfu/client.h"
#include "host/files/dfu.h"

#include "base/compiler.h"

TN_C_BEGIN

enum tn_dfu_phase {
    TN_DFU_PHASE_FIND,
    TN_DFU_PHASE_DETACH,    // the application leaves, and the device comes back in DFU mode
    TN_DFU_PHASE_DOWNLOAD,  // with the erase
    TN_DFU_PHASE_END,       // the device checks what it got
    TN_DFU_PHASE_BACK,      // waiting for the application
    TN_DFU_PHASES,
};

enum tn_dfu_result {
    TN_DFU_APP_RUNS,    // the device left DFU mode, and its application is on the bus
    TN_DFU_APP_UNSEEN,  // it left DFU mode; nothing of it is seen on the bus
};

struct tn_dfu_upgrade {
    // Set by the caller.
    struct tn_usb *usb;
    struct tn_usb_name name;
    const char *file;                // its name, for messages
    const struct tn_segments *data;  // what to send; without has_addr one segment, whose address
                                     // does not count
    bool has_addr;
    bool is_dfu;  // the file names the device that it is for
    struct tn_dfu_ids ids;
    int alt;                            // alternate setting; -1: the only one, or "@Update"
    bool force;                         // send it in spite of the ids
    const volatile sig_atomic_t *stop;  // as in struct tn_dfu_client
    uint32_t deadline_ms;               // ends all phases; 0: no limit
    // Reports the beginning of a phase (text is NULL), or a line about it.
    void (*event)(void *ctx, enum tn_dfu_phase phase, const char *text);
    void (*progress)(void *ctx, size_t done, size_t size);  // may be NULL
    void *ctx;

    // Filled in.
    struct tn_usb_device before;  // as it was found
    struct tn_usb_device device;  // in DFU mode
    struct tn_usb_device after;   // if result is TN_DFU_APP_RUNS
    struct tn_dfu_client dfu;     // layout and kind of the memory that was chosen
    enum tn_dfu_result result;
    uint32_t addr;  // of the first byte, for DfuSe
    uint32_t took_ms[TN_DFU_PHASES];

    // private
    enum tn_dfu_phase phase;
    uint32_t phase_from;
    char label[TN_USB_NAME];
};

// Finds the device, and compares it with the file as far as that can be done before it is in DFU
// mode. Nothing is sent. Faults: NO_DEVICE, USAGE (several devices, or no address), ADDRESS.
int tn_dfu_upgrade_plan(struct tn_dfu_upgrade *u, struct tn_fault *f);

// Runs the whole upgrade. If it fails, a Tenon device whose application ran gets it back. Faults,
// besides those: REFUSED, LINK, BUSY, INTERRUPTED, SILENT,
// NOT_RUNNING.
int tn_dfu_upgrade(struct tn_dfu_upgrade *u, struct tn_fault *f);

// A phase's name, one word.
const char *tn_dfu_phase_name(enum tn_dfu_phase phase);

TN_C_END

#endif
