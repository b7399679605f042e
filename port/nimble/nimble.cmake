# Apache NimBLE's host for one program: tn_nimble(name CONFIG header).
#
# Makes the library `name` of NimBLE's host, our NPL, the H4 transport and port/nimble's join.
# CONFIG is the header that overrides NimBLE's defaults (config.h). Needs the sources of
# `tools/setup ble`: TN_NIMBLE_DIR.
#
# What we mend in NimBLE 1.3.0 is a list of replacements below: each text must stand in its file
# exactly once, so that another version of the sources is noticed. The sources stay as they are; the
# mended copies lie in the build's folder. SECURITY.md lists what they are for.
include_guard(DIRECTORY)
set(TN_NIMBLE_DIR ${PROJECT_SOURCE_DIR}/third_party/nimble)

# tn_nimble_mend(FILE TEXT REPLACEMENT): changes the mended copy of FILE.
function(tn_nimble_mend file text with)
    set(copy ${CMAKE_CURRENT_BINARY_DIR}/nimble/${file})
    if(file IN_LIST TN_NIMBLE_MENDED)
        file(READ ${copy} content)
    else()
        file(READ ${TN_NIMBLE_DIR}/${file} content)
        set(TN_NIMBLE_MENDED ${TN_NIMBLE_MENDED} ${file} PARENT_SCOPE)
    endif()
    string(FIND "${content}" "${text}" first)
    string(FIND "${content}" "${text}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
        message(FATAL_ERROR "port/nimble: ${file} of NimBLE is another one than 1.3.0's")
    endif()
    string(REPLACE "${text}" "${with}" content "${content}")
    file(WRITE ${copy}.new "${content}")
    configure_file(${copy}.new ${copy} COPYONLY)
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/mended.cmake)

function(tn_nimble name)
    cmake_parse_arguments(PARSE_ARGV 1 T "" "CONFIG" "")
    tn_nimble_mends()
    set(ours ${PROJECT_SOURCE_DIR}/port/nimble)
    set(host ble_att ble_att_clt ble_att_cmd ble_att_svr ble_gap ble_gattc ble_gatts ble_hs
        ble_hs_adv ble_hs_atomic ble_hs_cfg ble_hs_conn ble_hs_flow ble_hs_hci ble_hs_hci_cmd
        ble_hs_hci_evt ble_hs_hci_util ble_hs_id ble_hs_log ble_hs_mbuf ble_hs_misc ble_hs_mqueue
        ble_hs_pvcy ble_hs_shutdown ble_hs_startup ble_hs_stop ble_l2cap ble_l2cap_coc
        ble_l2cap_sig ble_l2cap_sig_cmd ble_sm ble_sm_alg ble_sm_cmd ble_sm_lgcy ble_sm_sc
        ble_store ble_store_util ble_uuid ble_hs_periodic_sync)
    list(TRANSFORM host REPLACE "(.+)" "nimble/host/src/\\1.c")
    set(files)
    foreach(file ${host} nimble/host/services/gap/src/ble_svc_gap.c
            nimble/host/services/gatt/src/ble_svc_gatt.c
            porting/nimble/src/endian.c porting/nimble/src/mem.c porting/nimble/src/nimble_port.c
            porting/nimble/src/os_mbuf.c porting/nimble/src/os_mempool.c
            porting/nimble/src/os_msys_init.c
            ext/tinycrypt/src/aes_encrypt.c ext/tinycrypt/src/cmac_mode.c
            ext/tinycrypt/src/ecc.c ext/tinycrypt/src/ecc_dh.c ext/tinycrypt/src/utils.c)
        if(file IN_LIST TN_NIMBLE_MENDED)
            list(APPEND files ${CMAKE_CURRENT_BINARY_DIR}/nimble/${file})
        else()
            list(APPEND files ${TN_NIMBLE_DIR}/${file})
        endif()
    endforeach()
    set(includes nimble/include nimble/host/include nimble/host/src nimble/host/services/gap/include
        nimble/host/services/gatt/include porting/nimble/include ext/tinycrypt/include)
    list(TRANSFORM includes PREPEND ${TN_NIMBLE_DIR}/)

    add_library(${name}_host STATIC EXCLUDE_FROM_ALL ${files} ${ours}/arena.c)
    target_include_directories(${name}_host SYSTEM PUBLIC ${ours}/npl ${includes})
    target_compile_options(${name}_host PRIVATE "SHELL:-include ${T_CONFIG}" -w)
    target_link_libraries(${name}_host PRIVATE tp_flags)

    add_library(${name} STATIC EXCLUDE_FROM_ALL ${ours}/device.c ${ours}/h4.c ${ours}/npl.c
        ${ours}/store.c)
    target_include_directories(${name} PUBLIC ${ours} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_compile_options(${name} PRIVATE "SHELL:-include ${T_CONFIG}")
    target_link_libraries(${name} PUBLIC ${name}_host PRIVATE tp_flags)
endfunction()
