# SPDX-License-Identifier: Apache-2.0
# What an unmodified dfu-util does with the simulated device, step by step. The same steps go two
# roads: through the libusb shim (test_dfu.sh, quick) and through a guest's kernel (test_guest.sh).
# The road (shim.sh, guest.sh) defines with_status, plug, unplug, present, begin, ended, break_off
# and mend.
#
# ADDR is where slot 0 begins; the application is 1209:0001, the recovery 1209:0002.
ADDR=0x8000
BOTH='1209:0001,1209:0002'
# For a dfu-util that detaches a device and then waits, by default 5 s.
DETACH_WAIT=${DETACH_WAIT-}

# step TEXT...: names what is tried, in the test's output.
step() { echo "step: $*"; }

# start_device OPTION...: a device with USB, plugged in.
start_device() {
    start_sim --usbip 0 --id 0123456789 "$@"
    usbip=$(usbip_port sim.log)
    plug "$usbip"
}

# A device in recovery, whose flash has old bytes: every sector has to be erased, and that takes its
# time.
start_slow_device() {
    head -c "$(wc -c <flash.img)" /dev/urandom >old.img
    mv old.img flash.img
    start_device --erase-ms 300
    present 1209:0002
}

# installs VERSION STATE: the device restarts after a download, and runs this then.
is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
installs() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; show_device; }
}

# show_device: what the device says, and whether its process still runs.
show_device() {
    "$tenon" image list
    if is_over "$sim"; then
        wait "$sim"
        echo "the device's process has ended with exit code $?"
    fi
    tail -n 20 sim.log
}

# A tenth of a download and more is done, and not all.
is_under_way() { grep -q ' [1-6][0-9]%' download.log; }

# in_the_middle ACTION FILE: does it while dfu-util downloads this file. dfu-util must notice: it
# must end, and not with 0.
in_the_middle() {
    begin dfu-util -a 0 -D "$2"
    checks=$((checks + 1))
    await is_under_way || fail "the download does not get under way"
    $1
    ended
    cp download.log out
    [ "$code" != 0 ] || fail "$1 in the middle of a download, and dfu-util ends with 0"
}

make_images() {
    run 0 keygen key.pem
    run 0 keygen other.pem
    make v1 1.0.0 none 30000
    make v2 2.0.0 confirms 50000
    make v3 3.0.0 confirms 40000
    make v4 4.0.0 none 20000
    run 0 -q sign -k other.pem --version 5.0.0 -H 256 --pad-header raw foreign.bin
    flip v3.bin $(($(wc -c <v3.bin) - 8))  # within the signature, the last TLV
    run 0 dfu-file make --vid 1209 --pid 0002 v3.bin v3.dfu
    run 0 dfu-file make --vid 1209 --pid 0099 v3.bin strange.dfu
}

list_recovery() {
    step "the recovery has two alternate settings, and the device's own number"
    present 1209:0002
    run_usb 0 dfu-util --list
    out "Found DFU: [1209:0002]"
    out "alt=0, name=\"@Update/0x00008000/64*4Kg\", serial=\"0123456789\""
    out "alt=1, name=\"@Slot 0/0x00008000/64*4Kg\""
}

download_to_an_empty_device() {
    step "a plain .bin goes to an empty device"
    run_usb 0 dfu-util -a 0 -D v1.bin
    out "Done!"
    installs 1.0.0 confirmed
    present 1209:0001
    run_usb 0 dfu-util --list
    out "Found Runtime: [1209:0001]"
    out "serial=\"0123456789\""
}

detach() {
    step "the application detaches, with exit status 0"
    run_usb 0 dfu-util -d $BOTH -e
    present 1209:0002
}

download_from_the_application() {
    step "one command: detach, download, restart"
    run_usb 0 dfu-util -d $BOTH $DETACH_WAIT -a 0 -D v2.bin
    out "Done!"
    installs 2.0.0 confirmed
    present 1209:0001
    step "a .dfu file with the device's ids, and a USB reset at the end"
    run_usb 0 dfu-util -w -d $BOTH $DETACH_WAIT -a 0 -R -D v3.dfu
    installs 3.0.0 confirmed
    present 1209:0001
}

image_on_test() {
    step "an image on test is not overwritten; a reset reverts it"
    run_usb 0 dfu-util -d $BOTH $DETACH_WAIT -a 0 -D v4.bin
    installs 4.0.0 "on test"
    present 1209:0001
    detach
    run_usb 74 dfu-util -a 0 -D v2.bin
    out "status(11)"
    run 0 os reset
    installs 3.0.0 confirmed
    present 1209:0001
}

dfuse() {
    step "DfuSe: download, read back, compare"
    run_usb 0 dfu-util -a 0 -s $ADDR -D v2.bin
    out "File downloaded successfully"
    rm -f back.bin
    run_usb 0 dfu-util -a 0 -s $ADDR:$(wc -c <v2.bin) -U back.bin
    checks=$((checks + 1))
    cmp v2.bin back.bin || fail "what was read back is not what was written"
    step "an upload does not overwrite a file"
    run_usb 73 dfu-util -a 0 -s $ADDR:100 -U back.bin
    step "mass erase"
    run_usb 0 dfu-util -a 0 -s :mass-erase:force
    step "DfuSe: download and leave"
    run_usb 0 dfu-util -a 0 -s $ADDR:leave -D v2.bin
    out "dfuMANIFEST"
    installs 2.0.0 confirmed
    present 1209:0001
}

refusals() {
    step "a wrong address: dfu-util sees it, and with force the device does"
    run_usb 64 dfu-util -a 0 -s 0x20000000 -D v3.bin
    err "is not writeable"
    run_usb 74 dfu-util -a 0 -s 0x20000000:force -D v3.bin
    step "slot 0 of a running device"
    run_usb 74 dfu-util -a 1 -s $ADDR -D v3.bin
    err "status(8)"
    step "a file of another device"
    run_usb 64 dfu-util -d ,1209:0002 -a 0 -D strange.dfu
    err "does not match device"
    step "no image, a foreign key, a bad signature"
    run_usb 74 dfu-util -a 0 -D raw
    out "status(2)"
    run_usb 74 dfu-util -a 0 -D foreign.bin
    out "status(10)"
    run_usb 74 dfu-util -a 0 -D flipped.bin
    out "status(7)"
    run_usb 74 dfu-util -a 0 -s $ADDR:leave -D flipped.bin
    out "status(7)"
    step "after all that, a good image"
    run_usb 0 dfu-util -a 0 -D v3.bin
    installs 3.0.0 confirmed
    present 1209:0001
}

interrupted_download() {
    step "the host goes away in the middle of a download"
    in_the_middle break_off v2.bin
    mend
    present 1209:0002
    step "and another one succeeds"
    run_usb 0 dfu-util -a 0 -D v2.bin
    installs 2.0.0 confirmed
}

# All of it, on a device that this starts.
dfu_steps() {
    start_device
    list_recovery
    download_to_an_empty_device
    download_from_the_application
    image_on_test
    detach
    dfuse
    detach
    refusals
    detach
    unplug "$usbip"
    stop_sim
    start_slow_device
    interrupted_download
    unplug "$usbip"
    stop_sim
}
