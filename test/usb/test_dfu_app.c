// SPDX-License-Identifier: Apache-2.0
// The run-time interface: it tells its state, and leaves a moment after DETACH.
#include "test.h"
#include "usb/dfu_app.h"

static unsigned left;

static void leave(void *ctx) {
    (void)ctx;
    left++;
}

static int ask(
        struct tn_dfu_app *a, uint8_t type, uint8_t request, uint16_t length, uint8_t **ret) {
    const struct tn_usb_request rq = {type, request, 1000, 0, length};

    return tn_dfu_app_setup(a, &rq, ret);
}

TEST(detach_is_answered_before_the_device_leaves) {
    struct tn_dfu_app app = {.detach = leave};
    uint8_t *data = NULL;

    left = 0;
    CHECK_EQ(ask(&app, 0xa1, TN_DFU_GETSTATE, 1, &data), 1);
    CHECK_EQ(data[0], TN_DFU_APP_IDLE);
    CHECK_EQ(ask(&app, 0x21, TN_DFU_DETACH, 0, &data), 0);
    tn_dfu_app_step(&app, 5000);
    CHECK_EQ(ask(&app, 0xa1, TN_DFU_GETSTATUS, 6, &data), 6);
    CHECK_EQ(data[0], TN_DFU_OK);
    CHECK_EQ(data[4], TN_DFU_APP_DETACH);
    tn_dfu_app_reset(&app);
    tn_dfu_app_step(&app, 5000 + TN_DFU_DETACH_MS - 1);
    CHECK_EQ(left, 0);
    tn_dfu_app_step(&app, 5000 + TN_DFU_DETACH_MS);
    CHECK_EQ(left, 1);
    tn_dfu_app_step(&app, 9000);
    CHECK_EQ(left, 1);
}

TEST(nothing_else_is_answered) {
    struct tn_dfu_app app = {.detach = leave};
    uint8_t *data = NULL;

    left = 0;
    for (unsigned type = 0; type < 256; type++) {
        for (unsigned request = 0; request < 256; request++) {
            bool known = (type == 0x21 && request == TN_DFU_DETACH) ||
                    (type == 0xa1 && (request == TN_DFU_GETSTATUS || request == TN_DFU_GETSTATE));
            if (!known) {
                CHECK_EQ(ask(&app, (uint8_t)type, (uint8_t)request, 6, &data), TN_USB_STALL);
            }
        }
    }
    CHECK_EQ(ask(&app, 0x21, TN_DFU_DETACH, 1, &data), TN_USB_STALL);  // it has no data
    CHECK(!tn_dfu_app_select(&app, 1));
    CHECK(tn_dfu_app_select(&app, 0));
    tn_dfu_app_step(&app, 60000);
    CHECK_EQ(left, 0);
}
