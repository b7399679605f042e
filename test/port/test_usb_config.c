// SPDX-License-Identifier: Apache-2.0
// Which configuration descriptors are left to TinyUSB's host stack: those of sticks, and no others
// that would lead it out of its arrays.
#include "test.h"
#include "tinyusb/config_check.h"

static const uint8_t stick[] = {9, 2, 32, 0, 1, 1, 0, 0x80, 50,  //
        9, 4, 0, 0, 2, 8, 6, 0x50, 0,                            //
        7, 5, 0x81, 2, 64, 0, 0,                                 //
        7, 5, 2, 2, 64, 0, 0};

static uint8_t config[TN_USB_CONFIG_MAX];

static void begin(void) {
    memset(config, 0xff, sizeof(config));
    memcpy(config, stick, sizeof(stick));
}

// The stick's descriptors with another byte.
static bool is_sound_with(size_t at, uint8_t value) {
    begin();
    config[at] = value;
    return tn_usb_config_is_sound(config);
}

TEST(sticks_are_sound) {
    begin();
    CHECK(tn_usb_config_is_sound(config));
    CHECK(is_sound_with(9 + 2, 7));  // the largest number of an interface
    // An extended one, with a class's own descriptor behind, and other interfaces.
    static const uint8_t more[] = {9, 0x21, 1, 2, 3, 4, 5, 6, 7, 9, 4, 1, 0, 1, 3, 1, 1, 0,  //
            7, 5, 0x83, 3, 8, 0, 10};
    begin();
    memcpy(config + 32, more, sizeof(more));
    config[2] = 32 + sizeof(more);
    CHECK(tn_usb_config_is_sound(config));
}

TEST(lengths_that_cannot_be_are_not) {
    CHECK(!is_sound_with(0, 8));
    CHECK(!is_sound_with(0, 33));
    CHECK(!is_sound_with(1, 4));
    CHECK(!is_sound_with(2, 8));
    CHECK(!is_sound_with(2, 31));
    CHECK(!is_sound_with(2, 33));  // 0xff behind them
    CHECK(!is_sound_with(3, 1));
    CHECK(!is_sound_with(9, 0));
    CHECK(!is_sound_with(9, 8));
    CHECK(!is_sound_with(18, 0));
    CHECK(!is_sound_with(18, 6));
    CHECK(!is_sound_with(25, 8));
    begin();
    config[32] = 0;
    config[2] = 34;
    CHECK(!tn_usb_config_is_sound(config));
}

TEST(indices_of_arrays_are_small) {
    CHECK(!is_sound_with(9 + 2, 8));
    CHECK(!is_sound_with(9 + 2, 255));
    begin();
    config[9 + 1] = 11;  // an association
    CHECK(!tn_usb_config_is_sound(config));
}

TEST(mass_storage_has_two_bulk_endpoints) {
    CHECK(!is_sound_with(9 + 4, 1));
    CHECK(!is_sound_with(9 + 4, 3));
    CHECK(!is_sound_with(18 + 1, 0x21));
    CHECK(!is_sound_with(18 + 3, 3));
    CHECK(!is_sound_with(25 + 1, 4));
    begin();
    config[2] = 25;
    CHECK(!tn_usb_config_is_sound(config));
}

// No bytes lead outside of the room: the sanitizer looks.
TEST(any_bytes_are_judged) {
    uint32_t seed = 1;
    unsigned sound = 0;

    for (int i = 0; i < 200000; i++) {
        begin();
        for (int n = 0; n < 3; n++) {
            seed = seed * 1664525 + 1013904223;
            config[(seed >> 8) % (i % 2 ? sizeof(stick) : sizeof(config))] = (uint8_t)(seed >> 24);
        }
        sound += tn_usb_config_is_sound(config);
    }
    CHECK(sound > 1000);
    CHECK(sound < 199000);
}
