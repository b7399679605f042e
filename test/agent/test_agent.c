// SPDX-License-Identifier: Apache-2.0
// An application's service over two links: when it resets, what it requests of the next boot, and
// its words for what the loader did.
#include "agent/agent.h"

#include "agent/mapped.h"
#include "base/err.h"
#include "channel/net.h"
#include "serve/harness.h"
#include "support/talker.h"
#include "test.h"

static const char echo[] = "0A00000500000100A161646161";
static const char plain_reset[] = "0A00000100000105A0";
static const char reset_mode_1[] = "0A00000C00000105A169626F6F745F6D6F646501";
static const char reset_mode_2[] = "0A00000C00000105A169626F6F745F6D6F646502";
static const char reset_mode_3[] = "0A00000C00000105A169626F6F745F6D6F646503";
static const char reset_mode_4[] = "0A00000C00000105A169626F6F745F6D6F646504";

static struct harness h;
static struct tn_agent agent;
static unsigned resets;
static uint32_t now;

static struct talker clients[2];
static const struct tn_datagrams ports[] = {TALKER_PORT(&clients[0]), TALKER_PORT(&clients[1])};
static uint8_t bufs[2][64];
static struct tn_net nets[2];
static struct tn_smp_server servers[2];
static uint8_t responses[2][64];
static struct tn_serve_os os;
static struct tn_smp_group group;

static uint32_t now_ms(void) {
    return now;
}

static void reset(void) {
    resets++;
}

static uint8_t ram[TN_HANDOVER_LEN];
static const struct tn_retained retained = TN_MAPPED_RETAINED(ram);

static void begin(const char *first, unsigned nfirst, const char *second, unsigned nsecond) {
    harness_begin(&h, TN_SLOTS_SPARE);
    memset(ram, 0, sizeof(ram));
    resets = 0;
    now = UINT32_MAX - 20;  // the clock wraps soon
    clients[0] = (struct talker){first, nfirst, 0};
    clients[1] = (struct talker){second, nsecond, 0};
    os = (struct tn_serve_os){.reset = tn_agent_reset, .ctx = &agent, .letters = ""};
    group = (struct tn_smp_group)TN_SERVE_OS(&os);
    for (unsigned i = 0; i < 2; i++) {
        servers[i] = (struct tn_smp_server){.groups = &group,
                .ngroups = 1,
                .rsp = responses[i],
                .rsp_size = sizeof(responses[i])};
        nets[i] = (struct tn_net){
                .channel = {.step = tn_net_step, .server = &servers[i], .peer = {.buf_size = 64}},
                .port = &ports[i],
                .buf = bufs[i],
        };
    }
    nets[0].channel.next = &nets[1].channel;
    agent = (struct tn_agent){.links = &nets[0].channel,
            .update = &h.update,
            .request = &retained,
            .now_ms = now_ms,
            .reset = reset};
}

// Polls a number of times, a millisecond apart, until the reset.
static void poll(unsigned ms) {
    while (ms-- && !resets) {
        tn_agent_poll(&agent);
        now++;
    }
}

TEST(every_link_is_served_and_has_the_time) {
    begin(echo, 5, echo, 5);
    while (tn_agent_poll(&agent)) {
        now++;
    }
    CHECK_EQ(clients[0].answers, 5);
    CHECK_EQ(clients[1].answers, 5);
    CHECK_EQ(nets[0].channel.peer.now_ms, now);
    CHECK_EQ(nets[1].channel.peer.now_ms, now);
    CHECK_EQ(resets, 0);
}

TEST(the_reset_comes_some_time_after_its_answer_even_if_another_client_keeps_sending) {
    begin(plain_reset, 1, echo, UINT32_MAX);
    poll(TN_AGENT_LINGER_MS);
    CHECK_EQ(clients[0].answers, 1);
    CHECK_EQ(resets, 0);
    poll(20);
    CHECK_EQ(resets, 1);
    CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, NULL), TN_RUN_NORMAL);
}

TEST(modes_1_and_2_are_requests_and_the_rest_resets_nothing) {
    begin(reset_mode_1, 1, echo, 0);
    poll(100);
    CHECK_EQ(resets, 1);
    CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, NULL), TN_RUN_RECOVERY);
    begin(reset_mode_2, 1, echo, 0);
    poll(100);
    CHECK_EQ(resets, 1);
    CHECK_EQ(tn_request_take(&retained, TN_RESET_SOFTWARE, NULL), TN_RUN_SAFE);
    begin(reset_mode_3, 1, echo, 0);  // the chip's ROM loader: an agent has none
    poll(100);
    CHECK_EQ(clients[0].answers, 1);
    CHECK_EQ(resets, 0);
    begin(reset_mode_4, 1, echo, 0);
    poll(100);
    CHECK_EQ(clients[0].answers, 1);
    CHECK_EQ(resets, 0);
    CHECK_EQ(tn_agent_reset(&agent, 3), TN_ENOTSUP);
    CHECK_EQ(tn_agent_reset(&agent, 4), TN_EINVAL);
}

TEST(the_record_of_the_loader_is_put_in_words) {
    struct tn_handover boot = {.event = TN_BOOTED_REVERTED};

    begin(echo, 0, echo, 0);
    CHECK_STR(tn_agent_boot_text(&retained), "no record of a loader");
    tn_handover_put(&retained, &boot);
    CHECK_STR(tn_agent_boot_text(&retained), "the previous version is back");
    boot.event = 200;  // of a newer loader
    tn_handover_put(&retained, &boot);
    CHECK_STR(tn_agent_boot_text(&retained), "no record of a loader");
}

TEST(flash_that_has_an_address_is_read_there) {
    static const uint8_t bytes[] = {1, 2, 3, 4};
    const struct tn_flash f = {.ctx = (void *)(uintptr_t)bytes};
    uint8_t got[2];

    CHECK_EQ(tn_mapped_read(&f, 1, got, sizeof(got)), 0);
    CHECK_EQ(got[0], 2);
    CHECK_EQ(got[1], 3);
}
