// SPDX-License-Identifier: Apache-2.0
// UDP on real sockets of the loopback: with a Tenon server, with no server, and with servers that
// stop and start again.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/device/device.h"
#include "serve/harness.h"
#include "test.h"

static struct tn_fault fault;
static struct harness h;
static struct test_image image;

// A server in a process of its own, like a device.
struct device {
    uint16_t port;
    pid_t child;
};

enum {
    LOSE_EVERY = 7,
    PATIENCE_MS = 60000,    // for an expected answer: a busy machine may stand still
    FOREVER_MS = 86400000,  // a test that only waits exceeds its time limit
    ATTEMPTS = 50,          // where the transport's own short timeout matters
};

// ---- The device ------------------------------------------------------------------------

// A datagram may hold several requests; each answer is a datagram of its own.
static void serve(int fd, const uint8_t *req, size_t len, const struct sockaddr_storage *from,
        socklen_t from_len) {
    for (size_t at = 0; at < len; at += tn_smp_server_used(&h.server)) {
        harness_serve(&h, req + at, len - at);
        if (h.rsp_len &&
                sendto(fd, h.rsp, (size_t)h.rsp_len, 0, (const struct sockaddr *)from, from_len) <
                        0) {
            _exit(1);
        }
    }
}

static void be_device(int fd, bool lossy) {
    static uint8_t in[65536], chunk[2048];
    struct sockaddr_storage from;
    socklen_t from_len;

    h.update.buf = chunk;
    h.update.size = sizeof(chunk);
    for (int i = 1;; i++) {
        from_len = sizeof(from);
        ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &from_len);
        if (n < 0) {
            _exit(1);
        }
        if (n > h.peer.buf_size || (lossy && i % LOSE_EVERY == 0)) {
            continue;
        }
        serve(fd, in, (size_t)n, &from, from_len);
    }
}

// port 0: any. Returns the socket, or -1 where this machine lacks the family.
static int listen_on(int family, uint16_t *port) {
    struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bool six = family == AF_INET6;
    struct sockaddr *a = six ? (struct sockaddr *)&a6 : (struct sockaddr *)&a4;
    socklen_t len = six ? sizeof(a6) : sizeof(a4);
    int fd = socket(family, SOCK_DGRAM, 0);

    a6.sin6_port = a4.sin_port = htons(*port);
    if (fd < 0 || bind(fd, a, len) || getsockname(fd, a, &len)) {
        return -1;
    }
    *port = ntohs(six ? a6.sin6_port : a4.sin_port);
    return fd;
}

static bool start(struct device *d, int family, bool lossy) {
    int fd = listen_on(family, &d->port);

    if (fd < 0) {
        return false;
    }
    harness_begin(&h, TN_SLOTS_SPARE);
    d->child = fork();
    if (d->child == 0) {
        be_device(fd, lossy);
    }
    close(fd);
    return true;
}

static void stop(struct device *d) {
    kill(d->child, SIGKILL);
    waitpid(d->child, NULL, 0);
}

// ---- The tool --------------------------------------------------------------------------

static void connect_to(struct tn_session *s, const char *host, uint16_t port) {
    char text[64];

    *s = (struct tn_session){.timeout_ms = PATIENCE_MS};
    snprintf(text, sizeof(text), "udp:%s:%u", host, port);
    CHECK_EQ(tn_transport_from(text, 115200, &s->transport, &fault), 0);
    CHECK_STR(s->transport->name, text);
}

static void leave(struct tn_session *s) {
    tn_session_close(s);
    s->transport->ops->free(s->transport);
}

static int echo(struct tn_session *s) {
    char text[32];

    int err = tn_device_echo(s, "hi", text, sizeof(text), &fault);
    if (!err) {
        CHECK_STR(text, "hi");
    }
    return err;
}

TEST(a_server_on_either_protocol_answers) {
    static const struct {
        int family;
        const char *host;
        uint32_t max;
    } ways[] = {{AF_INET, "127.0.0.1", 1472}, {AF_INET6, "[::1]", 1452}};

    for (size_t i = 0; i < TN_LEN(ways); i++) {
        struct device d = {0};
        struct tn_session s;
        if (!start(&d, ways[i].family, false)) {
            CHECK(ways[i].family == AF_INET6);  // a machine may not have IPv6
            continue;
        }
        connect_to(&s, ways[i].host, d.port);
        CHECK_EQ(echo(&s), 0);
        CHECK_EQ(s.transport->max_packet, ways[i].max);
        CHECK_EQ(tn_session_probe(&s, &fault), 0);
        CHECK_EQ(s.buf_size, 2048);
        leave(&s);
        stop(&d);
    }
}

