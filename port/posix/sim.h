// SPDX-License-Identifier: Apache-2.0
// The simulated device: a board whose flash is a file, whose UART is a pseudo terminal, and
// whose reset starts the process anew.
//
// Knows Linux. Runs the loader and the application that chips run, unchanged. One device per
// process: it holds static state.
#ifndef TN_PORT_POSIX_SIM_H
#define TN_PORT_POSIX_SIM_H

#include "board.h"
#include "nor.h"
#include "tinyusb/controller.h"

enum { TN_SIM_IMAGES = 4 };

struct tn_sim_cfg {
    const char *flash_path;          // made, and erased, if it does not exist
    const char *external_path;       // another flash, which has the spare slot; NULL: there is none
    const char *link_path;           // becomes a symbolic link to the terminal
    uint32_t baud;                   // pace of the line; 0: as fast as it goes
    const struct tn_layout *layout;  // NULL: swap-offset
    uint32_t erase_ms;               // how long the erase of a sector stops the core; 0: not at all
    uint32_t fifo;                   // bytes that the UART keeps while the core stands still
    uint32_t speed;                  // of the terminal; at another one bytes are garbled; 0: any
    uint32_t cut_after;  // power is lost at this flash operation, counted over resets; 0: never
    enum tn_nor_cut cut;
    const char *log_path;   // gets all that the device sends; NULL: nobody
    bool button;            // is held whenever the device starts
    bool press;             // is held when the power comes on
    const char *udp;        // address and port of a UDP link, "127.0.0.1:1337"; NULL: there is none
    const char *usbip;      // address and port of a USB/IP server; NULL: there is no USB
    const char *usb_count;  // gets what the USB has carried, a line at each reset; NULL: nobody
    uint32_t watchdog_ms;   // one is armed before power comes: without a sign of life for so long,
                            // a reset; 0: none
    uint8_t encrypted;      // of struct tn_slots: flags of images that the loader decrypts
    uint16_t key_cell;      // where the strategy swaps, else not used
    const struct tn_layout *further[TN_SIM_IMAGES - 1];  // of the images behind the first
    unsigned nfurther;                                   // how many of them there are
    char **argv;                                         // what a reset starts the process with
};

enum {
    TN_SIM_SECTOR = 4096,
    TN_SIM_LOADER = 8 * TN_SIM_SECTOR,
    TN_SIM_PRIMARY = 64 * TN_SIM_SECTOR,
    TN_SIM_SECONDARY = TN_SIM_PRIMARY + TN_SIM_SECTOR,
    TN_SIM_RESERVED = 6 * TN_SIM_SECTOR,  // outcome, upload journal, storage: two each
    TN_SIM_FLASH = TN_SIM_LOADER + TN_SIM_PRIMARY + TN_SIM_SECONDARY + TN_SIM_RESERVED,
    TN_SIM_EXTERNAL_SECTOR = 16384,
    TN_SIM_EXTERNAL = TN_SIM_PRIMARY,
    TN_SIM_POWER_LOST = 9,  // exit code when cut_after was reached
};

// Opens flash, terminal and retained memory, or takes them over after a reset. Prints what is
// wrong to stderr and returns -1. cfg lives on.
int tn_sim_open(const struct tn_sim_cfg *cfg);

// Of the nth image: its slots, and the area of its outcomes.
const struct tn_slots *tn_sim_image(unsigned nth);
const struct tn_area *tn_sim_log(unsigned nth);

// The board. run calls what tn_sim_on_run was given.
const struct tn_board *tn_sim_board(void);
void tn_sim_on_run(void (*app)(void));

// True the first time this process runs: the power has just come.
bool tn_sim_is_power_on(void);

// Signals: SIGUSR1 is the reset pin, SIGUSR2 a loss of power that comes back at once. SIGTERM
// and SIGINT end the device and remove the link.

// The key list: two sectors at the end of the loader's region.
extern const struct tn_area tn_sim_keys;

// The application's storage: two sectors.
extern const struct tn_area tn_sim_storage;

// The line, of sim_uart.c.
int tn_sim_uart_open(const struct tn_sim_cfg *cfg, int master, int slave);
extern const struct tn_stream tn_sim_uart;
void tn_sim_uart_stall(uint32_t ms);  // the core stands still

// UDP, of sim_udp.c. make opens the socket, and says on stderr where it is; take uses one that an
// earlier life has made (-1: there is none).
int tn_sim_udp_make(const char *where);
void tn_sim_udp_take(int fd);
extern const struct tn_datagrams tn_sim_udp;

// HCI, of sim_hci.c: a Bluetooth controller at tcp:HOST:PORT, at a terminal or serial line (PATH),
// or of this machine (a number: hci0 is 0; Linux's user channel, for root, with the adapter down).
// open says on stderr what is wrong, and returns -1.
int tn_sim_hci_open(const char *where);
extern const struct tn_stream tn_sim_hci;
int tn_sim_hci_fd(void);  // what to wait for; -1: none

// USB, of sim_usb.c: a server as UDP has it, and TinyUSB's controller for a program. fds: what to
// poll; is_busy: something happened in the last step, so that nobody must wait now.
int tn_sim_usb_make(const char *where);
void tn_sim_usb_take(int listener, const char *count);
extern const struct tn_usb_controller tn_sim_usb;
struct pollfd;
unsigned tn_sim_usb_fds(struct pollfd *ret);
bool tn_sim_usb_is_busy(void);

// Waits until something comes over line or socket, a millisecond at most.
void tn_sim_wait(int udp_fd);

#endif
