# What the PC's library links: libcrypto and libserialport.
#
# tn_host_needs(ret_targets ret_reason): the targets to link; or, in ret_reason, what this machine
# lacks and what to do.
function(tn_host_needs ret_targets ret_reason)
    set(reason)
    find_package(PkgConfig QUIET)
    if(NOT PKG_CONFIG_FOUND)
        set(reason "it is found by pkg-config, which is not installed")
    else()
        # GLOBAL: the project that links the library lies in another folder.
        pkg_check_modules(TN_LIBCRYPTO QUIET IMPORTED_TARGET GLOBAL libcrypto>=3.0)
        pkg_check_modules(TN_SERIALPORT QUIET IMPORTED_TARGET GLOBAL libserialport)
        if(NOT TN_LIBCRYPTO_FOUND)
            set(reason "install libcrypto 3.0 or later (Debian: libssl-dev)")
        elseif(NOT TN_SERIALPORT_FOUND)
            set(reason "install libserialport (Debian: libserialport-dev)")
        endif()
    endif()
    set(${ret_targets} PkgConfig::TN_LIBCRYPTO PkgConfig::TN_SERIALPORT PARENT_SCOPE)
    set(${ret_reason} "${reason}" PARENT_SCOPE)
endfunction()
