// SPDX-License-Identifier: Apache-2.0
// What strategies without a swap share.
#ifndef TN_BOOT_IN_PLACE_PRIV_H
#define TN_BOOT_IN_PLACE_PRIV_H

#include "boot/boot.h"

// Which of the two headers names the newer version; a slot without a header counts as 0.0.0.
void tn_in_place_look(struct tn_boot *b);

#endif
