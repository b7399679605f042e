// SPDX-License-Identifier: Apache-2.0
// Declarations of Zephyr's API for a check of syntax and types (Zephyr, Kernel Services: threads,
// mutexes, semaphores).
#ifndef TN_TEST_KERNEL_H
#define TN_TEST_KERNEL_H

#include <stddef.h>

struct k_mutex {
    int unused;
};
struct k_sem {
    int unused;
};
typedef struct {
    int ticks;
} k_timeout_t;

#define K_FOREVER ((k_timeout_t){-1})
#define K_MSEC(ms) ((k_timeout_t){ms})
#define K_MUTEX_DEFINE(name) struct k_mutex name
#define K_SEM_DEFINE(name, initial, limit) struct k_sem name = {(initial)*0 * (limit)}
#define K_LOWEST_APPLICATION_THREAD_PRIO 14
#define K_THREAD_DEFINE(name, stack, entry, p1, p2, p3, prio, options, delay)                      \
    void (*const name##_entry)(void *, void *, void *) = (entry)

int k_mutex_lock(struct k_mutex *mutex, k_timeout_t timeout);
int k_mutex_unlock(struct k_mutex *mutex);
int k_sem_take(struct k_sem *sem, k_timeout_t timeout);
void k_sem_give(struct k_sem *sem);

#endif
