// SPDX-License-Identifier: Apache-2.0
// DFU downloads into a device in memory, by the DFU machine and the real image writer: what is
// installed, what is refused and when, and what a refusal leaves alone.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/text.h"
#include "serve/dfu.h"
#include "serve/file_words.h"
#include "support/device.h"
#include "test.h"

enum {
    BLOCK = 512,
    CHUNK = 300,        // of the writer: blocks come to it in pieces
    SPARE = 12 * 1024,  // where the spare slot begins
    SECTOR = 1024,
};

static struct test_device device;
static struct test_image old, image;
static struct tn_update update;
static struct tn_serve_dfu sink;
static struct tn_dfu_memory memories[TN_DFU_ALTS];
static struct tn_dfu dfu;
static uint8_t chunk[CHUNK + 16];
static uint8_t block[BLOCK];
static unsigned left;

static void leave(void *ctx) {
    (void)ctx;
    left++;
}

static void begin(const struct test_image *running) {
    test_device_init(&device, &small_shape);
    device.slots.addr[TN_PRIMARY] = device.slots.addr[TN_SECONDARY] = 0x08004000;
    if (running) {
        test_device_place(&device, TN_RUNNING, running);
    }
    update = (struct tn_update){
            .slots = &device.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    sink = (struct tn_serve_dfu){.file = {.update = &update}, .mark = TN_SWAP_TEST, .leave = leave};
    tn_serve_dfu_memory(&device.slots, memories);
    dfu = (struct tn_dfu){.state = TN_DFU_IDLE,
            .nmemories = TN_DFU_ALTS,
            .block = BLOCK,
            .memories = memories,
            .sink = &tn_serve_dfu_sink,
            .ctx = &sink,
            .buf = block,
            .words = tn_serve_file_words};
    left = 0;
}

static bool out(uint8_t request, uint16_t value, const void *data, uint32_t len) {
    const struct tn_usb_request rq = {0x21, request, value, 0, (uint16_t)len};
    uint8_t *at = NULL;
    int n = tn_dfu_setup(&dfu, &rq, &at);

    if (n > 0) {
        memcpy(at, data, (size_t)n);
        return tn_dfu_received(&dfu, &rq);
    }
    return n == 0;
}

// GETSTATUS until the device is not busy. Returns bStatus.
static uint8_t await(void) {
    const struct tn_usb_request rq = {0xa1, TN_DFU_GETSTATUS, 0, 0, 6};
    uint8_t *at = NULL;

    for (int i = 0; i < 10000; i++) {
        CHECK_EQ(tn_dfu_setup(&dfu, &rq, &at), 6);
        if (!tn_get_le16(at + 1)) {
            return at[0];
        }
        uint32_t erases = device.nor.erases;
        tn_dfu_step(&dfu, 0);
        CHECK(device.nor.erases - erases <= 1);
    }
    return 0xff;
}

// Downloads bytes as DFU's blocks. Returns bStatus of the first block that was refused, else of
// the end; *ret_block is the number of that block.
static uint8_t download(uint8_t alt, const uint8_t *data, uint32_t len, uint32_t *ret_block) {
    uint16_t n = 0;

    CHECK(tn_dfu_select(&dfu, alt));
    for (uint32_t off = 0; off < len; off += BLOCK, n++) {
        *ret_block = n;
        CHECK(out(TN_DFU_DNLOAD, n, data + off, tn_min(BLOCK, len - off)));
        uint8_t status = await();
        if (status) {
            return status;
        }
    }
    *ret_block = n;
    if (!out(TN_DFU_DNLOAD, n, NULL, 0)) {
        return await();
    }
    return await();
}

static uint8_t install(uint8_t alt, const struct test_image *img) {
    uint32_t n;

    return download(alt, img->bytes, img->len, &n);
}

TEST(a_download_is_a_test_that_reverts_unless_it_is_confirmed) {
    test_image_make(&old, 1, 3000, TWIST_NONE);
    test_image_make(&image, 2, 5000, TWIST_NONE);
    begin(&old);
    CHECK_EQ(install(TN_DFU_UPDATE, &image), TN_DFU_OK);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(device.nor.violations, 0);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));
}

