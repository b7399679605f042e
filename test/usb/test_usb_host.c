// SPDX-License-Identifier: Apache-2.0
// What the host's end of a cable does with URBs.
#include "usb_host.h"

#include <errno.h>

#include "base/bytes.h"
#include "scripted.h"
#include "test.h"

static struct tn_usb_host h;
static struct scripted d;
static uint32_t now;

static void settle(void) {
    for (unsigned n = 0; tn_usb_host_step(&h, now) && n < 100000; n++) {
    }
}

static void begin(void) {
    scripted_begin(&d);
    tn_usb_host_begin(&h, &d.cable);
    now = 0;
}

static void enumerate(void) {
    settle();
    tn_usb_host_enumerate(&h);
    for (unsigned i = 0; i < 1000 && h.state == TN_USB_ENUMERATING; i++) {
        settle();
    }
}

static struct tn_usb_urb *make(uint8_t ep, bool is_in, uint32_t len) {
    static uint32_t id;
    struct tn_usb_urb *u = tn_usb_host_new(&h);

    CHECK(u != NULL);
    u->id = ++id;
    u->ep = ep;
    u->is_in = is_in;
    u->refuses_short = u->ends_with_zero = false;
    u->len = len;
    memset(u->setup, 0, sizeof(u->setup));
    return u;
}

static struct tn_usb_urb *control(uint8_t type, uint8_t request, uint16_t value, uint16_t len) {
    struct tn_usb_urb *u = make(0, type >> 7, len);

    u->setup[0] = type;
    u->setup[1] = request;
    tn_put_le16(u->setup + 2, value);
    tn_put_le16(u->setup + 6, len);
    return u;
}

// Submits a URB, and runs until one is complete.
static struct tn_usb_urb *run(struct tn_usb_urb *u) {
    tn_usb_host_submit(&h, u);
    for (unsigned i = 0; i < 100000 && !tn_usb_host_complete(&h); i++) {
        tn_usb_host_step(&h, now);
    }
    CHECK(tn_usb_host_complete(&h) == u);
    return u;
}

static int run_control(uint8_t type, uint8_t request, uint16_t value, uint16_t len) {
    struct tn_usb_urb *u = run(control(type, request, value, len));

    tn_usb_host_release(&h, u);
    return u->status;
}

static void configure(void) {
    enumerate();
    CHECK_EQ(h.state, TN_USB_READY);
    CHECK_EQ(run_control(0, 9, 1, 0), 0);
}

static void fill(struct tn_usb_urb *u) {
    for (uint32_t i = 0; i < u->len; i++) {
        u->data[i] = (uint8_t)(i * 7 + i / 256);
    }
}

TEST(enumeration_reads_the_descriptors_and_sets_the_address) {
    static const uint8_t sizes[] = {8, 16, 32, 64};

    for (unsigned i = 0; i < sizeof(sizes); i++) {
        begin();
        d.packet0 = sizes[i];
        d.naks = i;
        enumerate();
        CHECK_EQ(h.state, TN_USB_READY);
        CHECK_EQ(d.resets, 1);
        CHECK_EQ(d.address, TN_USB_ADDRESS);
        CHECK_EQ(tn_get_le16(h.device + 10), SCRIPTED_PID);
        CHECK_EQ(h.config_len, d.config_len);
        CHECK_MEM(h.config, d.config, d.config_len);
    }
}

TEST(a_device_that_breaks_the_rules_fails_with_a_reason) {
    begin();
    d.packet0 = 12;
    enumerate();
    CHECK_EQ(h.state, TN_USB_FAILED);
    CHECK(strstr(h.fault, "packet size") != NULL);
    begin();
    d.stalls_config = true;
    enumerate();
    CHECK_EQ(h.state, TN_USB_FAILED);
    CHECK(strstr(h.fault, "configuration") != NULL);
    d.stalls_config = false;
    enumerate();
    CHECK_EQ(h.state, TN_USB_READY);
}

TEST(a_configuration_of_any_length_is_read_or_refused) {
    static uint8_t config[TN_USB_CONFIG_MAX + 64];

    for (unsigned len = 0; len <= sizeof(config); len += len == 80 ? 4000 : 1) {
        memset(config, 0xfe, sizeof(config));
        memcpy(config, "\x09\x02..\1\1\0\x80\x32", 9);
        tn_put_le16(config + 2, (uint16_t)len);
        begin();
        d.config = config;
        d.config_len = (uint16_t)len;
        enumerate();
        CHECK_EQ(h.state, len >= 9 && len <= TN_USB_CONFIG_MAX ? TN_USB_READY : TN_USB_FAILED);
        if (h.state == TN_USB_READY) {
            CHECK(tn_usb_host_find(&h, NULL, 0xff, 2) == NULL);
        }
    }
}

