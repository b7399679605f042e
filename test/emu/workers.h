// SPDX-License-Identifier: Apache-2.0
// Work shared by processes, one for each core of a small machine. They add up what they find in
// memory that they share.
#ifndef TN_TEST_EMU_WORKERS_H
#define TN_TEST_EMU_WORKERS_H

#include <stddef.h>

enum { WORKERS = 2 };

// Runs work for worker 0 to WORKERS - 1, each in a process of its own, and waits. Each has size
// bytes of its own at shared + worker * size. Exits the program if one of them fails.
void run_workers(
        void (*work)(void *arg, unsigned worker, void *own), void *arg, void *shared, size_t size);

// Memory for that, all 0. Exits the program if there is none.
void *shared_memory(size_t size);

#endif
