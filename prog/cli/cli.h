// SPDX-License-Identifier: Apache-2.0
// The program `tenon`: the data of one call, its options, and its output.
//
// It prints results to stdout: text, or with --json one object per line, {"type":...,"data":...}.
// It prints notes, warnings, progress and errors to stderr. host/ and src/client/ do the work.
#ifndef TN_CLI_CLI_H
#define TN_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "host/device/device.h"
#include "host/files/dfu.h"
#include "host/files/inspect.h"
#include "host/files/slot.h"
#include "system.h"

// Every option of every command. options.c has their names and help texts.
enum opt {
    OPT_END,
    OPT_ADDRESS,
    OPT_ALIGN,
    OPT_ALL,
    OPT_ALT,
    OPT_ATTEMPTS,
    OPT_BASE,
    OPT_BAUD,
    OPT_BLE,
    OPT_BOARD,
    OPT_CLEAR,
    OPT_CONFIRM,
    OPT_CONNSTRING,
    OPT_CONNTYPE,
    OPT_COUNTER,
    OPT_DEADLINE,
    OPT_DEPENDENCIES,
    OPT_DEV,
    OPT_DEVICE,
    OPT_DFU,
    OPT_DIGEST_OUT,
    OPT_DRY_RUN,
    OPT_ENCRYPT,
    OPT_ENCRYPT_KEYLEN,
    OPT_ERASED,
    OPT_FAMILY,
    OPT_FLASH,
    OPT_FORCE,
    OPT_FORMAT,
    OPT_HASH,
    OPT_HDR_SIZE,
    OPT_HELP,
    OPT_HEX_ADDR,
    OPT_HMAC_SHA,
    OPT_IMAGE,
    OPT_IMAGE_VERSION,
    OPT_JSON,
    OPT_KEY,
    OPT_KEY_LIST,
    OPT_KEY_TYPE,
    OPT_LANG,
    OPT_LOCK,
    OPT_LOG,
    OPT_MAX_ALIGN,
    OPT_MAX_SECTORS,
    OPT_MODE,
    OPT_NO_COLOR,
    OPT_NO_CONFIRM,
    OPT_NUMBER,
    OPT_OUTCOME_ADDR,
    OPT_OUTCOME_SIZE,
    OPT_OUTPUT,
    OPT_OUTPUT_DIR,
    OPT_PAD,
    OPT_PAD_CONFIRM,
    OPT_PAD_HEADER,
    OPT_PASSPHRASE_FILE,
    OPT_PID,
    OPT_PORT,
    OPT_PROBE,
    OPT_PUBLIC_KEY_FORMAT,
    OPT_PURE,
    OPT_QUIET,
    OPT_RANDOM_NONCE,
    OPT_RAW,
    OPT_ROM_FIXED,
    OPT_SCRATCH_ADDR,
    OPT_SCRATCH_SIZE,
    OPT_SECTOR_SIZE,
    OPT_SECTORS,
    OPT_SHA,
    OPT_SIGNATURE,
    OPT_SLOT,
    OPT_SLOT_ADDR,
    OPT_SLOT_SIZE,
    OPT_SPARE_ADDR,
    OPT_SPARE_SIZE,
    OPT_STRATEGY,
    OPT_TIMEOUT,
    OPT_VERBOSE,
    OPT_VERSION,
    OPT_VID,
    OPT_WINDOW,
    OPT_XIP,
    OPT_COUNT,
};

struct cli;

enum { ONE_DEVICE = 2 };  // of on_device: several devices at once make no sense

struct command {
    const char *name;  // "image list"
    const char *args;  // "FILE", as help shows it
    const char *summary;
    const char *details;  // more lines of help, or NULL
    const uint8_t *opts;  // its own options; OPT_END is the last
    uint8_t on_device;    // not 0: accepts the port's options as well; or ONE_DEVICE
    int min_args, max_args;
    int (*run)(struct cli *cli);  // 0, or -1 with cli->fault
};

