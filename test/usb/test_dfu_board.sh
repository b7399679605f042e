# SPDX-License-Identifier: Apache-2.0
# An unmodified dfu-util and a board's real binaries, through the libusb shim.
#
#   test_dfu_board.sh BIN SHIM BOARD
shim=$2
board=$3
DETACH_WAIT='-E 1'  # the shim waits for the device itself
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/shim.sh"
. "$source/test/usb/dfu_steps.sh"
. "$source/test/usb/board_steps.sh"

board_steps "$board"
finish
