// SPDX-License-Identifier: Apache-2.0
// An SMP server on the console's serial line, over Zephyr's flash map and UART drivers. Zephyr's
// names are those of zephyr/storage/flash_map.h, zephyr/drivers/uart.h and zephyr/sys/reboot.h.
#include <zephyr/devicetree.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/reboot.h>
#include <zephyr/sys/ring_buffer.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/version.h"
#include "boot/mark.h"
#include "channel/line.h"
#include "link/console.h"
#include "serve/enumerate.h"
#include "serve/image.h"
#include "serve/os.h"

#define FLASH DT_CHOSEN(zephyr_flash)
#define SECTOR DT_PROP(FLASH, erase_block_size)
#define UNIT DT_PROP(FLASH, write_block_size)
#define SLOT0_SIZE FIXED_PARTITION_SIZE(slot0_partition)
#define SLOT1_SIZE FIXED_PARTITION_SIZE(slot1_partition)

enum {
    PACKET = 512,
    FRAME = PACKET + TN_CONSOLE_OVERHEAD,
    LINGER_MS = 50,  // from the answer to a reset to the reset
};

// ---- The slots, a flash each: a partition has offsets of its own -------------------------------

static const struct flash_area *partition[2];

static int read_slot(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    return flash_area_read(*(const struct flash_area **)f->ctx, off, buf, len) ? TN_EIO : 0;
}

static int write_slot(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    return flash_area_write(*(const struct flash_area **)f->ctx, off, buf, len) ? TN_EIO : 0;
}

static int erase_slot(const struct tn_flash *f, uint32_t off) {
    return flash_area_erase(*(const struct flash_area **)f->ctx, off, SECTOR) ? TN_EIO : 0;
}

static const struct tn_flash_ops ops = {read_slot, write_slot, erase_slot};
static const struct tn_flash_run runs[2] = {
        {SECTOR, SLOT0_SIZE / SECTOR},
        {SECTOR, SLOT1_SIZE / SECTOR},
};
// A flash that stalls the core: true and a buf_count of 1 below suit every chip.
#define SLOT_FLASH(n, bytes)                                                                       \
    {                                                                                              \
        .ops = &ops, .runs = &runs[n], .nruns = 1, .erased = 0xff, .prog_unit = UNIT,              \
        .erase_ms = 85, .stalls_cpu = true, .size = (bytes), .ctx = &partition[n]                  \
    }
static const struct tn_flash flash[2] = {SLOT_FLASH(0, SLOT0_SIZE), SLOT_FLASH(1, SLOT1_SIZE)};

static const struct tn_slots slots = {
        .area = {{&flash[0], 0, SLOT0_SIZE}, {&flash[1], 0, SLOT1_SIZE}},
        .layout = &tn_layout_swap_move,  // your loader's
        .addr = {FIXED_PARTITION_OFFSET(slot0_partition), FIXED_PARTITION_OFFSET(slot0_partition)},
        .max_sectors = SLOT0_SIZE / SECTOR,
};

// ---- The server --------------------------------------------------------------------------------

static uint8_t frame[FRAME];
static uint8_t chunk[PACKET];
static uint8_t response[FRAME];

static const struct tn_trust trust = {.hash = &tn_sha256_bearssl};
static struct tn_update update = {
        .slots = &slots, .trust = &trust, .buf = chunk, .size = sizeof(chunk)};

static bool reset_is_due;

static int on_reset(void *ctx, uint32_t mode) {
    (void)ctx;
    if (mode) {
        return TN_EINVAL;
    }
    reset_is_due = true;
    return 0;
}

static const char *const words[] = {"Zephyr", CONFIG_BOARD, TN_VERSION};
static struct tn_serve_os os = {.reset = on_reset, .letters = "snr", .words = words};
static struct tn_serve_image image = {&update, TN_SLOTS_SPARE};
static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&os),
        TN_SERVE_IMAGE(&image),
        TN_SERVE_ENUM,
};
static struct tn_smp_server server = {
        .groups = groups,
        .ngroups = TN_LEN(groups),
        .rsp = response,
        .rsp_size = sizeof(response),
};

// ---- The line ----------------------------------------------------------------------------------

static const struct device *const uart = DEVICE_DT_GET(DT_CHOSEN(zephyr_console));
RING_BUF_DECLARE(received, 1024);

static void on_uart(const struct device *dev, void *ctx) {
    uint8_t bytes[16];

    (void)ctx;
    while (uart_irq_update(dev) && uart_irq_rx_ready(dev)) {
        int n = uart_fifo_read(dev, bytes, sizeof(bytes));
        if (n <= 0) {
            return;
        }
        ring_buf_put(&received, bytes, (uint32_t)n);
    }
}

static size_t read_uart(void *ctx, void *buf, size_t size) {
    (void)ctx;
    return ring_buf_get(&received, buf, (uint32_t)size);
}

static size_t write_uart(void *ctx, const void *buf, size_t len) {
    const uint8_t *bytes = buf;

    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        uart_poll_out(uart, bytes[i]);
    }
    return len;
}

static const struct tn_stream stream = {read_uart, write_uart, NULL};
static struct tn_console console = {.buf = frame, .size = sizeof(frame)};
static struct tn_line line = {
        .channel = {.step = tn_line_step,
                .server = &server,
                .peer = {.buf_size = FRAME, .buf_count = 1}},
        .stream = &stream,
        .framing = &tn_console_framing,
        .link = &console,
};

int main(void) {
    if (flash_area_open(FIXED_PARTITION_ID(slot0_partition), &partition[0]) ||
            flash_area_open(FIXED_PARTITION_ID(slot1_partition), &partition[1])) {
        return 0;
    }
    os.mode = slots.layout->mode;
    uart_irq_callback_user_data_set(uart, on_uart, NULL);
    uart_irq_rx_enable(uart);
    for (;;) {
        bool busy = tn_channel_step(&line.channel) || tn_update_step(&update) == TN_MORE;

        if (!busy && reset_is_due) {
            k_msleep(LINGER_MS);
            sys_reboot(SYS_REBOOT_COLD);
        }
        if (!busy) {
            k_msleep(1);
        }
    }
}
