# What the PC's library links: libcrypto and libserialport; and libusb, p11-kit and libsystemd (for
# D-Bus, over which BlueZ is reached), where they are there.
#
# tn_host_needs(ret_targets ret_reason): the targets to link; or, in ret_reason, what this machine
# lacks and what to do. Sets TN_LIBUSB_FOUND, TN_P11KIT_FOUND and TN_SDBUS_FOUND, too. A static
# program has none of the three: Debian's libusb wants libudev, of which it has no static library,
# nor of libsystemd, and p11-kit loads modules.
function(tn_host_needs ret_targets ret_reason)
    set(reason)
    find_package(PkgConfig QUIET)
    if(NOT PKG_CONFIG_FOUND)
        set(reason "it is found by pkg-config, which is not installed")
    else()
        # GLOBAL: the project that links the library lies in another folder.
        pkg_check_modules(TN_LIBCRYPTO QUIET IMPORTED_TARGET GLOBAL libcrypto>=3.0)
        pkg_check_modules(TN_SERIALPORT QUIET IMPORTED_TARGET GLOBAL libserialport)
        if(NOT TN_STATIC AND NOT WIN32)
            pkg_check_modules(TN_LIBUSB QUIET IMPORTED_TARGET GLOBAL libusb-1.0)
            pkg_check_modules(TN_P11KIT QUIET IMPORTED_TARGET GLOBAL p11-kit-1)
            pkg_check_modules(TN_SDBUS QUIET IMPORTED_TARGET GLOBAL libsystemd>=246)
        endif()
        if(NOT TN_LIBCRYPTO_FOUND)
            set(reason "install libcrypto 3.0 or later (Debian: libssl-dev)")
        elseif(NOT TN_SERIALPORT_FOUND)
            set(reason "install libserialport (Debian: libserialport-dev)")
        endif()
    endif()
    set(optional)
    if(TN_LIBUSB_FOUND)
        set(optional PkgConfig::TN_LIBUSB)
    endif()
    if(TN_SDBUS_FOUND)
        list(APPEND optional PkgConfig::TN_SDBUS)
    endif()
    if(TN_P11KIT_FOUND)
        list(APPEND optional PkgConfig::TN_P11KIT)
    endif()
    set(TN_LIBUSB_FOUND ${TN_LIBUSB_FOUND} PARENT_SCOPE)
    set(TN_P11KIT_FOUND ${TN_P11KIT_FOUND} PARENT_SCOPE)
    set(TN_SDBUS_FOUND ${TN_SDBUS_FOUND} PARENT_SCOPE)
    set(${ret_targets} PkgConfig::TN_LIBCRYPTO PkgConfig::TN_SERIALPORT ${optional} PARENT_SCOPE)
    set(${ret_reason} "${reason}" PARENT_SCOPE)
endfunction()
