// SPDX-License-Identifier: Apache-2.0
// What a device's status means. Source: DFU 1.1, section 6.1.2, bStatus, and appendix A; the second
// halves are what devices in the field mean by it: ST AN3156 (errTARGET, errVENDOR), and Tenon's
// loader (errFILE, errVERIFY, errFIRMWARE, errADDRESS).
#include "base/compiler.h"
#include "host/dfu/client.h"

const struct tn_dfu_reason *tn_dfu_reason(uint8_t status) {
    static const struct tn_dfu_reason reasons[] = {
            {"OK", "no reason is given", "try again"},
            {"errTARGET",
                    "the file is not for this device, or the address is outside of its memory",
                    "is it for this board, and new enough? Look at it by: tenon inspect FILE"},
            {"errFILE", "the file fails the device's own check: its header, size or version",
                    "look at it by: tenon inspect FILE"},
            {"errWRITE", "it cannot write its memory", "is the memory protected? Then try again"},
            {"errERASE", "its memory could not be erased", "is it protected? Then try again"},
            {"errCHECK_ERASED", "its memory is not blank after it was erased",
                    "try again; if it stays so, the memory is worn"},
            {"errPROG", "writing its memory failed", "try again; if it stays so, it is worn"},
            {"errVERIFY", "what was written is not genuine: damaged, or its signature is wrong",
                    "check the file by: tenon inspect --key KEY FILE"},
            {"errADDRESS", "it does not accept this address: outside of its memory, or protected",
                    "its memories are listed by: tenon devices"},
            {"errNOTDONE", "the end came, and it expects more bytes",
                    "is the file cut off? Check it by: tenon inspect FILE"},
            {"errFIRMWARE",
                    "it will not run this firmware: another key has signed it, or what it "
                    "has is no good",
                    "check the file by: tenon inspect --key KEY FILE"},
            {"errVENDOR", "a reason of its own; on ST's ROM, that its memory is protected",
                    "doc/usb.md and the device's manual explain it"},
            {"errUSBR", "it saw a reset of the USB in the middle",
                    "try again, at another USB port"},
            {"errPOR", "it lost its power in the middle", "check cable and supply, then try again"},
            {"errUNKNOWN", "something went wrong, and it does not know what", "try again"},
            {"errSTALLEDPKT", "it does not support the request",
                    "does its loader support this command?"},
    };
    static const struct tn_dfu_reason other = {"an unknown status",
            "a reason that the specification does not list", "see the maker's manual"};

    return status < TN_LEN(reasons) ? &reasons[status] : &other;
}

const char *tn_dfu_state_name(uint8_t state) {
    static const char *const names[] = {"appIDLE", "appDETACH", "dfuIDLE", "dfuDNLOAD-SYNC",
            "dfuDNBUSY", "dfuDNLOAD-IDLE", "dfuMANIFEST-SYNC", "dfuMANIFEST",
            "dfuMANIFEST-WAIT-RESET", "dfuUPLOAD-IDLE", "dfuERROR"};

    return state < TN_LEN(names) ? names[state] : "an unknown state";
}
