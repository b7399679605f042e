// SPDX-License-Identifier: Apache-2.0
#include "boot/slots.h"

#include "boot/trailer.h"

uint32_t tn_slots_sector(const struct tn_slots *s) {
    struct tn_sector first = {0, 1};

    tn_area_sector(&s->area[TN_PRIMARY], 0, &first);
    return first.size;
}

void tn_slots_source(const struct tn_slots *s, enum tn_place place, struct tn_image_src *ret) {
    enum tn_slot slot = tn_place_slot(place);

    ret->area = &s->area[slot];
    ret->off = 0;
    ret->addr = s->addr[slot];
    ret->allow = s->layout->allow | s->encrypted;
    ret->place = place;
    ret->read = NULL;
    ret->ctx = NULL;
    if (place == TN_CANDIDATE) {
        ret->off = s->layout->candidate_off(s);
        ret->limit = tn_slots_max_image(s);
    } else {
        ret->limit = tn_trailer_off(s, slot);
    }
}

void tn_slots_seen_from(const struct tn_slots *s, enum tn_slot running, struct tn_slots *ret) {
    *ret = *s;
    if (running == TN_SECONDARY) {
        ret->area[TN_PRIMARY] = s->area[TN_SECONDARY];
        ret->area[TN_SECONDARY] = s->area[TN_PRIMARY];
        ret->addr[TN_PRIMARY] = s->addr[TN_SECONDARY];
        ret->addr[TN_SECONDARY] = s->addr[TN_PRIMARY];
    }
}
