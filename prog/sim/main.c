// SPDX-License-Identifier: Apache-2.0
// tenon-sim: the loader and the sample application on a simulated board.
//
// The application "runs" when the loader starts slot 0. Its version is that of the image header. A
// line in its payload selects its behaviour (see usage).
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/app.h"
#include "base/compiler.h"
#include "base/err.h"
#include "ble.h"
#include "boot/check.h"
#include "boot/keyring.h"
#include "boot/loader.h"
#include "boot/mark.h"
#include "boot/single_encrypted.h"
#include "host/files/key_list.h"
#include "links.h"
#include "secrets.h"
#include "serve/file_words.h"
#include "service/card.h"
#include "service/uf2.h"
#include "service/usb.h"
#include "service/xmodem.h"
#include "sim.h"
#include "sim_card.h"
#include "things.h"
#include "trust/every_kind.h"

enum {
    KEYS_MAX = 8,
    USAGE = 64,
    CONFIRM_AFTER_MS = 500,  // the duration of a self-test
    CRASH_AFTER_MS = 200,
};

static struct tn_key keys[KEYS_MAX + 1];  // ends with a key of kind 0
static size_t nkeys;
static bool has_roles;  // of keys: not all of them sign any image
static struct tn_key usable_keys[KEYS_MAX + 1];
static struct tn_trust trust;
static struct tn_keyring keyring = {.trust = &trust,
        .built_in = keys,
        .keys = usable_keys,
        .nkeys = TN_LEN(usable_keys),
        .area = &tn_sim_keys};
static const struct tn_rule *rules[5] = {&tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback};
static uint32_t quiet_ms = TN_QUIET_MS;
static struct tn_policy policy = {.rules = rules, .nrules = 3, .attempts = 1};
static struct tn_sim_cfg cfg = {.fifo = 6};
// For tests only: a product needs ids of its own (port/tinyusb/device.h).
#define UF2_FAMILY 0xada52840u  // the nRF52840's: no number stands for a simulated chip
static const struct tn_usb_ids usb_ids = {0x1209, 0x0001, 0x0002, "Tenon", "tenon-sim"};
static struct tn_service_usb_cfg usb = {.controller = &tn_sim_usb,
        .ids = &usb_ids,
        .mark = TN_SWAP_TEST,
        .words = tn_serve_file_words};
static bool takes_files;
static bool has_drive;
static const char *card_path;
static const char *card_names[] = {"firmware.bin", "firmware.dfu", NULL};
static const char *folder;
static const char *id = "";

