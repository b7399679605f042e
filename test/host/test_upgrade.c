// SPDX-License-Identifier: Apache-2.0
// tn_upgrade against a model of a device: every way to an image that runs and is confirmed, and
// back.
#include "base/compiler.h"
#include "device_model.h"

static int roll_back(struct model *m) {
    m->is_rollback = true;
    return model_upgrade(m, false);
}

TEST(an_upgrade_ends_with_the_new_image_confirmed) {
    struct model m;

    model_begin(&m);
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
    CHECK(model_runs_new(&m) && !m.trial);
    CHECK_EQ(m.resets, 1);
}

TEST(no_confirm_leaves_it_on_test) {
    struct model m;

    model_begin(&m);
    CHECK_EQ(model_upgrade(&m, true), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_ON_TEST);
    CHECK(model_runs_new(&m) && m.trial);
}

TEST(what_runs_already_is_left_alone) {
    struct model m;

    model_begin(&m);
    memcpy(m.slot[0].hash, model_new_hash, 32);
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_UP_TO_DATE);
    CHECK_EQ(m.resets + m.uploads, 0);
}

TEST(what_runs_on_test_is_confirmed_without_an_upload) {
    struct model m;

    model_begin(&m);
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, model_new_hash, 32);
    m.trial = true;
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
    CHECK_EQ(m.resets + m.uploads, 0);
    CHECK(!m.trial);
}

// Over USB DFU, which neither reports what runs nor confirms it.
TEST(an_image_that_came_over_another_link_is_confirmed_and_never_sent) {
    struct model m;

    model_begin(&m);
    m.is_sent = true;
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, model_new_hash, 32);
    m.trial = true;
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
    CHECK(!m.trial);
    CHECK_EQ(m.resets + m.uploads, 0);

    model_begin(&m);  // the loader took the old image back
    m.is_sent = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_NOT_RUNNING);
    CHECK_EQ(m.resets + m.uploads, 0);

    model_begin(&m);
    m.is_sent = true;
    m.slot[1] = m.slot[0];
    memcpy(m.slot[0].hash, model_new_hash, 32);
    m.trial = true;
    CHECK_EQ(model_upgrade(&m, true), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_ON_TEST);
    CHECK(m.trial);
}

TEST(what_lies_in_the_spare_slot_is_not_sent_again) {
    for (int pending = 0; pending < 2; pending++) {
        struct model m;
        model_begin(&m);
        m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
        memcpy(m.slot[1].hash, model_new_hash, 32);
        m.pending = pending;
        CHECK_EQ(model_upgrade(&m, false), 0);
        CHECK_EQ(m.uploads, 0);
        CHECK(model_runs_new(&m) && !m.trial);
    }
}

TEST(an_empty_device_in_recovery_gets_its_first_image) {
    struct model m;

    model_begin(&m);
    m.slot[0].there = false;
    m.recovery = true;
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
    CHECK(model_runs_new(&m));
}

// MCUboot's recovery writes slot 0, and may report neither hashes nor flags: the application does.
TEST(a_recovery_without_hashes_and_flags_is_verified_in_the_application) {
    for (int same = 0; same < 2; same++) {
        struct model m;
        model_begin(&m);
        m.recovery = m.no_hashes = m.no_flags = true;
        m.slot[0].version = same ? "2.0.0" : "1.0.0";
        CHECK_EQ(model_upgrade(&m, false), 0);
        CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
        CHECK_EQ(m.uploads, 1);
        CHECK(model_runs_new(&m));
        CHECK(strstr(upgrade_said, same ? "it lists version 2.0.0" : "it lists no version 2.0.0") !=
                NULL);
    }
}

TEST(older_and_changed_content_are_said_before_the_upload) {
    struct model m;

    model_begin(&m);
    m.slot[0].version = "3.0.0";
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK(strstr(upgrade_said, "version 2.0.0 is older than the one on the device, 3.0.0") != NULL);
    model_begin(&m);
    m.slot[0].version = "2.0.0";
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK(strstr(upgrade_said, "has version 2.0.0 already, with another content") != NULL);
    model_begin(&m);
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK(strstr(upgrade_said, "older") == NULL && strstr(upgrade_said, "already, with") == NULL);
}

// Of a confirmed image and of one on test. Nothing is sent.
TEST(a_rollback_brings_the_image_in_the_other_slot_back) {
    for (int trial = 0; trial < 2; trial++) {
        struct model m;
        model_begin(&m);
        m.slot[1] = (struct held){.there = true, .version = "0.9.0"};
        memcpy(m.slot[1].hash, model_new_hash, 32);
        m.trial = trial;
        CHECK_EQ(roll_back(&m), 0);
        CHECK_EQ(upgrade_last.result, TN_UPGRADE_CONFIRMED);
        CHECK(model_runs_new(&m) && !m.trial);
        CHECK_EQ(m.uploads, 0);
        CHECK_EQ(m.resets, 1);
    }
    struct model m;
    model_begin(&m);
    CHECK_EQ(roll_back(&m), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_REFUSED);
    CHECK(strstr(upgrade_fault.text, "no other image to go back to") != NULL);
    CHECK_EQ(m.resets, 0);
}

// A bootloader that runs the newest version, and one that overwrites.
TEST(a_bootloader_that_cannot_go_back_says_so) {
    static const struct {
        int mode;
        const char *text;
    } rows[] = {{2, "overwrites the old image"}, {4, "runs the newest image"},
            {5, "runs the newest image"}};

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        struct model m;
        model_begin(&m);
        m.mode = rows[i].mode;
        m.slot[1] = (struct held){.there = rows[i].mode != 2, .version = "0.9.0"};
        memcpy(m.slot[1].hash, model_new_hash, 32);
        CHECK_EQ(roll_back(&m), -1);
        CHECK_EQ(upgrade_fault.kind, TN_FAULT_REFUSED);
        CHECK(strstr(upgrade_fault.text, rows[i].text) != NULL);
        CHECK_EQ(m.resets, 0);
    }
}

TEST(optional_commands_may_be_missing) {
    for (int mask = 0; mask < 4; mask++) {
        struct model m;
        model_begin(&m);
        m.no_params = mask & 1;
        m.no_info = mask & 2;
        CHECK_EQ(model_upgrade(&m, false), 0);
        CHECK(model_runs_new(&m) && !m.trial);
    }
}

TEST(an_older_server_of_ours_that_tells_nothing_about_images_is_upgraded) {
    struct model m;

    model_begin(&m);
    m.is_ours = true;
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK(model_runs_new(&m) && !m.trial);
}

TEST(a_copy_that_is_refused_is_sent_again_only_if_it_is_not_the_file) {
    struct model m;

    model_begin(&m);
    m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
    memcpy(m.slot[1].hash, model_new_hash, 32);
    m.distrusts = true;
    CHECK_EQ(model_upgrade(&m, false), -1);
    CHECK_EQ(upgrade_fault.kind, TN_FAULT_REFUSED);
    CHECK_EQ(upgrade_fault.rc, 32);
    CHECK_EQ(m.uploads + m.resets, 0);
    // An image with another signature, which the hash does not cover.
    model_begin(&m);
    m.slot[1] = (struct held){.there = true, .version = "2.0.0"};
    memcpy(m.slot[1].hash, model_new_hash, 32);
    m.distrusts = m.other_copy = true;
    CHECK_EQ(model_upgrade(&m, false), 0);
    CHECK_EQ(m.uploads, 1);
    CHECK(model_runs_new(&m) && !m.trial);
}
