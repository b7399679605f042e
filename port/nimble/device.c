// SPDX-License-Identifier: Apache-2.0
// Sources: NimBLE 1.3.0, nimble/host/include/host/ble_gap.h, ble_gatt.h and ble_sm.h.
#include "device.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "host/ble_hs.h"
#include "nimble/nimble_port.h"
#include "npl.h"
#include "services/gap/ble_svc_gap.h"
#include "services/gatt/ble_svc_gatt.h"
#include "store.h"

enum {
    INTERVAL_MIN = 48,  // of advertising, in 0.625 ms: 30 ms, which phones find at once
    INTERVAL_MAX = 96,
    RETRY_MS = 1000,  // until advertising is tried again
    LINGER_MS = 100,  // for the last notification to leave the controller
};

static const struct tn_nimble *self;
static struct tn_npl npl;
static uint16_t connection = BLE_HS_CONN_HANDLE_NONE;
static uint16_t value_handle;
static uint8_t address_type;
static bool is_advertising, is_ending;
static uint32_t tried_ms;

static void advertise(void);

// ---- The service -------------------------------------------------------------------------

static int to_ble(struct os_mbuf *om) {
    uint8_t piece[BLE_ATT_ATTR_MAX_LEN];
    uint16_t len = 0;

    if (ble_hs_mbuf_to_flat(om, piece, sizeof(piece), &len)) {
        return BLE_ATT_ERR_INVALID_ATTR_VALUE_LEN;
    }
    return tn_ble_on_write(self->ble, piece, len);
}

static int on_access(uint16_t conn, uint16_t attr, struct ble_gatt_access_ctxt *ctxt, void *arg) {
    (void)arg;
    if (conn != connection || attr != value_handle || ctxt->op != BLE_GATT_ACCESS_OP_WRITE_CHR) {
        return BLE_ATT_ERR_UNLIKELY;
    }
    return to_ble(ctxt->om);
}

static const ble_uuid128_t service = BLE_UUID128_INIT(TN_BLE_SERVICE);
static const ble_uuid128_t characteristic = BLE_UUID128_INIT(TN_BLE_CHARACTERISTIC);

static struct ble_gatt_chr_def characteristics[] = {
        {.uuid = &characteristic.u, .access_cb = on_access, .val_handle = &value_handle}, {0}};
static const struct ble_gatt_svc_def services[] = {
        {.type = BLE_GATT_SVC_TYPE_PRIMARY, .uuid = &service.u, .characteristics = characteristics},
        {0}};

// What link/ble.h asks of a stack.
static int notify(void *ctx, const void *piece, size_t len) {
    (void)ctx;
    if (connection == BLE_HS_CONN_HANDLE_NONE) {
        return TN_EIO;
    }
    struct os_mbuf *om = ble_hs_mbuf_from_flat(piece, (uint16_t)len);
    int rc = om ? ble_gattc_notify_custom(connection, value_handle, om) : BLE_HS_ENOMEM;
    switch (rc) {
    case 0:
        return 0;
    case BLE_HS_ENOMEM:
    case BLE_HS_EBUSY:
    case BLE_HS_EAGAIN:
        return TN_EBUSY;
    default:
        return TN_EIO;
    }
}

static const struct tn_ble_stack stack = {.notify = notify};

// ---- Connections -------------------------------------------------------------------------

static void tell_security(void) {
    struct ble_gap_conn_desc d;
    enum tn_ble_level level = TN_BLE_LEVEL_OPEN;

    // A PC's BlueZ often pairs without keeping the keys. That is worth as much as a bond that
    // anybody can make.
    if (ble_gap_conn_find(connection, &d) == 0 && d.sec_state.encrypted) {
        level = d.sec_state.authenticated ? TN_BLE_LEVEL_PASSKEY : TN_BLE_LEVEL_BONDED;
    }
    tn_ble_on_security(self->ble, level);
}

static void on_connect(const struct ble_gap_event *ev) {
    is_advertising = false;
    if (ev->connect.status) {
        advertise();
        return;
    }
    connection = ev->connect.conn_handle;
    tn_ble_on_disconnect(self->ble);  // whatever was before
    tell_security();
}

static void on_disconnect(void) {
    connection = BLE_HS_CONN_HANDLE_NONE;
    tn_ble_on_disconnect(self->ble);
    advertise();
}

// A peer that wants to pair again has forgotten its keys: ours go, too.
static int forget_bond(uint16_t conn) {
    struct ble_gap_conn_desc d;

    if (ble_gap_conn_find(conn, &d) == 0) {
        ble_store_util_delete_peer(&d.peer_id_addr);
    }
    return BLE_GAP_REPEAT_PAIRING_RETRY;
}

static void show_passkey(uint16_t conn, uint8_t action) {
    struct ble_sm_io io = {.action = action, .passkey = self->passkey};

    if (action == BLE_SM_IOACT_DISP) {
        ble_sm_inject_io(conn, &io);
    }
}

static int on_gap(struct ble_gap_event *ev, void *arg) {
    (void)arg;
    switch (ev->type) {
    case BLE_GAP_EVENT_CONNECT:
        on_connect(ev);
        break;
    case BLE_GAP_EVENT_DISCONNECT:
        on_disconnect();
        break;
    case BLE_GAP_EVENT_ADV_COMPLETE:
        is_advertising = false;
        break;
    case BLE_GAP_EVENT_MTU:
        tn_ble_on_mtu(self->ble, ev->mtu.value);
        break;
    case BLE_GAP_EVENT_SUBSCRIBE:
        if (ev->subscribe.attr_handle == value_handle) {
            tell_security();
            tn_ble_on_subscribe(self->ble, ev->subscribe.cur_notify);
        }
        break;
    case BLE_GAP_EVENT_ENC_CHANGE:
        tell_security();
        break;
    case BLE_GAP_EVENT_REPEAT_PAIRING:
        return forget_bond(ev->repeat_pairing.conn_handle);
    case BLE_GAP_EVENT_PASSKEY_ACTION:
        show_passkey(ev->passkey.conn_handle, ev->passkey.params.action);
        break;
    default:
        break;
    }
    return 0;
}

