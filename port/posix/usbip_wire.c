// SPDX-License-Identifier: Apache-2.0
#include "usbip_wire.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum { PATH_LEN = 256 };

uint32_t tn_usbip_get32(const uint8_t *p) {
    return (uint32_t)tn_get_be16(p) << 16 | tn_get_be16(p + 2);
}

void tn_usbip_put32(uint8_t *p, uint32_t v) {
    tn_put_be16(p, (uint16_t)(v >> 16));
    tn_put_be16(p + 2, (uint16_t)v);
}

size_t tn_usbip_put_op(uint8_t *p, uint16_t code, uint32_t status) {
    tn_put_be16(p, TN_USBIP_VERSION);
    tn_put_be16(p + 2, code);
    tn_usbip_put32(p + 4, status);
    return TN_USBIP_OP_LEN;
}

size_t tn_usbip_put_device(uint8_t *p, const struct tn_usbip_device *d) {
    const uint8_t *from = d->descriptor;

    memset(p, 0, TN_USBIP_DEVICE_LEN);
    snprintf((char *)p, PATH_LEN, "%s", d->path);
    snprintf((char *)p + PATH_LEN, TN_USBIP_BUSID_LEN, "%s", d->busid);
    p += PATH_LEN + TN_USBIP_BUSID_LEN;
    tn_usbip_put32(p, d->bus);
    tn_usbip_put32(p + 4, d->number);
    tn_usbip_put32(p + 8, TN_USBIP_FULL_SPEED);
    tn_put_be16(p + 12, tn_get_le16(from + 8));   // idVendor
    tn_put_be16(p + 14, tn_get_le16(from + 10));  // idProduct
    tn_put_be16(p + 16, tn_get_le16(from + 12));  // bcdDevice
    memcpy(p + 18, from + 4, 3);                  // class, subclass, protocol
    p[21] = d->configuration;
    p[22] = from[17];  // bNumConfigurations
    p[23] = d->ninterfaces;
    return TN_USBIP_DEVICE_LEN;
}

void tn_usbip_get_cmd(const uint8_t *p, struct tn_usbip_cmd *ret) {
    ret->command = tn_usbip_get32(p);
    ret->seqnum = tn_usbip_get32(p + 4);
    ret->is_in = tn_usbip_get32(p + 12) != 0;
    ret->ep = tn_usbip_get32(p + 16);
    ret->flags = ret->unlink = tn_usbip_get32(p + 20);
    ret->len = tn_usbip_get32(p + 24);
    ret->packets = tn_usbip_get32(p + 32);
    memcpy(ret->setup, p + 40, sizeof(ret->setup));
}

static size_t put_answer(uint8_t *p, uint32_t command, uint32_t seqnum, int status, uint32_t len) {
    memset(p, 0, TN_USBIP_HEADER_LEN);
    tn_usbip_put32(p, command);
    tn_usbip_put32(p + 4, seqnum);
    tn_usbip_put32(p + 20, (uint32_t)status);
    tn_usbip_put32(p + 24, len);
    return TN_USBIP_HEADER_LEN;
}

size_t tn_usbip_put_submitted(uint8_t *p, uint32_t seqnum, int status, uint32_t len) {
    return put_answer(p, TN_USBIP_RET_SUBMIT, seqnum, status, len);
}

size_t tn_usbip_put_unlinked(uint8_t *p, uint32_t seqnum, int status) {
    return put_answer(p, TN_USBIP_RET_UNLINK, seqnum, status, 0);
}
