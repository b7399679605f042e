// SPDX-License-Identifier: Apache-2.0
// explain on the log of R18 (doc/reference/smp.md section 10), in every form in which tools print
// packets: whole, in pieces and damaged.
#include <stdio.h>

#include "base/crc.h"
#include "explain_log.h"
#include "link/console.h"

// ---- R18 -------------------------------------------------------------------------------

#define SLOT_0                                                                                     \
    "BF64736C6F74006776657273696F6E65302E302E3064686173685820"                                     \
    "B8B39B09962F8B32C2EAEEF8788E0DE32B1695608AF8D1F66E6A43115BBE212A"                             \
    "68626F6F7461626C65F56770656E64696E67F469636F6E6669726D6564F566616374697665F5"                 \
    "697065726D616E656E74F4FF"
#define SLOT_1                                                                                     \
    "BF64736C6F74016776657273696F6E65302E302E3064686173685820"                                     \
    "BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58"                             \
    "68626F6F7461626C65F56770656E64696E67F569636F6E6669726D6564F466616374697665F4"                 \
    "697065726D616E656E74F4FF"
#define LIST "BF66696D616765739F" SLOT_0 SLOT_1 "FF6B73706C697453746174757300FF"

static const char *const r18[] = {
        "000000010000FF06A0",
        "010000190000FF06BF686275665F73697A651909AB696275665F636F756E7404FF",
        "0000000200010000BFFF",
        "010000F400010000" LIST,
        "02000002003F0100BFFF",
        "03000006003F0100BF62726308FF",
        "0200003200010200BF67636F6E6669726DF564686173685820"
        "BC1D3DF30F1F9BC193C259CCF486D1FD7531F232442BAF7118FE4F2D34440D58FF",
        "030000F400010200" LIST,
};
enum { R18 = 8 };

static void check_r18_verdict(void) {
    has(got.findings,
            "0 optional-not-supported 6: erase storage (basic) is not supported by this "
            "device: optional, no fault");
    has(got.findings, "2 confirm-did-nothing 8: the confirmation of 0.0.0 in slot 1 did nothing");
    has(got.findings, "zephyr#56720");
    has(got.findings, "a plain reset swaps the image in for trial; when it runs, confirm it");
    has(got.findings, "2 no-reset 8: the log ends without a reset");
    has(got.findings, "the test swap never ran");
    has(got.findings, "1 same-version 8: both slots hold version 0.0.0");
    has(got.findings, "0 no-upload 0: nothing was uploaded");
    CHECK_EQ(got.verdict.faults, 2);
    CHECK_EQ(got.verdict.warnings, 1);
    has(got.summary, "the confirmation of 0.0.0 in slot 1 did nothing");
    has(got.next, "a plain reset");
}

TEST(the_log_of_r18_is_told_with_what_to_do) {
    static char log[MAX_TEXT];
    FILE *f = fopen(TN_LOGS "/r18_nrf_connect.txt", "rb");
    CHECK(f != NULL);
    size_t n = fread(log, 1, sizeof(log), f);
    fclose(f);

    explain(log, n);
    CHECK_EQ(got.npackets, R18);
    has(got.text, "1 os parameters: \n");
    has(got.text, "2 os parameters: packets of up to 2475 bytes, 4 buffers\n");
    has(got.text, "slot 0: version 0.0.0, hash b8b39b09..., running, confirmed\n");
    has(got.text, "slot 1: version 0.0.0, hash bc1d3df3..., next reset tries it\n");
    has(got.text, "5 basic erase storage: \n");
    has(got.text, "6 basic erase storage: error 8: the device does not support this command\n");
    has(got.text, "7 image confirm an image: hash bc1d3df3...\n");
    check_r18_verdict();
    for (unsigned i = 0; i < R18; i++) {
        CHECK_EQ(got.packets[i].is_response, i & 1);
        CHECK_EQ(got.packets[i].answers, i & 1 ? i : 0);
    }
}

// ---- Forms -----------------------------------------------------------------------------

static void add_dump(const uint8_t *p, size_t len, const char *newline) {
    for (size_t i = 0; i < len; i += 16) {
        size_t n = len - i < 16 ? len - i : 16;
        add("%08zx  ", i);
        add_hex(p + i, n < 8 ? n : 8, " ", "%02x");
        add("  ");
        if (n > 8) {
            add_hex(p + i + 8, n - 8, " ", "%02x");
        }
        add("%*s|", (int)(3 * (16 - n) + 2), "");
        for (size_t k = 0; k < n; k++) {
            uint8_t c = p[i + k];
            add("%c", c >= 0x20 && c < 0x7f && c != '\\' ? c : '.');
        }
        add("|%s", newline);
    }
}

