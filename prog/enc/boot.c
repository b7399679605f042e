// SPDX-License-Identifier: Apache-2.0
// The loader with encrypted images: P-256 and ECIES-P256 by the board's library. The device's
// private key is in the loader's flash: `tenon getpriv` writes it as C. Its role (loader_wiped)
// clears all that it has left in RAM before the application starts.
#include "enc.h"
#include "loader.h"
#include "secrets.h"

static struct tn_crypt crypt;

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;

    board = tn_enc_board(&slots);
    crypt.ops = &tn_encrypted;
    crypt.secrets = &tn_program_secrets;
    tn_loader_full_of(&board, &crypt, tn_enc_open);
}
