// SPDX-License-Identifier: Apache-2.0
// The DFU client against a device that takes its states strictly: plain DFU and DfuSe, every end of
// a download, refusals, devices that go away at any request, and devices that never get ready.
#include <stdlib.h>

#include "dfu_device.h"
#include "host/base/clock.h"
#include "host/dfu/upgrade.h"
#include "test.h"

static struct device dev;
static struct tn_fault fault;
static uint8_t firmware[5000];
static struct tn_segments data;
static size_t shown;

static void on_progress(void *ctx, size_t done, size_t size) {
    (void)ctx;
    CHECK(done >= shown && done <= size);
    shown = done;
}

// A file of len bytes at addr, or of bytes without an address.
static struct tn_dfu_upgrade make(size_t len, uint32_t addr) {
    uint32_t seed = 11;

    for (size_t i = 0; i < sizeof(firmware); i++) {
        firmware[i] = (uint8_t)tn_test_random(&seed);
    }
    shown = 0;
    tn_segments_free(&data);
    CHECK_EQ(tn_segments_add(&data, addr, firmware, len, "x", &fault), 0);
    return (struct tn_dfu_upgrade){.usb = &dev.usb,
            .file = "x.bin",
            .data = &data,
            .has_addr = addr != 0,
            .alt = -1,
            .progress = on_progress};
}

static void plain(void) {
    device_init(&dev);
    dev.is_dfuse = false;
    dev.memory = "flash";
}

static bool is_installed(size_t len) {
    return memcmp(dev.flash, firmware, len) == 0 && dev.has_end && shown == len;
}

// ---- Downloads -------------------------------------------------------------------------

TEST(dfuse_erases_writes_and_leaves) {
    device_init(&dev);
    struct tn_dfu_upgrade u = make(5000, DEVICE_BASE);

    memset(dev.flash, 0, sizeof(dev.flash));
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK_EQ(u.result, TN_DFU_APP_RUNS);
    CHECK(is_installed(5000));
    CHECK_EQ(dev.erases, 5);
    CHECK_EQ(dev.early, 0);
    CHECK_EQ(dev.sets, 2);  // one for all blocks, and one for the leave
    CHECK_EQ(dev.flash[5119], 0xff);
    CHECK_EQ(dev.flash[5120], 0);
}

TEST(plain_dfu_sends_blocks_from_0_and_resets_the_bus) {
    static const enum device_end ends[] = {
            END_LEAVES, END_IDLE_THEN_LEAVES, END_WAITS_RESET, END_GONE};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        for (size_t len = 1; len <= 513; len += 128) {
            plain();
            dev.end = ends[i];
            struct tn_dfu_upgrade u = make(len, 0);
            CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
            CHECK_EQ(u.result, TN_DFU_APP_RUNS);
            CHECK(is_installed(len));
        }
    }
}

TEST(a_tenon_loader_needs_no_address) {
    device_init(&dev);
    dev.memory = "@Update/0x08004000/64*001Kg";
    dev.memory2 = "@Slot 0/0x08004000/64*001Kg";
    struct tn_dfu_upgrade u = make(3000, 0);

    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK(u.dfu.is_update);
    CHECK_EQ(u.addr, DEVICE_BASE);
    CHECK(is_installed(3000));
}

TEST(a_tenon_loader_that_declares_dfu_1_1_gets_blocks_from_0_and_its_address_is_compared) {
    plain();
    dev.memory = "@Update/0x08004000/64*001Kg";
    struct tn_dfu_upgrade u = make(3000, DEVICE_BASE);

    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK(is_installed(3000));
    CHECK_EQ(dev.sets, 0);
    plain();
    dev.memory = "@Update/0x08004000/64*001Kg";
    u = make(3000, DEVICE_BASE + 1024);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_ADDRESS);
    u = make(100, 0);
    dev.memory = "@Update/0x08004000/3*032 g";
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_TOO_LARGE);
    CHECK_EQ(dev.blocks, 0);
}

TEST(a_device_that_answers_no_status_while_its_flash_works_is_asked_again) {
    device_init(&dev);
    dev.poll_ms = 0;  // its own poll time is too short, as on some chips
    dev.is_deaf_when_busy = true;
    struct tn_dfu_upgrade u = make(3000, DEVICE_BASE);

    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK(is_installed(3000));
}

