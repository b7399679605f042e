// SPDX-License-Identifier: Apache-2.0
// tn_upgrade against a model of a device, with each request lost, each answer lost, each request
// refused, and a link that breaks at each request. It may fail, but it must never report that an
// image runs that does not run.
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/base/clock.h"
#include "host/upgrade/upgrade.h"
#include "test.h"

enum { IMAGE_LEN = 3000, PACKETS = 32, PACKET = 600, SEEDS = 4 };

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

static uint8_t file[IMAGE_LEN];
static const uint8_t new_hash[32] = {2}, old_hash[32] = {1};

// ---- The device ------------------------------------------------------------------------

static void boot(struct model *m) {
    struct held t = m->slot[0];

    m->resets++;
    m->have = 0;
    m->unplugged = m->unplugs;
    if (m->button) {
        m->recovery = true;
        return;
    }
    if (m->trial) {  // reverted
        m->slot[0] = m->slot[1];
        m->slot[1] = t;
        m->trial = false;
    } else if (m->pending && m->rejects) {
        m->slot[1].there = false;
    } else if (m->pending) {
        m->slot[0] = m->slot[1];
        m->slot[1] = t;
        m->trial = !m->permanent;
    }
    m->pending = m->permanent = false;
    m->recovery = !m->slot[0].there;
    m->deaf = m->mute_after_reset;
    if (m->crashes && m->trial) {
        m->crashes = false;
        boot(m);
    }
}

static void put_slot(struct model *m, struct tn_cbor_out *o, int i) {
    bool spare = i == 1;
    if (!m->slot[i].there) {
        return;
    }
    tn_cbor_open_map(o);
    tn_cbor_pair_uint(o, "slot", (uint32_t)i);
    tn_cbor_pair_str(o, "version", m->slot[i].version);
    if (!m->never_hashes && !(m->no_hashes && m->recovery)) {
        tn_cbor_put_str(o, "hash");
        tn_cbor_put_bytes(o, m->slot[i].hash, 32);
    }
    if (m->never_hashes || (m->no_flags && m->recovery)) {
        tn_cbor_close(o);
        return;
    }
    tn_cbor_pair_bool(o, "bootable", true);
    tn_cbor_pair_bool(o, "pending", spare && m->pending);
    tn_cbor_pair_bool(o, "confirmed", spare == m->trial);
    tn_cbor_pair_bool(o, "active", !spare && !m->recovery);
    tn_cbor_close(o);
}

static void put_state(struct model *m, struct tn_cbor_out *o) {
    tn_cbor_put_str(o, "images");
    tn_cbor_open_list(o);
    put_slot(m, o, 0);
    put_slot(m, o, 1);
    tn_cbor_close(o);
}

// Handles a state write. Returns the image group's code.
static uint32_t do_mark(struct model *m, struct tn_cbor_in *in) {
    struct tn_span hash = {0};
    bool confirm = false;
    const struct tn_cbor_field fields[] = {
            {"hash", TN_FIELD_BYTES, &hash},
            {"confirm", TN_FIELD_BOOL, &confirm},
    };
    CHECK(tn_cbor_get_map(in, fields, 2) >= 0);
    if (m->only_says_yes) {
        return 0;
    }
    bool other = hash.len == 32 && m->slot[1].there && !memcmp(m->slot[1].hash, hash.ptr, 32);
    if (confirm && other) {
        m->pending = m->permanent = !m->trial;
        return 0;
    }
    if (confirm) {
        m->trial = false;
        return 0;
    }
    CHECK_EQ(hash.len, 32);
    if (!m->slot[1].there || memcmp(m->slot[1].hash, hash.ptr, 32) != 0) {
        return 8;
    }
    if (m->trial) {
        return 9;
    }
    if (m->distrusts) {
        return 32;
    }
    m->pending = true;
    return 0;
}

