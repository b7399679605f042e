// SPDX-License-Identifier: Apache-2.0
// tenon: firmware updates for microcontrollers, from a terminal or a script.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "many.h"

#define LIST(...) ((const uint8_t[]){__VA_ARGS__, OPT_END})

const struct command commands[] = {
        {"upgrade", "FILE...", "Install an image: upload, test, reset, check, confirm",
                "Uploads the image, marks it for a test, resets the device, waits for it, compares "
                "hashes and\nconfirms. Continues an interrupted upload. Succeeds only if the "
                "device "
                "reports that the image\nruns; does nothing if it runs already. On a port "
                "usb:VID:PID[:SERIAL] it goes by USB DFU, to any\nDFU device; a Tenon device is "
                "confirmed over its own serial port, if it has one.\nSeveral files are the images "
                "0, 1 and so on of a device that has several: one reset installs\nthem, together "
                "or not at all. A zip archive says itself which file is which image (tenon pack,\n"
                "nRF's dfu_application.zip). Of files that are built for different addresses, a "
                "device that\nruns images in place gets the one for its free slot.",
                LIST(OPT_KEY, OPT_NO_CONFIRM, OPT_DRY_RUN, OPT_FORCE, OPT_IMAGE, OPT_WINDOW,
                        OPT_DEADLINE, OPT_ADDRESS, OPT_ALT),
                true, 1, 16, cmd_upgrade},
        {"image list", "", "Show the images on the device", NULL, NULL, true, 0, 0, cmd_image_list},
        {"image upload", "FILE", "Send an image without starting it",
                "To start it: tenon image test FILE, then tenon os reset.",
                LIST(OPT_KEY, OPT_FORCE, OPT_IMAGE, OPT_SLOT, OPT_WINDOW, OPT_DEADLINE), true, 1, 1,
                cmd_image_upload},
        {"image test", "HASH|FILE", "Mark an image to run on test after the next reset",
                "HASH: at least its first 8 digits. FILE: the image's file.", NULL, true, 1, 1,
                cmd_image_test},
        {"image confirm", "[HASH|FILE]", "Make an image permanent, the running one by default",
                NULL, NULL, true, 0, 1, cmd_image_confirm},
        {"image rollback", "", "Go back to the image before the running one",
                "A swap left it in the other slot, so nothing is sent. Resets, and waits until it "
                "runs. A\nbootloader that overwrites images cannot go back.",
                LIST(OPT_DEADLINE), true, 0, 0, cmd_image_rollback},
        {"image download", "FILE", "Read a whole image from the device, where it offers that",
                "By default the running image. Checks the image's hash at the end. FILE.part keeps "
                "what came\nif it is interrupted; the same command goes on from there.",
                LIST(OPT_SLOT, OPT_DEADLINE), ONE_DEVICE, 1, 1, cmd_image_download},
        {"image erase", "", "Erase a slot, the spare one by default", NULL, LIST(OPT_SLOT), true, 0,
                0, cmd_image_erase},
        {"image slots", "", "Show the device's slots and their sizes", NULL, NULL, true, 0, 0,
                cmd_image_slots},
        {"image history", "", "Show the outcomes of updates, the newest first",
                "The bootloader logs them. boots: starts of the image before it was confirmed. A "
                "device "
                "in\nrecovery also says what became of the file on its card, if it has one.",
                LIST(OPT_IMAGE), true, 0, 0, cmd_image_history},
        {"image keys", "", "Show the device's keys, their roles, and which are revoked",
                "Also the number of its key list, and what becomes of the list that the running "
                "image brings.",
                NULL, true, 0, 0, cmd_image_keys},
        {"os echo", "TEXT", "Send a text and print the device's echo", NULL, NULL, true, 1, 1,
                cmd_os_echo},
        {"os reset", "", "Reset the device", NULL, LIST(OPT_MODE, OPT_FORCE), true, 0, 0,
                cmd_os_reset},
        {"os params", "", "Show the device's buffers", NULL, NULL, true, 0, 0, cmd_os_params},
        {"os info", "", "Show the device's name, version and bootloader", NULL, LIST(OPT_FORMAT),
                true, 0, 0, cmd_os_info},
        {"os groups", "", "Show the SMP groups that the device supports", NULL, NULL, true, 0, 0,
                cmd_os_groups},
        {"os taskstat", "", "Show the device's tasks", NULL, NULL, true, 0, 0, cmd_os_taskstat},
        {"os mpstat", "", "Show the device's memory pools", NULL, NULL, true, 0, 0, cmd_os_mpstat},
        {"os datetime", "[TIME]", "Show the device's clock; with TIME, set it first",
                "TIME looks like 2026-11-21T18:30:00; the device knows no time zone.", NULL, true,
                0, 1, cmd_os_datetime},
        {"stat list", "", "Show the groups of counters", NULL, NULL, true, 0, 0, cmd_stat_list},
        {"stat show", "GROUP", "Show a group's counters", NULL, NULL, true, 1, 1, cmd_stat_show},
        {"settings read", "NAME", "Show a setting's value", NULL, NULL, true, 1, 1,
                cmd_settings_read},
        {"settings write", "NAME VALUE", "Change a setting", "VALUE is text, or bytes as 0x0102.",
                NULL, true, 2, 2, cmd_settings_write},
        {"settings delete", "NAME", "Delete a setting", NULL, NULL, true, 1, 1,
                cmd_settings_delete},
        {"settings commit", "", "Apply changed settings", NULL, NULL, true, 0, 0,
                cmd_settings_commit},
        {"settings load", "", "Load the saved settings, in place of changed ones", NULL, NULL, true,
                0, 0, cmd_settings_load},
        {"settings save", "[NAME]", "Save settings, all of them by default", NULL, NULL, true, 0, 1,
                cmd_settings_save},
        {"fs download", "NAME FILE", "Receive a file from the device", NULL, LIST(OPT_DEADLINE),
                ONE_DEVICE, 2, 2, cmd_fs_download},
        {"fs upload", "FILE NAME", "Send a file to the device", NULL, LIST(OPT_DEADLINE), true, 2,
                2, cmd_fs_upload},
        {"fs status", "NAME", "Show a file's size", NULL, NULL, true, 1, 1, cmd_fs_status},
        {"fs hash", "NAME [TYPE]", "Show a file's hash, which the device computes",
                "TYPE: a name that fs types lists, such as sha256 or crc32.", NULL, true, 1, 2,
                cmd_fs_hash},
        {"fs types", "", "Show the kinds of hash that the device can compute", NULL, NULL, true, 0,
                0, cmd_fs_types},
        {"fs close", "", "Close the file that the device has open", NULL, NULL, true, 0, 0,
                cmd_fs_close},
        {"shell exec", "WORD...", "Run a command in the device's shell", NULL, LIST(OPT_RAW), true,
                1, 64, cmd_shell_exec},
        {"storage erase", "", "Erase the application's stored data", NULL, NULL, true, 0, 0,
                cmd_storage_erase},
        {"console", "", "Print the device's text, and send what you type",
                "Ctrl-] ends it. Other tenon commands of the same user can use the port at the "
                "same "
                "time. Removes\ncontrol sequences from the text, except with --raw.",
                LIST(OPT_RAW, OPT_DEADLINE), ONE_DEVICE, 0, 0, cmd_console},
        {"keygen", "FILE", "Make a key pair for signing",
                "Writes the private key as PEM (PKCS#8), which only its owner may read. TYPE is "
                "p256, "
                "p384, ed25519,\nrsa-2048 or rsa-3072; or x25519, which encrypts and does not "
                "sign. "
                "--lock encrypts the file with a\npassphrase: of --passphrase-file, of the "
                "variable "
                "TENON_PASSPHRASE, or from the terminal.",
                LIST(OPT_KEY, OPT_KEY_TYPE, OPT_DEV, OPT_LOCK, OPT_PASSPHRASE_FILE, OPT_FORCE),
                false, 0, 1, cmd_keygen},
        {"getpub", "KEY...", "Write public keys in a form for programs or tools",
                "--lang selects the form:\n"
                "  c     a C source that defines tn_keys, for struct tn_trust of image/trust.h\n"
                "  pem   the public key (SubjectPublicKeyInfo) as PEM, for other tools; one key\n"
                "  raw   the bytes that devices have: of ECDSA x and y, of RSA the modulus; one "
                "key\n"
                "  hash  the SHA-256 of the key as DER, in hex, one line per key: KEYHASH of "
                "images\n"
                "        whose hash is SHA-256\n"
                "A KEY is a file, which signs any image, or ROLE=FILE: lists=FILE signs key lists, "
                "image-2=FILE\nsigns image 2 only.",
                LIST(OPT_KEY, OPT_LANG, OPT_PASSPHRASE_FILE, OPT_OUTPUT), false, 0, 64, cmd_getpub},
        {"keylist make", "OUT KEY...", "Make a signed list that revokes keys on devices",
                "--key is the private key that signs lists, of the role 'lists'. A KEY is a public "
                "key's file, behind its\nrole if that is not any image: lists=FILE, image-2=FILE; "
                "or revoked=FILE, revoked-lists=FILE,\nrevoked-image-2=FILE. Name every key that "
                "is "
                "revoked by now, and the others too. tenon sign\n--key-list puts the list into an "
                "image.",
                LIST(OPT_KEY, OPT_NUMBER, OPT_PASSPHRASE_FILE), false, 2, 17, cmd_keylist_make},
        {"keylist show", "FILE...", "Show a key list, of its own file or of an image's",
                "With --key, checks that this key has signed it.",
                LIST(OPT_KEY, OPT_PASSPHRASE_FILE), false, 1, 1000, cmd_keylist_show},
        {"getpriv", "KEY", "Write a private key as C, for a loader that decrypts images",
                "The source defines tn_private_key, 32 bytes: of P-256 the number, big-endian; of "
                "X25519\nas in RFC 7748. It is as secret as KEY: only its owner can read the file, "
                "and --force\nreplaces one.",
                LIST(OPT_KEY, OPT_PASSPHRASE_FILE, OPT_OUTPUT, OPT_FORCE), false, 0, 1,
                cmd_getpriv},
        {"pack", "FILE...", "Put the images of one update into a zip archive",
                "The first file is image 0, the next one image 1. --xip: they are one image, built "
                "for slot 0 and\nslot 1.",
                LIST(OPT_OUTPUT, OPT_XIP, OPT_KEY, OPT_FORCE), false, 1, 16, cmd_pack},
        {"sign", "IN OUT", "Make a signed image from a program",
                "IN is a program: bytes, Intel HEX, UF2 or .dfu. OUT is a .bin, .hex, .uf2 or "
                ".dfu, "
                "by its suffix;\na .dfu is a DfuSe file if --hex-addr is given, a .uf2 wants "
                "--hex-addr and --family.\nThe NAME of --strategy is swap-offset, swap-move, "
                "swap-scratch, overwrite-only, direct-xip,\ndirect-xip-revert, ram-load or "
                "single-slot. --force also signs a file that does not look like a\nprogram.",
                LIST(OPT_KEY, OPT_IMAGE_VERSION, OPT_HDR_SIZE, OPT_PAD_HEADER, OPT_SLOT_SIZE,
                        OPT_SPARE_SIZE, OPT_SECTOR_SIZE, OPT_MAX_SECTORS, OPT_ALIGN, OPT_MAX_ALIGN,
                        OPT_PAD, OPT_PAD_CONFIRM, OPT_HEX_ADDR, OPT_ROM_FIXED, OPT_COUNTER,
                        OPT_DEPENDENCIES, OPT_ERASED, OPT_STRATEGY, OPT_FAMILY, OPT_DFU, OPT_VID,
                        OPT_PID, OPT_DEVICE, OPT_SHA, OPT_PURE, OPT_RANDOM_NONCE,
                        OPT_PUBLIC_KEY_FORMAT, OPT_DIGEST_OUT, OPT_SIGNATURE, OPT_PASSPHRASE_FILE,
                        OPT_ENCRYPT, OPT_ENCRYPT_KEYLEN, OPT_HMAC_SHA, OPT_CLEAR, OPT_KEY_LIST,
                        OPT_FORCE),
                false, 1, 2, cmd_sign},
        {"decrypt", "IN OUT", "Decrypt an image with the device's private key",
                "IN is an image that `tenon sign --encrypt` or imgtool made. OUT gets its clear "
                "form, which runs in\nslot 0. KEY is the device's private key, or a file of 16 or "
                "32 bytes (AES-KW).",
                LIST(OPT_KEY, OPT_PASSPHRASE_FILE), false, 2, 2, cmd_decrypt},
        {"dfu-file make", "IN OUT", "Make a .dfu file, for dfu-util and other tools",
                "IN is bytes, Intel HEX or UF2. OUT gets a DFU suffix; if the bytes have "
                "addresses, "
                "by --address or\nof their own, it is a DfuSe file. Ids are hex digits; without "
                "them the file is for every device.\nExample: tenon dfu-file make --vid 1209 --pid "
                "0001 app.signed.bin app.dfu",
                LIST(OPT_VID, OPT_PID, OPT_DEVICE, OPT_ADDRESS, OPT_ALT), false, 2, 2,
                cmd_dfu_file_make},
        {"dfu-file check", "FILE...", "Check .dfu files, and show what they hold",
                "Checks the CRC and every size; prints ids, targets and elements.", NULL, false, 1,
                1000, cmd_dfu_file_check},
        {"dfu-file strip", "IN OUT", "Take the suffix off a .dfu file",
                "Of a DfuSe file, OUT is a .hex, or the bytes with gaps filled.", NULL, false, 2, 2,
                cmd_dfu_file_strip},
        {"inspect", "FILE...", "Show the content of an image file, and check it",
                "Checks the hash, and with --key the signature. With --flash, FILE is a dump of a "
                "device's flash:\nwhat it holds, what the loader does at the next boot, and why. "
                "--key is the loader's then. Without\naddresses the dump begins with slot 0, and "
                "slot 1 follows. The log of outcomes is read, and the\nrules of Tenon's loader "
                "apply, only if its address is known. Example:\n"
                "tenon inspect --flash --key pub.pem --board port/nrf5x/boards/microbit/layout.h "
                "--align 4 dump.bin",
                LIST(OPT_KEY, OPT_FLASH, OPT_BOARD, OPT_BASE, OPT_SLOT_ADDR, OPT_SLOT_SIZE,
                        OPT_SPARE_ADDR, OPT_SPARE_SIZE, OPT_SCRATCH_ADDR, OPT_SCRATCH_SIZE,
                        OPT_SECTOR_SIZE, OPT_SECTORS, OPT_MAX_SECTORS, OPT_ALIGN, OPT_MAX_ALIGN,
                        OPT_ERASED, OPT_STRATEGY, OPT_OUTCOME_ADDR, OPT_OUTCOME_SIZE, OPT_ATTEMPTS),
                false, 1, 1000, cmd_inspect},
        {"devices", "[PORT...]", "List serial ports and DFU devices; --probe: query the ports",
                "Opens no port without --probe, because some boards reset when their port is "
                "opened. --ble listens\nfor five seconds, or --timeout, and lists the Bluetooth "
                "devices in reach: those with the SMP\nservice first.",
                LIST(OPT_BLE, OPT_PROBE, OPT_BAUD, OPT_TIMEOUT), false, 0, 100, cmd_devices},
        {"doctor", "[FILE]", "Check what this machine needs to reach a device",
                "Checks permissions, udev rules, other programs that use a port or a DFU device, "
                "and "
                "keys; with --port,\nalso whether an SMP server answers, and whether that device "
                "trusts "
                "the key that signed FILE, or --key.\nExit code 0 if no check fails, else 1.",
                LIST(OPT_KEY), true, 0, 1, cmd_doctor},
        {"explain", "[FILE...]", "Explain a log or hex dump of SMP, and what went wrong",
                "Reads logs of nRF Connect, mcumgr, smpmgr, btmon and tenon -v -v, hex dumps, hex "
                "digits, bytes of\nPython, decimal lists, console lines, packets as bytes, and "
                "error codes "
                "alone; without FILE,\nstandard input.",
                NULL, false, 0, 1000, cmd_explain},
        {"config show", "[NAME]", "Show the connection profiles", NULL, NULL, false, 0, 1,
                cmd_config_show},
        {"config add", "NAME OPTION=VALUE...", "Add a connection profile",
                "Use it by: tenon upgrade -p NAME FILE. A call without a port uses the profile "
                "\"default\". OPTION is port,\nbaud, key, timeout, window, deadline, image, log, "
                "conntype or connstring.\nExample: tenon config add bench port=/dev/ttyACM0 "
                "baud=921600",
                LIST(OPT_FORCE), false, 2, 20, cmd_config_add},
        {"config remove", "NAME", "Remove a connection profile", NULL, NULL, false, 1, 1,
                cmd_config_remove},
        {"merge", "FILE...", "Join .hex, .uf2 and .bin@ADDRESS files into one",
                "The suffix of the output selects its form: .hex, .uf2, or else plain bytes. "
                "Refuses "
                "overlapping\nbytes. Example: tenon merge -o factory.hex boot.hex app.hex",
                LIST(OPT_OUTPUT, OPT_FAMILY), false, 1, 1000, cmd_merge},
        {"echo", "TEXT", "The same as os echo", NULL, NULL, true, 1, 1, cmd_os_echo},
        {"reset", "", "The same as os reset", NULL, LIST(OPT_MODE, OPT_FORCE), true, 0, 0,
                cmd_os_reset},
        {"completion", "SHELL", "Print a script for the shell's completion",
                "SHELL is bash, zsh or fish. For bash: source <(tenon completion bash).\ntenon "
                "completion "
                "ports prints this machine's serial ports, one a line.",
                NULL, false, 1, 1, cmd_completion},
        {"man", "[COMMAND]", "Print the manual page of the program, or of a command",
                "Read it by: tenon man upgrade | man -l -", LIST(OPT_OUTPUT_DIR), false, 0, 2,
                cmd_man},
        {"version", "", "Print the program's version", NULL, NULL, false, 0, 0, cmd_version},
        {"help", "[COMMAND | exit-codes]", "Print help", NULL, NULL, false, 0, 2, cmd_help},
};
const size_t ncommands = TN_LEN(commands);

