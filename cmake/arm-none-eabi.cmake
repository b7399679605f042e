# Arm Cortex-M by Debian's gcc-arm-none-eabi. TN_BOARD_DIR is the board's folder, whose board.cmake
# has the core's flags.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)

# CMake's compiler checks read this file again in projects of their own: they need the flags too,
# and cannot link a program, for want of a linker script.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TN_BOARD_DIR TN_FLAGS)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

include(${TN_BOARD_DIR}/board.cmake)

# One section per function and object, so that what no row names is not linked.
set(CMAKE_C_FLAGS_INIT "${TN_BOARD_FLAGS} -g -ffunction-sections -fdata-sections -fno-common")
# Measured: what makes -Os of gcc 12 smaller on a Cortex-M0, by 310 bytes of 19,600; none of
# them changes what the code does.
#
# TN_FLAGS, for tools/size alone: "plain" is -Os without these, "lto" is these with -flto.
if(NOT TN_FLAGS STREQUAL "plain")
    string(JOIN " " CMAKE_C_FLAGS_MINSIZEREL_INIT -fno-jump-tables -fno-thread-jumps
        -fno-tree-dse -fno-tree-dominator-opts -fno-tree-tail-merge -fno-move-loop-invariants
        -fno-ipa-modref -fira-region=all -fweb -fno-short-enums)
    if(TN_BOARD_FLAGS MATCHES "cortex-m0")  # another 50 bytes there, and 130 more on a Cortex-M4
        string(APPEND CMAKE_C_FLAGS_MINSIZEREL_INIT
            " -frename-registers -fno-tree-loop-im -fno-tree-scev-cprop")
    elseif(TN_BOARD_FLAGS MATCHES "cortex-m4")  # 220 bytes of the small loader with USB
        string(APPEND CMAKE_C_FLAGS_MINSIZEREL_INIT
            " -fno-schedule-insns2 -fno-if-conversion -fno-caller-saves -fno-tree-loop-im")
    endif()
endif()
if(TN_FLAGS STREQUAL "lto")
    string(APPEND CMAKE_C_FLAGS_MINSIZEREL_INIT " -flto")
endif()
set(CMAKE_ASM_FLAGS_INIT "${TN_BOARD_FLAGS}")

# No C library: newlib gives only its headers (string.h). libgcc has the division that a Cortex-M0
# lacks.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -Wl,--gc-sections -Wl,--fatal-warnings \
-Wl,--sort-section=alignment")
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lgcc")

# Never a header or a library of the host; its programs (python, sh) are welcome.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