TEST(a_program_may_install_for_good) {
    begin(&old);
    sink.mark = TN_SWAP_PERM;
    CHECK_EQ(install(TN_DFU_UPDATE, &image), TN_DFU_OK);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &image));
    }
}

TEST(an_empty_device_gets_its_first_image_in_slot_0) {
    begin(NULL);
    CHECK_EQ(install(TN_DFU_UPDATE, &image), TN_DFU_OK);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
}

TEST(slot_0_keeps_a_genuine_image_unless_the_program_allows_it) {
    begin(&old);
    uint32_t n;
    CHECK_EQ(download(TN_DFU_SLOT_0, image.bytes, image.len, &n), TN_DFU_ERR_ADDRESS);
    CHECK_EQ(n, 0);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));
    CHECK_EQ(device.nor.ops, 0);
    CHECK(out(TN_DFU_CLRSTATUS, 0, NULL, 0));
    uint8_t erase_all = 0x41;
    CHECK(out(TN_DFU_DNLOAD, 0, &erase_all, 1));
    CHECK_EQ(await(), TN_DFU_ERR_ADDRESS);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));

    begin(&old);
    sink.may_replace = true;
    CHECK_EQ(install(TN_DFU_SLOT_0, &image), TN_DFU_OK);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));

    begin(&old);
    memset(device.mem + device.slots.area[TN_PRIMARY].off + 100, 0, 4);  // no longer genuine
    CHECK_EQ(install(TN_DFU_SLOT_0, &image), TN_DFU_OK);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
}

// What the header rules out must not cost the image that lies in the spare slot.
TEST(a_header_that_is_refused_erases_nothing) {
    struct test_image bad;
    uint32_t n;

    static const struct {
        uint32_t flags;
        uint32_t load_addr;
        uint8_t status;
    } rows[] = {
            {TN_IMAGE_ENCRYPTED, 0, TN_DFU_ERR_TARGET},
            {TN_IMAGE_ROM_FIXED, 0x08008000, TN_DFU_ERR_ADDRESS},
    };
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        begin(&old);
        memset(device.mem + SPARE, 0x55, 4 * SECTOR);
        test_image_make_for(&bad, 2, 4000, rows[i].flags, rows[i].load_addr);
        CHECK_EQ(download(TN_DFU_UPDATE, bad.bytes, bad.len, &n), rows[i].status);
        CHECK_EQ(n, 0);
        CHECK_EQ(device.nor.ops, 0);
    }
    begin(&old);
    bad = image;
    bad.bytes[0] ^= 1;  // the magic
    CHECK_EQ(download(TN_DFU_UPDATE, bad.bytes, bad.len, &n), TN_DFU_ERR_FILE);
    CHECK_EQ(n, 0);
    begin(&old);
    bad = image;
    tn_put_le32(bad.bytes + 12, 1 << 20);  // a size that the slot does not hold
    CHECK_EQ(download(TN_DFU_UPDATE, bad.bytes, bad.len, &n), TN_DFU_ERR_ADDRESS);
    CHECK_EQ(n, 0);
    CHECK_EQ(device.nor.ops, 0);
}

TEST(keys_and_signatures_are_told_apart) {
    struct test_image bad;
    uint32_t n;

    static const struct {
        enum test_twist twist;
        uint8_t status;
    } rows[] = {
            {TWIST_FOREIGN_KEY, TN_DFU_ERR_FIRMWARE},
            {TWIST_UNSIGNED, TN_DFU_ERR_FIRMWARE},
            {TWIST_BAD_HASH, TN_DFU_ERR_VERIFY},
            {TWIST_BAD_SIGNATURE, TN_DFU_ERR_VERIFY},
    };
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        begin(&old);
        test_image_make(&bad, 2, 4000, rows[i].twist);
        CHECK_EQ(download(TN_DFU_UPDATE, bad.bytes, bad.len, &n), rows[i].status);
        CHECK_EQ(n, (bad.len - 1) / BLOCK);  // with the last block: dfu-util looks no further
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &old));
    }
}

TEST(every_length_of_the_last_block_and_any_padding_is_accepted) {
    static uint8_t padded[8000];
    uint32_t n;

    for (uint32_t payload = 900; payload < 900 + BLOCK; payload += 7) {
        begin(&old);
        test_image_make(&image, 2, payload, TWIST_NONE);
        memset(padded, 0x1a, sizeof(padded));
        memcpy(padded, image.bytes, image.len);
        CHECK_EQ(download(TN_DFU_UPDATE, padded, image.len + payload % 1000, &n), TN_DFU_OK);
        CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    }
}

