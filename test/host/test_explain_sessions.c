// SPDX-License-Identifier: Apache-2.0
// What explain finds in failed sessions, and that no input harms it.
#include <stdio.h>

#include "base/cbor.h"
#include "explain_log.h"

// ---- Other sessions --------------------------------------------------------------------

static const char upload_0[] = "0a00003200010101a3636f666600636c656e1903e86464617461581e"
                               "000000000000000000000000000000000000000000000000000000000000\n";

TEST(a_request_without_an_answer_is_named) {
    explain_text("0800000100000106a0\n0900001900000106bf686275665f73697a65190800696275665f636f756e"
                 "7402ff\n0800000100010200a0\n");
    has(got.findings, "2 no-answer 3: request 3 (list of images, image) was never answered");
    explain_text("0800000100000106a0\n0800000100010200a0\n");
    has(got.findings, "the device sent no answer");
    has(got.findings, "right port, at the right speed");
}

TEST(a_reset_needs_no_answer) {
    explain_text("0800000100000106a0\n0900000600000106bf62726308ff\n0a00000100000205a0\n");
    lacks(got.findings, "no-answer");
    CHECK_EQ(got.verdict.faults, 0);
    has(got.findings, "parameters (os) is not supported by this device: optional, no fault");
}

TEST(an_upload_that_stops_goes_back_or_is_too_large_is_told) {
    log_text[0] = 0;
    add("%s0b00000800010101bf636f6666181eff\n", upload_0);
    add("0a00001100010201a2636f6666181e646461746144aabbccdd\n");
    add("0b00000800010201bf636f6666181eff\n");
    explain_text(log_text);
    CHECK_EQ(got.npackets, 4);
    has(got.findings, "1 upload-back 3: the device wanted an earlier part of the upload again");
    has(got.findings, "2 upload-unfinished 3: the upload stops at byte 30 of 1000");
    log_text[0] = 0;
    add("%s0b00001400010101bf63657272bf6567726f757001627263181effff\n", upload_0);
    explain_text(log_text);
    has(got.findings,
            "2 refused 2: upload (image) was refused: the image is too large for the slot");
    lacks(got.findings, "upload-unfinished");
}

TEST(a_lost_chunk_that_was_sent_again_is_no_fault) {
    log_text[0] = 0;
    add("%s%s0b00000900010101bf636f66661903e8ff\n", upload_0, upload_0);
    explain_text(log_text);
    CHECK_EQ(got.npackets, 3);
    has(got.findings, "1 repeated 0: 1 request got no answer and had to be sent again");
    CHECK_EQ(got.verdict.faults, 0);
}

TEST(an_unknown_hash_and_a_second_mark_have_their_advice) {
    explain_text("0a00001500010300a267636f6e6669726df4646861736844aabbccdd\n"
                 "0b00001300010300bf63657272bf6567726f75700162726308ffff\n");
    has(got.findings, "no image with this hash on the device");
    has(got.findings, "tenon inspect FILE");
    explain_text("0a00000b00010400a167636f6e6669726df5\n"
                 "0b00001400010400bf63657272bf6567726f757001627263181cffff\n");
    has(got.findings, "an image already waits for the next reset");
    has(got.findings, "tenon os reset, tenon image confirm");
}

// Makes a list of two slots, each with a letter for its hash and with its flags.
static void add_list(
        unsigned seq, const char *v0, char h0, unsigned f0, const char *v1, char h1, unsigned f1) {
    static const char *const flags[] = {"bootable", "pending", "confirmed", "active", "permanent"};
    uint8_t buf[400];
    struct tn_cbor_out out;

    tn_cbor_out_init(&out, buf + 8, sizeof(buf) - 8);
    tn_cbor_open_map(&out);
    tn_cbor_put_str(&out, "images");
    tn_cbor_open_list(&out);
    for (unsigned slot = 0; slot < 2; slot++) {
        uint8_t hash[32];
        memset(hash, slot ? h1 : h0, sizeof(hash));
        tn_cbor_open_map(&out);
        tn_cbor_pair_uint(&out, "slot", slot);
        tn_cbor_pair_str(&out, "version", slot ? v1 : v0);
        tn_cbor_put_str(&out, "hash");
        tn_cbor_put_bytes(&out, hash, sizeof(hash));
        for (unsigned i = 0; i < 5; i++) {
            tn_cbor_pair_bool(&out, flags[i], (slot ? f1 : f0) >> i & 1);
        }
        tn_cbor_close(&out);
    }
    tn_cbor_close(&out);
    tn_cbor_close(&out);
    tn_smp_hdr_put(buf,
            &(struct tn_smp_hdr){.op = 1,
                    .version = 1,
                    .group = 1,
                    .seq = (uint8_t)seq,
                    .len = (uint16_t)out.len});
    add("080000010001%02x00a0\n", seq);
    add_hex(buf, 8 + out.len, "", "%02x");
    add("\n");
}

