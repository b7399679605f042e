// SPDX-License-Identifier: Apache-2.0
// A board's real loader with USB on the emulated chip: it enumerates on an empty device, takes an
// image by DFU, and the image runs, with its DFU interface of run time. The same with a bus reset
// in the middle, and with a loss of power at operations of the flash all over the download.
//
//     usb_dfu BOARD BOOT_USB.elf IMAGE.signed.bin
//
// "USB Device Class Specification for Device Firmware Upgrade", revision 1.1.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "emu/boards/board.h"
#include "host/base/file.h"
#include "usb_host.h"

enum {
    DNLOAD = 1,  // requests
    GETSTATUS = 3,
    DFU_IDLE = 2,  // states
    DFU_DNBUSY = 4,
    DFU_DNLOAD_IDLE = 5,
    DFU_MANIFEST_SYNC = 6,
    DFU_ERROR = 10,
    RUN_TIME = 1,  // protocols of the interface
    DFU_MODE = 2,
    INTERFACE = 4,  // types of descriptors
    FUNCTIONAL = 0x21,
    APPLICATION_SPECIFIC = 0xfe,
    ADDRESS = 5,
    STATUS_LEN = 6,
    BLOCK_MAX = 4096,
    POLLS = 20000,
    US_PER_MS = 1000,
    LEAVE_MS = 10000,
    CDC = 2,  // endpoints: port/tinyusb/descriptors.c
    SMP_HEADER = 8,
    ASLEEP_US = 50000,
    ANSWERED_US = 4000,  // after that a small request is answered
    MOMENTS = 50,
    CUTS = 4,  // places of a loss of power
};

static struct tn_emu emu;
static struct usb_host host;
static const char *name;
static const struct tn_emu_layout *layout;
static struct tn_elf loader;
static struct tn_buf image;
static uint16_t block;     // wTransferSize
static uint64_t ops, cut;  // operations of the flash; the one before which the power goes

_Noreturn static void fail(const char *what) {
    printf("FAILED: %s: %s; %u violations, %u faults\n", name, what, (unsigned)emu.violations,
            (unsigned)emu.faults);
    exit(1);
}

static void check(bool ok, const char *what) {
    if (!ok || emu.violations || emu.faults) {
        fail(what);
    }
}

static void on_op(struct tn_emu *e, const struct tn_emu_op *op) {
    (void)op;
    if (cut && ops + 1 >= cut) {
        tn_emu_stop(e);  // and whoever runs the chip again gets no further
    } else {
        ops++;
    }
}

// ---- Enumeration -----------------------------------------------------------------------

// The protocol of the DFU interface; its block size too.
static int find_dfu(const uint8_t *desc, size_t len) {
    int protocol = -1;

    for (size_t at = 0; at + 2 <= len && desc[at]; at += desc[at]) {
        if (desc[at + 1] == INTERFACE && desc[at + 5] == APPLICATION_SPECIFIC) {
            protocol = desc[at + 7];
        } else if (desc[at + 1] == FUNCTIONAL && protocol >= 0) {
            block = tn_get_le16(desc + at + 5);
        }
    }
    return protocol;
}

// True if the device enumerates with this protocol of its DFU interface.
static bool enumerates(int protocol) {
    static const uint8_t set_address[] = {0, 5, ADDRESS, 0, 0, 0, 0, 0};
    static const uint8_t get_config[] = {0x80, 6, 0, 2, 0, 0, 0, 2};
    static const uint8_t set_config[] = {0, 9, 1, 0, 0, 0, 0, 0};
    uint8_t desc[512];

    if (!usb_host_wait(&host, true)) {
        return false;
    }
    usb_host_reset(&host);
    if (usb_host_control(&host, set_address, NULL)) {
        return false;
    }
    int n = usb_host_control(&host, get_config, desc);
    return n > 0 && find_dfu(desc, (size_t)n) == protocol &&
            usb_host_control(&host, set_config, NULL) == 0;
}

// ---- DFU -------------------------------------------------------------------------------

// Gets the state, after the time that the status asks for. Negative: no answer.
static int get_state(void) {
    static const uint8_t request[] = {0xa1, GETSTATUS, 0, 0, 0, 0, STATUS_LEN, 0};
    uint8_t status[STATUS_LEN];

    int n = usb_host_control(&host, request, status);
    if (n != STATUS_LEN) {
        return -1;
    }
    usb_host_run(&host, US_PER_MS * (status[1] | (uint32_t)status[2] << 8));
    return status[4];
}

// Asks until the state is no longer busy.
static int settle(void) {
    int state;

    for (int i = 0; i < POLLS; i++) {
        state = get_state();
        if (state < 0 || state == DFU_IDLE || state == DFU_DNLOAD_IDLE || state == DFU_ERROR) {
            return state;
        }
    }
    return -1;
}

static bool sends(uint16_t nth, const uint8_t *data, uint16_t len) {
    uint8_t request[] = {0x21, DNLOAD, 0, 0, 0, 0, 0, 0};
    uint8_t copy[BLOCK_MAX];

    tn_put_le16(request + 2, nth);
    tn_put_le16(request + 6, len);
    memcpy(copy, data, len);
    return usb_host_control(&host, request, copy) == len;
}

// Sends the image from the offset at, where a block begins, up to, not including, end. False: the
// device does not answer.
static bool sends_from(size_t at, size_t end) {
    uint16_t nth = (uint16_t)(at / block);

    for (; at < end; at += block, nth++) {
        uint16_t len = (uint16_t)(end - at < block ? end - at : block);
        if (!sends(nth, image.p + at, len) || settle() != DFU_DNLOAD_IDLE) {
            return false;
        }
    }
    return true;
}

