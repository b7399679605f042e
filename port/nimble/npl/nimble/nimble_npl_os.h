// SPDX-License-Identifier: Apache-2.0
// The types of npl.c, for NimBLE's nimble_npl.h, which includes this file.
#ifndef TN_PORT_NIMBLE_NPL_OS_H
#define TN_PORT_NIMBLE_NPL_OS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BLE_NPL_OS_ALIGNMENT 4
#define BLE_NPL_TIME_FOREVER UINT32_MAX

typedef uint32_t ble_npl_time_t;  // milliseconds
typedef int32_t ble_npl_stime_t;

struct ble_npl_event {
    struct ble_npl_event *next;
    ble_npl_event_fn *fn;
    void *arg;
    bool is_queued;
};

struct ble_npl_eventq {
    struct ble_npl_event *first;
};

struct ble_npl_callout {
    struct ble_npl_callout *next;
    struct ble_npl_event event;
    struct ble_npl_eventq *queue;
    ble_npl_time_t at;
    bool is_active;
};

struct ble_npl_mutex {
    uint16_t depth;
};

struct ble_npl_sem {
    uint16_t tokens;
};

#endif
