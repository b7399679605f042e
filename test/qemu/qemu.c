// SPDX-License-Identifier: Apache-2.0
// Controls QEMU over two socket pairs that it inherits, so no socket is in the file system: the
// qtest protocol (docs/devel/testing/qtest.rst of QEMU; one answer line for each line) and QMP
// (docs/interop/qmp-spec.rst; JSON lines, events between the answers).
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 200000,  // for any answer: a busy machine may stand still for half a minute
    PIECE = 4096,          // bytes that one command reads or writes
    LINE = 2 * PIECE + 64,
};

// Registers of the nRF51 (port/nrf5x/nrf51.h has the sources), and button A.
enum {
    UART0_ENABLE = 0x40002500,
    NVMC_CONFIG = 0x4001e504,
    NVMC_ERASEALL = 0x4001e50c,
    READ_ONLY = 0,
    WRITE_ENABLED = 1,
    ERASE_ENABLED = 2,
    BUTTON_A = 17,
};

static int fail(const char *what) {
    fprintf(stderr, "qemu: %s\n", what);
    return -1;
}

// ---- Lines -----------------------------------------------------------------------------

static int send_line(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int send_line(int fd, const char *format, ...) {
    char line[LINE];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    for (int done = 0; done < n;) {
        ssize_t k = send(fd, line + done, (size_t)(n - done), MSG_NOSIGNAL);
        if (k <= 0) {
            return fail("the emulator has ended");
        }
        done += (int)k;
    }
    return 0;
}

// Reads one line, byte by byte, so that the next line stays in the socket.
static int get_line(int fd, char *line, size_t size) {
    size_t n = 0;

    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char c;

        if (poll(&p, 1, PATIENCE_MS) <= 0) {
            return fail("no answer");
        }
        if (read(fd, &c, 1) != 1) {
            return fail("the emulator has ended");
        }
        if (c == '\n') {
            line[n] = 0;
            return 0;
        }
        if (n + 1 < size) {
            line[n++] = c;
        }
    }
}

// ---- qtest -----------------------------------------------------------------------------

// Reads the answer: "OK" and, for a read, a value, which it copies to line.
static int qtest_answer(struct tn_qemu *q, char *line, size_t size) {
    if (get_line(q->qtest, line, size)) {
        return -1;
    }
    return strncmp(line, "OK", 2) == 0 ? 0 : fail(line);
}

static int qtest_writel(struct tn_qemu *q, uint32_t addr, uint32_t word) {
    char line[LINE];

    return send_line(q->qtest, "writel 0x%x 0x%x\n", addr, word) ||
            qtest_answer(q, line, sizeof(line));
}

int tn_qemu_poke(struct tn_qemu *q, uint32_t addr, uint32_t word) {
    return qtest_writel(q, addr, word) ? -1 : 0;
}

