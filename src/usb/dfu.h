// SPDX-License-Identifier: Apache-2.0
// USB DFU in DFU mode: a machine that takes a host's control requests, and gives the bytes of a
// download to a sink.
//
// Speaks two protocols on one interface and tells them apart by what the host sends: DFU 1.1
// (blocks from 0 on, in order) and ST's DfuSe (addresses). Knows neither flash nor images nor a USB
// stack; the sink does what a download means (serve/dfu.h).
//
// Sources: "USB Device Class Specification for Device Firmware Upgrade", revision 1.1, sections 6
// and 7 and appendix A; ST AN3156 and UM0424 (DfuSe 1.1a); doc/reference/dfu.md for what hosts
// do. Where this differs from the class specification on purpose:
// - GETSTATUS is answered in every state, also while the device is busy.
// - DETACH in dfuIDLE is accepted and leaves DFU mode: the way out without a download.
// - A DfuSe host may end a download in dfuIDLE, as ST's loaders allow it.
#ifndef TN_USB_DFU_H
#define TN_USB_DFU_H

#include "base/compiler.h"
#include "usb/function.h"

TN_C_BEGIN

enum tn_dfu_request {
    TN_DFU_DETACH,
    TN_DFU_DNLOAD,
    TN_DFU_UPLOAD,
    TN_DFU_GETSTATUS,
    TN_DFU_CLRSTATUS,
    TN_DFU_GETSTATE,
    TN_DFU_ABORT,
};

// bState.
enum tn_dfu_state {
    TN_DFU_APP_IDLE,
    TN_DFU_APP_DETACH,
    TN_DFU_IDLE,
    TN_DFU_DNLOAD_SYNC,
    TN_DFU_DNBUSY,
    TN_DFU_DNLOAD_IDLE,
    TN_DFU_MANIFEST_SYNC,
    TN_DFU_MANIFEST,
    TN_DFU_MANIFEST_WAIT_RESET,
    TN_DFU_UPLOAD_IDLE,
    TN_DFU_ERROR,
};

// bStatus.
enum tn_dfu_status {
    TN_DFU_OK,
    TN_DFU_ERR_TARGET,
    TN_DFU_ERR_FILE,
    TN_DFU_ERR_WRITE,
    TN_DFU_ERR_ERASE,
    TN_DFU_ERR_CHECK_ERASED,
    TN_DFU_ERR_PROG,
    TN_DFU_ERR_VERIFY,
    TN_DFU_ERR_ADDRESS,
    TN_DFU_ERR_NOTDONE,
    TN_DFU_ERR_FIRMWARE,
    TN_DFU_ERR_VENDOR,
    TN_DFU_ERR_USBR,
    TN_DFU_ERR_POR,
    TN_DFU_ERR_UNKNOWN,
    TN_DFU_ERR_STALLEDPKT,
};

enum {
    TN_DFU_STATUS_LEN = 6,      // bytes of the answer to GETSTATUS
    TN_DFU_BLOCK_MAX = 4096,    // Linux limits a control transfer to this
    TN_DFU_LINGER_MS = 800,     // from the last request of a complete download to the reset
    TN_DFU_MANIFEST_MS = 200,   // the same after DfuSe's request to leave
    TN_DFU_POLL_MAX_MS = 1000,  // the longest wait between two GETSTATUS that is asked for
    TN_DFU_TEXT_MAX = 60,       // characters of an error's text
};

// What an alternate setting of the interface is: a range of addresses. Const on a chip.
struct tn_dfu_memory {
    uint32_t addr;  // of its first byte
    uint32_t size;
};

// Receives downloads. Every call gets ctx, and the number of an alternate setting. off counts from
// the memory's first byte; the machine keeps it within the memory's size. Calls return 0 or more,
// or a negative enum tn_err. None takes longer than one flash operation.
struct tn_dfu_sink {
    // Bytes of a download, in order; off 0 begins one. Called only when step returned 0. Returns
    // how many it accepted: the rest comes again after the next steps. 0: work of its own comes
    // first. TN_ERANGE: off is not where the download stands.
    int (*write)(void *ctx, uint8_t alt, uint32_t off, const uint8_t *data, uint32_t len);

