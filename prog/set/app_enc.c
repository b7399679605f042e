// SPDX-License-Identifier: Apache-2.0
// The same with encrypted images. As in prog/enc/app.c, it has no key.
#include "app/app.h"
#include "enc/enc.h"
#include "pair.h"
#include "update/sealed.h"

int main(void) {
    static struct tn_pair pair;
    static struct tn_board board;

    board = tn_pair_board(&pair);
    for (int i = 0; i < TN_PAIR; i++) {
        tn_enc_slots(&pair.slots[i]);
    }
    tn_app_open(&board, tn_update_sealed);
    tn_pair_serve(&pair);
    tn_app_serve();
    return 0;
}
