// SPDX-License-Identifier: Apache-2.0
// The policy for a link that anybody may reach: enough to update, and nothing of the program's own.
//
// echo, params, os and bootloader info, reset; enumeration; history and capabilities; list, slot
// info, upload, test, confirm and erase of images, within what the program lets requests write
// (serve/image.h). Files, settings, shell, counters, clock and storage are for links whose policy
// has rows for them: they reach the program itself.
#ifndef TN_SERVE_OPEN_LINK_H
#define TN_SERVE_OPEN_LINK_H

#include "smp/policy.h"

enum { TN_OPEN_LINK_PERMITS = 4 };

// To be copied by a program that permits more.
extern const struct tn_smp_permit tn_serve_open_link_permits[TN_OPEN_LINK_PERMITS];
extern const struct tn_smp_policy tn_serve_open_link;

#endif
