// SPDX-License-Identifier: Apache-2.0
// Sends back what comes on the CDC line, and serves three requests of the vendor's kind:
//
//     1 OUT   keeps up to 1,024 bytes
//     1 IN    sends wLength of them back
//     2 OUT   without data: leaves the bus for good, and stops line and clock as a loader does that
//             runs an application: all registers are as after a reset
#include "board_parts.h"
#include "cortexm/cortexm.h"
#include "tinyusb/controller.h"
#include "tusb.h"

enum {
    KEEP = 1,
    LEAVE = 2,
    GONE_MS = 100,
    PIECE = 64,
};

static uint8_t kept[1024];
static bool leaves;

uint32_t tusb_time_millis_api(void) {
    return tn_board.now_ms();
}

bool tud_vendor_control_xfer_cb(uint8_t port, uint8_t stage, const tusb_control_request_t *rq) {
    if (rq->bRequest == LEAVE) {
        leaves = stage == CONTROL_STAGE_ACK;
        return stage != CONTROL_STAGE_SETUP || tud_control_status(port, rq);
    }
    if (rq->bRequest != KEEP || rq->wLength > sizeof(kept)) {
        return false;
    }
    return stage != CONTROL_STAGE_SETUP || tud_control_xfer(port, rq, kept, rq->wLength);
}

static void echo(void) {
    uint8_t buf[PIECE];
    uint32_t room = tud_cdc_write_available();
    uint32_t n = tud_cdc_read(buf, room < sizeof(buf) ? room : sizeof(buf));

    tud_cdc_write(buf, n);
    tud_cdc_write_flush();
}

// A round of the program.
static void step(void) {
    tn_board_usb.poll();
    tud_task();
}

static void leave(void) {
    tud_disconnect();
    for (uint32_t began = tn_board.now_ms(); tn_board.now_ms() - began < GONE_MS;) {
        step();
    }
    tn_board_usb.stop();
    chip_clock_end();
    tn_board_loader_end();
}

int main(void) {
    const tusb_rhport_init_t init = {.role = TUSB_ROLE_DEVICE, .speed = TUSB_SPEED_FULL};

    tn_board_usb.start();
    tusb_init(0, &init);
    while (!leaves) {
        step();
        echo();
    }
    leave();
    for (;;) {
        cm_wait();
    }
}
