// SPDX-License-Identifier: Apache-2.0
// What an upgrade sends: one file; several, in the order of their images' numbers; or a zip archive
// whose manifest.json tells which file is which image, as the nRF Connect SDK makes them
// (dfu_application.zip, format 1).
#ifndef TN_CLI_PACKAGE_H
#define TN_CLI_PACKAGE_H

#include "cli.h"
#include "host/files/zip.h"

enum {
    PACKAGE_IMAGES = 16,
    PACKAGE_NAME = TN_ZIP_NAME + 256,
};

struct package_member {
    struct image_file file;
    uint32_t image;  // its number
    char name[PACKAGE_NAME];
};

struct package {
    struct package_member members[PACKAGE_IMAGES];
    size_t n;
    bool is_variants;  // the files may be one image, linked for each slot: the device decides
    struct tn_zip zip;
};

// Reads and inspects the files. A defect is a fault, or with --force a warning. Free ret with
// package_free, also after a fault.
int package_read(struct cli *cli, char **paths, int n, struct package *ret);
void package_free(struct package *p);

#endif
