// SPDX-License-Identifier: Apache-2.0
#include "fuzz_device.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/trailer.h"
#include "fuzz_groups.h"
#include "serve/enumerate.h"

enum {
    SECTOR = 1024,
    SLOTS = 25 * SECTOR,
    END = SLOTS + 6 * SECTOR,
    STATES = 4,
    LOADER = 4,
    NO_JOURNAL = 8,
};

struct test_image fuzz_images[FUZZ_IMAGES];
struct fuzz_known fuzz_known[FUZZ_KNOWN];

void fuzz_images_make(void) {
    static const uint32_t payload[FUZZ_IMAGES] = {700, 1500, 2600};

    for (uint8_t i = 0; i < FUZZ_IMAGES && !fuzz_images[i].len; i++) {
        test_image_make(&fuzz_images[i], (uint8_t)(i + 1), payload[i], TWIST_NONE);
        fuzz_known[i] = (struct fuzz_known){fuzz_images[i].hash, TN_HASH_LEN};
        fuzz_known[FUZZ_IMAGES + i] = (struct fuzz_known){fuzz_images[i].sha, TN_HASH_LEN};
    }
}

int fuzz_image_at(const uint8_t *mem) {
    for (int i = 0; i < FUZZ_IMAGES; i++) {
        if (!memcmp(mem, fuzz_images[i].bytes, tn_image_hashed_len(&fuzz_images[i].hdr))) {
            return i;
        }
    }
    return -1;
}

// ---- States --------------------------------------------------------------------------------

static void make_state(struct test_device *d, unsigned state) {
    test_device_place(d, TN_RUNNING, &fuzz_images[0]);
    if (state) {
        test_device_place(d, TN_CANDIDATE, &fuzz_images[1]);
    }
    if (state > 1) {
        PROMISE(test_device_request(d, TN_SWAP_TEST) == 0);
    }
    if (state > 2) {
        PROMISE(test_device_boot(d, false, NULL) == TN_PLAN_RUN);
    }
}

// The flash of each state is made once.
static void load_state(struct test_device *d, unsigned state) {
    static uint8_t made[STATES][SLOTS];
    static bool is_made[STATES];

    test_device_init(d, &small_shape);
    d->run.count = 31;
    tn_nor_init(&d->nor, d->mem, &d->run, 1, 4, 0xff);
    if (!is_made[state]) {
        make_state(d, state);
        memcpy(made[state], d->mem, SLOTS);
        is_made[state] = true;
    }
    memcpy(d->mem, made[state], SLOTS);
    tn_nor_power_on(&d->nor);
}

// ---- The program ---------------------------------------------------------------------------

static int reset(void *ctx, uint32_t mode) {
    (void)ctx;
    return mode > 1 ? TN_EINVAL : 0;
}

static const char *const words[] = {"Tenon", "fuzz", "7", "none"};

static void begin_groups(struct fuzz_device *d) {
    bool spare = !d->is_loader;

    d->session =
            (struct tn_serve_session){.image = {&d->update, spare ? TN_SLOTS_SPARE : TN_SLOTS_ANY}};
    d->os = (struct tn_serve_os_time_tasks){{reset, d, "snvp", words, 9}, &fuzz_os_time_tasks};
    d->fs = fuzz_fs;
    d->basic = (struct tn_serve_basic){.storage = &d->storage_area};
    d->tenon = (struct tn_serve_tenon){.outcome = &d->outcome_area,
            .version = "0.1.0",
            .resumes = d->keeps_journal,
            .trust = &test_trust,
            .slots = &d->device.slots,
            .rules = 0xff};
    d->groups[0] = (struct tn_smp_group)TN_SERVE_OS_TIME_TASKS(&d->os);
    d->groups[1] = (struct tn_smp_group)TN_SERVE_SESSION(&d->session);
    d->groups[2] = (struct tn_smp_group)TN_SERVE_STAT(&fuzz_stat);
    d->groups[3] = (struct tn_smp_group)TN_SERVE_SETTINGS(&fuzz_settings);
    d->groups[4] = (struct tn_smp_group)TN_SERVE_FS(&d->fs);
    d->groups[5] = (struct tn_smp_group)TN_SERVE_SHELL(&fuzz_shell);
    d->groups[6] = (struct tn_smp_group)TN_SERVE_ENUM;
    d->groups[7] = (struct tn_smp_group)TN_SERVE_BASIC(&d->basic);
    d->groups[8] = (struct tn_smp_group)TN_SERVE_TENON_READ(&d->tenon);
}

