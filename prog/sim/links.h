// SPDX-License-Identifier: Apache-2.0
// The simulated device's links, and what each of them may ask for.
#ifndef TN_SIM_LINKS_H
#define TN_SIM_LINKS_H

#include "service/service.h"

enum sim_link { SIM_SERIAL, SIM_UDP, SIM_LINKS };

// Permits what words name, "fs,shell", besides what an open link may (serve/open_link.h). False if
// one of them is unknown, or if there are more than a link has room for.
bool tn_sim_allow(enum sim_link link, const char *words);

// The words, for help.
#define TN_SIM_WORDS "os, stat, settings, fs, shell, storage, all"

// Call before the loader runs: is there a UDP link?
void tn_sim_links_begin(bool udp);

// The service over these links, of a loader or an application; the line is its serial one. rules:
// the loader's, as bits (TN_RULE_*). Ends the
// process if a link's table has no room for what is permitted.
struct tn_service *tn_sim_service(const struct tn_board *board, const struct tn_trust *trust,
        enum tn_writable writable, uint8_t rules);
struct tn_line *tn_sim_line(void);

#endif
