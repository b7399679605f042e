// SPDX-License-Identifier: Apache-2.0
// What a serial NOR flash says of itself: its SFDP tables.
//
// Knows no bus and no flash. The tables are hostile input: a chip that is damaged or absent says
// anything. Source: JEDEC, JESD216D.01, "Serial Flash Discoverable Parameters", sections 6.2
// (header), 6.3 (parameter headers), 6.4 (basic flash parameter table), 6.5 (sector map) and 6.6
// (4-byte address instruction table).
#ifndef TN_PORT_SPINOR_SFDP_H
#define TN_PORT_SPINOR_SFDP_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TN_SFDP_ERASES = 4,  // kinds of erases
};

// How many bytes an address has: bits 18:17 of the first word.
enum tn_sfdp_address {
    TN_SFDP_ADDRESS_3,
    TN_SFDP_ADDRESS_3_OR_4,  // a command changes it
    TN_SFDP_ADDRESS_4,
};

struct tn_sfdp_erase {
    uint32_t size;     // bytes, a power of two; 0: there is no such erase
    uint8_t command;   // with an address as long as the chip's mode says
    uint8_t command4;  // with an address of four bytes in every mode; 0: there is none
};

struct tn_sfdp {
    uint32_t size;  // bytes
    uint32_t page;  // bytes that are programmed at once, 1 to 256; pages are aligned to their size
    enum tn_sfdp_address address;
    bool enter;          // command B7h makes addresses four bytes long
    bool enter_enabled;  // the same, and a write enable comes before it
    bool reads_4;        // commands 13h (read) and 12h (program) have addresses of four bytes
    struct tn_sfdp_erase erase[TN_SFDP_ERASES];
};

// Reads len bytes of the tables at addr: 0, or an error.
typedef int tn_sfdp_read(void *ctx, uint32_t addr, void *buf, uint32_t len);

// Reads the tables. Ends whatever they say: at most 256 headers are read. TN_ENOENT: there are
// none. TN_ENOTSUP: the chip's sectors are not uniform, or it is larger than 2 GiB. TN_ECORRUPT:
// what they say cannot be. Otherwise the error of read.
int tn_sfdp_get(tn_sfdp_read *read, void *ctx, struct tn_sfdp *ret);

#endif