void fuzz_device_restart(struct fuzz_device *d) {
    d->device.nor.cut_at = 0;
    tn_nor_power_on(&d->device.nor);
    d->update = (struct tn_update){
            .slots = &d->device.slots, .trust = &test_trust, .buf = d->buf, .size = sizeof(d->buf)};
    d->journal = (struct tn_journal){.off = 0};
    tn_journal_keep(&d->journal, &d->update, d->keeps_journal ? &d->journal_area : NULL);
    begin_groups(d);
    for (uint8_t i = 0; i < FUZZ_LINKS; i++) {
        d->server[i] = (struct tn_smp_server){.groups = d->groups,
                .ngroups = FUZZ_GROUPS,
                .rsp = d->rsp[i],
                .rsp_size = sizeof(d->rsp[i]),
                .words = tn_smp_words};
        d->peer[i].link = i;
        d->peer[i].buf_size = FUZZ_PACKET;
        d->peer[i].buf_count = 2;
    }
}

void fuzz_device_begin(struct fuzz_device *d, uint8_t options) {
    const struct tn_flash *flash = &d->device.nor.flash;

    fuzz_images_make();
    fuzz_groups_begin();
    memset(d->peer, 0, sizeof(d->peer));
    load_state(&d->device, options % STATES);
    d->is_loader = options & LOADER;
    d->keeps_journal = !(options & NO_JOURNAL);
    d->journal_area = (struct tn_area){flash, SLOTS, 2 * SECTOR};
    d->outcome_area = (struct tn_area){flash, SLOTS + 2 * SECTOR, 2 * SECTOR};
    d->storage_area = (struct tn_area){flash, SLOTS + 4 * SECTOR, 2 * SECTOR};
    memcpy(d->runs, d->device.mem, small_shape.primary * SECTOR);
    fuzz_device_restart(d);
}

// ---- Serving -------------------------------------------------------------------------------

static bool is_erased(const uint8_t *p, size_t n) {
    return *p == 0xff && !memcmp(p, p + 1, n - 1);
}

// No rule of the flash was broken, no buffer overran, and an application's slot is unchanged.
static void check_flash(const struct fuzz_device *d) {
    const struct test_device *t = &d->device;

    PROMISE(t->nor.violations == 0);
    if (!d->is_loader) {
        PROMISE(!memcmp(t->mem, d->runs, tn_trailer_off(&t->slots, TN_PRIMARY)));
    }
    // No program here writes outcomes.
    PROMISE(is_erased(t->mem + d->outcome_area.off, 2 * SECTOR));
}

static size_t check(struct fuzz_device *d, int link, size_t n) {
    PROMISE(n <= sizeof(d->rsp[link]));
    if (n) {
        fuzz_check_response(d->due[link], TN_SMP_HDR_LEN, d->rsp[link], n);
        PROMISE(!tn_smp_server_busy(&d->server[link]));
    }
    return n;
}

size_t fuzz_device_serve(struct fuzz_device *d, int link, const uint8_t *req, size_t len) {
    struct tn_smp_server *s = &d->server[link];
    uint8_t *copy = malloc(len ? len : 1);  // so that ASan notices a read behind the end

    PROMISE(copy);
    memcpy(copy, req, len);
    size_t n = tn_smp_serve(s, &d->peer[link], copy, len);
    memset(copy, 0xa5, len);  // the server must not keep pointers to it
    free(copy);
    PROMISE(tn_smp_server_used(s) <= len && (!len || tn_smp_server_used(s)));
    if (n || tn_smp_server_busy(s)) {
        memcpy(d->due[link], req, TN_SMP_HDR_LEN);
    } else {  // only a packet that is no request gets no answer
        PROMISE(len < TN_SMP_HDR_LEN || (req[0] & 5));
    }
    check(d, link, n);
    if (!tn_smp_server_busy(s)) {
        check_flash(d);
    }
    return n;
}

