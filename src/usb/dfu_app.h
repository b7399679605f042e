// SPDX-License-Identifier: Apache-2.0
// USB DFU at run time: the interface by which a host asks an application for DFU mode.
//
// Knows two states and one request. The device detaches by itself (bitWillDetach): no bus reset is
// needed, which Windows cannot give. Source: "USB Device Class Specification for Device Firmware
// Upgrade", revision 1.1, sections 4.1, 5.1 and 6.1.
#ifndef TN_USB_DFU_APP_H
#define TN_USB_DFU_APP_H

#include "base/compiler.h"
#include "usb/dfu.h"

TN_C_BEGIN

enum {
    TN_DFU_DETACH_MS = 50,  // from the request to detach: the host must get its answer first
};

// Set what stands before "private", the rest to 0.
struct tn_dfu_app {
    // Resets the device into DFU mode. May return, if the program resets later.
    void (*detach)(void *ctx);
    void *ctx;

    // private
    bool is_due;
    bool touched;
    uint32_t since_ms;
    uint8_t answer[TN_DFU_STATUS_LEN];
};

// A row for the USB stack. app: struct tn_dfu_app.
#define TN_DFU_APP_FUNCTION(app)                                                                   \
    { tn_dfu_app_setup, tn_dfu_app_received, tn_dfu_app_select, tn_dfu_app_reset, (app) }

// The functions of that row.
int tn_dfu_app_setup(void *app, const struct tn_usb_request *rq, uint8_t **ret);
bool tn_dfu_app_received(void *app, const struct tn_usb_request *rq);
bool tn_dfu_app_select(void *app, uint8_t alternate);
void tn_dfu_app_reset(void *app);

// Asks for DFU mode from the device itself, as DETACH does.
void tn_dfu_app_detach(struct tn_dfu_app *a);

// Calls detach when it is due. Call it in a loop.
void tn_dfu_app_step(struct tn_dfu_app *a, uint32_t now_ms);

TN_C_END

#endif
