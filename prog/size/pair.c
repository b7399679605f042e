// SPDX-License-Identifier: Apache-2.0
// The loader of boot-m0-full with two images, each in one half of the board's slots: the difference
// is the price of a second image.
#include "base/compiler.h"
#include "boot/loader.h"
#include "boot/set.h"
#include "keys.h"
#include "rules.h"
#include "slots/slots.h"

enum {
    HALF = SLOT_SECTORS / 2 * SECTOR,
    LOG_SIZE = 2 * SECTOR,
};

static const struct tn_area second_log = {&tn_board_flash, SCRATCH_ADDR, LOG_SIZE};

static int feed(void *ctx) {
    (void)ctx;
    tn_board.guard->alive();
    return 0;
}

static const struct tn_slots slots[] = {
        {.area = {{&tn_board_flash, PRIMARY_ADDR, HALF - SECTOR},
                 {&tn_board_flash, SECONDARY_ADDR, HALF}},
                .layout = &tn_layout_swap_offset,
                .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
                .max_sectors = HALF / SECTOR,
                .max_align = 8},
        {.area = {{&tn_board_flash, PRIMARY_ADDR + HALF, HALF - SECTOR},
                 {&tn_board_flash, SECONDARY_ADDR + HALF, HALF}},
                .layout = &tn_layout_swap_offset,
                .addr = {PRIMARY_ADDR + HALF, PRIMARY_ADDR + HALF},
                .max_sectors = HALF / SECTOR,
                .max_align = 8,
                .image = 1},
};

static bool runs(const struct tn_boot *b) {
    const volatile uint32_t *verdict = &b->view.verdict[b->plan.place];

    return b->plan.action == TN_PLAN_RUN && *verdict == TN_GENUINE;
}

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
    struct tn_policy second_policy = {
            .rules = tn_size_rules, .nrules = tn_size_nrules, .area = &second_log, .attempts = 1};
    struct tn_policy policy = {
            .rules = tn_size_rules,
            .nrules = tn_size_nrules,
            .area = tn_board.guard->outcome,
            .attempts = 1,
            .each = feed,
            .next = &second_policy,
    };
    struct tn_boot second = {.slots = &slots[1], .strategy = &tn_swap_offset, .trust = &trust};
    struct tn_boot first = {
            .slots = &slots[0], .strategy = &tn_swap_offset, .trust = &trust, .next = &second};

    tn_set_policy_settle(&policy, &first);
    if (runs(&second)) {
        tn_loader_start(&first, tn_board.run);
    }
    for (;;) {  // no image to run: the next reset tries again
    }
}
