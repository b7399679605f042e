// SPDX-License-Identifier: Apache-2.0
// The flash: loader, slots of the first image, outcomes, journal, storage; then, for each further
// image, its slots and its outcomes. The external flash, if there is one, has all spare slots.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "boot/check.h"
#include "boot/single_encrypted.h"
#include "sim_flash_priv.h"

enum {
    OUTCOME_SIZE = 2 * TN_SIM_SECTOR,
    OUTCOME = TN_SIM_LOADER + TN_SIM_PRIMARY + TN_SIM_SECONDARY,
    JOURNAL = OUTCOME + OUTCOME_SIZE,
    STORAGE = JOURNAL + 2 * TN_SIM_SECTOR,
    FURTHER = TN_SIM_PRIMARY + TN_SIM_SECONDARY + OUTCOME_SIZE,  // of each further image
};

// The model's sectors: those of the flash, then those of the external one. Both count operations.
static struct tn_flash_run runs[2];
static struct tn_nor nor;

struct tn_slots tn_sim_slots[TN_SIM_IMAGES];
struct tn_area tn_sim_outcomes[TN_SIM_IMAGES];
const struct tn_area tn_sim_journal = {&nor.flash, JOURNAL, 2 * TN_SIM_SECTOR};
const struct tn_area tn_sim_keys = {
        &nor.flash, TN_SIM_LOADER - 2 * TN_SIM_SECTOR, 2 * TN_SIM_SECTOR};
const struct tn_area tn_sim_storage = {&nor.flash, STORAGE, 2 * TN_SIM_SECTOR};

struct tn_nor *tn_sim_nor(void) {
    return &nor;
}

// ---- The external flash --------------------------------------------------------------------

// Where it begins in the model.
static uint32_t inside(void) {
    return runs[0].sector_size * runs[0].count;
}

static int external_read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f;
    return nor.flash.ops->read(&nor.flash, inside() + off, buf, len);
}

static int external_prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f;
    return nor.flash.ops->prog(&nor.flash, inside() + off, buf, len);
}

static int external_erase(const struct tn_flash *f, uint32_t off) {
    (void)f;
    return nor.flash.ops->erase(&nor.flash, inside() + off);
}

static const struct tn_flash_ops external_ops = {external_read, external_prog, external_erase};
static struct tn_flash external = {
        .ops = &external_ops, .runs = &runs[1], .nruns = 1, .erased = 0xff, .prog_unit = 4};

// ---- Files -----------------------------------------------------------------------------------

// Maps a flash's file of len bytes to this place, and makes it if it does not exist.
static int map_flash(uint8_t *at, const char *path, uint32_t len) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct stat st;

    if (fd < 0 || fstat(fd, &st)) {
        return tn_sim_complain("cannot open the flash file", path);
    }
    bool fresh = st.st_size == 0;
    if (!fresh && st.st_size != len) {
        fprintf(stderr, "tenon-sim: %s has %lld bytes, a flash file has %u: not one of ours\n",
                path, (long long)st.st_size, (unsigned)len);
        return -1;
    }
    if (fresh && ftruncate(fd, len)) {
        return tn_sim_complain("cannot make the flash file", path);
    }
    if (mmap(at, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
        return tn_sim_complain("cannot map the flash file", path);
    }
    if (fresh) {
        memset(at, 0xff, len);
    }
    return 0;
}