// In parts, since C99 ends a string at 4,095 characters.
static const char *const usage[] = {
        "usage: tenon-sim --flash FILE --pty LINK [options]\n"
        "\n"
        "Runs a device whose flash is FILE and whose serial line is the terminal LINK.\n"
        "\n"
        "  --flash FILE     the flash; created as erased if it does not exist\n"
        "  --external FILE  another flash, with larger sectors, which has the spare slot; as "
        "--flash\n"
        "  --pty LINK       a symbolic link to the device's terminal, which this creates\n"
        "  --udp WHERE      also serves SMP on this UDP port: PORT or ADDRESS:PORT (default:\n"
        "                   127.0.0.1; port 0: any free port, which is printed)\n"
        "  --usbip WHERE    has USB, too: a USB/IP server as --udp's; a Linux machine attaches "
        "the\n"
        "                   device by: usbip attach -r ADDRESS -b 1-1\n"
        "  --card FILE      the image of a card: recovery installs firmware.bin, firmware.dfu, or\n"
        "                   the file of --card-file from it\n"
        "  --card-file NAME what to look for on the card, instead\n"
        "  --usb-count FILE  appends what the USB has carried, a line at each reset\n"
        "  --uf2            with --usbip: recovery is a drive, too, and takes .uf2 files of the\n"
        "                   family nrf52840\n"
        "  --xmodem         recovery takes files by XMODEM and YMODEM, too\n"
        "  --dfu WORDS      what DFU may do besides: permanent (files, too), replace, read\n"
        "  --allow WORDS    what the serial line permits besides updates: some of\n"
        "                   " TN_SIM_WORDS "\n"
        "  --udp-allow WORDS  the same for UDP\n"
        "  --ble WHERE      also serves SMP over BLE, by a Bluetooth controller: tcp:HOST:PORT, a\n"
        "                   terminal or serial line (PATH), or hci0 of this machine (0)\n"
        "  --ble-name NAME  what it advertises (tenon-sim)\n"
        "  --ble-address A  its address, such as C0:54:4E:00:00:02; recovery has the next one\n"
        "  --ble-access WHO open (default); bonded, or a passkey of six digits, in the "
        "application\n"
        "  --ble-mtu N      the largest MTU that it agrees to (498)\n"
        "  --ble-bonds FILE keeps the keys of bonds over resets\n"
        "  --folder DIR     the device's files, and its settings\n"
        "  --key PEM        a key whose images it runs (may be repeated; default: keys/dev.pem);\n"
        "                   lists=PEM: signs key lists; image-N=PEM: signs image N\n"
        "  --baud N         the line carries N / 10 bytes a second (default: no limit)\n"
        "  --erase-ms N     erasing a sector stops the core for N ms\n"
        "  --fifo N         bytes that the UART buffers meanwhile (default: 6)\n"
        "  --speed N        garbles the bytes of a client that opens the terminal at another "
        "speed\n"
        "  --cut-after N    power is lost at flash operation N: exit code 9\n"
        "  --cut KIND       what that operation leaves: before, torn or after (default: before)\n"
        "  --log FILE       appends all that the device sends to FILE\n"
        "  --id TEXT        the device's own number, for os info\n",
        "  --hold-button    the recovery button is held at every start\n"
        "  --press-button   it is held when the power comes on\n"
        "  --strategy NAME  how images are installed: swap-offset (default), swap-move,\n"
        "                   swap-scratch (default with --external), overwrite-only,\n"
        "                   direct-xip or direct-xip-revert; with single-slot, recovery writes to\n"
        "                   the one slot\n"
        "  --image NAME     another image, with slots of its own that this strategy installs; may\n"
        "                   be repeated, for four images in all\n"
        "  --decrypt KEY    images are encrypted for this private key (P-256, X25519 or "
        "RSA-2048),\n"
        "                   or wrapped with these 16 or 32 bytes (AES-KW); the loader decrypts\n"
        "                   them, and the application takes them as they are\n"
        "  --attempts N     how often an image on test may start without being confirmed\n"
        "                   (default: 1)\n"
        "  --no-downgrade   refuses an image whose version is below the running one's\n"
        "  --quiet N        a recovery that software opened ends after N ms without a request;\n"
        "                   0: never (60000)\n"
        "  --watchdog N     resets if the watchdog is not fed for N ms\n"
        "  --arm N          the same, but the loader starts the watchdog, before an image\n"
        "  --help           this text\n"
        "\n"
        "A line in an image's payload selects the behaviour of its application:\n"
        "  behaviour: confirms    confirms itself after half a second\n"
        "  behaviour: hangs       does nothing at all\n"
        "  behaviour: crashes     resets after a fifth of a second\n"
        "Without one it serves, and does not confirm itself.\n"
        "\n"
        "Signals: USR1 is the reset pin, USR2 a loss of power, with an immediate restart.\n"};

// What the card's file became of: on stderr, and for who listens to the line.
static void tell_of_card(const char *text) {
    char line[TN_FRAMING_PIECE];
    int n = snprintf(line, sizeof(line), "%s\r\n", text);

    fprintf(stderr, "tenon-sim: %s\n", text);
    tn_sim_result(text);
    if (n > 0 && (size_t)n < sizeof(line)) {
        tn_line_print(tn_sim_line(), line, (size_t)n);
    }
}

static struct tn_service_card_cfg card = {
        .disk = &tn_sim_card, .names = card_names, .tell = tell_of_card};

// ---- The application ---------------------------------------------------------------------

static uint32_t started_ms;
static const char *behaviour = "";

