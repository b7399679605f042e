// SPDX-License-Identifier: Apache-2.0
// A host of the drive of a device behind a USB/IP server, block by block: for tests in which no
// kernel can attach the device. Source: "USB Mass Storage Class, Bulk-Only Transport", revision
// 1.0, sections 5 and 6; SCSI Block Commands (READ 10, WRITE 10).
//
//   usb_drive PORT read FILE            all of the drive, to a file
//   usb_drive PORT write FILE [ORDER]   FILE's blocks, behind the drive's 100th; ORDER: forward,
//                                       backward, mixed; or a number: so many blocks only
//   usb_drive PORT ready                waits until the medium is there
//   usb_drive PORT odd                  commands that no host sends: each must be refused
//   usb_drive PORT eject
//
// Ends with 1 and a line if the device refuses a command, with 2 if it is gone.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "usbip_client.h"

enum {
    EP = 3,
    BLOCK = 512,
    AT_ONCE = 64,  // blocks in a command
    FIRST = 100,
    CBW = 31,
    CSW = 13,
    WAIT_MS = 60000,
    STALLED = -32,  // EPIPE, as USB/IP carries it
    GONE = 2,
};

static int fd;

static void put_be32(uint8_t *p, uint32_t v) {
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (24 - 8 * i));
    }
}

