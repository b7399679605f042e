#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# doc/ci.md: the workflow is YAML of the form that GitHub reads, and its lines work: they build,
# sign and check the meter, with a secret in the environment. Not run: what installs packages, and
# the release itself.
#
#   ci.sh SOURCE BIN MICROBIT KEY     MICROBIT: its build, for the loader; KEY: the loader's key
set -eu
source=$1
bin=$2
microbit=$3
key=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
    echo "FAILED: $*"
    exit 1
}

awk '/^```yaml$/ { on = 1; next } /^```/ { on = 0 } on' "$source/doc/ci.md" >"$dir/firmware.yml"
[ -s "$dir/firmware.yml" ] || fail "doc/ci.md has no workflow"
# A parser of YAML is not everywhere.
if python3 -c 'import yaml' 2>/dev/null; then
    python3 - "$dir/firmware.yml" <<'END' || fail "the workflow is not one"
import sys
import yaml
flow = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
jobs = flow["jobs"]
assert set(jobs) == {"build", "release"}, jobs.keys()
for job in jobs.values():
    assert job["runs-on"] and job["steps"]
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step), step
# The secret is an environment variable of one step, and no line has it.
text = open(sys.argv[1], encoding="utf-8").read()
assert text.count("secrets.") == 1
END
fi

# step NAME: writes the lines of the last step of this name to the file step.
step() {
    awk -v name="      - name: $1" '
        $0 == name { here = 1; on = 0; text = ""; next }
        /^      [-#] / || /^  [a-z]/ { here = on = 0 }
        here && /^        run: \|$/ { on = 1; next }
        on { text = text substr($0, 11) "\n" }
        END { printf "%s", text }' "$dir/firmware.yml" >"$dir/step"
    [ -s "$dir/step" ] || fail "no step $1"
}

# run NAME: as GitHub does: bash, which ends at the first failure.
run() {
    step "$1"
    bash -e "$dir/step" >"$dir/log" 2>&1 || {
        tail -n 30 "$dir/log"
        fail "the step $1"
    }
}

# The repository: the meter with your_app.md's changes, Tenon in it, a loader and its public key.
cp -r "$source/test/your_app/meter" "$dir/repository"
cd "$dir/repository"
sh "$source/test/your_app/apply.sh" "$source/doc/your_app.md"
ln -s "$source" tenon
mkdir -p loader keys
cp "$microbit/boot.hex" loader/
PATH=$bin:$PATH
tenon getpub -q "$key" --lang pem -o keys/product.pub.pem
unset $(env | sed -n 's/^\(TENON_[A-Z_]*\)=.*/\1/p')
GITHUB_REF_NAME=v2.1.0
export GITHUB_REF_NAME

step Tools
grep -q '^tenon/run build$' "$dir/step" || fail "the tools are built otherwise"
run Build
run Try
FIRMWARE_KEY=$(cat "$key")
export FIRMWARE_KEY
run Sign
unset FIRMWARE_KEY
run Gate
grep -q 'runs slot 0: version 2.1.0' "$dir/log" || fail "the gate did not boot the factory file"

# The gate holds: a release that another key signed does not pass.
tenon keygen -q "$dir/other.pem"
FIRMWARE_KEY=$(cat "$dir/other.pem")
export FIRMWARE_KEY
run Sign
step Gate
! bash -e "$dir/step" >"$dir/log" 2>&1 || fail "the gate passed an image of another key"
echo "the workflow's steps work"
