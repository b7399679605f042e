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


class Emulated:
    """What emu/chip says: its devices, and each chip's table of devices."""

    def __init__(self, errors):
        self.names = {n: chip for chip, row in chip_rows().items() for n in [chip] + row[2]}
        self.devices = {}  # (file or None, name): (file, the manual's name, address)
        self.chips = {}    # chip: (file, names of devices)
        self.arrays = {}
        for file in sorted((ROOT / "emu/chip").glob("*.c")) + [ROOT / "emu/core/system.c"]:
            self.read(file, expanded(file), errors)

    def read(self, file, text, errors):
        for static, name, body in re.findall(
                r"(static )?const struct tn_emu_device (\w+) = \{(.*?)\};", text, re.S):
            title = re.search(r'\.name = "([^;]*?)",', body)
            base = re.search(r"\.base = ([0-9a-fA-Fx+* ()]+),", body)
            self.devices[file if static else None, name] = (
                file, title.group(1).replace('" "', "") if title else "", eval(base.group(1)))
        for name, body in re.findall(r"tn_emu_device \*const (\w+)\[\] = \{(.*?)\}", text, re.S):
            self.arrays[name] = re.findall(r"&(\w+)", body)
        for body in re.findall(r"const struct tn_emu_chip \w+ = \{(.*?)\};", text, re.S):
            chip = re.search(r'\.name = "(\w+)"', body).group(1)
            if chip not in self.names:
                errors[f"{file.relative_to(ROOT)}:1: no row in tools/registers/chips.txt"] = [chip]
            else:
                self.chips[self.names[chip]] = (
                    file, self.arrays[re.search(r"\.devices = (\w+)", body).group(1)])

    def of_chip(self, chip):
        """[(file, name, address)] of its devices."""
        file, names = self.chips[chip]
        found = [self.devices.get((file, n)) or self.devices.get((None, n)) for n in names]
        return [device for device in found if device]


def device_parts(file):
    """A device's file, and the others that it is divided into: those of a header of its own,
    DEVICE_priv.h, and DEVICE_WHAT.c."""
    is_family = "tn_emu_device *const" in file.read_text()  # whose private header is for all
    if is_family or not file.with_name(file.stem + "_priv.h").exists():
        return [file]
    return [file] + sorted(file.parent.glob(file.stem + "_*.[ch]"))


def emu_files(errors):
    """The same as port_files for emu/chip: a chip's table of devices says which files concern it.
    And [(chip, file, name, address)] of all devices."""
    emulated = Emulated(errors)
    found, devices = {}, []
    for chip, (file, _) in emulated.chips.items():
        for its, name, address in [(file, "?", 0)] + emulated.of_chip(chip):
            devices.append((chip, its, name, address))
            if its.parent.name == "chip":
                for part in device_parts(its):
                    found.setdefault(part, {})[chip] = [part] + sorted(its.parent.glob("*_priv.h"))
    return found, devices
