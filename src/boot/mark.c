// SPDX-License-Identifier: Apache-2.0
#include "boot/mark.h"

#include "base/err.h"

enum tn_swap_type tn_boot_pending_by(const struct tn_slots *s, struct tn_trailer *ret_spare) {
    struct tn_trailer pri;

    tn_trailer_read(s, TN_PRIMARY, &pri);
    tn_trailer_read(s, TN_SECONDARY, ret_spare);
    return tn_boot_next(&pri, ret_spare, s->layout);
}

enum tn_swap_type tn_boot_pending(const struct tn_slots *s) {
    struct tn_trailer spare;

    return tn_boot_pending_by(s, &spare);
}

int tn_boot_request(const struct tn_slots *s, enum tn_swap_type type) {
    uint8_t mark = s->layout->mark;
    struct tn_sector last;
    struct tn_trailer t;
    int rc = 0;

    if (type == TN_SWAP_REVERT && mark != TN_CELL_COPY_DONE) {
        return TN_ENOTSUP;
    }
    enum tn_swap_type now = tn_boot_pending_by(s, &t);
    // Where nothing is swapped, copy_done says that the image had its test: it may have another
    // one.
    if (t.magic == TN_MAGIC_GOOD && (mark || t.copy_done == TN_FLAG_UNSET)) {
        if (now == type || (now == TN_SWAP_PERM && type == TN_SWAP_TEST)) {
            return 0;
        }
        if (now != TN_SWAP_TEST || type != TN_SWAP_PERM || t.image_ok != TN_FLAG_UNSET) {
            return TN_ESTATE;
        }
    } else if (!tn_trailer_is_fresh(s, TN_SECONDARY)) {
        rc = tn_area_erase(&s->area[TN_SECONDARY], s->area[TN_SECONDARY].size - 1, &last);
        return rc ? rc : TN_MORE;
    } else {
        rc = tn_trailer_put(s, TN_SECONDARY, TN_CELL_SWAP_INFO, (uint32_t)type);
    }
    // The cell that makes the request what it is, besides the magic; none for a test.
    if (!rc && type != TN_SWAP_TEST) {
        rc = tn_trailer_put(
                s, TN_SECONDARY, type == TN_SWAP_PERM ? TN_CELL_IMAGE_OK : TN_CELL_COPY_DONE, 1);
    }
    return rc || t.magic == TN_MAGIC_GOOD ? rc : tn_trailer_put_magic(s, TN_SECONDARY);
}

int tn_boot_confirm_in(const struct tn_slots *s, enum tn_slot slot) {
    struct tn_trailer t;

    tn_trailer_read(s, slot, &t);
    return t.magic == TN_MAGIC_GOOD ? tn_trailer_put(s, slot, TN_CELL_IMAGE_OK, 1) : 0;
}
