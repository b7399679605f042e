// SPDX-License-Identifier: Apache-2.0
// A USB stick, packet by packet: a full-speed device of mass storage with bulk-only transport, one
// unit, read only. The medium is an image in memory.
//
// Knows no controller: it fills the table of a cable (port/posix/usb_cable.h). Sources: USB 2.0
// chapters 8 and 9; USB-IF, "Mass Storage Class, Bulk-Only Transport", revision 1.0; T10, SPC-3 and
// SBC-2 (commands, sense data).
#ifndef TN_EMU_STICK_H
#define TN_EMU_STICK_H

#include "port/posix/usb_cable.h"

enum {
    TN_EMU_STICK_BLOCK = 512,
    TN_EMU_STICK_CBW = 31,  // bytes of a command, of its status, of sense data and of an INQUIRY
    TN_EMU_STICK_CSW = 13,
    TN_EMU_STICK_REPLY = 256,
};

// What a stick is like.
enum tn_emu_stick_kind {
    TN_EMU_STICK_GOOD,
    TN_EMU_STICK_SLOW,      // not ready at first, and answers "not now" a few times
    TN_EMU_STICK_NEVER,     // never gets ready
    TN_EMU_STICK_WORN,      // blocks from the middle on are unreadable
    TN_EMU_STICK_SILENT,    // never sends the data of a block
    TN_EMU_STICK_PULLED,    // gone after so many blocks (member after)
    TN_EMU_STICK_LARGE,     // blocks of 4 KiB
    TN_EMU_STICK_KEYBOARD,  // no stick at all
    TN_EMU_STICK_LONG,      // a status of 64 bytes
    TN_EMU_STICK_KINDS,
};

// The words for the kinds, in their order.
extern const char *const tn_emu_stick_words[TN_EMU_STICK_KINDS];

// Set what stands before "private", the rest to 0.
struct tn_emu_stick {
    const uint8_t *image;  // NULL: nothing is plugged in
    size_t len;
    enum tn_emu_stick_kind kind;
    uint32_t after;
    const uint8_t *config;  // other configuration descriptors, nconfig bytes; NULL: its own
    uint32_t nconfig;

    uint32_t reads;  // blocks so far, also by the caller

    // private
    bool is_configured;
    uint8_t setup[8];
    uint8_t control[TN_EMU_STICK_REPLY];  // of endpoint 0
    uint32_t ncontrol, control_at;
    bool control_stalls;
    bool in_halted, out_halted;
    uint8_t sense_key, sense_code;
    unsigned polls, naks;
    uint8_t csw[TN_EMU_STICK_CSW];
    bool has_csw;  // the status is due, behind what is left of the data
    uint8_t answer[TN_EMU_STICK_REPLY];
    const uint8_t *data;
    uint32_t left;
};

// The stick's end of the cable; its ctx is the stick. It keeps what it is told until a reset.
extern const struct tn_usb_cable tn_emu_stick_cable;

#endif
