// SPDX-License-Identifier: Apache-2.0
// The loader with encrypted images: P-256 and ECIES-P256 by the board's library. The device's
// private key is in the loader's flash: `tenon getpriv` writes it as C.
#include "enc.h"
#include "loader.h"
#include "secrets.h"

static struct tn_crypt crypt;

static void run(uint32_t addr) {
    tn_crypt_end(&crypt);
    tn_board.run(addr);
}

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_enc_board(&slots);
    board.run = run;
    crypt.ops = &tn_encrypted;
    crypt.secrets = &tn_program_secrets;
    tn_loader_full_of(&board, &crypt, tn_enc_open);
}