TEST(descriptors_that_run_over_the_end_are_not_seen) {
    static uint8_t config[] = {9, 2, 16, 0, 1, 1, 0, 0x80, 50, 3, 0x21, 9, 5, 0x22, 9, 9, 9};

    begin();
    d.config = config;
    d.config_len = 16;
    enumerate();
    CHECK_EQ(h.state, TN_USB_READY);
    CHECK(tn_usb_host_find(&h, NULL, 0x21, 3) != NULL);
    CHECK(tn_usb_host_find(&h, NULL, 0x21, 4) == NULL);
    CHECK(tn_usb_host_find(&h, NULL, 0x22, 3) == NULL);
    config[2] = 17;  // more than the device then sends
    enumerate();
    CHECK_EQ(h.state, TN_USB_FAILED);
    CHECK(strstr(h.fault, "shorter") != NULL);
}

TEST(a_device_that_never_answers_fails_in_time) {
    begin();
    d.is_dead = true;
    enumerate();
    CHECK_EQ(h.state, TN_USB_ENUMERATING);
    now += TN_USB_ENUM_MS;
    settle();
    CHECK_EQ(h.state, TN_USB_ENUMERATING);
    now++;
    settle();
    CHECK_EQ(h.state, TN_USB_FAILED);
    CHECK(strstr(h.fault, "answer") != NULL);
}

TEST(control_data_of_every_length_arrive) {
    static const uint8_t sizes[] = {8, 64};

    for (unsigned i = 0; i < 2; i++) {
        begin();
        d.packet0 = sizes[i];
        configure();
        for (uint16_t len = 0; len <= 200; len++) {
            struct tn_usb_urb *u = control(0x40, SCRIPTED_STORE, 0, len);
            fill(u);
            run(u);
            CHECK_EQ(u->status, 0);
            CHECK_EQ(u->done, len);
            tn_usb_host_release(&h, u);
            CHECK_EQ(d.nstored, len);
            for (uint16_t room = len ? (uint16_t)(len - 1) : 0; room <= len + 1; room++) {
                u = run(control(0xc0, SCRIPTED_LOAD, 0, room));
                CHECK_EQ(u->status, 0);
                CHECK_EQ(u->done, room < len ? room : len);
                CHECK_MEM(u->data, d.stored, u->done);
                tn_usb_host_release(&h, u);
            }
        }
    }
}

TEST(a_refused_request_is_EPIPE_and_the_next_one_works) {
    begin();
    configure();
    CHECK_EQ(run_control(0x40, 77, 0, 0), -EPIPE);
    CHECK_EQ(run_control(0xc0, 77, 0, 8), -EPIPE);
    CHECK_EQ(run_control(0x40, 77, 0, 200), -EPIPE);
    CHECK_EQ(run_control(0x80, 8, 0, 1), 0);
}

TEST(a_packet_that_does_not_fit_is_EOVERFLOW) {
    begin();
    d.packet0 = 8;
    configure();
    d.babble = 1;
    CHECK_EQ(run_control(0x80, 6, 0x100, 18), -EOVERFLOW);
    d.babble = 0;
    CHECK_EQ(run_control(0x80, 6, 0x100, 18), 0);
}

TEST(a_request_that_contradicts_its_urb_is_EINVAL) {
    begin();
    configure();
    struct tn_usb_urb *u = control(0xc0, SCRIPTED_LOAD, 0, 8);
    u->is_in = false;
    CHECK_EQ(run(u)->status, -EINVAL);
    tn_usb_host_release(&h, u);
    u = control(0x40, SCRIPTED_STORE, 0, 8);
    u->len = 9;
    CHECK_EQ(run(u)->status, -EINVAL);
}

TEST(the_address_stays_the_host_s) {
    begin();
    configure();
    CHECK_EQ(run_control(0, 5, 9, 0), 0);
    CHECK_EQ(d.address, TN_USB_ADDRESS);
}

TEST(set_configuration_is_noted_if_it_succeeds) {
    begin();
    configure();
    CHECK_EQ(h.configuration, 1);
    CHECK_EQ(run_control(0, 9, 2, 0), -EPIPE);
    CHECK_EQ(h.configuration, 1);
    CHECK_EQ(run_control(0, 9, 0, 0), 0);
    CHECK_EQ(h.configuration, 0);
}

TEST(a_device_descriptor_of_64_bytes_is_a_bus_reset) {
    begin();
    configure();
    CHECK_EQ(run_control(0x80, 6, 0x100, 18), 0);
    CHECK_EQ(d.resets, 1);
    d.product++;
    struct tn_usb_urb *u = run(control(0x80, 6, 0x100, 64));
    CHECK_EQ(u->status, 0);
    CHECK_EQ(u->done, 18);
    tn_usb_host_release(&h, u);
    CHECK_EQ(d.resets, 2);
    CHECK_EQ(d.address, TN_USB_ADDRESS);
    CHECK_EQ(d.configuration, 0);
    CHECK_EQ(h.configuration, 0);
    CHECK_EQ(tn_get_le16(h.device + 10), d.product);
}

TEST(after_a_failed_reset_urbs_fail_until_one_resets_again) {
    begin();
    configure();
    d.stalls_config = true;
    CHECK_EQ(run_control(0x80, 6, 0x100, 64), -EPROTO);
    CHECK_EQ(run_control(0x80, 8, 0, 1), -EPROTO);
    d.stalls_config = false;
    CHECK_EQ(run_control(0x80, 6, 0x100, 64), 0);
    CHECK_EQ(run_control(0x80, 8, 0, 1), 0);
}

