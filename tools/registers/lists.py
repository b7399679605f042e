# SPDX-License-Identifier: Apache-2.0
"""Registers as someone else describes them: the vendors' lists in peripheral-access crates.

A crate is Rust source that a program (svd2rust) has made from the vendor's SVD file. Three kinds
are read here: what svd2rust makes, an SVD file itself (Apollo3's crate carries it), and the crate
cortex-m, which people have written by Arm's manuals. A peripheral's registers are read when
somebody asks for them.

    chip = Chip(folder_of_the_crate, module)
    chip.find("FLASH.CR.PG")     Base, Register, Field or None
    chip.irqs["USART2"]
"""
import re
import xml.etree.ElementTree as ET
from pathlib import Path


class Base:
    """A peripheral: its address."""

    def __init__(self, address):
        self.address = address


class Register:
    """count and stride: of an array, in bytes; reset: None if the list does not say."""

    def __init__(self, address, offset, count, stride, reset):
        self.address, self.offset, self.count, self.stride = address, offset, count, stride
        self.reset = reset


class Field:
    """values: {name: number} of those that the list names."""

    def __init__(self, lsb, width, values):
        self.lsb, self.width, self.values = lsb, width, values

    def mask(self):
        return ((1 << self.width) - 1) << self.lsb


def number(text):
    return int(text.replace("_", "").replace("u32", ""), 0)


# --- what svd2rust makes --------------------------------------------------------------------------

# A documented member of a register block: "0x10 - text" or "0x40..0x50 - text".
MEMBER = re.compile(
    r'#\[doc = "(0x[0-9a-f]+)(?:\.\.(0x[0-9a-f]+))?(?: -|")(?:[^"\\]|\\.)*"?\]\s*'
    r'(?:#\[inline\(always\)\]\s*)?'
    r"pub (?:const )?(?:fn )?(\w+)(?:\(&self\) -> &|: )(\[?)(?:crate::Reg<)?(\w+)(?:::\w+>)?"
    r"(?:; (\d+)\])?")
BIT = re.compile(r'#\[doc = "Bits? (\d+)(?::(\d+))?(?: -|")(?:[^"\\]|\\.)*"?\]\s*'
                 r"#\[inline\(always\)\]\s*(?:#\[must_use\]\s*)?"
                 r"pub (?:unsafe )?fn (\w+)\(&(?:mut )?self\) -> (\w+)_[RW]\b")


class Svd2rust:
    def __init__(self, folder, module):
        self.top = folder / "src" / ("lib.rs" if module == "lib" else module + "/mod.rs")
        self.text = self.top.read_text()
        self.peripherals = {}
        for name, module, base in re.findall(
                r"impl (\w+) \{[^}]*?PTR: \*const (\w+)::RegisterBlock = (\w+)", self.text):
            self.peripherals[name] = (number(base), module)
        body = re.search(r"pub enum Interrupt \{(.*?)\n\}", self.text, re.S).group(1)
        self.irqs = {name: int(n) for name, n in re.findall(r"(\w+) = (\d+),", body)}
        self.read = {}

    def base(self, name):
        return self.peripherals[name][0] if name in self.peripherals else None

    def registers(self, name):
        """{register: (offset, count, stride, its file)}; CLUSTER.REGISTER in a cluster."""
        module = self.peripherals[name][1]
        if module not in self.read:
            self.read[module] = self.block(self.top.parent / (module + ".rs"))
        return self.read[module]

    def block(self, file):
        text = file.read_text()
        folder = file.with_suffix("")
        modules = dict(re.findall(r"pub type (\w+) = crate::Reg<(\w+)::", text))
        modules.update((kind, module) for module, kind in
                       re.findall(r"pub use (\w+)::(\w+);", text))  # a cluster's
        found = {}
        for begin, end, member, array, kind, count in MEMBER.findall(text):
            at = number(begin)
            n = int(count) if array else 1
            stride = (number(end) - at) // n if end else 4
            name = member.rstrip("_").upper()
            inner = folder / (modules.get(kind, kind.lower()) + ".rs")
            if inner.exists() and 'r"Register block"' in inner.read_text()[:200]:
                for sub, (off, _, _, fields) in self.block(inner).items():
                    found[f"{name}.{sub}"] = (at + off, n, stride, fields)
            else:
                found[name] = (at, n, stride, inner)
        return found

    def reset(self, file):
        found = re.search(r"method sets \w+ to value (\w+)", file.read_text())
        return number(found.group(1)) if found else None

    def fields(self, file):
        text = file.read_text()
        values = {}
        for name, body in re.findall(r"pub enum (\w+)_AW? \{(.*?)\n\}", text, re.S):
            values[name] = {v.upper(): number(n) for v, n in re.findall(r"(\w+) = (\w+),", body)}
        for old, new in re.findall(r"pub use (\w+)_AW? as (\w+)_AW?;", text):
            values[new] = values.get(old, {})
        found = {}
        for first, last, _, name in BIT.findall(text):
            lsb = int(first)
            found[name] = Field(lsb, int(last or first) - lsb + 1, values.get(name, {}))
        return found


