# The small loader (small.c), but for its main function, its keys, and the file that chooses its
# libraries (small_*.c).
set(boot ${CMAKE_CURRENT_LIST_DIR})
set(service ${boot}/../service)
set(TN_LOADER_SMALL ${boot}/small.c ${boot}/loader.c ${boot}/start.c ${boot}/way_request.c
    ${boot}/way_button.c ${boot}/way_double_reset.c
    ${service}/service.c ${service}/quiet.c ${service}/recovery.c
    ${TN_BASE} ${TN_FLASH} ${TN_IMAGE} ${TN_LAYOUTS} ${TN_BOOT} ${TN_STRATEGIES} ${TN_POLICY}
    ${TN_RETAINED} ${TN_UPDATE} ${TN_ADMIT} ${TN_SMP} ${TN_SERVE} ${TN_LINK} ${TN_CHANNEL})
