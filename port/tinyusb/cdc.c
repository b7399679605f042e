// SPDX-License-Identifier: Apache-2.0
// A suspended bus is a host that sleeps: it comes back and goes on. Until then what it has to get
// stays, here and in the channel, but not for ever: an answer that nobody fetches delays a reset.
#include "device_priv.h"
#include "tusb.h"

static size_t read(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return tud_ready() ? tud_cdc_read(buf, (uint32_t)size) : 0;
}

// When the host last took something, or there was nothing to take.
static uint32_t moved_ms;

// The host takes nothing. How many bytes are dropped: all, or none because it may come back.
static size_t wait(size_t len) {
    if (tud_mounted() && tn_usb_our->now_ms() - moved_ms < TN_USB_ASLEEP_MS) {
        return 0;
    }
    return len;
}

static size_t write(void *ctx, const void *buf, size_t len) {
    uint32_t now = tn_usb_our->now_ms();

    (void)ctx;
    if (!tud_ready()) {
        return wait(len);
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

// A host that resumes goes on to read: bytes that came in between begin to move, and get the time
// that they have on a bus that is not suspended.
void tud_suspend_cb(bool remote_wakeup_en) {
    (void)remote_wakeup_en;
    moved_ms = tn_usb_our->now_ms();
}

void tud_resume_cb(void) {
    moved_ms = tn_usb_our->now_ms();
    tud_cdc_write_flush();
}

// A program closes the line when it drops DTR.
void tud_cdc_line_state_cb(uint8_t line, bool dtr, bool rts) {
    cdc_line_coding_t coding;

    (void)rts;
    tud_cdc_n_get_line_coding(line, &coding);
    if (!dtr && coding.bit_rate == TN_USB_TOUCH_BAUD && tn_usb_our->touch) {
        tn_usb_our->touch(tn_usb_our->touch_ctx);
    }
}