TEST(segments_that_share_a_page_erase_it_once) {
    device_init(&dev);
    struct tn_dfu_upgrade u = make(100, DEVICE_BASE);

    CHECK_EQ(tn_segments_add(&data, DEVICE_BASE + 600, firmware + 600, 900, "x", &fault), 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK_EQ(dev.erases, 2);
    CHECK_MEM(dev.flash + 600, firmware + 600, 900);
    CHECK_EQ(dev.flash[150], 0xff);
}

TEST(an_interrupted_session_of_another_program_is_cleaned_up) {
    static const enum tn_dfu_state states[] = {
            TN_DFU_DNLOAD_IDLE, TN_DFU_UPLOAD_IDLE, TN_DFU_ERROR, TN_DFU_DNLOAD_SYNC};
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        device_init(&dev);
        dev.state = states[i];
        struct tn_dfu_upgrade u = make(700, DEVICE_BASE);
        CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
        CHECK(is_installed(700));
    }
    device_init(&dev);
    dev.state = TN_DFU_MANIFEST_WAIT_RESET;
    struct tn_dfu_upgrade u = make(700, DEVICE_BASE);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK(strstr(fault.text, "dfuMANIFEST-WAIT-RESET"));
}

// ---- From the application --------------------------------------------------------------

static void in_application(bool will_detach) {
    device_init(&dev);
    dev.in_app = true;
    dev.state = TN_DFU_APP_IDLE;
    dev.will_detach = will_detach;
    dev.memory = "@Update/0x08004000/64*001Kg";
}

TEST(an_application_leaves_by_itself_or_by_a_reset) {
    for (int i = 0; i < 2; i++) {
        in_application(i == 1);
        struct tn_dfu_upgrade u = make(3000, 0);
        CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
        CHECK_EQ(u.before.pid, 1);
        CHECK_EQ(u.device.pid, 2);
        CHECK_EQ(u.after.pid, 1);
        CHECK_EQ(dev.resets, i == 1 ? 0 : 1);
        CHECK(is_installed(3000));
    }
}

TEST(the_device_is_found_again_by_its_port_or_by_its_serial_number) {
    in_application(true);
    dev.serial_dfu = "another number";
    struct tn_dfu_upgrade u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);

    in_application(true);
    dev.path_dfu = "2-1.3";
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);

    in_application(true);
    dev.path_dfu = "2-1.3";
    dev.serial_dfu = "another number";
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
}

TEST(an_application_that_does_not_leave_is_an_error_with_a_reason) {
    in_application(true);
    dev.stalls_detach = true;
    struct tn_dfu_upgrade u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK(strstr(fault.text, "refuses to leave"));

    in_application(true);
    dev.ignores_detach = true;
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK(strstr(fault.text, "still runs"));

    in_application(true);
    dev.lost_after_detach = true;
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
}

static bool is_back(void) {
    struct tn_usb_device now;
    const struct tn_usb_name any = {.has_ids = false};

    for (int i = 0; i < 20; i++) {
        if (tn_usb_find(&dev.usb, &any, &now, &fault) == 0 && !now.is_dfu_mode) {
            return true;
        }
        tn_wait(-1, 0, 100);
    }
    return false;
}

TEST(an_application_that_was_stopped_for_nothing_is_started_again) {
    in_application(true);
    dev.fail_at = 2;
    dev.fail_status = 10;
    struct tn_dfu_upgrade u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    CHECK(is_back());

    in_application(true);  // found out only when the loader serves
    u = make(3000, DEVICE_BASE + 4);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_ADDRESS);
    CHECK(is_back());

    in_application(true);  // it was in DFU mode before: somebody wanted that
    dev.in_app = false;
    dev.state = TN_DFU_IDLE;
    dev.fail_at = 2;
    dev.fail_status = 10;
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK(!is_back());
}

// ---- The end ---------------------------------------------------------------------------

static int end_as(enum device_end end, bool from_app, struct tn_dfu_upgrade *u) {
    in_application(true);
    if (!from_app) {
        dev.in_app = false;
        dev.state = TN_DFU_IDLE;
    }
    dev.end = end;
    *u = make(3000, 0);
    return tn_dfu_upgrade(u, &fault);
}

