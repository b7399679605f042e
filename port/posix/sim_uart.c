// SPDX-License-Identifier: Apache-2.0
// The simulated device's UART: a pseudo terminal with a pace, that loses bytes while the core
// stands still, as a chip's does.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sim.h"
#include "usbip.h"

enum {
    BITS_PER_BYTE = 10,  // start, eight, stop
    BURST = 64,          // bytes that a late reader may catch up with, at least
    LATE_MS = 6,         // and how late it may be
    KEPT_MAX = 4096,
};

// One direction of a paced line. While it is busy it earns credit, and while it is idle none: what
// comes then takes its whole time.
struct pace {
    bool busy;
    uint64_t since_us;
    uint64_t credit;  // in millionths of a byte
};

static int master;
static int log_fd = -1;
static uint32_t baud;
static uint32_t fifo;
static uint32_t speed;  // that the client's end must have; 0: any
static struct pace rx;
static struct pace tx;
static uint8_t kept[KEPT_MAX];  // came while the core stood still
static size_t kept_len;
static size_t kept_pos;

static uint64_t now_us(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

// How many of want bytes, which wait at its beginning, the line has had the time for.
static size_t allowed(struct pace *p, size_t want) {
    if (!baud) {
        return want;
    }
    uint64_t now = now_us();
    uint64_t most = (uint64_t)tn_max(BURST, baud / BITS_PER_BYTE * LATE_MS / 1000) * 1000000;
    p->credit = p->busy ? p->credit + (now - p->since_us) * baud / BITS_PER_BYTE : 0;
    p->since_us = now;
    p->busy = want > 0;
    if (p->credit > most) {
        p->credit = most;
    }
    size_t can = (size_t)(p->credit / 1000000);
    return want < can ? want : can;
}

// So many bytes have left, of so many that waited.
static void spend(struct pace *p, ssize_t bytes, size_t waited) {
    if (baud && bytes > 0) {
        p->credit -= (uint64_t)bytes * 1000000;
        p->busy = (size_t)bytes < waited;
    }
}

// Bytes that wait in the terminal.
static size_t waiting(void) {
    int there = 0;

    ioctl(master, FIONREAD, &there);
    return there > 0 ? (size_t)there : 0;
}

int tn_sim_uart_open(const struct tn_sim_cfg *cfg, int master_fd, int slave_fd) {
    struct termios t;

    // The slave stays open here, or the master would report a hang-up between two clients.
    if (tcgetattr(slave_fd, &t)) {
        return -1;
    }
    cfmakeraw(&t);
    master = master_fd;
    if (cfg->log_path) {
        log_fd = open(cfg->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (log_fd < 0) {
            return -1;
        }
    }
    baud = cfg->baud;
    fifo = cfg->fifo;
    speed = cfg->speed;
    return tcsetattr(slave_fd, TCSANOW, &t);
}

// At another speed the bits are sampled at wrong times: no byte stays what it was.
static bool is_other_speed(void) {
    struct termios want = {0};
    struct termios t;

    return speed && cfsetspeed(&want, speed) == 0 && tcgetattr(master, &t) == 0 &&
            cfgetospeed(&t) != cfgetospeed(&want);
}

static void garble(uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(p[i] * 5 ^ 0xa8);
    }
}

static size_t receive(void *ctx, void *buf, size_t size) {
    uint8_t *p = buf;
    size_t n = 0;

    (void)ctx;
    while (n < size && kept_pos < kept_len) {
        p[n++] = kept[kept_pos++];
    }
    size_t there = baud ? waiting() : size;
    size_t can = allowed(&rx, there);
    if (can && n < size) {
        ssize_t got = read(master, p + n, can < size - n ? can : size - n);
        spend(&rx, got, there);
        if (got > 0 && is_other_speed()) {
            garble(p + n, (size_t)got);
        }
        n += got > 0 ? (size_t)got : 0;
    }
    return n;
}

// Nobody may be listening: what the terminal does not take is lost, as on a wire.
static size_t transmit(void *ctx, const void *buf, size_t len) {
    size_t can = allowed(&tx, len);

    (void)ctx;
    if (!can) {
        return 0;
    }
    uint8_t wrong[256];
    if (is_other_speed()) {
        can = can < sizeof(wrong) ? can : sizeof(wrong);
        memcpy(wrong, buf, can);
        garble(wrong, can);
        buf = wrong;
    }
    ssize_t put = write(master, buf, can);
    if (log_fd >= 0 && write(log_fd, buf, put > 0 ? (size_t)put : can) < 0) {
        log_fd = -1;  // the device works without
    }
    if (put < 0 && errno != EINTR) {
        put = (ssize_t)can;
    }
    spend(&tx, put, len);
    return put > 0 ? (size_t)put : 0;
}

const struct tn_stream tn_sim_uart = {receive, transmit, NULL};

// Bytes that the wire carried meanwhile go into the FIFO until it is full; the rest is lost.
void tn_sim_uart_stall(uint32_t ms) {
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};

    while (nanosleep(&t, &t) && errno == EINTR) {
    }
    size_t came = waiting();
    uint64_t carried = (uint64_t)ms * baud / BITS_PER_BYTE / 1000;
    if (baud && came > carried) {
        came = (size_t)carried;
    }
    kept_len -= kept_pos;
    for (size_t i = 0; i < kept_len; i++) {
        kept[i] = kept[kept_pos + i];
    }
    kept_pos = 0;
    while (came--) {
        uint8_t b;
        if (read(master, &b, 1) != 1) {
            break;
        }
        if (kept_len < fifo && kept_len < KEPT_MAX) {
            kept[kept_len++] = b;
        }
    }
    rx.since_us = now_us();
}

void tn_sim_wait(int udp_fd) {
    struct pollfd p[3 + TN_USBIP_FDS] = {
            {.fd = udp_fd, .events = POLLIN}, {.fd = tn_sim_hci_fd(), .events = POLLIN}};
    unsigned n = 2;

    if (kept_pos != kept_len || tn_sim_usb_is_busy()) {
        return;
    }
    if (!rx.busy) {  // what is still on the line is no news
        p[n++] = (struct pollfd){.fd = master, .events = POLLIN};
    }
    n += tn_sim_usb_fds(p + n);
    poll(p, n, 1);
}
