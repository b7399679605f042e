// SPDX-License-Identifier: Apache-2.0
// A board's real USB: the firmware usb_echo with TinyUSB's driver of the chip's controller, on the
// emulated chip, and a host that asks for one thing after the other.
//
//     usb_board BOARD USB_ECHO.elf
//
// It may not break a rule of the controller (tn_emu.violations).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boards/board.h"
#include "usb_host.h"

enum {
    ADDRESS = 5,
    CDC_OUT = 2,  // endpoints of usb_echo
    CDC_IN = 2,
    KEEP_LEN = 1000,
    ROUNDS = 40,
    GONE_US = 150000,
    LATER_US = 20000,
    ASLEEP_US = 700000,
    USBD_EPIN = 0x600,
    USBD_EPOUT_LESS_EPIN = 0x100,
    USBD_NEXT = 0x14,
    USBD_AMOUNT = 8,
    UARTE_BAUDRATE = 0x524,
};

static struct tn_emu emu;
static struct usb_host host;
static const char *name;

// What follows depends on it: a failure ends the test.
static void check(bool ok, const char *what) {
    if (!ok || emu.violations || emu.faults) {
        printf("FAILED: %s: %s%s; %u violations, %u faults\n", name, what, ok ? " works, but" : "",
                (unsigned)emu.violations, (unsigned)emu.faults);
        exit(1);
    }
}

// Requests of USB 2.0 section 9.4, and those of usb_echo.
static const uint8_t get_device[] = {0x80, 6, 0, 1, 0, 0, 64, 0};
static const uint8_t set_address[] = {0, 5, ADDRESS, 0, 0, 0, 0, 0};
static const uint8_t get_config[] = {0x80, 6, 0, 2, 0, 0, 0xff, 0};
static const uint8_t set_config[] = {0, 9, 1, 0, 0, 0, 0, 0};
static const uint8_t get_unknown[] = {0x80, 6, 0, 0x77, 0, 0, 4, 0};
static const uint8_t halt_in[] = {2, 3, 0, 0, CDC_IN | 0x80, 0, 0, 0};
static const uint8_t unhalt_in[] = {2, 1, 0, 0, CDC_IN | 0x80, 0, 0, 0};
static const uint8_t halt_out[] = {2, 3, 0, 0, CDC_OUT, 0, 0, 0};
static const uint8_t unhalt_out[] = {2, 1, 0, 0, CDC_OUT, 0, 0, 0};
static const uint8_t keep[] = {0x40, 1, 0, 0, 0, 0, KEEP_LEN & 0xff, KEEP_LEN >> 8};
static const uint8_t kept[] = {0xc0, 1, 0, 0, 0, 0, KEEP_LEN & 0xff, KEEP_LEN >> 8};
static const uint8_t leave[] = {0x40, 2, 0, 0, 0, 0, 0, 0};

static void enumerate(void) {
    uint8_t desc[256];

    check(usb_host_wait(&host, true), "the pull-up is on");
    usb_host_reset(&host);
    check(usb_host_control(&host, get_device, desc) == 18 && desc[8] == 0x09 && desc[9] == 0x12,
            "GET_DESCRIPTOR, device");
    usb_host_reset(&host);  // as Linux and Windows do
    check(usb_host_control(&host, set_address, NULL) == 0, "SET_ADDRESS");
    check(usb_host_control(&host, get_device, desc) == 18, "GET_DESCRIPTOR again");
    int n = usb_host_control(&host, get_config, desc);
    check(n > USB_PACKET && n == (desc[2] | desc[3] << 8), "GET_DESCRIPTOR, configuration");
    check(usb_host_control(&host, set_config, NULL) == 0, "SET_CONFIGURATION");
}

static void control_transfers(void) {
    uint8_t sent[KEEP_LEN], back[KEEP_LEN];

    for (size_t i = 0; i < sizeof(sent); i++) {
        sent[i] = (uint8_t)(i * 7 + i / 256);
    }
    check(usb_host_control(&host, get_unknown, back) == TN_CABLE_STALL, "a request is refused");
    host.cable.setup(host.cable.ctx, keep);
    usb_host_run(&host, LATER_US);
    check(usb_host_control(&host, get_device, back) == 18, "a request after one without its data");
    check(usb_host_control(&host, keep, sent) == KEEP_LEN, "data to endpoint 0");
    check(usb_host_control(&host, kept, back) == KEEP_LEN && !memcmp(sent, back, KEEP_LEN),
            "the same from endpoint 0");
}