// The file of --log. Zero: none.
struct trail {
    int fd;
    bool is_open, is_broken;
};

enum {
    PORTS_MAX = 1000,
    ID_TEXT = 65,
};

struct cli {
    const struct command *cmd;
    const char *group;             // "image", if the user asked for the group's help; else NULL
    const char *value[OPT_COUNT];  // of options that take a value: the last one given
    int given[OPT_COUNT];          // how many times
    const char *ports[PORTS_MAX];  // every --port of the command line
    size_t nports;
    char **args;
    int nargs;
    bool json, quiet, color;
    struct tn_fault fault;
    bool complained;  // the fault's line is printed already

    // The device.
    const char *port;   // as the user named it: a port or a profile; NULL: not known
    bool several;       // this call is about more than one device
    char id[ID_TEXT];   // its own number, or "": asked only for several devices and for --log
    int progress_step;  // percent between two lines of progress; 0: 10

    // For --log.
    struct trail trail;
    const char *sent_file;  // NULL: none
    uint8_t sent_sha[32];   // of all its bytes
};

extern const struct command commands[];
extern const size_t ncommands;

// ---- options.c -------------------------------------------------------------------------

// Reads the command line: options that every command takes, the command's words, its options and
// arguments. Returns 0, or -1 with a fault of usage. cli->cmd is NULL if the user asked only for
// --help (of the program, or of cli->group) or --version.
int cli_parse(struct cli *cli, int argc, char **argv);

// An option's number: decimal or 0x..., K for 1024 and M for 1024 * 1024. *ret is untouched if the
// option was not given. Returns -1 with a fault if the value is not a number from min to max.
int cli_number(struct cli *cli, enum opt o, uint32_t min, uint32_t max, uint32_t *ret);

// The options on slots, which sign and inspect --flash accept. What is not given keeps its value in
// ret; *ret_erased: the flash's erased value. (shape.c)
int cli_slot_shape(struct cli *cli, struct tn_slot_shape *ret, uint8_t *ret_erased);

// The command that the user may have meant, or NULL if none is like it.
const char *command_like(const char *first, const char *second);

// ---- passphrase.c ----------------------------------------------------------------------

// Reads a key by its name (tn_key_load_with), and warns of a development key. The passphrase of a
// locked one, or the PIN of a token: --passphrase-file, else TENON_PASSPHRASE, else the terminal.
int cli_key_load(struct cli *cli, const char *name, struct tn_key_pair *ret);

// A new passphrase, of size bytes at most with its 0; on the terminal it is typed twice.
int new_passphrase(struct cli *cli, char *ret, size_t size);

// ---- cmd_keylist.c ------------------------------------------------------------------------

// Prints a key list; indent: in front of each line.
struct tn_key_list;
void keylist_say(const struct cli *cli, const struct tn_key_list *l, const char *indent);

// As an object of JSON.
json_t *keylist_json(const struct tn_key_list *l);

// The key list of an image, if it brings a sound one: 0, or -1.
int keylist_of_image(const uint8_t *image, const struct tn_inspect *in, struct tn_key_list *ret);

// ---- cmd_decrypt.c ------------------------------------------------------------------------

// For whom an image is encrypted, with the memory of the keys.
struct cli_encrypt {
    struct tn_encrypt encrypt;  // neither key nor kek: it is not
    struct tn_key_pair key;
    struct tn_buf kek;
};

// Reads a device's key: a key file, or 16 or 32 bytes for AES-KW.
int cli_encrypt_load(struct cli *cli, const char *path, struct cli_encrypt *ret);

// Reads --encrypt and what goes with it.
int cli_encrypt_options(struct cli *cli, struct cli_encrypt *ret);
void cli_encrypt_free(struct cli_encrypt *e);

int cmd_decrypt(struct cli *cli);

// ---- sign_elsewhere.c ------------------------------------------------------------------

// Reads the signature of --signature: bytes, or base64 as imgtool's --sig-out.
int read_signature(struct cli *cli, struct tn_buf *ret);

