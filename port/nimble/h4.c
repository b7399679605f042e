// SPDX-License-Identifier: Apache-2.0
// A packet is passed on when it is whole and the host has a buffer for it. Until then nothing more
// is read: the stream's other end waits.
#include "h4.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "nimble/ble.h"
#include "nimble/ble_hci_trans.h"
#include "nimble/hci_common.h"
#include "os/os.h"

enum {
    H4_COMMAND = 1,
    H4_ACL = 2,
    H4_EVENT = 4,
    EVENT_HEADER = 2,  // code, length
    ACL_HEADER = 4,    // handle and flags, length of 16 bits
    COMMAND_HEADER = 3,
    PACKET_MAX = ACL_HEADER + 1024,
    EVENT_SIZE = MYNEWT_VAL(BLE_HCI_EVT_BUF_SIZE),
    EVENTS = MYNEWT_VAL(BLE_HCI_EVT_HI_BUF_COUNT),
};

static const struct tn_stream *stream;
static ble_hci_trans_rx_cmd_fn *on_event;
static void *event_arg;
static ble_hci_trans_rx_acl_fn *on_acl;
static void *acl_arg;

static uint8_t command[BLE_HCI_TRANS_CMD_SZ];
static bool command_is_used;
static os_membuf_t event_mem[OS_MEMPOOL_SIZE(EVENTS, EVENT_SIZE)];
static struct os_mempool event_pool;

static uint8_t type;  // of the packet that arrives; 0: none
static uint8_t packet[PACKET_MAX];
static size_t len;
static bool is_broken;

// ---- To the controller -------------------------------------------------------------------

static void put(const void *bytes, size_t n) {
    const uint8_t *p = bytes;

    while (n && !is_broken) {
        size_t k = stream->write(stream->ctx, p, n);
        p += k;
        n -= k;
    }
}

int ble_hci_trans_hs_cmd_tx(uint8_t *cmd) {
    static const uint8_t head = H4_COMMAND;

    put(&head, 1);
    put(cmd, COMMAND_HEADER + (size_t)cmd[2]);
    ble_hci_trans_buf_free(cmd);
    return 0;
}

int ble_hci_trans_hs_acl_tx(struct os_mbuf *om) {
    static const uint8_t head = H4_ACL;

    put(&head, 1);
    for (struct os_mbuf *m = om; m; m = SLIST_NEXT(m, om_next)) {
        put(m->om_data, m->om_len);
    }
    os_mbuf_free_chain(om);
    return 0;
}

// ---- From the controller -----------------------------------------------------------------

// Bytes of the packet as far as is known now; 0: it cannot be one.
static size_t wanted(void) {
    switch (type) {
    case H4_EVENT:
        return EVENT_HEADER + (len < EVENT_HEADER ? 0u : packet[1]);
    case H4_ACL:
        return ACL_HEADER + (len < ACL_HEADER ? 0u : (size_t)tn_get_le16(packet + 2));
    default:
        return 0;
    }
}

// Returns false if the host has no buffer now.
static bool pass_event(void) {
    uint8_t *buf = ble_hci_trans_buf_alloc(BLE_HCI_TRANS_BUF_EVT_HI);

    if (!buf) {
        return false;
    }
    memcpy(buf, packet, tn_min((uint32_t)len, EVENT_SIZE));
    if (on_event(buf, event_arg)) {
        ble_hci_trans_buf_free(buf);
    }
    return true;
}

static bool pass_acl(void) {
    struct os_mbuf *om = os_msys_get_pkthdr((uint16_t)len, sizeof(struct ble_mbuf_hdr));

    if (!om) {
        return false;
    }
    if (os_mbuf_append(om, packet, (uint16_t)len)) {
        os_mbuf_free_chain(om);
        return false;
    }
    on_acl(om, acl_arg);
    return true;
}

// Reads up to n bytes behind what is there.
static size_t take(size_t n) {
    size_t got = stream->read(stream->ctx, packet + len, n);

    len += got;
    return got;
}

bool tn_h4_poll(void) {
    bool did = false;

    while (!is_broken) {
        if (!type) {
            if (!take(1)) {
                return did;
            }
            type = packet[0];
            len = 0;
            did = true;
        }
        size_t want = wanted();
        if (!want || want > PACKET_MAX || (type == H4_EVENT && want > EVENT_SIZE)) {
            is_broken = true;
            return did;
        }
        if (len < want) {
            if (!take(want - len)) {
                return did;
            }
            did = true;
            continue;  // the header may say that there is more
        }
        if (type == H4_EVENT ? !pass_event() : !pass_acl()) {
            return did;
        }
        type = 0;
        len = 0;
        did = true;
        return did;
    }
    return did;
}

bool tn_h4_is_broken(void) {
    return is_broken;
}

// ---- What NimBLE calls -------------------------------------------------------------------

int ble_hci_trans_reset(void) {
    return 0;
}

void ble_hci_trans_cfg_hs(ble_hci_trans_rx_cmd_fn *evt_cb, void *evt_arg,
        ble_hci_trans_rx_acl_fn *acl_cb, void *arg) {
    on_event = evt_cb;
    event_arg = evt_arg;
    on_acl = acl_cb;
    acl_arg = arg;
}

int ble_hci_trans_set_acl_free_cb(os_mempool_put_fn *cb, void *arg) {
    (void)cb;
    (void)arg;
    return BLE_ERR_UNSUPPORTED;
}

uint8_t *ble_hci_trans_buf_alloc(int kind) {
    if (kind != BLE_HCI_TRANS_BUF_CMD) {
        return os_memblock_get(&event_pool);
    }
    if (command_is_used) {
        return NULL;
    }
    command_is_used = true;
    return command;
}

void ble_hci_trans_buf_free(uint8_t *buf) {
    if (buf == command) {
        command_is_used = false;
    } else {
        os_memblock_put(&event_pool, buf);
    }
}

void tn_h4_begin(const struct tn_stream *s) {
    stream = s;
    type = 0;
    len = 0;
    is_broken = command_is_used = false;
    os_mempool_init(&event_pool, EVENTS, EVENT_SIZE, event_mem, "event");
}