static uint32_t do_upload(struct model *m, struct tn_cbor_in *in, struct tn_cbor_out *o) {
    uint32_t off = 0, len = 0;
    struct tn_span data = {0};
    const struct tn_cbor_field fields[] = {
            {"off", TN_FIELD_UINT, &off},
            {"data", TN_FIELD_BYTES, &data},
            {"len", TN_FIELD_UINT, &len},
    };
    CHECK(tn_cbor_get_map(in, fields, 3) >= 3);
    if (m->trial) {
        return 9;
    }
    int to = m->recovery && (!m->slot[0].there || m->no_flags) ? 0 : 1;
    if (off == 0 && m->slot[to].there && memcmp(m->slot[to].hash, new_hash, 32) == 0 &&
            !m->other_copy) {
        m->have = IMAGE_LEN;  // complete
    }
    if (off == 0 && m->have == 0) {
        m->uploads++;
        m->other_copy = m->distrusts = false;
        m->slot[to].there = false;
        m->pending = false;
    }
    if (off == m->have) {
        CHECK(memcmp(file + off, data.ptr, data.len) == 0);
        m->have += (uint32_t)data.len;
    }
    tn_cbor_pair_uint(o, "off", m->have);
    if (m->have == IMAGE_LEN) {
        m->slot[to].there = true;
        m->slot[to].version = "2.0.0";
        memcpy(m->slot[to].hash, new_hash, 32);
    }
    return 0;
}

// Returns an error code of the image group, or -8 for "not supported".
static int answer(struct model *m, const struct tn_smp_hdr *h, struct tn_cbor_in *in,
        struct tn_cbor_out *o, bool *ret_reset) {
    switch (h->group * 16 + h->id) {
    case TN_OS_PARAMS:
        tn_cbor_pair_uint(o, "buf_size", 300);
        tn_cbor_pair_uint(o, "buf_count", 4);
        return m->no_params ? -8 : 0;
    case TN_OS_INFO:
        tn_cbor_pair_str(o, "output", m->is_ours ? "Tenon" : "Zephyr");
        return m->no_info ? -8 : 0;
    case TN_OS_BOOTLOADER: {
        struct tn_span query = {0};
        const struct tn_cbor_field field = {"query", TN_FIELD_TEXT, &query};
        if (tn_cbor_get_map(in, &field, 1) == 1) {
            tn_cbor_pair_uint(o, "mode", (uint32_t)m->mode);
        } else {
            tn_cbor_pair_str(o, "bootloader", "MCUboot");
        }
        return m->mode ? 0 : -8;
    }
    case TN_OS_RESET:
        *ret_reset = true;
        return 0;
    case 16 + TN_IMG_STATE: {
        int rc = h->op == TN_SMP_WRITE ? (int)do_mark(m, in) : 0;
        put_state(m, o);
        return rc;
    }
    case 16 + TN_IMG_UPLOAD:
        return (int)do_upload(m, in, o);
    default:
        return -8;
    }
}

static void queue(struct model *m, struct tn_smp_hdr h, const struct tn_cbor_out *o, int rc) {
    uint8_t err[40];
    struct tn_cbor_out e;
    size_t at = (m->first + m->n) % PACKETS;

    tn_cbor_out_init(&e, err, sizeof(err));
    tn_cbor_open_map(&e);
    if (rc < 0) {
        tn_cbor_pair_uint(&e, "rc", (uint32_t)-rc);
    } else if (rc > 0) {
        tn_cbor_put_str(&e, "err");
        tn_cbor_put_map(&e, 2);
        tn_cbor_pair_uint(&e, "group", 1);
        tn_cbor_pair_uint(&e, "rc", (uint32_t)rc);
    }
    tn_cbor_close(&e);
    o = rc ? &e : o;
    CHECK(!o->full && m->n < PACKETS);
    h.op++;
    h.len = (uint16_t)o->len;
    tn_smp_hdr_put(m->answers[at], &h);
    memcpy(m->answers[at] + 8, o->buf, o->len);
    m->lens[at] = 8 + o->len;
    m->n++;
    CHECK_EQ(write(m->pipe[1], "x", 1), 1);
}

static bool is_lost(struct model *m) {
    return m->loss && tn_test_random(&m->seed) % 1000 < m->loss;
}

static enum trouble next_trouble(struct model *m) {
    m->requests++;
    if (is_lost(m)) {
        return LOSE_REQUEST;
    }
    if (is_lost(m)) {
        return LOSE_ANSWER;
    }
    return m->requests >= m->at && m->requests < m->at + m->count ? m->trouble : NO_TROUBLE;
}

