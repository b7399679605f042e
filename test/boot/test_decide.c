// SPDX-License-Identifier: Apache-2.0
// The decide function with every combination of its input: it never breaks these rules, and it
// agrees with MCUboot's tables.
#include "boot/boot.h"

#include "test.h"

static const struct tn_layout *const layouts[] = {
        &tn_layout_swap_offset, &tn_layout_swap_move, &tn_layout_overwrite_only};
static const uint32_t verdicts[] = {TN_UNKNOWN, TN_GENUINE, TN_BAD};

// Makes combination number n. False if there is no such number.
static bool combine(uint32_t n, struct tn_boot_view *v) {
    struct tn_trailer *t[] = {&v->pri, &v->sec};

    memset(v, 0, sizeof(*v));
    for (int i = 0; i < 2; i++) {
        t[i]->magic = (uint8_t)(n % 3), n /= 3;
        t[i]->image_ok = (uint8_t)(n % 3), n /= 3;
        t[i]->copy_done = (uint8_t)(n % 3), n /= 3;
    }
    for (int i = 0; i < TN_PLACES; i++) {
        v->verdict[i] = verdicts[n % 3], n /= 3;
    }
    v->layout = layouts[n % 3], n /= 3;
    v->under_way = (uint8_t)(TN_SWAP_NONE + n % 4), n /= 4;
    v->moved = n % 2 && v->under_way != TN_SWAP_NONE, n /= 2;
    v->recovery = n % 2, n /= 2;
    v->swapped = n % 2, n /= 2;
    v->failed = n % 2, n /= 2;
    return n == 0;
}

static bool under_way(const struct tn_boot_view *v) {
    return v->moved;
}

static void check_one(const struct tn_boot_view *v) {
    struct tn_boot_plan p;
    tn_boot_decide(v, &p);
    bool some = v->verdict[TN_RUNNING] == TN_GENUINE || v->verdict[TN_CANDIDATE] == TN_GENUINE ||
            v->verdict[TN_PREVIOUS] == TN_GENUINE;

    switch (p.action) {
    case TN_PLAN_RUN:  // only a genuine image, and never before a swap in progress is finished
        CHECK_EQ(v->verdict[TN_RUNNING], TN_GENUINE);
        CHECK(!v->recovery);
        CHECK(v->failed || !under_way(v));
        break;
    case TN_PLAN_VERIFY:  // never the same place twice
        CHECK_EQ(v->verdict[p.place], TN_UNKNOWN);
        break;
    case TN_PLAN_SWAP:  // only a genuine image, or a swap in progress
        CHECK(!v->failed);
        CHECK(p.place != TN_RUNNING);
        CHECK(v->moved || v->verdict[p.place] == TN_GENUINE);
        CHECK(!v->moved || (p.type == v->under_way));
        CHECK_EQ(p.type == TN_SWAP_REVERT, p.place == TN_PREVIOUS);
        CHECK(p.type != TN_SWAP_NONE);
        break;
    case TN_PLAN_DISCARD:  // only a request for a bad image
        CHECK_EQ(v->sec.magic, TN_MAGIC_GOOD);
        CHECK_EQ(v->verdict[TN_CANDIDATE], TN_BAD);
        CHECK(!v->failed && !v->swapped && !v->recovery);
        break;
    case TN_PLAN_RECOVER:  // only if no image can run, or on request
        CHECK(v->recovery || v->verdict[TN_RUNNING] == TN_BAD);
        CHECK(v->recovery || v->failed || !some);
        CHECK(v->failed || !under_way(v));
        break;
    }
    // The same input gives the same plan.
    struct tn_boot_plan again;
    tn_boot_decide(v, &again);
    CHECK(again.action == p.action && again.place == p.place && again.type == p.type);
}

TEST(every_combination_has_a_plan_that_keeps_the_rules) {
    struct tn_boot_view v;
    uint32_t n = 0;

    for (; combine(n, &v); n++) {
        check_one(&v);
    }
    CHECK_EQ(n, 27 * 27 * 27 * 3 * 4 * 16);
}

// MCUboot's table, row by row: doc/reference/mcuboot.md section 2. 9: any value.
static const struct {
    int p_magic, s_magic, p_ok, s_ok, p_done, s_done;
    const struct tn_layout *layout;
    enum tn_swap_type want;
} rows[] = {
        {9, 1, 9, 0, 9, 1, &tn_layout_swap_offset, TN_SWAP_REVERT},
        {9, 1, 9, 0, 9, 1, &tn_layout_swap_move, TN_SWAP_TEST},
        {9, 1, 9, 0, 9, 0, &tn_layout_swap_offset, TN_SWAP_TEST},
        {9, 1, 9, 1, 9, 9, &tn_layout_swap_offset, TN_SWAP_PERM},
        {1, 0, 0, 9, 1, 9, &tn_layout_swap_offset, TN_SWAP_REVERT},
        {1, 0, 1, 9, 9, 9, &tn_layout_swap_offset, TN_SWAP_NONE},
        {1, 0, 9, 9, 0, 9, &tn_layout_swap_offset, TN_SWAP_NONE},
        {0, 0, 9, 9, 9, 9, &tn_layout_swap_offset, TN_SWAP_NONE},
        {2, 0, 9, 9, 9, 9, &tn_layout_swap_offset, TN_SWAP_NONE},
        {1, 0, 0, 9, 1, 9, &tn_layout_overwrite_only, TN_SWAP_NONE},
        {9, 1, 9, 1, 9, 9, &tn_layout_overwrite_only, TN_SWAP_PERM},
        // Rows of Tenon that MCUboot does not have: TORN-REQUEST, TORN-CONFIRM, TORN-DONE of
        // SPEC.md.
        {9, 1, 9, 2, 9, 9, &tn_layout_swap_offset, TN_SWAP_TEST},
        {1, 0, 2, 9, 9, 9, &tn_layout_swap_offset, TN_SWAP_NONE},
        {1, 0, 0, 9, 2, 9, &tn_layout_swap_offset, TN_SWAP_REVERT},
};

static bool fits(int want, uint8_t have) {
    return want == 9 || want == have;
}

TEST(swap_types_are_those_of_mcuboots_table) {
    unsigned checked = 0;

    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        struct tn_boot_view v;
        for (uint32_t n = 0; n < 27 * 27 && combine(n, &v); n++) {
            if (fits(rows[r].p_magic, v.pri.magic) && fits(rows[r].s_magic, v.sec.magic) &&
                    fits(rows[r].p_ok, v.pri.image_ok) && fits(rows[r].s_ok, v.sec.image_ok) &&
                    fits(rows[r].p_done, v.pri.copy_done) &&
                    fits(rows[r].s_done, v.sec.copy_done)) {
                CHECK_EQ(tn_boot_next(&v.pri, &v.sec, rows[r].layout), rows[r].want);
                checked++;
            }
        }
    }
    CHECK(checked > 500);
}