typedef void form(const uint8_t *p, size_t len, bool sent);

#define UUID "da2e7828-fbce-4e01-ae9e-261174997c48"

static void nrf_connect(const uint8_t *p, size_t len, bool sent) {
    if (sent) {
        add("V\t08:47:43.877\tWriting characteristic " UUID " (WRITE COMMAND)\n");
        add("D\t08:47:43.883\tgatt.writeCharacteristic(" UUID ", value=0x");
        add_hex(p, len, "", "%02X");
        add(", WRITE COMMAND)\nI\t08:47:43.9\tData written to " UUID ", value: (0x) ");
        add_hex(p, len, "-", "%02X");
        add("\nA\t08:47:43.9\t\"(0x) ");
        add_hex(p, len, "-", "%02X");
        add("\" sent\n");
        return;
    }
    add("2025-08-12 14:23:51.598  1411-1411  McuMgrBleTransport  I  Notification received "
        "from " UUID ", value: (0x) ");
    add_hex(p, len, "-", "%02X");
    add("\n");
}

static void nrf_connect_pieces(const uint8_t *p, size_t len, bool sent) {
    for (size_t i = 0; i < len; i += 20) {
        size_t n = len - i < 20 ? len - i : 20;
        add(sent ? "I\t08:47:43.9\tData written to " UUID ", value: (0x) "
                 : "I\t08:47:44.1\tNotification received from " UUID ", value: (0x) ");
        add_hex(p + i, n, "-", "%02X");
        add("\n");
    }
}

static void mcumgr_serial(const uint8_t *p, size_t len, bool sent) {
    if (!sent) {
        add("DEBU[2023-03-22 12:49:36.499] rx nmp response: ");
        add_dump(p, len, "\n");
        add("\n");
        return;
    }
    add("DEBU[2023-03-22 12:49:36.471] {add-nmp-listener} [serial_sesn.go:213] seq=66\n"
        "DEBU[2023-03-22 12:49:36.471] Encoded &{NmpBase:{hdr:{Op:0 Flags:0 Len:0}}} to:\n");
    add_dump(p + 8, len - 8, "\n");
    add("DEBU[2023-03-22 12:49:36.471] Encoded:\n");
    add_dump(p, len, "\n");
    add("DEBU[2023-03-22 12:49:36.471] Tx NMP request: ");
    add_dump(p, len, "\n");
    add("DEBU[2023-03-22 12:49:36.471] Base64 encoding request:\n");
    add_dump(p, len, "\n");
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console c = {.buf = NULL};
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        add("DEBU[2023-03-22 12:49:36.472] Tx serial\n");
        add_dump(line, 2, "\n");
        add("DEBU[2023-03-22 12:49:36.472] Tx serial\n");
        add_dump(line + 2, n - 3, "\n");
        add("DEBU[2023-03-22 12:49:36.472] Tx serial\n");
        add_dump(line + n - 1, 1, "\n");
    }
}

// The tool prints serial lines in pieces, with numbers in between.
static void newtmgr(const uint8_t *p, size_t len, bool sent) {
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console c = {.buf = NULL};
    const char *way = sent ? "Outgoing" : "Incoming";
    size_t n;
    if (sent) {
        add("2017/03/07 17:20:24 [DEBUG] Tx packet dump:\n");
        add_dump(p, len, "\n");
    }
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        add("\n2017/03/07 17:20:24 [INFO] %s:\n", way);
        add_dump(line, 2, "\n");
        add("\n2017/03/07 17:20:24 [DEBUG] Writing [6 9] to data channel\n"
            "2017/03/07 17:20:24 [INFO] %s:\n",
                way);
        add_dump(line + 2, n - 3, "\n");
        add("\n2017/03/07 17:20:24 [DEBUG] Writing [65 65 111 65 65 65 65 65 65 65 69 65 65] to "
            "it\n"
            "2017/03/07 17:20:24 [INFO] %s:\n",
                way);
        add_dump(line + n - 1, 1, "\n");
    }
    if (!sent) {
        add("2017/03/07 17:20:24 [DEBUG] Rx packet dump:\n");
        add_dump(p, len, "\n");
    }
}

