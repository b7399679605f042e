// SPDX-License-Identifier: Apache-2.0
// A device with every group on two links, over flash in memory, and what may never happen to it.
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
    FUZZ_IMAGES = 3,  // genuine ones: 1.0.0 runs at first, 2.0.0 and 3.0.0 may come
    FUZZ_KNOWN = 6,   // their hashes and files' hashes
    FUZZ_CHUNK = 256,
    FUZZ_STEPS = 20000,  // a job that needs more never ends
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
    uint8_t runs[DEVICE_FLASH_MAX];  // the primary slot as it was
    uint32_t seed;
};

extern struct test_image fuzz_images[FUZZ_IMAGES];
extern struct fuzz_known fuzz_known[FUZZ_KNOWN];

// A device whose state and program bits of options choose: 0 and 1: 1.0.0 alone, with a candidate,
// with a test pending, in a trial of 2.0.0; 2: a loader's server; 3: no journal.
void fuzz_device_begin(struct fuzz_device *d, uint8_t options);

// Power was lost and is back.
void fuzz_device_restart(struct fuzz_device *d);

// Gives a link's server the packet's first request. Returns the response's length, 0 if there is
// none or it is not due yet. The response was checked, and so was the flash.
size_t fuzz_device_serve(struct fuzz_device *d, int link, const uint8_t *req, size_t len);

// A step of what the link's answer waits for: the same.
size_t fuzz_device_resume(struct fuzz_device *d, int link);

// The same until no answer is due.
size_t fuzz_device_settle(struct fuzz_device *d, int link);

// The chunk that the upload under way wants, of a genuine image. Returns the request's length.
size_t fuzz_device_chunk(
        const struct fuzz_device *d, unsigned image, uint32_t n, bool from_start, uint8_t *ret);

// The link answers an echo, then the device boots: what runs is genuine, and something runs if
// requests could not write the primary slot.
void fuzz_device_end(struct fuzz_device *d);

// The genuine image that these bytes are, up to where its hash ends; -1: none.
int fuzz_image_at(const uint8_t *mem);

void fuzz_images_make(void);

#endif