// Flags and the service's UUID; the name in the answer to a scan.
static int set_data(void) {
    struct ble_hs_adv_fields data = {.flags = BLE_HS_ADV_F_DISC_GEN | BLE_HS_ADV_F_BREDR_UNSUP,
            .uuids128 = &service,
            .num_uuids128 = 1,
            .uuids128_is_complete = 1};
    struct ble_hs_adv_fields answer = {.name = (const uint8_t *)self->name,
            .name_len = (uint8_t)tn_min((uint32_t)strlen(self->name), TN_NIMBLE_NAME_MAX),
            .name_is_complete = 1};
    int rc = ble_gap_adv_set_fields(&data);

    return rc ? rc : ble_gap_adv_rsp_set_fields(&answer);
}

static void advertise(void) {
    struct ble_gap_adv_params how = {.conn_mode = BLE_GAP_CONN_MODE_UND,
            .disc_mode = BLE_GAP_DISC_MODE_GEN,
            .itvl_min = INTERVAL_MIN,
            .itvl_max = INTERVAL_MAX};

    tried_ms = self->now_ms();
    if (!is_ending && connection == BLE_HS_CONN_HANDLE_NONE && !set_data()) {
        is_advertising =
                ble_gap_adv_start(address_type, NULL, BLE_HS_FOREVER, &how, on_gap, NULL) == 0;
    }
}

// ---- The host ----------------------------------------------------------------------------

static void set_address(void) {
    ble_addr_t random;

    if (self->address) {
        uint8_t bytes[6];
        memcpy(bytes, self->address, sizeof(bytes));
        bytes[5] |= 0xc0;  // static random: Core 5.3, Vol 6 Part B, 1.3.2.1
        ble_hs_id_set_rnd(bytes);
    } else if (ble_hs_id_gen_rnd(0, &random) == 0) {
        ble_hs_id_set_rnd(random.val);
    }
    address_type = BLE_OWN_ADDR_RANDOM;
}

static void on_sync(void) {
    set_address();
    advertise();
}

// The controller was reset: no connection has survived.
static void on_reset(int reason) {
    (void)reason;
    connection = BLE_HS_CONN_HANDLE_NONE;
    is_advertising = false;
    tn_ble_on_disconnect(self->ble);
}

// Security as the access row wants it.
static void configure(const struct tn_ble_access *access) {
    ble_hs_cfg.sync_cb = on_sync;
    ble_hs_cfg.reset_cb = on_reset;
    ble_hs_cfg.sm_bonding = access->bonds;
    ble_hs_cfg.sm_mitm = access->passkey;
    ble_hs_cfg.sm_sc = 1;
    ble_hs_cfg.sm_io_cap = access->passkey ? BLE_HS_IO_DISPLAY_ONLY : BLE_HS_IO_NO_INPUT_OUTPUT;
    ble_hs_cfg.store_status_cb = ble_store_util_status_rr;
    tn_nimble_store_begin(self->bonds);
}

static ble_gatt_chr_flags flags_of(const struct tn_ble_access *access) {
    ble_gatt_chr_flags flags = BLE_GATT_CHR_F_WRITE_NO_RSP | BLE_GATT_CHR_F_NOTIFY;

    if (access->bonds) {
        flags |= BLE_GATT_CHR_F_WRITE_ENC;
    }
    if (access->passkey) {
        flags |= BLE_GATT_CHR_F_WRITE_AUTHEN;
    }
    return flags;
}

void tn_nimble_begin(const struct tn_nimble *n) {
    self = n;
    n->ble->stack = &stack;
    connection = BLE_HS_CONN_HANDLE_NONE;
    is_advertising = is_ending = false;
    npl = (struct tn_npl){.now_ms = n->now_ms, .wait = n->wait};
    tn_npl_begin(&npl);
    nimble_port_init();
    configure(n->ble->access);
    characteristics[0].flags = flags_of(n->ble->access);
    if (n->mtu) {
        ble_att_set_preferred_mtu(n->mtu);
    }
    ble_svc_gap_init();
    ble_svc_gatt_init();
    ble_svc_gap_device_name_set(n->name);
    ble_gatts_count_cfg(services);
    ble_gatts_add_svcs(services);
    ble_hs_sched_start();
}

bool tn_nimble_step(void) {
    self->wait();
    bool did = tn_npl_step();

    tn_nimble_store_step();
    if (ble_hs_synced() && !is_advertising && connection == BLE_HS_CONN_HANDLE_NONE &&
            self->now_ms() - tried_ms >= RETRY_MS) {
        advertise();
    }
    return did;
}

bool tn_nimble_is_up(void) {
    return ble_hs_synced();
}

void tn_nimble_end(void) {
    uint32_t start = self->now_ms();

    while (self->now_ms() - start < LINGER_MS) {
        tn_nimble_step();
    }
    is_ending = true;
    if (connection != BLE_HS_CONN_HANDLE_NONE) {
        ble_gap_terminate(connection, BLE_ERR_REM_USER_CONN_TERM);
    }
    while (connection != BLE_HS_CONN_HANDLE_NONE && self->now_ms() - start < TN_NIMBLE_END_MS) {
        tn_nimble_step();
    }
}