    // A host erases the sector at off, as DfuSe's hosts do before they write. It may be done later.
    int (*erase)(void *ctx, uint8_t alt, uint32_t off);

    // Begins to erase all of the memory.
    int (*erase_all)(void *ctx, uint8_t alt);

    // All data was sent: begins to check it and to request its installation. TN_ESTATE: data is
    // missing.
    int (*finish)(void *ctx);

    // Does the next step of what was begun: TN_MORE, or its result.
    int (*step)(void *ctx);

    // How long what was begun still takes, about, in ms.
    uint32_t (*remaining_ms)(void *ctx);

    // Reads bytes back. Returns how many: fewer than len at the end of what may be read.
    int (*read)(void *ctx, uint8_t alt, uint32_t off, uint8_t *buf, uint32_t len);

    // The host gave up: forgets the download.
    void (*abort)(void *ctx);

    // The session is over: the device may be reset now. May not return.
    void (*leave)(void *ctx);
};

// Set what stands before "private", the rest to 0; state to TN_DFU_IDLE.
struct tn_dfu {
    uint8_t state;  // enum tn_dfu_state
    uint8_t nmemories;
    uint16_t block;  // bytes at buf: wTransferSize of the functional descriptor
    const struct tn_dfu_memory *memories;  // one for each alternate setting
    const struct tn_dfu_sink *sink;
    void *ctx;  // the sink's
    uint8_t *buf;
    uint8_t text_index;  // of the string descriptor with tn_dfu_text; 0: there is none
    // The text of an error, or NULL. NULL: errors are codes only.
    const char *(*words)(int err);

    uint32_t requests;  // only ever grows: downloads and uploads that were served

    // private
    uint8_t status;  // enum tn_dfu_status
    uint8_t alt;
    uint8_t protocol;  // which one the host speaks in this session
    uint8_t work;      // what the sink does
    bool is_first;     // GETSTATUS has not been answered since a DfuSe command
    bool is_done;      // a download was installed: the device may be reset
    bool is_told;      // and the host knows
    bool touched;      // a request came since the last step
    int result;        // of a request whose work is due
    int error;         // of the last work, for GETSTATUS and the text
    uint32_t pointer;  // DfuSe: an address. DFU: the offset of the next block
    uint32_t where;    // for the text: the address that was refused
    uint32_t off;      // of the block that is being written, in the memory
    uint32_t len;
    uint32_t pos;      // bytes of it that the sink has accepted
    uint32_t last_ms;  // when the last request came
    uint16_t next;     // DFU: the number of the next block
    uint8_t answer[TN_DFU_STATUS_LEN];
};

// A row for the USB stack. dfu: struct tn_dfu.
#define TN_DFU_FUNCTION(dfu)                                                                       \
    { tn_dfu_setup, tn_dfu_received, tn_dfu_select, tn_dfu_reset, (dfu) }

// The functions of that row.
int tn_dfu_setup(void *dfu, const struct tn_usb_request *rq, uint8_t **ret);
bool tn_dfu_received(void *dfu, const struct tn_usb_request *rq);
bool tn_dfu_select(void *dfu, uint8_t alternate);
void tn_dfu_reset(void *dfu);

// Does the next step of the work. Returns TN_MORE, or 0 if there is nothing to do. Calls the sink's
// leave when the session is over.
int tn_dfu_step(struct tn_dfu *d, uint32_t now_ms);

// Appends the text of the last error, for the string descriptor text_index: cause, and the address
// that it is about. Appends nothing if there is none.
struct tn_text;
void tn_dfu_text(const struct tn_dfu *d, struct tn_text *out);

// The status that reports an error.
enum tn_dfu_status tn_dfu_status_of(int err);

TN_C_END

#endif
