// SPDX-License-Identifier: Apache-2.0
// Sources: USB 2.0, section 9.6 (descriptors); USB 3.2, section 9.6.2 (BOS); DFU 1.1, section 4;
// "Microsoft OS 2.0 Descriptors Specification" (compatible id WINUSB, DeviceInterfaceGUIDs).
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "class/msc/msc.h"
#include "device_priv.h"
#include "tusb.h"

enum {
    LANGUAGES = 0,
    MAKER = 1,
    PRODUCT = 2,
    SERIAL = 3,
    CDC_NAME = 4,

    INTERFACES = 4,  // bNumInterfaces of a configuration descriptor
    EP_NOTICE = 0x81,
    EP_OUT = 0x02,
    EP_IN = 0x82,
    NOTICE_LEN = 8,
    BULK_LEN = 64,

    INTERFACE_LEN = 9,
    FUNCTIONAL_LEN = 9,
    DFU_VERSION = 0x0110,  // hosts use DfuSe too if they are given an address (usb/dfu.h)
    DETACH_TIMEOUT_MS = 1000,
    MILLIAMPERES = 100,

    MICROSOFT_REQUEST = 1,  // the vendor's request that reads the Microsoft descriptors
    ENGLISH = 0x0409,
};

const uint8_t *tud_descriptor_device_cb(void) {
    static tusb_desc_device_t desc;

    desc = (tusb_desc_device_t){
            .bLength = sizeof(desc),
            .bDescriptorType = TUSB_DESC_DEVICE,
            .bcdUSB = 0x0210,  // with a BOS
            .bDeviceClass = TUSB_CLASS_MISC,
            .bDeviceSubClass = MISC_SUBCLASS_COMMON,
            .bDeviceProtocol = MISC_PROTOCOL_IAD,
            .bMaxPacketSize0 = CFG_TUD_ENDPOINT0_SIZE,
            .idVendor = tn_usb_our->ids->vendor,
            .idProduct = tn_usb_our->product,
            .bcdDevice = 0x0100,
            .iManufacturer = MAKER,
            .iProduct = PRODUCT,
            .iSerialNumber = *tn_usb_our->serial ? SERIAL : 0,
            .bNumConfigurations = 1,
    };
    return (const uint8_t *)&desc;
}

// One alternate setting of the DFU interface.
static uint8_t *put_alternate(uint8_t *at, uint8_t alt) {
    const uint8_t desc[INTERFACE_LEN] = {INTERFACE_LEN, TUSB_DESC_INTERFACE, TN_USB_DFU_INTERFACE,
            alt, 0, TUSB_CLASS_APPLICATION_SPECIFIC, 1, tn_usb_our->dfu.protocol,
            (uint8_t)(TN_USB_STRING_ALT + alt)};

    memcpy(at, desc, sizeof(desc));
    return at + sizeof(desc);
}

static uint8_t *put_functional(uint8_t *at) {
    const struct tn_usb_dfu_descriptor *dfu = &tn_usb_our->dfu;

    at[0] = FUNCTIONAL_LEN;
    at[1] = 0x21;  // DFU FUNCTIONAL
    at[2] = dfu->attributes;
    tn_put_le16(at + 3, DETACH_TIMEOUT_MS);
    tn_put_le16(at + 5, dfu->block);
    tn_put_le16(at + 7, DFU_VERSION);
    return at + FUNCTIONAL_LEN;
}

const uint8_t *tud_descriptor_configuration_cb(uint8_t index) {
    static const uint8_t cdc[] = {TUD_CDC_DESCRIPTOR(
            TN_USB_CDC_INTERFACE, CDC_NAME, EP_NOTICE, NOTICE_LEN, EP_OUT, EP_IN, BULK_LEN)};
    static uint8_t desc[TUD_CONFIG_DESC_LEN + TN_USB_ALTS_MAX * INTERFACE_LEN + FUNCTIONAL_LEN +
            sizeof(cdc) + TUD_MSC_DESC_LEN];
    uint8_t *at = desc + TUD_CONFIG_DESC_LEN;
    const struct tn_usb_drive *drive = tn_usb_our->drive;

    (void)index;
    for (uint8_t alt = 0; alt < tn_usb_our->dfu.nalts; alt++) {
        at = put_alternate(at, alt);
    }
    at = put_functional(at);
    memcpy(at, cdc, sizeof(cdc));
    at += sizeof(cdc);
    static const uint8_t head[] = {
            TUD_CONFIG_DESCRIPTOR(1, TN_USB_DRIVE_INTERFACE, 0, 0, 0, MILLIAMPERES)};
    memcpy(desc, head, sizeof(head));
    if (drive) {
        memcpy(at, drive->descriptor, TUD_MSC_DESC_LEN);
        at += TUD_MSC_DESC_LEN;
        desc[INTERFACES]++;
    }
    tn_put_le16(desc + 2, (uint16_t)(at - desc));
    return desc;
}

