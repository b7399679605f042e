// SPDX-License-Identifier: Apache-2.0
// The options of all commands as one table. getopt_long's input and the text of --help are both
// made from it.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "cli.h"
#include "options.h"

// What --strategy accepts, for its help, its error and its completion.
#define STRATEGIES                                                                                 \
    "swap-offset swap-move swap-scratch overwrite-only direct-xip direct-xip-revert ram-load "     \
    "single-slot"

const struct option_row option_rows[OPT_COUNT] = {
        [OPT_ADDRESS] = {0, "address", "ADDR", "address of the first byte"},
        [OPT_ALIGN] = {'a', "align", "N", "write unit of the flash: 1, 2, 4, 8, 16 or 32"},
        [OPT_ALL] = {0, "all", NULL, "every device on which SMP answers"},
        [OPT_ALT] = {0, "alt", "N", "alternate setting, which selects the device's memory (0)"},
        [OPT_ATTEMPTS] = {0, "attempts", "N", "boots of an image on test before a revert (1)"},
        [OPT_BASE] = {0, "base", "ADDR", "address of the dump's first byte (0, or the file's own)"},
        [OPT_BAUD] = {'b', "baud", "RATE",
                "speed of a serial line (115200); auto tries the usual ones"},
        [OPT_BLE] = {0, "ble", NULL, "listen for Bluetooth devices instead"},
        [OPT_BOARD] = {0, "board", "FILE", "a board's layout.h: addresses and sizes"},
        [OPT_CLEAR] = {0, "clear", NULL,
                "not encrypted yet: for the first image of a device, in slot 0"},
        [OPT_CONFIRM] = {0, "confirm", NULL, "make it permanent at once, without a test"},
        [OPT_CONNSTRING] = {0, "connstring", "TEXT",
                "the port as in mcumgr: dev=PATH,baud=N or addr=HOST:PORT"},
        [OPT_CONNTYPE] = {0, "conntype", "TYPE", "the kind of port as in mcumgr: serial or udp"},
        [OPT_COUNTER] = {'s', "security-counter", "N", "security counter (auto: from the version)"},
        [OPT_DEADLINE] = {0, "deadline", "SECONDS", "most time for the whole command (no limit)"},
        [OPT_DEPENDENCIES] = {'d', "dependencies", "LIST",
                "other images that it needs, in these versions or later: (1, 1.2.3)"},
        [OPT_DEV] = {0, "dev", NULL, "mark it as a development key; tools warn of such keys"},
        [OPT_DEVICE] = {0, "device", "HEX", "the USB device's release: bcdDevice (any)"},
        [OPT_DFU] = {0, "dfu", NULL, "write a .dfu file, whatever its name"},
        [OPT_DIGEST_OUT] = {0, "digest-out", "FILE",
                "write what is to be signed elsewhere, and no image"},
        [OPT_DRY_RUN] = {0, "dry-run", NULL, "print what would be done, and do nothing"},
        [OPT_ENCRYPT] = {'E', "encrypt", "KEY",
                "encrypt for the device with this public key, or with 16 or 32 bytes (AES-KW)"},
        [OPT_ENCRYPT_KEYLEN] = {0, "encrypt-keylen", "BITS", "of the AES key: 128 or 256 (128)"},
        [OPT_ERASED] = {'R', "erased-val", "BYTE", "what erased flash reads as: 0xff or 0"},
        [OPT_FAMILY] = {0, "family", "NAME",
                "chip that a .uf2 is for: nrf52840, rp2040, or a number"},
        [OPT_FLASH] = {0, "flash", NULL, "the files are dumps of a device's flash"},
        [OPT_FORCE] = {0, "force", NULL, "do it in spite of a warning"},
        [OPT_FORMAT] = {'f', "format", "LETTERS", "which fields: s n r v b m p i o, or a for all"},
        [OPT_HASH] = {0, "hash", "HEX", "the image's hash, or its first 8 digits or more"},
        [OPT_HDR_SIZE] = {'H', "header-size", "N", "bytes of the image's header (32)"},
        [OPT_HELP] = {'h', "help", NULL, "print help for the command"},
        [OPT_HEX_ADDR] = {'x', "hex-addr", "ADDR", "address of the slot, for .hex files"},
        [OPT_HMAC_SHA] = {0, "hmac-sha", "BITS", "encryption for X25519: 256 or 512 (256)"},
        [OPT_IMAGE] = {'n', "image", "N", "which image of a device that has several (0)"},
        [OPT_IMAGE_VERSION] = {0, "version", "VERSION", "maj.min.rev+build (or .build)"},
        [OPT_JSON] = {0, "json", NULL, "results as JSON, one object a line, on stdout"},
        [OPT_KEY] = {'k', "key", "KEY", "key file; - (standard input), fd:N or pkcs11:URI"},
        [OPT_KEY_LIST] = {0, "key-list", "FILE", "a key list for the device: tenon keylist make"},
        [OPT_KEY_TYPE] = {'t', "type", "TYPE",
                "kind of key: p256 (the default), p384, ed25519, rsa-2048, rsa-3072, x25519"},
        [OPT_LANG] = {'l', "lang", "FORMAT",
                "form of the output: c (the default), pem, raw or hash"},
        [OPT_LOCK] = {0, "lock", NULL, "encrypt the key file with a passphrase"},
        [OPT_LOG] = {0, "log", "FILE", "append a record of what was done to this file"},
        [OPT_MAX_ALIGN] = {0, "max-align", "N", "8, 16 or 32, if above 8 and --align"},
        [OPT_MAX_SECTORS] = {'M', "max-sectors", "N", "sectors that the bootloader allows for"},
        [OPT_MODE] = {0, "mode", "MODE", "what to run next: normal, recovery, safe, rom"},
        [OPT_NO_COLOR] = {0, "no-color", NULL, "no colours (also NO_COLOR)"},
        [OPT_NO_CONFIRM] = {0, "no-confirm", NULL, "leave the new image on test"},
        [OPT_NUMBER] = {0, "number", "N", "number of the list, above that of every list before it"},
        [OPT_OUTCOME_ADDR] = {0, "outcome-addr", "ADDR", "address of the loader's log of outcomes"},
        [OPT_OUTCOME_SIZE] = {0, "outcome-size", "N", "bytes of that log (two sectors)"},
        [OPT_OUTPUT] = {'o', "output", "FILE", "file to write"},
        [OPT_OUTPUT_DIR] = {'o', "output", "DIR", "write the pages of all commands to this folder"},
        [OPT_PAD] = {0, "pad", NULL, "fill the slot and request a test at the next reset"},
        [OPT_PAD_CONFIRM] = {0, "confirm", NULL, "the same, and confirmed: for a first image"},
        [OPT_PAD_HEADER] = {0, "pad-header", NULL, "put the header in front of the input"},
        [OPT_PASSPHRASE_FILE] = {0, "passphrase-file", "FILE",
                "first line: a locked key's passphrase, or a token's PIN"},
        [OPT_PID] = {0, "pid", "HEX", "the USB device's product id, such as 0001 (any)"},
        [OPT_PORT] = {'p', "port", "PORT",
                "PATH@BAUD, raw:PATH, udp:HOST, ble:NAME, usb:VID:PID or a profile; repeatable"},
        [OPT_PROBE] = {0, "probe", NULL, "open each port and query it for an SMP device"},
        [OPT_PUBLIC_KEY_FORMAT] = {0, "public-key-format", "FORMAT",
                "what the image has of the key: hash (the default) or full"},
        [OPT_PURE] = {0, "pure", NULL, "Ed25519: sign the image, not its hash"},
        [OPT_QUIET] = {'q', "quiet", NULL, "no notes and no progress"},
        [OPT_RANDOM_NONCE] = {0, "random-nonce", NULL,
                "ECDSA: another signature each time (not RFC 6979)"},
        [OPT_RAW] = {0, "raw", NULL, "keep control sequences in the device's text"},
        [OPT_ROM_FIXED] = {'F', "rom-fixed", "ADDR", "the flash address the image is built for"},
        [OPT_SCRATCH_ADDR] = {0, "scratch-addr", "ADDR",
                "address of the scratch area (behind slot 1)"},
        [OPT_SCRATCH_SIZE] = {0, "scratch-size", "N",
                "bytes of the scratch area, for swap-scratch"},
        [OPT_SECTOR_SIZE] = {0, "sector-size", "N", "of the flash, for an exact check of the size"},
        [OPT_SECTORS] = {0, "sectors", "LIST",
                "sectors of several sizes, from --base on: 4*16K,64K,7*128K"},
        [OPT_SHA] = {0, "sha", "BITS", "the image's hash: 256, 384, 512 (by the kind of key)"},
        [OPT_SIGNATURE] = {0, "signature", "FILE",
                "the signature, made elsewhere; --key is public"},
        [OPT_SLOT] = {0, "slot", "N", "slot number"},
        [OPT_SLOT_ADDR] = {0, "slot-addr", "ADDR", "address of slot 0 (the dump's first byte)"},
        [OPT_SLOT_SIZE] = {'S', "slot-size", "N", "bytes of the primary slot"},
        [OPT_SPARE_ADDR] = {0, "spare-addr", "ADDR", "address of slot 1 (behind slot 0)"},
        [OPT_STRATEGY] = {0, "strategy", "NAME",
                "how the bootloader installs images (default: swap-offset)"},
        [OPT_SPARE_SIZE] = {0, "spare-size", "N", "bytes of the other slot, if they differ"},
        [OPT_TIMEOUT] = {'t', "timeout", "SECONDS", "longest wait for one answer (2)"},
        [OPT_XIP] = {0, "xip", NULL, "the files are one image, built for each slot"},
        [OPT_VERBOSE] = {'v', "verbose", NULL, "print more; twice: print the packets"},
        [OPT_VERSION] = {0, "version", NULL, "print the program's version"},
        [OPT_VID] = {0, "vid", "HEX", "the USB device's vendor id, such as 1209 (any)"},
        [OPT_WINDOW] = {'w', "window", "N", "most requests in flight (0: as the device reports)"},
};

