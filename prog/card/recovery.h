// SPDX-License-Identifier: Apache-2.0
// Recovery from a card or a stick, as loaders with a serial line and an LED have it. A line on the
// serial line, group 64 and the LED say what became of the file:
//
//     on             the medium is being looked at, or an image comes from it
//     a short flash  once a second: no medium, or no file
//     even blinking  twice a second: the file was refused, or the device has it already
#ifndef TN_PROG_CARD_RECOVERY_H
#define TN_PROG_CARD_RECOVERY_H

#include "service/card.h"

// Adds all that to a loader's service, whose first link is the line. cfg->tell is tn_card_tell, or
// calls it. One per program; both must live on.
void tn_card_recovery(
        struct tn_service *s, const struct tn_service_card_cfg *cfg, void (*led)(bool on));

void tn_card_tell(const char *text);

#endif