TEST(what_the_bus_shows_after_the_end_decides) {
    struct tn_dfu_upgrade u;

    CHECK_EQ(end_as(END_GONE, true, &u), 0);
    CHECK_EQ(u.result, TN_DFU_APP_RUNS);
    CHECK_EQ(end_as(END_IDLE_THEN_LEAVES, true, &u), 0);
    CHECK_EQ(u.result, TN_DFU_APP_RUNS);
    CHECK_EQ(end_as(END_RECOVERY, true, &u), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK(strstr(fault.text, "in DFU mode again"));
    CHECK_EQ(end_as(END_STAYS, true, &u), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK_EQ(end_as(END_NEVER_BACK, true, &u), -1);
    CHECK_EQ(fault.kind, TN_FAULT_SILENT);
    CHECK_EQ(end_as(END_NO_USB, false, &u), 0);
    CHECK_EQ(u.result, TN_DFU_APP_UNSEEN);
}

// ---- Refusals --------------------------------------------------------------------------

TEST(every_status_is_told_in_words_with_a_next_step) {
    for (unsigned status = 1; status <= 255; status++) {
        const struct tn_dfu_reason *r = tn_dfu_reason((uint8_t)status);
        device_init(&dev);
        dev.fail_at = 3;
        dev.fail_status = (uint8_t)status;
        dev.reason = status % 2 ? "written by the device" : NULL;
        struct tn_dfu_upgrade u = make(3000, DEVICE_BASE);
        CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
        CHECK(strstr(fault.text, r->name) && strstr(fault.text, r->next));
        CHECK(strstr(fault.text, status % 2 ? "\"written by the device\"" : r->what));
        CHECK(strstr(fault.text, "0x08004300"));
        CHECK_EQ(dev.state, TN_DFU_IDLE);  // ready for the next try
    }
}

TEST(a_refusal_at_the_end_is_no_success) {
    struct tn_dfu_upgrade u;

    device_init(&dev);
    dev.end_status = 7;
    u = make(3000, DEVICE_BASE);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK(strstr(fault.text, "errVERIFY"));
    plain();
    dev.end_status = 7;
    u = make(3000, 0);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK(strstr(fault.text, "errVERIFY"));
}

// Unplugged at every single request.
TEST(a_device_that_goes_away_is_never_taken_for_a_success) {
    for (int is_dfuse = 0; is_dfuse < 2; is_dfuse++) {
        for (int at = 0;; at++) {
            device_init(&dev);
            dev.is_dfuse = is_dfuse;
            dev.gone_at = at;
            struct tn_dfu_upgrade u = make(1000, is_dfuse ? DEVICE_BASE : 0);
            int err = tn_dfu_upgrade(&u, &fault);
            CHECK(err == 0 || fault.kind == TN_FAULT_LINK);
            CHECK(err != 0 || is_installed(1000));
            if (dev.requests <= at) {
                CHECK(at > 10);
                break;
            }
        }
    }
}

TEST(a_device_that_is_busy_for_ever_ends_with_an_error) {
    static const uint32_t polls[] = {0, 1, 1000, 100000, 0xffffff};
    for (size_t i = 0; i < sizeof(polls) / sizeof(polls[0]); i++) {
        device_init(&dev);
        dev.poll_ms = polls[i];
        dev.is_busy_for_ever = true;
        struct tn_dfu_upgrade u = make(1000, DEVICE_BASE);
        uint32_t from = tn_now_ms();
        CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_LINK);
        CHECK(strstr(fault.text, "busy"));
        CHECK(tn_now_ms() - from <= 220000);
    }
}

TEST(the_user_can_stop_it_at_any_wait) {
    volatile sig_atomic_t stop = 1;

    device_init(&dev);
    struct tn_dfu_upgrade u = make(1000, DEVICE_BASE);
    u.stop = &stop;
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_INTERRUPTED);
}

// ---- Before a byte is sent -------------------------------------------------------------

static int refused_before(struct tn_dfu_upgrade *u, enum tn_fault_kind kind, const char *text) {
    int blocks = dev.blocks;
    int err = tn_dfu_upgrade(u, &fault);

    CHECK_EQ(err, -1);
    CHECK_EQ(fault.kind, kind);
    CHECK(strstr(fault.text, text));
    CHECK_EQ(dev.blocks, blocks);
    CHECK_EQ(dev.erases, 0);
    return err;
}

