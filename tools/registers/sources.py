# SPDX-License-Identifier: Apache-2.0
"""The registers that our sources name: constants of C, and what they say they are.

A constant says it by its name (PERIPHERAL_REGISTER, PERIPHERAL_REGISTER_FIELD, in the names of the
vendor's list), or in brackets in the comment behind it or on the line above:

    [FLASH.CR]             the register: its address, or its offset where the peripheral has a base
    [FLASH.CR.PG]          the field: its mask. [FLASH.SR.PGERR+WRPERR]: several of one register
    [FLASH.CR.PSIZE=2]     the field's value, in its place; =NAME: a value that the list names
    [FLASH.CR.SNB bit]     the number of the field's lowest bit
    [FLASH.CR fields]      only bits that belong to a field
    [FLASH.ACR reset]      the register's value after a reset
    [TIMER0.CC(n)]         an array by the macro's parameter; [GPIO(port).MODER]: A, B, ...
    [FLASH]                the peripheral's address; so is FLASH_BASE by its name
    [irq USART2], [irqs]   an interrupt's number (STM32_IRQ_USART2 by its name), how many there are
    [... of CHIP CHIP*; ...]   by chip; "," between the numbers of a row: {0x30, 0x10, 4}
    [manual: SECTION]      no list has it: the manual's section. The table has its number too
    [none: WHAT]           no register, though it looks like one. Above an enum these two are
                           for all of it

    [registers FLASH]      the names that follow are REGISTER and REGISTER_FIELD of FLASH: in an
                           enum all of that enum; outside of one, those that are, up to the next such
    [registers TIMER0 as TIMER of CHIP]    from here on TIMER_x means TIMER0's
"""
import functools
import re
from pathlib import Path

BRACKET = re.compile(r"\[((?:manual: |none: |registers |irqs?\b|[A-Z])[^\]\[]*)\]")
HEX = re.compile(r"\b0[xX][0-9a-fA-F]+")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
COMMENT = re.compile(rf"((?:{STRING.pattern}|/(?!/)|[^/])*)(//.*)?")
ORDINARY = {0xff, 0xffff, 0xffffffff}  # masks of a byte, half word and word


class Wrong(Exception):
    pass


class Definition:
    """A #define, or an enumerator. block: the enum that it is in, or 0."""

    def __init__(self, file, line, name, params, body, note, block):
        self.file, self.line, self.name, self.params = file, line, name, params
        self.body, self.note, self.block = body, note, block

    def looks_like_a_register(self):
        odd = [h for h in HEX.findall(self.body) if int(h, 16) not in ORDINARY]
        return bool(odd or "<<" in self.body or "(volatile" in self.body or
                    re.search(r"\b\w*_REG\(", self.body))


@functools.lru_cache(maxsize=None)
def source(path):
    return Source(path)


class Source:
    """A file: its definitions, the lines of its code, and what its comments say."""

    def __init__(self, path):
        self.path = Path(path)
        self.text = self.path.read_text()
        self.notes = {}  # line: bracket
        self.includes = re.findall(r'^#include "([^"]+)"', self.text, re.M)
        self.bare = self.without_comments()
        self.definitions = []
        self.enums = []
        self.code = self.bare
        self.find_defines()
        self.find_enumerators()

    def without_comments(self):
        lines = []
        for n, line in enumerate(self.text.split("\n"), 1):
            # No comment of ours is /* */. Strings become empty.
            code, comment = COMMENT.match(line).groups("")
            code = STRING.sub('""', code)
            found = BRACKET.search(comment)
            if found:
                self.notes[n] = (found.group(1), not code.strip())
            lines.append(code.rstrip())
        return "\n".join(lines)

    def note_of(self, first, last, block):
        for n in (last, first):
            if n in self.notes and not self.notes[n][1]:
                return self.notes[n][0]
        above = self.notes.get(first - 1)
        if above and above[1] and not above[0].startswith("registers "):
            return above[0]
        above = self.notes.get(block - 1) if block else None
        whole = above and above[1] and above[0].startswith(("none: ", "manual: "))
        return above[0] if whole else None

    def note_of_statement(self, line):
        """What stands behind a line of code, or on a line above the statement that it is in."""
        if line in self.notes and not self.notes[line][1]:
            return self.notes[line][0]
        lines = self.bare.split("\n")
        for n in range(line - 1, 0, -1):
            if n in self.notes and self.notes[n][1]:
                return self.notes[n][0]
            if ";" in lines[n - 1] or "}" in lines[n - 1]:
                return None
        return None

    def line_of(self, position):
        return self.bare.count("\n", 0, position) + 1

    def blank(self, begin, end):
        part = re.sub(r"[^\n]", " ", self.code[begin:end])
        self.code = self.code[:begin] + part + self.code[end:]

    def add(self, begin, end, name, params, body, block):
        first, last = self.line_of(begin), self.line_of(end - 1)
        body = re.sub(r"\\?\n", " ", body).strip()
        note = self.note_of(first, last, block)
        self.definitions.append(Definition(self.path, first, name, params, body, note, block))

    # A macro that makes a whole object or function is code: what it gets is seen where it is used.
    def find_defines(self):
        for m in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([\w, ]*\))?((?:.*\\\n)*.*)",
                             self.bare, re.M):
            params = [p.strip() for p in (m.group(2) or "()")[1:-1].split(",") if p.strip()]
            if "tn_emu_device" not in m.group(3) and "tn_emu_chip" not in m.group(3):
                self.add(m.start(), m.end(), m.group(1), params, m.group(3), 0)
                self.blank(m.start(), m.end())

    def find_enumerators(self):
        for m in re.finditer(r"\benum\b[ \t\w]*\{([^}]*)\}", self.code):
            at = m.start(1)
            self.enums.append((self.line_of(m.start()), self.line_of(m.end())))
            for part in m.group(1).split(","):
                e = re.match(r"\s*(\w+)\s*=\s*(.*\S)\s*$", part, re.S)
                if e:
                    self.add(at + e.start(1), at + len(part.rstrip()), e.group(1), [], e.group(2),
                             self.line_of(m.start()))
                at += len(part) + 1
            self.blank(m.start(), m.end())

    def context(self, definition):
        """What "[registers ...]" says for this definition: [(peripheral, alias or None, chips,
        whether all names of an enum are meant)]."""
        found = []
        for n, (note, _) in sorted(self.notes.items()):
            if not note.startswith("registers ") or n > definition.line:
                continue
            for part in note[len("registers "):].split(";"):
                words, _, chips = part.partition(" of ")
                peripheral, _, alias = words.strip().partition(" as ")
                strict = self.is_in_enum(n) if not alias else False
                if alias or not strict or definition.block == self.is_in_enum(n):
                    found.append((peripheral, alias or None, chips.split(), strict, n))
        last = max((c[4] for c in found if not c[1] and not c[3]), default=0)
        return [c[:4] for c in found if c[1] or c[3] or c[4] == last]

    def is_in_enum(self, line):
        """The first line of the enum that a line is in, or 0."""
        return next((begin for begin, end in self.enums if begin <= line <= end), 0)


