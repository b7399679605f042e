// SPDX-License-Identifier: Apache-2.0
// A device with every group on two links, over flash in memory, and checks that must always hold.
#ifndef TN_TEST_FUZZ_DEVICE_H
#define TN_TEST_FUZZ_DEVICE_H

#include "flash/area.h"
#include "fuzz_smp.h"
#include "serve/basic.h"
#include "serve/fs.h"
#include "serve/os.h"
#include "serve/session.h"
#include "serve/settings.h"
#include "serve/shell.h"
#include "serve/stat.h"
#include "serve/tenon.h"
#include "support/device.h"
#include "update/journal.h"

enum {
    FUZZ_LINKS = 2,
    FUZZ_GROUPS = 9,
    FUZZ_IMAGES = 3,  // genuine images: 1.0.0 runs at first, 2.0.0 and 3.0.0 may be uploaded
    FUZZ_KNOWN = 6,   // the hashes of these images and of their files
    FUZZ_CHUNK = 256,
    FUZZ_STEPS = 20000,  // a job that needs more steps counts as endless
};

struct fuzz_device {
    struct test_device device;
    struct tn_area journal_area, outcome_area, storage_area;
    struct tn_update update;
    struct tn_journal journal;
    struct tn_serve_session session;
    struct tn_serve_os_time_tasks os;
    struct tn_serve_fs fs;
    struct tn_serve_basic basic;
    struct tn_serve_tenon tenon;
    struct tn_smp_group groups[FUZZ_GROUPS];
    struct tn_smp_server server[FUZZ_LINKS];
    struct tn_smp_peer peer[FUZZ_LINKS];
    uint8_t due[FUZZ_LINKS][TN_SMP_HDR_LEN];  // header of the request whose answer is due
    uint8_t rsp[FUZZ_LINKS][512];
    uint8_t buf[FUZZ_CHUNK + 64];
    bool is_loader;  // requests may write the primary slot
    bool keeps_journal;
    uint8_t runs[DEVICE_FLASH_MAX];  // the content of the primary slot at the start
    uint32_t seed;
};

extern struct test_image fuzz_images[FUZZ_IMAGES];
extern struct fuzz_known fuzz_known[FUZZ_KNOWN];

// Makes a device. Bits of options select its state and program: bits 0 and 1: 1.0.0 alone, with a
// candidate, with a test pending, or 2.0.0 on test; bit 2: a loader's server; bit 3: no journal.
void fuzz_device_begin(struct fuzz_device *d, uint8_t options);

// Switches the power off and on.
void fuzz_device_restart(struct fuzz_device *d);

// Passes the packet's first request to a link's server. Returns the response's length, 0 if there
// is none or not yet. Checks the response and the flash.
size_t fuzz_device_serve(struct fuzz_device *d, int link, const uint8_t *req, size_t len);

// Does one step of the work for the link's answer. Returns and checks the same.
size_t fuzz_device_resume(struct fuzz_device *d, int link);

// Does such steps until no answer is due. Returns and checks the same.
size_t fuzz_device_settle(struct fuzz_device *d, int link);

// Makes the chunk of a genuine image that the current upload needs next. Returns the request's
// length.
size_t fuzz_device_chunk(
        const struct fuzz_device *d, unsigned image, uint32_t n, bool from_start, uint8_t *ret);

// Checks that the link answers an echo. Then boots the device and checks that only a genuine image
// runs, and that one runs if requests could not write the primary slot.
void fuzz_device_end(struct fuzz_device *d);

// The number of the genuine image with these bytes, up to the end of its hash; -1: none.
int fuzz_image_at(const uint8_t *mem);

void fuzz_images_make(void);

#endif
