// SPDX-License-Identifier: Apache-2.0
// Compares our loader with a real MCUboot: what MCUboot left in flash at power cuts, what it
// decides, and how large an image it accepts.
//
//     run_vectors [--json] DIR
//
// DIR has the form of the reference's vectors/mcuboot/README.md. Where MCUboot fails, our loader
// must not. A difference on purpose has a rule, and is counted. Any other difference is a failure.
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "host/files/key.h"
#include "image/other_keys.h"
#include "images.h"
#include "vectors.h"

struct counts counts;

enum {
    KINDS = 3,
};

static struct tn_key_pair pairs_of_keys[KINDS];
static struct tn_key keys[KINDS + 1];  // the last entry ends the table
static const struct tn_sig_alg *const algs[] = {
        &tn_p256_microecc, &tn_ed25519_monocypher, &tn_rsa2048_bearssl_i31};
static uint8_t sig[256];
static const struct tn_other_keys other = {
        .look_at = tn_other_keys_look_at, .sig = sig, .sig_size = sizeof(sig)};
struct tn_trust vectors_trust = {.hash = &tn_sha256_bearssl,
        .algs = algs,
        .nalgs = TN_LEN(algs),
        .keys = keys,
        .other = &other};

// The keys that sign images of the directory: one, or one of each kind where they are encrypted.
static void load_keys(const char *dir, const json_t *manifest) {
    static const char *const plain[] = {"p256-public.pem"};
    static const char *const pair[] = {"sign-p256-public.pem"};
    static const char *const encrypted[KINDS] = {
            "sign-p256-public.pem", "sign-ed25519-public.pem", "sign-rsa-public.pem"};
    const char *const *names = has_secrets(dir) ? encrypted : has_pairs(manifest) ? pair : plain;
    size_t n = has_secrets(dir) ? TN_LEN(encrypted) : 1;
    char path[4096];
    struct tn_fault fault = {0};

    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/keys/TEST-KEY-ONLY-%s", dir, names[i]);
        if (tn_key_load(path, &pairs_of_keys[i], &fault)) {
            die("cannot read the key", path);
        }
        keys[i] = tn_key_for_device(&pairs_of_keys[i]);
    }
}

// The name of what is measured: another one where images are encrypted.
static const char *prefix;

static void print_json(const char *name, unsigned value) {
    printf("{\"name\": \"%s.%s\", \"value\": %u, \"unit\": \"1\", \"peer\": null, \"peer_value\": "
           "null}\n",
            prefix, name, value);
}

static void print_counts(bool json, bool pairs) {
    if (!json) {
        printf("%u dumps of a real MCUboot: %u failed, bytes differ in %u\n"
               "%u boots that left clear bytes or key stream in spare flash\n"
               "%u decisions: %u differ\n%u limits: %u differ\n"
               "Differences that have a rule:\n",
                counts.dumps, counts.failed, counts.bytes_differ, counts.leaks, counts.rows,
                counts.rows_differ, counts.limits, counts.limits_differ);
        pairs ? pair_print_rules() : print_rules();
        return;
    }
    print_json("dumps", counts.dumps);
    print_json("failed", counts.failed);
    print_json("bytes_differ", counts.bytes_differ);
    print_json("leaks", counts.leaks);
    print_json("rows", counts.rows);
    print_json("rows_differ", counts.rows_differ);
    print_json("limits_differ", counts.limits_differ);
}

static void run_single(const char *dir, const json_t *manifest) {
    run_dumps(dir, manifest);
    if (has_secrets(dir)) {
        run_encrypted_decisions(dir, manifest);
        run_encrypted_limits(dir, manifest);
    } else {
        run_decisions(dir, manifest);
        run_limits(dir, manifest);
    }
}

int main(int argc, char **argv) {
    bool json = argc > 2 && !strcmp(argv[1], "--json");
    const char *dir = argv[argc - 1];

    if (argc != 2 + json) {
        fputs("usage: run_vectors [--json] DIR\n", stderr);
        return 64;
    }
    json_t *manifest = read_json(dir, "manifest.json");
    bool pairs = has_pairs(manifest);
    prefix = pairs ? "vectors_images" : has_secrets(dir) ? "vectors_encrypted" : "vectors";
    load_keys(dir, manifest);
    if (pairs) {
        run_pair_dumps(dir, manifest);
        run_pair_decisions(dir, manifest);
    } else {
        run_single(dir, manifest);
    }
    print_counts(json, pairs);
    json_decref(manifest);
    for (size_t i = 0; i < KINDS; i++) {
        tn_key_free(&pairs_of_keys[i]);
    }
    return counts.failed || counts.leaks || counts.bytes_differ || counts.rows_differ ||
            counts.limits_differ || !counts.dumps || !counts.rows || (!counts.limits && !pairs);
}