static int write_piece(struct tn_qemu *q, uint32_t addr, const uint8_t *p, size_t len) {
    char hex[2 * PIECE + 1];
    char line[LINE];

    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = "0123456789abcdef"[p[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
    }
    hex[2 * len] = 0;
    return send_line(q->qtest, "write 0x%x 0x%zx 0x%s\n", addr, len, hex) ||
            qtest_answer(q, line, sizeof(line));
}

int tn_qemu_flash(struct tn_qemu *q, uint32_t addr, const void *buf, size_t len) {
    if (qtest_writel(q, NVMC_CONFIG, WRITE_ENABLED)) {
        return -1;
    }
    for (size_t off = 0; off < len; off += PIECE) {
        size_t n = len - off < PIECE ? len - off : PIECE;
        if (write_piece(q, addr + (uint32_t)off, (const uint8_t *)buf + off, n)) {
            return -1;
        }
    }
    return qtest_writel(q, NVMC_CONFIG, READ_ONLY) ? -1 : 0;
}

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_piece(struct tn_qemu *q, uint32_t addr, uint8_t *p, size_t len) {
    char line[LINE];

    if (send_line(q->qtest, "read 0x%x 0x%zx\n", addr, len) ||
            qtest_answer(q, line, sizeof(line))) {
        return -1;
    }
    const char *digits = line + strlen("OK 0x");
    for (size_t i = 0; i < len; i++) {
        int high = digit(digits[2 * i]);
        int low = high < 0 ? -1 : digit(digits[2 * i + 1]);
        if (low < 0) {
            return fail("an answer without a value");
        }
        p[i] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

int tn_qemu_read(struct tn_qemu *q, uint32_t addr, void *buf, size_t len) {
    for (size_t off = 0; off < len; off += PIECE) {
        size_t n = len - off < PIECE ? len - off : PIECE;
        if (read_piece(q, addr + (uint32_t)off, (uint8_t *)buf + off, n)) {
            return -1;
        }
    }
    return 0;
}

int tn_qemu_nudge(struct tn_qemu *q) {
    char line[LINE];

    return send_line(q->qtest, "readl 0x%x\n", UART0_ENABLE) || qtest_answer(q, line, sizeof(line))
            ? -1
            : 0;
}

static int set_button(struct tn_qemu *q, bool held) {
    char line[LINE];

    return send_line(q->qtest, "set_irq_in /machine/nrf51 unnamed-gpio-in %d %d\n", BUTTON_A,
                   held ? 0 : 1) ||
            qtest_answer(q, line, sizeof(line));
}

// ---- QMP -------------------------------------------------------------------------------

// Reads lines until one contains the text.
static int qmp_wait(struct tn_qemu *q, const char *text) {
    char line[LINE];

    do {
        if (get_line(q->monitor, line, sizeof(line))) {
            return -1;
        }
        if (strstr(line, "\"error\"")) {
            return fail(line);
        }
    } while (!strstr(line, text));
    return 0;
}

// Runs a command and waits for the text, which comes in the answer or after it.
static int qmp(struct tn_qemu *q, const char *command, const char *text) {
    return send_line(q->monitor, "{\"execute\": \"%s\"}\n", command) || qmp_wait(q, text);
}

int tn_qemu_halt(struct tn_qemu *q) {
    return qmp(q, "stop", "\"return\"") ? -1 : 0;
}

int tn_qemu_reset(struct tn_qemu *q, bool button) {
    // A reset releases all pins, so the button is pressed after it, before the core runs. The
    // answers come before the event.
    if (tn_qemu_halt(q) || qmp(q, "system_reset", "\"RESET\"") || (button && set_button(q, true)) ||
            qmp(q, "cont", "\"return\"")) {
        return -1;
    }
    return 0;
}

// ---- Start and stop --------------------------------------------------------------------

static void run_emulator(pid_t parent, int serial, int qtest, int monitor) {
    char chardev[3][48];
    int fds[3] = {serial, qtest, monitor};

    for (int i = 0; i < 3; i++) {
        fcntl(fds[i], F_SETFD, 0);  // QEMU inherits it
        snprintf(chardev[i], sizeof(chardev[i]), "socket,id=c%d,fd=%d", i, fds[i]);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1);
    }
    setpgid(0, 0);  // Ctrl-C is for the parent, which ends this process
    // TCG, never KVM. -S: the core does not start.
    execlp("qemu-system-arm", "qemu-system-arm", "-M", "microbit", "-accel", "tcg", "-display",
            "none", "-nodefaults", "-S", "-chardev", chardev[0], "-serial", "chardev:c0",
            "-chardev", chardev[1], "-object", "qtest,id=qt,chardev=c1,log=/dev/null", "-chardev",
            chardev[2], "-mon", "chardev=c2,mode=control", (char *)NULL);
    fprintf(stderr, "qemu: cannot run qemu-system-arm: %s\n", strerror(errno));
    _exit(127);
}

int tn_qemu_start(struct tn_qemu *q) {
    int serial[2], qtest[2], monitor[2];
    pid_t parent = getpid();

    *q = (struct tn_qemu){.pid = -1, .serial = -1, .qtest = -1, .monitor = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, serial) ||
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qtest) ||
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor)) {
        return fail("no sockets");
    }
    q->pid = fork();
    if (q->pid == 0) {
        run_emulator(parent, serial[1], qtest[1], monitor[1]);
    }
    close(serial[1]);
    close(qtest[1]);
    close(monitor[1]);
    q->serial = serial[0];
    q->qtest = qtest[0];
    q->monitor = monitor[0];
    if (q->pid < 0) {
        return fail("cannot fork");
    }
    if (qmp_wait(q, "\"QMP\"") || qmp(q, "qmp_capabilities", "\"return\"") ||
            qtest_writel(q, NVMC_CONFIG, ERASE_ENABLED) || qtest_writel(q, NVMC_ERASEALL, 1) ||
            qtest_writel(q, NVMC_CONFIG, READ_ONLY)) {
        return -1;
    }
    return 0;
}

void tn_qemu_stop(struct tn_qemu *q) {
    if (q->pid > 0) {
        kill(q->pid, SIGKILL);
        waitpid(q->pid, NULL, 0);
        close(q->serial);
        close(q->qtest);
        close(q->monitor);
    }
    q->pid = -1;
}
