// SPDX-License-Identifier: Apache-2.0
// The doctor's results for an invented machine, whose files are below a folder of the test.
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/dfu/usb.h"
#include "host/doctor/doctor.h"
#include "host/files/key.h"
#include "host/transport/ports.h"
#include "test.h"

static char root[64];
static char told[8000];

static void on_check(void *ctx, const struct tn_check *c) {
    size_t n = strlen(told);
    (void)ctx;
    snprintf(told + n, sizeof(told) - n, "%d %s: %s -> %s\n", (int)c->level, c->id, c->text,
            c->next);
}

static struct tn_doctor doctor(void) {
    told[0] = 0;
    return (struct tn_doctor){.root = root, .check = on_check};
}

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *format, ...) {
    char command[500];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    CHECK_EQ(system(command), 0);
}

static void begin(void) {
    strcpy(root, "/tmp/tenon-doctor-XXXXXX");
    CHECK(mkdtemp(root) != NULL);
    sh("cd %s && chmod 755 . && mkdir -p dev etc/udev/rules.d proc/12/fd proc/34/fd proc/self && "
       ": >dev/ttyX && chmod 660 dev/ttyX && echo screen >proc/12/comm && echo init >proc/34/comm",
            root);
}

static void end(void) {
    sh("rm -rf %s", root);
}

static void has(const char *part) {
    if (!strstr(told, part)) {
        fprintf(stderr, "missing: %s\nin:\n%s", part, told);
    }
    CHECK(strstr(told, part) != NULL);
}

TEST(a_port_that_may_be_opened_and_is_free_is_well) {
    begin();
    struct tn_doctor d = doctor();
    tn_doctor_port(&d, "/dev/ttyX");
    has("0 permission: /dev/ttyX: you may open it");
    has("0 held: /dev/ttyX: no other program");
    end();
}

TEST(a_port_without_permission_names_the_group_and_the_way_in) {
    begin();
    bool is_root = geteuid() == 0;
    // A group that exists on every machine and is not root.
    if (is_root) {
        sh("chgrp dialout %s/dev/ttyX", root);
        CHECK_EQ(setegid(65534), 0);
        CHECK_EQ(seteuid(65534), 0);
    } else {
        sh("chmod 0 %s/dev/ttyX", root);
    }
    struct tn_doctor d = doctor();
    tn_doctor_port(&d, "/dev/ttyX");
    if (is_root) {
        CHECK_EQ(seteuid(0), 0);
        CHECK_EQ(setegid(0), 0);
        has("2 permission: /dev/ttyX: you may not open it (it belongs to dialout)");
        has("dialout, then log in again");
        sh("chmod 600 %s/dev/ttyX", root);
        CHECK_EQ(seteuid(65534), 0);
        tn_doctor_port(&d, "/dev/ttyX");
        CHECK_EQ(seteuid(0), 0);
        has("-> install the udev rules");
    } else {
        has("2 permission: /dev/ttyX: you may not open it");
    }
    end();
}

TEST(who_holds_a_port_is_named) {
    begin();
    sh("ln -s %s/dev/ttyX %s/proc/12/fd/3", root, root);
    struct tn_doctor d = doctor();
    tn_doctor_port(&d, "/dev/ttyX");
    has("2 held: /dev/ttyX: screen (process 12) has it open -> close that program");
    end();
}

TEST(a_missing_port_is_told) {
    begin();
    struct tn_doctor d = doctor();
    tn_doctor_port(&d, "/dev/ttyY");
    has("2 permission: /dev/ttyY: no such port");
    tn_doctor_ports(&d, 0);
    has("1 ports: no serial port on this machine -> plug the device in");
    tn_doctor_ports(&d, 2);
    has("0 ports: 2 serial ports");
    end();
}

TEST(udev_rules_and_modem_manager_are_seen_together) {
    begin();
    struct tn_doctor d = doctor();
    tn_doctor_system(&d);
    has("1 udev: the udev rules (70-tenon.rules) are not installed -> sudo ./run install");
    has("0 modem-manager: ModemManager does not run");

    sh("echo ModemManager >%s/proc/34/comm", root);
    d = doctor();
    tn_doctor_system(&d);
    has("1 modem-manager: ModemManager runs, and may talk to a board");

    sh(": >%s/etc/udev/rules.d/70-tenon.rules", root);
    d = doctor();
    tn_doctor_system(&d);
    has("0 udev: udev rules: /etc/udev/rules.d/70-tenon.rules");
    has("0 modem-manager: ModemManager runs, and leaves");
    end();
}

