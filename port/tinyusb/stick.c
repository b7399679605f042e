// SPDX-License-Identifier: Apache-2.0
// Sources: USB-IF, "Mass Storage Class, Bulk-Only Transport", revision 1.0, section 5; T10, SBC-2,
// "READ (10) command".
//
// TinyUSB 0.18 needs some care here. Its driver of the OTG_FS does not tell that a device has gone
// (hcd_dwc2.c: no "disconnect detected"), so a transfer may never end: the port is asked each time.
// Its class driver reads a status without clearing an endpoint that has halted, and does not say
// that none came (msc_host.c): so each command has a tag of its own, and only a status with that
// tag counts. And it believes what a device says of itself (config_check.h).
#include "stick.h"

#include <stdbool.h>
#include <string.h>

#include "tusb.h"

#include "base/err.h"
#include "config_check.h"
#include "hcd.h"
#include "polled.h"
#include "usbh_pvt.h"

// TinyUSB's handler of a device's events, which polled.c calls: this program has a host's instead.
void dcd_int_handler(uint8_t rhport);

static struct {
    const struct tn_usb_stick_cfg *cfg;
    uint32_t since;
    bool is_on;
    bool is_foreign;  // a device that is no stick
    bool is_lost;     // it has failed once
    uint8_t address;  // 0: no stick is ready
    uint32_t tag;
    bool is_done, is_right;  // the command
} our;

void dcd_int_handler(uint8_t rhport) {
    tusb_int_handler(rhport, true);
}

// ---- TinyUSB's clock, and its callbacks ----------------------------------------------------

uint32_t tusb_time_millis_api(void) {
    return our.cfg->now_ms();
}

static void work(void) {
    our.cfg->controller->poll();
    our.cfg->alive();
}

// Called in a task: the port's interrupts come meanwhile, as they do where they are no polls.
void tusb_time_delay_ms_api(uint32_t ms) {
    uint32_t since = our.cfg->now_ms();

    while (our.cfg->now_ms() - since < ms) {
        work();
    }
}

void tuh_msc_mount_cb(uint8_t address) {
    our.address = address;
}

void tuh_mount_cb(uint8_t address) {
    our.is_foreign |= address != our.address;
}

// ---- What a device says of itself ----------------------------------------------------------

_Static_assert(CFG_TUH_ENUMERATION_BUFSIZE == TN_USB_CONFIG_MAX &&
                CFG_TUH_INTERFACE_MAX == TN_USB_CONFIG_INTERFACES,
        "config_check.h knows TinyUSB's arrays");

// A driver in front of TinyUSB's own. It opens nothing, but changes an interface whose descriptors
// are not sound so that nobody opens it.
static bool look(
        uint8_t rhport, uint8_t address, const tusb_desc_interface_t *interface, uint16_t len) {
    uint8_t *config = usbh_get_enum_buf();
    uint32_t at = (uint32_t)((const uint8_t *)interface - config);

    (void)rhport, (void)address, (void)len;
    if (!tn_usb_config_is_sound(config)) {
        our.is_foreign = true;
        config[at + offsetof(tusb_desc_interface_t, bInterfaceSubClass)] = 0;
    }
    return false;
}

static bool begin_driver(void) {
    return true;
}

static void close_driver(uint8_t address) {
    (void)address;
}

const usbh_class_driver_t *usbh_app_driver_get_cb(uint8_t *ret_count) {
    static const usbh_class_driver_t driver = {
            .init = begin_driver, .open = look, .close = close_driver};

    *ret_count = 1;
    return &driver;
}

// ---- Looking for a stick -------------------------------------------------------------------

void tn_usb_stick_begin(const struct tn_usb_stick_cfg *cfg) {
    const tusb_rhport_init_t init = {.role = TUSB_ROLE_HOST, .speed = TUSB_SPEED_FULL};

    memset(&our, 0, sizeof(our));
    our.cfg = cfg;
    our.since = cfg->now_ms();
    if (cfg->controller->start()) {
        our.is_on = true;
        our.is_lost = !tusb_init(0, &init);
    }
}

static bool is_there(void) {
    return our.is_on && hcd_port_connect_status(0);
}

static void step(void) {
    work();
    tuh_task();
}

int tn_usb_stick_wait(void) {
    if (!our.is_on || our.is_lost) {
        return 0;
    }
    step();
    uint32_t most = is_there() ? TN_USB_STICK_READY_MS : TN_USB_STICK_ABSENT_MS;
    return our.address || our.is_foreign || our.cfg->now_ms() - our.since >= most ? 0 : TN_MORE;
}

void tn_usb_stick_end(void) {
    if (our.is_on) {
        our.is_on = false;
        our.cfg->controller->stop();
    }
}

static int open_disk(void *ctx) {
    (void)ctx;
    if (!our.address) {
        return is_there() && !our.is_foreign ? TN_EIO : TN_ENOENT;
    }
    return tuh_msc_get_block_size(our.address, 0) == TN_DISK_BLOCK ? 0 : TN_EIO;
}

// ---- Reading -------------------------------------------------------------------------------

static bool on_done(uint8_t address, const tuh_msc_complete_data_t *done) {
    const msc_csw_t *csw = done->csw;

    (void)address;
    our.is_right = csw->signature == MSC_CSW_SIGNATURE && csw->tag == our.tag &&
            csw->status == MSC_CSW_STATUS_PASSED && !csw->data_residue;
    our.is_done = true;
    return true;
}

static bool ask_for(uint32_t block, void *buf) {
    const scsi_read10_t command = {
            .cmd_code = SCSI_CMD_READ_10, .lba = tu_htonl(block), .block_count = tu_htons(1)};
    msc_cbw_t cbw = {.signature = MSC_CBW_SIGNATURE,
            .tag = ++our.tag,
            .total_bytes = TN_DISK_BLOCK,
            .dir = TUSB_DIR_IN_MASK,
            .cmd_len = sizeof(command)};

    memcpy(cbw.command, &command, sizeof(command));
    our.is_done = our.is_right = false;
    return tuh_msc_scsi_command(our.address, &cbw, buf, on_done, 0);
}

// What failed once is not asked again: the transfer may not be over, and nobody polls any more.
static bool read_block(uint32_t block, void *buf) {
    uint32_t since = our.cfg->now_ms();

    if (!is_there() || our.is_lost || !ask_for(block, buf)) {
        return false;
    }
    while (!our.is_done && is_there() && our.cfg->now_ms() - since < TN_USB_STICK_READ_MS) {
        step();
    }
    return our.is_done && our.is_right;
}

static int read_blocks(void *ctx, uint32_t block, void *buf, uint32_t count) {
    uint8_t *to = buf;

    (void)ctx;
    for (uint32_t i = 0; i < count; i++) {
        if (!read_block(block + i, to + i * TN_DISK_BLOCK)) {
            our.is_lost = true;
            return TN_EIO;
        }
    }
    return 0;
}

const struct tn_disk tn_usb_stick_disk = {open_disk, read_blocks, NULL};
