// SPDX-License-Identifier: Apache-2.0
// The update service of a program: a server on each of its links, one image writer, and the reset.
//
// Loader and application use the same service. tn_service_recovery and tn_service_serial fill the
// struct and own its memory; or a program fills it itself (sim/links.c has several links, each with
// a policy). Knows boards and channels; knows groups only through its servers.
#ifndef TN_PROG_SERVICE_SERVICE_H
#define TN_PROG_SERVICE_SERVICE_H

#include "board.h"
#include "channel/line.h"
#include "serve/image.h"
#include "serve/images.h"
#include "serve/os.h"
#include "serve/tenon.h"
#include "update/admit.h"

enum {
    TN_SERVICE_PACKET = 1024,  // bytes of the largest console packet
    // A bare packet may fill the whole frame buffer. The answer to an echo is one byte longer.
    TN_SERVICE_FRAME = TN_SERVICE_PACKET + 4,
    TN_SERVICE_RESPONSE = TN_SERVICE_FRAME + 4,
};

// Set what stands before "private", the rest to 0.
struct tn_service {
    const struct tn_board *board;
    struct tn_update *update;
    struct tn_channel *links;  // the first link; its member next is the second

    // Called in every round, before the links. Passes the time to them (tn_service_tell_time).
    // NULL: no link needs it.
    void (*round)(struct tn_service *s);

    // For tn_service_listen: called if no request was answered for quiet_ms and no job runs. May
    // end the program. quiet_ms 0: not called.
    void (*quiet)(void *ctx);
    void *quiet_ctx;
    uint32_t quiet_ms;

    // Called between the last byte of an answer and the reset. Waits until the answer is sent
    // (tn_service_linger). NULL: the board's reset waits.
    void (*linger)(const struct tn_board *board);

    // private
    bool reset_is_due;
    uint32_t answers;   // of all links, and 1
    uint32_t answered;  // board's now_ms when their number last changed
};

// Does one step on each link. Call it in a loop. After a reset request is answered, it resets the
// board and does not return.
void tn_service_poll(struct tn_service *s);

// Serves until a client requests a reset, and feeds the board's watchdog. Never returns.
void tn_service_run(struct tn_service *s) __attribute__((noreturn));

// Requests a reset; it happens when the answer is sent.
static inline void tn_service_end(struct tn_service *s) {
    s->reset_is_due = true;
}

// Functions for round and linger, on a board with a clock. tn_service_listen (quiet.c) does what
// tn_service_tell_time does, and calls quiet in silence.
void tn_service_tell_time(struct tn_service *s);
void tn_service_listen(struct tn_service *s);
void tn_service_linger(const struct tn_board *board);

// The number of packets that clients may send ahead: 1 if an erase stops the core, since bytes that
// arrive meanwhile are lost; otherwise holds, the packets that the link can hold.
static inline uint8_t tn_service_buf_count(const struct tn_slots *slots, uint8_t holds) {
    return slots->area[TN_SECONDARY].flash->stalls_cpu ? 1 : holds;
}

// True if the board's loader starts the chip's own loader on request.
static inline bool tn_service_has_rom(const struct tn_board *board) {
    return board->has_rom && board->has_rom();
}

// Fills in what `os info` answers and `os reset` does: the board's name and processor, the kind of
// program ("recovery", "application"), and a reset that may request a mode (TN_OS_RESET_*). s and
// words (four entries) must live on.
void tn_service_describe(
        struct tn_service *s, struct tn_serve_os *os, const char **words, const char *role);

// Makes uploads apply the loader's rules (update/admit.h), TN_RULE_* bits. a must live on.
void tn_service_hold_to(
        struct tn_service *s, struct tn_admit *a, uint8_t rules, bool is_application);

// ---- Services with memory of their own, about 4 KB of RAM each ---------------------------

// For small loaders: console lines on the board's serial line; echo, reset, parameters, and the
// image group for all slots. Errors are codes without texts. trust must live on.
struct tn_service *tn_service_recovery(const struct tn_board *board, const struct tn_trust *trust);

// Both framings on the board's serial line, with every group that makes sense on any device.
// Uploads continue after a reset if the board has an area for their journal. trust must live on.
struct tn_service_serial {
    struct tn_service service;
    struct tn_line line;
};

// rules: TN_RULE_* bits of the loader. An application passes 0: it reads them from the hand-over.
struct tn_service_serial *tn_service_serial(const struct tn_board *board,
        const struct tn_trust *trust, enum tn_writable writable, uint8_t rules);

// Receives for ms at most, and answers nothing. True if a whole request with a right CRC has come:
// it is kept, and the service answers it when it runs. For a loader that waits after power-on.
bool tn_service_serial_window(struct tn_service_serial *s, uint32_t ms);

// Lets `os info` answer the device's own number, too. id must live on; "": the device has none.
void tn_service_serial_id(const char *id);

// For a loader with a card: clients can read what became of its file (serve/tenon.h, command 5).
// text must live on. A function of its own, so that other loaders do not link it.
void tn_service_serial_result(const char *text);

// For a device of several images, behind the calls above. Set serve's slots and n, and logs; the
// rest of serve to 0. Must live on. A function of its own, so that a device of one image does not
// link it.
struct tn_service_images {
    struct tn_serve_images serve;
    const struct tn_area *const *logs;  // the outcomes of each image, by its number
};

void tn_service_serial_images(struct tn_service_images *m);

// For an application, before the call above: clients can note that the user takes the running image
// back (serve/tenon.h, command 3). A function of its own, so that a loader does not link it.
void tn_service_serial_as_application(void);

// The service has keys of several roles, and tells them (group 64, command 6). In an application,
// after tn_service_serial_as_application; before tn_service_usb_add_line, whose line shares the
// groups. The keyring lives on.
void tn_service_serial_keys(struct tn_keyring *keyring, bool is_application);

#endif