// Every command has these options.
const uint8_t common_opts[] = {OPT_HELP, OPT_JSON, OPT_NO_COLOR, OPT_QUIET, OPT_VERBOSE, OPT_END};

// Every command on a device has these options too.
const uint8_t port_opts[] = {
        OPT_PORT, OPT_ALL, OPT_BAUD, OPT_TIMEOUT, OPT_LOG, OPT_CONNTYPE, OPT_CONNSTRING, OPT_END};

// Values that are one of a few words, for completion.
static const struct {
    enum opt opt;
    const char *values;
} option_sets[] = {
        {OPT_ALIGN, "1 2 4 8 16 32"},
        {OPT_BAUD, "auto 9600 38400 57600 115200 230400 460800 921600 1000000"},
        {OPT_BOARD, VALUE_FILE},
        {OPT_CONNTYPE, "serial udp"},
        {OPT_COUNTER, "auto"},
        {OPT_ENCRYPT, VALUE_FILE},
        {OPT_ENCRYPT_KEYLEN, "128 256"},
        {OPT_ERASED, "0xff 0"},
        {OPT_HMAC_SHA, "256 512"},
        {OPT_FAMILY, "nrf52840 nrf52833 nrf52 rp2040 samd21 samd51 stm32f4 esp32s3"},
        {OPT_KEY, VALUE_FILE},
        {OPT_KEY_LIST, VALUE_FILE},
        {OPT_DIGEST_OUT, VALUE_FILE},
        {OPT_KEY_TYPE, "p256 p384 ed25519 rsa-2048 rsa-3072 x25519"},
        {OPT_LANG, "c pem raw hash"},
        {OPT_LOG, VALUE_FILE},
        {OPT_MAX_ALIGN, "8 16 32"},
        {OPT_MODE, "normal recovery safe rom"},
        {OPT_OUTPUT, VALUE_FILE},
        {OPT_OUTPUT_DIR, VALUE_FILE},
        {OPT_PASSPHRASE_FILE, VALUE_FILE},
        {OPT_PORT, VALUE_PORT},
        {OPT_PUBLIC_KEY_FORMAT, "hash full"},
        {OPT_SHA, "256 384 512"},
        {OPT_SIGNATURE, VALUE_FILE},
        {OPT_STRATEGY, STRATEGIES},
};

