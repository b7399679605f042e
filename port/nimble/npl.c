// SPDX-License-Identifier: Apache-2.0
// Source: NimBLE 1.3.0, nimble/include/nimble/nimble_npl.h, whose functions these are.
#include "npl.h"

#include "nimble/nimble_npl.h"
#include "nimble/nimble_port.h"

static const struct tn_npl *npl;
static struct ble_npl_callout *callouts;  // the active ones
static unsigned critical;

void tn_npl_begin(const struct tn_npl *n) {
    npl = n;
    callouts = NULL;
    critical = 0;
}

bool ble_npl_os_started(void) {
    return true;
}

void *ble_npl_get_current_task_id(void) {
    return &callouts;
}

// ---- Critical sections -------------------------------------------------------------------

uint32_t ble_npl_hw_enter_critical(void) {
    uint32_t before = npl->enter_critical ? npl->enter_critical() : 0;

    critical++;
    return before;
}

void ble_npl_hw_exit_critical(uint32_t before) {
    critical--;
    if (npl->exit_critical) {
        npl->exit_critical(before);
    }
}

bool ble_npl_hw_is_in_critical(void) {
    return critical > 0;
}

// ---- Events ------------------------------------------------------------------------------

void ble_npl_eventq_init(struct ble_npl_eventq *q) {
    q->first = NULL;
}

void ble_npl_eventq_put(struct ble_npl_eventq *q, struct ble_npl_event *ev) {
    uint32_t before = ble_npl_hw_enter_critical();

    if (!ev->is_queued) {
        struct ble_npl_event **at = &q->first;
        while (*at) {
            at = &(*at)->next;
        }
        ev->next = NULL;
        ev->is_queued = true;
        *at = ev;
    }
    ble_npl_hw_exit_critical(before);
}

void ble_npl_eventq_remove(struct ble_npl_eventq *q, struct ble_npl_event *ev) {
    uint32_t before = ble_npl_hw_enter_critical();

    for (struct ble_npl_event **at = &q->first; *at; at = &(*at)->next) {
        if (*at == ev) {
            *at = ev->next;
            break;
        }
    }
    ev->is_queued = false;
    ble_npl_hw_exit_critical(before);
}

// Never waits, whatever the timeout: there is no other task.
struct ble_npl_event *ble_npl_eventq_get(struct ble_npl_eventq *q, ble_npl_time_t timeout) {
    struct ble_npl_event *ev = q->first;

    (void)timeout;
    if (ev) {
        ble_npl_eventq_remove(q, ev);
    }
    return ev;
}

bool ble_npl_eventq_is_empty(struct ble_npl_eventq *q) {
    return !q->first;
}

void ble_npl_event_init(struct ble_npl_event *ev, ble_npl_event_fn *fn, void *arg) {
    *ev = (struct ble_npl_event){.fn = fn, .arg = arg};
}

bool ble_npl_event_is_queued(struct ble_npl_event *ev) {
    return ev->is_queued;
}

void *ble_npl_event_get_arg(struct ble_npl_event *ev) {
    return ev->arg;
}

void ble_npl_event_set_arg(struct ble_npl_event *ev, void *arg) {
    ev->arg = arg;
}

void ble_npl_event_run(struct ble_npl_event *ev) {
    ev->fn(ev);
}

// ---- Mutexes and semaphores --------------------------------------------------------------

