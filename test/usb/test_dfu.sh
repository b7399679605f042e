# SPDX-License-Identifier: Apache-2.0
# An unmodified dfu-util and the simulated device, through the libusb shim.
#
#   test_dfu.sh BIN SHIM
shim=$2
DETACH_WAIT='-E 1'  # the shim waits for the device itself
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/dfu_steps.sh"
. "$source/test/usb/shim.sh"

make_images
dfu_steps
finish