TEST(a_file_that_does_not_fit_the_memory_is_refused_before_anything_is_erased) {
    device_init(&dev);
    struct tn_dfu_upgrade u = make(1000, 0);
    refused_before(&u, TN_FAULT_USAGE, "begins at 0x08004000");
    u = make(1000, DEVICE_BASE + DEVICE_SIZE - 999);
    refused_before(&u, TN_FAULT_ADDRESS, "was it built for this device");
    u = make(1000, DEVICE_BASE - 1);
    refused_before(&u, TN_FAULT_ADDRESS, "was it built for this device");
    dev.memory = "@Update/0x08004000/4*001Kg";
    u = make(4097, 0);
    refused_before(&u, TN_FAULT_TOO_LARGE, "has 4096");
    u = make(1000, DEVICE_BASE + 4);
    refused_before(&u, TN_FAULT_ADDRESS, "takes an image at 0x08004000");
    dev.memory = "@Read only/0x08004000/64*001Ka";
    u = make(1000, DEVICE_BASE);
    refused_before(&u, TN_FAULT_ADDRESS, "Read only");
}

TEST(the_ids_of_a_dfu_file_must_be_those_of_the_device_in_either_mode) {
    static const struct tn_dfu_ids right[] = {{0xffff, 0xffff, 0xffff, 0}, {0x1209, 0xffff, 0, 0},
            {0x1209, 1, 0xffff, 0}, {0x1209, 2, 0x0200, 0}};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        in_application(true);
        struct tn_dfu_upgrade u = make(1000, 0);
        u.is_dfu = true;
        u.ids = right[i];
        CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    }
    in_application(true);
    struct tn_dfu_upgrade u = make(1000, 0);
    u.is_dfu = true;
    u.ids = (struct tn_dfu_ids){0x1234, 1, 0xffff, 0};
    refused_before(&u, TN_FAULT_USAGE, "is for 1234:0001");
    CHECK(dev.in_app);  // another vendor's file does not stop the application
    u.ids = (struct tn_dfu_ids){0x1209, 3, 0xffff, 0};
    refused_before(&u, TN_FAULT_USAGE, "is for 1209:0003");
    in_application(true);
    u.force = true;
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
}

TEST(of_several_memories_one_must_be_selected) {
    device_init(&dev);
    dev.memory2 = "@Option Bytes/0x08004000/01*016 g";
    struct tn_dfu_upgrade u = make(1000, DEVICE_BASE);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);  // only one takes the file's addresses
    CHECK_EQ(dev.alt, 0);
    dev.in_app = false;
    dev.state = TN_DFU_IDLE;
    u = make(10, DEVICE_BASE);
    dev.erases = 0;
    refused_before(&u, TN_FAULT_USAGE, "0 \"Internal Flash\", 1 \"Option Bytes\"");
    u.alt = 2;
    refused_before(&u, TN_FAULT_USAGE, "no alternate setting 2");
    u.alt = 1;
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), 0);
    CHECK_EQ(dev.alt, 1);
}

TEST(a_file_with_gaps_is_not_for_a_device_without_addresses) {
    plain();
    struct tn_dfu_upgrade u = make(100, DEVICE_BASE);

    CHECK_EQ(tn_segments_add(&data, DEVICE_BASE + 600, firmware, 9, "x", &fault), 0);
    refused_before(&u, TN_FAULT_USAGE, "has gaps");
}

// ---- Choosing a device -----------------------------------------------------------------

static struct tn_usb_name named(const char *text) {
    struct tn_usb_name name;

    CHECK_EQ(tn_usb_name_get(text, &name, &fault), 0);
    return name;
}