static void put_le32(uint8_t *p, uint32_t v) {
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static uint32_t get_be32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int control(uint8_t type, uint8_t request, uint16_t value, uint16_t index) {
    const uint8_t setup[8] = {
            type, request, (uint8_t)value, 0, (uint8_t)index, (uint8_t)(index >> 8), 0, 0};
    struct client_urb u = {.setup = setup};

    return client_run(fd, &u, WAIT_MS);
}

// One transfer. A stall is cleared. Ends the program if the device is gone.
static int transfer(bool is_in, uint8_t *data, uint32_t len, uint32_t *ret_done) {
    struct client_urb u = {.ep = EP, .is_in = is_in, .data = data, .len = len};
    int rc = client_run(fd, &u, WAIT_MS);

    if (rc == STALLED) {
        control(0x02, 1, 0, (uint16_t)(EP | (is_in ? 0x80 : 0)));  // CLEAR_FEATURE ENDPOINT_HALT
    } else if (rc) {
        fprintf(stderr, "usb_drive: the device is gone (%d)\n", rc);
        exit(GONE);
    }
    if (ret_done) {
        *ret_done = u.done;
    }
    return rc;
}

// A command with its data. Returns the status: 0 passed, 1 failed, 2 phase error.
static int command(const uint8_t *scsi, uint8_t scsi_len, bool is_in, uint8_t *data, uint32_t len) {
    static uint32_t tag;
    uint8_t cbw[CBW] = {'U', 'S', 'B', 'C'};
    uint8_t csw[CSW];
    uint32_t n = 0;

    put_le32(cbw + 4, ++tag);
    put_le32(cbw + 8, len);
    cbw[12] = is_in ? 0x80 : 0;
    cbw[14] = scsi_len;
    memcpy(cbw + 15, scsi, scsi_len);
    transfer(false, cbw, CBW, NULL);
    if (len) {
        transfer(is_in, data, len, NULL);
    }
    if (transfer(true, csw, CSW, &n) == STALLED) {
        transfer(true, csw, CSW, &n);
    }
    if (n != CSW || memcmp(csw, "USBS", 4) != 0 || memcmp(csw + 4, cbw + 4, 4) != 0) {
        fprintf(stderr, "usb_drive: no status of a command\n");
        exit(GONE);
    }
    return csw[12];
}

// Says why the last command failed.
static int sense(const char *what) {
    const uint8_t scsi[6] = {0x03, 0, 0, 0, 18, 0};
    uint8_t data[18] = {0};

    command(scsi, sizeof(scsi), true, data, sizeof(data));
    fprintf(stderr, "usb_drive: %s: refused, sense %x/%02x\n", what, data[2] & 15, data[12]);
    return 1;
}

static int blocks(uint8_t code, uint32_t block, uint32_t count, uint8_t *data) {
    uint8_t scsi[10] = {code};

    put_be32(scsi + 2, block);
    scsi[7] = (uint8_t)(count >> 8);
    scsi[8] = (uint8_t)count;
    return command(scsi, sizeof(scsi), code == 0x28, data, count * BLOCK);
}

static int ready(void) {
    const uint8_t scsi[6] = {0};

    for (int i = 0; i < 100; i++) {
        if (!command(scsi, sizeof(scsi), false, NULL, 0)) {
            return 0;
        }
        sense("ready");
        usleep(100000);
    }
    return 1;
}

static int read_drive(const char *path) {
    const uint8_t scsi[10] = {0x25};
    uint8_t data[AT_ONCE * BLOCK];
    FILE *f = fopen(path, "wb");

    if (!f || command(scsi, sizeof(scsi), true, data, 8)) {
        return f ? sense("capacity") : 1;
    }
    uint32_t count = get_be32(data) + 1;
    for (uint32_t at = 0; at < count; at += AT_ONCE) {
        uint32_t n = count - at < AT_ONCE ? count - at : AT_ONCE;
        if (blocks(0x28, at, n, data)) {
            return sense("read");
        }
        fwrite(data, BLOCK, n, f);
    }
    return fclose(f) ? 1 : 0;
}

// The number of the nth block to write: in a mixed order every 7th or 11th, from the last one on.
static uint32_t nth(const char *order, uint32_t n, uint32_t count) {
    if (order[0] == 'b') {
        return count - 1 - n;
    }
    return order[0] == 'm' ? (count - 1 + (count % 7 ? 7 : 11) * n) % count : n;
}

static int write_drive(const char *path, const char *order) {
    static uint8_t file[16 * 1024 * 1024];
    FILE *f = fopen(path, "rb");

    if (!f) {
        perror(path);
        return 64;
    }
    uint32_t count = (uint32_t)(fread(file, 1, sizeof(file), f) / BLOCK);
    fclose(f);
    uint32_t stop = order[0] >= '0' && order[0] <= '9' ? (uint32_t)atoi(order) : count;
    uint32_t at_once = order[0] == 'f' ? AT_ONCE : 1;
    for (uint32_t i = 0; i < stop; i += at_once) {
        uint32_t n = stop - i < at_once ? stop - i : at_once;
        uint32_t block = nth(order, i, count);
        if (blocks(0x2a, FIRST + block, n, file + (size_t)block * BLOCK)) {
            return sense("write");
        }
    }
    return 0;
}

static int eject(void) {
    const uint8_t scsi[6] = {0x1b, 0, 0, 0, 2, 0};

    return command(scsi, sizeof(scsi), false, NULL, 0);
}

// What a broken or hostile host may send: the device must refuse each, and go on.
static int odd(void) {
    static uint8_t data[3 * BLOCK];
    const struct {
        uint8_t scsi[16];
        uint8_t len;
        bool is_in;
        uint32_t bytes;
    } commands[] = {
            {{0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1}, 10, true, BLOCK},   // read far outside
            {{0x28, 0, 0, 0, 0x3e, 0xc5, 0, 0, 1}, 10, true, BLOCK},         // just behind the end
            {{0x2a, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1}, 10, false, BLOCK},  // write
            {{0x2a, 0, 0, 0, 0, 0, 0, 0, 1}, 10, false, 3 * BLOCK},          // blocks of 1,536
            {{0x2a, 0, 0, 0, 0, 9, 0, 0, 0}, 10, false, BLOCK},              // no block
            {{0x28, 0, 0, 0, 0, 9, 0, 0, 1}, 10, false, BLOCK},              // read the other way
            {{0xfe}, 6, true, BLOCK},                                        // no such command
            {{0xfe}, 6, false, BLOCK},
    };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        memset(data, 0x5a, sizeof(data));
        if (!command(commands[i].scsi, commands[i].len, commands[i].is_in, data,
                    commands[i].bytes)) {
            fprintf(stderr, "usb_drive: odd command %zu was accepted\n", i);
            return 1;
        }
        sense("odd");
        if (ready()) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    unsigned port = argc >= 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    const char *what = port ? argv[2] : "";

    fd = port ? client_attach(port) : -1;
    for (int i = 0; port && fd < 0 && i < 100; i++) {
        usleep(50000);
        fd = client_attach(port);
    }
    if (fd < 0 || control(0x00, 9, 1, 0)) {  // SET_CONFIGURATION
        fputs(port ? "usb_drive: no device\n" : "usage: usb_drive PORT WHAT...\n", stderr);
        return port ? GONE : 64;
    }
    if (!strcmp(what, "read") && argc == 4) {
        return ready() || read_drive(argv[3]);
    }
    if (!strcmp(what, "write") && argc >= 4) {
        return ready() || write_drive(argv[3], argc > 4 ? argv[4] : "forward");
    }
    return !strcmp(what, "odd") ? odd() : !strcmp(what, "eject") ? eject() : ready();
}
