// SPDX-License-Identifier: Apache-2.0
// What TinyUSB's mass storage class calls. Sense keys and codes: SCSI Primary Commands 4 (SPC-4),
// section 4.5, and annex D.
#include "class/msc/msc.h"
#include "device_priv.h"
#include "tusb.h"

enum {
    ASC_MEDIUM_CHANGED = 0x28,
    ASC_INVALID_COMMAND = 0x20,
};

enum {
    EP_OUT = 0x03,
    EP_IN = 0x83,
    BULK_LEN = 64,
};

const uint8_t tn_usb_drive_descriptor[] = {
        TUD_MSC_DESCRIPTOR(TN_USB_DRIVE_INTERFACE, 0, EP_OUT, EP_IN, BULK_LEN)};

static const struct tn_usb_drive *drive(void) {
    return tn_usb_our->drive;
}

// A host may compute any block size from its own numbers: only whole blocks of ours are taken.
static bool is_block(uint32_t block, uint32_t off, uint32_t len) {
    return block < drive()->blocks && !off && len == TN_USB_DRIVE_BLOCK;
}

int32_t tud_msc_read10_cb(uint8_t lun, uint32_t block, uint32_t off, void *buf, uint32_t len) {
    (void)lun;
    return is_block(block, off, len) && drive()->read(drive()->ctx, block, buf) ? (int32_t)len : -1;
}

// If this returns 0, TinyUSB calls it again after the other events of its queue.
int32_t tud_msc_write10_cb(uint8_t lun, uint32_t block, uint32_t off, uint8_t *buf, uint32_t len) {
    (void)lun;
    int rc = is_block(block, off, len) ? drive()->write(drive()->ctx, block, buf) : -1;
    return rc > 0 ? (int32_t)len : rc;
}

static void put_padded(uint8_t *to, size_t size, const char *text) {
    for (size_t i = 0; i < size; i++) {
        to[i] = *text ? (uint8_t)*text++ : ' ';
    }
}

void tud_msc_inquiry_cb(uint8_t lun, uint8_t vendor[8], uint8_t product[16], uint8_t revision[4]) {
    (void)lun;
    put_padded(vendor, 8, tn_usb_our->ids->maker);
    put_padded(product, 16, drive()->name);
    put_padded(revision, 4, "1");
}

bool tud_msc_test_unit_ready_cb(uint8_t lun) {
    enum tn_usb_medium medium = drive()->medium(drive()->ctx);

    if (medium == TN_USB_MEDIUM_CHANGED) {
        tud_msc_set_sense(lun, SCSI_SENSE_UNIT_ATTENTION, ASC_MEDIUM_CHANGED, 0);
    }
    return medium == TN_USB_MEDIUM_THERE;
}

void tud_msc_capacity_cb(uint8_t lun, uint32_t *ret_blocks, uint16_t *ret_size) {
    (void)lun;
    *ret_blocks = drive()->blocks;
    *ret_size = TN_USB_DRIVE_BLOCK;
}

bool tud_msc_start_stop_cb(uint8_t lun, uint8_t power, bool start, bool load_eject) {
    (void)lun;
    (void)power;
    if (load_eject && !start) {
        drive()->eject(drive()->ctx);
    }
    return true;
}

int32_t tud_msc_scsi_cb(uint8_t lun, const uint8_t command[16], void *buf, uint16_t len) {
    (void)command;
    (void)buf;
    (void)len;
    tud_msc_set_sense(lun, SCSI_SENSE_ILLEGAL_REQUEST, ASC_INVALID_COMMAND, 0);
    return -1;
}