// With the slots as the running image sees them: with direct-XIP it may run from the spare slot.
static struct tn_board seen;

static void look_from_image(void) {
    static struct tn_slots slots;
    struct tn_handover h;

    seen = *tn_sim_board();
    if (!tn_handover_get(seen.handover, &h)) {
        tn_slots_seen_from(seen.slots, (enum tn_slot)h.slot, &slots);
        seen.slots = &slots;
    }
}

static uint32_t age_ms(void) {
    return seen.now_ms() - started_ms;
}

static uint32_t work(void) {
    return age_ms() / 10;
}

static void act(void) {
    static bool confirmed;

    if (!strcmp(behaviour, "confirms") && !confirmed && age_ms() > CONFIRM_AFTER_MS) {
        confirmed = true;
        tn_boot_confirm(seen.slots);
    }
    if (!strcmp(behaviour, "crashes") && age_ms() > CRASH_AFTER_MS) {
        seen.reset();
    }
}

// The word after "behaviour: " in the first 64 KiB of the running image.
static const char *read_behaviour(void) {
    static const char *const known[] = {"confirms", "hangs", "crashes"};
    static const char mark[] = "behaviour: ";
    static char text[65536];
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    tn_slots_source(seen.slots, TN_RUNNING, &src);
    if (tn_image_open(&src, &hdr)) {
        return "";
    }
    size_t len = hdr.img_size < sizeof(text) ? hdr.img_size : sizeof(text);
    tn_image_get(&src, hdr.hdr_size, text, (uint32_t)len);
    const char *at = memmem(text, len, mark, sizeof(mark) - 1);
    for (size_t i = 0; at && i < TN_LEN(known); i++) {
        size_t rest = len - (size_t)(at - text) - (sizeof(mark) - 1);
        size_t n = strlen(known[i]);
        if (rest >= n && !memcmp(at + sizeof(mark) - 1, known[i], n)) {
            return known[i];
        }
    }
    return "";
}

static void run_app(void) {
    const struct tn_board *board = &seen;

    look_from_image();
    struct tn_service *service =
            tn_sim_service(board, &trust, TN_SLOTS_SPARE, tn_policy_bits(&policy), policy.keyring);
    const struct tn_app app = {service, tn_sim_line(), work, act};

    if (cfg.usbip) {
        tn_service_usb_application(service, &usb);
        tn_service_usb_add_line(service);
    }
    tn_sim_secrets_end();
    started_ms = board->now_ms();
    behaviour = read_behaviour();
    while (!strcmp(behaviour, "hangs")) {
        board->idle();
    }
    tn_app_run(&app);
}

// ---- Arguments ---------------------------------------------------------------------------

static int fail(const char *what, const char *value) {
    fprintf(stderr, "tenon-sim: %s '%s'; see tenon-sim --help\n", what, value);
    return USAGE;
}

static int add_key(const char *text) {
    static struct tn_key_pair pairs[KEYS_MAX];
    struct tn_fault fault = {0};
    struct tn_key_arg arg;

    tn_key_arg_parse(text, &arg);
    if (nkeys == KEYS_MAX) {
        return fail("too many keys at", text);
    }
    if (arg.is_revoked || tn_key_load(arg.file, &pairs[nkeys], &fault)) {
        return fail("cannot read the key", text);
    }
    pairs[nkeys].role = arg.role;
    has_roles = has_roles || arg.role != TN_KEY_FOR_IMAGES;
    keys[nkeys] = tn_key_for_device(&pairs[nkeys]);
    nkeys++;
    return 0;
}

static int number(const char *text, uint32_t *ret) {
    char *end;
    unsigned long v = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || v > INT32_MAX) {
        return fail("not a number:", text);
    }
    *ret = (uint32_t)v;
    return 0;
}

static int cut_kind(const char *text) {
    static const char *const kinds[] = {"before", "torn", "after"};

    for (size_t i = 0; i < TN_LEN(kinds); i++) {
        if (!strcmp(text, kinds[i])) {
            cfg.cut = (enum tn_nor_cut)i;
            return 0;
        }
    }
    return fail("unknown kind of cut", text);
}

