# The sample application, but for its main function and its keys.
set(app ${CMAKE_CURRENT_LIST_DIR})
set(TN_APP ${app}/app.c ${app}/serial.c ${app}/../service/service.c ${app}/../service/serial.c
    ${TN_TRUST_FILES} ${TN_BASE} ${TN_FLASH} ${TN_IMAGE} ${TN_LAYOUTS} ${TN_RETAINED} ${TN_LOG} ${TN_UPDATE}
    ${TN_ADMIT}
    ${TN_SMP} ${TN_SERVE} ${TN_SERVE_MORE} ${TN_LINK} ${TN_LINK_MORE} ${TN_CHANNEL})
