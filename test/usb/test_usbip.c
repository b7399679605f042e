// SPDX-License-Identifier: Apache-2.0
// What clients of the USB/IP server see, good and bad ones. The bytes are those of Linux's
// Documentation/usb/usbip_protocol.rst.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "scripted.h"
#include "test.h"
#include "usbip.h"

enum { SUBMIT = 1, UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4, OUT = 0, IN = 1 };

static struct tn_usbip s;
static struct scripted d;

static void begin(void) {
    static bool again;

    if (again) {
        tn_usbip_end(&s);
    }
    again = true;
    scripted_begin(&d);
    tn_usbip_begin(&s, NULL, &d.cable, -1);
}

static void settle(void) {
    unsigned n = 0;

    while (tn_usbip_step(&s)) {
        CHECK(n++ < 100000);
    }
}

// A new connection to the server. Returns the client's end.
static int enter(void) {
    int fds[2];

    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    tn_usbip_take(&s, fds[0]);
    return fds[1];
}

static void put(int fd, const void *bytes, size_t len) {
    CHECK_EQ(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

// Waits for len bytes of the server.
static void get(int fd, void *bytes, size_t len) {
    for (size_t have = 0; have < len;) {
        tn_usbip_step(&s);
        ssize_t n = recv(fd, (uint8_t *)bytes + have, len - have, MSG_DONTWAIT);
        CHECK(n > 0 || (n < 0 && errno == EAGAIN));
        have += n > 0 ? (size_t)n : 0;
    }
}

static bool is_silent(int fd) {
    uint8_t byte;

    settle();
    return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static bool is_closed(int fd) {
    uint8_t byte;

    settle();
    return recv(fd, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

static uint32_t be32(const uint8_t *p) {
    return (uint32_t)tn_get_be16(p) << 16 | tn_get_be16(p + 2);
}

static void ask_import(int fd, const char *busid) {
    uint8_t req[40] = {0x01, 0x11, 0x80, 0x03};

    strncpy((char *)req + 8, busid, 31);
    put(fd, req, sizeof(req));
}

// Returns the status of the reply, after its device if there is one.
static uint32_t get_import(int fd, uint8_t device[312]) {
    uint8_t reply[8];

    get(fd, reply, sizeof(reply));
    CHECK_MEM(reply, "\1\x11\0\3", 4);
    if (!be32(reply + 4)) {
        get(fd, device, 312);
    }
    return be32(reply + 4);
}

static int attach(void) {
    uint8_t device[312];
    int fd = enter();

    ask_import(fd, "1-1");
    CHECK_EQ(get_import(fd, device), 0);
    return fd;
}

static void put32(uint8_t *p, uint32_t v) {
    tn_put_be16(p, (uint16_t)(v >> 16));
    tn_put_be16(p + 2, (uint16_t)v);
}

static void header(uint8_t h[48], uint32_t command, uint32_t seqnum, uint32_t dir, uint32_t ep,
        uint32_t flags, uint32_t len) {
    memset(h, 0, 48);
    put32(h, command);
    put32(h + 4, seqnum);
    put32(h + 8, 1 << 16 | 2);
    put32(h + 12, dir);
    put32(h + 16, ep);
    put32(h + 20, flags);
    put32(h + 24, len);
    put32(h + 32, command == SUBMIT ? 0xffffffff : 0);
}

static void submit(
        int fd, uint32_t seqnum, uint32_t dir, uint32_t ep, const void *data, uint32_t len) {
    uint8_t h[48];

    header(h, SUBMIT, seqnum, dir, ep, 0, len);
    put(fd, h, sizeof(h));
    if (data) {
        put(fd, data, len);
    }
}

static void submit_control(
        int fd, uint32_t seqnum, const char *request, const void *data, uint32_t len) {
    uint8_t h[48];

    header(h, SUBMIT, seqnum, (uint8_t)request[0] >> 7, 0, 0, len);
    memcpy(h + 40, request, 8);
    put(fd, h, sizeof(h));
    if (data) {
        put(fd, data, len);
    }
}

static void put_unlink(int fd, uint32_t seqnum, uint32_t victim) {
    uint8_t h[48];

    header(h, UNLINK, seqnum, 0, 0, victim, 0);
    put(fd, h, sizeof(h));
}

// Gets an answer, which must be of this command. Returns the status.
static int answer(int fd, uint32_t command, uint32_t seqnum, uint32_t *ret_len) {
    uint8_t h[48];

    get(fd, h, sizeof(h));
    CHECK_EQ(be32(h), command);
    CHECK_EQ(be32(h + 4), seqnum);
    CHECK_EQ(be32(h + 8) | be32(h + 12) | be32(h + 16), 0);
    if (ret_len) {
        *ret_len = be32(h + 24);
    }
    return (int)be32(h + 20);
}

static void configure(int fd) {
    submit_control(fd, 1, "\0\x09\1\0\0\0\0\0", NULL, 0);
    CHECK_EQ(answer(fd, RET_SUBMIT, 1, NULL), 0);
}

TEST(a_list_names_the_device_and_its_interfaces_and_ends) {
    uint8_t reply[12 + 312 + 8];

    begin();
    int fd = enter();
    put(fd, "\1\x11\x80\5\0\0\0\0", 8);
    get(fd, reply, sizeof(reply));
    CHECK_MEM(reply, "\1\x11\0\5\0\0\0\0\0\0\0\1", 12);
    const uint8_t *dev = reply + 12;
    CHECK_STR((const char *)dev + 256, "1-1");
    CHECK_EQ(be32(dev + 296), 2);  // full speed
    CHECK_MEM(dev + 300, "\x12\x09\0\1\1\0\0\0\0\0\1\2", 12);
    CHECK_MEM(dev + 312, "\xff\0\0\0\xfe\1\2\0", 8);
    CHECK(is_closed(fd));
    close(fd);
}

TEST(a_list_without_a_device_is_empty) {
    uint8_t reply[12];

    begin();
    d.is_connected = false;
    int fd = enter();
    put(fd, "\1\x11\x80\5\0\0\0\0", 8);
    get(fd, reply, sizeof(reply));
    CHECK_MEM(reply, "\1\x11\0\5\0\0\0\0\0\0\0\0", 12);
    CHECK(is_closed(fd));
    close(fd);
}

TEST(import_gives_the_device_to_one_client) {
    uint8_t device[312];

    begin();
    int fd = attach();
    int second = enter();
    ask_import(second, "1-1");
    CHECK_EQ(get_import(second, device), 2);
    CHECK(is_closed(second));
    close(second);
    configure(fd);
    close(fd);
    settle();
    CHECK(!tn_usbip_is_attached(&s));
    close(attach());
}

TEST(a_client_that_has_just_left_keeps_nobody_out) {
    uint8_t device[312];

    begin();
    for (unsigned i = 0; i < 4; i++) {
        int idle = enter();
        int fd = attach();
        close(idle);
        settle();
        close(fd);
        fd = enter();  // gets the place in front
        ask_import(fd, "1-1");
        CHECK_EQ(get_import(fd, device), 0);
        close(fd);
        settle();
    }
}

TEST(of_two_clients_at_once_one_gets_the_device) {
    uint8_t device[312];

    begin();
    int fd = enter();
    int second = enter();
    ask_import(fd, "1-1");
    ask_import(second, "1-1");
    CHECK_EQ(get_import(fd, device) + get_import(second, device), 2);
    close(fd);
    close(second);
}

TEST(a_second_client_does_not_touch_a_device_that_is_broken) {
    uint8_t device[312];

    begin();
    int fd = attach();
    d.stalls_config = true;
    submit_control(fd, 2, "\x80\6\0\1\0\0\x40\0", NULL, 64);
    CHECK_EQ(answer(fd, RET_SUBMIT, 2, NULL), -EPROTO);
    int second = enter();
    ask_import(second, "1-1");
    CHECK_EQ(get_import(second, device), 2);
    CHECK_EQ(d.resets, 2);
    close(fd);
    close(second);
}

TEST(import_says_why_not) {
    uint8_t device[312];
    const char *const others[] = {"", "1-2", "1-11", "1-1.1"};

    begin();
    for (unsigned i = 0; i < 4; i++) {
        int fd = enter();
        ask_import(fd, others[i]);
        CHECK_EQ(get_import(fd, device), 4);
        CHECK(is_closed(fd));
        close(fd);
    }
    d.is_connected = false;
    int fd = enter();
    ask_import(fd, "1-1");
    CHECK_EQ(get_import(fd, device), 4);
    close(fd);
    d.is_connected = true;
    d.stalls_config = true;
    fd = enter();
    ask_import(fd, "1-1");
    CHECK_EQ(get_import(fd, device), 3);
    close(fd);
}

TEST(transfers_carry_data_both_ways) {
    uint8_t data[1000];
    uint8_t back[1000];
    uint32_t len;

    begin();
    int fd = attach();
    configure(fd);
    for (unsigned i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 3);
    }
    submit_control(fd, 2, "\x40\1\0\0\0\0\xe8\3", data, sizeof(data));
    CHECK_EQ(answer(fd, RET_SUBMIT, 2, &len), 0);
    CHECK_EQ(len, sizeof(data));
    submit_control(fd, 3, "\xc0\2\0\0\0\0\0\4", NULL, 1024);
    CHECK_EQ(answer(fd, RET_SUBMIT, 3, &len), 0);
    CHECK_EQ(len, sizeof(data));
    get(fd, back, sizeof(back));
    CHECK_MEM(back, data, sizeof(data));
    submit(fd, 4, OUT, 1, data, sizeof(data));
    CHECK_EQ(answer(fd, RET_SUBMIT, 4, &len), 0);
    submit(fd, 5, IN, 1, NULL, 4096);
    CHECK_EQ(answer(fd, RET_SUBMIT, 5, &len), 0);
    CHECK_EQ(len, sizeof(data));
    memset(back, 0, sizeof(back));
    get(fd, back, sizeof(back));
    CHECK_MEM(back, data, sizeof(data));
    submit_control(fd, 6, "\x40\x4d\0\0\0\0\0\0", NULL, 0);
    CHECK_EQ(answer(fd, RET_SUBMIT, 6, NULL), -EPIPE);
    close(fd);
}

TEST(a_message_may_come_in_any_pieces) {
    static const uint8_t data[100] = {1, 2, 3};
    uint8_t h[148];

    begin();
    for (size_t piece = 1; piece < sizeof(h); piece++) {
        int fd = enter();
        uint8_t device[312];
        uint8_t req[40] = {0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-', '1'};
        for (size_t at = 0; at < sizeof(req); at += piece) {
            put(fd, req + at, piece < sizeof(req) - at ? piece : sizeof(req) - at);
            settle();
        }
        CHECK_EQ(get_import(fd, device), 0);
        header(h, SUBMIT, 7, OUT, 0, 0, 100);
        memcpy(h + 40, "\x40\1\0\0\0\0\x64\0", 8);
        memcpy(h + 48, data, 100);
        for (size_t at = 0; at < sizeof(h); at += piece) {
            put(fd, h + at, piece < sizeof(h) - at ? piece : sizeof(h) - at);
            settle();
        }
        CHECK_EQ(answer(fd, RET_SUBMIT, 7, NULL), 0);
        CHECK_MEM(d.stored, data, sizeof(data));
        close(fd);
        settle();
    }
}

TEST(a_client_that_leaves_anywhere_does_no_harm) {
    uint8_t all[40 + 148] = {0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-', '1'};

    header(all + 40, SUBMIT, 7, OUT, 0, 0, 100);
    memcpy(all + 80, "\x40\1\0\0\0\0\x64\0", 8);
    begin();
    for (size_t len = 0; len <= sizeof(all); len++) {
        int fd = enter();
        if (len) {
            put(fd, all, len);
        }
        settle();
        close(fd);
        settle();
        CHECK(!tn_usbip_is_attached(&s));
    }
    close(attach());
}

TEST(an_unlinked_urb_is_answered_once) {
    begin();
    int fd = attach();
    configure(fd);
    for (uint32_t i = 0; i < 16; i++) {
        submit(fd, 10 + i, IN, 1, NULL, 64);
    }
    CHECK(is_silent(fd));
    put_unlink(fd, 30, 12);
    CHECK_EQ(answer(fd, RET_UNLINK, 30, NULL), -ECONNRESET);
    CHECK(is_silent(fd));
    put_unlink(fd, 31, 12);
    CHECK_EQ(answer(fd, RET_UNLINK, 31, NULL), 0);
    put_unlink(fd, 32, 4711);
    CHECK_EQ(answer(fd, RET_UNLINK, 32, NULL), 0);
    close(fd);
}

// Linux drops the connection if the answer to a URB comes after that to its UNLINK.
TEST(a_urb_that_completes_is_answered_before_its_unlink) {
    uint8_t h[96];
    uint8_t data[8];

    begin();
    int fd = attach();
    configure(fd);
    submit(fd, 10, IN, 2, NULL, 8);
    CHECK(is_silent(fd));
    header(h, UNLINK, 11, 0, 0, 10, 0);
    put(fd, h, 48);
    d.interrupt_len = 8;
    CHECK_EQ(answer(fd, RET_SUBMIT, 10, NULL), 0);
    get(fd, data, 8);
    CHECK_EQ(answer(fd, RET_UNLINK, 11, NULL), 0);
    close(fd);
}

TEST(a_device_that_leaves_ends_the_connection) {
    uint8_t device[312];

    begin();
    int fd = attach();
    configure(fd);
    submit(fd, 2, IN, 1, NULL, 64);
    settle();
    d.is_connected = false;
    CHECK(is_closed(fd));
    close(fd);
    fd = enter();
    ask_import(fd, "1-1");
    CHECK_EQ(get_import(fd, device), 4);
    close(fd);
    d.is_connected = true;
    d.product++;
    fd = enter();
    ask_import(fd, "1-1");
    CHECK_EQ(get_import(fd, device), 0);
    CHECK_EQ(tn_get_be16(device + 302), d.product);
    close(fd);
}

TEST(a_reset_by_descriptor_shows_what_has_changed) {
    uint8_t data[18];
    uint32_t len;

    begin();
    int fd = attach();
    d.product++;
    submit_control(fd, 2, "\x80\6\0\1\0\0\x40\0", NULL, 64);
    CHECK_EQ(answer(fd, RET_SUBMIT, 2, &len), 0);
    CHECK_EQ(len, 18);
    get(fd, data, sizeof(data));
    CHECK_EQ(tn_get_le16(data + 10), d.product);
    CHECK_EQ(d.resets, 2);
    close(fd);
}

TEST(a_urb_that_is_too_long_or_one_too_many_gets_an_error) {
    static uint8_t data[TN_USB_URB_MAX + 1];

    begin();
    int fd = attach();
    configure(fd);
    submit(fd, 2, IN, 1, NULL, TN_USB_URB_MAX + 1);
    CHECK_EQ(answer(fd, RET_SUBMIT, 2, NULL), -EMSGSIZE);
    submit(fd, 3, IN, 1, NULL, INT32_MAX);
    CHECK_EQ(answer(fd, RET_SUBMIT, 3, NULL), -EMSGSIZE);
    submit(fd, 4, IN, 16, NULL, 8);
    CHECK_EQ(answer(fd, RET_SUBMIT, 4, NULL), -ENOENT);
    // Its data are skipped: the next request is understood.
    submit(fd, 5, OUT, 1, data, 0);
    CHECK_EQ(answer(fd, RET_SUBMIT, 5, NULL), 0);
    uint8_t h[48];
    header(h, SUBMIT, 6, OUT, 1, 0, sizeof(data));
    put(fd, h, sizeof(h));
    CHECK_EQ(answer(fd, RET_SUBMIT, 6, NULL), -EMSGSIZE);
    for (size_t at = 0; at < sizeof(data);) {
        ssize_t n = send(fd, data + at, sizeof(data) - at, MSG_DONTWAIT);
        at += n > 0 ? (size_t)n : 0;
        tn_usbip_step(&s);
    }
    for (uint32_t i = 0; i < TN_USB_URBS; i++) {
        submit(fd, 100 + i, IN, 1, NULL, 64);
    }
    CHECK(is_silent(fd));
    submit(fd, 7, IN, 1, NULL, 64);
    CHECK_EQ(answer(fd, RET_SUBMIT, 7, NULL), -ENOMEM);
    put_unlink(fd, 8, 100);
    CHECK_EQ(answer(fd, RET_UNLINK, 8, NULL), -ECONNRESET);
    submit(fd, 9, IN, 2, NULL, 64);
    CHECK(is_silent(fd));
    close(fd);
}

TEST(garbage_closes_the_connection) {
    static const char *const requests[] = {
            "GET / HT", "\1\x11\x80\4\0\0\0\0", "\1\6\x80\5\0\0\0\0", "\0\0\0\0\0\0\0\0"};
    uint8_t h[48];

    begin();
    for (unsigned i = 0; i < 4; i++) {
        int fd = enter();
        put(fd, requests[i], 8);
        CHECK(is_closed(fd));
        close(fd);
    }
    for (unsigned i = 0; i < 3; i++) {
        int fd = attach();
        header(h, i == 0 ? 5 : SUBMIT, 2, OUT, 1, 0, i == 1 ? 0x80000000u : 8);
        put32(h + 32, i == 2 ? 3 : 0);  // isochronous packets
        put(fd, h, sizeof(h));
        CHECK(is_closed(fd));
        CHECK(!tn_usbip_is_attached(&s));
        close(fd);
    }
}

TEST(silent_connections_keep_nobody_out) {
    int silent[10];

    begin();
    int fd = attach();
    for (unsigned i = 0; i < 10; i++) {
        silent[i] = enter();
    }
    settle();
    CHECK(is_closed(silent[0]));
    CHECK(is_silent(silent[9]));
    configure(fd);
    for (unsigned i = 0; i < 10; i++) {
        close(silent[i]);
    }
    close(fd);
}

TEST(a_client_that_reads_nothing_gets_no_further) {
    uint8_t h[48];
    unsigned sent = 0;

    begin();
    int fd = attach();
    header(h, UNLINK, 2, 0, 0, 1, 0);
    for (unsigned quiet = 0; quiet < 3; quiet++) {
        while (send(fd, h, sizeof(h), MSG_DONTWAIT) == sizeof(h)) {
            sent++;
            quiet = 0;
            tn_usbip_step(&s);
            CHECK(sent < 1000000);
        }
        tn_usbip_step(&s);
    }
    struct pollfd fds[TN_USBIP_FDS];
    CHECK_EQ(tn_usbip_fds(&s, fds), 1);
    CHECK_EQ(fds[0].events, POLLOUT);
    close(fd);
}

TEST(a_client_that_does_not_wait_for_the_device_is_refused) {
    begin();
    d.is_dead = true;
    int fd = enter();
    ask_import(fd, "1-1");
    CHECK(is_silent(fd));
    put(fd, "x", 1);
    CHECK(is_closed(fd));
    close(fd);
}

TEST(it_listens_on_loopback_unless_told_otherwise) {
    struct sockaddr_in a;
    socklen_t len = sizeof(a);

    int fd = tn_usbip_listen("test", "0");
    CHECK(fd >= 0);
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    CHECK_EQ(a.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK(a.sin_port != 0);
    scripted_begin(&d);
    tn_usbip_begin(&s, NULL, &d.cable, fd);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&a, len), 0);
    uint8_t device[312];
    ask_import(client, "1-1");
    CHECK_EQ(get_import(client, device), 0);
    tn_usbip_end(&s);
    close(client);
    close(fd);
    CHECK(tn_usbip_listen("test", "70000") < 0);
    CHECK(tn_usbip_listen("test", "nowhere:1") < 0);
}
