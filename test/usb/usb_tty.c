// SPDX-License-Identifier: Apache-2.0
// A terminal for the CDC line of a device behind a USB/IP server, as cdc-acm's /dev/ttyACM0 is one:
// for tests in which no kernel can attach the device. Attaches again whenever the device comes
// back.
//
//   usb_tty PORT LINK       serves until it is killed
//   usb_tty PORT --touch    opens the line at 1200 baud, closes it, and ends
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "usbip_client.h"

enum {
    EP_OUT = 2,
    EP_IN = 2,
    CDC_INTERFACE = 1,
    CONTROL_MS = 5000,
    LISTEN_MS = 1,     // for the device's bytes, before the terminal's are looked for
    AGAIN_US = 50000,  // between two attempts to attach
    PIECE = 512,
};

// A control request without data from the device. Returns whether it succeeded.
static bool control(int fd, uint8_t type, uint8_t request, uint16_t value, uint16_t index,
        uint8_t *data, uint16_t len) {
    const uint8_t setup[8] = {type, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index,
            (uint8_t)(index >> 8), (uint8_t)len, (uint8_t)(len >> 8)};
    struct client_urb u = {.setup = setup, .data = data, .len = len};

    return client_run(fd, &u, CONTROL_MS) == 0;
}

// Opens the line at a speed, with DTR. "CDC PSTN Subclass", revision 1.2, sections 6.3.10 and 12.
static bool open_line(int fd, uint32_t baud) {
    uint8_t coding[7] = {(uint8_t)baud, (uint8_t)(baud >> 8), (uint8_t)(baud >> 16), 0, 0, 0, 8};

    return control(fd, 0x00, 9, 1, 0, NULL, 0) &&
            control(fd, 0x21, 0x20, 0, CDC_INTERFACE, coding, sizeof(coding)) &&
            control(fd, 0x21, 0x22, 1, CDC_INTERFACE, NULL, 0);
}

static int attach(unsigned port, uint32_t baud) {
    int fd;

    while ((fd = client_attach(port)) < 0 || !open_line(fd, baud)) {
        if (fd >= 0) {
            close(fd);
        }
        usleep(AGAIN_US);
    }
    return fd;
}

// Passes what there is, in both directions. Returns false if the device has gone.
static bool pass(int fd, int master) {
    uint8_t buf[PIECE];
    struct client_urb in = {.ep = EP_IN, .is_in = true, .data = buf, .len = sizeof(buf)};
    int rc = client_run(fd, &in, LISTEN_MS);

    if (rc && rc != CLIENT_TIMEOUT) {
        return false;
    }
    for (uint32_t sent = 0; sent < in.done;) {
        ssize_t n = write(master, buf + sent, in.done - sent);
        sent += n > 0 ? (uint32_t)n : 0;
    }
    ssize_t n = read(master, buf, sizeof(buf));
    if (n <= 0) {
        return true;
    }
    struct client_urb out = {.ep = EP_OUT, .data = buf, .len = (uint32_t)n};
    return client_run(fd, &out, CONTROL_MS) == 0;
}

static int open_terminal(const char *link, int *ret_slave) {
    struct termios t;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

    if (master < 0 || grantpt(master) || unlockpt(master)) {
        return -1;
    }
    *ret_slave = open(ptsname(master), O_RDWR | O_NOCTTY);  // stays open: no end of file
    if (*ret_slave < 0 || tcgetattr(*ret_slave, &t)) {
        return -1;
    }
    cfmakeraw(&t);
    unlink(link);
    return tcsetattr(*ret_slave, TCSANOW, &t) || symlink(ptsname(master), link) ? -1 : master;
}

int main(int argc, char **argv) {
    unsigned port = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    int slave;

    if (!port) {
        fputs("usage: usb_tty PORT LINK|--touch\n", stderr);
        return 64;
    }
    if (!strcmp(argv[2], "--touch")) {
        int fd = attach(port, 1200);
        return control(fd, 0x21, 0x22, 0, CDC_INTERFACE, NULL, 0) ? 0 : 1;
    }
    int master = open_terminal(argv[2], &slave);
    if (master < 0) {
        perror("usb_tty");
        return 1;
    }
    for (;;) {
        int fd = attach(port, 115200);
        while (pass(fd, master)) {
        }
        close(fd);
    }
}
