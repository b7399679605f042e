// SPDX-License-Identifier: Apache-2.0
#include "service/card.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/text.h"
#include "boot/log.h"
#include "fatfs/fat.h"
#include "serve/file.h"
#include "serve/file_words.h"

enum {
    TEXT = 120,
    // In front of the first element's data of a DfuSe file: UM0391, sections 2.1 to 2.3.
    DFUSE_PREFIX = 11,
    DFUSE_TARGET = 274,
    DFUSE_ELEMENT = 8,
};

enum stage {
    WAIT,
    OPEN,
    LOOK,  // is the running image genuine?
    COMPARE,
    FEED,
    INSTALL,
    OVER,
};

static struct {
    const struct tn_service_card_cfg *cfg;
    struct tn_service *service;
    struct tn_channel channel;
    struct tn_serve_file file;
    enum stage stage;
    const char *name;
    uint32_t start;  // of the image in the file
    uint32_t job;    // of the update: the look at the running image
    bool is_genuine;
    enum tn_card_state state;
    char text[TEXT];
    uint8_t block[TN_DISK_BLOCK];
} our;

// what: words for the user; a % in it stands for the medium's name.
static void tell(enum tn_card_state state, const char *what) {
    const char *medium = our.cfg->medium ? our.cfg->medium : "card";
    struct tn_text t = {our.text, sizeof(our.text) - 1, 0};

    our.stage = OVER;
    our.state = state;
    tn_text_str(&t, medium);
    tn_text_str(&t, ": ");
    tn_text_str(&t, our.name ? our.name : "");
    tn_text_str(&t, our.name ? ": " : "");
    for (; *what; what++) {
        if (*what == '%') {
            tn_text_str(&t, medium);
        } else {
            tn_text_char(&t, *what);
        }
    }
    our.text[t.len] = 0;
    if (our.cfg->tell) {
        our.cfg->tell(our.text);
    }
}

enum tn_card_state tn_service_card_state(void) {
    return our.state;
}

const char *tn_service_card_result(void) {
    return our.stage == OVER ? our.text : NULL;
}

static void refuse(int err) {
    const char *words = tn_serve_file_words(err);

    tn_serve_file_abort(&our.file);
    tell(TN_CARD_REFUSED, words ? words : "the file cannot be installed");
}

// The file system could not be read any further.
static void lose(int err) {
    tn_serve_file_abort(&our.file);
    tell(TN_CARD_REFUSED,
            err == TN_ECORRUPT ? "no FAT file system, or a damaged one" : "the % cannot be read");
}

static void wait(void) {
    if (!our.cfg->wait || our.cfg->wait() != TN_MORE) {
        our.stage = OPEN;
    }
}

static void open_file(void) {
    int rc = tn_fat_open(our.cfg->disk, our.cfg->names, &our.name);

    if (rc == TN_ENOENT) {
        our.name = NULL;
        tell(TN_CARD_ABSENT, "no %, or no file of these names on it");
    } else if (rc == TN_ENOTSUP) {
        tell(TN_CARD_REFUSED, "exFAT is not supported: format the % as FAT32");
    } else if (rc < 0) {
        lose(rc);
    } else {
        tn_update_mark(our.service->update, TN_RUNNING, TN_SWAP_NONE);
        our.job = tn_update_job(our.service->update);
        our.stage = LOOK;
    }
}

static void look(void) {
    struct tn_update *u = our.service->update;

    if (tn_update_job(u) != our.job) {
        refuse(TN_EBUSY);
        return;
    }
    tn_update_step(u);
    if (!tn_update_is_busy(u)) {
        our.is_genuine = !tn_update_take_error(u);
        our.stage = COMPARE;
    }
}

// ---- Is it worth installing? ---------------------------------------------------------------

// Reads the image's header, behind what a DfuSe file has in front of it.
static int read_header(struct tn_image_hdr *ret) {
    int n = tn_fat_read(0, our.block, sizeof(our.block));

    our.start = 0;
    if (n >= DFUSE_PREFIX && !memcmp(our.block, "DfuSe", 5)) {
        our.start = DFUSE_PREFIX + DFUSE_TARGET + DFUSE_ELEMENT;
        n = tn_fat_read(our.start, our.block, sizeof(our.block));
    }
    if (n < 0) {
        return n;
    }
    return n < TN_IMAGE_HDR_LEN ? TN_EHEADER : tn_image_hdr_get(ret, our.block);
}

enum { HEAD = TN_TLV_INFO_LEN };  // bytes in front of a TLV's data, as in front of their area

// Finds the hash that the file's TLVs claim. Returns its length, 0 if there is none.
static uint32_t find_hash(const struct tn_image_hdr *hdr, uint8_t *ret) {
    uint32_t at = our.start + tn_image_hashed_len(hdr);
    uint8_t head[HEAD];

    if (tn_fat_read(at, head, HEAD) != HEAD || tn_get_le16(head) != TN_TLV_MAGIC) {
        return 0;
    }
    uint32_t end = at + tn_get_le16(head + 2);
    at += HEAD;
    while (at + HEAD <= end && tn_fat_read(at, head, HEAD) == HEAD) {
        uint16_t type = tn_get_le16(head);
        uint16_t len = tn_get_le16(head + 2);
        if (type >= TN_TLV_SHA256 && type <= TN_TLV_SHA512 && len <= TN_HASH_MAX) {
            return tn_fat_read(at + HEAD, ret, len) == len ? len : 0;
        }
        at += HEAD + (uint32_t)len;
    }
    return 0;
}

