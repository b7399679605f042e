// SPDX-License-Identifier: Apache-2.0
#include "service/ble.h"

#include "base/compiler.h"
#include "base/version.h"
#include "channel/gatt.h"
#include "nimble/device.h"
#include "serve/enumerate.h"
#include "update/journal.h"

enum {
    PACKET = 512,
    PACKETS = 2,  // one that is being answered, and one that comes meanwhile
};

static struct {
    struct tn_service service;
    struct tn_gatt gatt;
    struct tn_ble ble;
    struct tn_nimble nimble;
    struct tn_smp_server server;
    struct tn_serve_os os;
    struct tn_serve_image image;
    struct tn_smp_cmd image_cmds[TN_LEN(tn_serve_image_cmds) - 1];
    struct tn_serve_tenon tenon;
    struct tn_admit admit;
    struct tn_journal journal;
    struct tn_update update;
    const char *words[5];
    uint8_t packets[PACKETS * PACKET];
    uint8_t response[PACKET + 4];
    uint8_t chunk[PACKET];
} our;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&our.os),
        TN_SMP_GROUP(TN_SMP_IMAGE, our.image_cmds, tn_serve_image_errs, tn_serve_image_words,
                tn_serve_image_late, &our.image),
        TN_SERVE_ENUM,
        TN_SERVE_TENON(&our.tenon),
};

void tn_service_ble_keys(struct tn_keyring *keyring) {
    static const struct tn_smp_group key_groups[] = {
            TN_SERVE_OS(&our.os),
            TN_SMP_GROUP(TN_SMP_IMAGE, our.image_cmds, tn_serve_image_errs, tn_serve_image_words,
                    tn_serve_image_late, &our.image),
            TN_SERVE_ENUM,
            TN_SERVE_TENON_KEYS(&our.tenon),
    };

    our.tenon.keyring = keyring;
    our.server.groups = key_groups;
}

static void guard(const struct tn_guard *g) {
    our.tenon.outcome = g->outcome;
    if (g->journal) {
        tn_journal_keep(&our.journal, &our.update, g->journal);
        our.tenon.resumes = true;
    }
}

static void round_of(struct tn_service *s) {
    tn_nimble_step();
    tn_service_tell_time(s);
}

static void linger(const struct tn_board *board) {
    (void)board;
    tn_nimble_end();
}

// The image group without erase: whoever is in reach may bring an image, and take none away.
static void set_up_commands(void) {
    size_t n = 0;

    for (size_t i = 0; i < TN_LEN(tn_serve_image_cmds); i++) {
        if (tn_serve_image_cmds[i].id != TN_IMG_ERASE && n < TN_LEN(our.image_cmds)) {
            our.image_cmds[n++] = tn_serve_image_cmds[i];
        }
    }
}

static void set_up_link(const struct tn_service_ble_cfg *cfg) {
    our.ble = (struct tn_ble){
            .access = cfg->access, .buf = our.packets, .size = PACKET, .count = PACKETS};
    our.gatt = (struct tn_gatt){
            .channel = {.step = tn_gatt_step,
                    .server = &our.server,
                    .peer = {.buf_size = PACKET,
                            .buf_count = tn_service_buf_count(cfg->board->slots, PACKETS)}},
            .ble = &our.ble};
    our.server = (struct tn_smp_server){.groups = groups,
            .ngroups = TN_LEN(groups),
            .rsp = our.response,
            .rsp_size = sizeof(our.response),
            .words = tn_smp_words};
    our.nimble = (struct tn_nimble){.ble = &our.ble,
            .name = cfg->name,
            .passkey = cfg->passkey,
            .bonds = cfg->bonds,
            .address = cfg->address,
            .now_ms = cfg->board->now_ms,
            .wait = cfg->wait};
}

static void set_up_update(const struct tn_service_ble_cfg *cfg) {
    const struct tn_board *board = cfg->board;
    struct tn_handover loader;

    our.image = (struct tn_serve_image){&our.update, TN_SLOTS_SPARE};
    our.tenon = (struct tn_serve_tenon){
            .version = TN_VERSION, .trust = cfg->trust, .slots = board->slots};
    our.update.slots = board->slots;
    our.update.trust = cfg->trust;
    our.update.buf = our.chunk;
    our.update.size = sizeof(our.chunk);
    if (board->guard) {
        guard(board->guard);
    }
    if (cfg->is_application && !tn_handover_get(board->handover, &loader)) {
        our.tenon.rules = loader.rules;
    }
    tn_service_hold_to(&our.service, &our.admit, our.tenon.rules, cfg->is_application);
}

struct tn_service *tn_service_ble(const struct tn_service_ble_cfg *cfg) {
    our.service = (struct tn_service){.board = cfg->board,
            .update = &our.update,
            .links = &our.gatt.channel,
            .round = round_of,
            .linger = linger};
    set_up_commands();
    set_up_link(cfg);
    set_up_update(cfg);
    tn_service_describe(
            &our.service, &our.os, our.words, cfg->is_application ? "application" : "recovery");
    if (*cfg->id) {
        our.words[4] = cfg->id;
        our.os.letters = "snrpd";
    }
    tn_nimble_begin(&our.nimble);
    return &our.service;
}
