"""Checks the notebooks' sources: what every engine accepts, and what belongs in git.

Usage: lint_notebooks.py [FOLDER]

Cells run on xeus-cling, on the project's own kernel (Cling) and on clang-repl, and each
refuses something that the others take. A rule here stands for one such thing, seen by
trying; test_lint_notebooks.py breaks a notebook for each rule to see it found.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

WIDTH = 88  # of a listing in the book
KERNELSPEC = {"display_name": "C++17", "language": "C++17", "name": "xcpp17"}
SETUP = '#include "setup.hpp"'
CONTROL = re.compile(r"(for|while|if|else|do|try|catch|switch)\b")
FUNCTION = re.compile(r"^(?:inline\s+)?[\w:<>,&*\s]*[\w>&*]\s*[\s&*]([A-Za-z_]\w*)\s*\([^=;{]*\)\s*(?:const|noexcept|\s)*\{", re.DOTALL)
VARIABLE = re.compile(r"^(?:const\s+|auto\s+|static\s+)*[A-Za-z_][\w:]*(?:<[^;=]*>)?[\s&*]+([A-Za-z_]\w*)\s*[=({;\[,]")
LAMBDA = re.compile(r"(?<![\w\])])\[[^\[\]]*\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?(?:mutable\s*)?(?:->\s*[\w:<>]+\s*)?\{")
UNRESOLVED = re.compile(r"\bthread_local\b|std::(?:async|call_once|once_flag)\b")


@dataclass(frozen=True)
class Item:
    """One thing at the top level of a cell: a statement, a block, a definition."""

    kind: str  # block, control, type, template, namespace, function, statement
    text: str

    @property
    def name(self) -> str | None:
        """What it defines, if it is a function or a variable."""
        if self.kind == "function":
            return FUNCTION.match(self.text).group(1)
        match = VARIABLE.match(self.text) if self.kind == "statement" else None
        return match.group(1) if match and not re.match(r"(using|return|throw|delete)\b", self.text) else None


def bare(source: str) -> str:
    """C++ with comments gone and the contents of its literals blanked."""
    pattern = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.DOTALL)

    def blank(match: re.Match[str]) -> str:
        text = match.group(0)
        return " " if text.startswith("/") else text[0] + text[-1]

    return pattern.sub(blank, source)


def items(source: str) -> list[Item]:
    """The top level of a cell."""
    found, depth, start = [], 0, 0
    text = "\n".join(l for l in bare(source).splitlines() if not l.lstrip().startswith("#"))
    for at, character in enumerate(text):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        piece = text[start : at + 1].strip()
        ends = character == ";" and depth == 0
        if character == "}" and depth == 0:
            # A brace ends a block or a body; of an initialiser or a type it does not.
            ends = kind_of(piece) not in ("statement", "type")
        if ends:
            if piece != ";":
                found.append(Item(kind_of(piece), piece))
            start = at + 1
    rest = text[start:].strip()
    return found + ([Item("unfinished", rest)] if rest else [])


def kind_of(text: str) -> str:
    if text.startswith("{"):
        return "block"
    if CONTROL.match(text):
        return "control"
    first = re.match(r"\w+", text)
    word = first.group(0) if first else ""
    if word in ("struct", "class", "enum", "union"):
        return "type"
    if word in ("template", "namespace"):
        return word
    return "function" if FUNCTION.match(text) else "statement"


@dataclass(frozen=True)
class Cell:
    id: str
    is_code: bool
    source: str
    raw: dict

    @property
    def lines(self) -> list[str]:
        return self.source.splitlines()


class Notebook:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.json = json.loads(self.text)
        self.cells = [Cell(c.get("id", ""), c["cell_type"] == "code", "".join(c["source"]), c)
                      for c in self.json["cells"]]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_code]


Problems = Iterator[str]


def metadata(book: Notebook) -> Problems:
    """The kernel's name is the one that all engines share, and nothing else is kept."""
    if book.json["metadata"].get("kernelspec") != KERNELSPEC:
        yield f"the kernelspec is not {KERNELSPEC}"
    if other := set(book.json["metadata"]) - {"kernelspec", "language_info"}:
        yield f"metadata that an editor left: {sorted(other)}"
    if (book.json.get("nbformat"), book.json.get("nbformat_minor")) != (4, 5):
        yield "the format is not 4.5"


def stripped(book: Notebook) -> Problems:
    """Outputs are made by running, not kept in git; so are execution counts."""
    for cell in book.code:
        if cell.raw.get("outputs") or cell.raw.get("execution_count") is not None:
            yield f"{cell.id}: outputs or an execution count are kept"
    for cell in book.cells:
        if cell.raw.get("metadata"):
            yield f"{cell.id}: metadata {sorted(cell.raw['metadata'])}"


def canonical(book: Notebook) -> Problems:
    """Written as Jupyter writes it, so that a change shows as what it is."""
    if book.text != json.dumps(book.json, indent=1, ensure_ascii=False) + "\n":
        yield "not written as json.dumps(…, indent=1, ensure_ascii=False) with a newline"


def ids(book: Notebook) -> Problems:
    """Cells have names that people gave and that stay."""
    seen: set[str] = set()
    for cell in book.cells:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell.id) or re.fullmatch(r"[0-9a-f]{8}", cell.id):
            yield f"the id '{cell.id}' is no name in small letters"
        if cell.id in seen:
            yield f"the id '{cell.id}' is there twice"
        seen.add(cell.id)


def first_cell(book: Notebook) -> Problems:
    if not book.code or book.code[0].source != SETUP:
        yield f"the first code cell is not {SETUP}"


