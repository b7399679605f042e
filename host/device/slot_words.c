// SPDX-License-Identifier: Apache-2.0
// A device's flags say what the bootloader will do. This file puts them into words.
#include <stdio.h>
#include <string.h>

#include "host/device/device.h"

// Adds a word, with a comma in front if it is not the first.
static void add(char *line, size_t size, const char *word) {
    size_t n = strlen(line);
    snprintf(line + n, size - n, "%s%s", n ? ", " : "", word);
}

// Is this image on test? While the bootloader serves, no image is active. Then the image in slot 0
// is on test if the image to go back to is confirmed.
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

void tn_slot_words(
        const struct tn_slot_list *l, const struct tn_slot_state *t, char *ret, size_t size) {
    ret[0] = 0;
    if (!l->tells_flags) {
        add(ret, size, "state not told");
        return;
    }
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
