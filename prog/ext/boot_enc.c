// SPDX-License-Identifier: Apache-2.0
// The loader with encrypted images in the external flash.
#include "enc/enc.h"
#include "enc/secrets.h"
#include "ext.h"
#include "loader.h"
#include "nrf5x/spim.h"

static struct tn_crypt crypt;

static void run(uint32_t addr) {
    tn_board_external_end();
    tn_board.run(addr);
}

static void begin(struct tn_service *s) {
    tn_enc_open(s);
    tn_ext_look_again(s);
}

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_ext_board(&slots);
    tn_enc_slots(&slots);
    board.run = run;
    crypt.ops = &tn_encrypted;
    crypt.secrets = &tn_program_secrets;
    tn_loader_full_of(&board, &crypt, begin);
}