TEST(keys_that_others_may_read_and_development_keys_are_told) {
    struct tn_fault f;
    char path[100];

    begin();
    struct tn_doctor d = doctor();
    tn_doctor_key(&d, "/k.pem", 0);
    CHECK_STR(told, "");
    tn_doctor_key(&d, "/k.pem", 1);
    has("2 key: /k.pem: cannot be read");

    snprintf(path, sizeof(path), "%s/k.pem", root);
    CHECK_EQ(tn_key_generate(path, false, false, &f), 0);
    d = doctor();
    tn_doctor_key(&d, "/k.pem", 1);
    has("0 key: /k.pem: a private key that only its owner may read");
    CHECK(!strstr(told, "development"));
    sh("chmod 640 %s", path);
    d = doctor();
    tn_doctor_key(&d, "/k.pem", 1);
    has("2 key: /k.pem: other users may read this private key -> chmod 600 /k.pem");

    CHECK_EQ(tn_key_generate(path, true, true, &f), 0);
    d = doctor();
    tn_doctor_key(&d, "/k.pem", 1);
    has("1 development-key: /k.pem: a development key");
    sh("echo nonsense >%s", path);
    d = doctor();
    tn_doctor_key(&d, "/k.pem", 1);
    has("2 key: ");
    end();
}

TEST(ports_are_listed_sorted_and_any_path_can_be_looked_at) {
    struct tn_port *ports = NULL;
    struct tn_port one;
    struct tn_fault f;
    size_t n = 99;

    CHECK_EQ(tn_ports(&ports, &n, &f), 0);
    for (size_t i = 1; i < n; i++) {
        CHECK(strcmp(ports[i - 1].path, ports[i].path) < 0);
    }
    free(ports);
    tn_port_look("/dev/null", &one);
    CHECK_STR(one.path, "/dev/null");
    CHECK(!one.is_usb);
    tn_port_look("/no/such\x1b[31mport", &one);
    CHECK_STR(one.path, "/no/suchport");
}

// ---- DFU devices -----------------------------------------------------------------------

TEST(a_dfu_device_is_checked_by_its_file_and_its_mode) {
    const struct tn_usb_device list[] = {{.vid = 0x1d6b, .pid = 2, .node = "/dev/bus/usb/001/001"},
            {.vid = 0x1209,
                    .pid = 2,
                    .serial = "A1",
                    .node = "/dev/bus/usb/001/002",
                    .has_dfu = true,
                    .is_dfu_mode = true},
            {.vid = 0x0483, .pid = 0xdf11, .has_dfu = true, .is_dfu_mode = true},
            {.vid = 0x1234, .pid = 5, .has_dfu = true, .access = TN_USB_DENIED},
            {.vid = 0x1234, .pid = 6, .has_dfu = true, .access = TN_USB_NO_DRIVER}};

    begin();
    sh("cd %s && mkdir -p dev/bus/usb/001 && : >dev/bus/usb/001/002 && "
       "ln -s %s/dev/bus/usb/001/002 proc/12/fd/5",
            root, root);
    struct tn_doctor d = doctor();
    tn_doctor_usb(&d, list, 5);
    CHECK(!strstr(told, "1d6b"));
    has("0 dfu: usb:1209:0002:A1: waits for a download");
    has("0 permission: /dev/bus/usb/001/002: you may open it");
    has("2 held: /dev/bus/usb/001/002: screen (process 12) has it open -> close that program");
    has("1 test-id: usb:1209:0002:A1: a USB id for tests");
    has("0 dfu: usb:0483:df11: the ROM loader of an STM32 waits for a download");
    has("BOOT0 low, then a reset");
    has("usb:1234:0005: its application runs");
    has("2 permission: usb:1234:0005: you may not open it -> install the udev rules");
    has("2 driver: usb:1234:0006: Windows has no driver");
    end();
}
