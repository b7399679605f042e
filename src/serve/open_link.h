// SPDX-License-Identifier: Apache-2.0
// The policy for a link that anybody may reach: it permits updates and no access to program data.
//
// Permits echo, params, os info, bootloader info, reset; enumeration; history, capabilities and the
// note that an image is taken back; no read-back of images (serve/read_back.c);
// list, slot info, upload, test, confirm and erase of images, in the slots that the program makes
// writable (serve/image.h). A reset into the chip's ROM is a right of its own (TN_RIGHT_ROM of the
// link's peer), which no policy gives. Files, settings, shell, statistics, clock and storage reach
// the program itself: a link needs a policy with rows for them.
#ifndef TN_SERVE_OPEN_LINK_H
#define TN_SERVE_OPEN_LINK_H

#include "base/compiler.h"
#include "smp/policy.h"

TN_C_BEGIN

enum { TN_OPEN_LINK_PERMITS = 4 };

// A program that permits more copies these rows.
extern const struct tn_smp_permit tn_serve_open_link_permits[TN_OPEN_LINK_PERMITS];
extern const struct tn_smp_policy tn_serve_open_link;

TN_C_END

#endif
