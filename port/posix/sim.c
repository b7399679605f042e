// SPDX-License-Identifier: Apache-2.0
// A reset executes the process anew with the same arguments; the terminal and the memory that
// survives are file descriptors which are handed on, their numbers in an environment variable.
#define _GNU_SOURCE
#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/compiler.h"
#include "sim_flash_priv.h"

#define HANDED_ON "TENON_SIM_FDS"

// Memory that survives a reset. The first two parts are the device's, the rest is the
// simulator's own.
struct kept {
    uint8_t request[TN_REQUEST_LEN];
    uint8_t handover[TN_HANDOVER_LEN];
    uint32_t cause;   // enum tn_reset_cause
    uint32_t ops;     // flash operations in earlier lives
    uint32_t dog_ms;  // a watchdog that the loader has armed; 0: none
};

static const struct tn_sim_cfg *cfg;
static struct kept *kept;
static int fds[5];  // terminal's master, its slave, kept, UDP socket or -1, USB/IP's or -1
static bool power_on;
static void (*on_run)(void);
static volatile sig_atomic_t pressed;  // the signal that came

// Never anything but a link: what a mistyped --pty names may be somebody's file.
static void remove_link(void) {
    struct stat st;

    if (!lstat(cfg->link_path, &st) && S_ISLNK(st.st_mode)) {
        unlink(cfg->link_path);
    }
}

int tn_sim_complain(const char *what, const char *path) {
    fprintf(stderr, "tenon-sim: %s %s: %s\n", what, path, strerror(errno));
    return -1;
}

static void lose_power(struct tn_nor *n) {
    fprintf(stderr, "tenon-sim: power lost at flash operation %u\n", n->ops);
    remove_link();
    _exit(TN_SIM_POWER_LOST);
}

static void take_time(struct tn_nor *n) {
    (void)n;
    if (cfg->erase_ms) {
        tn_sim_uart_stall(cfg->erase_ms);
    }
}

// ---- What survives a reset ---------------------------------------------------------------

static int make_terminal(void) {
    fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
    if (fds[0] < 0 || grantpt(fds[0]) || unlockpt(fds[0])) {
        return tn_sim_complain("cannot make a terminal for", cfg->link_path);
    }
    const char *name = ptsname(fds[0]);
    fds[1] = open(name, O_RDWR | O_NOCTTY);
    remove_link();
    if (fds[1] < 0 || symlink(name, cfg->link_path)) {
        return tn_sim_complain("cannot make the link", cfg->link_path);
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    fds[2] = memfd_create("tenon-sim", 0);
    if (fds[2] < 0 || ftruncate(fds[2], sizeof(struct kept))) {
        return tn_sim_complain("cannot keep memory for", cfg->link_path);
    }
    fds[3] = cfg->udp ? tn_sim_udp_make(cfg->udp) : -1;
    fds[4] = cfg->usbip ? tn_sim_usb_make(cfg->usbip) : -1;
    return (cfg->udp && fds[3] < 0) || (cfg->usbip && fds[4] < 0) ? -1 : 0;
}

static int open_kept(void) {
    const char *handed = getenv(HANDED_ON);

    power_on = !handed;
    if (power_on ? make_terminal()
                 : sscanf(handed, "%d,%d,%d,%d,%d", &fds[0], &fds[1], &fds[2], &fds[3], &fds[4]) !=
                            5) {
        return -1;
    }
    tn_sim_udp_take(fds[3]);
    tn_sim_usb_take(fds[4], cfg->usb_count);
    void *mem = mmap(NULL, sizeof(*kept), PROT_READ | PROT_WRITE, MAP_SHARED, fds[2], 0);
    if (mem == MAP_FAILED) {
        return tn_sim_complain("cannot keep memory for", cfg->link_path);
    }
    kept = mem;
    if (power_on) {
        kept->cause = TN_RESET_POWER;
    }
    return tn_sim_uart_open(cfg, fds[0], fds[1]);
}

static void start_anew(enum tn_reset_cause cause) {
    static const char *const names[] = {[TN_RESET_POWER] = "power",
            [TN_RESET_PIN] = "pin",
            [TN_RESET_SOFTWARE] = "software",
            [TN_RESET_WATCHDOG] = "watchdog"};
    char text[64];

    kept->cause = (uint32_t)cause;
    kept->ops += tn_sim_nor()->ops;
    fprintf(stderr, "tenon-sim: reset (%s) after %u flash operations\n", names[cause], kept->ops);
    snprintf(text, sizeof(text), "%d,%d,%d,%d,%d", fds[0], fds[1], fds[2], fds[3], fds[4]);
    setenv(HANDED_ON, text, 1);
    execv("/proc/self/exe", cfg->argv);
    tn_sim_complain("cannot start again", cfg->argv[0]);
    _exit(1);
}

static void load_request(const struct tn_retained *r, void *buf, size_t len) {
    memcpy(buf, r->ctx ? kept->handover : kept->request, len);
}

static void store_request(const struct tn_retained *r, const void *buf, size_t len) {
    memcpy(r->ctx ? kept->handover : kept->request, buf, len);
}

static const struct tn_retained request = {load_request, store_request, NULL};
// ctx tells the two apart.
static const struct tn_retained handover = {load_request, store_request, (void *)&request};

// ---- Board -------------------------------------------------------------------------------

static uint32_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
}

