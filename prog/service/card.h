// SPDX-License-Identifier: Apache-2.0
// Recovery installs an image from a file on a card or a stick, once, when it opens.
//
// The file is a signed .bin, or a .dfu of one. It is only read. It is not installed if the device
// has it already, in whichever slot: an image that was tried and taken back is not tried again. It
// is not installed over a genuine image of a newer version: an old card is no way back.
#ifndef TN_PROG_SERVICE_CARD_H
#define TN_PROG_SERVICE_CARD_H

#include "fatfs/disk.h"
#include "service/service.h"

// What a program chooses. Set all but the last two; must live on.
struct tn_service_card_cfg {
    const struct tn_disk *disk;
    const char *const
            *names;          // of files, in the order in which they are looked for; ends with NULL
    enum tn_swap_type mark;  // what becomes of the image: TN_SWAP_TEST, or TN_SWAP_PERM
    // Hears once what happened, as a line for a log: "card: firmware.bin: installed". NULL: nobody
    // hears.
    void (*tell)(const char *text);
    // For a medium that takes its time to appear: called in each round until it returns 0; TN_MORE:
    // it is looked for. Never waits. NULL: the disk is opened at once.
    int (*wait)(void);
    const char *medium;  // its name in texts: "stick"; NULL: "card"
};

// What the card is doing, or has done.
enum tn_card_state {
    TN_CARD_BUSY,
    TN_CARD_ABSENT,     // no card, or no file
    TN_CARD_REFUSED,    // the file was not installed
    TN_CARD_INSTALLED,  // the device resets soon
};
enum tn_card_state tn_service_card_state(void);

// What became of the file, for group 64 (struct tn_serve_tenon.result); NULL: not known yet.
const char *tn_service_card_result(void);

// Adds the card to a loader's service. Call it before the service runs; one per program. Other
// links may begin an upload meanwhile: then the card ends.
void tn_service_card(struct tn_service *s, const struct tn_service_card_cfg *cfg);

#endif