// Replaces the C library's function. It knows one name, two.test, for ::1 and then 127.0.0.1, like
// localhost on most machines. So these tests need no /etc/hosts and no network.
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
        struct addrinfo **ret) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    struct addrinfo numeric = *hints;
    bool two = strcmp(node, "two.test") == 0;

    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    numeric.ai_flags |= AI_NUMERICHOST;
    int err = real(two ? "::1" : node, service, &numeric, ret);
    if (!err && two) {
        err = real("127.0.0.1", service, &numeric, &(*ret)->ai_next);
    }
    return err;
}

// The server listens only at the second address.
TEST(a_name_with_several_addresses_is_tried_at_each) {
    struct device d = {0};
    struct tn_session s;

    CHECK(start(&d, AF_INET, false));
    connect_to(&s, "two.test", d.port);
    CHECK_EQ(echo(&s), 0);
    leave(&s);
    stop(&d);
}

TEST(an_image_is_uploaded_in_packets_as_large_as_the_way_and_the_server_take) {
    for (int lossy = 0; lossy < 2; lossy++) {
        struct device d = {0};
        struct tn_session s;
        CHECK(start(&d, AF_INET, lossy));
        test_image_make(&image, 2, 9000, TWIST_NONE);
        connect_to(&s, "127.0.0.1", d.port);
        CHECK_EQ(tn_session_probe(&s, &fault), 0);
        CHECK_EQ(tn_session_upload(&s, image.bytes, image.len, 0, &fault), 0);
        CHECK_EQ(s.client.acked, image.len);
        CHECK_EQ(s.client.max_packet, 1472);
        leave(&s);
        stop(&d);
    }
}

TEST(a_packet_that_is_too_large_never_leaves) {
    static const uint8_t pkt[1473];
    struct device d = {0};
    struct tn_session s;

    CHECK(start(&d, AF_INET, false));
    connect_to(&s, "127.0.0.1", d.port);
    CHECK_EQ(tn_session_open(&s, &fault), 0);
    CHECK_EQ(s.transport->ops->send(s.transport, pkt, 1473, false, &fault), -1);
    CHECK_EQ(s.transport->ops->send(s.transport, pkt, 1472, false, &fault), 0);
    CHECK(!s.transport->ops->is_idle(s.transport));
    CHECK_EQ(s.transport->ops->work(s.transport, &fault), 0);
    CHECK(s.transport->ops->is_idle(s.transport));
    leave(&s);
    stop(&d);
}

static uint16_t free_port(void) {
    uint16_t port = 0;
    int fd = listen_on(AF_INET, &port);

    CHECK(fd >= 0);
    close(fd);
    return port;
}

TEST(an_absent_server_is_reported_at_once) {
    struct tn_session s;

    connect_to(&s, "127.0.0.1", free_port());
    s.timeout_ms = FOREVER_MS;
    CHECK_EQ(echo(&s), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NO_DEVICE);
    CHECK(strstr(fault.text, "nothing listens on this port") != NULL);
    leave(&s);
}

TEST(silence_is_no_smp_server) {
    struct tn_session s;
    uint16_t port = 0;
    int fd = listen_on(AF_INET, &port);

    connect_to(&s, "127.0.0.1", port);
    s.timeout_ms = 100;
    CHECK_EQ(echo(&s), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_SMP);
    leave(&s);
    close(fd);
}

TEST(an_unknown_name_is_no_device) {
    struct tn_session s;

    connect_to(&s, "no-such-host.invalid", 1337);
    CHECK_EQ(echo(&s), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NO_DEVICE);
    CHECK(strstr(fault.text, "no such host") != NULL);
    leave(&s);
}

// The device is absent while a packet is sent, and back for the next one.
static bool survives_a_moment(struct tn_session *s, struct device *d) {
    struct tn_transport *t = s->transport;

    stop(d);
    CHECK_EQ(t->ops->send(t, "12345678", 8, false, &fault), 0);
    CHECK_EQ(t->ops->work(t, &fault), 0);
    CHECK_EQ(t->ops->work(t, &fault), 0);  // the loopback reports the refusal at once
    CHECK(start(d, AF_INET, false));
    s->timeout_ms = 200;
    int err = echo(s);
    s->timeout_ms = PATIENCE_MS;
    return err == 0;
}

