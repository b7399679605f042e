// SPDX-License-Identifier: Apache-2.0
// The reset vector shows where a program was linked to run: it must point into the program.
#include "host/files/payload.h"

#include <stdio.h>

// Only zeros, as a linker leaves them for a header. No core starts at a zero: on a Cortex-M the
// first word is the stack pointer, and on RISC-V and Xtensa a zero is no valid instruction.
static bool has_room(const struct tn_buf *b) {
    size_t i = 0;

    while (i < TN_IMAGE_HDR_LEN && i < b->len && b->p[i] == 0) {
        i++;
    }
    return i == TN_IMAGE_HDR_LEN;
}

int tn_payload_check(const struct tn_loaded *payload, const struct tn_sign_opts *opts,
        const char *name, struct tn_fault *f) {
    struct tn_kind_found k;

    tn_kind_find(payload->bytes.p, payload->bytes.len, &k);
    if (!tn_kind_fits(&k, TN_KIND_FOR_SIGN)) {
        return tn_kind_refuse(&k, payload->addr, TN_KIND_FOR_SIGN, name, f);
    }
    if (opts->pad_header && has_room(&payload->bytes)) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: begins with zeros, which are room for a header: leave out --pad-header, and "
                "give --header-size as the program was linked (--force adds a second header area)",
                name);
    }
    return 0;
}

// Can a program with this reset vector run in a slot at this address?
static bool runs_at(uint32_t reset, uint32_t slot, uint32_t head, size_t len) {
    uint32_t at = reset & ~1u;
    return at >= slot && at - slot >= head && at - slot < head + len;
}

void tn_payload_warn(const struct tn_loaded *payload, const struct tn_sign_opts *opts,
        const struct tn_payload_place *place, const char *name,
        char ret_warning[TN_PAYLOAD_WARNING]) {
    uint32_t pad = opts->pad_header ? opts->hdr_size : 0;
    size_t whole = payload->bytes.len + pad;
    size_t len = whole > opts->hdr_size ? whole - opts->hdr_size : 0;
    struct tn_kind_found k;
    const struct {
        bool is_given;
        uint32_t slot;
        const char *what;
    } places[] = {
            {place->has_slot, place->slot, "--hex-addr"},
            {opts->rom_fixed, opts->load_addr, "--rom-fixed"},
            {payload->has_addr && payload->addr >= pad, payload->addr - pad, "its own addresses"},
    };

    tn_kind_find(payload->bytes.p, payload->bytes.len, &k);
    *ret_warning = 0;
    if (k.kind != TN_KIND_PROGRAM) {
        snprintf(ret_warning, TN_PAYLOAD_WARNING,
                "%s: does not begin with the vector table of a Cortex-M: right for another core "
                "only",
                name);
        return;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i].is_given && !runs_at(k.reset, places[i].slot, opts->hdr_size, len)) {
            snprintf(ret_warning, TN_PAYLOAD_WARNING,
                    "%s: linked for another address: it starts at 0x%08x, and by %s the slot is "
                    "at 0x%08x: link it for 0x%08x, or check the address",
                    name, (unsigned)(k.reset & ~1u), places[i].what, (unsigned)places[i].slot,
                    (unsigned)(places[i].slot + opts->hdr_size));
            return;
        }
    }
}
