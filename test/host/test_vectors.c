// SPDX-License-Identifier: Apache-2.0
// Parses whole answers of real servers, byte for byte: the lists of a user's log
// (doc/reference/smp.md section 10, numbers 4 and 8).
#include <fcntl.h>
#include <unistd.h>

#include "host/base/clock.h"
#include "host/device/device.h"
#include "test.h"

// "images": slot 0 runs and is confirmed, slot 1 waits for a test; then splitStatus.
#define LIST                                                                                       \
    "BF66696D616765739F"                                                                           \
    "BF64736C6F74006776657273696F6E65302E302E3064686173685820"                                     \
    "B8B39B09962F8B32C2EAEEF8788E0DE32B1695608AF8D1F66E6A43115BBE212A"                             \
    "68626F6F7461626C65F56770656E64696E67F469636F6E6669726D6564F5"                                 \
    "66616374697665F5697065726D616E656E74F4FF"                                                     \
    "BF64736C6F74016776657273696F6E65302E302E3064686173685820"                                     \
    "BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58"                             \
    "68626F6F7461626C65F56770656E64696E67F569636F6E6669726D6564F4"                                 \
    "66616374697665F4697065726D616E656E74F4FF"                                                     \
    "FF6B73706C697453746174757300FF"

// A transport to a server that always sends the same answer.
struct parrot {
    struct tn_transport head;
    int fd;  // always ready
    uint8_t request[512];
    size_t request_len;
    uint8_t answer[512];
    size_t answer_len;
    bool asked;
};

static struct tn_fault fault;

static struct parrot *self(const struct tn_transport *t) {
    return (struct parrot *)(uintptr_t)t;
}

static int t_open(struct tn_transport *t, struct tn_fault *f) {
    (void)t, (void)f;
    return 0;
}

static void t_close(struct tn_transport *t) {
    (void)t;
}

static int t_wait_for(const struct tn_transport *t, unsigned *ret_events) {
    *ret_events = TN_WAIT_READ;
    return self(t)->fd;
}

static bool t_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

// Gives the answer the request's sequence number.
static int t_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct parrot *p = self(t);

    (void)retry, (void)f;
    CHECK(len <= sizeof(p->request));
    memcpy(p->request, pkt, len);
    p->request_len = len;
    p->answer[6] = p->request[6];
    p->asked = true;
    return 0;
}

static int t_work(struct tn_transport *t, struct tn_fault *f) {
    (void)t, (void)f;
    return 0;
}

static const uint8_t *t_receive(struct tn_transport *t, size_t *ret_len) {
    struct parrot *p = self(t);

    if (!p->asked) {
        return NULL;
    }
    p->asked = false;
    *ret_len = p->answer_len;
    return p->answer;
}

static const struct tn_transport_ops ops = {
        t_open, t_close, t_wait_for, t_is_idle, t_send, t_work, t_receive, NULL, NULL, NULL};

// Opens a session in which every answer is this one.
static void begin(struct parrot *p, struct tn_session *s, const char *answer) {
    *p = (struct parrot){.fd = open("/dev/null", O_RDONLY)};
    CHECK(p->fd >= 0);
    p->head = (struct tn_transport){
            .ops = &ops, .name = "parrot", .max_packet = 512, .safe_packet = 380};
    p->answer_len = tn_test_hex(p->answer, sizeof(p->answer), answer);
    *s = (struct tn_session){.transport = &p->head};
    CHECK_EQ(tn_session_open(s, &fault), 0);
}

static void end(struct parrot *p, struct tn_session *s) {
    tn_session_close(s);
    close(p->fd);
}

static void check_list(const struct tn_slot_list *l) {
    static const uint8_t first[] = {0xb8, 0xb3, 0x9b, 0x09};
    static const uint8_t second[] = {0xbc, 0x1d, 0x3d, 0xf3};

    CHECK_EQ(l->n, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct tn_slot_state *t = &l->slots[i];
        CHECK_EQ(t->slot, i);
        CHECK_EQ(t->image, 0);
        CHECK_STR(t->version, "0.0.0");
        CHECK_EQ(t->hash_len, 32);
        CHECK_MEM(t->hash, i ? second : first, 4);
        CHECK(t->bootable && !t->permanent);
        CHECK_EQ(t->active, i == 0);
        CHECK_EQ(t->confirmed, i == 0);
        CHECK_EQ(t->pending, i == 1);
    }
    CHECK_EQ(l->slots[0].hash[31], 0x2a);
    CHECK_EQ(l->slots[1].hash[31], 0x58);
}

TEST(the_list_of_a_users_log_is_read) {
    struct parrot p;
    struct tn_session s;
    struct tn_slot_list l;

    begin(&p, &s, "010000F400010000" LIST);
    CHECK_EQ(p.answer_len, 252);
    CHECK_EQ(tn_device_list(&s, &l, &fault), 0);
    check_list(&l);
    end(&p, &s);
}

// The server reported success and did nothing: only the flags show it.
TEST(the_answer_to_its_confirmation_shows_that_nothing_happened) {
    struct parrot p;
    struct tn_session s;
    struct tn_slot_list l;
    uint8_t want[64];
    uint8_t hash[32];

    tn_test_hex(
            hash, sizeof(hash), "BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58");
    begin(&p, &s, "030000F400010200" LIST);
    CHECK_EQ(p.answer_len, 252);
    CHECK_EQ(tn_device_mark(&s, hash, sizeof(hash), true, &l, &fault), 0);
    check_list(&l);
    // The request: like number 7, but in SMP version 2 and with a definite map.
    size_t n = tn_test_hex(want, sizeof(want),
            "0A00003100010000 A267636F6E6669726DF56468617368"
            "5820BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58");
    want[6] = p.request[6];
    CHECK_EQ(p.request_len, n);
    CHECK_MEM(p.request, want, n);
    end(&p, &s);
}