TEST(a_device_that_goes_is_noticed_and_found_again) {
    struct device d = {0};
    struct tn_session s;

    CHECK(start(&d, AF_INET, false));
    connect_to(&s, "127.0.0.1", d.port);
    CHECK_EQ(echo(&s), 0);
    stop(&d);
    s.timeout_ms = FOREVER_MS;
    CHECK_EQ(echo(&s), -1);
    CHECK_EQ(fault.kind, TN_FAULT_LINK);
    CHECK(start(&d, AF_INET, false));
    CHECK_EQ(tn_session_reopen(&s, PATIENCE_MS, &fault), 0);
    CHECK_EQ(echo(&s), 0);
    // A device that is absent for a moment costs only a retry. On a busy machine the moment may
    // be longer than the transport accepts refusals, but not each time.
    int n = 0;
    for (; n < ATTEMPTS && !survives_a_moment(&s, &d); n++) {
        CHECK_EQ(tn_session_reopen(&s, PATIENCE_MS, &fault), 0);
        CHECK_EQ(echo(&s), 0);
    }
    CHECK(n < ATTEMPTS);
    usleep(300000);  // longer than that time
    CHECK_EQ(echo(&s), 0);
    leave(&s);
    stop(&d);
}

// A datagram from another sender is no answer, and an empty datagram is no packet.
TEST(datagrams_from_other_senders_are_ignored) {
    struct tn_session s;
    struct sockaddr_storage from;
    socklen_t from_len = sizeof(from);
    uint16_t port = 0, other_port = 0;
    int fd = listen_on(AF_INET, &port), other = listen_on(AF_INET, &other_port);
    uint8_t in[64];
    size_t len = 0;

    connect_to(&s, "127.0.0.1", port);
    CHECK_EQ(tn_session_open(&s, &fault), 0);
    struct tn_transport *t = s.transport;
    CHECK_EQ(t->ops->send(t, "12345678", 8, false, &fault), 0);
    CHECK_EQ(t->ops->work(t, &fault), 0);
    CHECK_EQ(recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &from_len), 8);
    CHECK_EQ(sendto(other, "abcd", 4, 0, (struct sockaddr *)&from, from_len), 4);
    CHECK_EQ(sendto(fd, "", 0, 0, (struct sockaddr *)&from, from_len), 0);
    CHECK_EQ(sendto(fd, "first", 5, 0, (struct sockaddr *)&from, from_len), 5);
    CHECK_EQ(sendto(fd, "second", 6, 0, (struct sockaddr *)&from, from_len), 6);
    const char *want[] = {"first", "second"};
    for (int i = 0; i < 2; i++) {
        const uint8_t *got = NULL;
        for (int n = 0; n < 100 && !got; n++) {
            CHECK_EQ(t->ops->work(t, &fault), 0);
            got = t->ops->receive(t, &len);
        }
        CHECK(got != NULL);
        CHECK_EQ(len, strlen(want[i]));
        CHECK_MEM(got, want[i], len);
    }
    leave(&s);
    close(fd);
    close(other);
}

TEST(text_for_a_host_is_read_strictly) {
    static const char *const bad[] = {"udp:", "udp::1337", "udp:host:", "udp:host:0", "udp:host:x",
            "udp:host:65536", "udp:host:-1", "udp:[::1", "udp:[]:5", "udp:[::1]5", "udp:[::1]:"};
    static const char *const good[][2] = {{"udp:host", "udp:host:1337"},
            {"udp:host:5", "udp:host:5"}, {"udp:::1", "udp:[::1]:1337"},
            {"udp:[::1]", "udp:[::1]:1337"},
            {"udp:[fe80::1%eth0]:65535", "udp:[fe80::1%eth0]:65535"},
            {"udp:[10.0.0.1]:1", "udp:10.0.0.1:1"}};
    struct tn_transport *t;

    for (size_t i = 0; i < TN_LEN(bad); i++) {
        CHECK_EQ(tn_transport_from(bad[i], 9600, &t, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    }
    for (size_t i = 0; i < TN_LEN(good); i++) {
        CHECK_EQ(tn_transport_from(good[i][0], 9600, &t, &fault), 0);
        CHECK_STR(t->name, good[i][1]);
        t->ops->free(t);
    }
}
