#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imgtool's images of every kind of key boot: the server takes them, the loader verifies and starts
# them. An image of a key that the device does not have is refused, and the old one goes on.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"
vectors=$source/test/vectors/kinds

run 0 keygen --type p384 stranger.pem
for kind in p256 p384 ed25519 rsa2048 rsa3072; do
    cp "$vectors/TEST-KEY-ONLY-$kind-private.pem" key.pem
    rm -f flash.img
    start_sim
    make v1 1.0.0 none 9000
    run 0 upgrade v1.bin
    runs 1.0.0 confirmed
    for image in "$vectors/$kind"*.bin; do
        run 0 upgrade "$image"
        runs 1.2.3 confirmed
        run 0 upgrade v1.bin
        runs 1.0.0 confirmed
    done
    # The tool refuses it by the device's keys if it can, else the device.
    "$tenon" -q sign -k stranger.pem --version 3.0.0 -H 256 --pad-header raw foreign.bin >/dev/null 2>&1
    "$tenon" upgrade --force foreign.bin >out 2>err && fail "$kind: a stranger's image is installed"
    runs 1.0.0 confirmed
    stop_sim
done
finish
