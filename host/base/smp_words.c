// SPDX-License-Identifier: Apache-2.0
// One row per code: the cause in plain words, then what to try. Tenon's own server uses image codes
// 4, 5 and 32 for two causes each (SPEC.md); their rows name both.
#include "host/base/smp_words.h"

#include <stddef.h>

#include "base/compiler.h"
#include "smp/packet.h"

static const struct tn_smp_code_words common[] = {
        [0] = {"success", ""},
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the device is out of memory", "send smaller packets, or try again"},
        [3] = {"the device does not accept a value of the request", "check the arguments"},
        [4] = {"the device took too long", "try again"},
        [5] = {"no such entry on the device", "look at: tenon image list"},
        [6] = {"not possible in the device's present state", "look at: tenon image list"},
        [7] = {"the answer does not fit the device's buffer", "request less"},
        [8] = {"the device does not support this command", "its firmware is built without it"},
        [9] = {"the packet arrived damaged or contradicts itself", "try again"},
        [10] = {"the device is busy", "another link may be updating it: try again in ten seconds"},
        [11] = {"the device denies access", "this link has no permission for it; use another link"},
        [12] = {"the device no longer speaks this version of SMP", "update this tool"},
        [13] = {"the device does not yet speak this version of SMP", "update the device"},
        [14] = {"the bridged connection is not there", "check the bridge"},
};

static const struct tn_smp_code_words os[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the device does not know one of the letters", "use --format a"},
        [3] = {"the device has no answer to this question", ""},
        [4] = {"the device's clock is not set", "set it first"},
        [5] = {"the device's clock cannot be used", ""},
        [6] = {"the device's answer is invalid", ""},
        [7] = {"the device cannot read its memory figures", ""},
};

static const struct tn_smp_code_words image[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the device has no map of its flash", "check the firmware's slot layout"},
        [3] = {"no image in that slot", "look at: tenon image list"},
        [4] = {"the image is not signed, or has no TLVs", "sign it by: tenon sign --key KEY"},
        [5] = {"the image's signature is wrong, or its TLVs are malformed",
                "build or copy the file again"},
        [6] = {"the image has several hashes", "sign it again by: tenon sign"},
        [7] = {"the image's TLVs are malformed, or it is cut off in front of them",
                "build or copy the file again"},
        [8] = {"no image with this hash on the device", "look at: tenon image list"},
        [9] = {"no slot is free: an image is on test, or waits for its confirmation",
                "confirm or revert it first (tenon image confirm, or tenon os reset)"},
        [10] = {"the slot cannot be opened", "check the slot number by: tenon image slots"},
        [11] = {"the flash cannot be read", "look at the device's log"},
        [12] = {"the flash cannot be written", "try again; if it stays so, the flash is worn"},
        [13] = {"the flash cannot be erased", "try again; if it stays so, the flash is worn"},
        [14] = {"no such slot", "look at: tenon image slots"},
        [15] = {"the device is out of memory", "send smaller packets, or try again"},
        [16] = {"an upload is already going on", "wait for it, or reset the device"},
        [17] = {"no upload is going on", "start it again"},
        [18] = {"the device's flash is missing", "look at the device's log"},
        [19] = {"a wrong flash page", "check the firmware's slot layout"},
        [20] = {"a chunk without an offset", "use another tool"},
        [21] = {"a first chunk without a length", "use another tool"},
        [22] = {"the image's header is malformed, or cut off", "build or copy the file again"},
        [23] = {"not an image: the magic number is wrong", "sign the program by: tenon sign"},
        [24] = {"the image's hash is wrong or missing", "build or copy the file again"},
        [25] = {"the image is built for another address", "build it for the right slot"},
        [26] = {"the version of the running image cannot be read", ""},
        [27] = {"not newer than the image that runs", "build it with a higher version"},
        [28] = {"an image already waits for the next reset", "reset first: tenon os reset"},
        [29] = {"the image's vector table is wrong", "build it for the right address"},
        [30] = {"the image is too large for the slot", "make it smaller"},
        [31] = {"more data than was announced", "start the upload again"},
        [32] = {"the device does not trust this image's key, may not confirm it, or cannot decrypt "
                "it",
                "sign it with the device's key, and encrypt it for this device or not at all"},
        [33] = {"this image is the one that runs", "nothing to test; look at: tenon image list"},
        [34] = {"the device does not know which slot runs", "look at the device's log"},
};

