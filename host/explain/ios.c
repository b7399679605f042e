// SPDX-License-Identifier: Apache-2.0
// The library of nRF Connect Device Manager for iOS prints requests and responses with names in
// place of numbers, as in these lines:
//
//   Sending read command (Version: SMPv2, Group: image, seq: 12, ID: state): nil
//   Response (SMPv2, group: image, seq: 12, command: state): {"images" : [...]}
//
// Older versions print numbers, and have no seq. Source: NordicSemiconductor/
// IOS-nRF-Connect-Device-Manager, Source/McuManager.swift, send(), and the enums ID of the managers
// (the versions of 2018 to 2025).
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"
#include "host/explain/explain_priv.h"

// What the library calls groups, and a group's commands.
struct name {
    const char *name;
    uint16_t value;
};

static const struct name groups[] = {{"os", TN_SMP_OS}, {"default", TN_SMP_OS},
        {"image", TN_SMP_IMAGE}, {"statistics", TN_SMP_STAT}, {"stats", TN_SMP_STAT},
        {"settings", TN_SMP_SETTINGS}, {"config", TN_SMP_SETTINGS}, {"logs", 4}, {"crash", 5},
        {"split", 6}, {"run", 7}, {"filesystem", TN_SMP_FS}, {"fs", TN_SMP_FS},
        {"shell", TN_SMP_SHELL}, {"basic", TN_SMP_BASIC}, {"perUser", 64}};

static const struct {
    uint16_t group;
    struct name command;
} commands[] = {
        {TN_SMP_OS, {"echo", TN_OS_ECHO}},
        {TN_SMP_OS, {"consoleEchoControl", 1}},
        {TN_SMP_OS, {"taskStatistics", TN_OS_TASKSTAT}},
        {TN_SMP_OS, {"memoryPoolStatistics", TN_OS_MPSTAT}},
        {TN_SMP_OS, {"dateTimeString", TN_OS_DATETIME}},
        {TN_SMP_OS, {"reset", TN_OS_RESET}},
        {TN_SMP_OS, {"mcuMgrParameters", TN_OS_PARAMS}},
        {TN_SMP_OS, {"applicationInfo", TN_OS_INFO}},
        {TN_SMP_OS, {"bootloaderInformation", TN_OS_BOOTLOADER}},
        {TN_SMP_IMAGE, {"state", TN_IMG_STATE}},
        {TN_SMP_IMAGE, {"upload", TN_IMG_UPLOAD}},
        {TN_SMP_IMAGE, {"file", 2}},
        {TN_SMP_IMAGE, {"coreList", 3}},
        {TN_SMP_IMAGE, {"coreLoad", 4}},
        {TN_SMP_IMAGE, {"erase", TN_IMG_ERASE}},
        {TN_SMP_IMAGE, {"slotInfo", TN_IMG_SLOTS}},
};

// Is this text, up to a character that no name has, the name?
static bool is_name(const char *p, const char *name) {
    size_t n = strlen(name);
    return strncasecmp(p, name, n) == 0 && !isalnum((unsigned char)p[n]);
}

static long number(const char *p, long max) {
    char *end;
    long v = isdigit((unsigned char)*p) ? strtol(p, &end, 10) : -1;
    return v <= max ? v : -1;
}

// A group's name or number; "peruser(value: 71)" has its number in it.
static long group_of(const char *p) {
    const char *value = strstr(p, "(value: ");

    if (is_name(p, "peruser") && value == p + strlen("peruser")) {
        return number(value + strlen("(value: "), UINT16_MAX);
    }
    for (size_t i = 0; i < TN_LEN(groups); i++) {
        if (is_name(p, groups[i].name)) {
            return groups[i].value;
        }
    }
    return number(p, UINT16_MAX);
}

static long command_of(long group, const char *p) {
    for (size_t i = 0; i < TN_LEN(commands); i++) {
        if (commands[i].group == group && is_name(p, commands[i].command.name)) {
            return commands[i].command.value;
        }
    }
    return number(p, UINT8_MAX);
}

// What follows the key within the parentheses, or NULL. The key is in upper or lower case.
static const char *field(const char *p, const char *end, const char *key) {
    size_t n = strlen(key);

    for (; p + n < end; p++) {
        if (strncasecmp(p, key, n) == 0 && !isalpha((unsigned char)p[-1])) {
            return p + n;
        }
    }
    return NULL;
}

// The beginning of the fields, behind the parenthesis, or NULL. *ret_op: of a request; -1: of a
// response.
static const char *find_head(const char *line, int *ret_op) {
    static const struct {
        const char *text;
        int op;
    } heads[] = {{"Sending read command (", TN_SMP_READ}, {"Sending write command (", TN_SMP_WRITE},
            {"Response (", -1}};

    for (size_t i = 0; i < TN_LEN(heads); i++) {
        const char *p = strstr(line, heads[i].text);
        if (p) {
            *ret_op = heads[i].op;
            return p + strlen(heads[i].text);
        }
    }
    return NULL;
}

static size_t put_packet(
        const struct tn_smp_hdr *fields, const char *body, uint8_t *out, size_t size) {
    struct tn_smp_hdr h = *fields;
    struct tn_cbor_out cbor;
    size_t room = size - TN_SMP_HDR_LEN;

    tn_cbor_out_init(&cbor, out + TN_SMP_HDR_LEN, room < UINT16_MAX ? room : UINT16_MAX);
    body += strspn(body, " ");
    if (*body == '{' || *body == '[') {
        tn_explain_json_body(&cbor, body);
    } else {
        tn_cbor_open_map(&cbor);
        tn_cbor_close(&cbor);
    }
    h.len = (uint16_t)cbor.len;
    tn_smp_hdr_put(out, &h);
    return TN_SMP_HDR_LEN + cbor.len;
}

size_t tn_explain_ios_packet(const char *line, uint8_t ops[256], uint8_t *out, size_t size) {
    int op = 0;
    const char *head = find_head(line, &op);
    const char *end = head ? strstr(head, "): ") : NULL;

    if (!end) {
        return 0;
    }
    const char *group_text = field(head, end, "group: ");
    const char *id_text = field(head, end, "ID: ");
    id_text = id_text ? id_text : field(head, end, "command: ");
    const char *seq_text = field(head, end, "seq: ");
    long group = group_text ? group_of(group_text) : -1;
    long id = id_text ? command_of(group, id_text) : -1;
    long seq = seq_text ? number(seq_text, UINT8_MAX) : 0;
    if (group < 0 || id < 0 || seq < 0) {
        return 0;
    }
    if (op >= 0) {
        ops[seq] = (uint8_t)op;
    }
    const struct tn_smp_hdr h = {.version = field(head, end, "SMPv1") ? 0 : 1,
            .op = (uint8_t)(op >= 0 ? op : ops[seq] | 1),
            .group = (uint16_t)group,
            .seq = (uint8_t)seq,
            .id = (uint8_t)id};
    return put_packet(&h, end + strlen("): "), out, size);
}