static void mcumgr_no_terminal(const uint8_t *p, size_t len, bool sent) {
    add("time=\"2022-03-25 14:44:01.891\" level=debug msg=\"%s: ",
            sent ? "Tx NMP request" : "rx nmp response");
    add_dump(p, len, "\\n");
    add("\"\n");
}

static void btmon(const uint8_t *p, size_t len, bool sent) {
    add("%c ACL Data %s: Handle 64 flags 0x00 dlen %zu      #3 [hci0] 6.884412\n", sent ? '<' : '>',
            sent ? "TX" : "RX", len + 7);
    add("      ATT: %s len %zu\n        Handle: 0x0016\n          Data[%zu]: ",
            sent ? "Write Command (0x52)" : "Handle Value Notification (0x1b)", len + 2, len);
    add_hex(p, len, "", "%02x");
    add("\n> HCI Event: Number of Completed Packets (0x13) plen 5    #4 [hci0] 6.9\n"
        "        Num handles: 1\n        Data: 0000000200010000bfff\n");
}

static void zephyr_log(const uint8_t *p, size_t len, bool sent) {
    add("[00:00:01.250,000] <dbg> mcumgr: %s\n", sent ? "received" : "sent");
    for (size_t i = 0; i < len; i += 16) {
        size_t n = len - i < 16 ? len - i : 16;
        add("                                     ");
        add_hex(p + i, n < 8 ? n : 8, " ", "%02x");
        add("  ");
        if (n > 8) {
            add_hex(p + i + 8, n - 8, " ", "%02x");
        }
        add("  |a cafe.|\n");
    }
}

static void wireshark(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    for (size_t i = 0; i < len; i += 16) {
        add("%04zx   ", i);
        add_hex(p + i, len - i < 16 ? len - i : 16, " ", "%02x");
        add("   ........\n");
    }
}

static void xxd(const uint8_t *p, size_t len, bool sent) {
    add("%s:\n", sent ? "sent" : "received");
    for (size_t i = 0; i < len; i += 16) {
        size_t n = len - i < 16 ? len - i : 16;
        add("%08zx:", i);
        for (size_t k = 0; k < n; k++) {
            add("%s%02x", k % 2 ? "" : " ", p[i + k]);
        }
        add("%*s", (int)(2 + (16 - n) / 2 * 5 + n % 2 * 3), "");
        for (size_t k = 0; k < n; k++) {
            add("%c", p[i + k] >= 0x20 && p[i + k] < 0x7f ? p[i + k] : '.');
        }
        add("\n");
    }
}

static void hexdump(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    add_dump(p, len, "\n");
    add("%08zx\n", len);
}

static void od(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    for (size_t i = 0; i < len; i += 16) {
        add("%07zo ", i);
        add_hex(p + i, len - i < 16 ? len - i : 16, " ", "%02x");
        add("\n");
    }
    add("%07zo\n", len);
}

static void digits(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    add_hex(p, len, "", "%02x");
    add("\n");
}

static void short_lines(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    for (size_t i = 0; i < len; i += 30) {
        add_hex(p + i, len - i < 30 ? len - i : 30, "", "%02x");
        add("\n");
    }
}

static void blanks(const uint8_t *p, size_t len, bool sent) {
    add("%s ", sent ? "TX:" : "RX:");
    add_hex(p, len, " ", "%02x");
    add("\n");
}

static void colons(const uint8_t *p, size_t len, bool sent) {
    add("[00:00:01.250,000] <dbg> smp: %s: ", sent ? "sent" : "received");
    add_hex(p, len, ":", "%02X");
    add("\n");
}

static void c_source(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    add_hex(p, len, ", ", "0x%02x");
    add("\n");
}

static void console_lines(const uint8_t *p, size_t len, bool sent) {
    char line[TN_CONSOLE_LINE + 1];
    struct tn_console c = {.buf = NULL};
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        line[n] = 0;
        add("%s%s", sent ? "" : "[12:00:00.000] <inf> a log line of the device\n", line);
    }
}

static void console_python(const uint8_t *p, size_t len, bool sent) {
    char line[TN_CONSOLE_LINE + 1];
    struct tn_console c = {.buf = NULL};
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        line[n - 1] = 0;
        add("%s b'%s%s\\n'\n", sent ? "Writing" : "Reading",
                line[0] == 6 ? "\\x06\\t" : "\\x04\\x14", line + 2);
    }
}

static void console_hex(const uint8_t *p, size_t len, bool sent) {
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console c = {.buf = NULL};
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        add(sent ? "-> " : "<- ");
        add_hex(line, n, " ", "%02x");
        add("\n");
    }
}

