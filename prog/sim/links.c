// SPDX-License-Identifier: Apache-2.0
// Every group, on a serial line and on UDP at once. Each link has a server with its own table,
// which its policy produces. Both links share one session.
#include "links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/version.h"
#include "ble.h"
#include "channel/gatt.h"
#include "channel/net.h"
#include "link/detect.h"
#include "secrets.h"
#include "serve/basic.h"
#include "serve/enumerate.h"
#include "serve/images.h"
#include "serve/open_link.h"
#include "serve/tenon.h"
#include "sim.h"
#include "things.h"
#include "update/journal.h"

enum {
    GROUPS = 9,
    CMDS = 40,
    PERMITS = 16,
    PACKETS = 4,      // packets that the terminal and the line hold, as no erase stops the core
    DATAGRAM = 1472,  // UDP bytes in an Ethernet frame
    DATAGRAMS = 4,    // datagrams that wait in the socket; Zephyr's default
    BLE_PACKET = 1024,
    BLE_PACKETS = 4,
};

// The rows that each word permits additionally.
static const struct {
    const char *word;
    struct tn_smp_permit permit;
} words[] = {
        {"os",
                {TN_SMP_OS,
                        TN_SMP_BIT(TN_OS_TASKSTAT) | TN_SMP_BIT(TN_OS_MPSTAT) |
                                TN_SMP_BIT(TN_OS_DATETIME),
                        TN_SMP_BIT(TN_OS_DATETIME)}},
        {"stat", {TN_SMP_STAT, TN_SMP_ALL, TN_SMP_ALL}},
        {"settings", {TN_SMP_SETTINGS, TN_SMP_ALL, TN_SMP_ALL}},
        {"fs", {TN_SMP_FS, TN_SMP_ALL, TN_SMP_ALL}},
        {"shell", {TN_SMP_SHELL, TN_SMP_ALL, TN_SMP_ALL}},
        {"storage", {TN_SMP_BASIC, TN_SMP_ALL, TN_SMP_ALL}},
        {"read-back", {TN_SMP_TENON, TN_SMP_BIT(TN_TENON_READ_BACK), 0}},
};

// A link's server, and the state of its requests.
struct link {
    struct tn_smp_permit permits[PERMITS];
    struct tn_smp_policy policy;
    struct tn_serve_fs fs;
    struct tn_serve_basic basic;
    struct tn_smp_group groups[GROUPS];
    struct tn_smp_cmd cmds[CMDS];
    struct tn_smp_server server;
    uint8_t response[DATAGRAM + 4];  // the answer to an echo is a byte longer
};

static struct link links[SIM_LINKS];
static bool has_udp;
static struct tn_update update;
static struct tn_admit admit;
static struct tn_serve_images images;
static const struct tn_slots *slots[TN_SIM_IMAGES];
static const struct tn_area *logs[TN_SIM_IMAGES];
static struct tn_journal journal;
static struct tn_serve_tenon tenon;
static struct tn_serve_os_time_tasks os;
static const char *words_of_os[5];
static const char *own_id;
static uint8_t frame[TN_SERVICE_FRAME];
static uint8_t datagram[DATAGRAM];
static uint8_t chunk[DATAGRAM];  // accepts the data of a whole datagram
static struct tn_detect detect = {.buf = frame, .size = sizeof(frame)};
static struct tn_line line = {
        .channel = {.step = tn_line_step,
                .server = &links[SIM_SERIAL].server,
                .peer = {.link = SIM_SERIAL, .buf_size = sizeof(frame)}},
        .stream = &tn_sim_uart,
        .framing = &tn_detect_framing,
        .link = &detect,
};
static struct tn_net net = {
        .channel = {.step = tn_net_step,
                .server = &links[SIM_UDP].server,
                .peer = {.link = SIM_UDP, .buf_count = DATAGRAMS, .buf_size = DATAGRAM}},
        .port = &tn_sim_udp,
        .buf = datagram,
};
static uint8_t ble_packets[BLE_PACKETS * BLE_PACKET];
static struct tn_ble ble = {.buf = ble_packets, .size = BLE_PACKET, .count = BLE_PACKETS};
static struct tn_gatt gatt = {
        .channel = {.step = tn_gatt_step,
                .server = &links[SIM_BLE].server,
                .peer = {.link = SIM_BLE, .buf_size = BLE_PACKET}},
        .ble = &ble,
};
static struct tn_service service;

// ---- Policies ----------------------------------------------------------------------------

// Returns false if there is no room for another row.
static bool permit(enum sim_link link, const struct tn_smp_permit *p) {
    struct link *l = &links[link];

    if (!l->policy.npermits) {
        memcpy(l->permits, tn_serve_open_link_permits, sizeof(tn_serve_open_link_permits));
        l->policy = (struct tn_smp_policy){l->permits, TN_OPEN_LINK_PERMITS};
    }
    if (!p) {
        return true;
    }
    if (l->policy.npermits == PERMITS) {
        return false;
    }
    l->permits[l->policy.npermits++] = *p;
    return true;
}

