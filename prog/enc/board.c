// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include "enc.h"

enum {
    // MCUboot's cell for ECIES-P256 with AES-256: a point of 65 bytes, a tag of 32 and a key of 32,
    // in units of 8 (doc/reference/mcuboot.md section 5). The boards' trailers have room for two.
    KEY_CELL = 136,
};

void tn_enc_slots(struct tn_slots *slots) {
    slots->encrypted = TN_IMAGE_ENCRYPTED;
    slots->key_cell = KEY_CELL;
}

struct tn_board tn_enc_board(struct tn_slots *slots) {
    struct tn_board board = tn_board;

    *slots = *tn_board.slots;
    tn_enc_slots(slots);
    board.slots = slots;
    return board;
}
