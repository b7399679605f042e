// SPDX-License-Identifier: Apache-2.0
// The simulated device's links, and what each of them permits.
#ifndef TN_SIM_LINKS_H
#define TN_SIM_LINKS_H

#include "service/service.h"

enum sim_link { SIM_SERIAL, SIM_UDP, SIM_BLE, SIM_LINKS };

// Permits the groups in words, such as "fs,shell", in addition to serve/open_link.h. False if a
// word is unknown, or if there are more rows than a link has room for.
bool tn_sim_allow(enum sim_link link, const char *words);

// The words, for the help text.
#define TN_SIM_WORDS "os, stat, settings, fs, shell, storage, read-back, all"

// Call it before the loader runs. udp: there is a UDP link. id: the device's own number, or "".
void tn_sim_links_begin(bool udp, const char *id, unsigned nimages);

// The service of a loader or an application over these links; the line is its serial link. rules:
// the loader's rules, TN_RULE_* bits. keyring: NULL: all keys sign any image. Ends the process if a
// link's table has no room for what is permitted.
struct tn_service *tn_sim_service(const struct tn_board *board, const struct tn_trust *trust,
        enum tn_writable writable, uint8_t rules, struct tn_keyring *keyring);
struct tn_line *tn_sim_line(void);

// What became of the card's file, for group 64. Must live on.
void tn_sim_result(const char *text);

#endif
