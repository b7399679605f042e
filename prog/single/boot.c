// SPDX-License-Identifier: Apache-2.0
// The loader of a board with one slot, whose images are encrypted: recovery takes an upload as it
// is, and the loader decrypts it in place. Its role (loader_wiped) clears all that it has left in
// RAM before the application starts.
#include "boot/single_encrypted.h"

#include "enc/secrets.h"
#include "loader.h"
#include "service/service.h"
#include "single.h"
#include "update/sealed.h"

static struct tn_crypt crypt;

static void go(struct tn_loader *l) {
    l->strategy = &tn_single_slot_encrypted;
    tn_loader_run(l);
}

static void open(struct tn_service *s) {
    static struct tn_decrypted decrypted;

    s->update->open = tn_update_decrypt_single;
    s->update->secrets = &tn_program_secrets;
    s->update->decrypted = &decrypted;
}

int main(void) {
    static struct tn_slots slots;
    static struct tn_board board;
    const struct tn_loader_parts parts = {
            .board = &board, .go = go, .crypt = &crypt, .begin = open};

    board = tn_single_board(&slots);
    crypt.ops = &tn_encrypted_single;
    crypt.secrets = &tn_program_secrets;
    tn_loader_full_with(&parts);
}
