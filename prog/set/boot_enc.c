// SPDX-License-Identifier: Apache-2.0
// The same with encrypted images.
#include "boot.h"
#include "enc/enc.h"
#include "enc/secrets.h"

int main(void) {
    static struct tn_crypt crypts[TN_PAIR];

    for (int i = 0; i < TN_PAIR; i++) {
        crypts[i].ops = &tn_encrypted;
        crypts[i].secrets = &tn_program_secrets;
    }
    tn_pair_boot(tn_enc_slots, crypts, tn_enc_open);
}
