// SPDX-License-Identifier: Apache-2.0
// The sample application for a loader with encrypted images. It has no key: of an upload it checks
// the structure, and the loader verifies it.
#include "app/app.h"
#include "enc.h"
#include "update/sealed.h"

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_enc_board(&slots);
    tn_app_serial(&board, tn_update_sealed);
    return 0;
}
