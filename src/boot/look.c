// SPDX-License-Identifier: Apache-2.0
// What strategies with trailers share.
#include "boot/boot.h"

void tn_boot_look_trailers(struct tn_boot *b) {
    struct tn_boot_view *v = &b->view;

    tn_trailer_read(b->slots, TN_PRIMARY, &v->pri);
    tn_trailer_read(b->slots, TN_SECONDARY, &v->sec);
    v->layout = b->slots->layout;
    v->under_way = TN_SWAP_NONE;
    v->moved = false;
}

int tn_boot_discard(struct tn_boot *b) {
    return tn_trailer_erase(b->slots, TN_SECONDARY, &b->swap.pos);
}
