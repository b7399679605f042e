// SPDX-License-Identifier: Apache-2.0
// Logs without packets: error codes alone, as apps show them to their users, and the prompt of a
// shell, which answers where an SMP server was expected.
//
// Sources: Flutter-nRF-Connect-Device-Manager#98 ("McuMgr Error: 25 (Group: 1)"); mynewt-mcumgr-cli
// ("Error: 8"); Zephyr's log ("rc: 8"); Zephyr docs, Shell ("uart:~$").
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"
#include "host/base/smp_words.h"
#include "host/explain/explain_priv.h"

enum { LAST_COMMON = 14 };  // the largest code that all groups share

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

// Finds the word, which is in lower case, in the line, in upper or lower case. Returns what follows
// it, or NULL.
static const char *find_word(const char *line, const char *word) {
    size_t n = strlen(word);

    for (const char *p = line; *p; p++) {
        bool may_be = tolower((unsigned char)*p) == word[0];
        if (may_be && (p == line || !is_word_char(p[-1])) && strncasecmp(p, word, n) == 0 &&
                !is_word_char(p[n])) {
            return p + n;
        }
    }
    return NULL;
}

// The number behind "word: ", "word=", "word\": " or, with blank, "word ". -1 if there is none.
static long number_behind(const char *p, bool blank) {
    if (!p) {
        return -1;
    }
    size_t n = strspn(p, "\":= '");
    if (!blank && !memchr(p, ':', n) && !memchr(p, '=', n)) {
        return -1;
    }
    p += n;
    char *end;
    long v = isdigit((unsigned char)*p) ? strtol(p, &end, 10) : -1;
    return v >= 0 && v <= UINT16_MAX && !is_word_char(*end) ? v : -1;
}

// "Error" counts if the line names the protocol too, or begins with it, as mcumgr prints it.
static long error_code(const char *line) {
    static const char *const names[] = {"mcumgr", "mcu mgr", "smp", "nmp"};
    const char *error = find_word(line, "error");
    bool named = strncasecmp(line, "error", 5) == 0;

    for (size_t i = 0; i < TN_LEN(names); i++) {
        named = named || find_word(line, names[i]) != NULL;
    }
    return named ? number_behind(error, true) : -1;
}

static void note_code(struct facts *f, int32_t group, int32_t rc) {
    for (unsigned i = 0; i < f->ncodes; i++) {
        if (f->codes[i].group == group && f->codes[i].rc == rc) {
            f->codes[i].times++;
            return;
        }
    }
    if (f->ncodes < CODES) {
        f->codes[f->ncodes++] = (struct code){group, rc, 1};
    }
}

// Letters, digits and a few signs, then '$', '>' or '#'. ":~$" is Zephyr's; a word may follow it,
// since a shell repeats what was sent to it.
static bool is_prompt(const char *line, size_t len) {
    enum { LONGEST = 40 };
    char text[LONGEST + 1];
    size_t n = 0;
    bool has_letter = false;

    for (size_t i = 0; i < len && n < LONGEST; i++) {
        if (line[i] == 0x1b && i + 1 < len && line[i + 1] == '[') {  // ESC [ numbers letter
            i += 2;
            while (i < len && !isalpha((unsigned char)line[i])) {
                i++;
            }
        } else if (line[i] != '\r' && (n || line[i] != ' ')) {
            text[n++] = line[i];
        }
    }
    while (n && text[n - 1] == ' ') {
        n--;
    }
    text[n] = 0;
    size_t word =
            strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.@/");
    for (size_t i = 0; i < word; i++) {
        has_letter = has_letter || isalpha((unsigned char)text[i]);
    }
    const char *rest = text + word;
    if (!has_letter) {
        return false;
    }
    if (strncmp(rest, ":~$", 3) == 0) {
        return true;
    }
    rest += strspn(rest, ":~ /");
    return rest[0] && rest[1] == 0 && strchr("$>#", rest[0]) && n < LONGEST;
}

void tn_explain_codes_take(struct facts *f, const char *line, size_t len) {
    long rc = number_behind(find_word(line, "rc"), false);
    long group = number_behind(find_word(line, "group"), true);

    rc = rc >= 0 ? rc : error_code(line);
    if (rc >= 0) {
        note_code(f, (int32_t)group, (int32_t)rc);
    }
    f->prompts += is_prompt(line, len);
}

void tn_explain_codes_verdict(struct facts *f) {
    for (unsigned i = 0; i < f->ncodes; i++) {
        struct code *c = &f->codes[i];
        const struct tn_smp_code_words *w = tn_smp_code_words(c->group, c->rc);
        enum tn_finding_kind kind = c->rc ? TN_FINDING_FAULT : TN_FINDING_NOTE;
        char buf[48];
        const struct tn_smp_hdr h = {.group = (uint16_t)c->group};
        if (c->group >= 0) {
            tn_explain_facts_add(f, kind, "code", 0, w->fix, "error %d of group %d (%s): %s",
                    (int)c->rc, (int)c->group, tn_explain_words_names(&h, buf, sizeof(buf)).group,
                    w->meaning);
        } else if (c->rc <= LAST_COMMON) {
            tn_explain_facts_add(
                    f, kind, "code", 0, w->fix, "error %d: %s", (int)c->rc, w->meaning);
        } else {
            w = tn_smp_code_words(TN_SMP_IMAGE, c->rc);
            tn_explain_facts_add(f, kind, "code", 0, w->fix,
                    "error %d belongs to a group that this text does not name; of the group image "
                    "it means: %s",
                    (int)c->rc, w->meaning);
        }
    }
}
