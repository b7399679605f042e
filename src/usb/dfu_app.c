// SPDX-License-Identifier: Apache-2.0
#include "usb/dfu_app.h"

#include "base/bytes.h"

enum {
    TO_HOST = TN_USB_IN | TN_USB_CLASS | TN_USB_INTERFACE,
    FROM_HOST = TN_USB_CLASS | TN_USB_INTERFACE,
};

static uint8_t state_of(const struct tn_dfu_app *a) {
    return a->is_due ? TN_DFU_APP_DETACH : TN_DFU_APP_IDLE;
}

int tn_dfu_app_setup(void *app, const struct tn_usb_request *rq, uint8_t **ret) {
    struct tn_dfu_app *a = app;

    *ret = a->answer;
    if (rq->type == FROM_HOST && rq->request == TN_DFU_DETACH && !rq->length) {
        tn_dfu_app_detach(a);
        return 0;
    }
    if (rq->type == TO_HOST && rq->request == TN_DFU_GETSTATUS) {
        a->answer[0] = TN_DFU_OK;
        tn_put_le32(a->answer + 1, 0);
        a->answer[4] = state_of(a);
        a->answer[5] = 0;
        return (int)tn_min(rq->length, TN_DFU_STATUS_LEN);
    }
    if (rq->type == TO_HOST && rq->request == TN_DFU_GETSTATE) {
        a->answer[0] = state_of(a);
        return (int)tn_min(rq->length, 1);
    }
    return TN_USB_STALL;
}

// No request has data for the device.
bool tn_dfu_app_received(void *app, const struct tn_usb_request *rq) {
    (void)app;
    (void)rq;
    return false;
}

bool tn_dfu_app_select(void *app, uint8_t alternate) {
    (void)app;
    return !alternate;
}

// After DETACH, a bus reset changes nothing: the device leaves by itself anyway.
void tn_dfu_app_reset(void *app) {
    (void)app;
}

void tn_dfu_app_detach(struct tn_dfu_app *a) {
    a->touched = !a->is_due;
    a->is_due = true;
}

void tn_dfu_app_step(struct tn_dfu_app *a, uint32_t now_ms) {
    if (a->touched) {
        a->touched = false;
        a->since_ms = now_ms;
    }
    if (a->is_due && now_ms - a->since_ms >= TN_DFU_DETACH_MS) {
        a->is_due = false;
        a->detach(a->ctx);
    }
}
