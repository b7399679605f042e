// SPDX-License-Identifier: Apache-2.0
// What the tests of explain share: a log that is being written, and what explain made of it.
#ifndef TN_TEST_EXPLAIN_LOG_H
#define TN_TEST_EXPLAIN_LOG_H

#include "host/explain/explain.h"
#include "test.h"

enum { MAX_PACKETS = 32, MAX_PACKET = 600, MAX_TEXT = 60000 };

// What the last call of explain told.
struct result {
    size_t npackets;
    uint8_t bytes[MAX_PACKETS][MAX_PACKET];
    struct tn_explained packets[MAX_PACKETS];  // their pointers are gone
    char text[20000];                          // of all packets, a line each
    char findings[20000];                      // "kind id packet: what -> advice"
    struct tn_verdict verdict;
    char summary[400], next[400];
};

extern struct result got;

// In pieces of step bytes; at once; a text.
void explain_by(const void *log, size_t len, size_t step);
void explain(const void *log, size_t len);
void explain_text(const char *log);

// Failing checks show what there was.
void has(const char *all, const char *part);
void lacks(const char *all, const char *part);

// A log that is being written.
extern char log_text[MAX_TEXT];
void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
void add_hex(const uint8_t *p, size_t len, const char *separator, const char *format);

#endif
