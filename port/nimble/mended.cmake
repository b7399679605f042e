# What we change in NimBLE 1.3.0 (nimble.cmake). SECURITY.md lists the reasons.
macro(tn_nimble_mends)
    # The right to subscribe is that to write: else a peer without a bond could subscribe, and a
    # phone would not learn that it has to pair.
    tn_nimble_mend(nimble/host/src/ble_gatts.c
        "ble_gatts_register_clt_cfg_dsc(uint16_t *att_handle)"
        "ble_gatts_register_clt_cfg_dsc(uint16_t *att_handle, uint8_t att_flags)")
    tn_nimble_mend(nimble/host/src/ble_gatts.c
        "uuid_ccc, BLE_ATT_F_READ | BLE_ATT_F_WRITE, 0,"
        "uuid_ccc, BLE_ATT_F_READ | BLE_ATT_F_WRITE | (att_flags & (BLE_ATT_F_WRITE_ENC | BLE_ATT_F_WRITE_AUTHEN)), 0,")
    tn_nimble_mend(nimble/host/src/ble_gatts.c
        "ble_gatts_register_clt_cfg_dsc(&dsc_handle)"
        "ble_gatts_register_clt_cfg_dsc(&dsc_handle, att_flags)")
    # A controller without that command (BlueZ's virtual one) is none that cannot be used: the event
    # that it would permit is one of a timeout that nobody set.
    tn_nimble_mend(nimble/host/src/ble_hs_startup.c
        "&cmd2, sizeof(cmd2), NULL, 0);
        if (rc != 0) {"
        "&cmd2, sizeof(cmd2), NULL, 0);
        if (rc != 0 && rc != BLE_HS_HCI_ERR(BLE_ERR_UNKNOWN_HCI_CMD)) {")
    # CVE-2024-51569: the number of connections in the event was read before its length was checked.
    tn_nimble_mend(nimble/host/src/ble_hs_hci_evt.c
        "if (len != sizeof(*ev) + (ev->count * sizeof(ev->completed[0]))) {"
        "if (len < sizeof(*ev) || len != sizeof(*ev) + (ev->count * sizeof(ev->completed[0]))) {")
    # CVE-2025-53477: a command for which there is no buffer.
    tn_nimble_mend(nimble/host/src/ble_hs_hci_cmd.c
        "BLE_HS_DBG_ASSERT(cmd != NULL);"
        "if (cmd == NULL) { return BLE_HS_ENOMEM_EVT; }")
endmacro()
