// SPDX-License-Identifier: Apache-2.0
// What a link may ask for: a table of groups and commands for each link.
//
// Knows rows and numbers. A policy makes the table of groups that the link's server has: what it
// holds back is absent, and answered so, for clients carry on after that answer and after no other.
// On a chip whose links are all alike the table can as well be written down.
#ifndef TN_SMP_POLICY_H
#define TN_SMP_POLICY_H

#include "smp/server.h"

// A group, and which of its commands: bit n stands for command n, of 0 to 31.
struct tn_smp_permit {
    uint16_t group;
    uint32_t reads;
    uint32_t writes;
};

#define TN_SMP_BIT(id) ((uint32_t)1 << (id))
#define TN_SMP_ALL UINT32_MAX

// The caller's. A group may have several rows: they add up.
struct tn_smp_policy {
    const struct tn_smp_permit *permits;
    size_t npermits;
};

// Where the rows of a link's server go; the caller's, and outlive the server.
struct tn_smp_rows {
    struct tn_smp_group *groups;
    size_t ngroups;  // that there is room for
    struct tn_smp_cmd *cmds;
    size_t ncmds;
};

// Copies what the policy permits of the n groups: those of which a command is left. Returns how
// many groups there are in rows now, or TN_ENOSPC.
int tn_smp_permitted(const struct tn_smp_policy *policy, const struct tn_smp_group *groups,
        size_t n, const struct tn_smp_rows *rows);

#endif
