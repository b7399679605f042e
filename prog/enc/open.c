// SPDX-License-Identifier: Apache-2.0
#include "enc.h"
#include "secrets.h"
#include "service/service.h"
#include "update/sealed.h"

void tn_enc_open(struct tn_service *s) {
    static struct tn_decrypted decrypted;

    s->update->open = tn_update_decrypt;
    s->update->secrets = &tn_program_secrets;
    s->update->decrypted = &decrypted;
}
