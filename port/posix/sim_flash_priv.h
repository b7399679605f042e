// SPDX-License-Identifier: Apache-2.0
// The simulated device's flash and slots, for sim.c.
#ifndef TN_PORT_POSIX_SIM_FLASH_PRIV_H
#define TN_PORT_POSIX_SIM_FLASH_PRIV_H

#include "sim.h"

// Opens the flash's files and lays out the slots. Says on stderr what is wrong, and returns -1.
int tn_sim_flash_open(const struct tn_sim_cfg *cfg);

// The flash with all its parts: it counts operations and loses power.
struct tn_nor *tn_sim_nor(void);

// Prints an error of the system on stderr. Returns -1.
int tn_sim_complain(const char *what, const char *path);

// Of each image: its slots, and its outcomes.
extern struct tn_slots tn_sim_slots[TN_SIM_IMAGES];
extern struct tn_area tn_sim_outcomes[TN_SIM_IMAGES];

extern const struct tn_area tn_sim_journal;

#endif