// Keys of several roles: a keyring gives the trust those that sign images at present.
static void open_keyring(void) {
    trust = tn_trust_every_kind(has_roles ? usable_keys : keys);
    if (has_roles) {
        tn_keyring_open(&keyring, NULL);
        policy.keyring = &keyring;
        rules[policy.nrules++] = &tn_take_key_lists;
    }
}

static bool runs_in_both(const struct tn_layout *l) {
    return l == &tn_layout_direct_xip || l == &tn_layout_direct_xip_revert;
}

// Strategies that run images from flash. With one slot, recovery alone installs.
static int strategy(const char *name, const struct tn_layout **ret) {
    const struct tn_layout *l = tn_layout_by_name(name);

    *ret = l;
    return l == &tn_layout_swap_offset || l == &tn_layout_swap_move ||
                    l == &tn_layout_swap_scratch || l == &tn_layout_overwrite_only ||
                    runs_in_both(l) || (l == &tn_layout_single_slot && ret == &cfg.layout)
            ? 0
            : fail("not a strategy of the simulator:", name);
}

static int further_image(const char *name) {
    if (cfg.nfurther == TN_LEN(cfg.further)) {
        return fail("too many images at", name);
    }
    const struct tn_layout **l = &cfg.further[cfg.nfurther++];
    int rc = strategy(name, l);
    return !rc && runs_in_both(*l) ? fail("this strategy is for a single image:", name) : rc;
}

// What DFU may do besides downloads to the spare slot, which are tests.
static int dfu_words(const char *text) {
    while (*text) {
        size_t len = strcspn(text, ",");
        if (len == 9 && !memcmp(text, "permanent", len)) {
            usb.mark = TN_SWAP_PERM;
        } else if (len == 7 && !memcmp(text, "replace", len)) {
            usb.may_replace = true;
        } else if (len == 4 && !memcmp(text, "read", len)) {
            usb.may_read = true;
        } else {
            return fail("DFU can do permanent, replace and read, not", text);
        }
        text += len + (text[len] == ',');
    }
    return 0;
}

static int attempts(const char *text) {
    uint32_t n = 0;
    int rc = number(text, &n);

    if (!rc && (n < 1 || n > UINT8_MAX)) {
        rc = fail("not a number from 1 to 255:", text);
    }
    policy.attempts = (uint8_t)n;
    return rc;
}

static int take_option(int c) {
    switch (c) {
    case 'f':
        cfg.flash_path = optarg;
        return 0;
    case 'P':
        cfg.external_path = optarg;
        return 0;
    case 'p':
        cfg.link_path = optarg;
        return 0;
    case 'u':
        cfg.udp = optarg;
        return 0;
    case 'Z':
        cfg.usbip = optarg;
        return 0;
    case 'K':
        card_path = optarg;
        return 0;
    case 'F':
        card_names[0] = optarg;
        card_names[1] = NULL;
        return 0;
    case 'N':
        cfg.usb_count = optarg;
        return 0;
    case 'W':
        has_drive = true;
        return 0;
    case 'X':
        takes_files = true;
        return 0;
    case 'D':
        return dfu_words(optarg);
    case 'S':
        return tn_sim_allow(SIM_SERIAL, optarg) ? 0 : fail("nothing to allow:", optarg);
    case 'U':
        return tn_sim_allow(SIM_UDP, optarg) ? 0 : fail("nothing to allow:", optarg);
    case 'x':
        return tn_sim_ble_where(optarg);
    case 'm':
        return tn_sim_ble_name(optarg) ? 0 : fail("too long for an advertisement:", optarg);
    case 'y':
        return tn_sim_ble_address(optarg) ? 0 : fail("not a Bluetooth address:", optarg);
    case 'z':
        return tn_sim_ble_access(optarg) ? 0 : fail("not open, bonded or six digits:", optarg);
    case 'M':
        return tn_sim_ble_mtu(optarg) ? 0 : fail("not an MTU from 23 to 527:", optarg);
    case 'o':
        tn_sim_ble_bonds(optarg);
        return 0;
    case 'd':
        folder = optarg;
        return 0;
    case 'k':
        return add_key(optarg);
    case 'b':
        return number(optarg, &cfg.baud);
    case 'e':
        return number(optarg, &cfg.erase_ms);
    case 'i':
        return number(optarg, &cfg.fifo);
    case 'V':
        return number(optarg, &cfg.speed);
    case 'c':
        return number(optarg, &cfg.cut_after);
    case 'C':
        return cut_kind(optarg);
    case 'l':
        cfg.log_path = optarg;
        return 0;
    case 'I':
        id = optarg;
        return 0;
    case 'B':
        cfg.button = true;
        return 0;
    case 'H':
        cfg.press = true;
        return 0;
    case 's':
        return strategy(optarg, &cfg.layout);
    case 'G':
        return further_image(optarg);
    case 'E':
        return tn_sim_secrets_load(optarg) ? fail("cannot decrypt with the key", optarg) : 0;
    case 'a':
        return attempts(optarg);
    case 'n':
        rules[3] = &tn_no_downgrade;
        policy.nrules = 4;
        return 0;
    case 'A':
        return number(optarg, &policy.watchdog_ms);
    case 'q':
        return number(optarg, &quiet_ms);
    case 'w':
        return number(optarg, &cfg.watchdog_ms);
    default:
        fputs("see tenon-sim --help\n", stderr);
        return USAGE;
    }
}

