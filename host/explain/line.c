// SPDX-License-Identifier: Apache-2.0
// Recognizes output by its shape, not by the tool: a dump has an offset in front, a value has a
// word such as "value:" in front, and anything else must look like a packet. The words around the
// digits show the direction.
//
// The shapes come from logs that users posted: DevZone 104511 and
// Android-nRF-Connect-Device-Manager#156 and #202 (nRF Connect), mynewt-mcumgr#167, mynewt-core#198
// and zephyr#44219 (mcumgr, newtmgr), and from btmon, xxd, hexdump -C and od.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/hex.h"
#include "host/explain/explain_priv.h"

enum {
    DIGITS_ALONE = 8,  // least bytes of a line that no word explains: a header
    DUMP_BYTES = 256,  // bytes of one line
};

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

// Counts hex digits from p on.
static size_t digits_at(const char *p) {
    size_t n = 0;
    while (tn_hex_digit(p[n]) >= 0) {
        n++;
    }
    return n;
}

// ---- Words -----------------------------------------------------------------------------

static const struct {
    const char *word;
    enum way way;
} way_words[] = {
        {"tx", WAY_SENT},
        {"sent", WAY_SENT},
        {"sending", WAY_SENT},
        {"send", WAY_SENT},
        {"written", WAY_SENT},
        {"writing", WAY_SENT},
        {"writecharacteristic", WAY_SENT},
        {"setvalue", WAY_SENT},
        {"outgoing", WAY_SENT},
        {"rx", WAY_RECEIVED},
        {"received", WAY_RECEIVED},
        {"notification", WAY_RECEIVED},
        {"incoming", WAY_RECEIVED},
        {"reading", WAY_RECEIVED},
};

static bool is_word(const char *p, size_t n, const char *word) {
    for (size_t i = 0; i < n; i++) {
        if (tolower((unsigned char)p[i]) != word[i]) {
            return false;  // also if the word ends here
        }
    }
    return word[n] == 0;
}

// The first word of the line that names a direction; arrows count too.
static enum way way_of(const char *line, size_t len) {
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && is_word_char(line[i + n])) {
            n++;
        }
        for (size_t k = 0; n && k < TN_LEN(way_words); k++) {
            if (is_word(line + i, n, way_words[k].word)) {
                return way_words[k].way;
            }
        }
        if (!n && i + 2 < len && line[i + 2] == ' ' && strchr("->=", line[i + 1])) {
            if (line[i + 1] == '>' && strchr("-=>", line[i])) {
                return WAY_SENT;
            }
            if (line[i] == '<' && strchr("-=", line[i + 1])) {
                return WAY_RECEIVED;
            }
        }
        i += n ? n : 1;
    }
    return WAY_UNKNOWN;
}

// Equal for lines that differ only in numbers: hashes the letters that are not hex digits.
static uint32_t form_of(const char *line, size_t len) {
    uint32_t h = 2166136261u;  // FNV-1a

    for (size_t i = 0; i < len; i++) {
        if (isalpha((unsigned char)line[i]) && tn_hex_digit(line[i]) < 0) {
            h = (h ^ (uint8_t)line[i]) * 16777619u;
        }
    }
    return h;
}

// "08:47:43.883", or btmon's seconds behind "[hci0] ".
static void note_time(struct lines *l, const char *line, size_t len) {
    for (size_t i = 0; i + 8 <= len; i++) {
        const char *p = line + i;
        size_t n = strspn(p, "0123456789:.,");
        if (n >= 8 && p[2] == ':' && p[5] == ':' && (i == 0 || !is_word_char(p[-1]))) {
            snprintf(l->time, sizeof(l->time), "%.*s", n < 15 ? (int)n : 15, p);
            return;
        }
        i += n;
    }
    const char *hci = strstr(line, "[hci");
    const char *end = hci ? strchr(hci, ']') : NULL;
    if (end && end[1] == ' ') {
        size_t n = strspn(end + 2, "0123456789.");
        snprintf(l->time, sizeof(l->time), "%.*s", n < 15 ? (int)n : 15, end + 2);
    }
}

void tn_explain_lines_time(struct lines *l, const char *line, size_t len) {
    note_time(l, line, len);
}