static void serve(struct model *m, const uint8_t *pkt, size_t len) {
    struct tn_smp_hdr h;
    struct tn_cbor_in in;
    struct tn_cbor_out o;
    uint8_t body[PACKET - 8];
    bool reset = false;
    enum trouble t = next_trouble(m);

    CHECK_EQ(tn_smp_hdr_get(&h, pkt, len), 0);
    if (m->deaf || t == LOSE_REQUEST) {
        return;
    }
    if (h.group == TN_SMP_IMAGE && h.id == TN_IMG_UPLOAD && m->slow_ms) {
        tn_wait(-1, 0, m->slow_ms);
    }
    tn_cbor_in_init(&in, pkt + 8, h.len);
    tn_cbor_out_init(&o, body, sizeof(body));
    tn_cbor_open_map(&o);
    int rc = t == REFUSE ? 12 : answer(m, &h, &in, &o, &reset);
    tn_cbor_close(&o);
    if (t == BREAK) {
        m->broken = true;
    } else if (t != LOSE_ANSWER) {
        queue(m, h, &o, rc);
    }
    if (reset && rc == 0) {
        boot(m);
    }
}

// ---- The transport ---------------------------------------------------------------------

static struct model *self(const struct tn_transport *t) {
    return (struct model *)(uintptr_t)t;
}

static void drain(struct model *m) {
    char c;
    while (m->n) {
        CHECK_EQ(read(m->pipe[0], &c, 1), 1);
        m->n--;
    }
}

static int t_open(struct tn_transport *t, struct tn_fault *f) {
    if (self(t)->unplugged) {
        return tn_fail(f, TN_FAULT_NO_DEVICE, "no such port");
    }
    drain(self(t));
    self(t)->broken = false;
    return 0;
}

static void t_close(struct tn_transport *t) {
    (void)t;
}

static int t_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    *ret_events = TN_WAIT_READ;
    return self(t)->pipe[0];
}

static bool t_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

static int t_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    (void)retry, (void)f;
    uint8_t *exact = memcpy(malloc(len), pkt, len);
    serve(self(t), exact, len);
    free(exact);
    return 0;
}

static int t_work(struct tn_transport *t, struct tn_fault *f) {
    return self(t)->broken || self(t)->unplugged ? tn_fail(f, TN_FAULT_LINK, "broken") : 0;
}

static const uint8_t *t_receive(struct tn_transport *t, size_t *ret_len) {
    struct model *m = self(t);
    char c;

    if (m->n == 0) {
        return NULL;
    }
    const uint8_t *pkt = m->answers[m->first];
    *ret_len = m->lens[m->first];
    m->first = (m->first + 1) % PACKETS;
    m->n--;
    CHECK_EQ(read(m->pipe[0], &c, 1), 1);
    return pkt;
}

static const struct tn_transport_ops ops = {
        t_open, t_close, t_wait_for, t_is_idle, t_send, t_work, t_receive, NULL, NULL, NULL};

// ---- Runs ------------------------------------------------------------------------------

static void begin(struct model *m) {
    memset(m, 0, sizeof(*m));
    CHECK_EQ(pipe(m->pipe), 0);
    m->head = (struct tn_transport){
            .ops = &ops, .name = "model", .max_packet = PACKET, .overhead = 4, .safe_packet = 380};
    m->deadline_ms = 9000;
    m->slot[0] = (struct held){.there = true, .version = "1.0.0"};
    memcpy(m->slot[0].hash, old_hash, 32);
    for (size_t i = 0; i < IMAGE_LEN; i++) {
        file[i] = (uint8_t)(i * 7);
    }
}

static struct tn_upgrade last;
static struct tn_fault fault;
static char said[4000];

static void on_event(void *ctx, enum tn_upgrade_phase phase, const char *text) {
    (void)ctx, (void)phase;
    if (text) {
        strncat(said, text, sizeof(said) - strlen(said) - 1);
    }
}

