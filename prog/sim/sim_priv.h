// SPDX-License-Identifier: Apache-2.0
// Shared by the files of tenon-sim.
#ifndef TN_SIM_PRIV_H
#define TN_SIM_PRIV_H

// The folder of things.h, or NULL.
const char *tn_sim_folder(void);

#endif
