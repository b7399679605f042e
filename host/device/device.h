// SPDX-License-Identifier: Apache-2.0
// The commands of the os and image groups as calls, over a session.
//
// Source: doc/reference/smp.md sections 4 and 5. Answers are read as real servers send them:
// members in any order, false ones left out.
#ifndef TN_HOST_DEVICE_DEVICE_H
#define TN_HOST_DEVICE_DEVICE_H

#include "base/compiler.h"
#include "host/device/session.h"
#include "image/format.h"

TN_C_BEGIN

enum {
    TN_DEVICE_SLOTS = 16,
    TN_DEVICE_HASH_MAX = 64,
};

// A slot with an image in it.
struct tn_slot_state {
    uint32_t image, slot;
    char version[32];
    uint8_t hash[TN_DEVICE_HASH_MAX];
    size_t hash_len;
    bool bootable, pending, confirmed, active, permanent;
};

struct tn_slot_list {
    struct tn_slot_state slots[TN_DEVICE_SLOTS];
    size_t n;
    // Some servers leave out flags that are false, and MCUboot's recovery may leave out all flags,
    // and hashes. If no image of the list has a flag, the device does not report flags: then they
    // are unknown, not false.
    bool tells_flags, tells_hashes;
};

// Reads a list of images from an answer. Returns 0, or -1 if it cannot be read.
int tn_slot_list_get(const struct tn_reply *r, struct tn_slot_list *ret);

// What a slot's flags mean, in words: "running, confirmed". t is one of l's slots.
void tn_slot_words(
        const struct tn_slot_list *l, const struct tn_slot_state *t, char *ret, size_t size);

int tn_device_list(struct tn_session *s, struct tn_slot_list *ret, struct tn_fault *f);

// Requests a test, or a confirmation, of the image with this hash. hash_len 0: of the running
// image, which makes sense only for a confirmation. *ret is the list afterwards.
int tn_device_mark(struct tn_session *s, const uint8_t *hash, size_t hash_len, bool confirm,
        struct tn_slot_list *ret, struct tn_fault *f);

// Erases a slot; -1: the spare slot.
int tn_device_erase(struct tn_session *s, int slot, struct tn_fault *f);

// The slot with this hash, or NULL; and the slot whose image runs.
const struct tn_slot_state *tn_slot_by_hash(
        const struct tn_slot_list *l, const uint8_t *hash, size_t len);
const struct tn_slot_state *tn_slot_active(const struct tn_slot_list *l);

// The same of this image, where a device has several.
const struct tn_slot_state *tn_slot_active_of(const struct tn_slot_list *l, uint32_t image);

// The slots' sizes and their numbers for uploads.
struct tn_slot_place {
    uint32_t image, slot, size;
    bool has_upload_id;
    uint32_t upload_id;  // the number that an upload uses for the slot
    bool has_error;
    int32_t rc;
};

struct tn_slot_places {
    struct tn_slot_place slots[TN_DEVICE_SLOTS];
    size_t n;
    uint32_t max_image[TN_DEVICE_SLOTS / 2];  // of each image; 0: not reported
};

int tn_device_places(struct tn_session *s, struct tn_slot_places *ret, struct tn_fault *f);

// Compares the length of an image of this number with the slots, as far as the device reports them.
// name is the file's. Fault: TOO_LARGE.
int tn_device_check_size(
        struct tn_session *s, uint32_t image, size_t len, const char *name, struct tn_fault *f);

// The outcomes of updates, the newest first.
struct tn_outcome_entry {
    uint32_t outcome;  // enum tn_outcome, of boot/log.h
    char version[TN_VERSION_TEXT];
    uint32_t attempts;
    int32_t reason;  // enum tn_err; 0: none
};

enum { TN_DEVICE_OUTCOMES = 64 };

struct tn_history {
    struct tn_outcome_entry entries[TN_DEVICE_OUTCOMES];
    size_t n;
    uint32_t counter;  // the lowest security counter that may run, from the device's own log
};

// Of the image of this number. Fault: REFUSED if the device keeps no history.
int tn_device_history(
        struct tn_session *s, uint32_t image, struct tn_history *ret, struct tn_fault *f);

enum { TN_DEVICE_RESULT = 160 };

