// SPDX-License-Identifier: Apache-2.0
// What the tests of explain share: a function to write a log, and explain's results.
#ifndef TN_TEST_EXPLAIN_LOG_H
#define TN_TEST_EXPLAIN_LOG_H

#include "host/explain/explain.h"
#include "test.h"

enum { MAX_PACKETS = 32, MAX_PACKET = 600, MAX_TEXT = 60000 };

// The results of the last call of explain.
struct result {
    size_t npackets;
    uint8_t bytes[MAX_PACKETS][MAX_PACKET];
    struct tn_explained packets[MAX_PACKETS];  // their pointers are no longer valid
    char text[20000];                          // the texts of all packets, a line each
    char findings[20000];                      // "kind id packet: what -> advice"
    struct tn_verdict verdict;
    char summary[400], next[400];
};

extern struct result got;

// Feeds the log in pieces of step bytes; at once; a text.
void explain_by(const void *log, size_t len, size_t step);
void explain(const void *log, size_t len);
void explain_text(const char *log);

// Checks; a failed one prints the results.
void has(const char *all, const char *part);
void lacks(const char *all, const char *part);

// A log to write to.
extern char log_text[MAX_TEXT];
void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
void add_hex(const uint8_t *p, size_t len, const char *separator, const char *format);

#endif
