// SPDX-License-Identifier: Apache-2.0
// One call that makes a device run the new firmware: list, upload, test, reset, wait, compare,
// confirm, and a check of the result. Several images of a device go together: what is missing is
// uploaded, all are requested, and one reset installs them.
//
// Source: doc/reference/smp.md section 9. The result is what the device itself reports at the end,
// never what was sent. In each step the device may disappear and come back.
#ifndef TN_HOST_UPGRADE_UPGRADE_H
#define TN_HOST_UPGRADE_UPGRADE_H

#include "host/device/device.h"
#include "host/files/inspect.h"

#include "base/compiler.h"

TN_C_BEGIN

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
    TN_UPGRADE_UP_TO_DATE,  // it ran already, and there was nothing to do
    TN_UPGRADE_ON_TEST,     // it runs, and the next reset brings the old one back
    TN_UPGRADE_CONFIRMED,   // it runs, and stays
};

// Lines for the user about a file and a device.
enum { TN_UPGRADE_NOTES = 2, TN_UPGRADE_NOTE = 160 };
struct tn_upgrade_notes {
    size_t n;
    char text[TN_UPGRADE_NOTES][TN_UPGRADE_NOTE];
};

struct tn_upgrade {
    // Set by the caller.
    struct tn_session *session;  // opened
    const char *name;            // of the file, for messages
    const uint8_t *file;
    size_t len;                     // of the image, without padding behind it
    uint8_t hash[TN_HASH_MAX];      // its name on the device
    uint16_t hash_len;              // 0: TN_HASH_LEN
    char version[TN_VERSION_TEXT];  // in words
    const struct tn_inspect
            *in;     // of the file: compared with the device's reports; NULL: no comparison
    uint32_t image;  // as in struct tn_upload; not used if is_numbered
    // Further images, to be installed together with this one; NULL: none. Of theirs, only name to
    // number are set: the rest is that of the first.
    struct tn_upgrade *next;
    bool is_numbered;  // number says which image of the device each is; set it if there are several
    uint32_t number;
    bool no_confirm;
    bool force;            // send the file even if it does not fit the device
    bool is_rollback;      // goes back to the image in the other slot; file, len, hash, version and
                           // in are not set
    bool is_sent;          // the image came over another link, and the device was told to start it:
                           // waits until it runs, and confirms
    uint32_t deadline_ms;  // ends all phases; 0: no limit, and a device may be away for 30 s (after
                           // the reset longer, by size)
    // Reports the beginning of a phase (text is NULL), or a line about it.
    void (*event)(void *ctx, enum tn_upgrade_phase phase, const char *text);
    void *ctx;

    // Filled in by tn_upgrade.
    enum tn_upgrade_result result;
    struct tn_slot_list list;  // the last list that the device sent
    bool uploaded;             // each image's own
    uint32_t took_ms[TN_PHASES];
    const struct tn_upgrade *at;  // the image that the phase is about

    // private
    struct tn_upgrade *first;  // it has the list, the phases and the device's state
    enum tn_upgrade_phase phase;
    uint32_t phase_from;
    char id[64];         // the device's own number, or ""
    bool was_there;      // the device had the whole file already before the upload
    bool from_recovery;  // recovery served before the reset
    bool was_unheard;    // no answer came to the last reset
    bool is_untold;      // the device does not list what runs of this image
    bool is_marked;      // a test of it was requested
    bool left_by_swap;   // the device says that a swap left the image in the spare slot
    int mode;            // the bootloader's (TN_MODE_OVERWRITE_ONLY); -1: not reported
};

// The length of the image's name.
static inline size_t tn_upgrade_hash_len(const struct tn_upgrade *u) {
    return u->hash_len ? u->hash_len : (size_t)TN_HASH_LEN;
}

// Runs the whole upgrade, or the way back. Faults besides those of a session: NOT_RUNNING, SILENT;
// REFUSED if there is no way back. If force is not
// set and the device reports what it accepts, also before a byte is sent: TOO_LARGE, FOREIGN_KEY,
// ADDRESS, DOWNGRADE.
int tn_upgrade(struct tn_upgrade *u, struct tn_fault *f);

// A phase's name, one word.
const char *tn_phase_name(enum tn_upgrade_phase phase);

TN_C_END

#endif
