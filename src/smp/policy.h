// SPDX-License-Identifier: Apache-2.0
// The groups and commands that each link permits: one table for each link.
//
// Knows rows and numbers. A policy produces the table of groups for the link's server. A command
// that it does not permit is missing from that table, so it is answered "not supported": the only
// refusal after which clients carry on. If all links of a chip have the same policy, the program
// can list that table directly.
#ifndef TN_SMP_POLICY_H
#define TN_SMP_POLICY_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

// A group and the permitted ones of its commands 0 to 31: bit n permits command n.
struct tn_smp_permit {
    uint16_t group;
    uint32_t reads;
    uint32_t writes;
};

#define TN_SMP_BIT(id) ((uint32_t)1 << (id))
#define TN_SMP_ALL UINT32_MAX

// Owned by the caller. A group may have several rows; their permits add up.
struct tn_smp_policy {
    const struct tn_smp_permit *permits;
    size_t npermits;
};

// Room for the rows of a link's server. Owned by the caller; outlives the server.
struct tn_smp_rows {
    struct tn_smp_group *groups;
    size_t ngroups;  // groups that there is room for
    struct tn_smp_cmd *cmds;
    size_t ncmds;
};

// Copies the permitted part of n groups to rows. Leaves out a group without a permitted command.
// Returns the number of groups in rows now, or TN_ENOSPC.
int tn_smp_permitted(const struct tn_smp_policy *policy, const struct tn_smp_group *groups,
        size_t n, const struct tn_smp_rows *rows);

TN_C_END

#endif
