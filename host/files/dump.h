// SPDX-License-Identifier: Apache-2.0
// What a boot does with the bytes of a flash. The loader's own code looks, decides and swaps on a
// copy of the dump (boot/boot.h); nothing here decides.
#ifndef TN_HOST_FILES_DUMP_H
#define TN_HOST_FILES_DUMP_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "host/files/slot.h"

TN_C_BEGIN

enum {
    TN_DUMP_RUNS = 16,
    TN_DUMP_STEPS = 24,  // plans of one boot; a boot has about ten at most
};

// Where everything lies, as addresses for the core.
struct tn_dump_shape {
    struct tn_slot_shape slot;               // slot_size and align: not 0
    struct tn_flash_run runs[TN_DUMP_RUNS];  // sectors from base on, if they differ in size
    uint8_t nruns;                           // 0: all sectors are of slot.sector_size
    uint8_t erased;                          // 0xff or 0
    bool checks_addr;             // an image that is built for another address is refused
    uint32_t base;                // address of the dump's first byte
    uint32_t addr[TN_AREAS];      // of the slots and the scratch area
    uint32_t scratch_size;        // 0: no scratch area
    uint32_t log_addr, log_size;  // of the log of outcomes; size 0: none, and no rules
    uint8_t attempts;             // boots on test before a revert, for a loader with a log; 0: 1
};

struct tn_dump_image {
    uint32_t addr;
    bool has_header;
    bool is_blank;  // the header's bytes are erased
    struct tn_version version;
    uint32_t size;  // TLVs included; 0: not known
    uint8_t hash[TN_HASH_MAX];
    uint8_t hash_len;  // 0: not known
    int reason;        // 0: genuine; else enum tn_err
};

// A plan of the boot, and what became of it.
struct tn_dump_step {
    struct tn_boot_view view;  // what the plan was made of
    struct tn_boot_plan plan;
    int rc;                  // 0, or how it failed
    int reason;              // VERIFY: why the image is refused; 0: genuine
    uint32_t erases;         // sectors erased
    uint32_t writes;         // bytes programmed
    bool has_touched;        // first_addr counts
    uint32_t first_addr;     // of the first byte that it erased or wrote
    uint32_t records_total;  // SWAP: status records of the whole swap; 0: not known
};

struct tn_dump {
    struct tn_dump_shape shape;
    // The dump as it is.
    struct tn_trailer trailer[2];
    bool is_torn[2];  // a flag or the magic is neither erased nor set
    uint32_t trailer_addr[2];
    uint32_t records;    // status records written
    uint32_t swap_size;  // of a swap that was begun; 0: none
    struct tn_dump_image image[TN_PLACES];
    bool has_place[TN_PLACES];
    bool is_blank;          // all bytes are one value: erased, or locked against reading
    uint32_t stray_magic;   // address of a trailer's magic that is in no slot's end; 0: none
    struct tn_record *log;  // newest first
    size_t nlog;
    uint32_t counter;  // the security counter of the log
    // The boot.
    struct tn_dump_step steps[TN_DUMP_STEPS];
    size_t nsteps;
    struct tn_boot_plan end;       // RUN or RECOVER
    struct tn_dump_image running;  // what RUN starts
    struct tn_trailer after[2];    // the trailers then
    enum tn_swap_type next;        // what they ask the boot after this one for
    // private
    uint8_t *mem;
    size_t len;
    struct tn_flash flash;
    struct tn_flash_run run;
    struct tn_slots slots;
    struct tn_boot boot;
};

// Boots a copy of len bytes with a loader of this trust. Fills the shape's defaults. Free ret
// with tn_dump_free; it must not be copied. name appears in the fault.
//
// TN_FAULT_USAGE: the shape contradicts itself. TN_FAULT_TRUNCATED: an area is not in the dump.
int tn_dump_boot(const uint8_t *bytes, size_t len, const struct tn_dump_shape *shape,
        const struct tn_trust *trust, const char *name, struct tn_dump *ret, struct tn_fault *f);

void tn_dump_free(struct tn_dump *d);

// An address in words: "0x00022c00 (slot 1, sector 1)".
void tn_dump_where(const struct tn_dump *d, uint32_t addr, char *ret, size_t size);

// Reads a board's layout.h: addresses and sizes of slots and log, the sector size. path is the file
// or its folder. Leaves the members alone that the file says nothing of.
int tn_dump_board(const char *path, struct tn_dump_shape *ret, struct tn_fault *f);

TN_C_END

#endif
