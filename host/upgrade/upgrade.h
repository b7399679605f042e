// SPDX-License-Identifier: Apache-2.0
// One call that means "the new firmware runs": list, upload, test, reset, wait, compare,
// confirm, and a look whether it is true.
//
// Source: doc/reference/smp.md section 9. Success is what the device itself says at the end, never
// what was sent. Each step may meet a device that goes away and comes back.
#ifndef TN_HOST_UPGRADE_UPGRADE_H
#define TN_HOST_UPGRADE_UPGRADE_H

#include "host/device/device.h"
#include "host/files/inspect.h"

enum tn_upgrade_phase {
    TN_PHASE_PROBE,
    TN_PHASE_LIST,
    TN_PHASE_UPLOAD,
    TN_PHASE_TEST,
    TN_PHASE_RESET,
    TN_PHASE_SWAP,  // waiting for the device to come back with the new image
    TN_PHASE_CONFIRM,
    TN_PHASES,
};

enum tn_upgrade_result {
    TN_UPGRADE_UP_TO_DATE,  // it ran already, and nothing was to be done
    TN_UPGRADE_ON_TEST,     // it runs, and the next reset brings the old one back
    TN_UPGRADE_CONFIRMED,   // it runs, and stays
};

struct tn_upgrade {
    // The caller's.
    struct tn_session *session;  // opened
    const char *name;            // of the file, for words
    const uint8_t *file;
    size_t len;                     // of the image, without padding behind it
    uint8_t hash[TN_HASH_LEN];      // its name on the device
    char version[TN_VERSION_TEXT];  // in words
    const struct tn_inspect *in;    // of the file: compared with what the device tells; NULL: not
    uint32_t image;                 // as in struct tn_upload
    bool no_confirm;
    bool force;            // send what does not fit as well
    uint32_t deadline_ms;  // how long a device may be away; 0: 30 s, and by size after the reset
    // Told when a phase begins (text is NULL), and of what is worth a line in it.
    void (*event)(void *ctx, enum tn_upgrade_phase phase, const char *text);
    void *ctx;

    // The outcome.
    enum tn_upgrade_result result;
    struct tn_slot_list list;  // the last one that the device gave
    bool uploaded;
    uint32_t took_ms[TN_PHASES];

    // private
    enum tn_upgrade_phase phase;
    uint32_t phase_from;
    bool was_there;      // the device had the whole file already, when it was to be sent
    bool from_recovery;  // it served when the reset was asked for
    bool was_unheard;    // no answer came to the last reset
};

// Does it all. Faults besides those of a session: NOT_RUNNING, SILENT; and, before a byte is sent,
// where the device tells what it takes and force is not set: TOO_LARGE, FOREIGN_KEY, ADDRESS,
// DOWNGRADE.
int tn_upgrade(struct tn_upgrade *u, struct tn_fault *f);

// A phase in one word.
const char *tn_phase_name(enum tn_upgrade_phase phase);

#endif