size_t fuzz_device_resume(struct fuzz_device *d, int link) {
    bool was_busy = tn_smp_server_busy(&d->server[link]);
    size_t n = check(d, link, tn_smp_resume(&d->server[link]));

    PROMISE(!was_busy || n || tn_smp_server_busy(&d->server[link]));
    if (n) {
        check_flash(d);
    }
    return n;
}

size_t fuzz_device_settle(struct fuzz_device *d, int link) {
    size_t n = 0;

    for (unsigned steps = 0; tn_smp_server_busy(&d->server[link]); steps++) {
        PROMISE(steps < FUZZ_STEPS);
        n = fuzz_device_resume(d, link);
    }
    return n;
}

size_t fuzz_device_chunk(
        const struct fuzz_device *d, unsigned image, uint32_t n, bool from_start, uint8_t *ret) {
    const struct test_image *img = &fuzz_images[image % FUZZ_IMAGES];
    uint32_t off = from_start ? 0 : tn_min(tn_update_off(&d->update), img->len);
    uint32_t number = n & 3;  // number of the image, or slot + 1
    struct tn_cbor_out out;

    tn_cbor_out_init(&out, ret + TN_SMP_HDR_LEN, FUZZ_PACKET - TN_SMP_HDR_LEN);
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "off", off);
    if (!off) {
        tn_cbor_pair_uint(&out, "len", img->len);
        tn_cbor_pair_uint(&out, "image", number);
        tn_cbor_put_str(&out, "sha");
        tn_cbor_put_bytes(&out, img->sha, sizeof(img->sha));
        n = tn_max(n, TN_IMAGE_HDR_LEN);
    }
    tn_cbor_put_str(&out, "data");
    tn_cbor_put_bytes(&out, img->bytes + off, tn_min(tn_min(n, FUZZ_CHUNK), img->len - off));
    tn_cbor_close(&out);
    PROMISE(!out.full);
    return fuzz_packet(ret, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_UPLOAD, 1, &out);
}

// ---- The end -------------------------------------------------------------------------------

static void check_echo(struct fuzz_device *d, int link) {
    static const uint8_t echo[] = {0x0a, 0, 0, 6, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x62, 'h', 'i'};
    static const uint8_t want[] = {
            0x0b, 0, 0, 7, 0, 0, 7, 0, 0xbf, 0x61, 'r', 0x62, 'h', 'i', 0xff};

    PROMISE(fuzz_device_serve(d, link, echo, sizeof(echo)) == sizeof(want));
    PROMISE(!memcmp(d->rsp[link], want, sizeof(want)));
}

// The image that boots now is one of those signed here.
static void check_boot(struct fuzz_device *d) {
    struct test_device *t = &d->device;
    enum tn_plan_action end = test_device_boot(t, false, NULL);
    struct tn_image_src src;

    PROMISE(end == TN_PLAN_RUN || (end == TN_PLAN_RECOVER && d->is_loader));
    if (end == TN_PLAN_RUN) {
        tn_slots_source(&t->slots, t->ran, &src);
        PROMISE(fuzz_image_at(t->mem + src.area->off + src.off) >= 0);
    }
    PROMISE(t->nor.violations == 0);
    PROMISE(is_erased(t->mem + END, sizeof(t->mem) - END));
}

void fuzz_device_end(struct fuzz_device *d) {
    for (int link = 0; link < FUZZ_LINKS; link++) {
        fuzz_device_settle(d, link);
        check_echo(d, link);
    }
    fuzz_device_restart(d);
    check_boot(d);
}