// One task never waits for itself: NimBLE's mutexes may be taken again by their owner.
ble_npl_error_t ble_npl_mutex_init(struct ble_npl_mutex *mu) {
    mu->depth = 0;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_mutex_pend(struct ble_npl_mutex *mu, ble_npl_time_t timeout) {
    (void)timeout;
    mu->depth++;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_mutex_release(struct ble_npl_mutex *mu) {
    if (!mu->depth) {
        return BLE_NPL_BAD_MUTEX;
    }
    mu->depth--;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_sem_init(struct ble_npl_sem *sem, uint16_t tokens) {
    sem->tokens = tokens;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_sem_pend(struct ble_npl_sem *sem, ble_npl_time_t timeout) {
    uint32_t start = npl->now_ms();

    while (!sem->tokens) {
        if (npl->now_ms() - start >= timeout) {
            return BLE_NPL_TIMEOUT;
        }
        npl->wait();
    }
    sem->tokens--;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_sem_release(struct ble_npl_sem *sem) {
    sem->tokens++;
    return BLE_NPL_OK;
}

uint16_t ble_npl_sem_get_count(struct ble_npl_sem *sem) {
    return sem->tokens;
}

// ---- Callouts ----------------------------------------------------------------------------

void ble_npl_callout_init(
        struct ble_npl_callout *co, struct ble_npl_eventq *q, ble_npl_event_fn *fn, void *arg) {
    *co = (struct ble_npl_callout){.queue = q, .event = {.fn = fn, .arg = arg}};
}

static void take_out(struct ble_npl_callout *co) {
    for (struct ble_npl_callout **at = &callouts; *at; at = &(*at)->next) {
        if (*at == co) {
            *at = co->next;
            break;
        }
    }
    co->is_active = false;
}

ble_npl_error_t ble_npl_callout_reset(struct ble_npl_callout *co, ble_npl_time_t ticks) {
    uint32_t before = ble_npl_hw_enter_critical();

    if (co->is_active) {
        take_out(co);
    }
    co->at = npl->now_ms() + ticks;
    co->next = callouts;
    co->is_active = true;
    callouts = co;
    ble_npl_hw_exit_critical(before);
    return BLE_NPL_OK;
}

void ble_npl_callout_stop(struct ble_npl_callout *co) {
    uint32_t before = ble_npl_hw_enter_critical();

    take_out(co);
    ble_npl_hw_exit_critical(before);
    if (co->queue && co->event.is_queued) {
        ble_npl_eventq_remove(co->queue, &co->event);
    }
}

bool ble_npl_callout_is_active(struct ble_npl_callout *co) {
    return co->is_active;
}

ble_npl_time_t ble_npl_callout_get_ticks(struct ble_npl_callout *co) {
    return co->at;
}

ble_npl_time_t ble_npl_callout_remaining_ticks(struct ble_npl_callout *co, ble_npl_time_t time) {
    return (int32_t)(co->at - time) > 0 ? co->at - time : 0;
}

void ble_npl_callout_set_arg(struct ble_npl_callout *co, void *arg) {
    co->event.arg = arg;
}

// Queues the event of each callout whose time has come.
static void run_callouts(void) {
    uint32_t now = npl->now_ms();

    for (struct ble_npl_callout *co = callouts, *next; co; co = next) {
        next = co->next;
        if ((int32_t)(now - co->at) >= 0) {
            take_out(co);
            ble_npl_eventq_put(co->queue, &co->event);
        }
    }
}

bool tn_npl_step(void) {
    bool did = false;
    struct ble_npl_event *ev;

    run_callouts();
    while ((ev = ble_npl_eventq_get(nimble_port_get_dflt_eventq(), 0)) != NULL) {
        ble_npl_event_run(ev);
        did = true;
    }
    return did;
}

// ---- Time --------------------------------------------------------------------------------

ble_npl_time_t ble_npl_time_get(void) {
    return npl->now_ms();
}

ble_npl_error_t ble_npl_time_ms_to_ticks(uint32_t ms, ble_npl_time_t *ret) {
    *ret = ms;
    return BLE_NPL_OK;
}

ble_npl_error_t ble_npl_time_ticks_to_ms(ble_npl_time_t ticks, uint32_t *ret) {
    *ret = ticks;
    return BLE_NPL_OK;
}

ble_npl_time_t ble_npl_time_ms_to_ticks32(uint32_t ms) {
    return ms;
}

uint32_t ble_npl_time_ticks_to_ms32(ble_npl_time_t ticks) {
    return ticks;
}

void ble_npl_time_delay(ble_npl_time_t ticks) {
    uint32_t start = npl->now_ms();

    while (npl->now_ms() - start < ticks) {
        npl->wait();
    }
}