static int take_arguments(int argc, char **argv) {
    static const struct option options[] = {
            {"flash", required_argument, NULL, 'f'},
            {"external", required_argument, NULL, 'P'},
            {"pty", required_argument, NULL, 'p'},
            {"udp", required_argument, NULL, 'u'},
            {"usbip", required_argument, NULL, 'Z'},
            {"card", required_argument, NULL, 'K'},
            {"card-file", required_argument, NULL, 'F'},
            {"usb-count", required_argument, NULL, 'N'},
            {"uf2", no_argument, NULL, 'W'},
            {"xmodem", no_argument, NULL, 'X'},
            {"dfu", required_argument, NULL, 'D'},
            {"allow", required_argument, NULL, 'S'},
            {"udp-allow", required_argument, NULL, 'U'},
            {"ble", required_argument, NULL, 'x'},
            {"ble-name", required_argument, NULL, 'm'},
            {"ble-address", required_argument, NULL, 'y'},
            {"ble-access", required_argument, NULL, 'z'},
            {"ble-mtu", required_argument, NULL, 'M'},
            {"ble-bonds", required_argument, NULL, 'o'},
            {"folder", required_argument, NULL, 'd'},
            {"key", required_argument, NULL, 'k'},
            {"baud", required_argument, NULL, 'b'},
            {"erase-ms", required_argument, NULL, 'e'},
            {"fifo", required_argument, NULL, 'i'},
            {"speed", required_argument, NULL, 'V'},
            {"cut-after", required_argument, NULL, 'c'},
            {"cut", required_argument, NULL, 'C'},
            {"log", required_argument, NULL, 'l'},
            {"id", required_argument, NULL, 'I'},
            {"hold-button", no_argument, NULL, 'B'},
            {"press-button", no_argument, NULL, 'H'},
            {"strategy", required_argument, NULL, 's'},
            {"image", required_argument, NULL, 'G'},
            {"decrypt", required_argument, NULL, 'E'},
            {"attempts", required_argument, NULL, 'a'},
            {"no-downgrade", no_argument, NULL, 'n'},
            {"quiet", required_argument, NULL, 'q'},
            {"watchdog", required_argument, NULL, 'w'},
            {"arm", required_argument, NULL, 'A'},
            {"help", no_argument, NULL, 'h'},
            {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            for (size_t i = 0; i < TN_LEN(usage); i++) {
                fputs(usage[i], stdout);
            }
            exit(0);
        }
        int rc = take_option(c);
        if (rc) {
            return rc;
        }
    }
    if (optind < argc) {
        return fail("unknown argument", argv[optind]);
    }
    if (cfg.nfurther && (cfg.usbip || card_path || takes_files)) {
        fputs("tenon-sim: several images (--image) come by SMP over serial, UDP or BLE only: leave "
              "out --usbip, --card and --xmodem\n",
                stderr);
        return USAGE;
    }
    if (runs_in_both(cfg.layout) && (cfg.nfurther || cfg.external_path || tn_sim_secrets_cell())) {
        fputs("tenon-sim: with direct-XIP an image runs where it was uploaded: leave out --image, "
              "--external and --decrypt\n",
                stderr);
        return USAGE;
    }
    if (!cfg.flash_path || !cfg.link_path) {
        fputs("tenon-sim: --flash and --pty are both required; see tenon-sim --help\n", stderr);
        return USAGE;
    }
    return nkeys ? 0 : add_key("keys/dev.pem");
}

