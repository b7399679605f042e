# The core as lists of files, a list for each room. Knows no preset, board or program, so that any
# CMake project may include it: a firmware's takes tenon.cmake beside it, or these lists by name.
get_filename_component(TN_SRC ${CMAKE_CURRENT_LIST_DIR}/../src ABSOLUTE)

set(TN_BASE ${TN_SRC}/base/base64.c ${TN_SRC}/base/cbor_in.c ${TN_SRC}/base/cbor_out.c
    ${TN_SRC}/base/crc.c ${TN_SRC}/base/seal.c)
set(TN_FLASH ${TN_SRC}/flash/area.c ${TN_SRC}/flash/ring.c)
# Rows of src/crypto are libraries of third_party.cmake: tp_bearssl, tp_micro_ecc and so on.
set(TN_IMAGE ${TN_SRC}/image/format.c ${TN_SRC}/image/pick_hash.c
    ${TN_SRC}/image/other_keys.c
    ${TN_SRC}/image/source.c ${TN_SRC}/image/verify.c)
# Slots, layouts and trailers: what an application needs too.
set(TN_LAYOUTS ${TN_SRC}/boot/layout.c ${TN_SRC}/boot/layout_swap_move.c
    ${TN_SRC}/boot/layout_swap_offset.c ${TN_SRC}/boot/layout_swap_scratch.c
    ${TN_SRC}/boot/magic.c ${TN_SRC}/boot/next.c ${TN_SRC}/boot/slots.c ${TN_SRC}/boot/trailer.c)
# Look, decide, step: a loader's.
set(TN_BOOT ${TN_SRC}/boot/boot.c ${TN_SRC}/boot/decide.c ${TN_SRC}/boot/look.c
    ${TN_SRC}/boot/settle.c
    ${TN_SRC}/boot/swap.c)
# Keys of several roles; and key lists, which revoke keys: for loaders and applications. The rule
# that takes new lists, for loaders.
set(TN_KEY_ROLES ${TN_SRC}/image/key_role.c)
set(TN_KEYRING ${TN_KEY_ROLES} ${TN_SRC}/boot/keyring.c ${TN_SRC}/image/key_list.c
    ${TN_SRC}/serve/list_keys.c)
set(TN_KEY_RULE ${TN_SRC}/boot/key_rule.c)
# The verified mark, for loaders of boards with a lock of the flash.
set(TN_VERIFIED ${TN_SRC}/boot/verified.c)
# What a loader of several images adds.
set(TN_SET ${TN_SRC}/boot/set.c)
# What a loader adds for encrypted images.
set(TN_ENCRYPTED ${TN_SRC}/boot/encrypted.c ${TN_SRC}/image/decrypt.c
    ${TN_SRC}/update/decrypt.c)
# The same for a device with one slot.
set(TN_ENCRYPTED_SINGLE ${TN_SRC}/boot/single_encrypted.c ${TN_SRC}/image/decrypt.c
    ${TN_SRC}/update/decrypt.c ${TN_SRC}/update/decrypt_single.c)
set(TN_STRATEGIES ${TN_SRC}/boot/in_place.c ${TN_SRC}/boot/overwrite.c ${TN_SRC}/boot/ram_load.c
    ${TN_SRC}/boot/swap_move.c ${TN_SRC}/boot/swap_offset.c ${TN_SRC}/boot/swap_scratch.c)
set(TN_LOG ${TN_SRC}/boot/log.c ${TN_SRC}/boot/record.c)
# What a loader does beyond starting what is genuine, each a rule.
set(TN_POLICY ${TN_SRC}/boot/attempts.c ${TN_SRC}/boot/counter_once.c
    ${TN_SRC}/boot/downgrade.c ${TN_LOG}
    ${TN_SRC}/boot/outcome.c
    ${TN_SRC}/boot/policy.c ${TN_SRC}/boot/rollback.c ${TN_SRC}/image/counter.c)
set(TN_RETAINED ${TN_SRC}/boot/boot_mode.c ${TN_SRC}/boot/handover.c ${TN_SRC}/boot/request.c)
set(TN_UPDATE ${TN_SRC}/boot/mark.c ${TN_SRC}/update/journal.c
    ${TN_SRC}/update/sealed.c ${TN_SRC}/update/update.c)