// A line without bytes describes the dumps below it.
static void note_heading(struct lines *l, const char *line, size_t len) {
    const char *att = strstr(line, "ATT: ");
    enum way way = way_of(line, len);

    l->in_dump = false;
    if (att) {
        l->muted = !strstr(att, "Write Command") && !strstr(att, "Write Request") &&
                !strstr(att, "Handle Value");
        return;
    }
    if (strncmp(line, "< ", 2) == 0 || strncmp(line, "> ", 2) == 0 || strncmp(line, "@ ", 2) == 0) {
        l->muted = !strstr(line, "ACL Data");  // btmon: HCI commands and events have data too
    }
    l->form = form_of(line, len);
    l->way = way ? way : l->way;
}

// ---- Dumps -----------------------------------------------------------------------------

// Bytes behind an offset: pairs of digits. If colon is true (xxd), groups have up to 8 digits. Two
// blanks end the bytes in xxd's output, and stand in the middle of hexdump's.
static size_t dump_bytes(const char *p, bool colon, uint8_t *out) {
    size_t n = 0;

    for (;;) {
        size_t blanks = strspn(p, " \t");
        size_t d = digits_at(p + blanks);
        bool ends = blanks == 0 || (colon && n && blanks > 1) || blanks > 3;
        if (ends || d == 0 || d % 2 || d > (colon ? 8u : 2u) || is_word_char(p[blanks + d]) ||
                n + d / 2 > DUMP_BYTES) {
            return n;
        }
        p += blanks;
        for (size_t i = 0; i < d; i += 2) {
            out[n++] = (uint8_t)(tn_hex_digit(p[i]) << 4 | tn_hex_digit(p[i + 1]));
        }
        p += d;
    }
}

// An offset at p of 4 or 6 to 8 digits, and bytes behind it. *ret_offset: is there an offset?
static size_t dump_at(const char *p, uint8_t *out, bool *ret_offset) {
    size_t d = digits_at(p);

    *ret_offset = (d >= 6 && d <= 8 && (p[d] == ':' || p[d] == ' ' || p[d] == 0)) ||
            (d == 4 && p[d] == ' ' && p[d + 1] == ' ');  // Wireshark
    if (!*ret_offset || p[d] == 0) {
        return 0;
    }
    bool colon = p[d] == ':';
    return dump_bytes(p + d + colon, colon, out);
}

// Searches for an offset at the line's beginning, or behind a colon and a blank (mcumgr's "Tx NMP
// request: 00000000  08 00"). Returns the bytes; *ret_from is where the dump begins.
static size_t find_dump(struct lines *l, const char *line, size_t len, size_t *ret_from) {
    bool offset;
    size_t at = strspn(line, " \t");
    size_t n = dump_at(line + at, l->bytes, &offset);

    if (offset && !n && l->in_dump && !line[at + digits_at(line + at)]) {
        *ret_from = len;  // an offset alone ends a dump
        return 0;
    }
    for (const char *p = line; !n && (p = strstr(p, ": ")) != NULL; p += 2) {
        at = (size_t)(p - line) + 2;
        n = dump_at(p + 2, l->bytes, &offset);
    }
    *ret_from = n ? at : 0;
    return n;
}

// ---- Runs of digits --------------------------------------------------------------------

struct run {
    const char *p;  // the first digit
    const char *end;
    size_t len;      // bytes
    char separator;  // between bytes; 0: none
};

// One run at p: groups of digits with one separator. With a separator of - : or , each group is a
// single byte, so that a UUID or a date is not a run.
static struct run run_at(const char *p) {
    struct run r = {.p = p, .end = p};

    for (;;) {
        size_t prefix = p[0] == '0' && (p[1] == 'x' || p[1] == 'X') ? 2 : 0;
        size_t d = digits_at(p + prefix);
        bool alone = r.separator && r.separator != ' ';
        if (d == 0 || d % 2 || is_word_char(p[prefix + d]) || (alone && d != 2)) {
            return r;
        }
        r.len += d / 2;
        p += prefix + d;
        r.end = p;
        char c = *p;
        if (!c || !strchr(" -:,", c) || (r.separator && c != r.separator) ||
                (c != ' ' && r.len > 1 && !r.separator)) {
            return r;
        }
        r.separator = c;
        p += (c == ',' || (c == ' ' && d == 2)) && p[1] == ' ' ? 2 : 1;
    }
}