static int upgrade(struct model *m, bool no_confirm) {
    static const struct tn_inspect in = {.has_header = true, .has_key_hash = true};
    struct tn_session s = {.transport = &m->head, .timeout_ms = m->loss ? 0 : m->slow_ms + 20};

    said[0] = 0;

    last = (struct tn_upgrade){.session = &s,
            .name = "new.bin",
            .file = file,
            .len = IMAGE_LEN,
            .in = &in,
            .version = "2.0.0",
            .no_confirm = no_confirm,
            .is_rollback = m->is_rollback,
            .is_sent = m->is_sent,
            .event = on_event,
            .deadline_ms = m->loss ? 0 : m->deadline_ms};
    memcpy(last.hash, new_hash, 32);
    CHECK_EQ(tn_session_open(&s, &fault), 0);
    int err = tn_upgrade(&last, &fault);
    tn_session_close(&s);
    close(m->pipe[0]);
    close(m->pipe[1]);
    return err;
}

static int roll_back(struct model *m) {
    m->is_rollback = true;
    return upgrade(m, false);
}

static bool runs_new(const struct model *m) {
    return !m->recovery && m->slot[0].there && memcmp(m->slot[0].hash, new_hash, 32) == 0;
}

TEST(an_upgrade_ends_with_the_new_image_confirmed) {
    struct model m;

    begin(&m);
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
    CHECK(runs_new(&m) && !m.trial);
    CHECK_EQ(m.resets, 1);
}

TEST(no_confirm_leaves_it_on_test) {
    struct model m;

    begin(&m);
    CHECK_EQ(upgrade(&m, true), 0);
    CHECK_EQ(last.result, TN_UPGRADE_ON_TEST);
    CHECK(runs_new(&m) && m.trial);
}

TEST(what_runs_already_is_left_alone) {
    struct model m;

    begin(&m);
    memcpy(m.slot[0].hash, new_hash, 32);
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(last.result, TN_UPGRADE_UP_TO_DATE);
    CHECK_EQ(m.resets + m.uploads, 0);
}

TEST(what_runs_on_test_is_confirmed_without_an_upload) {
    struct model m;

    begin(&m);
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, new_hash, 32);
    m.trial = true;
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
    CHECK_EQ(m.resets + m.uploads, 0);
    CHECK(!m.trial);
}

// Over USB DFU, which neither reports what runs nor confirms it.
TEST(an_image_that_came_over_another_link_is_confirmed_and_never_sent) {
    struct model m;

    begin(&m);
    m.is_sent = true;
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, new_hash, 32);
    m.trial = true;
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
    CHECK(!m.trial);
    CHECK_EQ(m.resets + m.uploads, 0);

    begin(&m);  // the loader took the old image back
    m.is_sent = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK_EQ(m.resets + m.uploads, 0);

    begin(&m);
    m.is_sent = true;
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, new_hash, 32);
    m.trial = true;
    CHECK_EQ(upgrade(&m, true), 0);
    CHECK_EQ(last.result, TN_UPGRADE_ON_TEST);
    CHECK(m.trial);
}

TEST(what_lies_in_the_spare_slot_is_not_sent_again) {
    for (int pending = 0; pending < 2; pending++) {
        struct model m;
        begin(&m);
        m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
        memcpy(m.slot[1].hash, new_hash, 32);
        m.pending = pending;
        CHECK_EQ(upgrade(&m, false), 0);
        CHECK_EQ(m.uploads, 0);
        CHECK(runs_new(&m) && !m.trial);
    }
}

TEST(an_empty_device_in_recovery_gets_its_first_image) {
    struct model m;

    begin(&m);
    m.slot[0].there = false;
    m.recovery = true;
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
    CHECK(runs_new(&m));
}

// MCUboot's recovery writes slot 0, and may report neither hashes nor flags: the application does.
TEST(a_recovery_without_hashes_and_flags_is_verified_in_the_application) {
    for (int same = 0; same < 2; same++) {
        struct model m;
        begin(&m);
        m.recovery = m.no_hashes = m.no_flags = true;
        m.slot[0].version = same ? "2.0.0" : "1.0.0";
        CHECK_EQ(upgrade(&m, false), 0);
        CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
        CHECK_EQ(m.uploads, 1);
        CHECK(runs_new(&m));
        CHECK(strstr(said, same ? "it lists version 2.0.0" : "it lists no version 2.0.0") != NULL);
    }
}

TEST(a_device_that_never_reports_hashes_or_flags_is_no_success) {
    struct model m;

    begin(&m);
    m.recovery = m.no_flags = m.never_hashes = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK(strstr(fault.text, "cannot be known") != NULL);
}