static void leave(void *loader) {
    tn_loader_leave(loader);
}

// The images behind the first.
static void add_images(struct tn_loader *l) {
    static struct tn_loader_image more[TN_SIM_IMAGES - 1];

    for (unsigned i = 0; i < cfg.nfurther; i++) {
        const struct tn_slots *slots = tn_sim_image(i + 1);
        more[i] = (struct tn_loader_image){.slots = slots,
                .strategy = tn_strategy_of(slots->layout),
                .outcome = tn_sim_log(i + 1),
                .crypt = tn_sim_secrets_crypt(i + 1)};
    }
    l->more = more;
    l->nmore = cfg.nfurther;
}

int main(int argc, char **argv) {
    int rc = take_arguments(argc, argv);

    cfg.argv = argv;
    cfg.encrypted = tn_sim_secrets_cell() ? TN_IMAGE_ENCRYPTED : 0;
    cfg.key_cell = tn_sim_secrets_cell();
    if (rc) {
        return rc;
    }
    if (tn_sim_open(&cfg)) {
        return 1;
    }
    open_keyring();
    if (tn_sim_is_power_on()) {
        fprintf(stderr, "tenon-sim: serial line at %s\n", cfg.link_path);
    }
    tn_sim_things_begin(folder, tn_sim_board());
    usb.serial = id;
    tn_sim_links_begin(cfg.udp != NULL, id, 1 + cfg.nfurther);
    tn_sim_on_run(run_app);
    static tn_way *const ways[] = {tn_way_request, tn_way_button, NULL};
    static struct tn_loader loader;
    loader = (struct tn_loader){.board = tn_sim_board(),
            .strategy = tn_strategy_of(tn_sim_board()->slots->layout),
            .trust = &trust,
            .policy = &policy,
            .ways = ways,
            .crypt = tn_sim_secrets_crypt(0)};
    if (loader.crypt && loader.strategy == &tn_single_slot) {
        loader.strategy = &tn_single_slot_encrypted;
        loader.crypt->ops = &tn_encrypted_single;
    }
    if (cfg.nfurther) {
        add_images(&loader);
        tn_loader_run_set(&loader);
    } else {
        tn_loader_run(&loader);
    }
    struct tn_service *s = tn_sim_service(
            tn_sim_board(), &trust, TN_SLOTS_ANY, tn_policy_bits(&policy), policy.keyring);
    if (cfg.usbip) {
        usb.drive = has_drive ? tn_service_uf2(s, UF2_FAMILY, usb.mark) : NULL;
        tn_service_usb_recovery(s, &usb);
        tn_service_usb_add_line(s);
    }
    if (takes_files) {
        static struct tn_service_xmodem xmodem;
        tn_service_xmodem(&xmodem, s, tn_sim_line(), usb.mark);
    }
    if (card_path) {
        tn_sim_card_use(card_path);
        card.mark = usb.mark;
        tn_service_card(s, &card);
    }
    s->quiet = leave;
    s->quiet_ctx = &loader;
    s->quiet_ms = quiet_ms;
    tn_service_run(s);
}
