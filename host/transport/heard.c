// SPDX-License-Identifier: Apache-2.0
// Looks at content only: no list of prompts or of logs that somebody has seen.
#include "host/transport/heard.h"

#include <stdbool.h>
#include <string.h>

#include "host/base/text.h"

enum {
    MARKER = 2,       // bytes before the text of a console line
    OWN_TEXT = 8,     // characters of our request that nobody sends by chance
    PROMPT_MAX = 48,  // a longer last line is no prompt
    NOISE_PART = 4,   // one byte of so many that is no text: noise
};

static void append(uint8_t *to, size_t *len, size_t size, const void *bytes, size_t n) {
    size_t room = size - *len;

    n = n < room ? n : room;
    memcpy(to + *len, bytes, n);
    *len += n;
}

void tn_heard_sent(struct tn_heard *h, const void *bytes, size_t len) {
    append(h->sent, &h->sent_len, sizeof(h->sent), bytes, len);
}

void tn_heard_came(struct tn_heard *h, const void *bytes, size_t len) {
    append(h->bytes, &h->len, sizeof(h->bytes), bytes, len);
}

// ---- Kinds -----------------------------------------------------------------------------

// Shells drop the marker bytes when they echo, and a joined line does not: so the text behind the
// marker is what counts.
static bool has_own_text(const struct tn_heard *h) {
    if (h->sent_len < MARKER + OWN_TEXT) {
        return false;
    }
    for (size_t i = 0; i + OWN_TEXT <= h->len; i++) {
        if (memcmp(h->bytes + i, h->sent + MARKER, OWN_TEXT) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_noise(const struct tn_heard *h) {
    struct tn_clean clean = {0};
    size_t odd = 0;

    for (size_t i = 0; i < h->len; i++) {
        char out[TN_CLEAN_OUT];
        size_t n = tn_clean_byte(&clean, h->bytes[i], out);
        for (size_t k = 0; k < n; k++) {
            odd += out[k] == '?' && h->bytes[i] != '?';
        }
    }
    return odd * NOISE_PART > h->len;
}

// The last line has no end, and ends as prompts do: "uart:~$ ", "> ", "login: ".
static bool ends_in_prompt(const struct tn_heard *h) {
    char text[TN_HEARD_MAX + 1];

    tn_lines_copy(text, sizeof(text), (struct tn_span){h->bytes, h->len});
    const char *end = strrchr(text, '\n');
    const char *line = end ? end + 1 : text;
    size_t n = strlen(line);
    while (n && line[n - 1] == ' ') {
        n--;
    }
    return n > 0 && n <= PROMPT_MAX && strchr("$#>%:", line[n - 1]) != NULL;
}

enum tn_heard_kind tn_heard_kind(const struct tn_heard *h) {
    if (h->len == 0) {
        return TN_HEARD_NOTHING;
    }
    if (ends_in_prompt(h)) {
        return TN_HEARD_SHELL;
    }
    if (has_own_text(h)) {
        return TN_HEARD_ECHO;
    }
    return is_noise(h) ? TN_HEARD_NOISE : TN_HEARD_TEXT;
}

const char *tn_heard_words(const struct tn_heard *h) {
    static const char *const words[] = {
            [TN_HEARD_NOTHING] = "not a byte comes from it; is it the right port, has the device "
                                 "power, and does its firmware have an SMP server?",
            [TN_HEARD_ECHO] = "our own bytes come back; are its transmit and receive lines joined, "
                              "or is it a port that echoes?",
            [TN_HEARD_SHELL] = "a shell answers there; does SMP have another port, or is it left "
                               "out of this firmware?",
            [TN_HEARD_NOISE] = "what comes is no text: another speed? Give it by --baud, or try "
                               "the usual ones by --baud auto",
            [TN_HEARD_TEXT] = "text comes, but no answer: a log? Does SMP have another port, or is "
                              "it left out of this firmware? See the text by: tenon console",
    };

    return h ? words[tn_heard_kind(h)]
             : "is it the right address, and does its firmware have an SMP server?";
}