TEST(a_deadline_ends_every_phase) {
    struct model m;

    begin(&m);
    m.slow_ms = 300;  // twelve chunks
    m.deadline_ms = 1600;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DEADLINE);
    CHECK(strstr(fault.text, "not done within 1.6 s") != NULL);
    CHECK_EQ(m.resets, 0);
    for (int phase = 0; phase < 2; phase++) {
        begin(&m);
        m.deaf = true;  // from the beginning, or from a chunk on
        m.deadline_ms = 300;
        uint32_t start = tn_now_ms();
        CHECK_EQ(upgrade(&m, false), -1);
        CHECK(tn_now_ms() - start < 600);
    }
}

TEST(older_and_changed_content_are_said_before_the_upload) {
    struct model m;

    begin(&m);
    m.slot[0].version = "3.0.0";
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK(strstr(said, "version 2.0.0 is older than the one on the device, 3.0.0") != NULL);
    begin(&m);
    m.slot[0].version = "2.0.0";
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK(strstr(said, "has version 2.0.0 already, with another content") != NULL);
    begin(&m);
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK(strstr(said, "older") == NULL && strstr(said, "already, with") == NULL);
}

TEST(a_hanging_image_names_the_watchdog_and_what_comes_next) {
    struct model m;

    begin(&m);
    m.mute_after_reset = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(fault.text, "watchdog") != NULL);
    CHECK(strstr(fault.text, "reverts it to the old image") != NULL);
}

// Of a confirmed image and of one on test. Nothing is sent.
TEST(a_rollback_brings_the_image_in_the_other_slot_back) {
    for (int trial = 0; trial < 2; trial++) {
        struct model m;
        begin(&m);
        m.slot[1] = (struct held){.there = true, .version = "0.9.0"};
        memcpy(m.slot[1].hash, new_hash, 32);
        m.trial = trial;
        CHECK_EQ(roll_back(&m), 0);
        CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
        CHECK(runs_new(&m) && !m.trial);
        CHECK_EQ(m.uploads, 0);
        CHECK_EQ(m.resets, 1);
    }
    struct model m;
    begin(&m);
    CHECK_EQ(roll_back(&m), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK(strstr(fault.text, "no other image to go back to") != NULL);
    CHECK_EQ(m.resets, 0);
}

// A bootloader that runs the newest version, and one that overwrites.
TEST(a_bootloader_that_cannot_go_back_says_so) {
    static const struct {
        int mode;
        const char *text;
    } rows[] = {{2, "overwrites the old image"}, {4, "runs the newest image"},
            {5, "runs the newest image"}};

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        struct model m;
        begin(&m);
        m.mode = rows[i].mode;
        m.slot[1] = (struct held){.there = rows[i].mode != 2, .version = "0.9.0"};
        memcpy(m.slot[1].hash, new_hash, 32);
        CHECK_EQ(roll_back(&m), -1);
        CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
        CHECK(strstr(fault.text, rows[i].text) != NULL);
        CHECK_EQ(m.resets, 0);
    }
}

TEST(optional_commands_may_be_missing) {
    for (int mask = 0; mask < 4; mask++) {
        struct model m;
        begin(&m);
        m.no_params = mask & 1;
        m.no_info = mask & 2;
        CHECK_EQ(upgrade(&m, false), 0);
        CHECK(runs_new(&m) && !m.trial);
    }
}

TEST(an_older_server_of_ours_that_tells_nothing_about_images_is_upgraded) {
    struct model m;

    begin(&m);
    m.is_ours = true;
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK(runs_new(&m) && !m.trial);
}

TEST(a_rejected_image_is_told_from_a_success) {
    struct model m;

    begin(&m);
    m.rejects = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
}

TEST(a_reverted_image_is_told_from_a_success) {
    struct model m;

    begin(&m);
    m.crashes = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK(strstr(fault.text, "1.0.0 runs") != NULL);
}

TEST(a_device_that_says_yes_and_does_nothing_is_found_out) {
    struct model m;

    begin(&m);
    m.only_says_yes = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(m.resets, 0);
    begin(&m);
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, new_hash, 32);
    m.trial = m.only_says_yes = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
}

