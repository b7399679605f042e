// SPDX-License-Identifier: Apache-2.0
// What each kind of file is called, and the way out for each use.
#include <stdio.h>
#include <string.h>

#include "host/files/kind.h"

// %s in a way stands for the zip's member.
static const struct {
    const char *name;
    const char *what;
    const char *for_device;
    const char *for_sign;   // NULL: the same as for_device
    const char *for_merge;  // NULL: the same as for_sign
} rows[TN_KIND_COUNT] = {
        [TN_KIND_UNKNOWN] = {"unknown", "it does not begin with the magic number 0x96f3b83d",
                "make one by: tenon sign", NULL, NULL},
        [TN_KIND_EMPTY] = {"empty", "is empty", "build or copy the file again", NULL, NULL},
        [TN_KIND_BLANK] = {"blank", "all its bytes are equal, as in erased flash",
                "build or copy the file again", NULL, NULL},
        [TN_KIND_IMAGE] = {"image", "an image already, with its header and TLVs", "",
                "give the program that the image was made from (--force signs it all the same)",
                NULL},
        [TN_KIND_OLD_IMAGE] = {"old-image", "an image in MCUboot's first format (0x96f3b83c)",
                "make a new one of its program by: tenon sign",
                "give the program that the image was made from", NULL},
        [TN_KIND_IMAGE_BEHIND] = {"image-behind", "",
                "give the image's own file, as tenon sign wrote it",
                "give the program alone (--force signs it all the same)", NULL},
        [TN_KIND_PROGRAM] = {"program", "a program without an image's header",
                "make an image of it by: tenon sign", NULL, NULL},
        [TN_KIND_HEX] = {"hex", "Intel HEX text inside of another file", "give the inner file",
                NULL, NULL},
        [TN_KIND_UNIVERSAL_HEX] = {"universal-hex",
                "a Universal Hex, which holds programs for several micro:bits",
                "build a .hex for your board alone", NULL, NULL},
        [TN_KIND_SREC] = {"srec", "Motorola S-records",
                "make a .hex of it by: objcopy -I srec -O ihex FILE OUT.hex", NULL, NULL},
        [TN_KIND_UF2] = {"uf2", "a UF2", "give the .bin or .hex that it was made from", NULL, NULL},
        [TN_KIND_DFUSE] = {"dfuse", "a DfuSe file inside of another file", "give the inner file",
                NULL, NULL},
        [TN_KIND_DFU] = {"dfu", "a file with two DFU suffixes",
                "take one off by: tenon dfu-file strip FILE OUT.dfu", NULL, NULL},
        [TN_KIND_ELF] = {"elf", "an ELF file",
                "make a .bin or .hex of it by objcopy, then an image by: tenon sign",
                "make a .hex of it by: objcopy -O ihex FILE OUT.hex", NULL},
        [TN_KIND_ZIP] = {"zip", "a zip", "unzip it, and give %s", NULL, NULL},
        [TN_KIND_ZIP_DFU] = {"zip-dfu", "a zip with a manifest.json",
                "the image is in it: unzip it, and give %s", "unzip it, and give %s", NULL},
        [TN_KIND_ZIP_NRFUTIL] = {"zip-nrfutil",
                "a package of nrfutil, for Nordic's or Adafruit's own bootloader",
                "unzip it, and make an image of %s by: tenon sign", "unzip it, and give %s", NULL},
        [TN_KIND_GZIP] = {"gzip", "compressed by gzip", "unpack it by: gunzip FILE", NULL, NULL},
        [TN_KIND_HTML] = {"html", "a web page, saved in place of the file that it offers",
                "download the file itself", NULL, NULL},
        [TN_KIND_LFS] = {"git-lfs", "a pointer of Git LFS in place of the file",
                "fetch the file by: git lfs pull", NULL, NULL},
        [TN_KIND_PRIVATE_KEY] = {"private-key", "a private key",
                "give the image here, and a key by --key",
                "give the program here, and the key by --key", "give .hex and .bin files"},
        [TN_KIND_PUBLIC_KEY] = {"public-key", "a public key",
                "give the image here, and a key by --key",
                "give the program here, and the private key by --key", "give .hex and .bin files"},
        [TN_KIND_CERTIFICATE] = {"certificate", "a certificate",
                "give the image here, and a key by --key",
                "give the program here, and the private key by --key", "give .hex and .bin files"},
        [TN_KIND_TEXT] = {"text", "a text", "give the .bin or .hex that the build made", NULL,
                NULL},
};

const char *tn_kind_name(enum tn_kind kind) {
    return rows[kind].name;
}

bool tn_kind_fits(const struct tn_kind_found *k, enum tn_kind_use use) {
    switch (k->kind) {
    case TN_KIND_IMAGE:
        return use != TN_KIND_FOR_SIGN;
    case TN_KIND_UNKNOWN:
    case TN_KIND_PROGRAM:
        return use != TN_KIND_FOR_DEVICE;
    // What a factory may store beside the program: data of any kind, but no container.
    case TN_KIND_BLANK:
    case TN_KIND_OLD_IMAGE:
    case TN_KIND_IMAGE_BEHIND:
    case TN_KIND_GZIP:
    case TN_KIND_PRIVATE_KEY:
    case TN_KIND_PUBLIC_KEY:
    case TN_KIND_CERTIFICATE:
    case TN_KIND_TEXT:
        return use == TN_KIND_FOR_MERGE;
    default:
        return false;
    }
}

static const char *way_out(enum tn_kind kind, enum tn_kind_use use) {
    const char *sign = rows[kind].for_sign ? rows[kind].for_sign : rows[kind].for_device;

    switch (use) {
    case TN_KIND_FOR_SIGN:
        return sign;
    case TN_KIND_FOR_MERGE:
        return rows[kind].for_merge ? rows[kind].for_merge : sign;
    default:
        return rows[kind].for_device;
    }
}

static void put_way_out(char *ret, size_t size, const struct tn_kind_found *k, const char *way) {
    const char *member = *k->member ? k->member : "the .bin or .hex in it";
    const char *gap =
            k->kind >= TN_KIND_ZIP && k->kind <= TN_KIND_ZIP_NRFUTIL ? strstr(way, "%s") : NULL;
    if (gap) {
        snprintf(ret, size, "%.*s%s%s", (int)(gap - way), way, member, gap + 2);
    } else {
        snprintf(ret, size, "%s", way);
    }
}

int tn_kind_refuse(const struct tn_kind_found *k, uint32_t addr, enum tn_kind_use use,
        const char *name, struct tn_fault *f) {
    static const char *const not [] = {[TN_KIND_FOR_DEVICE] = "not a firmware image",
            [TN_KIND_FOR_SIGN] = "not a program to sign",
            [TN_KIND_FOR_MERGE] = "cannot be merged"};
    char what[96];
    char way[160];

    put_way_out(way, sizeof(way), k, way_out(k->kind, use));
    if (k->kind == TN_KIND_EMPTY) {
        return tn_fail(f, TN_FAULT_TRUNCATED, "%s: is empty; %s", name, way);
    }
    snprintf(what, sizeof(what), "%s", rows[k->kind].what);
    if (k->kind == TN_KIND_IMAGE_BEHIND) {
        snprintf(what, sizeof(what), "an image lies at 0x%x behind other %s",
                (unsigned)(addr + k->off), k->is_behind_program ? "code" : "bytes");
    }
    return tn_fail(f, TN_FAULT_MAGIC, "%s: %s: %s; %s", name, not [use], what, way);
}
