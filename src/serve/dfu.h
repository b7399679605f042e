// SPDX-License-Identifier: Apache-2.0
// What a USB DFU download means: alternate 0 updates the device, alternate 1 writes slot 0.
//
// Joins the DFU machine (usb/dfu.h) to the update. Both alternates carry the addresses of slot 0,
// since images are linked for it, wherever they are stored until the next boot.
#ifndef TN_SERVE_DFU_H
#define TN_SERVE_DFU_H

#include "base/compiler.h"
#include "serve/file.h"
#include "usb/dfu.h"

TN_C_BEGIN

enum {
    TN_DFU_UPDATE,  // the spare slot, or slot 0 while it holds no genuine image
    TN_DFU_SLOT_0,  // slot 0, refused while it holds a genuine image
    TN_DFU_ALTS,
    TN_DFU_NAME_MAX = 126,  // characters of a string descriptor
};

// Set what stands before "private", the rest to 0.
struct tn_serve_dfu {
    struct tn_serve_file file;  // set its update
    uint8_t mark;               // enum tn_swap_type: TN_SWAP_TEST, or TN_SWAP_PERM
    bool may_replace;           // alternate 1 replaces a genuine image in slot 0, too
    bool may_read;              // hosts may read images that this session has not written
    void (*leave)(void *ctx);   // the session is over: resets the device
    void *ctx;                  // for leave
    // private
    uint8_t stage;
    uint8_t alt;
    uint32_t job;  // of the update: a look at slot 0, or a mass erase
};

extern const struct tn_dfu_sink tn_serve_dfu_sink;

// The memory of both alternates.
void tn_serve_dfu_memory(const struct tn_slots *slots, struct tn_dfu_memory ret[TN_DFU_ALTS]);

// The name of an alternate setting, as DfuSe's hosts read the memory's layout from it: for its
// string descriptor, at most TN_DFU_NAME_MAX characters. "@Update/0x00033000/98*4Kg".
struct tn_text;
void tn_serve_dfu_name(const struct tn_slots *slots, uint8_t alt, struct tn_text *out);

TN_C_END

#endif