// What was sent comes back, in packets of any size.
static bool comes_back(const uint8_t *data, size_t len) {
    uint8_t back[USB_PACKET];
    size_t at = 0;

    while (at < len) {
        int n = usb_host_in(&host, CDC_IN, back, sizeof(back));
        if (n < 0 || (size_t)n > len - at || memcmp(back, data + at, (size_t)n)) {
            return false;
        }
        at += (size_t)n;
    }
    return true;
}

static bool echoes(const uint8_t *data, size_t len) {
    return !usb_host_out(&host, CDC_OUT, data, len) && comes_back(data, len);
}

static void bulk_transfers(void) {
    uint8_t data[USB_PACKET];
    bool ok = true;

    for (size_t round = 0; round < ROUNDS && ok; round++) {
        size_t len = 1 + round * 13 % USB_PACKET;
        for (size_t i = 0; i < len; i++) {
            data[i] = (uint8_t)(i + round);
        }
        ok = echoes(data, len);
    }
    check(ok, "packets come back");
}

// Both ways at once: the host sends packets before it has fetched what comes back.
static void bulk_both_ways(void) {
    uint8_t data[4 * USB_PACKET], back[sizeof(data) + USB_PACKET];
    size_t at = 0;
    bool ok = true;

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 3);
        if (i % USB_PACKET == USB_PACKET - 1) {
            ok &= !usb_host_out(&host, CDC_OUT, data + i + 1 - USB_PACKET, USB_PACKET);
        }
    }
    while (ok && at < sizeof(data)) {
        int n = usb_host_in(&host, CDC_IN, back + at, USB_PACKET);
        ok = n >= 0 && at + (size_t)n <= sizeof(data);
        at += ok ? (size_t)n : 0;
    }
    check(ok && !memcmp(data, back, sizeof(data)), "packets both ways at once");
}

// TinyUSB 0.18 does not begin the OUT transfer again that a halt has ended (its driver of the
// OTG_FS; the nRF's controller accepts a packet by itself). A bus reset does.
static void halts(void) {
    uint8_t data[USB_PACKET] = {1, 2, 3};

    usb_host_run(&host, LATER_US);
    check(usb_host_control(&host, halt_in, NULL) == 0 &&
                    usb_host_in(&host, CDC_IN, data, sizeof(data)) == TN_CABLE_STALL,
            "a halted IN endpoint");
    check(usb_host_control(&host, halt_out, NULL) == 0 &&
                    usb_host_out(&host, CDC_OUT, data, sizeof(data)) == TN_CABLE_STALL,
            "a halted OUT endpoint");
    check(usb_host_control(&host, unhalt_in, NULL) == 0 &&
                    usb_host_control(&host, unhalt_out, NULL) == 0,
            "CLEAR_FEATURE");
    check(host.cable.in(host.cable.ctx, CDC_IN, data, sizeof(data)) != TN_CABLE_STALL &&
                    host.cable.out(host.cable.ctx, CDC_OUT, data, 1) != TN_CABLE_STALL,
            "no halt any more");
    usb_host_reset(&host);
    enumerate();
    check(echoes(data, sizeof(data)), "packets after a halt and a bus reset");
}

// The host resets the bus in the middle of everything.
static void resets(void) {
    uint8_t data[USB_PACKET] = {4, 5, 6};

    for (size_t i = 0; i < 3; i++) {
        usb_host_out(&host, CDC_OUT, data, sizeof(data));
        host.cable.setup(host.cable.ctx, i ? keep : kept);
        usb_host_run(&host, i * 50);
        usb_host_reset(&host);
        check(usb_host_in(&host, CDC_IN, data, sizeof(data)) == TN_CABLE_NONE,
                "no endpoint after a bus reset");
        enumerate();
        check(echoes(data, sizeof(data)), "packets after a bus reset");
    }
}