// --digest-out: writes what a key elsewhere has to sign.
struct tn_sign_opts;
int write_digest(struct cli *cli, const struct tn_sign_opts *o, const struct tn_buf *payload);

// ---- defaults.c ------------------------------------------------------------------------

// An option's variable in the environment: TENON_SLOT_SIZE. False for options that have none.
void env_name(enum opt o, char ret[32]);
bool has_env(enum opt o);

// Sets an option that the command line does not give. Returns -1 with a fault of usage if the
// variable's text makes no sense.
int default_from_env(struct cli *cli, enum opt o);

// The same for all options of the command.
int defaults_from_env(struct cli *cli);

// If cli->port is a profile's name, sets the profile's options. If it is NULL, uses the profile
// "default" if there is one. Options of the command line win.
int default_profile(struct cli *cli);

// ---- main.c ----------------------------------------------------------------------------

// Runs the command on one port, up to the error's line. Returns the exit code. port NULL: the only
// one that answers.
int run_on_port(struct cli *cli, const char *port);

// The last step of a call: prints the error's line if err is not 0, and checks that all output was
// written. Returns the exit code.
int cli_end(struct cli *cli, int err);

// ---- trail.c ---------------------------------------------------------------------------

// Opens the file of --log, if one is given.
int trail_open(struct cli *cli);

// Appends a line: what happened, and its text. Does nothing without --log.
void trail_event(const struct cli *cli, const char *event, const char *text);

// Appends the last line. Returns -1 with a fault if a line could not be written.
int trail_close(struct cli *cli, int code);

// ---- help.c ----------------------------------------------------------------------------

void help_overview(FILE *out);
void help_command(FILE *out, const struct command *cmd);
void help_group(FILE *out, const char *group);
void help_option(FILE *out, enum opt o);
int cmd_help(struct cli *cli);
int cmd_version(struct cli *cli);

// Is this the first of a command's two words: "image"?
bool is_group(const char *word);

// The command that args name: "image list" as one word or as two. NULL if there is none.
const struct command *command_named(char **args, int n);

// An option's name for error lines: "--slot-size".
const char *option_name(enum opt o);

// ---- exit_codes.c ----------------------------------------------------------------------

int exit_code(enum tn_fault_kind kind);
const char *exit_name(enum tn_fault_kind kind);
const char *exit_name_of(int code);
void exit_codes_print(FILE *out);

// ---- out.c -----------------------------------------------------------------------------

