# SPDX-License-Identifier: Apache-2.0
# The UF2 drive, mounted by the guest's kernel (vfat). Source it after dfu_steps.sh and guest.sh.

# uf2 NAME VERSION SIZE [OPTION...]: NAME.uf2, of an image that confirms itself.
uf2() {
    name=$1 version=$2 size=$3
    shift 3
    { echo "behaviour: confirms" && head -c "$size" /dev/urandom; } >raw
    run 0 -q sign -k key.pem --version "$version" -H 512 --pad-header --hex-addr $ADDR \
        --family nrf52840 "$@" raw "$name.uf2"
}

# shuffled FILE OUT: the same blocks in another order.
shuffled() {
    rm -rf blocks
    mkdir blocks
    split -b 512 -a 4 "$1" blocks/
    ls blocks/* | shuf | xargs cat >"$2"
}

# start_drive OPTION...: a device in recovery with a drive, mounted.
start_drive() {
    start_device --hold-button --uf2 "$@"
    present 1209:0002
    guest_must drive mount
}

# installs_by_drive VERSION: the device has installed the file and left; without its button, this
# runs.
installs_by_drive() {
    await has_reset 1 || fail "the device does not leave after a copy"
    in_guest drive umount
    unplug "$usbip"
    stop_sim
    start_sim
    installs "$1" confirmed
    stop_sim
}

# fails_to_copy FILE TEXT: the copy ends with an error, and FAILED.TXT tells why.
fails_to_copy() {
    run_usb 1 drive copy "$1"
    in_guest drive umount
    guest_must drive mount
    guest_must cat /mnt/FAILED.TXT
    out "$2"
}

copies() {
    step "the drive has one text; a copy installs"
    start_drive
    guest_must ls /mnt
    checks=$((checks + 1))
    [ "$(cat out)" = INFO_UF2.TXT ] || fail "the drive has other files"
    guest_must cat /mnt/INFO_UF2.TXT
    out "UF2 Bootloader Tenon"
    run_usb 0 drive copy one.uf2
    installs_by_drive 1.0.0
    step "blocks out of order"
    start_drive
    run_usb 0 drive copy two_mixed.uf2
    installs_by_drive 2.0.0
}

refused_copies() {
    step "a foreign family, and a key of somebody else: the copy fails, and the drive says why"
    start_drive
    fails_to_copy strange.uf2 "for another family of chips"
    fails_to_copy foreign.uf2 "a key that this device does not know"
    step "a full drive: the kernel says so, and a file that fits goes through"
    run_usb 1 drive copy huge
    err "No space left"
    guest_must rm /mnt/huge
    run_usb 0 drive copy three.uf2
    installs_by_drive 3.0.0
}

has_begun() { ! cmp -s flash.img was.img; }

unplugged_copy() {
    step "the cable is pulled in the middle of a copy, and another one succeeds"
    cp flash.img was.img
    start_drive --erase-ms 300  # several seconds for the old image's sectors
    begin drive copy four.uf2
    await has_begun || fail "the copy does not get under way"
    unplug "$usbip"
    ended
    checks=$((checks + 1))
    [ "$code" != 0 ] || fail "the cable was pulled, and the copy ended with 0"
    in_guest drive umount
    plug "$usbip"
    present 1209:0002
    guest_must drive mount
    run_usb 0 drive copy four.uf2
    installs_by_drive 4.0.0
}

drive_steps() {
    rm -f flash.img
    uf2 one 1.0.0 30000
    uf2 two 2.0.0 50000
    uf2 three 3.0.0 40000
    uf2 four 4.0.0 200000
    shuffled two.uf2 two_mixed.uf2
    run 0 -q sign -k key.pem --version 5.0.0 -H 512 --pad-header --hex-addr $ADDR --family rp2040 \
        raw strange.uf2
    run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header --hex-addr $ADDR \
        --family nrf52840 raw foreign.uf2
    head -c 9000000 /dev/zero >huge
    copies
    refused_copies
    unplugged_copy
}
