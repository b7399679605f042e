// SPDX-License-Identifier: Apache-2.0
// A model of a device that tn_upgrade upgrades: two slots, a bootloader that may misbehave, and a
// link that fails at a chosen request.
#ifndef TN_TEST_HOST_DEVICE_MODEL_H
#define TN_TEST_HOST_DEVICE_MODEL_H

#include "host/upgrade/upgrade.h"
#include "test.h"

enum { IMAGE_LEN = 3000, PACKETS = 32, PACKET = 600 };

enum trouble { NO_TROUBLE, LOSE_REQUEST, LOSE_ANSWER, REFUSE, BREAK, TROUBLES };

// An image in a slot of the model.
struct held {
    bool there;
    uint8_t hash[32];
    const char *version;
};

struct model {
    struct tn_transport head;
    int pipe[2];  // for poll(2): readable while answers wait

    // The device.
    struct held slot[2];
    bool trial, pending, permanent;  // slot 0 is on test; slot 1 is marked
    bool recovery;                   // the bootloader serves
    bool rejects;                    // the bootloader accepts no new image
    bool button;                     // held: every reset starts recovery
    bool unplugged;                  // by a reset, if unplugs is set
    bool unplugs;
    bool distrusts;   // refuses the signature of the image in slot 1
    bool other_copy;  // an image with the file's hash that differs from the file
    bool crashes;     // a new image reverts at once
    bool mute_after_reset;
    bool only_says_yes;  // accepts a test or a confirmation, and does nothing
    bool deaf;
    uint32_t have;
    uint8_t upload_hash[32];
    const char *upload_version;
    bool no_params, no_info, no_slots;
    bool no_hashes, no_flags;  // in recovery, as some builds of MCUboot's
    bool never_hashes;         // nor in the application
    uint32_t slow_ms;          // for each chunk
    uint32_t deadline_ms;
    int mode;  // of the bootloader; 0: not reported
    bool is_rollback;
    bool is_sent;
    bool is_ours;  // reports that it is Tenon, of a version without facts about images
    unsigned resets, uploads;

    // The fault: at request number `at`, `count` times.
    enum trouble trouble;
    unsigned at, count, requests;
    unsigned loss;  // of 1000 packets, in each direction
    uint32_t seed;
    bool broken;

    uint8_t answers[PACKETS][PACKET];
    size_t lens[PACKETS];
    size_t first, n;
};

// The hash of the file.
extern const uint8_t model_new_hash[32];

// Of the last model_upgrade: its result, its fault, and all texts that it reported.
extern struct tn_upgrade upgrade_last;
extern struct tn_fault upgrade_fault;
extern char upgrade_said[4000];

// A device with version 1.0.0 in slot 0 and nothing in slot 1, without trouble.
void model_begin(struct model *m);

// Upgrades the device, or rolls it back if is_rollback is set. Returns what tn_upgrade returned. *m
// needs another model_begin after that.
int model_upgrade(struct model *m, bool no_confirm);

// Does the new image run?
bool model_runs_new(const struct model *m);

#endif