// What became of the file that recovery looked for on a card, in the device's words (group 64,
// command 5). Returns 0; 1 if the device has none: it looks for no file, or has not looked yet; or
// -1.
int tn_device_result(struct tn_session *s, char ret[TN_DEVICE_RESULT], struct tn_fault *f);

// Notes in the device's log that the user takes the running image back. The request for the image
// before it stands already, or the running one is on test. Returns 0; 1 if the device keeps no such
// note, which is not a fault; or -1.
int tn_device_take_back(struct tn_session *s, struct tn_fault *f);

// "installed", "rejected: signature": never NULL.
const char *tn_outcome_text(uint32_t outcome);

// The device's rules for images, as far as it reports them (serve/tenon.h, command 2).
enum { TN_DEVICE_KEYS = 32 };

struct tn_facts {
    uint8_t keys[TN_DEVICE_KEYS][32];  // SHA-256 of the image keys that it trusts
    size_t nkeys;                      // 0: not reported
    bool all_keys;                     // the list is complete
    struct {
        uint32_t addr, size;
    } slots[2];
    size_t nslots;
    bool no_downgrade, no_rollback;
    bool has_rules;  // at least one rule: the loader is Tenon's, since the hand-over has its rules
};

// Returns 0; 1 if the device does not know the command, which is not a fault; or -1.
int tn_device_facts(struct tn_session *s, struct tn_facts *ret, struct tn_fault *f);

// Every key of the device with its role, and its key list (serve/tenon.h, command 6).
struct tn_device_keys {
    struct {
        uint8_t hash[32];
        uint32_t role;  // enum tn_key_role
        bool is_revoked;
    } list[TN_DEVICE_KEYS];
    size_t n;
    uint32_t number;  // of the list in force; 0: none
    bool is_lost;     // the list cannot be read: the device runs no image
    bool has_next;    // the running image brings another list,
    int next;         // which will be taken (0), or why not (enum tn_err)
};

// Returns 0; 1 if the device has no keys of several roles, which is not a fault; or -1.
int tn_device_keys(struct tn_session *s, struct tn_device_keys *ret, struct tn_fault *f);

// What to run after the reset.
enum tn_device_mode {
    TN_DEVICE_NORMAL = 0,
    TN_DEVICE_RECOVERY = 1,
    TN_DEVICE_SAFE = 2,  // Tenon's own, as the next one
    TN_DEVICE_ROM = 3,
};

// Resets the device. Returns 0; 1 if no answer came, since a device in its reset cannot answer; -1.
int tn_device_reset(struct tn_session *s, enum tn_device_mode mode, bool force, struct tn_fault *f);

// Sends text, and the device sends it back. ret is the answer.
int tn_device_echo(
        struct tn_session *s, const char *text, char *ret, size_t size, struct tn_fault *f);

// Queries os info with these letters; NULL: the short form without letters, which is the kernel's
// name.
int tn_device_info(
        struct tn_session *s, const char *letters, char *ret, size_t size, struct tn_fault *f);

// The device's own number, which tells it from its siblings: letter d of os info. "" if it reports
// none, which is not a fault. Only a Tenon server is asked, since others refuse the letter. The
// session has been probed.
int tn_device_id(struct tn_session *s, char *ret, size_t size, struct tn_fault *f);

// The bootloader's name, and the number of its mode (doc/reference/smp.md section 4) or -1 if it is
// not reported. Returns 1 if the device does not know the command, which is not a fault.
int tn_device_bootloader(
        struct tn_session *s, char *ret_name, size_t size, int *ret_mode, struct tn_fault *f);

// True if the device reports that its loader is Tenon's: recovery serves, or the loader handed its
// rules over to the application. Every loader with MCUboot's images answers "MCUboot" to the query
// above, because clients require that name (DESIGN.md). Never a fault.
bool tn_device_has_our_loader(struct tn_session *s);

// A mode in words.
const char *tn_bootloader_mode(int mode);

// Some of the modes (Zephyr, OS management, bootloader information). Overwrite-only has no way
// back; the modes from direct-XIP on run the newest image, wherever it is.
enum {
    TN_MODE_SWAP_SCRATCH = 1,
    TN_MODE_OVERWRITE_ONLY = 2,
    TN_MODE_SWAP_MOVE = 3,
    TN_MODE_DIRECT_XIP = 4,
    TN_MODE_DIRECT_XIP_REVERT = 5,
    TN_MODE_RAM_LOAD = 6,
};

TN_C_END

#endif
