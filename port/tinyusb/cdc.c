// SPDX-License-Identifier: Apache-2.0
#include "device_priv.h"
#include "tusb.h"

static size_t read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return tud_ready() ? tud_cdc_read(buf, (uint32_t)size) : 0;
}

// When the host last took something, or there was nothing to take.
static uint32_t moved_ms;

static size_t write(void *ctx, const void *buf, size_t len) {
    uint32_t now = tn_usb_our->now_ms();

    (void)ctx;
    if (!tud_ready()) {
        return len;
    }
    uint32_t n = tud_cdc_write(buf, (uint32_t)len);
    tud_cdc_write_flush();
    if (n) {
        moved_ms = now;
    } else if (now - moved_ms >= TN_USB_STALE_MS) {
        tud_cdc_write_clear();  // DTR does not tell: not every host's program sets it
    }
    return n;
}

const struct tn_stream tn_usb_line = {read, write, NULL};

// A program closes the line when it drops DTR.
void tud_cdc_line_state_cb(uint8_t line, bool dtr, bool rts) {
    cdc_line_coding_t coding;

    (void)rts;
    tud_cdc_n_get_line_coding(line, &coding);
    if (!dtr && coding.bit_rate == TN_USB_TOUCH_BAUD && tn_usb_our->touch) {
        tn_usb_our->touch(tn_usb_our->touch_ctx);
    }
}