// If the command line is invalid, the parser may have stopped before --json.
static bool wants_json(const struct cli *cli, int argc, char **argv) {
    bool found = cli->given[OPT_JSON] > 0;
    for (int i = 1; i < argc; i++) {
        found = found || strcmp(argv[i], "--json") == 0;
    }
    return found;
}

static int print_help(struct cli *cli) {
    if (cli->cmd) {
        help_command(stdout, cli->cmd);
    } else if (cli->group) {
        help_group(stdout, cli->group);
    } else {
        help_overview(stdout);
    }
    return 0;
}

// Output that is lost is a failure: a script may have stored half of a result.
static int check_output(struct cli *cli) {
    return fflush(stdout) == 0 && !ferror(stdout)
            ? 0
            : tn_fail(&cli->fault, TN_FAULT_WRITE,
                      "standard output cannot be written; is the disk full, or has its reader "
                      "ended?");
}

int cli_end(struct cli *cli, int err) {
    if (!err) {
        err = check_output(cli);
    }
    if (err && !cli->complained) {
        complain(cli);
    }
    // A step that failed and then succeeded in another way may have left a fault.
    int code = err ? exit_code(cli->fault.kind) : 0;
    if (trail_close(cli, code)) {
        complain(cli);
        code = code ? code : exit_code(cli->fault.kind);
    }
    return code;
}

