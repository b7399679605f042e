// SPDX-License-Identifier: Apache-2.0
// A device's flags say what the bootloader will do; the words here say what that means.
#include <string.h>

#include "cli.h"

void short_hash(char ret[9], const uint8_t *hash) {
    hex_text(ret, hash, 4);
}

// One more word, behind a comma where there are some already.
static void add(char *line, size_t size, const char *word) {
    size_t n = strlen(line);
    snprintf(line + n, size - n, "%s%s", n ? ", " : "", word);
}

// Is this image on test? Where the bootloader serves, none is active: the one in slot 0 is, if the
// one to go back to is confirmed.
static bool on_test(const struct tn_slot_list *l, const struct tn_slot_state *t) {
    if (t->active || t->confirmed || t->slot != 0) {
        return t->active && !t->confirmed;
    }
    for (size_t i = 0; i < l->n; i++) {
        const struct tn_slot_state *other = &l->slots[i];
        if (other->image == t->image && other->slot != 0 && other->confirmed) {
            return true;
        }
    }
    return false;
}

// A slot's flags in words: "running, confirmed".
static void slot_words(
        char *ret, size_t size, const struct tn_slot_list *l, const struct tn_slot_state *t) {
    ret[0] = 0;
    if (t->active) {
        add(ret, size, "running");
    }
    if (t->confirmed) {
        add(ret, size, "confirmed");
    }
    if (on_test(l, t)) {
        add(ret, size, "on test: the next reset reverts it");
    }
    if (t->pending) {
        add(ret, size, t->permanent ? "next reset installs it" : "next reset tries it");
    }
    if (!t->bootable) {
        add(ret, size, "not bootable");
    }
    if (!*ret) {
        add(ret, size, "spare");
    }
}

static void emit_slot(const struct cli *cli, const struct tn_slot_state *t) {
    emit(cli, "slot",
            json_pack("{sisisssosbsbsbsbsb}", "image", (int)t->image, "slot", (int)t->slot,
                    "version", t->version, "hash", json_hex(t->hash, t->hash_len), "bootable",
                    t->bootable, "pending", t->pending, "confirmed", t->confirmed, "active",
                    t->active, "permanent", t->permanent));
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
        slot_words(words, sizeof(words), l, t);
        if (many) {
            snprintf(image, sizeof(image), "%-5u  ", (unsigned)t->image);
        }
        say(cli, "%s%-4u  %-*s  %-8s  %s", image, (unsigned)t->slot, wide, t->version, hash, words);
        emit_slot(cli, t);
    }
}
