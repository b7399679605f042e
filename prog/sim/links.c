// SPDX-License-Identifier: Apache-2.0
// Every group that there is, over serial line and UDP at once. Each link has a server with a table
// of its own, made by its policy; both share one session.
#include "links.h"

#include <string.h>

#include "base/compiler.h"
#include "net.h"
#include "serve/basic.h"
#include "serve/enumerate.h"
#include "serve/open_link.h"
#include "serve/session.h"
#include "service.h"
#include "sim.h"
#include "things.h"
#include "update/journal.h"

enum {
    GROUPS = 9,
    CMDS = 40,
    PERMITS = 16,
    RESPONSE = 512,
    PACKETS = 4,      // that the terminal and the line hold, while no erase stops the core
    DATAGRAM = 1472,  // what an Ethernet frame leaves for UDP
    DATAGRAMS = 4,    // that wait in the socket; Zephyr's default
};

// What a word permits besides.
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
};

// A link's server, with what a request of it may leave half done.
struct link {
    struct tn_smp_permit permits[PERMITS];
    struct tn_smp_policy policy;
    struct tn_serve_fs fs;
    struct tn_serve_basic basic;
    struct tn_smp_group groups[GROUPS];
    struct tn_smp_cmd cmds[CMDS];
};

static struct link links[SIM_LINKS];
static bool has_udp;
static const struct tn_board *board;
static struct tn_serve_session session;
static struct tn_journal journal;
static struct tn_serve_os_all os;
static struct tn_line *line;
static uint8_t response[RESPONSE];
static uint8_t datagram[DATAGRAM];
static uint8_t chunk[DATAGRAM];  // what a datagram carries is taken whole
static struct tn_smp_server udp_server = {
        .rsp = response, .rsp_size = sizeof(response), .wants_words = tn_smp_wants_words};
static struct tn_net net = {.port = &tn_sim_udp,
        .server = &udp_server,
        .peer = {.link = SIM_UDP, .buf_count = DATAGRAMS, .buf_size = DATAGRAM},
        .buf = datagram};

// ---- Policies ----------------------------------------------------------------------------

static void permit(enum sim_link link, const struct tn_smp_permit *p) {
    struct link *l = &links[link];

    if (!l->policy.npermits) {
        memcpy(l->permits, tn_serve_open_link_permits, sizeof(tn_serve_open_link_permits));
        l->policy = (struct tn_smp_policy){l->permits, TN_OPEN_LINK_PERMITS};
    }
    if (p && l->policy.npermits < PERMITS) {
        l->permits[l->policy.npermits++] = *p;
    }
}

static bool allow_word(enum sim_link link, const char *word, size_t len) {
    bool all = len == 3 && memcmp(word, "all", 3) == 0;
    bool found = false;

    for (size_t i = 0; i < TN_LEN(words); i++) {
        if (all || (strlen(words[i].word) == len && memcmp(words[i].word, word, len) == 0)) {
            permit(link, &words[i].permit);
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

void tn_sim_links_begin(bool udp) {
    has_udp = udp;
    permit(SIM_SERIAL, NULL);
    permit(SIM_UDP, NULL);
}

// ---- Servers -----------------------------------------------------------------------------

static void set_up(struct tn_smp_server *s, struct link *l) {
    const struct tn_smp_group all[GROUPS] = {
            TN_SERVE_OS_ALL(&os),
            TN_SERVE_SESSION(&session),
            TN_SERVE_STAT(&tn_sim_stat),
            TN_SERVE_SETTINGS(&tn_sim_settings),
            TN_SERVE_FS(&l->fs),
            TN_SERVE_SHELL(&tn_sim_shell),
            TN_SERVE_ENUM,
            TN_SERVE_BASIC(&l->basic),
            TN_SERVE_TENON(&tn_service_tenon),
    };
    const struct tn_smp_rows rows = {l->groups, GROUPS, l->cmds, CMDS};

    tn_sim_files(&l->fs);
    l->basic.storage = &tn_sim_storage;
    int n = tn_smp_permitted(&l->policy, all, GROUPS, &rows);
    s->groups = l->groups;
    s->ngroups = n < 0 ? 0 : (size_t)n;
}

void tn_service_links(const struct tn_board *b, struct tn_update *update, enum tn_writable writable,
        struct tn_line *l) {
    static struct tn_detect detect;

    board = b;
    line = l;
    l->detect = &detect;
    update->buf = chunk;
    update->size = sizeof(chunk);
    if (l->peer.buf_count > 1) {
        l->peer.buf_count = PACKETS;
    }
    session.image.update = update;
    session.image.writable = writable;
    os.os = tn_service_os;
    os.more = &tn_sim_os;
    tn_journal_keep(&journal, update, b->guard->journal);
    tn_service_tenon.resumes = true;
    set_up(l->server, &links[SIM_SERIAL]);
    set_up(&udp_server, &links[SIM_UDP]);
}

void tn_service_more(void) {
    tn_sim_things_round();
    line->peer.now_ms = net.peer.now_ms = board->now_ms();
    if (has_udp && tn_net_poll(&net)) {
        tn_sim_stay_awake();
    }
}
