# SPDX-License-Identifier: Apache-2.0
"""Which source files concern which chips."""
import re
import subprocess
from pathlib import Path

from sources import source
from tables import chip_rows

ROOT = Path(__file__).resolve().parent.parent.parent


def closure(path, chip_folder, seen):
    """The file and what it includes of port/."""
    if path in seen or not path.exists():
        return
    seen.append(path)
    for name in source(path).includes:
        for folder in (path.parent, chip_folder, ROOT / "port", ROOT):
            if (folder / name).exists():
                closure((folder / name).resolve(), chip_folder, seen)
                break


def port_files():
    """{file: {chip: the files whose constants it may use}}"""
    found = {}
    for cmake in sorted((ROOT / "port").glob("*/*/chip.cmake")):
        chip, family = cmake.parent, cmake.parent.parent
        if family.name == "template":
            continue
        text = cmake.read_text() + "".join(
            f.read_text() for f in family.glob("*.cmake") if f.name in cmake.read_text())
        listed = [family / n for n in re.findall(r"\$\{family\}/([\w.]+\.[ch])\b", text)]
        used = []
        for file in [chip / "chip.h"] + listed:
            closure(file, chip, used)
        everywhere = {p for p in family.glob("*.[ch]")} - all_listed(family)
        for file in used + sorted(everywhere):
            if family in file.parents:
                below = []
                closure(file, chip, below)
                closure(chip / "chip.h", chip, below)
                found.setdefault(file, {})[chip.name] = below
    return found


def all_listed(family):
    """The files that a chip of the family lists; others (a board's parts) concern all its chips."""
    names = set()
    for cmake in family.rglob("*.cmake"):
        names.update(re.findall(r"\$\{family\}/([\w.]+\.[ch])\b", cmake.read_text()))
    return {family / n for n in names} | set(family.glob("*.h"))


def core_files():
    files = sorted((ROOT / "port/cortexm").glob("*.[ch]")) + [ROOT / "emu/core/system.c"]
    return {f: {"cortexm": [f]} for f in files}


def expanded(file):
    return subprocess.run(["cc", "-E", "-P", "-I", ROOT / "src", "-I", ROOT, "-I", ROOT / "emu",
                           file], check=True, capture_output=True, text=True).stdout


def emu_files(errors):
    """The same for emu/chip: a chip's table of devices says which files concern it. Compares the
    devices' addresses on the way."""
    names = {n: chip for chip, row in chip_rows().items() for n in [chip] + row[2]}
    device_file, device_at, devices_of, arrays = {}, {}, {}, {}
    for file in sorted((ROOT / "emu/chip").glob("*.c")) + [ROOT / "emu/core/system.c"]:
        text = expanded(file)
        for name, body in re.findall(
                r"\bstruct tn_emu_device (?:tn_emu_)?(\w+) = \{(.*?)\};", text, re.S):
            title = re.search(r'\.name = "([^;]*?)",', body)
            base = re.search(r"\.base = \(?(\w+)", body)
            device_file[name] = file
            device_at[name] = (title.group(1).replace('" "', "") if title else "",
                               int(base.group(1), 0))
        for name, body in re.findall(r"tn_emu_device \*const (\w+)\[\] = \{(.*?)\}", text, re.S):
            arrays[file, name] = re.findall(r"&(?:tn_emu_)?(\w+)", body)
        for body in re.findall(r"const struct tn_emu_chip \w+ = \{(.*?)\};", text, re.S):
            chip = re.search(r'\.name = "(\w+)"', body).group(1)
            array = re.search(r"\.devices = (\w+)", body).group(1)
            if chip not in names:
                errors[f"{file.relative_to(ROOT)}:1: no row in tools/registers/chips.txt"] = [chip]
            else:
                devices_of[names[chip]] = arrays[file, array]
    found = {}
    for chip, devices in devices_of.items():
        for device in devices:
            file = device_file.get(device)
            if file and file.parent.name == "chip":
                found.setdefault(file, {})[chip] = [file] + sorted(file.parent.glob("*_priv.h"))
    return found, [(chip, device_file[d], *device_at[d]) for chip, devices in devices_of.items()
                   for d in devices if d in device_file]