static int open_files(const struct tn_sim_cfg *cfg) {
    uint32_t len = TN_SIM_FLASH + cfg->nfurther * FURTHER;
    uint32_t external_len = cfg->external_path ? (1 + cfg->nfurther) * TN_SIM_EXTERNAL : 0;
    uint8_t *mem = mmap(NULL, len + external_len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (mem == MAP_FAILED) {
        return tn_sim_complain("cannot map the flash file", cfg->flash_path);
    }
    if (map_flash(mem, cfg->flash_path, len) ||
            (external_len && map_flash(mem + len, cfg->external_path, external_len))) {
        return -1;
    }
    runs[0] = (struct tn_flash_run){TN_SIM_SECTOR, len / TN_SIM_SECTOR};
    runs[1] = (struct tn_flash_run){TN_SIM_EXTERNAL_SECTOR, external_len / TN_SIM_EXTERNAL_SECTOR};
    external.size = external_len;
    tn_nor_init(&nor, mem, runs, external_len ? 2 : 1, 4, 0xff);
    nor.flash.stalls_cpu = cfg->erase_ms != 0;
    nor.flash.erase_ms = (uint16_t)cfg->erase_ms;
    nor.cut = cfg->cut;
    return 0;
}

// ---- Slots -----------------------------------------------------------------------------------

// The nth image's places, as swap using offset wants them.
static void lay_out(uint8_t nth, struct tn_slots *ret) {
    uint32_t at = nth ? TN_SIM_FLASH + (nth - 1u) * FURTHER : TN_SIM_LOADER;
    uint32_t behind = at + TN_SIM_PRIMARY + TN_SIM_SECONDARY;

    *ret = (struct tn_slots){
            .area = {{&nor.flash, at, TN_SIM_PRIMARY},
                    {&nor.flash, at + TN_SIM_PRIMARY, TN_SIM_SECONDARY}},
            .layout = &tn_layout_swap_offset,
            .addr = {at, at},
            .max_sectors = TN_SIM_SECONDARY / TN_SIM_SECTOR,
            .max_align = 8,
            .image = nth,
    };
    tn_sim_outcomes[nth] = (struct tn_area){&nor.flash, nth ? behind : OUTCOME, OUTCOME_SIZE};
}

// The spare slot is in the external flash. Its sectors are larger: scratch, where the spare slot
// would be, holds one.
static void move_spare(struct tn_slots *s) {
    s->area[TN_SCRATCH] = s->area[TN_SECONDARY];
    s->area[TN_SCRATCH].size = TN_SIM_EXTERNAL_SECTOR;
    s->area[TN_SECONDARY] =
            (struct tn_area){&external, s->image * TN_SIM_EXTERNAL, TN_SIM_EXTERNAL};
}

static bool runs_in_both(const struct tn_layout *l) {
    return l == &tn_layout_direct_xip || l == &tn_layout_direct_xip_revert;
}

// The spare slot's last sector is what a strategy without offsets does not need.
static int choose_layout(
        const struct tn_sim_cfg *cfg, struct tn_slots *s, const struct tn_layout *layout) {
    struct tn_area *spare = &s->area[TN_SECONDARY];

    if (cfg->external_path) {
        move_spare(s);
        s->layout = layout ? layout : &tn_layout_swap_scratch;
    } else if (layout && layout != &tn_layout_swap_offset) {
        s->layout = layout;
        spare->size -= TN_SIM_SECTOR;
        if (layout == &tn_layout_single_slot) {
            s->area[TN_SCRATCH] = (struct tn_area){
                    &nor.flash, spare->off, tn_single_scratch_size(s, TN_SIM_SECTOR)};
            spare->size = 0;
        }
        if (layout == &tn_layout_swap_scratch) {
            s->area[TN_SCRATCH] =
                    (struct tn_area){&nor.flash, spare->off + spare->size, TN_SIM_SECTOR};
        } else if (runs_in_both(layout)) {
            s->addr[TN_SECONDARY] = spare->off;
        }
    }
    s->encrypted = cfg->encrypted;
    s->key_cell = s->layout->reverts ? cfg->key_cell : 0;
    const char *fault = tn_slots_fault(s);
    if (fault) {
        fprintf(stderr, "tenon-sim: %s: %s\n", tn_layout_name(s->layout), fault);
    }
    return fault ? -1 : 0;
}

int tn_sim_flash_open(const struct tn_sim_cfg *cfg) {
    if (open_files(cfg)) {
        return -1;
    }
    for (unsigned i = 0; i <= cfg->nfurther; i++) {
        lay_out((uint8_t)i, &tn_sim_slots[i]);
        if (choose_layout(cfg, &tn_sim_slots[i], i ? cfg->further[i - 1] : cfg->layout)) {
            return -1;
        }
    }
    return 0;
}

const struct tn_slots *tn_sim_image(unsigned nth) {
    return &tn_sim_slots[nth];
}

const struct tn_area *tn_sim_log(unsigned nth) {
    return &tn_sim_outcomes[nth];
}
