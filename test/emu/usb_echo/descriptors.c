// SPDX-License-Identifier: Apache-2.0
// What usb_echo says that it is: a CDC ACM device (USB 2.0 section 9.6, CDC 1.2).
#include "tusb.h"

enum {
    VENDOR = 0x1209,  // pid.codes' number for tests
    PRODUCT = 0x0001,
    EP_NOTIFY = 0x81,
    EP_OUT = 0x02,
    EP_IN = 0x82,
    NOTIFY_SIZE = 8,
    PACKET = 64,
    CONFIG_LEN = TUD_CONFIG_DESC_LEN + TUD_CDC_DESC_LEN,
    POWER_MA = 100,
};

static const tusb_desc_device_t device = {
        .bLength = sizeof(device),
        .bDescriptorType = TUSB_DESC_DEVICE,
        .bcdUSB = 0x0200,
        .bDeviceClass = TUSB_CLASS_MISC,
        .bDeviceSubClass = MISC_SUBCLASS_COMMON,
        .bDeviceProtocol = MISC_PROTOCOL_IAD,
        .bMaxPacketSize0 = CFG_TUD_ENDPOINT0_SIZE,
        .idVendor = VENDOR,
        .idProduct = PRODUCT,
        .bNumConfigurations = 1,
};

static const uint8_t config[] = {
        TUD_CONFIG_DESCRIPTOR(1, 2, 0, CONFIG_LEN, 0, POWER_MA),
        TUD_CDC_DESCRIPTOR(0, 0, EP_NOTIFY, NOTIFY_SIZE, EP_OUT, EP_IN, PACKET),
};

const uint8_t *tud_descriptor_device_cb(void) {
    return (const uint8_t *)&device;
}

const uint8_t *tud_descriptor_configuration_cb(uint8_t index) {
    (void)index;
    return config;
}

const uint16_t *tud_descriptor_string_cb(uint8_t index, uint16_t language) {
    (void)index, (void)language;
    return NULL;
}
