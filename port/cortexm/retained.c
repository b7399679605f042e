// SPDX-License-Identifier: Apache-2.0
// Memory that a reset leaves alone, at the places that the board's map names: the same in loader
// and application.
#include <string.h>

#include "board_parts.h"
#include "cortexm.h"
#include "layout.h"

void cm_retained_load(const struct tn_retained *r, void *buf, size_t len) {
    memcpy(buf, r->ctx, len);
}

void cm_retained_store(const struct tn_retained *r, const void *buf, size_t len) {
    memcpy(r->ctx, buf, len);
}

const struct tn_retained tn_board_request = {
        cm_retained_load, cm_retained_store, (void *)RETAINED_REQUEST};
const struct tn_retained tn_board_handover = {
        cm_retained_load, cm_retained_store, (void *)RETAINED_HANDOVER};
const struct tn_retained tn_board_mark = {
        cm_retained_load, cm_retained_store, (void *)RETAINED_MARK};