TEST(bulk_data_come_back_with_a_short_packet_at_the_end) {
    begin();
    configure();
    for (uint32_t len = 1; len <= 1000; len += len < 260 ? 1 : 61) {
        struct tn_usb_urb *u = make(1, false, len);
        fill(u);
        CHECK_EQ(run(u)->status, 0);
        CHECK_EQ(u->done, len);
        tn_usb_host_release(&h, u);
        struct tn_usb_urb *in = make(1, true, len % 64 ? 4096 : len);
        CHECK_EQ(run(in)->status, 0);
        CHECK_EQ(in->done, len);
        CHECK_MEM(in->data, u->data, len);
        tn_usb_host_release(&h, in);
    }
    CHECK_EQ(d.zero_packets, 0);
}

TEST(the_flags_of_a_urb_decide_about_empty_and_short_packets) {
    begin();
    configure();
    struct tn_usb_urb *u = make(1, false, 128);
    u->ends_with_zero = true;
    run(u);
    tn_usb_host_release(&h, u);
    CHECK_EQ(d.zero_packets, 1);
    u = make(1, false, 100);
    u->ends_with_zero = true;
    run(u);
    tn_usb_host_release(&h, u);
    CHECK_EQ(d.zero_packets, 1);
    u = make(1, false, 0);
    run(u);
    tn_usb_host_release(&h, u);
    CHECK_EQ(d.zero_packets, 2);
    u = make(1, true, 4096);
    u->refuses_short = true;
    CHECK_EQ(run(u)->status, -EREMOTEIO);
    CHECK_EQ(u->done, 228);
}

TEST(urbs_of_an_endpoint_complete_in_order_and_do_not_stop_others) {
    struct tn_usb_urb *u[16];

    begin();
    d.naks = 1;
    configure();
    for (unsigned i = 0; i < 16; i++) {
        u[i] = make(1, true, 64);
        tn_usb_host_submit(&h, u[i]);
    }
    struct tn_usb_urb *state = make(2, true, 8);
    tn_usb_host_submit(&h, state);
    settle();
    CHECK(tn_usb_host_complete(&h) == NULL);
    d.interrupt_len = 3;
    settle();
    settle();
    CHECK(tn_usb_host_complete(&h) == state);
    CHECK_EQ(state->done, 3);
    tn_usb_host_release(&h, state);
    CHECK(tn_usb_host_cancel(&h, u[1]->id));
    CHECK(!tn_usb_host_cancel(&h, u[1]->id));
    struct tn_usb_urb *data = make(1, false, 100);
    fill(data);
    tn_usb_host_submit(&h, data);
    for (unsigned i = 0; i < 100; i++) {
        settle();
    }
    CHECK(tn_usb_host_complete(&h) == u[0]);
    CHECK_EQ(u[0]->done, 64);
    tn_usb_host_release(&h, u[0]);
    CHECK(tn_usb_host_complete(&h) == u[2]);
    CHECK_EQ(u[2]->done, 36);
    CHECK_MEM(u[2]->data, data->data + 64, 36);
}

TEST(an_endpoint_that_is_not_there_is_an_error) {
    begin();
    configure();
    struct tn_usb_urb *u = make(3, true, 64);
    CHECK_EQ(run(u)->status, -ENOENT);
    tn_usb_host_release(&h, u);
    CHECK_EQ(run_control(0, 9, 0, 0), 0);
    u = make(1, true, 64);
    CHECK_EQ(run(u)->status, -EPROTO);  // it is, but the device is not configured
}

TEST(there_are_as_many_urbs_as_promised) {
    begin();
    configure();
    for (unsigned i = 0; i < TN_USB_URBS; i++) {
        tn_usb_host_submit(&h, make(1, true, 64));
    }
    CHECK(tn_usb_host_new(&h) == NULL);
    tn_usb_host_cancel_all(&h);
    CHECK(tn_usb_host_new(&h) != NULL);
}

TEST(a_device_that_leaves_drops_all_and_is_enumerated_anew) {
    begin();
    configure();
    tn_usb_host_submit(&h, make(1, true, 64));
    d.is_connected = false;
    settle();
    CHECK_EQ(h.state, TN_USB_AWAY);
    CHECK_EQ(h.configuration, 0);
    tn_usb_host_enumerate(&h);
    CHECK_EQ(h.state, TN_USB_AWAY);
    d.is_connected = true;
    settle();
    CHECK_EQ(h.state, TN_USB_POWERED);
    CHECK_EQ(d.resets, 1);
    configure();
    CHECK_EQ(d.resets, 2);
}

TEST(a_frame_begins_each_millisecond_while_the_bus_is_awake) {
    begin();
    settle();
    now = 5;
    settle();
    CHECK_EQ(d.frames, 0);
    configure();
    unsigned before = d.frames;
    for (unsigned i = 0; i < 10; i++) {
        now++;
        settle();
        settle();
    }
    CHECK_EQ(d.frames, before + 10);
}