// The host sleeps: before it has fetched what comes back, and right behind what it sends.
static void suspends(void) {
    uint8_t data[USB_PACKET] = {10, 11, 12}, back[USB_PACKET];

    check(!usb_host_out(&host, CDC_OUT, data, 20), "a packet");
    usb_host_run(&host, LATER_US);
    usb_host_suspend(&host, ASLEEP_US);
    check(comes_back(data, 20), "what was not fetched before a suspend is there behind it");
    check(!usb_host_out(&host, CDC_OUT, data, 30), "a packet");
    host.cable.suspend(host.cable.ctx, true);
    usb_host_run(&host, ASLEEP_US);
    check(host.cable.in(host.cable.ctx, CDC_IN, back, sizeof(back)) == TN_CABLE_NONE,
            "no answer while the bus is suspended");
    usb_host_suspend(&host, ASLEEP_US);
    check(comes_back(data, 30), "nor is lost what the device got just before it");
    check(echoes(data, sizeof(data)), "packets after a suspend");
    host.cable.suspend(host.cable.ctx, true);
    usb_host_run(&host, ASLEEP_US);
    enumerate();
    check(echoes(data, sizeof(data)), "packets after a bus reset in a suspend");
}

static void unplugs(void) {
    uint8_t data[USB_PACKET] = {7, 8, 9};

    tn_emu_usb_plug(&emu, false);
    check(usb_host_wait(&host, false), "no cable");
    usb_host_run(&host, LATER_US);
    tn_emu_usb_plug(&emu, true);
    enumerate();
    check(echoes(data, sizeof(data)), "packets after the cable was out");
}

// Registers that need not be as after a reset: what the last transfers of the USBD moved, which a
// program cannot write, and the rate of a UART that is off.
static bool may_differ(const char *device, uint32_t off) {
    if (!strcmp(device, "USBD")) {
        return off >= USBD_EPIN && off % USBD_EPOUT_LESS_EPIN % USBD_NEXT == USBD_AMOUNT;
    }
    return !strcmp(device, "UART0 and UARTE0") && off == UARTE_BAUDRATE;
}

// All registers as after a reset, so that an application finds its chip.
static bool is_as_after_a_reset(struct tn_emu *fresh) {
    bool ok = true;

    for (size_t i = 0; i < emu.chip->ndevices; i++) {
        const struct tn_emu_device *d = emu.chip->devices[i];
        for (uint32_t off = 0; !d->unknown && off < d->size; off += 4) {
            uint32_t is = tn_emu_load(&emu, d->base + off, 4);
            uint32_t was = tn_emu_load(fresh, d->base + off, 4);
            if (is != was && !may_differ(d->name, off)) {
                printf("FAILED: %s: %s 0x%03x is 0x%x, not 0x%x as after a reset\n", name, d->name,
                        (unsigned)off, (unsigned)is, (unsigned)was);
                ok = false;
            }
        }
    }
    return ok;
}

static void leaves(void) {
    static struct tn_emu fresh;

    check(usb_host_control(&host, leave, NULL) == 0, "the request to leave");
    check(usb_host_wait(&host, false), "the pull-up is off");
    usb_host_run(&host, GONE_US);
    check(!host.cable.is_connected(host.cable.ctx), "it stays off");
    if (tn_emu_open_whole(&fresh, emu.chip)) {
        exit(1);
    }
    tn_emu_usb_plug(&fresh, true);
    tn_emu_power_on(&fresh, 1);
    check(is_as_after_a_reset(&fresh), "registers as after a reset");
    tn_emu_close(&fresh);
}

static bool open_board(const char *path) {
    struct tn_emu_layout own;
    const struct tn_emu_layout *l = tn_emu_layout_find(name, &own);
    struct tn_elf elf;

    if (!l || tn_emu_open_whole(&emu, l->chip) ||
            tn_elf_open(&elf, path, l->chip->flash_base, l->chip->flash_size)) {
        return false;
    }
    tn_emu_layout_fit(l, &emu);
    memcpy(emu.flash, elf.image, elf.len);
    tn_elf_close(&elf);
    return usb_host_open(&host, &emu);
}

int main(int argc, char **argv) {
    name = argc == 3 ? argv[1] : "";
    if (argc != 3 || !open_board(argv[2])) {
        fprintf(stderr, "usage: usb_board BOARD USB_ECHO.elf: a board whose chip has USB\n");
        return 1;
    }
    tn_emu_power_on(&emu, 1);
    enumerate();
    control_transfers();
    bulk_transfers();
    bulk_both_ways();
    halts();
    resets();
    suspends();
    unplugs();
    leaves();
    printf("%s: enumerated, packets both ways, reset, suspended, unplugged, left\n", name);
    tn_emu_close(&emu);
    return 0;
}
