// SPDX-License-Identifier: Apache-2.0
#include "boot/slots.h"

#include <string.h>

#include "boot/trailer.h"

void tn_slots_source(const struct tn_slots *s, enum tn_place place, struct tn_image_src *ret) {
    enum tn_slot slot = tn_place_slot(place);

    memset(ret, 0, sizeof(*ret));
    ret->area = &s->area[slot];
    ret->addr = s->addr[slot];
    ret->allow = s->strategy->allow;
    if (place == TN_CANDIDATE) {
        ret->off = s->strategy->candidate_off(s);
        ret->limit = tn_slots_max_image(s);
        return;
    }
    if (place == TN_PREVIOUS) {
        ret->off = s->strategy->previous_off(s);
    }
    ret->limit = tn_trailer_off(s, slot) - ret->off;
    if (place == TN_STAGED) {
        s->strategy->source(s, ret);
    }
}
