// SPDX-License-Identifier: Apache-2.0
// The serial transport on pseudo terminals: other things on a port, ports that are in use or
// disappear, and links that point to another device the next time.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/device/device.h"
#include "link/console.h"
#include "link/raw.h"
#include "test.h"

static struct tn_fault fault;

enum {
    PATIENCE_MS = 60000,    // for an expected answer: a busy machine may stand still
    FOREVER_MS = 86400000,  // a test that only waits exceeds its time limit
    ATTEMPTS = 20,
};

// Packets that RAW_SERVER has answered: the child counts, the parent reads.
static int *answered;

// The kind of the other end.
enum other { SILENT, ECHOES, LOG, SHELL, NOISE, SERVER, RAW_SERVER };

struct end {
    int master;
    char folder[32];
    char link[64];
    pid_t child;
};

// Answers every request of any command with {"r": "ok"}, between lines of other text.
static void serve(int fd, uint8_t *frame, struct tn_console *c, const uint8_t *in, size_t n) {
    static const uint8_t body[] = {0xbf, 0x61, 'r', 0x62, 'o', 'k', 0xff};
    size_t len;
    (void)frame;

    while (n) {
        size_t used = tn_console_feed(c, in, n);
        const uint8_t *pkt = tn_console_packet(c, &len);
        in += used;
        n -= used;
        if (pkt) {
            uint8_t rsp[64], line[TN_CONSOLE_LINE];
            struct tn_smp_hdr h;
            tn_smp_hdr_get(&h, pkt, len);
            h.op++;
            h.len = sizeof(body);
            tn_smp_hdr_put(rsp, &h);
            memcpy(rsp + 8, body, sizeof(body));
            struct tn_console out = {0};
            tn_console_send(&out, rsp, 8 + sizeof(body));
            if (write(fd, "log: a line\r\nlog: half a li", 27) != 27) {
                _exit(1);
            }
            while ((len = tn_console_take(&out, line)) > 0 && write(fd, line, len) > 0) {
            }
        }
    }
}

// The same in bare packets. Sends only half of the first answer.
static void serve_raw(int fd, struct tn_raw *r, const uint8_t *in, size_t n) {
    static const uint8_t body[] = {0xbf, 0x61, 'r', 0x62, 'o', 'k', 0xff};
    static bool once;
    size_t len;

    for (; n--; in++) {
        tn_raw_feed(r, in, 1);
        const uint8_t *pkt = tn_raw_packet(r, &len);
        if (pkt) {
            uint8_t rsp[8 + sizeof(body)];
            memcpy(rsp, pkt, 8);
            rsp[0]++;
            rsp[2] = 0;
            rsp[3] = sizeof(body);
            memcpy(rsp + 8, body, sizeof(body));
            len = once ? sizeof(rsp) : 11;
            once = true;
            ++*answered;
            if (write(fd, rsp, len) != (ssize_t)len) {
                _exit(1);
            }
        }
    }
}

// A shell: echoes printable bytes, and does not know the command.
static void serve_shell(int fd, const uint8_t *in, size_t n, const char *prompt, size_t len) {
    static const char unknown[] = "\r\ncommand not found\r\n";

    for (; n--; in++) {
        if (*in == '\n' ? write(fd, unknown, sizeof(unknown) - 1) < 0 || write(fd, prompt, len) < 0
                        : *in >= 0x20 && write(fd, in, 1) < 0) {
            _exit(1);
        }
    }
}

static void be(enum other what, int fd) {
    static const char log[] = "boot ok\r\n\x06\x09QUJD\n\x04\x14###\n";
    static const char noise[] = "\xfe\x80\xf8x\x1c\xe0\xff\x03";
    static const char prompt[] = "\x1b[1;32muart:~$ \x1b[m";
    uint8_t in[512], frame[600];
    struct tn_console c = {.buf = frame, .size = sizeof(frame)};
    struct tn_raw r = {.buf = frame, .size = sizeof(frame)};

    for (int round = 0;; round++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 10) > 0) {
            ssize_t n = read(fd, in, sizeof(in));
            if (n > 0 && what == ECHOES && write(fd, in, (size_t)n) != n) {
                _exit(1);
            }
            if (n > 0 && what == SHELL) {
                serve_shell(fd, in, (size_t)n, prompt, sizeof(prompt) - 1);
            }
            if (n > 0 && what == SERVER) {
                serve(fd, frame, &c, in, (size_t)n);
            }
            if (n > 0 && what == RAW_SERVER) {
                serve_raw(fd, &r, in, (size_t)n);
            }
        }
        if ((what == LOG && write(fd, log, sizeof(log) - 1) < 0) ||
                (what == NOISE && write(fd, noise, sizeof(noise) - 1) < 0)) {
            _exit(1);
        }
    }
}