// ---- Strings -----------------------------------------------------------------------------

static void put_string(uint8_t index, struct tn_text *out) {
    switch (index) {
    case MAKER:
        tn_text_str(out, tn_usb_our->ids->maker);
        break;
    case PRODUCT:
        tn_text_str(out, tn_usb_our->ids->product);
        break;
    case SERIAL:
        tn_text_str(out, tn_usb_our->serial);
        break;
    case CDC_NAME:
        tn_text_str(out, "SMP");
        break;
    default:
        tn_usb_our->text(tn_usb_our->text_ctx, index, out);
        break;
    }
}

const uint16_t *tud_descriptor_string_cb(uint8_t index, uint16_t language) {
    static uint16_t desc[TN_USB_TEXT_MAX + 1];
    char text[TN_USB_TEXT_MAX];
    struct tn_text out = {text, sizeof(text), 0};

    (void)language;
    if (index == LANGUAGES) {
        desc[1] = ENGLISH;
        out.len = 1;
    } else {
        put_string(index, &out);
        for (size_t i = 0; i < out.len; i++) {
            desc[1 + i] = (uint8_t)text[i];
        }
    }
    desc[0] = (uint16_t)(TUSB_DESC_STRING << 8 | (2 * out.len + 2));
    return out.len ? desc : NULL;
}

// ---- Windows -----------------------------------------------------------------------------

// "DeviceInterfaceGUIDs" with one GUID: programs find the interface by it.
#define GUID "{B6F0A3D1-5C0E-4E7B-9C37-7D1F0C2A9E54}"

enum {
    SET_LEN = 10 + 8 + 8 + 20 + 132,  // of the Microsoft descriptor set
    NAME_LEN = 42,
    GUIDS_LEN = 80,
};

#define U16(v) (uint8_t)((v)&0xff), (uint8_t)((v) >> 8)

static const uint8_t bos[] = {
        TUD_BOS_DESCRIPTOR(TUD_BOS_DESC_LEN + TUD_BOS_MICROSOFT_OS_DESC_LEN, 1),
        TUD_BOS_MS_OS_20_DESCRIPTOR(SET_LEN, MICROSOFT_REQUEST),
};

const uint8_t *tud_descriptor_bos_cb(void) {
    return bos;
}

// Everything in front of the property's name and value. The DFU interface alone gets WinUSB;
// Windows has a driver for CDC.
static const uint8_t set_head[] = {
        U16(10), U16(MS_OS_20_SET_HEADER_DESCRIPTOR), 0, 0, 3, 6, U16(SET_LEN),  // Windows 8.1
        U16(8), U16(MS_OS_20_SUBSET_HEADER_CONFIGURATION), 0, 0, U16(SET_LEN - 10), U16(8),
        U16(MS_OS_20_SUBSET_HEADER_FUNCTION), TN_USB_DFU_INTERFACE, 0, U16(SET_LEN - 18), U16(20),
        U16(MS_OS_20_FEATURE_COMPATBLE_ID), 'W', 'I', 'N', 'U', 'S', 'B', 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, U16(132), U16(MS_OS_20_FEATURE_REG_PROPERTY), U16(7), U16(NAME_LEN),  // 7: strings
};

// Text as UTF-16, in len bytes, the rest zeros.
static uint8_t *put_wide(uint8_t *at, const char *text, size_t len) {
    memset(at, 0, len);
    for (size_t i = 0; text[i]; i++) {
        at[2 * i] = (uint8_t)text[i];
    }
    return at + len;
}

static uint8_t *descriptor_set(void) {
    static uint8_t set[SET_LEN];
    uint8_t *at = set + sizeof(set_head);

    memcpy(set, set_head, sizeof(set_head));
    at = put_wide(at, "DeviceInterfaceGUIDs", NAME_LEN);
    tn_put_le16(at, GUIDS_LEN);
    put_wide(at + 2, GUID, GUIDS_LEN);
    return set;
}

bool tud_vendor_control_xfer_cb(uint8_t port, uint8_t stage, const tusb_control_request_t *rq) {
    enum { DESCRIPTOR_INDEX = 7 };

    if (stage != CONTROL_STAGE_SETUP) {
        return true;
    }
    if (rq->bRequest != MICROSOFT_REQUEST || rq->wIndex != DESCRIPTOR_INDEX) {
        return false;
    }
    return tud_control_xfer(port, rq, descriptor_set(), SET_LEN);
}
