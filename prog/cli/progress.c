// SPDX-License-Identifier: Apache-2.0
// Shows an upload or download in three forms: a bar that is redrawn ten times a second, lines that
// suit a log, and objects for a program. The rate counts from the start of this connection:
// otherwise a resumed upload would show a rate that is too high.
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum {
    BAR = 24,
    REDRAW_MS = 100,
    PLAIN_STEP = 10,  // percent between two lines without a terminal
};

void size_text(char ret[16], uint64_t bytes) {
    if (bytes < 1024) {
        snprintf(ret, 16, "%u bytes", (unsigned)bytes);
    } else if (bytes < 1024 * 1024) {
        snprintf(ret, 16, "%.1f KiB", (double)bytes / 1024);
    } else {
        snprintf(ret, 16, "%.1f MiB", (double)bytes / (1024 * 1024));
    }
}

void progress_begin(struct progress *p) {
    p->percent = -1;
    p->running = false;
    p->base_retries += p->retries;
    p->retries = 0;
    p->drawn = false;
}

void progress_break(struct progress *p) {
    if (p->drawn) {
        fputc('\n', stderr);
        p->drawn = false;
    }
}

// The progress in units for people.
struct figures {
    char done[16], size[16], rate[16], retries[40];
    char left[24];  // "  1:05 left", or "" while no rate is known
    double per_second;
};

static const char *task_of(const struct progress *p) {
    return p->task ? p->task : "upload";
}

// done includes the bytes that the device had before this connection began; the rate does not.
static void count(const struct progress *p, const struct tn_progress *now, struct figures *ret) {
    uint32_t ms = tn_now_ms() - p->from_ms;
    size_t sent = now->done > p->from_done ? now->done - p->from_done : 0;
    uint32_t retries = p->base_retries + now->retries;

    ret->per_second = ms ? (double)sent * 1000 / ms : 0;
    ret->left[0] = 0;
    if (ret->per_second > 0) {
        unsigned s = (unsigned)((double)(now->size - now->done) / ret->per_second);
        snprintf(ret->left, sizeof(ret->left), "  %u:%02u left", s / 60, s % 60);
    }
    size_text(ret->done, now->done);
    size_text(ret->size, now->size);
    size_text(ret->rate, (uint64_t)ret->per_second);
    ret->retries[0] = 0;
    if (retries) {
        snprintf(ret->retries, sizeof(ret->retries), ", %" PRIu32 " sent again", retries);
    }
}

static void draw_bar(struct progress *p, int percent, const struct figures *g) {
    char bar[BAR + 1];
    char line[200];
    int full = percent * BAR / 100;

    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)full);
    bar[BAR] = 0;
    snprintf(line, sizeof(line), "%s  [%s] %3d %%  %s of %s  %s/s%s%s", task_of(p), bar, percent,
            g->done, g->size, g->rate, g->left, g->retries);
    // A line that wraps could not be redrawn. Some terminals wrap after the last column.
    fprintf(stderr, "\r\x1b[K%.*s", (int)terminal_width() - 1, line);
    p->drawn = true;
    if (percent == 100) {
        progress_break(p);
    }
}

// Is a new output due?
static bool is_due(const struct progress *p, bool terminal, int percent) {
    if (terminal) {
        return percent == 100 || p->percent < 0 || tn_now_ms() - p->shown_ms >= REDRAW_MS;
    }
    int step = p->cli->progress_step ? p->cli->progress_step : PLAIN_STEP;
    return percent / step != (p->percent < 0 ? 0 : p->percent) / step;
}

static void draw(struct progress *p, const struct tn_progress *now, int percent) {
    struct figures g;
    bool terminal = isatty(STDERR_FILENO) != 0;

    if (percent == p->percent || !is_due(p, terminal, percent)) {
        return;
    }
    count(p, now, &g);
    p->percent = percent;
    p->shown_ms = tn_now_ms();
    if (p->cli->json) {
        emit(p->cli, "task_progress",
                json_pack("{sssisIsIsIsi}", "task", task_of(p), "percent", percent, "done",
                        (json_int_t)now->done, "size", (json_int_t)now->size, "bytes_per_second",
                        (json_int_t)g.per_second, "retries",
                        (int)(p->base_retries + now->retries)));
    }
    if (p->cli->quiet || (p->cli->json && terminal)) {
        return;
    }
    if (terminal) {
        draw_bar(p, percent, &g);
    } else {
        // Not note(): these lines are no part of what --log records.
        fprintf(stderr, "%s: %s%3d %%, %s of %s, %s/s%s\n", task_of(p), p->task ? "" : " ", percent,
                g.done, g.size, g.rate, g.retries);
    }
}

void progress_show(struct progress *p, const struct tn_progress *now) {
    int percent = now->size ? (int)((uint64_t)now->done * 100 / now->size) : 0;

    if (!p->running) {
        p->running = true;
        p->from_ms = tn_now_ms();
        p->from_done = now->done;
    }
    if (now->resumed_at && p->from_done < now->resumed_at) {
        p->from_done =
                now->resumed_at;  // these bytes were not sent now, so the rate leaves them out
        p->from_ms = tn_now_ms();
        progress_break(p);
        if (now->resumed_at == now->size) {
            note(p->cli, "the device has this file already: nothing is sent");
        } else {
            note(p->cli, "the device has %u bytes of this file already: the upload continues there",
                    (unsigned)now->resumed_at);
        }
    }
    p->retries = now->retries;
    draw(p, now, percent);
}
