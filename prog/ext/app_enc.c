// SPDX-License-Identifier: Apache-2.0
// The sample application for a loader with encrypted images in the external flash. As in
// prog/enc/app.c, it has no key.
#include "app/app.h"
#include "enc/enc.h"
#include "ext.h"
#include "update/sealed.h"

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    tn_enc_slots(&slots);
    tn_app_serial(&board, tn_update_sealed);
    return 0;
}