static const struct tn_smp_code_words stat[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"no group of figures with this name", "list the groups: tenon stat list"},
        [3] = {"a figure's name is invalid", "look at the device's firmware"},
        [4] = {"a figure's size is invalid", "look at the device's firmware"},
        [5] = {"the device stopped in the middle of the list", "try again"},
};

static const struct tn_smp_code_words settings[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the setting's name is too long", "give a shorter one"},
        [3] = {"no setting with this name", "check the name"},
        [4] = {"this setting cannot be read", ""},
        [5] = {"no settings begin with this name", "check the part in front of the first slash"},
        [6] = {"this setting cannot be written", ""},
        [7] = {"this setting cannot be deleted", ""},
        [8] = {"settings cannot be saved: the device has no storage for them",
                "build the firmware with one"},
};

static const struct tn_smp_code_words fs[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the file's name is invalid", "give a whole path, such as /lfs1/a.txt"},
        [3] = {"no such file on the device", "check the path"},
        [4] = {"this is a folder", "give a file"},
        [5] = {"the file cannot be opened", "check the path, and what else has it open"},
        [6] = {"the device cannot go to this place in the file", ""},
        [7] = {"the file cannot be read", "look at the device's log"},
        [8] = {"the file cannot be cut", "look at the device's log"},
        [9] = {"the file cannot be deleted", "look at the device's log"},
        [10] = {"the file cannot be written", "is the device's file system full?"},
        [11] = {"the offset is not where the file continues", "begin the transfer again"},
        [12] = {"behind the end of the file", "begin the transfer again"},
        [13] = {"the device does not know this kind of hash", "list its kinds: tenon fs types"},
        [14] = {"no file system is mounted there", "check the path's first part"},
        [15] = {"the file system can only be read", ""},
        [16] = {"the file is empty", ""},
};

static const struct tn_smp_code_words shell[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the command is too long", "give a shorter one"},
        [3] = {"no command was given", "give one"},
};

static const struct tn_smp_code_words groups[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"too many groups for one answer", "request fewer"},
        [3] = {"the device is out of memory", "request fewer groups"},
        [4] = {"no group with this index", "query the number of groups first"},
};

static const struct tn_smp_code_words basic[] = {
        [1] = {"an error that the device does not name", "look at the device's log"},
        [2] = {"the storage cannot be opened", "check the firmware's partitions"},
        [3] = {"the device does not know its storage's size", "check the firmware's partitions"},
        [4] = {"the storage cannot be erased", "try again; if it stays so, the flash is worn"},
};

static const struct tn_smp_code_words unknown = {"a code that this tool does not know", ""};

static const struct tn_smp_code_words *find(
        const struct tn_smp_code_words *table, size_t n, int32_t rc) {
    return rc >= 0 && (size_t)rc < n && table[rc].meaning ? &table[rc] : &unknown;
}

const struct tn_smp_code_words *tn_smp_code_words(int32_t group, int32_t rc) {
    switch (group) {
    case -1:
        return find(common, TN_LEN(common), rc);
    case TN_SMP_OS:
        return find(os, TN_LEN(os), rc);
    case TN_SMP_IMAGE:
        return find(image, TN_LEN(image), rc);
    case TN_SMP_STAT:
        return find(stat, TN_LEN(stat), rc);
    case TN_SMP_SETTINGS:
        return find(settings, TN_LEN(settings), rc);
    case TN_SMP_FS:
        return find(fs, TN_LEN(fs), rc);
    case TN_SMP_SHELL:
        return find(shell, TN_LEN(shell), rc);
    case TN_SMP_ENUM:
        return find(groups, TN_LEN(groups), rc);
    case TN_SMP_BASIC:
        return find(basic, TN_LEN(basic), rc);
    default:
        return &unknown;
    }
}
