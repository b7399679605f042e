// SPDX-License-Identifier: Apache-2.0
#include "smp/policy.h"

#include "base/err.h"

// Bit n: the policy permits the group's command n, for read or for write.
static uint32_t bits_of(const struct tn_smp_policy *p, uint16_t group, bool writes) {
    uint32_t bits = 0;

    for (size_t i = 0; i < p->npermits; i++) {
        if (p->permits[i].group == group) {
            bits |= writes ? p->permits[i].writes : p->permits[i].reads;
        }
    }
    return bits;
}

static bool has(uint32_t bits, uint8_t id) {
    return id < 32 && bits >> id & 1;
}

// Copies the permitted commands of a group. Returns how many, or TN_ENOSPC.
static int copy_cmds(const struct tn_smp_policy *p, const struct tn_smp_group *g,
        struct tn_smp_cmd *ret, size_t room) {
    uint32_t reads = bits_of(p, g->id, false);
    uint32_t writes = bits_of(p, g->id, true);
    size_t n = 0;

    for (size_t i = 0; i < g->ncmds; i++) {
        struct tn_smp_cmd cmd = g->cmds[i];
        cmd.read = has(reads, cmd.id) ? cmd.read : NULL;
        cmd.write = has(writes, cmd.id) ? cmd.write : NULL;
        if (!cmd.read && !cmd.write) {
            continue;
        }
        if (n == room) {
            return TN_ENOSPC;
        }
        ret[n++] = cmd;
    }
    return (int)n;
}

int tn_smp_permitted(const struct tn_smp_policy *policy, const struct tn_smp_group *groups,
        size_t n, const struct tn_smp_rows *rows) {
    size_t ngroups = 0;
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        int ncmds = copy_cmds(policy, &groups[i], rows->cmds + used, rows->ncmds - used);
        if (ncmds < 0 || (ncmds && ngroups == rows->ngroups)) {
            return TN_ENOSPC;
        }
        if (ncmds) {
            struct tn_smp_group *g = &rows->groups[ngroups++];
            *g = groups[i];
            g->cmds = rows->cmds + used;
            g->ncmds = (uint8_t)ncmds;
            used += (size_t)ncmds;
        }
    }
    return (int)ngroups;
}