// Prints bytes like repr(): printable ones as they are, a quote or a backslash escaped.
static void add_python(const uint8_t *p, size_t len) {
    add("b'");
    for (size_t i = 0; i < len; i++) {
        switch (p[i]) {
        case '\t':
            add("\\t");
            break;
        case '\n':
            add("\\n");
            break;
        case '\r':
            add("\\r");
            break;
        case '\'':
        case '\\':
            add("\\%c", p[i]);
            break;
        default:
            add(p[i] >= 0x20 && p[i] < 0x7f ? "%c" : "\\x%02x", p[i]);
        }
    }
    add("'");
}

static void python(const uint8_t *p, size_t len, bool sent) {
    add("DEBUG:smp:%s ", sent ? "sending" : "received");
    add_python(p, len);
    add("\n");
}

static void python_alone(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    add_python(p, len);
    add("\n");
}

// smpclient's log: a request, the bytes that it decoded from the response's lines, and the fields.
static void smpclient(const uint8_t *p, size_t len, bool sent) {
    uint8_t frame[1000];

    add("2026-11-29 01:42:26,348 - DEBUG - smp/packet.py:79 - ");
    if (sent) {
        add("Serializing request=");
        add_python(p, len);
        add("\n");
        return;
    }
    frame[0] = (uint8_t)((len + 2) >> 8);
    frame[1] = (uint8_t)(len + 2);
    memcpy(frame + 2, p, len);
    uint16_t crc = tn_crc16(0, p, len);
    frame[len + 2] = (uint8_t)(crc >> 8);
    frame[len + 3] = (uint8_t)crc;
    add("Response length_and_frame=");
    add_python(frame, len + 4);
    add("\n2026-11-29 01:42:26,359 - DEBUG - header=Header(op=1, length=%zu) smp_data=", len);
    add_python(p, len);
    add(" buf_size=1028\n");
}

// All lines of a frame in one literal.
static void python_frames(const uint8_t *p, size_t len, bool sent) {
    uint8_t frame[1000];
    struct tn_console c = {.buf = NULL};
    size_t at = 0;
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, frame + at)) > 0) {
        at += n;
    }
    add("%s: bytearray(", sent ? "tx" : "rx");
    add_python(frame, at);
    add(")\n");
}

static void add_numbers(
        const uint8_t *p, size_t len, bool is_signed, const char *separator, const char *words) {
    add("%s", words);
    for (size_t i = 0; i < len; i++) {
        add("%s%d", i ? separator : "", is_signed ? (int)(int8_t)p[i] : p[i]);
    }
}

static void numbers(const uint8_t *p, size_t len, bool sent) {
    (void)sent;
    add_numbers(p, len, false, ", ", "[");
    add("]\n");
}

static void numbers_with_blanks(const uint8_t *p, size_t len, bool sent) {
    add_numbers(p, len, false, " ", sent ? "TX: " : "RX: ");
    add("\n");
}

static void numbers_of_java(const uint8_t *p, size_t len, bool sent) {
    add_numbers(p, len, true, ", ", sent ? "D/Ble: writing [" : "D/Ble: notification [");
    add("]\n");
}

static void console_numbers(const uint8_t *p, size_t len, bool sent) {
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console c = {.buf = NULL};
    size_t n;
    tn_console_send(&c, p, len);
    while ((n = tn_console_take(&c, line)) > 0) {
        add_numbers(line, n, false, ", ", sent ? "-> [" : "<- [");
        add("]\n");
    }
}

static void ios_bytes(const uint8_t *p, size_t len, bool sent) {
    add("%s %u) 0x", sent ? "-> (SEQ No." : "<- (SEQ No(s).", p[6]);
    add_hex(p, len, "", "%02x");
    add("\n");
}

static const struct {
    const char *name;
    form *write;
} forms[] = {
        {"nRF Connect", nrf_connect},
        {"nRF Connect, pieces of 20 bytes", nrf_connect_pieces},
        {"mcumgr -l debug, serial", mcumgr_serial},
        {"newtmgr -l debug of 2017", newtmgr},
        {"mcumgr -l debug into a file", mcumgr_no_terminal},
        {"btmon", btmon},
        {"Zephyr's log", zephyr_log},
        {"Wireshark", wireshark},
        {"xxd", xxd},
        {"hexdump -C", hexdump},
        {"od -t x1", od},
        {"digits", digits},
        {"xxd -p", short_lines},
        {"digits with blanks", blanks},
        {"digits with colons", colons},
        {"bytes of C", c_source},
        {"console lines", console_lines},
        {"console lines as Python prints them", console_python},
        {"console lines as hex", console_hex},
        {"bytes of Python", python},
        {"bytes of Python alone", python_alone},
        {"console lines of Python, all in one", python_frames},
        {"smpclient's debug log", smpclient},
        {"decimal list", numbers},
        {"decimal numbers with blanks", numbers_with_blanks},
        {"signed numbers of Java", numbers_of_java},
        {"console lines as decimal numbers", console_numbers},
        {"nRF Connect for iOS", ios_bytes},
};