// True outside of a dump's column of characters, which stands between bars at the line's end.
static struct run longest_run(const char *line, size_t len) {
    struct run best = {.len = 0};
    const char *bar = len && line[len - 1] == '|' ? strchr(line, '|') : NULL;
    const char *end = bar ? bar : line + len;

    for (const char *p = line; p < end && *p;) {
        if (tn_hex_digit(*p) < 0 ||
                (p > line && is_word_char(p[-1]) && !(p[-1] == 'x' && p > line + 1))) {
            p++;
            continue;
        }
        struct run r = run_at(p);
        best = r.len > best.len ? r : best;
        p = r.len ? r.end : p + digits_at(p) + 1;
        if (p[-1] == 0) {
            break;
        }
    }
    return best;
}

static size_t run_bytes(const struct run *r, uint8_t *out, size_t size) {
    size_t n = 0;

    for (const char *p = r->p; p < r->end && n < size;) {
        if (p[0] == '0' && p + 1 < r->end && (p[1] == 'x' || p[1] == 'X')) {
            p += 2;
        } else if (tn_hex_digit(p[0]) < 0) {
            p++;
        } else {
            out[n++] = (uint8_t)(tn_hex_digit(p[0]) << 4 | tn_hex_digit(p[1]));
            p += 2;
        }
    }
    return n;
}

// Does the text in front of the digits show that they are a value?
static bool ends_with_marker(const char *line, const char *p) {
    static const char *const markers[] = {
            "(0x) ", "value=0x", "value=", "value: ", "setValue(0x", "setValue(", "Data: ", "]: "};

    for (size_t i = 0; i < TN_LEN(markers); i++) {
        size_t n = strlen(markers[i]);
        if ((size_t)(p - line) >= n && memcmp(p - n, markers[i], n) == 0) {
            return true;
        }
    }
    return false;
}

// tenon's own: "  ->   10  0000000200010000 bfff", where "..." means that more follows.
static const char *own_trace(const char *line) {
    const char *p = line + strspn(line, " ");

    if (strncmp(p, "->", 2) != 0 && strncmp(p, "<-", 2) != 0) {
        return NULL;
    }
    p += 2;
    p += strspn(p, " ");
    size_t n = strspn(p, "0123456789");
    return n && p[n] == ' ' && p[n + 1] == ' ' ? p + n + 2 : NULL;
}

// ---- Console lines ---------------------------------------------------------------------

// A marker as two bytes, or in quotes as Python prints it. Returns what follows it.
static const char *find_marker(const char *line, size_t len, uint8_t ret[2]) {
    static const struct {
        const char *text;
        uint8_t len;
        uint8_t marker[2];
    } forms[] = {
            {"\x06\x09", 2, {0x06, 0x09}},
            {"\x04\x14", 2, {0x04, 0x14}},
            {"\\x06\\t", 6, {0x06, 0x09}},
            {"\\x06\\x09", 8, {0x06, 0x09}},
            {"\\x04\\x14", 8, {0x04, 0x14}},
    };

    for (size_t i = 0; i < len; i++) {
        i += strcspn(line + i, "\x06\x04\\");
        for (size_t k = 0; i < len && k < TN_LEN(forms); k++) {
            if (len - i >= forms[k].len && memcmp(line + i, forms[k].text, forms[k].len) == 0) {
                memcpy(ret, forms[k].marker, 2);
                return line + i + forms[k].len;
            }
        }
    }
    return NULL;
}

static bool console_line(struct lines *l, const char *line, size_t len, struct piece *ret) {
    const char *p = find_marker(line, len, l->bytes);
    size_t n = 2;

    if (!p) {
        return false;
    }
    ret->way = way_of(line, (size_t)(p - line));
    ret->form = form_of(line, (size_t)(p - line));
    ret->is_console = true;
    for (; p < line + len && n < PIECE_MAX - 1; p++) {
        if (!isalnum((unsigned char)*p) && !strchr("+/=", *p ? *p : ' ')) {
            break;
        }
        l->bytes[n++] = (uint8_t)*p;
    }
    l->bytes[n++] = '\n';
    ret->p = l->bytes;
    ret->len = n;
    return true;
}

// ----------------------------------------------------------------------------------------

