// SPDX-License-Identifier: Apache-2.0
// Prints the list of images as a table, or as objects.
#include <string.h>

#include "cli.h"

void short_hash(char ret[9], const uint8_t *hash) {
    hex_text(ret, hash, 4);
}

// Leaves out what the device does not report: hash and flags.
static void emit_slot(
        const struct cli *cli, const struct tn_slot_list *l, const struct tn_slot_state *t) {
    json_t *data = json_pack(
            "{sisiss}", "image", (int)t->image, "slot", (int)t->slot, "version", t->version);

    if (t->hash_len) {
        json_object_set_new(data, "hash", json_hex(t->hash, t->hash_len));
    }
    if (l->tells_flags) {
        json_object_update_new(data,
                json_pack("{sbsbsbsbsb}", "bootable", t->bootable, "pending", t->pending,
                        "confirmed", t->confirmed, "active", t->active, "permanent", t->permanent));
    }
    emit(cli, "slot", data);
}

void show_slots(const struct cli *cli, const struct tn_slot_list *l) {
    bool full = cli->given[OPT_VERBOSE] > 0;
    bool many = false;
    int wide = 7;

    for (size_t i = 0; i < l->n; i++) {
        int n = (int)strlen(l->slots[i].version);
        wide = n > wide ? n : wide;
        many = many || l->slots[i].image;
    }
    if (l->n == 0) {
        say(cli, "no image on the device");
        return;
    }
    say(cli, "%sslot  %-*s  %-*s  state", many ? "image  " : "", wide, "version", full ? 64 : 8,
            "hash");
    for (size_t i = 0; i < l->n; i++) {
        const struct tn_slot_state *t = &l->slots[i];
        char hash[2 * TN_DEVICE_HASH_MAX + 1];
        char words[100];
        char image[16] = "";
        hex_text(hash, t->hash, full || t->hash_len < 4 ? t->hash_len : 4);
        tn_slot_words(l, t, words, sizeof(words));
        if (many) {
            snprintf(image, sizeof(image), "%-5u  ", (unsigned)t->image);
        }
        say(cli, "%s%-4u  %-*s  %-8s  %s", image, (unsigned)t->slot, wide, t->version,
                t->hash_len ? hash : "not told", words);
        emit_slot(cli, l, t);
    }
}
