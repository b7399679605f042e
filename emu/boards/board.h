// SPDX-License-Identifier: Apache-2.0
// An emulated board: a chip with a loader, slots and images.
//
// Knows layouts, images and trailers. Writes to flash as a programmer or an application does, and
// tells which image is where after a run.
#ifndef TN_EMU_BOARD_H
#define TN_EMU_BOARD_H

#include "boot/mark.h"
#include "emu/chip/chips.h"
#include "emu/core/elf.h"
#include "emu/core/emu.h"
#include "host/files/sign.h"
#include "nor.h"

enum {
    TN_EMU_RUNS = 8,  // runs of sectors of one size, at most
};

// The flash map of a board: its layout.h as data. Addresses are offsets in flash.
struct tn_emu_layout {
    const char *name;  // as the board's folder
    const struct tn_emu_chip *chip;
    uint32_t boot_size;   // up to the end of its second piece, if it has one
    uint32_t locked_end;  // of loader, keys and mark; 0: the board has neither keys nor mark
    uint32_t primary, primary_size;
    uint32_t secondary, secondary_size;
    uint32_t scratch, scratch_size;  // 0: none
    uint32_t outcome, outcome_size;  // the log of outcomes; 0: none
    const struct tn_layout *slots;   // of its own loader; NULL: swap using offset
    uint32_t header;                 // bytes in front of an image's vector table
    uint32_t hse_khz;                // of the crystal; 0: 8 MHz, or none is used

    // The button that requests recovery: its pin's level while it is held.
    bool has_button, button_high;
    uint8_t button_port, button_pin;

    uint8_t card_cs;  // the pin that selects a card or an external flash; 0: the board has neither
    uint8_t usb_supply_pin;    // switches VBUS on for a device; 0: the board is no host
    uint32_t external;         // bytes of an external flash, which has the spare slot; 0: none
    uint32_t external_sector;  // its sectors
    // Of a second image, whose spare slot is behind the first one's there, a sector larger.
    uint32_t data, data_size;  // 0: none
};

// The layout of the slots for its own loader.
static inline const struct tn_layout *tn_emu_layout_slots(const struct tn_emu_layout *l) {
    return l->slots ? l->slots : &tn_layout_swap_offset;
}

// All boards, and all chips (board or not); NULL ends the list. list.c
extern const struct tn_emu_layout *const tn_emu_layouts[];
extern const struct tn_emu_chip *const tn_emu_chips[];

// Boards with the slots of another program of theirs: tn_emu_layout_find knows them, too.
extern const struct tn_emu_layout *const tn_emu_variants[];

// Finds a board: one of the list by its name, or any by its folder, if the word has a slash.
// Returns NULL if there is none; of a folder, a line on stderr says why. own gets a folder's
// layout. Its name is valid until the next call.
const struct tn_emu_layout *tn_emu_layout_find(const char *word, struct tn_emu_layout *own);

// Gives a chip what the board has around it: the crystal, the button, which is not held.
void tn_emu_layout_fit(const struct tn_emu_layout *l, struct tn_emu *e);

extern const struct tn_emu_layout tn_emu_microbit;
extern const struct tn_emu_layout tn_emu_rak4631;
extern const struct tn_emu_layout tn_emu_nrf52833dk;
extern const struct tn_emu_layout tn_emu_nrf5340dk;
extern const struct tn_emu_layout tn_emu_feather_f405;
extern const struct tn_emu_layout tn_emu_nucleo_f207zg;
extern const struct tn_emu_layout tn_emu_nucleo_f446re;
extern const struct tn_emu_layout tn_emu_rak3172;
extern const struct tn_emu_layout tn_emu_stm32l476g_eval;
extern const struct tn_emu_layout tn_emu_rak11720;

// The same boards with two slots of one size, and scratch (prog/size/slots).
extern const struct tn_emu_layout tn_emu_microbit_even;
extern const struct tn_emu_layout tn_emu_rak4631_even;

// The board with the spare slot in an external flash (prog/ext).
extern const struct tn_emu_layout tn_emu_rak4631_ext;

// The board with two images (prog/set).
extern const struct tn_emu_layout tn_emu_rak4631_set;

struct tn_emu_board {
    const struct tn_emu_layout *layout;
    struct tn_emu emu;
    struct tn_elf loader;
    struct tn_slots slots;  // over the flash of emu
    // private
    struct tn_nor nor, external;
    struct tn_flash_run runs[TN_EMU_RUNS];
    struct tn_flash_run external_run;
};

// Sets the slots alone, of a board without a chip or a loader: for questions about sizes.
void tn_emu_board_map(
        struct tn_emu_board *b, const struct tn_emu_layout *layout, const struct tn_layout *slots);

// Makes a board whose flash is erased except for the loader, and whose button is not held. An
// external flash works fast, so that runs are short (emu.nor). Returns 0, or -1 with a line on
// stderr. The board must not be moved.
int tn_emu_board_open(struct tn_emu_board *b, const struct tn_emu_layout *layout,
        const struct tn_layout *slots, const char *loader);
void tn_emu_board_close(struct tn_emu_board *b);

// Makes an image of len bytes, version major.0.0. Each major version has its reset handler at
// another address. Exits the program if that fails. The caller frees ret.
void tn_emu_image_make(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        uint8_t major, uint32_t len, struct tn_buf *ret);

// The same with this security counter; 0: without one.
void tn_emu_image_make_counted(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        uint8_t major, uint32_t counter, uint32_t len, struct tn_buf *ret);

// The same image, encrypted for a device: as it is stored and sent, and as it runs.
void tn_emu_image_make_encrypted(const struct tn_emu_layout *layout, const struct tn_key_pair *key,
        const struct tn_encrypt *device, uint8_t major, uint32_t len, struct tn_buf *ret_stored,
        struct tn_buf *ret_clear);

// The key of such an image. Exits the program if the device cannot get it. ret_wrapped: the TLV
// with it.
void tn_emu_image_key(const struct tn_buf *image, const struct tn_encrypt *device,
        struct tn_image_secret *ret, struct tn_wrapped *ret_wrapped);

// Writes an image to a place, after an erase of the whole slot with its trailer.
void tn_emu_board_place(struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image);

// True if the place holds the whole image.
bool tn_emu_board_holds(
        const struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image);

// Requests a swap as an application does.
void tn_emu_board_request(struct tn_emu_board *b, enum tn_swap_type type);

// What the next boot is requested to do.
enum tn_swap_type tn_emu_board_pending(const struct tn_emu_board *b);

// True if the last run ended with a jump to this image's reset handler in the primary slot.
bool tn_emu_board_runs(const struct tn_emu_board *b, const struct tn_buf *image);

// The same for an image in another place.
bool tn_emu_board_runs_in(
        const struct tn_emu_board *b, enum tn_place place, const struct tn_buf *image);

#endif
