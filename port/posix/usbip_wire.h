// SPDX-License-Identifier: Apache-2.0
// USB/IP's messages as bytes. Source: Linux, Documentation/usb/usbip_protocol.rst, and for status
// numbers of replies tools/usb/usbip/src/usbip_network.h and usbip_common.h. Version 1.1.1.
//
// All numbers are big endian, but for the 8 bytes of a control request.
#ifndef TN_PORT_POSIX_USBIP_WIRE_H
#define TN_PORT_POSIX_USBIP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_USBIP_VERSION = 0x0111,
    TN_USBIP_PORT = 3240,  // by IANA

    // Requests, their codes and lengths. A reply's code lacks the highest bit.
    TN_USBIP_DEVLIST = 0x8005,
    TN_USBIP_IMPORT = 0x8003,
    TN_USBIP_OP_LEN = 8,        // version, code, status
    TN_USBIP_BUSID_LEN = 32,    // follows IMPORT
    TN_USBIP_DEVICE_LEN = 312,  // follows a reply to IMPORT

    // Status of replies.
    TN_USBIP_OK = 0,
    TN_USBIP_BUSY = 2,    // another client has the device
    TN_USBIP_BROKEN = 3,  // the device does not enumerate
    TN_USBIP_NO_DEVICE = 4,

    // Headers of a client that has imported.
    TN_USBIP_HEADER_LEN = 48,
    TN_USBIP_SUBMIT = 1,
    TN_USBIP_UNLINK = 2,
    TN_USBIP_RET_SUBMIT = 3,
    TN_USBIP_RET_UNLINK = 4,
    TN_USBIP_FULL_SPEED = 2,

    // Flags of a URB: include/uapi/linux/usbip.h.
    TN_USBIP_SHORT_NOT_OK = 0x0001,
    TN_USBIP_ZERO_PACKET = 0x0040,
};

// What a device's entry says.
struct tn_usbip_device {
    const char *path;
    const char *busid;  // the name by which a client imports it
    uint32_t bus;
    uint32_t number;
    uint8_t configuration;      // current value
    const uint8_t *descriptor;  // the device's, 18 bytes
    uint8_t ninterfaces;
};

// SUBMIT or UNLINK.
struct tn_usbip_cmd {
    uint32_t command;
    uint32_t seqnum;
    bool is_in;
    uint32_t ep;
    uint32_t flags;
    uint32_t len;      // of the data to receive or to follow
    uint32_t packets;  // isochronous only; others: 0 or 0xffffffff
    uint8_t setup[8];
    uint32_t unlink;  // UNLINK: the seqnum of a SUBMIT
};

uint32_t tn_usbip_get32(const uint8_t *p);
void tn_usbip_put32(uint8_t *p, uint32_t v);

// Writes the 8 bytes in front of a request or a reply. Returns 8.
size_t tn_usbip_put_op(uint8_t *p, uint16_t code, uint32_t status);

// Writes a device's entry. Returns its 312 bytes.
size_t tn_usbip_put_device(uint8_t *p, const struct tn_usbip_device *d);

// Reads a header of 48 bytes. An unknown command is read as a SUBMIT.
void tn_usbip_get_cmd(const uint8_t *p, struct tn_usbip_cmd *ret);

// Writes the answers to SUBMIT and UNLINK. Data follow the first one if the transfer was IN.
// status: 0 or a negative errno of Linux. Both return 48.
size_t tn_usbip_put_submitted(uint8_t *p, uint32_t seqnum, int status, uint32_t len);
size_t tn_usbip_put_unlinked(uint8_t *p, uint32_t seqnum, int status);

#endif
