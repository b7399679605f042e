# SPDX-License-Identifier: Apache-2.0
"""What is known of the chips' registers: the committed table, or the crates themselves.

Both answer find(chip, path): a Base, Register, Field (lists.py), a number, or None.
"""
import re
from pathlib import Path

from lists import Base, Chip, Field, Register

HERE = Path(__file__).resolve().parent
TABLE = HERE / "table.txt"


def chip_rows():
    rows = {}
    for line in (HERE / "chips.txt").read_text().split("\n"):
        if line and line[0] != "#":
            chip, crate, module, others, suffix = line.split("|")
            rows[chip] = (crate, module, others.split(), suffix)
    return rows


class Table:
    """What table.txt says. Row: chips|path|what."""

    def __init__(self):
        self.rows = {}
        for line in TABLE.read_text().split("\n") if TABLE.exists() else []:
            if line and line[0] != "#" and not line.startswith("source|"):
                chips, path, what = line.split("|", 2)
                self.rows.update({(chip, path): what for chip in chips.split(",")})

    def knows(self, chip):
        return any(of == chip for of, _ in self.rows)

    def manual(self, name, worth, section):
        """Whether the number of what no list holds is the table's."""
        return self.rows.get(("manual", name)) == f"{worth}|{section}"

    def find(self, chip, path):
        what = self.rows.get((chip, path))
        if what is None:
            return None
        words = what.split(" ")
        if words[0] == "bits":
            lsb, last = map(int, words[1].split("-"))
            return Field(lsb, last - lsb + 1,
                         {k: int(v, 0) for k, v in (w.split("=") for w in words[2:])})
        if words[0] != "at":
            return int(words[0], 0)
        if len(words) == 2:
            return Base(int(words[1], 0))
        more = dict(w.split("=") for w in words[3:])
        return Register(int(words[1], 0), int(words[2], 0), int(more.get("count", "1"), 0),
                        int(more.get("step", "4"), 0),
                        int(more["reset"], 0) if "reset" in more else None)


class Lists:
    """What the crates say, written down as rows of a table as it is asked for."""

    def __init__(self, folder):
        self.folder, self.rows, self.chips = Path(folder), {}, {}

    def knows(self, chip):
        return chip in chip_rows()

    def manual(self, name, worth, section):
        self.rows["manual", name] = f"{worth}|{section}"
        return True

    def chip(self, name):
        if name not in self.chips:
            crate, module, _, suffix = chip_rows()[name]
            self.chips[name] = Chip(self.folder / crate, module, suffix)
        return self.chips[name]

    def find(self, chip, path):
        lists = self.chip(chip)
        kind, _, rest = path.partition(" ")
        if kind == "irq":
            found = lists.irqs.get(rest)
        elif kind == "irqs":
            found = max(lists.irqs.values()) + 1
        elif rest == "fields":
            fields = lists.all_fields(kind) if lists.find(kind) else {}
            found = 0
            for field in fields.values():
                found |= field.mask()
        else:
            found = lists.find(path)
        if found is not None:
            self.rows[chip, path] = self.row(found)
        return found

    @staticmethod
    def row(found):
        if isinstance(found, int):
            return hex(found)
        if isinstance(found, Base):
            return f"at {found.address:#x}"
        if isinstance(found, Field):
            values = "".join(f" {k}={v:#x}" for k, v in found.values.items())
            return f"bits {found.lsb}-{found.lsb + found.width - 1}{values}"
        text = f"at {found.address:#x} {found.offset:#x}"
        if found.count > 1:
            text += f" count={found.count} step={found.stride}"
        return text + (f" reset={found.reset:#x}" if found.reset is not None else "")

    def text(self):
        """The table's text: rows that chips share stand once."""
        lines = ["# The registers in use, as the crates describe them: ./run registers --update.",
                 "#", "# source|crate|version|SHA-256 of its archive",
                 "# chips|path|at ADDRESS [OFFSET [count= step=] [reset=]], a number, or",
                 "#            bits LOWEST-HIGHEST [NAME=VALUE...]",
                 "# manual|file: name|number|section: what no crate has"]
        lock = (self.folder / "Cargo.lock").read_text()
        for crate in sorted({row[0] for row in chip_rows().values()}):
            manifest = (self.folder / crate / "Cargo.toml").read_text()
            version = re.search(r'^version = "(.*)"', manifest, re.M).group(1)
            pinned = re.search(rf'name = "{crate}"\nversion = "{version}"\n.*\n'
                               r'checksum = "(\w+)"', lock).group(1)
            lines.append(f"source|{crate}|{version}|{pinned}")
        order = list(chip_rows()) + ["manual"]
        shared = {}
        for (chip, path), what in self.rows.items():
            shared.setdefault((path, what), []).append(chip)
        rows = [(min(order.index(c) for c in chips), path, what,
                 ",".join(sorted(chips, key=order.index)))
                for (path, what), chips in shared.items()]
        lines += [f"{chips}|{path}|{what}" for _, path, what, chips in sorted(rows)]
        return "\n".join(lines) + "\n"
