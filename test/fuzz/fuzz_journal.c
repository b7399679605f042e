// SPDX-License-Identifier: Apache-2.0
// Any upload journal, any outcome log, any content of the slot, and an upload that is interrupted
// and repeated. The upload ends with the file's bytes in the slot, or reports that they are not
// there and succeeds at the next attempt. The counter in the log never goes down.
#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"
#include "boot/log.h"
#include "fuzz.h"
#include "support/device.h"
#include "update/journal.h"

enum {
    SECTOR = 1024,
    SLOTS = 25 * SECTOR,
    BUF = 320,
    CHUNK = 256,
    LIVES = 4,
    STEPS_MAX = 20000,
    JOURNAL_MAGIC = 0x70,
};

static struct test_device d;
static struct test_image image;
static struct tn_update update;
static struct tn_journal journal;
static struct tn_area journal_area, log_area;
static uint8_t buf[BUF];

static void start(void) {
    d.nor.cut_at = 0;
    tn_nor_power_on(&d.nor);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = buf, .size = sizeof(buf)};
    journal = (struct tn_journal){.off = 0};
    tn_journal_keep(&journal, &update, &journal_area);
}

static void begin(void) {
    if (!image.len) {
        test_image_make(&image, 2, 2600, TWIST_NONE);
    }
    test_device_init(&d, &small_shape);
    d.run.count = 29;
    tn_nor_init(&d.nor, d.mem, &d.run, 1, 4, 0xff);
    journal_area = (struct tn_area){&d.nor.flash, SLOTS, 2 * SECTOR};
    log_area = (struct tn_area){&d.nor.flash, SLOTS + 2 * SECTOR, 2 * SECTOR};
}

// ---- What the flash holds ------------------------------------------------------------------

// Makes a record with a right checksum, for the upload that follows or with any content.
static void put_record(struct fuzz_in *in, uint32_t place) {
    uint8_t how = fuzz_u8(in);
    uint8_t *raw = d.mem + SLOTS + place * TN_RING_RECORD;

    fuzz_take(in, raw, TN_RING_RECORD);
    if (how & 1) {
        raw[0] = JOURNAL_MAGIC;
    }
    if (how & 2) {
        raw[1] = TN_CANDIDATE;
        tn_put_le32(raw + TN_RING_AT + 4, image.len);
        memcpy(raw + TN_RING_AT + 8, image.sha, 12);
    }
    if (how & 4) {
        tn_put_le32(raw + TN_RING_AT, fuzz_u16(in) & 4095u);
    }
    if (how & 8) {
        tn_put_le32(raw + 4, fuzz_u8(in));
    }
    if (!(how & 16)) {
        tn_put_le32(raw + TN_RING_RECORD - 4, tn_crc32(0, raw, TN_RING_RECORD - 4));
    }
}

static void fill(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);

    if (how & 1) {  // the beginning of the file, or all of it
        memcpy(d.mem + 13 * SECTOR, image.bytes, how & 2 ? image.len : 700);
    }
    if (how & 4) {
        memset(d.mem + 14 * SECTOR, fuzz_u8(in), 3 * SECTOR);
    }
    for (unsigned n = how >> 3 & 31u; n; n--) {
        put_record(in, fuzz_u8(in) & 127u);
    }
}

// ---- An upload -----------------------------------------------------------------------------

static int settle(void) {
    unsigned steps = 0;

    while (tn_update_waits(&update)) {
        tn_update_step(&update);
        PROMISE(steps++ < STEPS_MAX);
    }
    return tn_update_take_error(&update);
}

// Returns 1 if the upload is done; 0 if it reported a failure, or the power was lost.
static int upload(void) {
    const struct tn_span sha = {image.sha, sizeof(image.sha)};
    uint32_t off = 0;
    unsigned chunks = 0;

    int rc = tn_update_begin(&update, TN_TO_SPARE, image.len, &sha);
    PROMISE(rc >= 0 || d.nor.dead);
    while (rc >= 0 && off < image.len) {
        rc = tn_update_write(&update, image.bytes + off, tn_min(CHUNK, image.len - off));
        if (rc >= 0) {
            rc = settle();
        }
        PROMISE(tn_update_off(&update) <= image.len && chunks++ < 200);
        off = tn_update_off(&update);
        if (!off) {
            break;
        }
    }
    if (rc < 0 || !tn_update_matches(&update)) {
        return 0;
    }
    PROMISE(off == image.len && test_device_holds(&d, TN_CANDIDATE, &image));
    return 1;
}

static void check_log(struct fuzz_in *in) {
    struct tn_log log;
    struct tn_record r = {.code = fuzz_u8(in), .counter = fuzz_u8(in)};
    struct tn_record got;
    uint32_t n = 0;

    tn_log_open(&log, &log_area, 0);
    uint32_t was = log.last.counter;
    while (tn_log_get(&log, n, &got) == 0) {
        PROMISE(n++ <= tn_log_room(&log));
    }
    if (tn_log_add(&log, &r) == 0) {
        PROMISE(log.last.counter >= was && tn_log_get(&log, 0, &got) == 0 && got.code == r.code);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    int done = 0;

    begin();
    fill(&in);
    for (unsigned i = 0; i < LIVES; i++) {
        uint8_t how = fuzz_u8(&in);
        start();
        d.nor.cut_at = how & 1 ? how / 4 + 1u : 0;
        d.nor.cut = (enum tn_nor_cut)((how >> 1) % 3);
        d.nor.seed = how + 1u;
        done = upload();
        PROMISE(!done || !d.nor.dead);
    }
    start();
    // A hostile record may cost one attempt, not two.
    done = upload();
    PROMISE(done || upload());
    check_log(&in);
    PROMISE(d.nor.violations == 0);
    return 0;
}