static enum tn_reset_cause cause(void) {
    return (enum tn_reset_cause)kept->cause;
}

static bool button(void) {
    return cfg->button || (cfg->press && tn_sim_is_power_on());
}

static void reset(void) {
    start_anew(TN_RESET_SOFTWARE);
}

static void run(uint32_t addr) {
    (void)addr;
    on_run();
}

static uint32_t fed_ms;

// The watchdog is only looked at here: a core that goes on and on is never far from it.
static void bark(void) {
    uint32_t ms = cfg->watchdog_ms ? cfg->watchdog_ms : kept->dog_ms;

    if (ms && now_ms() - fed_ms > ms) {
        start_anew(TN_RESET_WATCHDOG);
    }
}

static void alive(void) {
    bark();
    fed_ms = now_ms();
}

// It survives resets, as a chip's does.
static void arm(uint32_t ms) {
    kept->dog_ms = ms;
}

static void act_on_signals(void) {
    if (pressed == SIGUSR1) {
        start_anew(TN_RESET_PIN);
    }
    if (pressed == SIGUSR2) {
        memset(kept, 0xa5, offsetof(struct kept, cause));  // what memory wakes up with
        kept->dog_ms = 0;
        start_anew(TN_RESET_POWER);
    }
    if (pressed) {
        remove_link();
        exit(0);
    }
}

static void idle(void) {
    act_on_signals();
    bark();
    tn_sim_wait(fds[3]);
}

static const struct tn_guard guard = {
        .outcome = &tn_sim_outcomes[0], .journal = &tn_sim_journal, .alive = alive, .arm = arm};

static const struct tn_board board = {
        .name = "tenon-sim",
        .processor = "posix",
        .slots = &tn_sim_slots[0],
        .guard = &guard,
        .serial = &tn_sim_uart,
        .request = &request,
        .handover = &handover,
        .now_ms = now_ms,
        .cause = cause,
        .button = button,
        .reset = reset,
        .run = run,
        .idle = idle,
};

static void note_signal(int sig) {
    pressed = sig;
}

int tn_sim_open(const struct tn_sim_cfg *config) {
    static const int signals[] = {SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
    struct sigaction act = {.sa_handler = note_signal};

    cfg = config;
    prctl(PR_SET_NAME, "tenon-sim");  // after a reset it would be called "exe"
    for (size_t i = 0; i < TN_LEN(signals); i++) {
        sigaction(signals[i], &act, NULL);
    }
    if (tn_sim_flash_open(cfg) || open_kept()) {
        return -1;
    }
    struct tn_nor *nor = tn_sim_nor();
    nor->on_cut = lose_power;
    nor->on_erase = take_time;
    fed_ms = now_ms();
    if (cfg->cut_after > kept->ops) {
        nor->cut_at = cfg->cut_after - kept->ops;
    }
    return 0;
}

const struct tn_board *tn_sim_board(void) {
    return &board;
}

void tn_sim_on_run(void (*app)(void)) {
    on_run = app;
}

bool tn_sim_is_power_on(void) {
    return power_on;
}
