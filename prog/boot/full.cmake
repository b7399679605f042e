# The loader with every way into recovery (full.c), but for its main function and its keys.
set(boot ${CMAKE_CURRENT_LIST_DIR})
set(service ${boot}/../service)
set(TN_LOADER_FULL ${boot}/full.c ${boot}/loader.c ${boot}/start.c ${boot}/way_request.c
    ${boot}/way_chip.c ${boot}/way_button.c ${boot}/way_double_reset.c
    ${service}/service.c ${service}/quiet.c ${service}/serial.c ${TN_TRUST_FILES}
    ${TN_BASE} ${TN_FLASH} ${TN_IMAGE} ${TN_LAYOUTS} ${TN_BOOT} ${TN_STRATEGIES} ${TN_POLICY}
    ${TN_RETAINED} ${TN_UPDATE} ${TN_ADMIT}
    ${TN_SMP} ${TN_SERVE} ${TN_SERVE_MORE} ${TN_LINK} ${TN_LINK_MORE} ${TN_CHANNEL})
