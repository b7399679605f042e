#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `tenon inspect --flash` says of a real MCUboot's dumps: the image that MCUboot then ran must
be the one that it names, with the decision that MCUboot took.

    inspect_dumps.py TENON DIR

DIR has the form of test/vectors/README.md. Differences on purpose (SPEC.md) are named below.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import zipfile

AREAS = {"primary": "slot", "secondary": "spare", "scratch": "scratch"}


def sectors(areas):
    """The sectors of all areas, one behind the other, as --sectors takes them."""
    runs = []
    for area in areas.values():
        for size in area["sectors"]:
            if runs and runs[-1][1] == size:
                runs[-1][0] += 1
            else:
                runs.append([1, size])
    return ",".join(f"{n}*{size}" for n, size in runs)


def options(manifest, s, key):
    g = manifest["geometries"][s["geometry"]]
    args = ["--flash", "--json", "--quiet", "--key", key, "--strategy", s["strategy"],
            "--align", str(g["write_align"]), "--max-align", str(g["max_align"]),
            "--max-sectors", str(g["max_img_sectors"]), "--erased-val", str(g["erased_value"]),
            "--sectors", sectors(s["areas"])]
    for name, area in s["areas"].items():
        args += [f"--{AREAS[name]}-size", str(area["size"])]
    return args


def genuine(data, slot):
    return any(i["genuine"] for s in data["slots"] if s["slot"] == slot for i in s["images"])


def decision_is_right(record, data):
    """MCUboot's word for what it does, and ours. SPEC.md, NOTHING-TO-REVERT: without a genuine
    image to go back to, ours stays."""
    theirs = {"test": "test", "perm": "permanent", "revert": "revert"}
    before = record["swap_type_before"]
    said = data["decision"]
    if before == "revert" and said == "run":
        return genuine(data, 0) and not genuine(data, 1)
    if before in theirs:
        return said in (theirs[before], "refuse", "resume")
    return said in ("run", "resume", "fallback")


def is_torn_done(data):
    """SPEC.md, TORN-DONE: a torn copy_done of an image on test counts as set, so it reverts."""
    t = data["slots"][0]["trailer"]
    return (t["magic"], t["image_ok"], t["copy_done"]) == ("good", "unset", "torn") and \
        data["decision"] == "revert"


def check(record, images, data, counts):
    """Returns what is wrong, or None."""
    if not record["survived"]:
        # Ours must run something all the same (./run vectors).
        return "nothing runs" if data["recovery"] else None
    if not record["running"]:
        # SPEC.md, FALLBACK: MCUboot starts nothing, ours the genuine image in slot 1.
        came = data["decision"] == "fallback" and genuine(data, 1) and not genuine(data, 0)
        return None if data["recovery"] or came else "an image runs out of nothing"
    if data["recovery"]:
        return "recovery, and MCUboot ran " + record["running"]
    if is_torn_done(data):
        return None
    if data["runs"]["hash"] != images[record["running"]]["hash"]:
        return "another image runs than " + record["running"]
    if not data["runs"]["genuine"]:
        return "runs an image and does not call it genuine"
    if not decision_is_right(record, data):
        return "MCUboot did " + record["swap_type_before"] + ", and we say " + data["decision"]
    counts[data["decision"]] += 1
    return None


def run_set(tenon, folder, manifest, s, counts):
    records = [r for r in manifest["records"] if r["zip"] == s["zip"]]
    key = os.path.join(folder, "keys", "TEST-KEY-ONLY-p256-public.pem")
    failed = 0
    with tempfile.TemporaryDirectory() as temp:
        zipfile.ZipFile(os.path.join(folder, s["zip"])).extractall(temp)
        files = [r["file"] for r in records]
        done = subprocess.run([tenon, "inspect"] + options(manifest, s, key) + files, cwd=temp,
                              capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"FAILED: {s['zip']}: exit code {done.returncode}: {done.stderr}")
        return 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    lines = [line["data"] for line in lines if line["type"] == "flash"]
    if len(lines) != len(records):
        print(f"FAILED: {s['zip']}: {len(lines)} objects for {len(records)} dumps")
        return 1
    for record, data in zip(records, lines):
        wrong = check(record, manifest["images"][s["geometry"]], data, counts)
        if wrong:
            print(f"FAILED: {s['zip']} {record['file']}: {wrong}: {data['steps']}")
            failed += 1
    return failed


def main():
    tenon, folder = (os.path.abspath(arg) for arg in sys.argv[1:3])
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as f:
        manifest = json.load(f)
    counts = collections.Counter()
    failed = sum(run_set(tenon, folder, manifest, s, counts) for s in manifest["sets"])
    print(f"{len(manifest['records'])} dumps, {failed} failed; decisions: {dict(counts)}")
    # The sample has dumps for each of these.
    missing = [d for d in ("run", "resume", "test", "permanent") if not counts[d]]
    if missing:
        print("FAILED: no dump for", missing)
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main())