TEST(a_file_that_ends_early_is_not_installed) {
    uint32_t n;

    test_image_make(&image, 2, 3000, TWIST_NONE);
    for (uint32_t len = TN_IMAGE_HDR_LEN; len < image.len; len += len < image.len - 200 ? 97 : 1) {
        begin(&old);
        CHECK_EQ(download(TN_DFU_UPDATE, image.bytes, len, &n), TN_DFU_ERR_NOTDONE);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &old));
    }
    begin(&old);
    CHECK_EQ(download(TN_DFU_UPDATE, image.bytes, TN_IMAGE_HDR_LEN - 1, &n), TN_DFU_ERR_FILE);
}

TEST(a_download_can_be_read_back_and_nothing_else) {
    const struct tn_usb_request rq = {0xa1, TN_DFU_UPLOAD, 0, 0, BLOCK};
    uint8_t *at = NULL;

    test_image_make(&image, 2, 3000, TWIST_NONE);
    begin(&old);
    CHECK_EQ(tn_dfu_setup(&dfu, &rq, &at), TN_USB_STALL);
    CHECK_EQ(await(), TN_DFU_ERR_VENDOR);
    begin(&old);
    CHECK_EQ(install(TN_DFU_UPDATE, &image), TN_DFU_OK);
    uint32_t off = 0;
    int n;
    do {
        n = tn_dfu_setup(&dfu, &rq, &at);
        CHECK(n >= 0 && !memcmp(at, image.bytes + off, (size_t)n));
        off += (uint32_t)n;
    } while (n == BLOCK);
    CHECK_EQ(off, image.len);

    begin(&old);
    sink.may_read = true;
    CHECK(tn_dfu_select(&dfu, TN_DFU_SLOT_0));
    CHECK_EQ(tn_dfu_setup(&dfu, &rq, &at), BLOCK);
    CHECK(!memcmp(at, old.bytes, BLOCK));
}

TEST(another_link_that_takes_the_update_ends_the_download) {
    static const struct tn_span no_sha;

    begin(&old);
    CHECK(out(TN_DFU_DNLOAD, 0, image.bytes, BLOCK));
    CHECK_EQ(await(), TN_DFU_OK);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, 100), 100);
    CHECK(out(TN_DFU_DNLOAD, 1, image.bytes + BLOCK, BLOCK));
    CHECK_EQ(await(), TN_DFU_ERR_UNKNOWN);
}

// Another link begins an upload, whose first bytes wait for more.
static void take_over(void) {
    static const struct tn_span no_sha;

    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, 100), 100);
}

// A host must not hear of success when the installation has never ended.
TEST(another_link_that_ends_an_installation_is_an_error) {
    begin(&old);
    sink.mark = TN_SWAP_PERM;
    for (uint32_t off = 0, n = 0; off < image.len; off += BLOCK, n++) {
        CHECK(out(TN_DFU_DNLOAD, (uint16_t)n, image.bytes + off, tn_min(BLOCK, image.len - off)));
        CHECK_EQ(await(), TN_DFU_OK);
    }
    CHECK(out(TN_DFU_DNLOAD, 99, NULL, 0));
    tn_dfu_step(&dfu, 0);
    take_over();
    CHECK_EQ(await(), TN_DFU_ERR_UNKNOWN);
    tn_dfu_step(&dfu, 10000);
    CHECK_EQ(left, 0);
}

// What becomes of another link's job says nothing about slot 0, nor about this host's job.
TEST(the_result_of_another_links_job_is_not_taken_for_ones_own) {
    uint8_t erase_all = 0x41;

    begin(&old);
    CHECK(tn_dfu_select(&dfu, TN_DFU_SLOT_0));
    CHECK(out(TN_DFU_DNLOAD, 0, image.bytes, BLOCK));
    tn_dfu_step(&dfu, 0);
    tn_dfu_step(&dfu, 0);
    take_over();
    update.buf[0] ^= 1;  // no image: this job fails
    CHECK_EQ(await(), TN_DFU_ERR_UNKNOWN);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));

    begin(&old);
    memset(device.mem + SPARE, 0x55, 4 * SECTOR);
    CHECK(out(TN_DFU_DNLOAD, 0, &erase_all, 1));
    tn_dfu_step(&dfu, 0);
    take_over();
    CHECK_EQ(await(), TN_DFU_ERR_UNKNOWN);
}

