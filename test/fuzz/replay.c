// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over files: each argument is a file or a folder of them.
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static unsigned runs;

static int run_file(const char *path) {
    static uint8_t bytes[1u << 20];
    FILE *f = fopen(path, "rb");

    if (!f) {
        perror(path);
        return 1;
    }
    size_t n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    uint8_t *copy = malloc(n ? n : 1);  // so that ASan notices a read behind the end
    if (!copy) {
        return 1;
    }
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
    runs++;
    return 0;
}

static int run_path(const char *path) {
    char name[1024];
    struct dirent *e;
    DIR *d = opendir(path);
    int err = 0;

    if (!d) {
        return run_file(path);
    }
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
            err |= run_file(name);
        }
    }
    closedir(d);
    return err;
}

int main(int argc, char **argv) {
    int err = argc < 2;

    for (int i = 1; i < argc; i++) {
        err |= run_path(argv[i]);
    }
    printf("%u inputs\n", runs);
    return err || !runs;
}
