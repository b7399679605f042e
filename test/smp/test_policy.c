// SPDX-License-Identifier: Apache-2.0
// What a policy leaves of a table: groups, commands, directions; and what does not fit.
#include "base/compiler.h"
#include "base/err.h"
#include "smp/policy.h"
#include "test.h"

static int answer(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    tn_cbor_pair_uint(&rq->out, "did", rq->id);
    return 0;
}

static const struct tn_smp_cmd cmds[] = {
        {0, answer, answer}, {1, answer, NULL}, {5, NULL, answer}, {40, answer, answer}};
static const struct tn_smp_group groups[] = {
        {7, TN_LEN(cmds), 0, cmds, NULL, NULL, NULL, NULL},
        {8, TN_LEN(cmds), 0, cmds, NULL, NULL, NULL, NULL},
};

static struct tn_smp_group left[2];
static struct tn_smp_cmd left_cmds[8];
static struct tn_smp_rows rows = {left, 2, left_cmds, 8};

static int permitted(const struct tn_smp_permit *permits, size_t n) {
    const struct tn_smp_policy policy = {permits, n};

    return tn_smp_permitted(&policy, groups, TN_LEN(groups), &rows);
}

// Is the command there for a server with the rows that are left?
static bool serves(int ngroups, uint8_t op, uint8_t group, uint8_t id) {
    uint8_t rsp[64];
    const uint8_t req[] = {(uint8_t)(8 | op), 0, 0, 0, 0, group, 1, id};
    const struct tn_smp_peer peer = {.buf_count = 1};
    struct tn_smp_server s = {
            .groups = left, .ngroups = (size_t)ngroups, .rsp = rsp, .rsp_size = sizeof(rsp)};

    CHECK(tn_smp_serve(&s, &peer, req, sizeof(req)) > 8);
    bool absent = memcmp(rsp + 8, "\xbf\x62rc\x08\xff", 6) == 0;
    CHECK(absent ||
            memcmp(rsp + 8,
                    "\xbf\x63"
                    "did",
                    5) == 0);
    return !absent;
}

TEST(a_policy_leaves_what_its_bits_name_and_no_more) {
    const struct tn_smp_permit permits[] = {{8, TN_SMP_BIT(0) | TN_SMP_BIT(5), TN_SMP_BIT(5)}};
    int n = permitted(permits, 1);

    CHECK_EQ(n, 1);
    CHECK_EQ(left[0].id, 8);
    for (int group = 7; group <= 8; group++) {
        for (size_t i = 0; i < TN_LEN(cmds); i++) {
            uint8_t id = cmds[i].id;
            CHECK_EQ(serves(n, TN_SMP_READ, (uint8_t)group, id), group == 8 && id == 0);
            CHECK_EQ(serves(n, TN_SMP_WRITE, (uint8_t)group, id), group == 8 && id == 5);
        }
    }
}

TEST(rows_of_one_group_add_up) {
    const struct tn_smp_permit permits[] = {
            {7, TN_SMP_BIT(0), 0}, {8, 0, TN_SMP_ALL}, {7, 0, TN_SMP_BIT(0)}};
    int n = permitted(permits, 3);

    CHECK_EQ(n, 2);
    CHECK(serves(n, TN_SMP_READ, 7, 0));
    CHECK(serves(n, TN_SMP_WRITE, 7, 0));
    CHECK(!serves(n, TN_SMP_READ, 7, 1));
    CHECK(serves(n, TN_SMP_WRITE, 8, 0));
    CHECK(!serves(n, TN_SMP_READ, 8, 0));
}

TEST(nothing_is_permitted_by_an_empty_policy) {
    CHECK_EQ(permitted(NULL, 0), 0);
}

TEST(numbers_from_32_on_are_held_back) {
    const struct tn_smp_permit permits[] = {{7, TN_SMP_ALL, TN_SMP_ALL}};
    int n = permitted(permits, 1);

    CHECK_EQ(n, 1);
    CHECK_EQ(left[0].ncmds, 3);
    CHECK(!serves(n, TN_SMP_READ, 7, 40));
}

TEST(rows_that_do_not_fit_are_an_error) {
    const struct tn_smp_permit permits[] = {
            {7, TN_SMP_ALL, TN_SMP_ALL}, {8, TN_SMP_ALL, TN_SMP_ALL}};

    for (size_t cmds_there = 0; cmds_there <= 6; cmds_there++) {
        rows.ncmds = cmds_there;
        CHECK_EQ(permitted(permits, 2), cmds_there == 6 ? 2 : TN_ENOSPC);
    }
    rows.ngroups = 1;
    CHECK_EQ(permitted(permits, 2), TN_ENOSPC);
    rows = (struct tn_smp_rows){left, 2, left_cmds, 8};
}