const char *option_values(enum opt o) {
    for (size_t i = 0; i < TN_LEN(option_sets); i++) {
        if (option_sets[i].opt == o) {
            return option_sets[i].values;
        }
    }
    return "";
}

// Options before the command.
static const uint8_t program_opts[] = {OPT_VERSION, OPT_END};

const char *option_name(enum opt o) {
    static char text[32];
    snprintf(text, sizeof(text), "--%s", option_rows[o].name);
    return text;
}

// ---- getopt_long -----------------------------------------------------------------------

enum { LONG_BASE = 256 };  // val of a long option: LONG_BASE + enum opt, so no letter collides

struct lists {
    char letters[2 * OPT_COUNT + 3];
    struct option longs[OPT_COUNT + 1];
    uint8_t by_letter[128];
    int nlongs;
};

static void add_options(struct lists *l, const uint8_t *opts) {
    for (; opts && *opts != OPT_END; opts++) {
        const struct option_row *r = &option_rows[*opts];
        l->longs[l->nlongs++] = (struct option){
                r->name, r->arg ? required_argument : no_argument, NULL, LONG_BASE + *opts};
        // The first option to use a letter keeps it: a command's own options come before the common
        // ones.
        if (r->letter && !l->by_letter[(int)r->letter]) {
            l->by_letter[(int)r->letter] = *opts;
            size_t n = strlen(l->letters);
            l->letters[n] = r->letter;
            l->letters[n + 1] = r->arg ? ':' : '\0';
        }
    }
}