enum { RUNS = 1 | 4 | 8, ON_TEST = 1 | 8, TRIED_NEXT = 1 | 2, OLD = 1 | 4, SPARE = 1 };

TEST(what_a_reset_made_of_the_marked_image_is_told) {
    log_text[0] = 0;
    add_list(1, "1.0.0", 'a', RUNS, "2.0.0", 'b', TRIED_NEXT);
    add("0a00000100000205a0\n0b00000200000205bfff\n");
    size_t n = strlen(log_text);
    explain_text(log_text);
    has(got.findings, "0 ends-with-reset 3: the log ends with the reset");
    CHECK_EQ(got.verdict.faults, 0);

    add_list(3, "2.0.0", 'b', ON_TEST, "1.0.0", 'a', OLD);
    explain_text(log_text);
    has(got.findings, "1 on-test 6: 2.0.0 runs on test: the next reset brings the old image back");
    has(got.next, "tenon image confirm");

    log_text[n] = 0;
    add_list(3, "2.0.0", 'b', RUNS, "1.0.0", 'a', SPARE);
    explain_text(log_text);
    has(got.summary, "the update is done: 2.0.0 runs and is confirmed");
    CHECK_EQ(got.verdict.faults + got.verdict.warnings, 0);

    log_text[n] = 0;
    add_list(3, "1.0.0", 'a', RUNS, "2.0.0", 'b', SPARE);
    explain_text(log_text);
    has(got.findings, "2 reverted 6: 2.0.0 was marked before the reset, and 1.0.0 runs after it");
}

TEST(the_same_image_in_both_slots_is_told) {
    log_text[0] = 0;
    add_list(1, "1.0.0", 'a', RUNS, "1.0.0", 'a', SPARE);
    explain_text(log_text);
    has(got.findings, "1 same-image 2: slot 0 and slot 1 hold the same image, 1.0.0");
    lacks(got.findings, "same-version");
}

TEST(packets_larger_than_the_device_takes_are_told) {
    explain_text(
            "0800000100000106a0\n0900001700000106bf686275665f73697a651820696275665f636f756e74"
            "04ff\n0a00002500000200a16164782078787878787878787878787878787878787878787878787878"
            "7878787878787878\n");
    has(got.findings, "packet-too-large");
    has(got.findings, "the device takes 32 at most");
}

TEST(damaged_frames_are_told) {
    explain_text("\x06\x09"
                 "AAsIAAABAAAABqBzEw==\n\x06\x09"
                 "AAsIAAABAAAABqBzEQ==\n");
    CHECK_EQ(got.npackets, 1);
    has(got.findings, "1 damaged-frame 0: 1 console frame arrived damaged or incomplete");
}

TEST(a_device_s_text_cannot_steer_the_terminal) {
    log_text[0] = 0;
    add("0b00000b00000100bf617266691b5b326a9bff\n");
    add_list(1, "1\x1b[2J\xc3.0", 'a', RUNS, "2\xff\x7f", 'b', TRIED_NEXT);
    explain_text(log_text);
    CHECK_EQ(got.npackets, 3);
    const char *const texts[] = {got.text, got.findings, got.summary};
    for (size_t i = 0; i < 3; i++) {
        for (const char *p = texts[i]; *p; p++) {
            CHECK(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
        }
    }
}

TEST(text_without_packets_is_no_packet) {
    explain_text("Dear all,\nplease find a MAC AA:BB:CC:DD:EE:FF and a UUID "
                 "da2e7828-fbce-4e01-ae9e-261174997c48\n"
                 "added 12345678 faced decade 2023-10-10 08:47:43.883\n"
                 "b8b39b09962f8b32c2eaeef8788e0de32b1695608af8d1f66e6a43115bbe212a  file.bin\n");
    CHECK_EQ(got.npackets, 0);
    has(got.findings, "2 no-packet 0: no SMP packet was found");
    explain_text("");
    CHECK_EQ(got.npackets, 0);
}

// ---- Texts without packets -------------------------------------------------------------

TEST(an_error_code_alone_is_explained) {
    // Flutter-nRF-Connect-Device-Manager#98.
    explain_text("PlatformException(McuMgr Error: 25 (Group: 1), null)\n");
    CHECK_EQ(got.verdict.codes, 1);
    has(got.findings,
            "2 code 0: error 25 of group 1 (image): the image is built for another address");
    has(got.next, "build it for the right slot");
    explain_text("MCU MGR Error 25 (Group: 1)");
    has(got.summary, "error 25 of group 1 (image)");
    explain_text("<err> app: upload failed, rc: 8\nagain, rc=8\nrc: 10\n");
    CHECK_EQ(got.verdict.codes, 2);
    has(got.findings, "error 8: the device does not support this command");
    has(got.findings, "error 10: the device is busy");
    explain_text("{\"rc\": 6}");
    has(got.summary, "error 6: not possible in the device's present state");
    explain_text("Error: 5\n");
    has(got.summary, "error 5: no such entry");
    explain_text("rc: 27\n");
    has(got.summary, "of the group image it means: not newer than the image that runs");
    explain_text("rc: 0\n");
    has(got.findings, "0 code 0: error 0: success");
    CHECK_EQ(got.verdict.faults, 0);
}

TEST(numbers_that_are_no_codes_are_not_explained) {
    static const char *const texts[] = {"version 1.0 rc 2", "arc: 5", "rc: x", "rcs: 5",
            "there was an error: 5 files", "rc: 70000", "rc:", "smp error"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        explain_text(texts[i]);
        CHECK_EQ(got.verdict.codes, 0);
        has(got.findings, "no-packet");
    }
}

TEST(a_shell_that_answers_is_named) {
    static const char *const prompts[] = {"uart:~$ \n", "\x1b[m\x1b[1;32muart:~$ \x1b[m",
            "uart:~$ AAkAAAABAAAABqB\n", "nsh> ", "msh />", "root@board:~# ",
            "RX: 0d 0a 1b 5b 31 3b 33 32 6d 75 61 72 74 3a 7e 24 20\n",
            "received b'\\r\\n\\x1b[1;32muart:~$ '\n"};

    for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
        explain_text(prompts[i]);
        CHECK_EQ(got.npackets, 0);
        has(got.findings, "2 shell 0: a shell answered, and no SMP server");
        lacks(got.findings, "no-packet");
    }
    // A request was sent, and only the prompt came back.
    explain_text("tx: 0000000100010000a0\nuart:~$ \n");
    CHECK_EQ(got.npackets, 1);
    has(got.summary, "a shell answered");
    lacks(got.findings, "answered nothing");
}