TEST(a_name_selects_one_device_or_lists_those_that_are_there) {
    static struct tn_usb_device others[] = {
            {.vid = 0x0483, .pid = 0xdf11, .has_dfu = true, .is_dfu_mode = true, .path = "1-2"},
            {.vid = 0x1209, .pid = 2, .has_dfu = true, .serial = "B2", .path = "1-3"},
            {.vid = 0x1d6b, .pid = 2, .path = "1-0"}};
    struct tn_usb_device found;
    const struct tn_usb_name all = named("usb:");
    const struct tn_usb_name ours = named("usb:1209:0002");
    const struct tn_usb_name one = named("usb:1209:2:B2");
    const struct tn_usb_name none = named("usb:0x1209:0x0009");

    device_init(&dev);
    CHECK_EQ(tn_usb_find(&dev.usb, &all, &found, &fault), 0);
    dev.others = others;
    dev.nothers = 3;
    CHECK_EQ(tn_usb_find(&dev.usb, &all, &found, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    CHECK(strstr(fault.text, "3 DFU devices match"));
    CHECK(strstr(fault.text, "usb:0483:df11 at 1-2"));
    CHECK_EQ(tn_usb_find(&dev.usb, &ours, &found, &fault), -1);
    CHECK(strstr(fault.text, "usb:1209:0002:A1, usb:1209:0002:B2"));
    CHECK_EQ(tn_usb_find(&dev.usb, &one, &found, &fault), 0);
    CHECK_STR(found.path, "1-3");
    CHECK_EQ(tn_usb_find(&dev.usb, &none, &found, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_NO_DEVICE);
    CHECK(strstr(fault.text, "usb:1209:0002:B2"));
    dev.on_bus = false;
    dev.nothers = 0;
    CHECK_EQ(tn_usb_find(&dev.usb, &all, &found, &fault), -1);
    CHECK(strstr(fault.text, "no DFU device on this machine"));
}

TEST(names_that_make_no_sense_are_refused) {
    static const char *const bad[] = {"usb:1209", "usb:1209:", "usb:1209:00001", "usb:x:1",
            "usb:1209:1:", "usb:1209:1x", "usb::1", "usb:1209:-1",
            "usb:1:1:0123456789012345678901234567890123456789012345678901234567890123456789"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tn_usb_name name;
        CHECK_EQ(tn_usb_name_get(bad[i], &name, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_USAGE);
    }
    CHECK(tn_usb_is_test_id(0x1209, 1) && tn_usb_is_test_id(0x1209, 0x10));
    CHECK(!tn_usb_is_test_id(0x1209, 0x11) && !tn_usb_is_test_id(0x1209, 0));
}

TEST(what_cannot_be_opened_is_told) {
    device_init(&dev);
    dev.is_busy = true;
    struct tn_dfu_upgrade u = make(1000, DEVICE_BASE);
    CHECK_EQ(tn_dfu_upgrade(&u, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_BUSY);
}

// ---- Reading and erasing ---------------------------------------------------------------

static void open_dfu(struct tn_dfu_client *d, struct tn_usb_device *device) {
    struct tn_usb_name any = {.has_ids = false};

    CHECK_EQ(tn_usb_find(&dev.usb, &any, device, &fault), 0);
    CHECK_EQ(dev.usb.ops->open(&dev.usb, device, &fault), 0);
    *d = (struct tn_dfu_client){.usb = &dev.usb, .device = device, .name = "x"};
    CHECK_EQ(tn_dfu_client_begin(d, &fault), 0);
}

TEST(memory_is_read_back_to_its_end) {
    struct tn_usb_device device;
    static uint8_t back[DEVICE_SIZE + 100];
    struct tn_dfu_client d;
    size_t n;

    device_init(&dev);
    for (size_t i = 0; i < DEVICE_SIZE; i++) {
        dev.flash[i] = (uint8_t)(i * 7 >> 3);
    }
    open_dfu(&d, &device);
    CHECK_EQ(tn_dfuse_upload(&d, DEVICE_BASE + 100, back, 1000, &n, &fault), 0);
    CHECK_EQ(n, 1000);
    CHECK_MEM(back, dev.flash + 100, 1000);
    CHECK_EQ(tn_dfuse_upload(&d, DEVICE_BASE, back, sizeof(back), &n, &fault), 0);
    CHECK_EQ(n, DEVICE_SIZE);
    CHECK_EQ(tn_dfuse_upload(&d, DEVICE_BASE - 4, back, 4, &n, &fault), -1);
    CHECK(strstr(fault.text, "errADDRESS"));

    plain();
    open_dfu(&d, &device);
    CHECK_EQ(tn_dfu_client_upload(&d, back, sizeof(back), &n, &fault), 0);
    CHECK_EQ(n, DEVICE_SIZE);
    CHECK_EQ(tn_dfu_client_upload(&d, back, 300, &n, &fault), 0);
    CHECK_EQ(n, 300);
    CHECK_EQ(dev.state, TN_DFU_IDLE);
}

TEST(a_mass_erase_waits_as_long_as_the_device_says) {
    struct tn_usb_device device;
    struct tn_dfu_client d;

    device_init(&dev);
    dev.poll_ms = 30000;
    memset(dev.flash, 0, sizeof(dev.flash));
    open_dfu(&d, &device);
    uint32_t from = tn_now_ms();
    CHECK_EQ(tn_dfuse_mass_erase(&d, &fault), 0);
    CHECK_EQ(tn_now_ms() - from, 30000);
    CHECK_EQ(dev.early, 0);
    CHECK_EQ(dev.flash[1234], 0xff);
    CHECK_EQ(dev.state, TN_DFU_IDLE);
}

// ---- Layouts and descriptors -----------------------------------------------------------

TEST(layouts_of_the_field_are_read) {
    struct tn_dfu_layout l;

    CHECK(tn_dfu_layout_get("@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg", &l));
    CHECK_STR(l.name, "Internal Flash");
    CHECK_EQ(l.nruns, 3);
    CHECK_EQ(l.runs[2].addr, 0x08020000);
    CHECK_EQ(l.runs[2].page, 0x20000);
    CHECK_EQ(tn_dfu_layout_size(&l), 1 << 20);
    CHECK(tn_dfu_layout_holds(&l, 0x08000000, 1 << 20, TN_DFU_WRITABLE));
    CHECK(!tn_dfu_layout_holds(&l, 0x08000000, (1 << 20) + 1, TN_DFU_WRITABLE));
    CHECK(tn_dfu_layout_get("@OTP Memory /0x1FFF7800/01*512 e,01*016 e", &l));
    CHECK_EQ(l.runs[1].page, 16);
    CHECK(tn_dfu_layout_get("@Device Feature/0xFFFF0000/01*004 e", &l));
    CHECK(tn_dfu_layout_get("@Two/0x0/1*4Ka/0x10000000/2*1Mg", &l));
    CHECK_EQ(l.runs[1].addr, 0x10000000);
    CHECK_EQ(tn_dfu_layout_size(&l), 4096);
    CHECK(tn_dfu_layout_get("@End/0xfffff000/1*4Kg", &l));
    CHECK_EQ(tn_dfu_layout_size(&l), 4096);
}

TEST(layouts_that_make_no_sense_are_none) {
    static const char *const bad[] = {"", "@", "@x", "x/0x0/1*1Kg", "@x/", "@x/0x0", "@x/0x0/",
            "@x/0x0/1", "@x/0x0/1*", "@x/0x0/1*1", "@x/0x0/1*1K", "@x/0x0/1*1Kh", "@x/0x0/0*1Kg",
            "@x/0x0/1*0Kg", "@x/0x0/1*1Kg,", "@x/0x0/1*1Kg/", "@x/0x0/1*1Kgg",
            "@x/0xfffff000/2*4Kg", "@x/0x100000000/1*1Kg", "@x/0x0/4294967296*1Kg",
            "@x/0x0/2*4194304Kg", "@x/0x0/99999999999999999999*1Kg", "@x/-1/1*1Kg",
            "@x/0x0/ 1*1Kg"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tn_dfu_layout l;
        CHECK(!tn_dfu_layout_get(bad[i], &l));
    }
}

TEST(a_functional_descriptor_is_found_within_its_bounds) {
    static const uint8_t all[] = {
            5, 0x24, 1, 2, 3, 9, 0x21, 0x0b, 0xe8, 0x03, 0x00, 0x08, 0x1a, 0x01};
    struct tn_usb_device d = {.vid = 0};

    CHECK(tn_usb_functional(all, sizeof(all), &d));
    CHECK_EQ(d.attributes, 0x0b);
    CHECK_EQ(d.detach_ms, 1000);
    CHECK_EQ(d.transfer_size, 2048);
    CHECK_EQ(d.bcd_dfu, 0x011a);
    for (size_t len = 0; len < sizeof(all); len++) {
        uint8_t *exact = malloc(len + 1);
        memcpy(exact, all, len);
        CHECK(!tn_usb_functional(exact, len, &d));
        free(exact);
    }
    CHECK(!tn_usb_functional((const uint8_t[]){0, 0x21}, 2, &d));
}

TEST(strings_are_read_within_their_bounds_and_safe_to_print) {
    static const uint8_t text[] = {12, 3, 'A', 0, 0xe4, 0, 0x3d, 0xd8, 0x00, 0xde, 0x1b, 0};
    char out[40];

    tn_usb_string(text, sizeof(text), out, sizeof(out));
    CHECK(strncmp(out, "A\xc3\xa4\xf0\x9f\x98\x80", 7) == 0);
    CHECK(!strchr(out, 0x1b));
    tn_usb_string(text, 1, out, sizeof(out));
    CHECK_STR(out, "");
    tn_usb_string((const uint8_t[]){255, 3, 'A', 0, 'B'}, 5, out, sizeof(out));
    CHECK_STR(out, "A");
    uint8_t longest[255] = {255, 3};
    memset(longest + 2, 0xff, 253);
    tn_usb_string(longest, sizeof(longest), out, sizeof(out));
    CHECK(strlen(out) < sizeof(out));
}