// ---- Devices ---------------------------------------------------------------------------

static bool has_words(const struct cli *cli) {
    return cli->given[OPT_CONNSTRING] || cli->given[OPT_CONNTYPE];
}

int run_on_port(struct cli *cli, const char *port) {
    cli->port = port;
    cli->value[OPT_PORT] = port;
    cli->given[OPT_PORT] = port != NULL;
    int err = (!has_words(cli) && default_profile(cli)) || defaults_from_env(cli) ||
                    trail_open(cli) || cli->cmd->run(cli)
            ? -1
            : 0;
    return cli_end(cli, err);
}

static int no_device_found(struct cli *cli, const struct found *f) {
    if (f->asked == 0) {
        return tn_fail(&cli->fault, TN_FAULT_NO_DEVICE,
                "--all: this machine has no serial port; is a device plugged in? To check the "
                "machine: tenon doctor");
    }
    return tn_fail(&cli->fault, TN_FAULT_NOT_SMP, "--all: SMP answers on none of %zu ports (%s)",
            f->asked, f->tried);
}

static int run_on_found(struct cli *cli, const struct found *f) {
    const char **ports = calloc(f->n, sizeof(*ports));

    if (!ports) {
        tn_fail_memory(&cli->fault);
        return cli_end(cli, -1);
    }
    for (size_t i = 0; i < f->n; i++) {
        ports[i] = f->ports[i].name;
    }
    int code = many_run(cli, ports, f->n);
    free(ports);
    return code;
}

