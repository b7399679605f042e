// SPDX-License-Identifier: Apache-2.0
// An image's security counter: MCUboot's protected TLV 0x50 (imgtool --security-counter).
#ifndef TN_IMAGE_COUNTER_H
#define TN_IMAGE_COUNTER_H

#include "image/source.h"

// 0 if the image has none. Returns 0, TN_ETLV if it is not of four bytes, or as tn_image_open. Only
// what was verified tells the truth: nobody signs TLVs outside of the protected ones.
int tn_image_counter(const struct tn_image_src *src, uint32_t *ret);

#endif
