// SPDX-License-Identifier: Apache-2.0
// The loader of prog/boot/bare.c with encrypted images, ECIES-P256 with AES-128: what it adds is the
// price of encryption.
#include "boot/loader.h"
#include "enc.h"

enum {
    // MCUboot's cell for a point of 65 bytes, a tag of 32 and a key of 16, in units of 8
    // (doc/reference/mcuboot.md section 5).
    KEY_CELL = 120,
};

static struct tn_crypt crypt;

static void run(uint32_t addr) {
    tn_crypt_end(&crypt);
    tn_board_run(addr);
}

int main(void) {
    struct tn_slots slots = tn_board_slots;
    struct tn_boot b = {.slots = &slots,
            .strategy = tn_board_strategy,
            .trust = &tn_enc_trust,
            .crypt = &crypt};

    slots.encrypted = TN_IMAGE_ENCRYPTED;
    slots.key_cell = KEY_CELL;
    crypt.ops = &tn_encrypted;
    crypt.secrets = &tn_enc_secrets;
    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, run);
    for (;;) {  // no image to run: the next reset tries again
    }
}