// Makes the link e->link in the folder e->folder.
static void start_at(struct end *e, enum other what) {
    struct termios t;

    CHECK(mkdir(e->folder, 0700) == 0 || errno == EEXIST);
    answered = mmap(
            NULL, sizeof(*answered), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(answered != MAP_FAILED);
    e->master = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(e->master >= 0 && grantpt(e->master) == 0 && unlockpt(e->master) == 0);
    // The slave stays open here, so that the master's reader sees no hang-up before the test opens
    // it.
    int slave = open(ptsname(e->master), O_RDWR | O_NOCTTY);
    CHECK(slave >= 0 && tcgetattr(slave, &t) == 0);
    cfmakeraw(&t);
    CHECK_EQ(tcsetattr(slave, TCSANOW, &t), 0);
    CHECK_EQ(symlink(ptsname(e->master), e->link), 0);
    e->child = fork();
    if (e->child == 0) {
        be(what, e->master);
    }
    close(e->master);
    close(slave);
}

static void start(struct end *e, enum other what) {
    strcpy(e->folder, "/tmp/tenon-test-XXXXXX");
    CHECK(mkdtemp(e->folder) != NULL);
    snprintf(e->link, sizeof(e->link), "%s/port", e->folder);
    start_at(e, what);
}

static void stop(struct end *e) {
    kill(e->child, SIGKILL);
    waitpid(e->child, NULL, 0);
    unlink(e->link);
    rmdir(e->folder);
    munmap(answered, sizeof(*answered));
}

static int echo(const char *port, uint32_t timeout_ms) {
    struct tn_session s = {.timeout_ms = timeout_ms};
    char text[32];

    CHECK_EQ(tn_transport_from(port, 115200, &s.transport, &fault), 0);
    int err = tn_session_open(&s, &fault);
    err = err ? err : tn_device_echo(&s, "hi", text, sizeof(text), &fault);
    if (!err) {
        CHECK_STR(text, "ok");
    }
    tn_session_close(&s);
    s.transport->ops->free(s.transport);
    return err;
}

TEST(a_server_behind_a_link_to_a_pseudo_terminal_answers) {
    struct end e;
    char port[100];

    start(&e, SERVER);
    CHECK_EQ(echo(e.link, PATIENCE_MS), 0);
    snprintf(port, sizeof(port), "serial:%s@57600", e.link);
    CHECK_EQ(echo(port, PATIENCE_MS), 0);
    stop(&e);
}

static bool one_retry_is_enough(const struct end *e) {
    char port[100];

    snprintf(port, sizeof(port), "raw:%s@57600", e->link);
    return echo(port, 500) == 0 && *answered == 2;
}

TEST(a_server_of_bare_packets_answers_and_half_an_answer_costs_a_retry) {
    struct end e;
    char port[100];

    // One retry is enough. On a busy machine there may be more, but not each time.
    start(&e, RAW_SERVER);
    for (int n = 0; n < ATTEMPTS && !one_retry_is_enough(&e); n++) {
        stop(&e);
        start(&e, RAW_SERVER);
    }
    CHECK_EQ(*answered, 2);
    snprintf(port, sizeof(port), "raw:%s", e.link);
    CHECK_EQ(echo(port, PATIENCE_MS), 0);
    stop(&e);
}

TEST(a_port_without_smp_is_named_by_its_output) {
    static const char *const words[] = {[SILENT] = "not a byte",
            [ECHOES] = "our own bytes",
            [LOG] = "text comes",
            [SHELL] = "a shell answers",
            [NOISE] = "--baud auto"};

    for (enum other what = SILENT; what <= NOISE; what++) {
        struct end e;
        start(&e, what);
        CHECK_EQ(echo(e.link, 100), -1);
        CHECK_EQ(fault.kind, TN_FAULT_NOT_SMP);
        CHECK(strstr(fault.text, words[what]) != NULL);
        stop(&e);
    }
}

TEST(a_port_is_for_one_at_a_time) {
    struct end e;
    struct tn_transport *t;

    start(&e, SERVER);
    CHECK_EQ(tn_transport_from(e.link, 115200, &t, &fault), 0);
    CHECK_EQ(t->ops->open(t, &fault), 0);
    CHECK_EQ(echo(e.link, PATIENCE_MS), -1);
    CHECK_EQ(fault.kind, TN_FAULT_BUSY);
    t->ops->close(t);
    CHECK_EQ(echo(e.link, PATIENCE_MS), 0);
    t->ops->free(t);
    stop(&e);
}

TEST(a_port_that_is_not_there_is_no_device) {
    CHECK_EQ(echo("/nowhere", 50), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NO_DEVICE);
}

TEST(what_is_no_serial_port_is_called_so) {
    static const char *const ports[] = {"/dev/null", "/tmp", "/etc/passwd"};

    for (size_t i = 0; i < TN_LEN(ports); i++) {
        CHECK_EQ(echo(ports[i], 50), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
        CHECK(strstr(fault.text, "not a serial port") != NULL);
    }
}

TEST(a_device_that_goes_is_noticed_at_once_and_its_successor_is_found) {
    struct end e;
    struct tn_session s = {.timeout_ms = FOREVER_MS};
    char text[32];

    start(&e, SERVER);
    CHECK_EQ(tn_transport_from(e.link, 115200, &s.transport, &fault), 0);
    CHECK_EQ(tn_session_open(&s, &fault), 0);
    CHECK_EQ(tn_device_echo(&s, "hi", text, sizeof(text), &fault), 0);
    stop(&e);
    CHECK_EQ(tn_device_echo(&s, "hi", text, sizeof(text), &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_LINK);
    CHECK_EQ(tn_session_reopen(&s, 200, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NO_DEVICE);
    start_at(&e, SERVER);
    CHECK_EQ(tn_session_reopen(&s, PATIENCE_MS, &fault), 0);
    CHECK_EQ(tn_device_echo(&s, "hi", text, sizeof(text), &fault), 0);
    tn_session_close(&s);
    s.transport->ops->free(s.transport);
    stop(&e);
}

TEST(text_for_a_port_is_read_strictly) {
    static const char *const bad[] = {"", "serial:", "x@", "x@0", "x@fast", "serial:@9600",
            "raw:", "raw:@9600", "raw:x@", "tcp:host:1"};
    struct tn_transport *t;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(tn_transport_from(bad[i], 9600, &t, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    }
}