static bool allow_word(enum sim_link link, const char *word, size_t len) {
    bool all = len == 3 && memcmp(word, "all", 3) == 0;
    bool found = false;

    for (size_t i = 0; i < TN_LEN(words); i++) {
        if (all || (strlen(words[i].word) == len && memcmp(words[i].word, word, len) == 0)) {
            if (!permit(link, &words[i].permit)) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

bool tn_sim_allow(enum sim_link link, const char *text) {
    while (*text) {
        size_t len = strcspn(text, ",");
        if (!allow_word(link, text, len)) {
            return false;
        }
        text += len + (text[len] == ',');
    }
    return true;
}

// The log and the journal of the image that is to be written.
static void use_image(struct tn_serve_images *m, uint32_t nth) {
    (void)m;
    admit.log = logs[nth];
    tn_journal_keep(&journal, &update, service.board->guard->journal);
}

void tn_sim_links_begin(bool udp, const char *id, unsigned nimages) {
    for (unsigned i = 0; i < nimages; i++) {
        slots[i] = tn_sim_image(i);
        logs[i] = tn_sim_log(i);
    }
    images = (struct tn_serve_images){.slots = slots, .n = (uint8_t)nimages, .use = use_image};
    own_id = id;
    has_udp = udp;
    permit(SIM_SERIAL, NULL);
    permit(SIM_UDP, NULL);
    permit(SIM_BLE, NULL);
}

// ---- Servers -----------------------------------------------------------------------------

// Commands of group 64: those of TN_SERVE_TENON_READ, and the keys.
static const struct tn_smp_cmd tenon_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_TAKE_BACK, NULL, tn_serve_take_back},
        {TN_TENON_READ_BACK, tn_serve_read_back, NULL},
        {TN_TENON_RESULT, tn_serve_result, NULL},
        {TN_TENON_KEY_LIST, tn_serve_key_list, NULL},
};

static void set_up(struct link *l) {
    const struct tn_smp_group all[GROUPS] = {
            TN_SERVE_OS_TIME_TASKS(&os),
            images.n > 1 ? (struct tn_smp_group)TN_SERVE_IMAGES(&images)
                         : (struct tn_smp_group)TN_SERVE_SESSION(&images.session),
            TN_SERVE_STAT(&tn_sim_stat),
            TN_SERVE_SETTINGS(&tn_sim_settings),
            TN_SERVE_FS(&l->fs),
            TN_SERVE_SHELL(&tn_sim_shell),
            TN_SERVE_ENUM,
            TN_SERVE_BASIC(&l->basic),
            TN_SERVE_TENON_ROW(tenon_cmds, &tenon),
    };
    const struct tn_smp_rows rows = {l->groups, GROUPS, l->cmds, CMDS};

    tn_sim_files(&l->fs);
    l->basic.storage = &tn_sim_storage;
    int n = tn_smp_permitted(&l->policy, all, GROUPS, &rows);
    if (n < 0) {
        fputs("tenon-sim: CMDS in sim/links.c is too small for the permitted commands\n", stderr);
        abort();
    }
    l->server = (struct tn_smp_server){.groups = l->groups,
            .ngroups = (size_t)n,
            .rsp = l->response,
            .rsp_size = sizeof(l->response),
            .words = tn_smp_words};
}

static void round_of(struct tn_service *s) {
    tn_sim_things_round();
    tn_sim_ble_round();
    tn_service_listen(s);
}

// Before a reset, the last answer leaves over the air, too.
static void linger(const struct tn_board *board) {
    tn_sim_ble_end();
    tn_service_linger(board);
}

struct tn_service *tn_sim_service(const struct tn_board *board, const struct tn_trust *trust,
        enum tn_writable writable, uint8_t rules, struct tn_keyring *keyring) {
    service = (struct tn_service){.board = board,
            .update = &update,
            .links = &line.channel,
            .round = round_of,
            .linger = linger};
    update.slots = board->slots;
    update.trust = trust;
    update.buf = chunk;
    update.size = sizeof(chunk);
    tn_sim_secrets_open(&update, writable == TN_SLOTS_ANY);
    line.channel.next = has_udp ? &net.channel : NULL;
    if (tn_sim_ble_begin(&ble, writable == TN_SLOTS_ANY)) {
        gatt.channel.next = line.channel.next;
        line.channel.next = &gatt.channel;
    }
    gatt.channel.peer.buf_count = tn_service_buf_count(board->slots, BLE_PACKETS);
    line.channel.peer.buf_count = tn_service_buf_count(board->slots, PACKETS);
    images.session.image = (struct tn_serve_image){&update, writable};
    os.time_tasks = &tn_sim_os;
    tn_service_describe(
            &service, &os.os, words_of_os, writable == TN_SLOTS_ANY ? "recovery" : "application");
    if (*own_id) {
        words_of_os[4] = own_id;
        os.os.letters = "snrpd";
    }
    tn_journal_keep(&journal, &update, board->guard->journal);
    tenon = (struct tn_serve_tenon){.outcome = board->guard->outcome,
            .version = TN_VERSION,
            .resumes = true,
            .trust = trust,
            .slots = board->slots,
            .rules = rules,
            .logs = logs,
            .nlogs = images.n,
            .keyring = keyring};
    tn_service_hold_to(&service, &admit, rules, writable == TN_SLOTS_SPARE);
    set_up(&links[SIM_SERIAL]);
    set_up(&links[SIM_UDP]);
    set_up(&links[SIM_BLE]);
    return &service;
}

void tn_sim_result(const char *text) {
    tenon.result = text;
}

struct tn_line *tn_sim_line(void) {
    return &line;
}
