# SPDX-License-Identifier: Apache-2.0
# A virtual machine with Debian's kernel, for tests of USB devices: real drivers see what the host
# serves over USB/IP. Also the guest of test/ble, which has other programs, modules and script (the
# first variables). Source it after test/cli/lib.sh.
#
#     start_guest LINUX     # third_party/linux, of tools/setup usb
#     in_guest lsusb; cat out err
#
# The guest has the test's folder, and runs its commands there. It is emulated (TCG): KVM may be
# there and not work. All of it ends with the test, or after GUEST_S seconds.
. "$source/test/usb/serve.sh"
GUEST_S=1500
COMMAND_S=150
AWAIT_S=200
guest_pid= reader_pid=
guest_number=0

# What the guest loads, begins with, and runs besides tenon.
guest_order=order
guest_begin=test/usb/guest/begin
guest_memory=512
guest_files=
guest_devices='-netdev user,id=net -device virtio-net-pci,netdev=net,romfile='
guest_programs='/usr/bin/dfu-util /usr/bin/lsusb /usr/bin/usbreset /usr/sbin/usbip /bin/udevadm'
udev_rules='50-udev-default.rules 60-serial.rules'

# copy_program FILE: copies a program and the libraries that it needs to the same place of initrd/.
copy_program() {
    for file in "$1" $(ldd "$1" | sed -n 's/[^/]*\(\/[^ ]*\) (0x.*/\1/p'); do
        mkdir -p "initrd${file%/*}"
        [ -e "initrd$file" ] || cp -L "$file" "initrd$file"
    done
}

# make_initrd LINUX: packs init, programs and modules.
make_initrd() {
    mkdir -p initrd/bin initrd/lib/systemd initrd/usr/bin initrd/usr/lib/udev/rules.d
    for program in $guest_programs "$tenon"; do
        copy_program "$program"
    done
    mv "initrd$tenon" initrd/usr/bin/tenon
    cp /bin/busybox initrd/bin/busybox
    ln -s /bin/udevadm initrd/lib/systemd/systemd-udevd
    for rules in $udev_rules; do
        cp "/lib/udev/rules.d/$rules" initrd/usr/lib/udev/rules.d
    done
    cp "$source/prog/cli/70-tenon.rules" initrd/usr/lib/udev/rules.d
    cp -r "$1/modules" initrd
    cp "$1/$guest_order" initrd/modules/order
    cp "$source/test/usb/guest/init" initrd
    cp "$source/$guest_begin" initrd/begin
    cp "$source/test/usb/guest/plug" "$source/test/usb/guest/drive" initrd/usr/bin
    chmod 755 initrd/init initrd/usr/bin/plug initrd/usr/bin/drive
    for file in $guest_files; do
        cp "$source/$file" initrd
    done
    (cd initrd && find . | cpio -o -H newc 2>/dev/null | gzip -1) >initrd.gz
    rm -rf initrd
}

start_guest() {
    mkdir -p .guest
    make_initrd "$1"
    # Open at both ends all the time: nothing waits for a guest that does not start.
    mkfifo .guest/line.in .guest/line.out
    exec 8<>.guest/line.in
    cat <>.guest/line.out >.guest/answers 8>&- &
    reader_pid=$!
    # shellcheck disable=SC2086  # a list of words
    timeout -s KILL $GUEST_S qemu-system-x86_64 -accel tcg -cpu max -m $guest_memory -nodefaults \
        -display none -no-reboot -kernel "$1/vmlinuz" -initrd initrd.gz \
        -append "console=ttyS0 quiet panic=-1 tn_work=$work tn_limit=$COMMAND_S" \
        -serial file:guest.log \
        -serial pipe:.guest/line \
        $guest_devices \
        -virtfs "local,path=$work,mount_tag=work,security_model=none" 8>&- >qemu.log 2>&1 &
    guest_pid=$!
    await has_answered 0
    [ "$(answer_of 0)" = 0 ] || guest_failed "the guest does not start"
}

answer_of() { sed -n "s/^$1 \([0-9]*\).*/\1/p" .guest/answers 2>/dev/null; }
has_answered() { [ -n "$(answer_of "$1")" ] || is_over "$guest_pid"; }

# show_logs: what the guest's kernel and the device said.
show_logs() {
    echo "--- the guest's log:"
    tail -n 40 guest.log
    cat qemu.log
    [ ! -f sim.log ] || { echo "--- the device's log:"; tail -n 40 sim.log; }
}

# guest_failed TEXT: a failure after which nothing else makes sense.
guest_failed() {
    fail "$*"
    show_logs
    finish
    exit 1
}

stop_guest() {
    for process in $guest_pid $reader_pid; do
        kill "$process" 2>/dev/null
    done
    guest_pid= reader_pid=
}

quoted() {
    for word; do
        printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
    done
}

# in_guest COMMAND...: runs a program or script of the guest. Its output goes to the files out and
# err. Returns its exit status; 137: it took longer than COMMAND_S.
in_guest() {
    guest_number=$((guest_number + 1))
    echo "$(quoted "$@")" >".guest/$guest_number.sh"
    echo $guest_number >&8
    await has_answered $guest_number
    code=$(answer_of $guest_number)
    [ -n "$code" ] || guest_failed "the guest gives no answer to: $*"
    return "$code"
}

# ---- The road of dfu_steps.sh through the guest --------------------------------------------------

with_status() {
    in_guest "$@"
    code=$?
}

# guest_must COMMAND...: what the test itself needs of the guest.
guest_must() {
    in_guest "$@" || guest_failed "exit code $code: $*"
}

plug() { guest_must plug in "$1"; }
unplug() { guest_must plug out "$1"; }
present() { guest_must plug await "$1"; }

begin() {
    rm -f download.code
    : >download.log
    guest_must sh -c '("$@" >download.log 2>&1; echo $? >download.code) >/dev/null 2>&1 &' begin "$@"
}
has_ended() { [ -s download.code ] || is_over "$guest_pid"; }
ended() {
    await has_ended || guest_failed "a program does not end after its device has gone"
    code=$(cat download.code)
}

# The cable, off and on again.
break_off() { unplug "$usbip"; }
mend() { plug "$usbip"; }
