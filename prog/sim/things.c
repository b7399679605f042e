// SPDX-License-Identifier: Apache-2.0
#include "things.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"
#include "base/version.h"
#include "sim_priv.h"

static const char *folder;
static const struct tn_board *board;
static uint32_t started_ms;
static int64_t clock_offset;  // seconds between the PC's clock and the device's
static volatile uint32_t rounds;
static volatile uint32_t uptime_s;

const char *tn_sim_folder(void) {
    return folder;
}

static uint32_t uptime_ms(void) {
    return board->now_ms() - started_ms;
}

void tn_sim_things_begin(const char *folder_path, const struct tn_board *b) {
    folder = folder_path;
    board = b;
    started_ms = b->now_ms();
    tn_sim_settings.load(NULL);
}

void tn_sim_things_round(void) {
    rounds++;
    uptime_s = uptime_ms() / 1000;
}

// ---- Counters ----------------------------------------------------------------------------

static const struct tn_stat stats[] = {{"rounds", &rounds}, {"uptime_s", &uptime_s}};
static const struct tn_stat_group stat_groups[] = {{"app", stats, TN_LEN(stats)}};
const struct tn_serve_stat tn_sim_stat = {stat_groups, TN_LEN(stat_groups)};

// ---- Tasks, pools, the clock -------------------------------------------------------------

static bool task(void *ctx, size_t nth, struct tn_os_task *ret) {
    (void)ctx;
    *ret = (struct tn_os_task){.name = "main", .runtime = uptime_ms()};
    return nth == 0;
}

static bool pool(void *ctx, size_t nth, struct tn_os_pool *ret) {
    (void)ctx;
    *ret = (struct tn_os_pool){"packets", 1024, 2, 1, 1};
    return nth == 0;
}

static int get_time(void *ctx, struct tn_datetime *ret) {
    struct timespec t;
    struct tm tm;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += (time_t)clock_offset;
    if (!gmtime_r(&t.tv_sec, &tm)) {
        return TN_EIO;
    }
    *ret = (struct tn_datetime){(uint16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1),
            (uint8_t)tm.tm_mday, (uint8_t)tm.tm_hour, (uint8_t)tm.tm_min, (uint8_t)tm.tm_sec,
            (uint16_t)(t.tv_nsec / 1000000)};
    return 0;
}

static int set_time(void *ctx, const struct tn_datetime *t) {
    struct tm tm = {.tm_year = t->year - 1900,
            .tm_mon = t->month - 1,
            .tm_mday = t->day,
            .tm_hour = t->hour,
            .tm_min = t->minute,
            .tm_sec = t->second};

    (void)ctx;
    clock_offset = (int64_t)timegm(&tm) - (int64_t)time(NULL);
    return 0;
}

const struct tn_os_time_tasks tn_sim_os = {task, pool, get_time, set_time, NULL};

// ---- Shell -------------------------------------------------------------------------------

// The result of a command, as in Zephyr's shell: 0, or this for an unknown command
// (doc/reference/smp.md section 6).
enum { SHELL_NO_COMMAND = -8 };

static int exec(void *ctx, const char *line, char *out, size_t size, size_t *ret_len) {
    int rc = 0;
    int n;

    (void)ctx;
    if (strcmp(line, "help") == 0) {
        n = snprintf(out, size, "help  version  uptime  echo TEXT\n");
    } else if (strcmp(line, "version") == 0) {
        n = snprintf(out, size, "tenon-sim " TN_VERSION "\n");
    } else if (strcmp(line, "uptime") == 0) {
        n = snprintf(out, size, "%u ms\n", (unsigned)uptime_ms());
    } else if (strncmp(line, "echo ", 5) == 0) {
        n = snprintf(out, size, "%s\n", line + 5);
    } else {
        n = snprintf(out, size, "%s: no such command; help lists them\n", line);
        rc = SHELL_NO_COMMAND;
    }
    *ret_len = n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
    return rc;
}

const struct tn_serve_shell tn_sim_shell = {exec, NULL};