TEST(an_error_that_another_link_has_taken_is_no_success) {
    begin(&old);
    device.slots.layout = &tn_layout_swap_offset;
    for (uint32_t off = 0, n = 0; off < image.len; off += BLOCK, n++) {
        CHECK(out(TN_DFU_DNLOAD, (uint16_t)n, image.bytes + off, tn_min(BLOCK, image.len - off)));
        CHECK_EQ(await(), TN_DFU_OK);
    }
    CHECK(out(TN_DFU_DNLOAD, (uint16_t)((image.len + BLOCK - 1) / BLOCK), NULL, 0));
    device.nor.cut_at = device.nor.ops + 1;  // the flash fails from here on
    for (int i = 0; i < 10000 && tn_update_is_busy(&update); i++) {
        tn_update_step(&update);
    }
    CHECK(tn_update_take_error(&update) < 0);  // by the other link
    CHECK(await() != TN_DFU_OK);
}

TEST(a_mass_erase_empties_the_spare_slot_a_sector_at_a_time) {
    uint8_t erase_all = 0x41;

    begin(&old);
    memset(device.mem + SPARE, 0x55, 13 * SECTOR);
    device.nor.flash.erase_ms = 85;
    CHECK(out(TN_DFU_DNLOAD, 0, &erase_all, 1));
    CHECK_EQ(tn_update_erase_ms(&update), 13 * 85);
    CHECK_EQ(await(), TN_DFU_OK);
    CHECK(tn_area_is_erased(&device.slots.area[TN_SECONDARY], 0, 13 * SECTOR));
    CHECK(test_device_holds(&device, TN_RUNNING, &old));
}

TEST(power_lost_anywhere_in_a_download_leaves_the_running_image) {
    test_image_make(&image, 2, 3000, TWIST_NONE);
    begin(&old);
    CHECK_EQ(install(TN_DFU_UPDATE, &image), TN_DFU_OK);
    uint32_t ops = device.nor.ops;
    for (uint32_t cut = 1; cut <= ops; cut++) {
        begin(&old);
        device.nor.cut_at = cut;
        device.nor.cut = (enum tn_nor_cut)(cut % 3);
        install(TN_DFU_UPDATE, &image);
        tn_nor_power_on(&device.nor);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        bool is_old = test_device_holds(&device, TN_RUNNING, &old);
        CHECK(is_old || (cut >= ops - 1 && test_device_holds(&device, TN_RUNNING, &image)));
    }
}

TEST(names_tell_the_layout_of_the_memory) {
    char name[TN_DFU_NAME_MAX];
    struct tn_text t = {name, sizeof(name), 0};
    // The sectors of an STM32F4 from its third one on, and sectors that are no whole K.
    static const struct tn_flash_run runs[] = {{16384, 4}, {65536, 1}, {131072, 7}};
    static const struct tn_flash_run odd_runs[] = {{264, 100}};
    struct tn_flash flash = {.runs = runs, .nruns = 3, .size = 1 << 20};
    struct tn_slots slots = {
            .area = {{&flash, 32768, 32768 + 65536 + 131072}}, .addr = {0x08008000, 0}};

    tn_serve_dfu_name(&slots, TN_DFU_UPDATE, &t);
    static const char wanted[] = "@Update/0x08008000/2*16Kg,1*64Kg,1*128Kg";
    CHECK_EQ(t.len, sizeof(wanted) - 1);
    CHECK(!memcmp(name, wanted, t.len));

    flash = (struct tn_flash){.runs = odd_runs, .nruns = 1, .size = 26400};
    slots.area[TN_PRIMARY] = (struct tn_area){&flash, 0, 2640};
    t.len = 0;
    tn_serve_dfu_name(&slots, TN_DFU_SLOT_0, &t);
    static const char odd[] = "@Slot 0/0x08008000/10*264Bg";
    CHECK_EQ(t.len, sizeof(odd) - 1);
    CHECK(!memcmp(name, odd, t.len));
}
