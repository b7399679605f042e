// SPDX-License-Identifier: Apache-2.0
// The simulated device's card: a file with the image of a medium, such as mkfs.fat makes.
#ifndef TN_PORT_POSIX_SIM_CARD_H
#define TN_PORT_POSIX_SIM_CARD_H

#include "fatfs/disk.h"

// The file. NULL, or no such file: there is no card. Must live on.
void tn_sim_card_use(const char *path);

extern const struct tn_disk tn_sim_card;

#endif
