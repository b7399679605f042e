# SPDX-License-Identifier: Apache-2.0
# An unmodified dfu-util and an emulated board, through the libusb shim: TinyUSB's driver of the
# chip's controller, our DFU and our flash driver, as they run on the chip.
#
#   test_emulated.sh BIN SHIM BOARD
shim=$2
board=$3
DETACH_WAIT='-E 1'  # the shim waits for the device itself
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/shim.sh"
. "$source/test/usb/dfu_steps.sh"
. "$source/test/usb/board_steps.sh"

run 0 keygen other.pem
board_steps "$board"
finish
