// SPDX-License-Identifier: Apache-2.0
// Any bytes as a key list, in an image and in both halves of the area: what is read lies in its
// bytes, and only a list that the right key signed is in force. A boot with any list in the running
// image starts that image, and leaves a genuine list in the area if there was one. The input may
// ask for its list to be signed, so that the rules behind the signature are met.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/keyring.h"
#include "fuzz.h"
#include "support/device.h"

enum {
    SECTOR = 1024,
    AREA_AT = 25 * SECTOR,
    HALF = SECTOR,
    PAYLOAD = 300,
};

static struct test_device d;
static struct tn_area area;
static struct tn_key table[TEST_KEYS + 1];
static struct tn_trust trust;
static struct tn_keyring ring;
static struct test_image image;
static struct test_list list, old_list;

static void begin(void) {
    static const struct tn_key *const built_in = test_keys;

    test_device_init(&d, &small_shape);
    d.run.count += 2;
    tn_nor_init(&d.nor, d.mem, &d.run, 1, 4, 0xff);
    area = (struct tn_area){&d.nor.flash, AREA_AT, 2 * HALF};
    trust = test_trust;
    trust.keys = table;
    ring = (struct tn_keyring){.trust = &trust,
            .built_in = built_in,
            .keys = table,
            .nkeys = TN_LEN(table),
            .area = &area};
}

// A list of the input: raw bytes, or a sound list with some of them, which may be signed.
static void load(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    uint8_t changes = how >> 4;

    memset(&list, 0, sizeof(list));
    if (how & 1) {
        list.len = (uint32_t)fuzz_take(in, list.bytes, sizeof(list.bytes));
        return;
    }
    uint32_t number = fuzz_u8(in);
    test_list_make(&list, number, (enum test_key)(fuzz_u8(in) % TEST_KEYS), fuzz_u8(in));
    while (changes--) {
        list.bytes[fuzz_u16(in) % list.len] = fuzz_u8(in);
    }
    if (how & 2) {
        test_list_sign(&list, (enum test_key)(fuzz_u8(in) % TEST_KEYS));
    }
    if (how & 4) {
        list.len = fuzz_u16(in) % (sizeof(list.bytes) + 1);
    }
}

static void read_list(void) {
    struct tn_key_list l;
    struct tn_key_entry e;

    if (list.len >= TN_KEY_LIST_HEAD) {
        PROMISE(tn_key_list_len(list.bytes) <= TN_KEY_LIST_MAX);
    }
    if (tn_key_list_get(&l, list.bytes, list.len)) {
        return;
    }
    PROMISE(l.len == list.len && l.number && l.count && l.count <= TN_KEY_LIST_KEYS);
    PROMISE(tn_key_list_len(list.bytes) == (int)list.len);
    for (unsigned i = 0; i < l.count; i++) {
        tn_key_list_entry(&l, i, &e);
        PROMISE(e.hash >= l.bytes && e.hash + TN_KEY_LIST_ENTRY <= l.bytes + l.len - l.sig_len);
        struct tn_key_entry same;
        PROMISE(tn_key_list_find(&l, e.hash, &same) && same.hash == e.hash);
    }
}

// What the flash holds before: nothing, a genuine list, and a half of the input.
static bool fill(uint8_t how, struct fuzz_in *in) {
    uint8_t *bad = d.mem + AREA_AT + (how & 1) * HALF;
    uint8_t *good = d.mem + AREA_AT + !(how & 1) * HALF;

    if (how & 2) {
        memcpy(bad, list.bytes, tn_min(list.len, HALF));
    } else if (how & 4) {
        fuzz_take(in, bad, HALF);
    }
    if (how & 8) {
        test_list_make(&old_list, 5, TEST_KEY_LISTS, 1u << TEST_KEY_OTHER);
        memcpy(good, old_list.bytes, old_list.len);
    }
    return how & 8;
}

static enum tn_plan_action boot(void) {
    static const struct tn_rule *const rules[] = {&tn_take_key_lists};
    struct tn_boot b = {.slots = &d.slots, .strategy = &tn_swap_offset, .trust = &trust};
    struct tn_policy p = {.rules = rules, .nrules = 1, .keyring = &ring};

    tn_keyring_open(&ring, &d.slots);
    tn_policy_settle(&p, &b);
    return b.plan.action;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};

    begin();
    uint8_t how = fuzz_u8(&in);
    load(&in);
    read_list();
    bool had_list = fill(how, &in);
    test_image_make_by(&image, 1, PAYLOAD, TEST_KEY, &list);
    test_device_place(&d, TN_RUNNING, &image);
    tn_keyring_open(&ring, &d.slots);
    bool may_run = !(ring.revoked >> TEST_KEY & 1);
    uint32_t number = ring.number;
    uint32_t revoked = ring.revoked;
    PROMISE(!had_list || number >= 5);  // the input may have signed a newer one
    d.nor.cut_at = how & 16 ? 1u + (how >> 5) : 0;
    d.nor.seed = how;
    enum tn_plan_action action = boot();
    PROMISE(d.nor.dead || (action == TN_PLAN_RUN) == may_run);
    tn_nor_power_on(&d.nor);
    PROMISE((boot() == TN_PLAN_RUN) == may_run);
    PROMISE(ring.number >= number && (ring.revoked & revoked) == revoked);
    number = ring.number;
    PROMISE((boot() == TN_PLAN_RUN) == may_run && ring.number == number && d.nor.violations == 0);
    return 0;
}