# --- an SVD file ----------------------------------------------------------------------------------


class Svd:
    def __init__(self, file):
        self.peripherals = {}
        self.irqs = {}
        for p in ET.parse(file).getroot().find("peripherals"):
            self.peripherals[p.findtext("name")] = p
            for irq in p.findall("interrupt"):
                self.irqs[irq.findtext("name")] = int(irq.findtext("value"), 0)

    def base(self, name):
        p = self.peripherals.get(name)
        return None if p is None else int(p.findtext("baseAddress"), 0)

    def registers(self, name):
        p = self.peripherals[name]
        if p.get("derivedFrom") and p.find("registers") is None:
            return self.registers(p.get("derivedFrom"))
        found = {}
        for r in p.find("registers").iter("register"):
            count = int(r.findtext("dim") or "1", 0)
            stride = int(r.findtext("dimIncrement") or "4", 0)
            key = r.findtext("name").replace("[%s]", "").replace("%s", "")
            found[key.upper()] = (int(r.findtext("addressOffset"), 0), count, stride, r)
        return found

    def reset(self, r):
        return int(r.findtext("resetValue") or "0", 0)

    def fields(self, r):
        found = {}
        for f in r.iter("field"):
            last, first = re.match(r"\[(\d+):(\d+)\]", f.findtext("bitRange")).groups()
            values = {v.findtext("name").upper(): int(v.findtext("value"), 0)
                      for v in f.iter("enumeratedValue")}
            found[f.findtext("name").upper()] = Field(
                int(first), int(last) - int(first) + 1, values)
        return found


# --- the crate cortex-m ---------------------------------------------------------------------------


class CortexM:
    """Bits are constants that begin with the peripheral's and the register's name."""

    SIZES = {"u8": 1, "u16": 2, "u32": 4}

    def __init__(self, folder):
        self.folder = folder / "src" / "peripheral"
        text = (self.folder / "mod.rs").read_text()
        self.peripherals = {}
        for name, module, base in re.findall(
                r"impl (\w+) \{[^}]*?PTR: \*(?:const|mut) (?:self::)?(\w+)::RegisterBlock = (\w+)",
                text):
            self.peripherals[name] = (number(base), module)
        self.irqs = {}

    def base(self, name):
        return self.peripherals[name][0] if name in self.peripherals else None

    def registers(self, name):
        text = (self.folder / (self.peripherals[name][1] + ".rs")).read_text()
        text = re.sub(r"///?/?.*", "", text)
        body = re.search(r"pub struct RegisterBlock \{(.*?)\n\}", text, re.S).group(1)
        at, found = 0, {}
        for condition, member, array, kind, count in re.findall(
                r"(?:#\[cfg\(([^\n]*)\)\]\s*)?(?:pub )?(\w+): (\[?)(?:R[WO]<|WO<)?(u\d+)>?"
                r"(?:; (\d+)\])?,", body):
            if condition == "armv6m":  # the member of the larger cores stands beside it
                continue
            size = self.SIZES[kind]
            n = int(count or "1")
            found[member.upper()] = (at, n, size, (name, member.upper(), text))
            at += size * n
        return {k: v for k, v in found.items() if not k.startswith("_")}

    def reset(self, _):
        return None

    def fields(self, where):
        name, register, text = where
        found = {}
        for field, left, shift in re.findall(
                rf"const {name}_{register}_(\w+): u32 = (\w+)(?: << (\d+))?;", text):
            value = number(left) << int(shift or "0")
            lsb = (value & -value).bit_length() - 1
            found[field] = Field(lsb, (value >> lsb).bit_length(), {"ALL": value >> lsb})
        return found


# --- all ------------------------------------------------------------------------------------------


class Chip:
    """The registers of one chip, by the paths PERIPHERAL, PERIPHERAL.REGISTER and
    PERIPHERAL.REGISTER.FIELD."""

    def __init__(self, folder, module, suffix=""):
        folder, self.suffix = Path(folder), suffix
        if module == "core":
            self.list = CortexM(folder)
        elif module.endswith(".svd"):
            self.list = Svd(folder / module)
        else:
            self.list = Svd2rust(folder, module)
        self.irqs = self.list.irqs

    def split(self, path):
        """Peripheral, as the list calls it, and the rest."""
        peripheral, _, rest = path.partition(".")
        if self.list.base(peripheral) is None:
            peripheral += self.suffix
        return peripheral, rest

    def find(self, path):
        peripheral, rest = self.split(path)
        base = self.list.base(peripheral)
        if base is None:
            return None
        if not rest:
            return Base(base)
        registers = self.list.registers(peripheral)
        if rest in registers:
            offset, count, stride, where = registers[rest]
            return Register(base + offset, offset, count, stride, self.list.reset(where))
        register, _, field = rest.rpartition(".")
        if register not in registers:
            return None
        return self.list.fields(registers[register][3]).get(field)

    def all_fields(self, path):
        """{name: Field} of a register."""
        peripheral, rest = self.split(path)
        return self.list.fields(self.list.registers(peripheral)[rest][3])
