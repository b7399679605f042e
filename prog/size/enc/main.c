// SPDX-License-Identifier: Apache-2.0
// The loader of prog/boot/bare.c with encrypted images, ECIES-P256 with AES-128: what it has more
// is the price of encryption. Its role (loader_bare_wiped) clears its RAM before the application
// starts.
#include "boot/loader.h"
#include "enc.h"
#include "layout.h"

enum {
    // MCUboot's cell for a point of 65 bytes, a tag of 32 and a key of 16, in units of 8
    // (doc/reference/mcuboot.md section 5).
    KEY_CELL = 120,
};

static const struct tn_slots slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR - FLASH_ADDR, PRIMARY_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR - FLASH_ADDR,
                                SECONDARY_SIZE},
                },
        .layout = &tn_layout_swap_offset,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .max_sectors = SECONDARY_SIZE / SECTOR,
        .max_align = 8,
        .encrypted = TN_IMAGE_ENCRYPTED,
        .key_cell = KEY_CELL,
};

int main(void) {
    static struct tn_crypt crypt;
    struct tn_boot b = {
            .slots = &slots, .strategy = &tn_swap_offset, .trust = &tn_enc_trust, .crypt = &crypt};

    crypt.ops = &tn_encrypted;
    crypt.secrets = &tn_enc_secrets;
    tn_boot_settle(&b, NULL, NULL);
    tn_loader_start(&b, tn_board_run);
    for (;;) {  // no image to run: the next reset tries again
    }
}