static int run_on_all(struct cli *cli) {
    struct found f;

    cli->given[OPT_PORT] = 0;
    if (cli->nports) {
        tn_fail(&cli->fault, TN_FAULT_USAGE, "--all and --port exclude each other; give one");
        return cli_end(cli, -1);
    }
    if (find_ports(cli, true, &f)) {
        return cli_end(cli, -1);
    }
    if (f.busy) {
        warn(cli, "another program is using %s: left out", f.held);
    }
    int code = f.n ? run_on_found(cli, &f) : cli_end(cli, no_device_found(cli, &f));
    found_free(&f);
    return code;
}

// The port of the command line or of the environment, or none.
static int run_on_device(struct cli *cli) {
    const char *env = getenv("TENON_PORT");
    const char *port = cli->nports ? cli->ports[0] : has_words(cli) || !env || !*env ? NULL : env;
    bool wants_several = cli->nports > 1 || cli->given[OPT_ALL];

    if (wants_several && cli->cmd->on_device == ONE_DEVICE) {
        tn_fail(&cli->fault, TN_FAULT_USAGE, "%s works with one device; give one --port",
                cli->cmd->name);
        return cli_end(cli, -1);
    }
    if (cli->given[OPT_ALL]) {
        return run_on_all(cli);
    }
    if (is_port_twice(cli, cli->ports, cli->nports)) {
        return cli_end(cli, -1);
    }
    return cli->nports > 1 ? many_run(cli, cli->ports, cli->nports) : run_on_port(cli, port);
}

static int run(struct cli *cli) {
    if (cli->given[OPT_HELP]) {
        return cli_end(cli, print_help(cli));
    }
    if (!cli->cmd) {
        return cli_end(cli, cmd_version(cli));
    }
    if (cli->cmd->on_device) {
        return default_from_env(cli, OPT_ALL) ? cli_end(cli, -1) : run_on_device(cli);
    }
    return cli_end(cli, defaults_from_env(cli) || cli->cmd->run(cli) ? -1 : 0);
}

// Parses, runs, and reports. Every call ends here; no other function calls exit.
int main(int argc, char **argv) {
    static struct cli cli;

    system_begin();
    int err = cli_parse(&cli, argc, argv) || default_from_env(&cli, OPT_JSON) ||
                    default_from_env(&cli, OPT_QUIET) || default_from_env(&cli, OPT_NO_COLOR)
            ? -1
            : 0;
    const char *no_color = getenv("NO_COLOR");
    cli.json = wants_json(&cli, argc, argv);
    cli.quiet = cli.given[OPT_QUIET] > 0;
    cli.color = !cli.given[OPT_NO_COLOR] && !(no_color && *no_color) && isatty(STDERR_FILENO);
    return err ? cli_end(&cli, err) : run(&cli);
}