# The loader's rules, for an update that holds to them; needs the log.
set(TN_ADMIT ${TN_SRC}/boot/counter_once.c ${TN_SRC}/image/counter.c ${TN_SRC}/update/admit.c)
set(TN_SMP ${TN_SRC}/smp/packet.c ${TN_SRC}/smp/policy.c ${TN_SRC}/smp/server.c
    ${TN_SRC}/smp/words.c)
set(TN_SERVE ${TN_SRC}/base/text.c ${TN_SRC}/image/version.c ${TN_SRC}/serve/image.c
    ${TN_SRC}/serve/os.c ${TN_SRC}/serve/os_info.c
    ${TN_SRC}/serve/tenon.c
    ${TN_SRC}/serve/take_back.c
    ${TN_SRC}/serve/read_back.c
    ${TN_SRC}/serve/result.c)
# Groups that a program lists if it has something for them.
set(TN_SERVE_MORE ${TN_SRC}/serve/basic.c ${TN_SRC}/serve/enumerate.c ${TN_SRC}/serve/fs.c
    ${TN_SRC}/serve/open_link.c ${TN_SRC}/serve/os_time_tasks.c ${TN_SRC}/serve/session.c
    ${TN_SRC}/serve/images.c
    ${TN_SRC}/serve/settings.c
    ${TN_SRC}/serve/shell.c ${TN_SRC}/serve/stat.c)
set(TN_LINK ${TN_SRC}/link/console.c)
# A server on a stream of bytes, and on datagrams.
set(TN_CHANNEL ${TN_SRC}/channel/line.c ${TN_SRC}/channel/net.c)
# A server on a BLE connection, of any stack.
set(TN_BLE ${TN_SRC}/channel/gatt.c ${TN_SRC}/link/ble.c ${TN_SRC}/link/pieces.c)
# What every application needs around its tables (doc/your_app.md).
set(TN_AGENT ${TN_SRC}/agent/agent.c ${TN_SRC}/agent/boot_text.c ${TN_SRC}/agent/mapped.c)
# Other framings, for programs that take them: detect needs console and raw.
set(TN_LINK_MORE ${TN_SRC}/link/detect.c ${TN_SRC}/link/raw.c)
# USB: the way from an application into DFU mode, and DFU mode itself with what a download means.
set(TN_USB_APP ${TN_SRC}/usb/dfu_app.c)
set(TN_USB_DFU ${TN_SRC}/base/text.c ${TN_SRC}/usb/dfu.c ${TN_SRC}/serve/dfu.c
    ${TN_SRC}/serve/file.c ${TN_SRC}/serve/file_words.c)
# A USB drive that takes UF2 files.
set(TN_UF2_DRIVE ${TN_SRC}/base/text.c ${TN_SRC}/link/uf2.c ${TN_SRC}/usb/drive.c
    ${TN_SRC}/update/scatter.c ${TN_SRC}/serve/uf2.c ${TN_SRC}/serve/file_words.c)
# A file from a card or a stick, whose file system a port reads (port/fatfs).
set(TN_CARD ${TN_SRC}/base/text.c ${TN_SRC}/serve/file.c ${TN_SRC}/serve/file_words.c)
# Files by XMODEM and YMODEM on a line that carries packets too.
set(TN_XMODEM ${TN_SRC}/base/text.c ${TN_SRC}/link/xmodem.c ${TN_SRC}/serve/file.c
    ${TN_SRC}/serve/file_words.c ${TN_SRC}/serve/xmodem.c)
set(TN_CLIENT ${TN_SRC}/client/client.c ${TN_SRC}/client/reply.c ${TN_SRC}/client/upload.c)
set(TN_HOST_ONLY ${TN_SRC}/base/err_text.c ${TN_SRC}/boot/check.c ${TN_SRC}/boot/strategies.c)

# All that an application may link, in one list: for tools/amalgamate, zephyr/ and library.json.
set(TN_APPLICATION ${TN_BASE} ${TN_FLASH} ${TN_IMAGE} ${TN_KEYRING} ${TN_LAYOUTS} ${TN_RETAINED}
    ${TN_LOG}
    ${TN_UPDATE} ${TN_ADMIT} ${TN_SMP} ${TN_SERVE} ${TN_SERVE_MORE} ${TN_LINK} ${TN_LINK_MORE}
    ${TN_CHANNEL} ${TN_BLE} ${TN_AGENT} ${TN_USB_APP})
list(REMOVE_DUPLICATES TN_APPLICATION)
