// SPDX-License-Identifier: Apache-2.0
#include "boot/counter_once.h"

#include "base/bytes.h"
#include "base/err.h"

static const struct tn_area *area_of(const struct tn_counter *c) {
    return ((const struct tn_counter_once *)c)->area;
}

static uint32_t place_size(const struct tn_area *a) {
    return tn_round_up(TN_COUNTER_ONCE_PLACE, a->flash->prog_unit);
}

// Reads the value of a place; 0 if it has none, or is unreadable for good. 0 or an error.
static int get(const struct tn_area *a, uint32_t place, uint32_t *ret) {
    uint8_t pair[TN_COUNTER_ONCE_PLACE];
    int err = tn_area_read(a, place, pair, sizeof(pair));
    uint32_t value = tn_get_le32(pair);

    *ret = !err && tn_get_le32(pair + 4) == ~value ? value : 0;
    return err == TN_EIO ? 0 : err;
}

int tn_counter_once_read(const struct tn_counter *c, uint32_t *ret) {
    const struct tn_area *a = area_of(c);
    uint32_t most = 0;
    uint32_t value;

    for (uint32_t place = 0; place < a->size; place += place_size(a)) {
        int err = get(a, place, &value);
        if (err) {
            return err;
        }
        most = tn_max(most, value);
    }
    *ret = most;
    return 0;
}

int tn_counter_once_raise(const struct tn_counter *c, uint32_t value) {
    const struct tn_area *a = area_of(c);
    uint8_t pair[TN_COUNTER_ONCE_PLACE];
    uint32_t place = 0;
    uint32_t now;
    int err = tn_counter_once_read(c, &now);

    if (err || now >= value) {
        return err;
    }
    while (place < a->size && !tn_area_is_erased(a, place, place_size(a))) {
        place += place_size(a);
    }
    if (place >= a->size) {
        return TN_ENOSPC;
    }
    tn_put_le32(pair, value);
    tn_put_le32(pair + 4, ~value);
    err = tn_area_put(a, place, pair, sizeof(pair));
    if (!err) {
        err = get(a, place, &now);
    }
    return err ? err : now == value ? 0 : TN_EIO;
}
