#!/bin/sh
# No loader uses the FPU of its core. So an application finds it as a reset leaves it: CONTROL.FPCA
# is set by an instruction of the FPU alone, and FPCCR.LSPACT by an exception while FPCA is set (ARM
# DDI 0403, B1.5 and B3.2). Looking at the programs covers all paths, those of faults
# too. handover.c compares CPACR, which would switch the FPU on, and CONTROL.
#
#   test_no_fpu.sh FOLDER...     a board's build each
set -eu
checked=0
for folder; do
    for file in "$folder"/boot*.elf "$folder"/recovery.elf; do
        [ -f "$file" ] || { echo "no $file: ./run build ${folder##*/}"; exit 1; }
        # What the linker says of its objects; and the instructions.
        ! arm-none-eabi-readelf -A "$file" | grep Tag_FP_arch ||
            { echo "$file: made for an FPU"; exit 1; }
        arm-none-eabi-objdump -d "$file" | awk -F '\t' -v file="$file" '
            $3 ~ /^v(abs|add|cmp|cvt|div|fma|fms|fnm|ldm|ldr|max|min|mla|mls|mov|mrs|msr|mul|neg|nm|pop|push|rint|sel|sqrt|stm|str|sub)[a-z0-9.]* *$/ {
                print file ": " $0; bad = 1
            }
            END { exit bad }' || { echo "$file: uses the FPU"; exit 1; }
        checked=$((checked + 1))
    done
done
echo "$checked loaders without an FPU"
[ "$checked" -ge 16 ]
