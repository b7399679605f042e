// SPDX-License-Identifier: Apache-2.0
// Configuration descriptors in libusb's form, for the libusb shim.
#ifndef TN_TEST_USB_SHIM_CONFIG_H
#define TN_TEST_USB_SHIM_CONFIG_H

#include <libusb-1.0/libusb.h>

// Parses a configuration's bytes. Returns 0 or a libusb_error. shim_config_free frees the result.
int shim_config_parse(
        const uint8_t *bytes, size_t len, struct libusb_config_descriptor **ret_config);
void shim_config_free(struct libusb_config_descriptor *config);

#endif
