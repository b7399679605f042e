#!/usr/bin/env python3
"""Makes a sample of a directory of vectors: some of every set and operation, in the same form.

    make_sample.py FROM TO

Not needed to build or test: its output is in the repository.
"""
import io, json, os, random, shutil, sys, tarfile, zipfile

PER_KIND = {"start": 0, "end": 0, "whole": 1, "torn": 1, "double": 1, "scenario": 99}
FAILURES = 2  # of MCUboot, per set
ROWS = 200


def spread(items, n):
    if len(items) <= n:
        return items
    return [items[(2 * i + 1) * len(items) // (2 * n)] for i in range(n)]


def pick(records):
    groups = {}
    for r in records:
        groups.setdefault((r["zip"], r["operation"], r["kind"]), []).append(r)
    names = {r["file"] for g, rs in groups.items() for r in spread(rs, PER_KIND[g[2]])}
    failing = [r for r in records if not r["survived"] and r["kind"] != "scenario"]
    names |= {r["file"] for r in spread(failing, FAILURES)}
    return lambda r: r["file"] in names


def copy_zip(src, dst, members):
    with zipfile.ZipFile(src) as old, zipfile.ZipFile(
        dst, "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as new:
        for member in members:
            new.writestr(zipfile.ZipInfo(member), old.read(member), zipfile.ZIP_DEFLATED, 9)


def copy_tar(src, dst, members):
    wanted = set(members)
    with tarfile.open(src) as old, tarfile.open(dst, "w:xz", preset=9) as new:
        for info in old:
            if info.name in wanted:
                kept = tarfile.TarInfo(info.name)
                kept.size = info.size
                new.addfile(kept, io.BytesIO(old.extractfile(info).read()))


def main(src, dst):
    man = json.load(open(os.path.join(src, "manifest.json")))
    by_zip = {}
    for r in man["records"]:
        by_zip.setdefault(r["zip"], []).append(r)
    man["records"] = []
    os.makedirs(dst, exist_ok=True)
    for name, records in by_zip.items():
        wanted = pick(records)
        kept = [r for r in records if wanted(r)]
        man["records"] += kept
        finals = {r["final"] for r in kept if r.get("final")}
        man["finals"][name] = {k: v for k, v in man["finals"][name].items() if k in finals}
        copy = copy_zip if name.endswith(".zip") else copy_tar
        members = [r["file"] for r in kept] + ["final/%s.bin" % f for f in sorted(finals)]
        copy(os.path.join(src, name), os.path.join(dst, name), members)
    for finals in man["finals"].values():
        for f in finals.values():  # what the bytes say again
            for word in ("sha256", "trailer", "intact"):
                f.pop(word, None)
            f.get("next_boot", {}).pop("sha256", None)
    dec = json.load(open(os.path.join(src, "decisions.json")))
    dec["rows"] = random.Random(1).sample(dec["rows"], ROWS)
    for name, doc in (("manifest.json", man), ("decisions.json", dec)):
        with open(os.path.join(dst, name), "w") as f:
            json.dump(doc, f, separators=(",", ":"))
            f.write("\n")
    for name in ("limits.json", "decisions-starts.tar.xz"):  # a set has one of them
        if os.path.exists(os.path.join(src, name)):
            shutil.copy(os.path.join(src, name), dst)
    for sub in ("images", "keys"):
        shutil.rmtree(os.path.join(dst, sub), ignore_errors=True)
        # Only keys that decrypt are needed.
        ignore = shutil.ignore_patterns("*sign*private*", "*TEST-KEY-ONLY-p256-private*", "*sign*raw*")
        shutil.copytree(os.path.join(src, sub), os.path.join(dst, sub), ignore=ignore)


main(*sys.argv[1:])
