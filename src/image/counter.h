// SPDX-License-Identifier: Apache-2.0
// An image's security counter: MCUboot's protected TLV 0x50 (imgtool --security-counter).
#ifndef TN_IMAGE_COUNTER_H
#define TN_IMAGE_COUNTER_H

#include "base/compiler.h"
#include "image/source.h"

TN_C_BEGIN

// Reads the counter; 0 if the image has none. Returns 0, TN_ETLV if it is not four bytes, or as
// tn_image_open. The value can be trusted only if the image was verified: the counter is a
// protected TLV, which the signature covers.
int tn_image_counter(const struct tn_image_src *src, uint32_t *ret);

TN_C_END

#endif