// Fills in what the words around the digits show.
static void around(
        struct lines *l, const char *line, size_t from, size_t to, size_t len, struct piece *ret) {
    enum way before = way_of(line, from);
    enum way behind = to < len ? way_of(line + to, len - to) : WAY_UNKNOWN;

    ret->way = before ? before : behind ? behind : l->way;
    ret->form = form_of(line, from) ^ (to < len ? form_of(line + to, len - to) : 0);
    ret->is_cut = to < len && strncmp(line + to, "...", 3) == 0;
}

// smpclient prints what it decoded from console lines: the length of what follows, the packet, and
// its CRC-16; of a response of several lines only the first. The two lengths have to agree. Source:
// smp 4.2.0 (PyPI), smp/packet.py, "Response length_and_frame".
static void strip_frame(struct piece *p) {
    enum { LENGTH = 2, CRC = 2 };

    if (p->len < LENGTH + TN_SMP_HDR_LEN) {
        return;
    }
    size_t body = tn_get_be16(p->p + LENGTH + 2);
    size_t whole = LENGTH + TN_SMP_HDR_LEN + body + CRC;
    if (tn_get_be16(p->p) != whole - LENGTH || p->len > whole) {
        return;
    }
    p->is_weak = false;
    p->is_cut = p->len < whole - CRC;
    p->p += LENGTH;
    p->len = p->is_cut ? p->len - LENGTH : TN_SMP_HDR_LEN + body;
}

static bool take_literal(struct lines *l, const char *line, size_t len, struct piece *ret) {
    struct literal lit;

    if (!tn_explain_literal(line, len, l->bytes, PIECE_MAX, &lit)) {
        return false;
    }
    around(l, line, lit.from, lit.to, len, ret);
    // A program prints other bytes too: behind a name, or without a word that says where they go.
    // newtmgr prints the bytes of a frame as a dump, and again as lists.
    bool alone = strspn(line, " \t[(") >= lit.from;
    bool named = lit.from && line[lit.from - 1] == '=';
    ret->is_weak = named || (!alone && (lit.is_list || ret->way == WAY_UNKNOWN));
    ret->is_console = lit.is_console;
    ret->p = l->bytes;
    ret->len = lit.n;
    strip_frame(ret);
    return true;
}

static bool take_run(struct lines *l, const char *line, size_t len, struct piece *ret) {
    const char *own = own_trace(line);
    struct run r = own ? run_at(own) : longest_run(line, len);

    if (r.len == 0 || r.len > PIECE_MAX) {
        return false;
    }
    const char *first = r.p - (r.p - line >= 2 && r.p[-1] == 'x' ? 2 : 0);
    size_t from = (size_t)(first - line);
    size_t to = (size_t)(r.end - line);
    size_t rest = to + strspn(line + to, " \t\"'");
    bool alone = strspn(line, " \t\"'") >= from && (rest == len || line[rest] == '|');
    bool named = own || ends_with_marker(line, r.p) || ends_with_marker(line, first);
    if ((!alone && !named && r.len < DIGITS_ALONE) || strstr(line, "descriptor.")) {
        return false;
    }
    around(l, line, own ? (size_t)(own - line) : from, to, len, ret);
    if (alone && !own) {
        ret->form = l->form;  // digits alone have the form of the line above them
    }
    ret->is_weak = !alone && !named;
    ret->p = l->bytes;
    ret->len = run_bytes(&r, l->bytes, PIECE_MAX);
    return true;
}

bool tn_explain_lines_take(struct lines *l, const char *line, size_t len, struct piece *ret) {
    size_t from = 0;

    *ret = (struct piece){.way = WAY_UNKNOWN};
    if (take_literal(l, line, len, ret)) {
        note_time(l, line, len);
        return !l->muted;
    }
    *ret = (struct piece){.way = WAY_UNKNOWN};
    if (console_line(l, line, len, ret)) {
        note_time(l, line, len);
        return true;
    }
    size_t n = find_dump(l, line, len, &from);
    if (n == 0 && from == len && len) {
        return false;
    }
    if (n) {
        if (from > strspn(line, " \t")) {  // the heading of the dump is in the same line
            note_time(l, line, from);
            note_heading(l, line, from);
        }
        l->in_dump = true;
        ret->way = l->way;
        ret->form = l->form;
        ret->p = l->bytes;
        ret->len = n;
        return !l->muted;
    }
    if (take_run(l, line, len, ret)) {
        note_time(l, line, len);
        return !l->muted;
    }
    note_time(l, line, len);
    note_heading(l, line, len);
    return false;
}