def magic(book: Notebook) -> Problems:
    for cell in book.code:
        for line in cell.lines:
            if re.match(r"[%!?]", line) or line.lstrip().startswith(".L "):
                yield f"{cell.id}: a command of one kernel only: {line.strip()}"


def includes(book: Notebook) -> Problems:
    """Includes and pragmas stand at column 0 of a cell of their own; no other directives."""
    for cell in book.code:
        directives = [line for line in cell.lines if line.lstrip().startswith("#")]
        for line in directives:
            if not re.match(r"#(include [\"<]|pragma )", line):
                yield f"{cell.id}: not an include or a pragma at column 0: {line}"
        if directives and items(cell.source):
            yield f"{cell.id}: includes and code in one cell"


def one_definition(book: Notebook) -> Problems:
    """A function, a type, a template or a namespace has a cell of its own."""
    for cell in book.code:
        kinds = [item.kind for item in items(cell.source)]
        defined = [k for k in kinds if k in ("function", "type", "template", "namespace")]
        if defined and len(kinds) > 1:
            yield f"{cell.id}: a {defined[0]} and {len(kinds) - 1} more in one cell"


def lambdas(book: Notebook) -> Problems:
    """At the top level no lambda is named or passed on; in a block it is named first."""
    for cell in book.code:
        for item in items(cell.source):
            if item.kind == "statement" and LAMBDA.search(item.text):
                yield f"{cell.id}: a lambda at the top level; put it into a block or a function"
            if item.kind in ("block", "control"):
                for match in LAMBDA.finditer(item.text):
                    if re.search(r"[(,]\s*$", item.text[: match.start()]):
                        yield f"{cell.id}: a lambda straight into a call; name it first, or use a function"


def bindings(book: Notebook) -> Problems:
    """`auto [a, b]` is not kept for later cells by Cling."""
    for cell in book.code:
        for item in items(cell.source):
            if item.kind == "statement" and re.match(r"(const\s+)?auto\s*&{0,2}\s*\[", item.text):
                yield f"{cell.id}: a structured binding at the top level"


def storage(book: Notebook) -> Problems:
    """Cling makes a cell's constants before its variables, whatever the order; clang-repl
    makes a static anew in every cell that follows."""
    for cell in book.code:
        for item in items(cell.source):
            if item.kind == "statement" and (match := re.match(r"(const|static)\b", item.text)):
                yield f"{cell.id}: a {match.group(1)} at the top level; leave the word out"


def endings(book: Notebook) -> Problems:
    """A statement without `;` prints its value on one engine and is an error on another."""
    for cell in book.code:
        for item in items(cell.source):
            if item.kind == "unfinished":
                yield f"{cell.id}: no ; at the end: {item.text[-40:].strip()}"


def names_once(book: Notebook) -> Problems:
    """No engine takes a second definition of a name."""
    seen: dict[str, str] = {}
    for cell in book.code:
        for item in items(cell.source):
            if item.name in seen:
                yield f"{cell.id}: {item.name} is defined already in {seen[item.name]}"
            elif item.name:
                seen[item.name] = cell.id


def unresolved(book: Notebook) -> Problems:
    """Symbols that a just-in-time compiler does not find."""
    for cell in book.code:
        if match := UNRESOLVED.search(bare(cell.source)):
            yield f"{cell.id}: {match.group(0)} cannot be used from a cell"


def printing(book: Notebook) -> Problems:
    """xeus-cling shows std::cout and not C's own output."""
    for cell in book.code:
        if re.search(r"\b(?:std::)?(?:f?printf|puts|putchar)\s*\(", bare(cell.source)):
            yield f"{cell.id}: print with std::cout"


def widths(book: Notebook) -> Problems:
    for cell in book.code:
        for line in cell.lines:
            if len(line) > WIDTH:
                yield f"{cell.id}: a line of {len(line)} columns, {WIDTH} fit"


def content(book: Notebook) -> Problems:
    """It begins with a title, says what to try, and fails when something is wrong."""
    if not book.cells or book.cells[0].is_code or not book.cells[0].source.startswith("# "):
        yield "does not begin with a title"
    if not any("**Try it:**" in cell.source for cell in book.cells):
        yield "nothing to try"
    if not any(re.search(r"\bcheck\(", bare(cell.source)) for cell in book.code):
        yield "no check in any cell"
    for cell in book.cells:
        if not cell.source.strip():
            yield f"{cell.id}: an empty cell"


def links(book: Notebook) -> Problems:
    for cell in book.cells:
        for target in [] if cell.is_code else re.findall(r"\]\(([^)\s]+)\)", cell.source):
            if not re.match(r"https?:|#", target) and not (book.path.parent / target.split("#")[0]).exists():
                yield f"{cell.id}: links {target}, which is not there"


RULES: list[Callable[[Notebook], Problems]] = [
    metadata, stripped, canonical, ids, first_cell, magic, includes, one_definition, lambdas,
    bindings, storage, endings, names_once, unresolved, printing, widths, content, links]


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "notebooks"
    books = [Notebook(path) for path in sorted(folder.glob("*.ipynb"))]
    if not books:
        print(f"{folder} holds no notebooks")
        return 1
    failed = 0
    for rule in RULES:
        problems = [f"{book.path.name}: {problem}" for book in books for problem in rule(book)]
        failed += bool(problems)
        for problem in problems:
            print(f"{rule.__name__}: {problem}")
    print(f"notebooks' sources: {len(books)} notebooks, {len(RULES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