static void check_r18_packets(const char *name) {
    if (got.npackets != R18) {
        fprintf(stderr, "%s:\n%s\n%s", name, log_text, got.text);
    }
    CHECK_EQ(got.npackets, R18);
    for (size_t i = 0; i < R18; i++) {
        uint8_t want[MAX_PACKET];
        size_t n = tn_test_hex(want, sizeof(want), r18[i]);
        CHECK_EQ(got.packets[i].len, n);
        CHECK_MEM(got.bytes[i], want, n);
    }
}

static void write_r18(form *write) {
    log_text[0] = 0;
    for (size_t i = 0; i < R18; i++) {
        uint8_t pkt[MAX_PACKET];
        size_t n = tn_test_hex(pkt, sizeof(pkt), r18[i]);
        write(pkt, n, i % 2 == 0);
    }
}

TEST(every_form_gives_the_same_packets_and_the_same_verdict) {
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        write_r18(forms[i].write);
        explain_text(log_text);
        check_r18_packets(forms[i].name);
        check_r18_verdict();
        lacks(got.findings, "damaged-frame");
    }
}

TEST(a_log_may_come_in_pieces_of_any_size) {
    write_r18(nrf_connect);
    for (size_t step = 1; step < 300; step += step < 20 ? 1 : 41) {
        explain_by(log_text, strlen(log_text), step);
        check_r18_packets("pieces");
    }
}

TEST(packets_as_bytes_are_read) {
    static uint8_t all[4000];
    size_t n = 0;

    for (size_t i = 0; i < R18; i++) {
        n += tn_test_hex(all + n, sizeof(all) - n, r18[i]);
    }
    explain(all, n);
    log_text[0] = 0;
    check_r18_packets("bytes");
    check_r18_verdict();
}

TEST(headers_with_json_are_read) {
    explain_text(
            "D  Sending (10 bytes) Header (Version: 1, Op: 0, Flags: 0, Len: 2, Group: 1, "
            "Seq: 7, Command: 0) CBOR {}\n"
            "I  Received Header (Version: 1, Op: 1, Flags: 0, Len: 248, Group: 1, Seq: 7, "
            "Command: 0) CBOR {\"images\":[{\"slot\":0,\"version\":\"0.4.0.3\",\"hash\":"
            "\"L3b/YwlJI2Hzeb4eRk3Ag8ZzCZyfYsT5AQ2jI822y3k=\",\"bootable\":true,\"pending\":"
            "false,\"confirmed\":true,\"active\":true,\"permanent\":false}],\"splitStatus\":0}\n");
    CHECK_EQ(got.npackets, 2);
    CHECK_EQ(got.packets[1].answers, 1);
    has(got.text, "slot 0: version 0.4.0.3, hash 2f76ff63..., running, confirmed");
    CHECK_EQ(got.verdict.faults, 0);
}

// smpclient prints only the first line of a long response. It must still count as an answer.
TEST(the_beginning_of_a_frame_is_a_packet_that_is_cut_off) {
    uint8_t frame[64] = {0, 0x90};
    uint8_t pkt[MAX_PACKET];

    tn_test_hex(pkt, sizeof(pkt),
            "090000860001010"
            "0BF66696D616765739FBF64736C6F7400FF");
    memcpy(frame + 2, pkt, 26);
    log_text[0] = 0;
    add("Serializing request=b'\\x08\\x00\\x00\\x01\\x00\\x01\\x01\\x00\\xa0'\n"
        "Response length_and_frame=");
    add_python(frame, 28);
    explain_text(log_text);
    CHECK_EQ(got.npackets, 2);
    CHECK(got.packets[1].is_cut);
    CHECK_EQ(got.packets[1].answers, 1);
    lacks(got.findings, "no-answer");
}