// Prints a line of results on stdout; nothing with --json.
void say(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Prints a note on stderr; nothing with -q.
void note(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Prints a note if --verbose is given.
void detail(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Prints a line that begins with "warning:" on stderr, and a log object with --json.
void warn(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Prints one JSON line on stdout if --json is given. Takes ownership of data.
void emit(const struct cli *cli, const char *type, json_t *data);

// Ends a failed call: prints the error's line on stderr and, with --json, an object of type
// "error".
void complain(const struct cli *cli);

// Hex of bytes: as a JSON string, and as text of 2 * len + 1 characters.
json_t *json_hex(const uint8_t *p, size_t len);
void hex_text(char *out, const uint8_t *p, size_t len);

// ---- progress.c ------------------------------------------------------------------------

// The progress of an upload or download: on a terminal one line that changes, else a line every 10
// %, with --json objects of type task_progress. Initialize with {.cli = cli}.
struct progress {
    const struct cli *cli;
    const char *task;  // "download"; NULL: upload
    uint32_t from_ms, shown_ms;
    size_t from_done;
    uint32_t base_retries, retries;  // base_retries: of earlier connections
    bool running;                    // from_ms and from_done are set
    int percent;                     // last shown; -1 after progress_begin
    bool drawn;                      // the terminal's line shows a bar
};

void progress_begin(struct progress *p);
void progress_show(struct progress *p, const struct tn_progress *now);
// Ends the bar's line, so that other text can be printed. Does nothing if there is no bar.
void progress_break(struct progress *p);

// "13.1 KiB", "812 bytes".
void size_text(char ret[16], uint64_t bytes);

// ---- device.c --------------------------------------------------------------------------

// The port's text and speed, as the options, a profile or the environment name them, or the only
// port on which SMP answers. Sets cli->port.
int device_port(struct cli *cli, const char **ret_port, uint32_t *ret_baud);

// Opens the port that the options or the environment name. Catches Ctrl-C from here on.
int device_open(struct cli *cli, struct tn_session *s);
void device_close(struct tn_session *s);

// --deadline in milliseconds; untouched if it was not given.
int device_deadline(struct cli *cli, uint32_t *ret_ms);

// --timeout, the same.
int device_timeout(struct cli *cli, uint32_t *ret_ms);

// Closes the session, and returns the result of the call before it.
int with_device(struct cli *cli, int (*work)(struct cli *cli, struct tn_session *s));

// ---- file.c ----------------------------------------------------------------------------

// An image file to send.
struct image_file {
    const char *path;
    struct tn_buf bytes;
    bool has_addr;  // the file says where its first byte belongs
    uint32_t addr;
    bool is_dfu;  // a .dfu file, for the devices with these ids
    struct tn_dfu_ids ids;
    size_t len;        // of the image: without a slot's padding
    bool is_borrowed;  // the bytes are somebody else's
    struct tn_inspect in;
    char version[TN_VERSION_TEXT];
};

// Reads and inspects the file, with --key the signature too. A defect is a fault, or with --force a
// warning. Free ret with image_file_free.
int image_file_read(struct cli *cli, const char *path, struct image_file *ret);

// The same of bytes that were read already and stay the caller's; path is for messages.
struct tn_loaded;
int image_file_take(
        struct cli *cli, const struct tn_loaded *file, const char *path, struct image_file *ret);
void image_file_free(struct image_file *f);

// ---- cmd_upgrade.c ---------------------------------------------------------------------

struct tn_upgrade;

// Runs an upgrade or a rollback over an open session, and prints its result.
int upgrade_carry_out(struct cli *cli, struct tn_upgrade *u);

// Fills u with what the file and the options say.
int upgrade_of_file(struct cli *cli, struct tn_session *s, const struct image_file *file,
        struct tn_upgrade *ret);

// Prints what the file is. number: of its image, where there are several; else NULL.
void tell_image(const struct cli *cli, const struct image_file *file, const uint32_t *number);

// ---- upgrade_usb.c ---------------------------------------------------------------------

// upgrade on a port that begins with usb:, by DFU.
int upgrade_usb(struct cli *cli, const char *port);

// ---- usb_words.c -----------------------------------------------------------------------

struct tn_usb_device;
struct tn_usb_alt;

// What a DFU device does now, in a few words; and a line about one of its memories.
void usb_state_words(const struct tn_usb_device *d, char *ret, size_t size);
void usb_memory_words(const struct tn_usb_alt *a, char *ret, size_t size);

// The device as an object of JSON.
json_t *usb_json(const struct tn_usb_device *d);

// Warns if the device's ids are for tests only.
void warn_test_id(const struct cli *cli, uint16_t vid, uint16_t pid);

// ---- dry_run.c -------------------------------------------------------------------------

// upgrade --dry-run: prints what an upgrade over an open session would do.
int upgrade_dry_run(struct cli *cli, struct tn_upgrade *u);

// ---- flash_words.c ---------------------------------------------------------------------

struct tn_dump;
struct tn_dump_image;
struct tn_dump_step;

// What a slot's trailer says, as a sentence without a full stop.
const char *flash_trailer_words(const struct tn_dump *d, int slot);

// What the boot does first, for programs: run, test, permanent, revert, resume, fallback, refuse,
// recover.
const char *flash_decision(const struct tn_dump *d);

// An image, and whether it is genuine; a plan and how it ended; the end of the boot; what the boot
// after it does, or "".
void flash_image_words(const struct tn_dump_image *image, char *ret, size_t size);
void flash_step_words(
        const struct tn_dump *d, const struct tn_dump_step *step, char *ret, size_t size);
void flash_end_words(const struct tn_dump *d, char *ret, size_t size);
void flash_next_words(const struct tn_dump *d, char *ret, size_t size);

// A code of the log: of an outcome, or of a step on the way to one.
const char *flash_record_words(uint8_t code);

// Why an image is not genuine; its bytes may be erased.
const char *flash_reason_words(const struct tn_dump_image *image);

// ---- cmd_dfu_file.c --------------------------------------------------------------------

enum { DFU_IDS_TEXT = 40 };

// --vid, --pid and --device. What is not given keeps its value in ret.
int dfu_ids(struct cli *cli, struct tn_dfu_ids *ret);

// Whom a .dfu file is for: "1209:0001".
void dfu_ids_text(char ret[DFU_IDS_TEXT], const struct tn_dfu_ids *ids);

// ---- slots.c ---------------------------------------------------------------------------

// Prints the list as a table, or as objects of type slot.
void show_slots(const struct cli *cli, const struct tn_slot_list *l);
// The first 8 digits of a hash.
void short_hash(char ret[9], const uint8_t *hash);

// ---- Commands --------------------------------------------------------------------------

int cmd_keygen(struct cli *cli);
int cmd_getpub(struct cli *cli);
int cmd_getpriv(struct cli *cli);
int cmd_sign(struct cli *cli);
int cmd_merge(struct cli *cli);
int cmd_console(struct cli *cli);
int cmd_devices(struct cli *cli);
int cmd_dfu_file_make(struct cli *cli);
int cmd_dfu_file_check(struct cli *cli);
int cmd_dfu_file_strip(struct cli *cli);
int cmd_doctor(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_config_show(struct cli *cli);
int cmd_config_add(struct cli *cli);
int cmd_config_remove(struct cli *cli);
int cmd_man(struct cli *cli);
int cmd_inspect(struct cli *cli);
int cmd_inspect_flash(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_pack(struct cli *cli);
int cmd_upgrade(struct cli *cli);
int cmd_image_list(struct cli *cli);
int cmd_image_upload(struct cli *cli);
int cmd_image_test(struct cli *cli);
int cmd_image_confirm(struct cli *cli);
int cmd_image_erase(struct cli *cli);
int cmd_image_slots(struct cli *cli);
int cmd_image_history(struct cli *cli);
int cmd_image_keys(struct cli *cli);
int cmd_keylist_make(struct cli *cli);
int cmd_keylist_show(struct cli *cli);
int cmd_image_rollback(struct cli *cli);
int cmd_image_download(struct cli *cli);
int cmd_os_echo(struct cli *cli);
int cmd_os_reset(struct cli *cli);
int cmd_os_params(struct cli *cli);
int cmd_os_info(struct cli *cli);
int cmd_os_groups(struct cli *cli);
int cmd_os_taskstat(struct cli *cli);
int cmd_os_mpstat(struct cli *cli);
int cmd_os_datetime(struct cli *cli);
int cmd_stat_list(struct cli *cli);
int cmd_stat_show(struct cli *cli);
int cmd_settings_read(struct cli *cli);
int cmd_settings_write(struct cli *cli);
int cmd_settings_delete(struct cli *cli);
int cmd_settings_commit(struct cli *cli);
int cmd_settings_load(struct cli *cli);
int cmd_settings_save(struct cli *cli);
int cmd_fs_download(struct cli *cli);
int cmd_fs_upload(struct cli *cli);
int cmd_fs_status(struct cli *cli);
int cmd_fs_hash(struct cli *cli);
int cmd_fs_types(struct cli *cli);
int cmd_fs_close(struct cli *cli);
int cmd_shell_exec(struct cli *cli);
int cmd_storage_erase(struct cli *cli);

// Warns if k, read from path, is a development key.
void warn_dev_key(const struct cli *cli, const struct tn_key_pair *k, const char *path);
void warn_dependencies(
        const struct cli *cli, const char *path, const uint8_t *image, const struct tn_inspect *in);

#endif