// Appends a list to the n options in uses. Returns the new number.
static size_t use_options(struct option_use *uses, size_t n, const uint8_t *opts) {
    for (; opts && *opts != OPT_END; opts++) {
        char letter = option_rows[*opts].letter;
        for (size_t i = 0; i < n; i++) {
            letter = uses[i].letter == letter ? 0 : letter;
        }
        uses[n++] = (struct option_use){(enum opt) * opts, letter};
    }
    return n;
}

size_t options_of(const struct command *cmd, struct option_use *ret) {
    size_t n = use_options(ret, 0, cmd->opts);
    n = use_options(ret, n, cmd->on_device ? port_opts : NULL);
    return use_options(ret, n, common_opts);
}

static int usage(struct cli *cli, const char *what, const char *arg) {
    const char *name = cli->cmd ? cli->cmd->name : NULL;
    return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s %s; see: tenon %s%s--help", what, arg,
            name ? name : "", name ? " " : "");
}

// Runs getopt_long over argv and records the options. For unknown options it prints our own
// message, in the form of every other error.
static int read_options(struct cli *cli, struct lists *l, int argc, char **argv) {
    opterr = 0;
    optind = 0;  // glibc: start again
    for (;;) {
        int c = getopt_long(argc, argv, l->letters, l->longs, NULL);
        if (c == -1) {
            return 0;
        }
        if (c == '?' || c == ':') {
            const char *arg = optind <= argc && optind > 0 ? argv[optind - 1] : "";
            return usage(
                    cli, c == ':' ? "a value is missing behind" : "unknown or wrong option", arg);
        }
        int o = c >= LONG_BASE ? c - LONG_BASE : l->by_letter[c];
        if (o == OPT_PORT && cli->nports == PORTS_MAX) {
            return usage(cli, "too many ports:", optarg);
        }
        if (o == OPT_PORT) {
            cli->ports[cli->nports++] = optarg;
        }
        cli->given[o]++;
        cli->value[o] = optarg;
    }
}

// ---- The command -----------------------------------------------------------------------

