// SPDX-License-Identifier: Apache-2.0
#include "base/compiler.h"
#include "boot/strategy.h"

static const struct tn_strategy *const strategies[] = {
        &tn_swap_offset,
        &tn_swap_move,
        &tn_swap_scratch,
        &tn_overwrite_only,
        &tn_direct_xip,
        &tn_direct_xip_revert,
        &tn_ram_load,
        &tn_single_slot,
};

const struct tn_strategy *tn_strategy_of(const struct tn_layout *layout) {
    for (size_t i = 0; i < TN_LEN(strategies); i++) {
        if (strategies[i]->layout == layout) {
            return strategies[i];
        }
    }
    return NULL;
}
