#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The list of components that ./run dist writes is valid SPDX 2.3, by spdx-tools.
#
#   test_sbom.sh BIN VENV
venv=$2
. "$(dirname "$0")/../cli/lib.sh"

cp -r "$source/.git" "$source/tools" "$source/NOTICE" . 2>err || fail "this folder is no git clone"
ln -s "$source/third_party" third_party
tools/dist --no-tool >out 2>err || fail "not made"
checks=$((checks + 1))
"$venv/bin/pyspdxtools" -i build/dist/*.spdx.json >out 2>err || fail "not valid"
# The check can fail.
sed 's/"SPDXID": "SPDXRef-bearssl",/"SPDXID": "bearssl",/' build/dist/*.spdx.json >wrong.spdx.json
checks=$((checks + 1))
"$venv/bin/pyspdxtools" -i wrong.spdx.json >out 2>err && fail "a wrong list is valid"

finish
