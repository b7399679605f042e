// SPDX-License-Identifier: Apache-2.0
// A USB drive in a loader's recovery that takes UF2 files (serve/uf2.h).
//
//     cfg.drive = tn_service_uf2(s, FAMILY, TN_SWAP_TEST);
//     tn_service_usb_recovery(s, &cfg);
#ifndef TN_PROG_SERVICE_UF2_H
#define TN_PROG_SERVICE_UF2_H

#include "service/service.h"
#include "tinyusb/drive.h"

enum { TN_SERVICE_UF2_MAX = 1 << 20 };  // bytes of the largest image: a slot may have fewer

// Returns the drive. family: of the chip, by uf2families.json. Owns its memory, 600 bytes; one per
// program. Call it before the service runs.
const struct tn_usb_drive *tn_service_uf2(
        struct tn_service *s, uint32_t family, enum tn_swap_type mark);

#endif
