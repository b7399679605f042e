// SPDX-License-Identifier: Apache-2.0
// Why a call on the PC failed: a kind for programs, one line for people.
//
// A call of this library that can fail takes a struct tn_fault and returns 0 or -1. It fills the
// fault only on failure. The line names the cause and the next step; it has no newline at its end.
// Programs derive their exit codes from the kind.
#ifndef TN_HOST_BASE_FAULT_H
#define TN_HOST_BASE_FAULT_H

#include "base/compiler.h"

TN_C_BEGIN

enum tn_fault_kind {
    TN_FAULT_NONE,
    TN_FAULT_INTERNAL,  // out of memory, or a system call that should never fail
    TN_FAULT_USAGE,     // the caller's options contradict each other

    // Devices.
    TN_FAULT_NO_DEVICE,    // the port does not exist, or may not be opened
    TN_FAULT_BUSY,         // another program has the port
    TN_FAULT_NOT_SMP,      // the port is there, but nothing on it answers SMP
    TN_FAULT_LINK,         // answers stopped coming; a new try may help
    TN_FAULT_REFUSED,      // the device refused
    TN_FAULT_NOT_RUNNING,  // after the reset the device runs something other than the new image
    TN_FAULT_SILENT,       // after the reset nothing answers any more
    TN_FAULT_INTERRUPTED,  // the user stopped it
    TN_FAULT_DEADLINE,     // not done within the time that the user gave

    // Image files.
    TN_FAULT_MAGIC,        // not an image
    TN_FAULT_TRUNCATED,    // shorter than its header says
    TN_FAULT_DAMAGED,      // content and hash differ
    TN_FAULT_TOO_LARGE,    // does not fit the slot
    TN_FAULT_MALFORMED,    // a file that contradicts itself, or not a hex or key file
    TN_FAULT_UNSUPPORTED,  // encrypted, compressed, or another algorithm
    TN_FAULT_UNSIGNED,
    TN_FAULT_FOREIGN_KEY,
    TN_FAULT_SIGNATURE,
    TN_FAULT_ADDRESS,    // linked for another address than the slot's images run at
    TN_FAULT_DOWNGRADE,  // older than what the device still accepts

    TN_FAULT_READ,   // a file cannot be read
    TN_FAULT_WRITE,  // a file cannot be written, or exists already
};

struct tn_fault {
    enum tn_fault_kind kind;
    char text[400];

    // The device's answer, if kind is TN_FAULT_REFUSED. group: the group of the code, or -1 for a
    // code that all groups share. rc: the code, or 0 if the device answered no code.
    int group;
    int rc;
};

// Fills the fault; a text that is too long is cut. Returns -1.
int tn_fail(struct tn_fault *f, enum tn_fault_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

// For allocations that fail. Returns -1.
int tn_fail_memory(struct tn_fault *f);

TN_C_END

#endif
