# SPDX-License-Identifier: Apache-2.0
"""Compares the constants of our sources with what is known of the chips' registers."""
import re
from fnmatch import fnmatch
from pathlib import Path

from files import ROOT, core_files, device_parts, emu_files, port_files
from lists import Base, Field, Register
from sources import Numbers, Wrong, loose_numbers, source
from tables import Lists, chip_rows


class Check:
    def __init__(self, lists):
        self.lists, self.errors, self.checked, self.unknown = lists, {}, 0, {}
        self.bases = {}

    def run(self):
        emu, devices = emu_files(self.errors)
        for chip, file, name, base in devices:
            self.check_device(chip, file, name, base)
            for part in device_parts(file):
                self.bases.setdefault(part, set()).add(base)
        for files in (port_files(), core_files(), emu):
            for file, chips in sorted(files.items()):
                self.check_file(file, chips)
        return not self.errors

    def wrong(self, file, line, text, chip=None):
        chips = self.errors.setdefault(f"{Path(file).relative_to(ROOT)}:{line}: {text}", [])
        if chip and chip not in chips:
            chips.append(chip)

    def check_device(self, chip, file, name, base):
        """A device's name is its peripheral's, also with an A or a 0 behind it."""
        if name == "?" or not self.lists.knows(chip):
            return
        where = [self.lists.find(chip, one + more) for one in name.split(" and ")
                 for more in ("", "A", "0")]
        for note, _ in source(file).notes.values():
            words, of, chips = note.partition(" of ")
            if words.startswith(("none: " + name, "manual: " + name)) and (
                    not of or is_of(chip, chips.split())):
                return
            if note.startswith("registers "):
                where += [self.lists.find(chip, words.strip().partition(" as ")[0])
                          for words in of_chip(note[len("registers "):], chip)]
        where = [w for w in where if w is not None]
        if not where:
            self.wrong(file, 1, f"the list has no peripheral {name}", chip)
        elif base not in [w.address for w in where]:
            self.wrong(file, 1, f"{name} lies at {where[0].address:#x}, not at {base:#x}", chip)
        else:
            self.checked += 1

    def check_file(self, file, chips):
        its = source(file)
        said = set()
        for chip, files in chips.items():
            if chip not in chip_rows():
                self.wrong(file, 1, "no row in tools/registers/chips.txt", chip)
                continue
            if not self.lists.knows(chip):
                self.wrong(file, 1, "not in table.txt: ./run registers --update", chip)
                continue
            numbers = Numbers([source(f) for f in [file] + [f for f in files if f != file]])
            for d in its.definitions:
                try:
                    if self.check_definition(its, d, chip, numbers):
                        said.add(d.name)
                except Wrong as e:
                    self.wrong(file, d.line, f"{d.name}: {e}", chip)
        for below in {f for files in chips.values() for f in files}:
            said.update(d.name for d in source(below).definitions if d.note)
        self.check_code(its, chips, said)

    def check_code(self, its, chips, said):
        for line, numbers, what in loose_numbers(
                its, said, self.bases.get(its.path, set())):
            note = its.note_of_statement(line)
            if note is None or note.startswith("registers "):
                self.wrong(its.path, line, f"{what}: give it a name, or say in brackets what it "
                           "is (tools/registers/sources.py)")
            elif note.startswith("manual: "):
                self.check_manual(its.path, line, " ".join(map(hex, numbers)), "-",
                                  note[len("manual: "):])
            elif not note.startswith("none: "):
                for chip in chips:
                    self.check_line(its.path, line, numbers, note, chip)

    def check_line(self, file, line, numbers, note, chip):
        for part in of_chip(note, chip):
            for item in part.split(","):
                try:
                    if not any(self.compare(file, item.strip(), chip, n) for n in numbers):
                        self.wrong(file, line, f"no number is that of [{item.strip()}]", chip)
                    self.checked += 1
                except Wrong as e:
                    self.wrong(file, line, str(e), chip)

    def check_manual(self, file, line, name, worth, section):
        name = f"{file.relative_to(ROOT)}: {name}"
        if not self.lists.manual(name, worth, section):
            self.wrong(file, line, f"{worth} by [manual: {section}]: not so in table.txt; look at "
                       "the manual, then ./run registers --update")
        self.unknown.setdefault(name, (worth, section))

    # Whether the definition is a register's; Wrong if it is a wrong one.
    def check_definition(self, its, d, chip, numbers):
        if d.note and d.note.startswith("none: "):
            return True
        if d.note and d.note.startswith("manual: "):
            self.check_manual(its.path, d.line, d.name, hex(numbers.worth(d)),
                              d.note[len("manual: "):])
            return True
        if d.note:
            for part in of_chip(d.note, chip):
                self.check_note(d, part, chip, numbers)
            return True
        contexts = [c for c in its.context(d) if not c[2] or is_of(chip, c[2])]
        path = self.resolve(d.name, chip, contexts) or self.resolve_other(d.name, chip)
        if path:
            self.check_note(d, path, chip, numbers)
        elif [c for c in contexts if c[3]]:
            raise Wrong(f"its list has no {d.name} in {contexts[-1][0]}")
        elif d.looks_like_a_register():
            raise Wrong("it may be a register: say in brackets what it is "
                        "(tools/registers/sources.py)")
        return bool(path)

    def resolve(self, name, chip, contexts):
        for peripheral, alias, _, _ in contexts:
            rest = name if alias is None else name[len(alias) + 1:] if name.startswith(
                alias + "_") else None
            found = rest and self.split(chip, peripheral, rest.split("_"))
            if found:
                return found
        parts = name.split("_")
        for i in range(len(parts) - 1, 0, -1):
            peripheral = "_".join(parts[:i])
            found = self.lists.find(chip, peripheral) is not None and self.split(
                chip, peripheral, parts[i:])
            if found:
                return found
        return None

    def resolve_other(self, name, chip):
        """USART2_BASE is a peripheral's address; an interrupt's number says IRQ before its name."""
        base, _, irq = name.partition("_IRQ_")
        if irq:
            return f"irq {irq}"
        base = name[:-len("_BASE")] if name.endswith("_BASE") else None
        return base if base and self.lists.find(chip, base) is not None else None

    def split(self, chip, peripheral, parts):
        """The path of a name without its peripheral. Nordic's tasks, events and INTENSET's bits may
        be named without TASKS_, EVENTS_ and as INT_; a cluster's register is CLUSTER_REGISTER."""
        for i in range(len(parts), 0, -1):
            first, rest = "_".join(parts[:i]), "_".join(parts[i:])
            cluster = first.replace("_", ".", 1)
            for register in (first, cluster, "TASKS_" + first, "EVENTS_" + first, "INTENSET"):
                path = f"{peripheral}.{register}{'.' + rest if rest else ''}"
                if register == "INTENSET" != first and (first != "INT" or not rest):
                    continue
                if self.find(chip, f"{peripheral}.{register}") is not None and \
                        self.find(chip, path) is not None:
                    return path
        return None

    def check_note(self, d, note, chip, numbers):
        items = [item.strip() for item in note.split(",")]
        worth = numbers.worth(d)
        if isinstance(worth, list):
            if len(worth) != len(items):
                raise Wrong(f"{len(worth)} numbers, and {len(items)} names in [{note}]")
            for item, value in zip(items, worth):
                if "(" in item:  # the macro's own parameter
                    self.check_indexed(d, item, chip, numbers, items.index(item))
                elif not self.compare(d.file, item, chip, value):
                    raise Wrong(f"{value:#x} is not [{item}]")
        elif "(" in items[0]:
            self.check_indexed(d, items[0], chip, numbers)
        elif d.params and isinstance(self.find(chip, items[0]), Field):
            self.check_field_macro(d, items[0], chip, numbers)
        elif not self.compare(d.file, items[0], chip, worth, at=self.is_address(d)):
            raise Wrong(f"{worth:#x}, but by the list [{items[0]}] is {self.said(chip, items[0])}")
        self.checked += 1

    @staticmethod
    def is_address(d):
        return not d.params and ("volatile" in d.body or "_REG(" in d.body)

    def check_field_macro(self, d, path, chip, numbers):
        field = self.find(chip, path)
        top = (1 << field.width) - 1
        for value in (1, top):
            if numbers.worth(d, **{p: value for p in d.params}) != value << field.lsb:
                raise Wrong(f"the list says: [{path}] is {self.said(chip, path)}")

    def elements(self, chip, item):
        """[(i, address, offset) or (i, path)] of TIMER0.CC(n), ACL.ACL(n).ADDR, GPIO(port)."""
        array = self.lists.find(chip, re.sub(r"\(\w+\)", "", item))
        if isinstance(array, Register) and array.count > 1:
            return [(i, array.address + i * array.stride, array.offset + i * array.stride)
                    for i in range(array.count)]
        names = [re.sub(r"\(\w+\)", name, item) for name in
                 [chr(ord("A") + i) for i in range(26)] + [str(i) for i in range(32)]]
        there = [self.find(chip, name) is not None for name in names]
        return ([(i, names[i]) for i in range(26) if there[i]] or
                [(i - 26, names[i]) for i in range(26, len(names)) if there[i]])

    def check_indexed(self, d, item, chip, numbers, nth=None):
        param = re.search(r"\((\w+)\)", item).group(1)
        elements = self.elements(chip, item)
        if not elements:
            raise Wrong(f"the list has no [{item}]")
        for i, *want in elements:
            worth = numbers.worth(d, **{param: i})
            worth = worth if nth is None else worth[nth]
            right = worth in want if len(want) == 2 else self.compare(d.file, want[0], chip, worth)
            if not right:
                raise Wrong(f"{worth:#x} for {param} = {i}, but the list has another [{item}]")
            self.checked += 1

    def find(self, chip, item):
        """What the list has for an item; CC1 is the second element of an array CC."""
        path = re.sub(r"[+=].*| (bit|reset)$", "", item)
        found = self.lists.find(chip, path)
        m = re.fullmatch(r"(\w+(?:\.\w+)*\.[A-Z_]\w*?)(\d+)", path)
        if found is None and m:
            array, i = self.lists.find(chip, m.group(1)), int(m.group(2))
            if isinstance(array, Register) and i < array.count:
                more = i * array.stride
                return Register(array.address + more, array.offset + more, 1, array.stride,
                                array.reset)
        return found

    def said(self, chip, item):
        found = self.find(chip, item)
        return Lists.row(found) if found is not None else "not there"

    # Whether value is what the item says; Wrong if the list has no such item. at: it must be an
    # address, not an offset. A model's offsets may count from its device's base.
    def compare(self, file, item, chip, value, at=False):
        found = self.find(chip, item)
        if found is None:
            raise Wrong(f"its list has no [{item}]")
        if item.startswith("irqs"):
            return value >= found
        if item.endswith(" fields"):
            return value & ~found == 0
        if isinstance(found, int):
            return value == found
        if item.endswith(" reset"):
            return value == found.reset
        if isinstance(found, Base):
            return value == found.address
        if isinstance(found, Register):
            bases = self.bases.get(file, set())
            return value == found.address or not at and (
                value == found.offset or found.address - value in bases)
        return value == self.field_worth(item, chip, found)

    def field_worth(self, item, chip, field):
        if item.endswith(" bit"):
            return field.lsb
        if "=" in item:
            name = item.partition("=")[2]
            number = field.values[name] if name in field.values else int(name, 0) if re.fullmatch(
                r"0x[0-9a-f]+|\d+", name) else None
            if number is None or number >> field.width:
                raise Wrong(f"its list has no value {name} of [{item}]: {field.values}")
            return number << field.lsb
        mask = field.mask()
        register = item.partition("+")[0].rpartition(".")[0]
        for name in item.split("+")[1:]:
            other = self.lists.find(chip, f"{register}.{name}")
            if other is None:
                raise Wrong(f"its list has no [{register}.{name}]")
            mask |= other.mask()
        return mask


def is_of(chip, patterns):
    return any(fnmatch(chip, pattern) for pattern in patterns)


def of_chip(note, chip):
    """The parts of a note that are for this chip: those that name it, else those that name none."""
    parts = [part.strip().partition(" of ") for part in note.split(";")]
    named = [words for words, _, chips in parts if is_of(chip, chips.split())]
    return named or [words for words, of, _ in parts if not of]