class Numbers:
    """What the constants of some files are worth."""

    def __init__(self, sources):
        self.by_name = {}
        for source in sources:
            for d in source.definitions:
                self.by_name.setdefault(d.name, d)

    def expand(self, text, depth=0):
        if depth > 20:
            raise Wrong("macros without an end")
        names = re.finditer(r"\b[A-Za-z_]\w*", text)
        m = next((m for m in names if m.group() in self.by_name), None)
        if not m:
            return text
        d = self.by_name[m.group()]
        rest = text[m.end():]
        body = d.body
        if d.params:
            args, rest = self.arguments(rest)
            for param, arg in zip(d.params, args):
                body = re.sub(rf"\b{param}\b", f"({arg})", body)
        return self.expand(f"{text[:m.start()]}({body}){rest}", depth + 1)

    @staticmethod
    def arguments(text):
        level, args, at = 0, [""], 0
        for at, c in enumerate(text):
            level += (c == "(") - (c == ")")
            if c == "," and level == 1:
                args.append("")
            elif not (c == "(" and level == 1):
                args[-1] += c if level else ""
            if level == 0:
                break
        return [a.strip() for a in args], text[at + 1:]

    def worth(self, d, **params):
        """A number, or a list of numbers of a row in braces."""
        body = d.body
        for param in d.params:
            body = re.sub(rf"\b{param}\b", str(params.get(param, 0)), body)
        text = self.expand(body)
        text = re.sub(r"\*?\s*\((?:const )?(?:volatile )?\w+ \*+\)|\(uint\w+_t\)", "", text)
        text = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\b", r"\1", text)
        text = text.replace("{", "[").replace("}", "]").strip()
        if not re.fullmatch(r"[0-9a-fA-FxX+\-*/%<>|&~^(), \[\]]+", text):
            raise Wrong(f"the check cannot read its value: {text}")
        value = eval(text.replace("/", "//"))  # only digits and operators, by the line above
        return [v & 0xffffffff for v in value] if isinstance(value, list) else value & 0xffffffff


def loose_numbers(source, known, bases):
    """[(line, numbers, what)]: numbers in code that may be a register's, or its bits'. known: names
    that say what they are; bases: addresses of devices, which are compared elsewhere."""
    found = []
    for n, line in enumerate(source.code.split("\n"), 1):
        if re.match(r"\s*#", line) or re.search(
                r"\.\w*(flash|ram2?)_(base|size) =|\.size = |_sectors\[\] =|\.base = ", line):
            continue
        odd = [h for h in HEX.findall(line) if int(h, 16) not in ORDINARY | bases]
        what = None
        if odd:
            what = f"the number {odd[0]}"
        elif re.search(r"(?:<<|>>)\s*\d+(?!\s*\*)[ul]*(?![\w])", line):
            what = "a shift by a number"
        elif re.search(r"&=?\s*~?(?:[2-9]|\d\d+)u?\b(?!\s*\*)", line):
            what = "a mask that is a number"
        elif re.search(r"\boff\s*(?:[=!<>]=|<|>)\s*\d|\bcase \d", line):
            what = "an offset that is a number"
        elif re.search(r"\(volatile [^()]*\*\)|_REG\([^)]*\b\d", line):
            what = "an address that is a number"
        shift = re.search(r"(?:<<|>>)\s*\(?([A-Z][A-Z0-9_]+)\b", line)
        if not what and shift and shift.group(1) not in known:
            what = f"a shift by {shift.group(1)}, which says in no bracket what it is"
        if what:
            numbers = [int(x.rstrip("uUlL"), 0) for x in
                       re.findall(r"\b(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*\b", line)]
            found.append((n, numbers, what))
    return found
