// SPDX-License-Identifier: Apache-2.0
// The loader as a program for any board, in several sizes. A main function chooses one, and runs a
// service when recovery is due (service/service.h).
#ifndef TN_PROG_LOADER_H
#define TN_PROG_LOADER_H

#include "board.h"
#include "boot/policy.h"
#include "ways.h"

enum {
    TN_LOADER_MAJOR = 0,
    TN_LOADER_MINOR = 1,
    TN_LOADER_PATCH = 0,
};

// Starts the image that the plan of b names, if the plan runs one and it is genuine. Returns if
// not, or if the header cannot be read.
void tn_loader_start(const struct tn_boot *b, void (*run)(uint32_t addr));

// An image besides the board's own. Set what stands before "private".
struct tn_loader_image {
    const struct tn_slots *slots;  // with the image's number
    const struct tn_strategy *strategy;
    const struct tn_area *outcome;  // its log, as in struct tn_guard
    struct tn_crypt *crypt;         // its own, as in struct tn_boot; not used if slots->encrypted
                                    // is 0
    // private
    struct tn_boot boot;
    struct tn_policy policy;  // with the rules and attempts of the board's image
};

// Set what stands before "private", the rest to 0.
struct tn_loader {
    const struct tn_board *board;
    const struct tn_strategy *strategy;
    const struct tn_trust *trust;
    struct tn_policy *policy;  // with rules and attempts; the board supplies the rest
    tn_way *const *ways;       // ends with NULL
    struct tn_crypt *crypt;    // as in struct tn_boot; NULL: refuses encrypted images
    // Called after a power-on if no way asks for anything: true opens recovery. It waits for a
    // request, and answers nothing: the slots may be in the middle of a swap. NULL: does not wait.
    bool (*window)(void *ctx);
    void *window_ctx;
    struct tn_loader_image *more;  // for tn_loader_run_set, in the order of their numbers
    size_t nmore;
    // private
    struct tn_boot boot;
    struct tn_entry entry;
};

// The whole loader: asks the ways, carries out updates, writes the hand-over and starts the
// application. Returns if recovery is due; the caller then runs a service.
void tn_loader_run(struct tn_loader *l);

// The same for several images (boot/set.h): the board's own, which has number 0 and is the one that
// starts, and l->more. It starts if all of them are genuine.
void tn_loader_run_set(struct tn_loader *l);

enum {
    TN_QUIET_MS = 60000,  // default of how long a recovery that software opened waits for a request
};

// Nobody has made a request for a while: leaves recovery for the application by a reset, and the
// hand-over tells why. Returns if that is not right: a button has opened recovery, or no genuine
// image could run. Verifies that image once.
void tn_loader_leave(struct tn_loader *l);

// The loader with every way into recovery by the serial line. window_ms: how long it waits for a
// request after a power-on, see tn_loader.window. window: waits, or NULL. begin: called when
// recovery is due, to add links to the service; or NULL. Never returns.
struct tn_service;
struct tn_service_serial;
void tn_loader_full(bool (*window)(struct tn_service_serial *s, uint32_t ms), uint32_t window_ms,
        void (*begin)(struct tn_service *s)) __attribute__((noreturn));

// The same for a board that a program has changed, and with what decrypts images, as in struct
// tn_loader. Never returns.
void tn_loader_full_of(const struct tn_board *board, struct tn_crypt *crypt,
        void (*begin)(struct tn_service *s)) __attribute__((noreturn));

// The same, part by part. Every pointer lives on.
struct tn_loader_parts {
    const struct tn_board *board;
    void (*go)(struct tn_loader *l);     // tn_loader_run or tn_loader_run_set; never NULL
    const struct tn_rule *const *rules;  // NULL: outcomes, attempts, no roll-back
    size_t nrules;
    struct tn_keyring *keyring;    // for tn_take_key_lists, else NULL
    struct tn_crypt *crypt;        // as in struct tn_loader
    struct tn_loader_image *more;  // as in struct tn_loader
    size_t nmore;
    void (*begin)(struct tn_service *s);  // or NULL
};
void tn_loader_full_with(const struct tn_loader_parts *parts) __attribute__((noreturn));

// The small loader of small.c. begin: called when recovery is due, to choose the links of the
// service, whose only link is a line. Never returns.
void tn_loader_small(void (*begin)(struct tn_service *s)) __attribute__((noreturn));

// The loader without recovery, requests and hand-over: carries out updates and starts the image, or
// stops if there is none. Never returns.
void tn_loader_bare(const struct tn_trust *trust) __attribute__((noreturn));

// The same for a device with one slot: verifies its image and starts it. Never returns.
void tn_loader_single(const struct tn_slots *slots, const struct tn_trust *trust)
        __attribute__((noreturn));

// The keys and algorithms of main_small.c and small.c.
extern const struct tn_trust tn_small_trust;

#endif