// True if the log knows an outcome of the image with this hash. If not, an image that lies in the
// spare slot was written and not requested: the power went in between. Without a log nobody knows:
// then it counts as tried, else an image that fails would be tried for ever.
static bool was_tried(const uint8_t *hash) {
    const struct tn_guard *guard = our.service->board->guard;
    struct tn_record r;
    struct tn_log log;

    if (!guard || !guard->outcome) {
        return true;
    }
    tn_log_open(&log, guard->outcome, our.service->board->slots->image);
    int err = 0;
    for (uint32_t nth = 0; err != TN_ENOENT && nth < tn_log_room(&log); nth++) {
        err = tn_log_get(&log, nth, &r);
        if (!err && r.code && r.code < TN_STEP_BEGUN && !memcmp(r.id, hash, sizeof(r.id))) {
            return true;
        }
    }
    return false;
}

// True if slot 0 has a genuine image with this hash, or the spare slot one that was tried.
static bool is_on_device(const uint8_t *hash, uint32_t len) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    uint8_t theirs[TN_HASH_MAX];

    for (int place = TN_RUNNING; place < TN_PLACES; place++) {
        tn_slots_source(our.service->update->slots, (enum tn_place)place, &src);
        if (tn_image_identify(&src, &hdr, theirs) == (int)len && !memcmp(hash, theirs, len) &&
                (place == TN_RUNNING ? our.is_genuine : was_tried(hash))) {
            return true;
        }
    }
    return false;
}

static bool is_older(const struct tn_image_hdr *hdr) {
    struct tn_image_src src;
    struct tn_image_hdr running;

    tn_slots_source(our.service->update->slots, TN_RUNNING, &src);
    return our.is_genuine && !tn_image_open(&src, &running) &&
            tn_version_compare(&hdr->version, &running.version) < 0;
}

static void compare(void) {
    uint8_t hash[TN_HASH_MAX];
    struct tn_image_hdr hdr;
    int rc = read_header(&hdr);

    if (rc == TN_EIO || rc == TN_ECORRUPT) {
        lose(rc);
        return;
    }
    if (rc < 0) {
        refuse(rc);
        return;
    }
    uint32_t len = find_hash(&hdr, hash);
    if (len && is_on_device(hash, len)) {
        tell(TN_CARD_REFUSED, "the device has this image already");
    } else if (is_older(&hdr)) {
        refuse(TN_EDOWNGRADE);
    } else {
        our.stage = FEED;
    }
}

// ---- The file --------------------------------------------------------------------------------

// Passes the next piece to the update. A file that ends early leaves an image that is not whole.
static void feed(void) {
    bool begins = !tn_serve_file_is_open(&our.file);
    int rc = begins ? 0 : tn_serve_file_step(&our.file);

    if (rc == TN_MORE) {
        return;
    }
    int n = rc ? rc : tn_fat_read(our.start + our.file.off, our.block, sizeof(our.block));
    if (!rc && n < 0) {
        lose(n);
        return;
    }
    bool is_over = !n || tn_serve_file_is_whole(&our.file);
    if (!rc && is_over) {
        rc = tn_serve_file_install(&our.file, our.cfg->mark);
        our.stage = INSTALL;
    } else if (!rc) {
        rc = begins ? tn_serve_file_begin(&our.file, TN_TO_FREE, our.block, (uint32_t)n)
                    : tn_serve_file_write(&our.file, our.block, (uint32_t)n);
    }
    if (rc < 0) {
        refuse(rc);
    }
}

static void install(void) {
    int rc = tn_serve_file_step(&our.file);

    if (rc < 0) {
        refuse(rc);
    } else if (!rc) {
        tell(TN_CARD_INSTALLED, "installed; it starts now");
        tn_service_end(our.service);
    }
}

static enum tn_channel_did step(struct tn_channel *c) {
    static void (*const stages[])(void) = {[WAIT] = wait,
            [OPEN] = open_file,
            [LOOK] = look,
            [COMPARE] = compare,
            [FEED] = feed,
            [INSTALL] = install};

    (void)c;
    if (our.stage == OVER) {
        return TN_CHANNEL_IDLE;
    }
    stages[our.stage]();
    return our.stage == WAIT ? TN_CHANNEL_IDLE : TN_CHANNEL_ANSWERED;
}

void tn_service_card(struct tn_service *s, const struct tn_service_card_cfg *cfg) {
    memset(&our, 0, sizeof(our));
    our.cfg = cfg;
    our.service = s;
    our.stage = WAIT;
    our.state = TN_CARD_BUSY;
    our.file.update = s->update;
    our.channel = (struct tn_channel){.step = step, .next = s->links->next};
    s->links->next = &our.channel;
}
