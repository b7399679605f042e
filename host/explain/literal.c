// SPDX-License-Identifier: Apache-2.0
// Bytes that a program printed as it writes them in its own language: Python's b'\x06\tAA', and
// lists of decimal numbers, [6, 9, 65] or 6 9 65. Java's bytes are signed: -65 is 0xbf.
//
// Sources: Python Language Reference 2.4.1, "String and Bytes literals"; java.util.Arrays.toString.
#include <ctype.h>
#include <string.h>

#include "host/base/hex.h"
#include "host/explain/explain_priv.h"

enum {
    LIST_MIN = 8,     // numbers that make a list: a header
    CONSOLE_MIN = 6,  // the same for a console line: its marker, and four characters
};

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

// ---- Python ----------------------------------------------------------------------------

// Decodes the escape at p, behind its backslash. Returns the characters read, 0 for none.
static size_t escape(const char *p, const char *end, uint8_t *ret) {
    static const char names[] = "tnr\\'\"";
    static const char values[] = "\t\n\r\\'\"";
    const char *at = p < end && *p ? strchr(names, *p) : NULL;

    if (at) {
        *ret = (uint8_t)values[at - names];
        return 1;
    }
    if (end - p < 3 || *p != 'x' || tn_hex_digit(p[1]) < 0 || tn_hex_digit(p[2]) < 0) {
        return 0;
    }
    *ret = (uint8_t)(tn_hex_digit(p[1]) << 4 | tn_hex_digit(p[2]));
    return 3;
}

// Decodes from behind the opening quote. Returns the closing one, or NULL if this is no literal.
static const char *decode(
        const char *p, const char *end, char quote, uint8_t *out, size_t size, size_t *ret_n) {
    size_t n = 0;

    while (p < end && *p != quote && n < size) {
        size_t used = 1;
        if (*p == '\\') {
            used += escape(p + 1, end, &out[n]);
            if (used == 1) {
                return NULL;
            }
        } else if (*p < 0x20 || *p > 0x7e) {
            return NULL;  // Python escapes these
        } else {
            out[n] = (uint8_t)*p;
        }
        n++;
        p += used;
    }
    *ret_n = n;
    return p < end && *p == quote ? p : NULL;
}

// The first literal of the line that has at least two bytes.
static bool find_python(
        const char *line, size_t len, uint8_t *out, size_t size, struct literal *ret) {
    const char *end = line + len;

    for (const char *p = line; p + 2 < end; p++) {
        bool is_start =
                p[0] == 'b' && (p[1] == '\'' || p[1] == '"') && (p == line || !is_word_char(p[-1]));
        size_t n = 0;
        const char *quote = is_start ? decode(p + 2, end, p[1], out, size, &n) : NULL;
        if (quote && n >= 2) {
            *ret = (struct literal){
                    .from = (size_t)(p - line), .to = (size_t)(quote + 1 - line), .n = n};
            return true;
        }
    }
    return false;
}

bool tn_explain_has_python(const char *line, size_t len) {
    for (size_t i = 0; i + 1 < len; i++) {
        if (line[i] == 'b' && (line[i + 1] == '\'' || line[i + 1] == '"') &&
                (i == 0 || !is_word_char(line[i - 1]))) {
            return true;
        }
    }
    return false;
}

// ---- Decimal lists ---------------------------------------------------------------------

struct list {
    size_t n;
    bool is_decimal;  // a number has one or three digits, or a sign: these cannot be hex bytes
    const char *end;
};

// Reads one number. Returns what follows it, or NULL.
static const char *number(const char *p, struct list *l, uint8_t *ret) {
    bool negative = *p == '-';
    const char *first = p + negative;
    size_t digits = strspn(first, "0123456789");
    int v = 0;

    if (digits == 0 || digits > 3 || (digits > 1 && *first == '0') || is_word_char(first[digits]) ||
            first[digits] == '.' || first[digits] == ':') {
        return NULL;
    }
    for (size_t i = 0; i < digits; i++) {
        v = v * 10 + (first[i] - '0');
    }
    if (v > (negative ? 128 : 255)) {
        return NULL;
    }
    l->is_decimal = l->is_decimal || negative || digits != 2;
    *ret = (uint8_t)(negative ? -v : v);
    return first + digits;
}

// The list at p: numbers with commas between them, or with blanks.
static struct list list_at(const char *p, uint8_t *out, size_t size) {
    struct list l = {.end = p};
    char separator = 0;

    while (l.n < size && (p = number(p, &l, &out[l.n])) != NULL) {
        l.n++;
        l.end = p;
        size_t blanks = strspn(p, " ");
        char c = p[blanks] == ',' ? ',' : blanks ? ' ' : 0;
        if (!c || (separator && c != separator)) {
            break;
        }
        separator = c;
        p += blanks + (c == ',');
        p += strspn(p, " ");
    }
    return l;
}

static bool is_marker(const uint8_t *p) {
    return (p[0] == 0x06 && p[1] == 0x09) || (p[0] == 0x04 && p[1] == 0x14);
}

static bool find_list(
        const char *line, size_t len, uint8_t *out, size_t size, struct literal *ret) {
    const char *end = line + len;

    for (const char *p = line; p < end && *p;) {
        bool is_start =
                (isdigit((unsigned char)*p) || (*p == '-' && isdigit((unsigned char)p[1]))) &&
                (p == line || (!is_word_char(p[-1]) && !strchr(".:-", p[-1])));
        struct list l = {.n = 0};
        if (is_start) {
            l = list_at(p, out, size);
        }
        if (l.is_decimal && (l.n >= LIST_MIN || (l.n >= CONSOLE_MIN && is_marker(out)))) {
            *ret = (struct literal){.from = (size_t)(p - line),
                    .to = (size_t)(l.end - line),
                    .n = l.n,
                    .is_list = true};
            return true;
        }
        p = l.n ? l.end : p + 1;
    }
    return false;
}

bool tn_explain_literal(
        const char *line, size_t len, uint8_t *out, size_t size, struct literal *ret) {
    if (!find_python(line, len, out, size, ret) && !find_list(line, len, out, size, ret)) {
        return false;
    }
    ret->is_console = is_marker(out);
    return true;
}