TEST(an_image_that_never_answers_is_no_success) {
    struct model m;

    begin(&m);
    m.mute_after_reset = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(fault.text, "may hang") != NULL);
}

TEST(a_device_that_is_unplugged_after_the_reset_is_named_so) {
    struct model m;

    begin(&m);
    m.unplugs = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
    CHECK(strstr(fault.text, "port is gone") != NULL);
}

TEST(a_held_button_is_not_reported_as_a_rejection) {
    for (int from_recovery = 0; from_recovery < 2; from_recovery++) {
        struct model m;
        begin(&m);
        m.button = true;
        m.recovery = from_recovery;
        CHECK_EQ(upgrade(&m, false), -1);
        CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
        CHECK(strstr(fault.text, "the request for it still waits") != NULL);
        CHECK(m.pending);
        CHECK(from_recovery || m.resets == 1);
    }
}

TEST(a_copy_that_is_refused_is_sent_again_only_if_it_is_not_the_file) {
    struct model m;

    begin(&m);
    m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
    memcpy(m.slot[1].hash, new_hash, 32);
    m.distrusts = true;
    CHECK_EQ(upgrade(&m, false), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(fault.rc, 32);
    CHECK_EQ(m.uploads + m.resets, 0);
    // An image with another signature, which the hash does not cover.
    begin(&m);
    m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
    memcpy(m.slot[1].hash, new_hash, 32);
    m.distrusts = m.other_copy = true;
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK_EQ(m.uploads, 1);
    CHECK(runs_new(&m) && !m.trial);
}

// Runs once with a fault. Returns false if the fault is behind the last request.
static bool run_with(enum trouble t, unsigned at, unsigned count, int *ret_err) {
    struct model m;

    begin(&m);
    m.trouble = t;
    m.at = at;
    m.count = count;
    *ret_err = upgrade(&m, false);
    if (*ret_err == 0) {
        CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
        CHECK(runs_new(&m) && !m.trial);
    } else {
        CHECK(fault.kind != TN_FAULT_NONE && *fault.text);
    }
    return m.requests >= at;
}

TEST(one_lost_packet_anywhere_does_no_harm) {
    for (enum trouble t = LOSE_REQUEST; t <= LOSE_ANSWER; t++) {
        int err = 0;
        for (unsigned at = 1; run_with(t, at, 1, &err); at++) {
            CHECK_EQ(err, 0);
        }
    }
}

TEST(an_upgrade_succeeds_with_a_link_that_breaks_at_any_request) {
    int err = 0;
    for (unsigned at = 1; run_with(BREAK, at, 1, &err); at++) {
        // Requests 1 and 2 are the probe's: the host does not wait for a port that never worked.
        if (at > 2) {
            CHECK_EQ(err, 0);
        }
    }
}

// The requests of an upgrade: queries, the mark, the reset, and the queries after it.
TEST(an_upgrade_succeeds_with_a_tenth_of_the_packets_lost) {
    unsigned requests = 0;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct model m;
        begin(&m);
        m.loss = 100;
        m.seed = seed;
        if (upgrade(&m, false)) {
            print_error("seed %u: %s\n", seed, fault.text);
        }
        CHECK_EQ(last.result, TN_UPGRADE_CONFIRMED);
        CHECK(runs_new(&m) && !m.trial);
        requests += m.requests;
    }
    struct model m;
    begin(&m);
    CHECK_EQ(upgrade(&m, false), 0);
    CHECK(requests > SEEDS * m.requests);
}

TEST(a_refusal_anywhere_is_a_fault_and_never_a_false_success) {
    int err = 0;
    for (unsigned at = 1; run_with(REFUSE, at, 1, &err); at++) {
    }
}

TEST(a_device_that_dies_anywhere_is_a_fault) {
    int err = 0;
    unsigned at = 1;
    while (run_with(LOSE_REQUEST, at, 100000, &err) && err) {
        CHECK(fault.kind == TN_FAULT_LINK || fault.kind == TN_FAULT_NOT_SMP ||
                fault.kind == TN_FAULT_SILENT || fault.kind == TN_FAULT_DEADLINE);
        at += at == 4 ? 13 : 1;  // requests 5 to 16 are the upload, whose silence test/client tests
    }
    CHECK_EQ(err, 0);  // the last run ended before its fault
    CHECK(at > 20);
}