// How many of argv's words form the name of cmd; 0 if they do not.
static int matches(const struct command *cmd, char **argv, int argc) {
    const char *p = cmd->name;
    int words = 0;

    while (*p) {
        size_t n = strcspn(p, " ");
        if (words == argc || strlen(argv[words]) != n || memcmp(argv[words], p, n) != 0) {
            return 0;
        }
        words++;
        p += n + (p[n] == ' ');
    }
    return words;
}

static int unknown_command(struct cli *cli, const char *first, const char *second) {
    const char *like = command_like(first, second);
    bool is_known_group = is_group(first);

    return tn_fail(&cli->fault, TN_FAULT_USAGE,
            "unknown command: %s%s%s; %s%s%ssee: tenon %s%s--help", first,
            second && is_known_group ? " " : "", second && is_known_group ? second : "",
            like ? "did you mean " : "", like ? like : "", like ? "? Or " : "",
            is_known_group ? first : "", is_known_group ? " " : "");
}

// Handles "image" alone, with a wrong second word, or with --help. Returns 0 for --help.
static int no_second_word(struct cli *cli, char **argv, int argc) {
    const char *second = argc > 1 ? argv[1] : "--help";

    if (strcmp(second, "--help") == 0 || strcmp(second, "-h") == 0 || cli->given[OPT_HELP]) {
        cli->given[OPT_HELP] = 1;
        cli->group = argv[0];
        return 0;
    }
    return unknown_command(cli, argv[0], argc > 1 ? argv[1] : NULL);
}

// How many words the command has; 0 if the user asked only for help.
static int find_command(struct cli *cli, char **argv, int argc) {
    for (size_t i = 0; i < ncommands; i++) {
        int words = matches(&commands[i], argv, argc);
        if (words) {
            cli->cmd = &commands[i];
            return words;
        }
    }
    if (is_group(argv[0])) {
        return no_second_word(cli, argv, argc);
    }
    return unknown_command(cli, argv[0], argc > 1 ? argv[1] : NULL);
}

static int count_args(struct cli *cli) {
    if (cli->given[OPT_HELP]) {
        return 0;
    }
    if (cli->nargs < cli->cmd->min_args) {
        return usage(cli, "missing:", cli->cmd->args);
    }
    return cli->nargs > cli->cmd->max_args
            ? usage(cli, "one argument too many:", cli->args[cli->cmd->max_args])
            : 0;
}

int cli_parse(struct cli *cli, int argc, char **argv) {
    struct lists program = {.letters = "+:"};
    struct lists own = {.letters = ":"};

    add_options(&program, program_opts);
    add_options(&program, common_opts);
    add_options(&program, port_opts);
    if (read_options(cli, &program, argc, argv)) {
        return -1;
    }
    argv += optind;
    argc -= optind;
    if (argc == 0) {
        cli->given[OPT_HELP] += !cli->given[OPT_VERSION];  // nothing at all: help is what is needed
        return 0;
    }
    int words = find_command(cli, argv, argc);
    if (words <= 0) {
        return words;
    }
    add_options(&own, cli->cmd->opts);
    add_options(&own, cli->cmd->on_device ? port_opts : NULL);
    add_options(&own, common_opts);
    // getopt_long takes argv[0] as the program's name, so the command's last word is at argv[0].
    argv += words - 1;
    argc -= words - 1;
    if (read_options(cli, &own, argc, argv)) {
        return -1;
    }
    cli->args = argv + optind;
    cli->nargs = argc - optind;
    return count_args(cli);
}

int cli_number(struct cli *cli, enum opt o, uint32_t min, uint32_t max, uint32_t *ret) {
    const char *text = cli->value[o];
    char *end = NULL;

    if (!text) {
        return 0;
    }
    unsigned long long v = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 0) : 0;
    if (end && (*end == 'K' || *end == 'k')) {
        v *= 1024;
        end++;
    } else if (end && *end == 'M') {
        v *= 1024 * 1024;
        end++;
    }
    if (!end || *end || v < min || v > max) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s %s: not a number from %u to %u",
                option_name(o), text, (unsigned)min, (unsigned)max);
    }
    *ret = (uint32_t)v;
    return 0;
}