// Here mcumgr's \n between the lines of a dump does not end a line.
TEST(a_newline_within_bytes_of_python_is_a_byte) {
    explain_text("sent b'\\x02\\x00\\x00\\x08\\x00\\x00\\x01\\x00\\xbfadca\\n0\\xff'\n");
    CHECK_EQ(got.npackets, 1);
    CHECK_EQ(got.packets[0].len, 16);
    CHECK_EQ(got.bytes[0][13], '\n');
}

// IOS-nRF-Connect-Device-Manager, Source/McuManager.swift, in its versions of 2018 to 2025.
TEST(ios_prints_packets_with_names) {
    explain_text(
            "Sending read command (Version: SMPv2, Group: OS, seq: 11, ID: mcuMgrParameters): nil\n"
            "Response (SMPv2, group: OS, seq: 11, command: mcuMgrParameters): "
            "{\"buf_size\" : 2475, \"buf_count\" : 4}\n"
            "Sending write command (Version: SMPv2, Group: image, seq: 12, ID: state): "
            "[\"confirm\": SwiftCBOR.CBOR.boolean(true), \"hash\": SwiftCBOR.CBOR.byteString("
            "[188, 29, 61, 243, 15, 31, 155, 193, 147, 194, 89, 204, 244, 134, 209, 253, 117, 49, "
            "242, 50, 68, 43, 175, 113, 24, 254, 79, 45, 52, 68, 13, 88])]\n"
            "Response (SMPv2, group: image, seq: 12, command: state): "
            "{\"err\" : {\"group\" : 1, \"rc\" : 8}}\n"
            "Sending write command (Version: SMPv2, Group: basic, seq: 13, ID: 0): [:]\n"
            "Response (SMPv2, group: basic, seq: 13, command: 0): {\"rc\" : 8}\n");
    CHECK_EQ(got.npackets, 6);
    has(got.text, "2 os parameters: packets of up to 2475 bytes, 4 buffers\n");
    has(got.text, "3 image confirm an image: hash bc1d3df3...\n");
    has(got.text, "4 image mark an image: error 8 of group 1: no image with this hash");
    has(got.text, "6 basic erase storage: error 8: the device does not support this command\n");
    for (unsigned i = 0; i < 6; i++) {
        CHECK_EQ(got.packets[i].answers, i & 1 ? i : 0);
    }
    explain_text(
            "verbose -> default -> Sending read command (Group: peruser(value: 71), ID: 0): "
            "[\"limit\": 5, \"offset\": 0]\n"
            "verbose -> default -> Response (Group: peruser(value: 71), ID: 0): {\"rc\" : 8}\n");
    CHECK_EQ(got.npackets, 2);
    has(got.text, "1 group 71 command 0: ");
    has(got.text, "2 group 71 command 0: error 8");
}

TEST(a_packet_that_is_shown_as_bytes_and_as_json_is_one) {
    explain_text("I  Notification received from " UUID
                 ", value: (0x) 0B-00-00-06-00-00-01-00-BF-61-72-61-69-FF\n"
                 "I  Received Header (Version: 1, Op: 3, Flags: 0, Len: 6, Group: 0, Seq: 1, "
                 "Command: 0) CBOR {\"r\":\"i\"}\n");
    CHECK_EQ(got.npackets, 1);
}

TEST(tenons_own_trace_marks_packets_that_it_cuts) {
    explain_text("  ->    9  0800000100000006 a0\n"
                 "  <-   33  0900001900000006 "
                 "bf686275665f73697a65190800696275665f636f756e7402ff\n"
                 "  ->  300  0a00012400010101 a3636f666600636c656e190bb864646174615901003db8f396"
                 "00000000000100000000000000000000000000000000000000000000000000000000000000000000"
                 "0000000000000000000000000000000000000000000000...\n"
                 "  <-   15  0b00000700010101 bf636f666619010000\n");
    CHECK_EQ(got.npackets, 4);
    CHECK(got.packets[2].is_cut);
    has(got.text, "3 image upload: from byte 0, 3000 bytes in all, 256 bytes of data");
}

TEST(a_log_with_any_byte_changed_or_cut_anywhere_is_survived) {
    static char copy[MAX_TEXT];
    uint32_t seed = 3;

    for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
        write_r18(forms[f].write);
        size_t len = strlen(log_text);
        for (size_t i = 0; i < len; i += 1 + tn_test_random(&seed) % 64) {
            memcpy(copy, log_text, len);
            copy[i] = (char)tn_test_random(&seed);
            explain(copy, len);
            explain(copy, i);
        }
    }
}
