// SPDX-License-Identifier: Apache-2.0
// Tasks, memory pools, date and time, and the table of the os group that has them all.
#include "base/compiler.h"
#include "base/text.h"
#include "serve/os_priv.h"

const struct tn_smp_err tn_serve_os_time_tasks_errs[] = {
        {TN_OS_NO_SUCH_FORMAT, 2 | TN_SMP_V1_INVALID},
        {TN_OS_NO_SUCH_QUERY, 3 | TN_SMP_V1_NOENT},
        {TN_OS_NO_TIME, 4 | TN_SMP_V1_NOENT},
        {TN_OS_CLOCK_FAILED, 5 | TN_SMP_V1_UNKNOWN},
};

static const struct tn_os_time_tasks *functions_of(void *ctx) {
    static const struct tn_os_time_tasks none;
    const struct tn_serve_os_time_tasks *s = ctx;

    return s->time_tasks ? s->time_tasks : &none;
}

// ---- Tasks and pools -------------------------------------------------------------------

static int taskstat(void *ctx, struct tn_smp_req *rq) {
    const struct tn_os_time_tasks *fns = functions_of(ctx);
    struct tn_cbor_out *out = &rq->out;
    struct tn_os_task t;

    if (!fns->task) {
        return TN_ENOTSUP;
    }
    tn_cbor_put_str(out, "tasks");
    tn_cbor_open_map(out);
    for (size_t i = 0; !out->full && fns->task(fns->ctx, i, &t); i++) {
        tn_cbor_put_str(out, t.name);
        tn_cbor_open_map(out);
        tn_cbor_put_str(out, "prio");
        tn_cbor_put_int(out, t.prio);
        tn_cbor_pair_uint(out, "tid", (uint32_t)i);
        tn_cbor_pair_uint(out, "state", t.state);
        tn_cbor_pair_uint(out, "stkuse", t.stack_used);
        tn_cbor_pair_uint(out, "stksiz", t.stack_size);
        tn_cbor_pair_uint(out, "runtime", t.runtime);
        tn_cbor_close(out);
    }
    tn_cbor_close(out);
    return 0;
}

// As Zephyr documents it: the name of each pool is the key of its map.
static int mpstat(void *ctx, struct tn_smp_req *rq) {
    const struct tn_os_time_tasks *fns = functions_of(ctx);
    struct tn_cbor_out *out = &rq->out;
    struct tn_os_pool p;

    if (!fns->pool) {
        return TN_ENOTSUP;
    }
    for (size_t i = 0; !out->full && fns->pool(fns->ctx, i, &p); i++) {
        tn_cbor_put_str(out, p.name);
        tn_cbor_open_map(out);
        tn_cbor_pair_uint(out, "blksiz", p.block_size);
        tn_cbor_pair_uint(out, "nblks", p.blocks);
        tn_cbor_pair_uint(out, "nfree", p.free);
        tn_cbor_pair_uint(out, "min", p.min_free);
        tn_cbor_close(out);
    }
    return 0;
}

// ---- Date and time ---------------------------------------------------------------------

enum {
    YEAR_MIN = 1900,
    YEAR_MAX = 11899,
    TEXT_MIN = 19,  // yyyy-MM-ddTHH:mm:ss
    TEXT_MAX = 24,  // with a year of five digits and .SSS
};

static uint8_t days_of(uint32_t year, uint32_t month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

// Reads a number of exactly digits digits from s and removes it there. If it is not the first one,
// skips one separator before it, of any kind. False if there is no such number.
static bool take(struct tn_span *s, bool first, size_t digits, uint32_t *ret) {
    size_t used = first ? 0 : 1;
    uint32_t v = 0;

    if (s->len < used + digits) {
        return false;
    }
    for (; digits; digits--, used++) {
        if (s->ptr[used] < '0' || s->ptr[used] > '9') {
            return false;
        }
        v = 10 * v + (uint32_t)(s->ptr[used] - '0');
    }
    s->ptr += used;
    s->len -= used;
    *ret = v;
    return true;
}

static size_t digits_at(struct tn_span s) {
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9') {
        n++;
    }
    return n;
}

static int parse(struct tn_span s, struct tn_datetime *ret) {
    uint32_t f[5];
    uint32_t year;
    uint32_t ms = 0;

    if (s.len < TEXT_MIN || s.len > TEXT_MAX || !take(&s, true, digits_at(s) == 5 ? 5 : 4, &year)) {
        return TN_EINVAL;
    }
    for (size_t i = 0; i < TN_LEN(f); i++) {
        if (!take(&s, false, 2, &f[i])) {
            return TN_EINVAL;
        }
    }
    if (s.len && !take(&s, false, 3, &ms)) {
        return TN_EINVAL;
    }
    if (s.len || year < YEAR_MIN || year > YEAR_MAX || f[0] < 1 || f[0] > 12 || f[1] < 1 ||
            f[1] > days_of(year, f[0]) || f[2] > 23 || f[3] > 59 || f[4] > 59) {
        return TN_EINVAL;
    }
    *ret = (struct tn_datetime){(uint16_t)year, (uint8_t)f[0], (uint8_t)f[1], (uint8_t)f[2],
            (uint8_t)f[3], (uint8_t)f[4], (uint16_t)ms};
    return 0;
}

// Appends v with at least so many digits, then the character behind.
static void put(struct tn_text *t, uint32_t v, size_t digits, char behind) {
    tn_text_digits(t, v, digits);
    tn_text_char(t, behind);
}

static int datetime_read(void *ctx, struct tn_smp_req *rq) {
    const struct tn_os_time_tasks *fns = functions_of(ctx);
    char buf[7 * (TN_TEXT_UINT + 1)];
    struct tn_text text = {buf, sizeof(buf), 0};
    struct tn_datetime t;

    if (!fns->get_time) {
        return TN_ENOTSUP;
    }
    int err = fns->get_time(fns->ctx, &t);
    if (err) {
        return err;
    }
    put(&text, t.year, 4, '-');
    put(&text, t.month, 2, '-');
    put(&text, t.day, 2, 'T');
    put(&text, t.hour, 2, ':');
    put(&text, t.minute, 2, ':');
    put(&text, t.second, 2, '.');
    tn_text_digits(&text, t.ms, 3);
    tn_cbor_put_str(&rq->out, "datetime");
    tn_cbor_put_text(&rq->out, text.buf, text.len);
    return 0;
}

static int datetime_write(void *ctx, struct tn_smp_req *rq) {
    const struct tn_os_time_tasks *fns = functions_of(ctx);
    struct tn_span text = {NULL, 0};
    struct tn_datetime t;

    if (!fns->set_time) {
        return TN_ENOTSUP;
    }
    if (tn_cbor_get_form(&rq->in, "datetime" TN_TEXT, &text) <= 0 || parse(text, &t)) {
        return TN_EINVAL;
    }
    return fns->set_time(fns->ctx, &t);
}

const struct tn_smp_cmd tn_serve_os_time_tasks_cmds[] = {
        {TN_OS_ECHO, tn_serve_os_echo, tn_serve_os_echo},
        {TN_OS_TASKSTAT, taskstat, NULL},
        {TN_OS_MPSTAT, mpstat, NULL},
        {TN_OS_DATETIME, datetime_read, datetime_write},
        {TN_OS_RESET, NULL, tn_serve_os_reset_by_right},
        {TN_OS_PARAMS, tn_serve_os_params, NULL},
        {TN_OS_INFO, tn_serve_os_info, NULL},
        {TN_OS_BOOTLOADER, tn_serve_os_bootloader, NULL},
};
