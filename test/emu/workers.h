// SPDX-License-Identifier: Apache-2.0
// Divides work among processes, one for each core of a small machine. They add up their results in
// shared memory.
#ifndef TN_TEST_EMU_WORKERS_H
#define TN_TEST_EMU_WORKERS_H

#include <stddef.h>

enum { WORKERS = 2 };

// Runs work(worker) for worker 0 to WORKERS - 1, each in a process of its own, and waits. Worker n
// has size bytes at shared + n * size. Exits the program if one of them fails.
void run_workers(
        void (*work)(void *arg, unsigned worker, void *own), void *arg, void *shared, size_t size);

// Returns such shared memory, all 0. Exits the program if there is no memory.
void *shared_memory(size_t size);

#endif