static bool sends_until(size_t end) {
    return sends_from(0, end);
}

// The rest of a download, from the offset at; the image runs then.
static bool downloads_from(size_t at) {
    uint16_t blocks = (uint16_t)((image.len + block - 1) / block);
    unsigned resets = host.resets;

    if (!sends_from(at, image.len) || !sends(blocks, image.p, 0) || settle() != DFU_IDLE) {
        return false;
    }
    for (int i = 0; host.resets == resets && i < LEAVE_MS; i++) {  // by itself
        usb_host_run(&host, US_PER_MS);
    }
    return host.resets > resets && enumerates(RUN_TIME);
}

static bool downloads(void) {
    return downloads_from(0);
}

// ---- The runs --------------------------------------------------------------------------

// An empty device with its loader is switched on.
static void begin(void) {
    tn_emu_erase_all(&emu);
    memcpy(emu.flash + layout->chip->boot_off, loader.image, loader.len);
    ops = cut = 0;
    tn_emu_power_on(&emu, 1);
    check(enumerates(DFU_MODE), "the loader enumerates");
    check(block && block <= BLOCK_MAX, "wTransferSize");
}

static void whole_download(void) {
    begin();
    check(downloads(), "a download, and the image runs");
}

static void bus_reset(void) {
    begin();
    check(sends_until(image.len / 2), "half a download");
    host.cable.setup(host.cable.ctx, (const uint8_t[]){0x21, DNLOAD, 9, 0, 0, 0, 64, 0});
    check(enumerates(DFU_MODE), "the loader enumerates after a bus reset in a transfer");
    check(settle() == DFU_IDLE || settle() == DFU_IDLE, "it is idle then");
    check(downloads(), "a download after a bus reset");
}

// The host sleeps this long after it has sent a request to the CDC line, and fetches the answer
// when it is awake again.
static void sleep_behind_request(uint64_t after_us) {
    static const uint8_t echo[] = {2, 0, 0, 7, 0, 0, 42, 0, 0xbf, 0x61, 'd', 0x62, 'h', 'i', 0xff};
    uint8_t answer[USB_PACKET] = {0};
    size_t at = 0;

    check(!usb_host_out(&host, CDC, echo, sizeof(echo)), "a request on the CDC line");
    usb_host_run(&host, after_us);
    host.cable.suspend(host.cable.ctx, true);
    usb_host_run(&host, ASLEEP_US);
    usb_host_suspend(&host, ASLEEP_US);
    while (at < SMP_HEADER || at < SMP_HEADER + (size_t)answer[3]) {
        int n = usb_host_in(&host, CDC, answer + at, sizeof(answer) - at);
        check(n > 0, "the answer is there after a suspend");
        at += (size_t)n;
    }
    check(answer[0] == 3 && answer[6] == 42 && memchr(answer, 'h', at), "and whole");
}

// At many moments between a request and its answer, and in the middle of a download.
static void suspends(void) {
    begin();
    for (uint64_t us = 0; us < ANSWERED_US; us += ANSWERED_US / MOMENTS) {
        sleep_behind_request(us);
    }
    size_t half = image.len / 2 / block * block;
    check(sends_until(half), "half a download");
    usb_host_suspend(&host, ASLEEP_US);
    check(downloads_from(half), "the other half after a suspend");
}

// The power goes before the flash operation number at of the download.
static void power_cut(uint64_t at) {
    begin();
    cut = ops + at;
    sends_until(image.len);
    check(host.end == TN_EMU_STOPPED, "the power goes");
    cut = 0;
    tn_emu_power_on(&emu, (uint32_t)at);
    check(enumerates(DFU_MODE), "the loader enumerates after a loss of power");
    check(downloads(), "a download after a loss of power");
}

static void power_cuts(void) {
    begin();
    uint64_t before = ops;
    check(sends_until(image.len), "a download to count");
    uint64_t all = ops - before;
    for (uint64_t i = 0; i < CUTS; i++) {
        power_cut(1 + i * (all - 1) / (CUTS - 1));
    }
    printf("%s: downloaded, with a bus reset, a suspend and %d losses of power at %u operations\n",
            name, CUTS, (unsigned)all);
}

static bool open_all(const char *boot, const char *file) {
    static struct tn_emu_layout own;
    struct tn_fault fault;

    layout = tn_emu_layout_find(name, &own);
    if (!layout || tn_emu_open_whole(&emu, layout->chip) ||
            tn_elf_open(&loader, boot, layout->chip->flash_base + layout->chip->boot_off,
                    layout->boot_size) ||
            tn_file_read(file, &image, &fault)) {
        return false;
    }
    tn_emu_layout_fit(layout, &emu);
    emu.on_op = on_op;
    return usb_host_open(&host, &emu);
}

int main(int argc, char **argv) {
    name = argc == 4 ? argv[1] : "";
    if (argc != 4 || !open_all(argv[2], argv[3])) {
        fprintf(stderr, "usage: usb_dfu BOARD BOOT_USB.elf IMAGE.signed.bin\n");
        return 1;
    }
    whole_download();
    bus_reset();
    suspends();
    power_cuts();
    tn_buf_free(&image);
    tn_elf_close(&loader);
    tn_emu_close(&emu);
    return 0;
}
