// SPDX-License-Identifier: Apache-2.0
// One serial line on which clients choose the framing; uploads have a journal.
#include "base/compiler.h"
#include "base/version.h"
#include "link/detect.h"
#include "serve/enumerate.h"
#include "service/service.h"
#include "update/journal.h"

// One struct, so that a Cortex-M0 needs one address; large members come last.
static struct {
    struct tn_service_serial serial;
    struct tn_smp_server server;
    struct tn_detect detect;
    struct tn_serve_os os;
    struct tn_serve_image image;
    struct tn_serve_tenon tenon;
    struct tn_admit admit;
    struct tn_journal journal;
    struct tn_update update;
    const char *words[5];
    uint8_t response[TN_SERVICE_RESPONSE];
    uint8_t frame[TN_SERVICE_FRAME];
    uint8_t chunk[TN_SERVICE_PACKET];
} our;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&our.os),
        TN_SERVE_IMAGE(&our.image),
        TN_SERVE_ENUM,
        TN_SERVE_TENON(&our.tenon),
};

// Uses the areas that a board may have for outcomes and for the upload journal.
static void guard(const struct tn_guard *g) {
    our.tenon.outcome = g->outcome;
    if (g->journal) {
        tn_journal_keep(&our.journal, &our.update, g->journal);
        our.tenon.resumes = true;
    }
}

void tn_service_serial_as_application(void) {
    static const struct tn_smp_group app_groups[] = {
            TN_SERVE_OS(&our.os),
            TN_SERVE_IMAGE(&our.image),
            TN_SERVE_ENUM,
            TN_SERVE_TENON_APP(&our.tenon),
    };

    our.server.groups = app_groups;
}

void tn_service_serial_result(const char *text) {
    static const struct tn_smp_group card_groups[] = {
            TN_SERVE_OS(&our.os),
            TN_SERVE_IMAGE(&our.image),
            TN_SERVE_ENUM,
            TN_SERVE_TENON_RESULT(&our.tenon),
    };

    our.tenon.result = text;
    our.server.groups = card_groups;
}

void tn_service_serial_keys(struct tn_keyring *keyring, bool is_application) {
    static const struct tn_smp_group key_groups[] = {
            TN_SERVE_OS(&our.os),
            TN_SERVE_IMAGE(&our.image),
            TN_SERVE_ENUM,
            TN_SERVE_TENON_KEYS(&our.tenon),
    };
    static const struct tn_smp_group app_key_groups[] = {
            TN_SERVE_OS(&our.os),
            TN_SERVE_IMAGE(&our.image),
            TN_SERVE_ENUM,
            TN_SERVE_TENON_APP_KEYS(&our.tenon),
    };

    our.tenon.keyring = keyring;
    our.server.groups = is_application ? app_key_groups : key_groups;
}

struct tn_service_serial *tn_service_serial(const struct tn_board *board,
        const struct tn_trust *trust, enum tn_writable writable, uint8_t rules) {
    bool is_application = writable == TN_SLOTS_SPARE;
    struct tn_handover loader;

    our.serial.service = (struct tn_service){
            .board = board,
            .update = &our.update,
            .links = &our.serial.line.channel,
            .round = tn_service_tell_time,
            .linger = tn_service_linger,
    };
    our.serial.line.channel = (struct tn_channel){
            .step = tn_line_step,
            .server = &our.server,
            .peer = {.buf_size = sizeof(our.frame),
                    .buf_count = tn_service_buf_count(board->slots, 2),
                    .rights = tn_service_has_rom(board) ? TN_RIGHT_ROM : 0},
    };
    our.serial.line.stream = board->serial;
    our.serial.line.framing = &tn_detect_framing;
    our.serial.line.link = &our.detect;
    our.server = (struct tn_smp_server){
            .groups = groups,
            .ngroups = TN_LEN(groups),
            .rsp = our.response,
            .rsp_size = sizeof(our.response),
            .words = tn_smp_words,
    };
    our.detect.buf = our.frame;
    our.detect.size = sizeof(our.frame);
    our.image = (struct tn_serve_image){&our.update, writable};
    our.tenon.version = TN_VERSION;
    our.tenon.trust = trust;
    our.tenon.slots = board->slots;
    our.update.slots = board->slots;
    our.update.trust = trust;
    our.update.buf = our.chunk;
    our.update.size = sizeof(our.chunk);
    tn_service_describe(
            &our.serial.service, &our.os, our.words, is_application ? "application" : "recovery");
    if (board->guard) {
        guard(board->guard);
    }
    if (is_application && !tn_handover_get(board->handover, &loader)) {
        rules = loader.rules;
    }
    our.tenon.rules = rules;
    tn_service_hold_to(&our.serial.service, &our.admit, rules, is_application);
    return &our.serial;
}

// The log and the journal of the image that is to be written. Of a chip's own counter there is one,
// which is the first image's.
static void use_image(struct tn_serve_images *serve, uint32_t nth) {
    const struct tn_service_images *m = (const struct tn_service_images *)serve;
    const struct tn_guard *g = our.serial.service.board->guard;

    our.admit.log = m->logs[nth];
    our.admit.counter = nth || !g ? NULL : g->counter;
    if (g && g->journal) {
        tn_journal_keep(&our.journal, &our.update, g->journal);
    }
}

void tn_service_serial_images(struct tn_service_images *m) {
    static struct tn_smp_group rows[TN_LEN(groups)];
    static const struct tn_smp_group images[] = {TN_SERVE_IMAGES(NULL)};

    m->serve.session.image = our.image;
    m->serve.use = use_image;
    our.tenon.logs = m->logs;
    our.tenon.nlogs = m->serve.n;
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        rows[i] = our.server.groups[i];
        if (rows[i].id == TN_SMP_IMAGE) {
            rows[i] = images[0];
            rows[i].ctx = &m->serve;
        }
    }
    our.server.groups = rows;
}

void tn_service_serial_id(const char *id) {
    our.words[4] = id;
    our.os.letters = *id ? "snrpd" : our.os.letters;
}
