// SPDX-License-Identifier: Apache-2.0
// Why something on the PC's side failed: a kind for programs, one line for people.
//
// Calls of this library that can fail take a struct tn_fault, return 0 or -1, and fill it only
// on failure. The line names the cause and the next step; it ends without a newline. Programs
// make their exit codes of the kind.
#ifndef TN_HOST_BASE_FAULT_H
#define TN_HOST_BASE_FAULT_H

enum tn_fault_kind {
    TN_FAULT_NONE,
    TN_FAULT_INTERNAL,  // out of memory, an operating system that refuses what it never refuses
    TN_FAULT_USAGE,     // the caller's options contradict each other

    // Devices.
    TN_FAULT_NO_DEVICE,    // the port does not exist, or may not be opened
    TN_FAULT_BUSY,         // another program has the port
    TN_FAULT_NOT_SMP,      // the port is there, and nothing on it answers SMP
    TN_FAULT_LINK,         // answers stopped coming: worth another try
    TN_FAULT_REFUSED,      // the device answered no
    TN_FAULT_NOT_RUNNING,  // after the reset something else than the new image runs
    TN_FAULT_SILENT,       // after the reset nothing answers any more
    TN_FAULT_INTERRUPTED,  // by the user

    // Image files.
    TN_FAULT_MAGIC,        // no image at all
    TN_FAULT_TRUNCATED,    // shorter than it says
    TN_FAULT_DAMAGED,      // content and hash differ
    TN_FAULT_TOO_LARGE,    // does not fit the slot
    TN_FAULT_MALFORMED,    // a file that contradicts itself, or is no hex or key file
    TN_FAULT_UNSUPPORTED,  // encrypted, compressed, another algorithm
    TN_FAULT_UNSIGNED,
    TN_FAULT_FOREIGN_KEY,
    TN_FAULT_SIGNATURE,
    TN_FAULT_ADDRESS,    // linked for another address than the slot's images run at
    TN_FAULT_DOWNGRADE,  // older than what the device still takes

    TN_FAULT_READ,   // a file cannot be read
    TN_FAULT_WRITE,  // a file cannot be written, or is there already
};

struct tn_fault {
    enum tn_fault_kind kind;
    char text[400];

    // What a device answered, where kind is TN_FAULT_REFUSED: the group of the code, or -1 for
    // one of the codes that all groups share, and the code; 0 where it answered no code.
    int group;
    int rc;
};

// Fills the fault; the text is cut where it is too long. Returns -1.
int tn_fail(struct tn_fault *f, enum tn_fault_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

// For allocations that fail. Returns -1.
int tn_fail_memory(struct tn_fault *f);

#endif
