// SPDX-License-Identifier: Apache-2.0
// A class driver of TinyUSB that passes an interface's control requests to a function. TinyUSB's
// own DFU class is not used: it answers a poll time of 0 while it is busy, and does not enter
// dfuERROR after a bad request.
#include "device/usbd_pvt.h"
#include "device_priv.h"
#include "tusb.h"

enum {
    DFU_CLASS = TUSB_CLASS_APPLICATION_SPECIFIC,
    DFU_SUBCLASS = 1,
    INTERFACE_LEN = 9,
};

static const struct tn_usb_function *function(void) {
    return &tn_usb_our->function;
}

static void init(void) {
}

static bool deinit(void) {
    return true;
}

static void reset(uint8_t port) {
    (void)port;
    function()->reset(function()->ctx);
}

// Takes the interface with all its alternate settings, and the functional descriptor behind them.
// Returns the length of these descriptors, 0 for another interface.
static uint16_t open_interface(uint8_t port, const tusb_desc_interface_t *desc, uint16_t max_len) {
    const uint16_t len = (uint16_t)((tn_usb_our->dfu.nalts + 1) * INTERFACE_LEN);

    (void)port;
    if (desc->bInterfaceClass != DFU_CLASS || desc->bInterfaceSubClass != DFU_SUBCLASS ||
            max_len < len) {
        return 0;
    }
    return len;
}

static struct tn_usb_request request_of(const tusb_control_request_t *rq) {
    return (struct tn_usb_request){
            .type = rq->bmRequestType,
            .request = rq->bRequest,
            .value = rq->wValue,
            .index = rq->wIndex,
            .length = rq->wLength,
    };
}

// If a driver refuses SET_INTERFACE, TinyUSB accepts it in the driver's place. So the endpoint is
// halted here.
static bool select_alternate(uint8_t port, const tusb_control_request_t *rq) {
    if (rq->wValue > UINT8_MAX || !function()->select(function()->ctx, (uint8_t)rq->wValue)) {
        usbd_edpt_stall(port, 0);
        usbd_edpt_stall(port, TUSB_DIR_IN_MASK);
        return true;
    }
    return tud_control_status(port, rq);
}

static bool begin_request(uint8_t port, const tusb_control_request_t *rq) {
    const struct tn_usb_request request = request_of(rq);
    uint8_t *data = NULL;

    if (rq->bmRequestType_bit.type == TUSB_REQ_TYPE_STANDARD) {
        return rq->bRequest == TUSB_REQ_SET_INTERFACE && select_alternate(port, rq);
    }
    int len = function()->setup(function()->ctx, &request, &data);
    return len >= 0 && tud_control_xfer(port, rq, data, (uint16_t)len);
}

static bool control(uint8_t port, uint8_t stage, const tusb_control_request_t *rq) {
    const struct tn_usb_request request = request_of(rq);
    bool brings_data = !(rq->bmRequestType & TUSB_DIR_IN_MASK) && rq->wLength;

    if (stage == CONTROL_STAGE_SETUP) {
        return begin_request(port, rq);
    }
    if (stage == CONTROL_STAGE_DATA && brings_data) {
        return function()->received(function()->ctx, &request);
    }
    return true;
}

static bool transferred(uint8_t port, uint8_t ep, xfer_result_t result, uint32_t len) {
    (void)port;
    (void)ep;
    (void)result;
    (void)len;
    return false;  // the interface has no endpoints
}

static const usbd_class_driver_t driver = {
        .init = init,
        .deinit = deinit,
        .reset = reset,
        .open = open_interface,
        .control_xfer_cb = control,
        .xfer_cb = transferred,
};

const usbd_class_driver_t *usbd_app_driver_get_cb(uint8_t *count) {
    *count = 1;
    return &driver;
}
