// SPDX-License-Identifier: Apache-2.0
// Any policy over the tables of a server, with room for some number of rows. The resulting tables
// have exactly the commands that the policy permits, and a server with these tables answers.
#include "fuzz_device.h"
#include "smp/policy.h"

enum {
    PERMITS = 12,
    CMDS = 64,
};

static struct fuzz_device d;

static bool permits(const struct tn_smp_policy *p, uint16_t group, uint8_t id, bool write) {
    for (size_t i = 0; i < p->npermits; i++) {
        uint32_t bits = write ? p->permits[i].writes : p->permits[i].reads;
        if (p->permits[i].group == group && id < 32 && bits >> id & 1) {
            return true;
        }
    }
    return false;
}

static const struct tn_smp_cmd *find(
        const struct tn_smp_group *groups, size_t n, uint16_t group, uint8_t id) {
    for (size_t i = 0; i < n; i++) {
        for (uint8_t k = 0; groups[i].id == group && k < groups[i].ncmds; k++) {
            if (groups[i].cmds[k].id == id) {
                return &groups[i].cmds[k];
            }
        }
    }
    return NULL;
}

// Each command of the whole table is in the result if the policy permits it, and only then.
static void check(const struct tn_smp_policy *p, const struct tn_smp_group *left, size_t nleft) {
    for (size_t i = 0; i < FUZZ_GROUPS; i++) {
        const struct tn_smp_group *g = &d.groups[i];
        for (uint8_t k = 0; k < g->ncmds; k++) {
            const struct tn_smp_cmd *all = &g->cmds[k];
            const struct tn_smp_cmd *cmd = find(left, nleft, g->id, all->id);
            bool reads = all->read && permits(p, g->id, all->id, false);
            bool writes = all->write && permits(p, g->id, all->id, true);
            PROMISE((cmd && cmd->read) == reads && (cmd && cmd->write) == writes);
            PROMISE(!cmd || reads || writes);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    struct tn_smp_permit permit[PERMITS];
    struct tn_smp_group groups[FUZZ_GROUPS];
    struct tn_smp_cmd cmds[CMDS];
    uint8_t req[FUZZ_PACKET];
    const struct tn_smp_policy p = {permit, fuzz_u8(&in) % (PERMITS + 1u)};
    const struct tn_smp_rows rows = {
            groups, fuzz_u8(&in) % (FUZZ_GROUPS + 1u), cmds, fuzz_u8(&in) % CMDS};

    fuzz_device_begin(&d, 1);
    for (size_t i = 0; i < p.npermits; i++) {
        uint8_t which = fuzz_u8(&in);
        permit[i].group = which & 128 ? fuzz_u16(&in) : d.groups[which % FUZZ_GROUPS].id;
        permit[i].reads = which & 64 ? TN_SMP_ALL : fuzz_u32(&in);
        permit[i].writes = which & 32 ? TN_SMP_ALL : fuzz_u32(&in);
    }
    int n = tn_smp_permitted(&p, d.groups, FUZZ_GROUPS, &rows);
    PROMISE(n <= (int)rows.ngroups);
    if (n < 0) {
        return 0;
    }
    check(&p, groups, (size_t)n);
    d.server[0].groups = groups;
    d.server[0].ngroups = (size_t)n;
    while (in.left) {
        size_t len = fuzz_request(&in, fuzz_known, FUZZ_KNOWN, req, sizeof(req));
        fuzz_device_serve(&d, 0, req, len);
        fuzz_device_settle(&d, 0);
    }
    return 0;
}