TEST(a_prompt_beside_an_answer_is_no_finding) {
    explain_text("uart:~$ \ntx: 0000000100010000a0\nrx: 0100000600010000bf62726300ff\n");
    CHECK_EQ(got.npackets, 2);
    lacks(got.findings, "shell");
}

TEST(text_that_is_no_prompt_is_none) {
    static const char *const texts[] = {"it costs 5$", "a < b, so b >", "<html>", "#", "$ ", "> ",
            "a whole sentence that ends in a sign >"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        explain_text(texts[i]);
        has(got.findings, "no-packet");
    }
}

// ---- Hostile input ---------------------------------------------------------------------

TEST(garbage_of_any_kind_is_survived) {
    uint32_t seed = 7;
    static char buf[3000];
    static const char letters[] =
            "0123456789abcdef \n\n-:,x()[]{}\"\\n0|\x06\x09\x04\x14=ABC->b'rc$";

    for (int round = 0; round < 3000; round++) {
        size_t n = tn_test_random(&seed) % sizeof(buf);
        for (size_t i = 0; i < n; i++) {
            uint32_t r = tn_test_random(&seed) >> 8;
            buf[i] = round % 3 ? letters[r % (sizeof(letters) - 1)] : (char)r;
        }
        explain(buf, n);
    }
}

// Packets of every command whose body is nested, endless, or longer than it is.
TEST(false_lengths_in_bodies_do_no_harm) {
    static const char *const bodies[] = {"bf", "bf61", "ff", "bf6161", "bf61617f", "bf61615f",
            "bb00000001000000006161", "bf61615bffffffffffffffff", "bf6161bbffffffffffffffff",
            "bf61619bffffffffffffffff", "a161619f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f",
            "a16161818181818181818181818181818181818181818181818181818100",
            "a16161a1a1a1a1a1a1a1a1a1", "a16161c0c0c0c0c0c0c0", "a16161ffff", "a16161fb00",
            "bf63657272bf6567726f757020ffff", "bf627263ff", "bf66696d61676573ff",
            "bf66696d616765739fbfffffff", "bf64686173685bffffffff00000000ff",
            "bf636f66661bffffffffffffffff6464617461ff"};
    char text[200];

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (unsigned op = 0; op < 4; op++) {
            for (unsigned id = 0; id < 9; id++) {
                for (unsigned group = 0; group < 3; group++) {
                    snprintf(text, sizeof(text), "%02x0000%02zx00%02x00%02x%s\n", 8 + op,
                            strlen(bodies[i]) / 2, group, id, bodies[i]);
                    explain_text(text);
                    CHECK_EQ(got.npackets, 1);
                }
            }
        }
    }
}

TEST(a_line_without_an_end_takes_no_memory) {
    static char a[10000000];

    memset(a, 'a', sizeof(a));
    explain_by(a, sizeof(a), 100000);
    CHECK_EQ(got.npackets, 0);
}
