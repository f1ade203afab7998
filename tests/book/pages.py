"""What the book's checks read: pages cut into prose and fenced blocks, and anchors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

CHAPTER = re.compile(r"^(\d\d)-[\w-]+$")
INCLUDE = re.compile(r"\{\{#include ([^}:]+?)(?::([^}]*))?\}\}")
FENCE = re.compile(r"^(\s*)(```+|~~~+)(.*)$")
LINK = re.compile(r'(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]*)(?:\s+"[^"]*")?\)')
TERM = re.compile(r"\*\*((?:[^*\n]|\n(?!\s*\n))+?)\*\*")
ANCHOR = re.compile(r"ANCHOR(_END)?:\s*([\w-]+)\s*$")


@dataclass(frozen=True)
class Problem:
    where: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.what}"


@dataclass
class Block:
    """A fenced block; `line` is that of its opening fence."""

    language: str
    line: int
    lines: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass(frozen=True)
class Link:
    line: int
    is_image: bool
    text: str
    target: str


@dataclass(frozen=True)
class Include:
    line: int
    file: str
    anchor: str | None


class Page:
    """A Markdown page of the book. `prose` has one entry a line, empty inside blocks."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root
        self.name = path.relative_to(root).as_posix()
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.prose: list[str] = []
        self.blocks: list[Block] = []
        self._cut()
        self.includes = [Include(number, m.group(1).strip(), m.group(2))
                         for number, line in enumerate(self.lines, 1)
                         for m in INCLUDE.finditer(line)]

    @property
    def chapter(self) -> int | None:
        """The number of the chapter whose text this is; None for a page beside them."""
        match = CHAPTER.match(self.path.parent.name)
        return int(match.group(1)) if match else None

    def _cut(self) -> None:
        block: Block | None = None
        fence = ""
        for number, line in enumerate(self.lines, 1):
            match = FENCE.match(line)
            if block is None and match:
                fence = match.group(2)
                block = Block(match.group(3).strip(), number)
                self.blocks.append(block)
                self.prose.append("")
            elif block is not None and match and match.group(2).startswith(fence) and not match.group(3).strip():
                block.closed = True
                block = None
                self.prose.append("")
            elif block is not None:
                block.lines.append(line)
                self.prose.append("")
            else:
                self.prose.append(line)

    def words(self) -> str:
        """The prose alone: no headings, tables, alternative texts or targets of links."""
        lines = [line for line in self.plain() if not re.match(r"\s*(\||#)", line)]
        return LINK.sub(lambda m: "" if m.group(1) else m.group(2), "\n".join(lines))

    def links(self) -> Iterator[Link]:
        """Links and images of the prose; their texts may go over several lines."""
        text = re.sub(r"`[^`\n]*`", lambda m: "`" * len(m.group(0)), "\n".join(self.prose))
        for match in LINK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Link(line, bool(match.group(1)), " ".join(match.group(2).split()), match.group(3))

    def terms(self) -> Iterator[tuple[int, str]]:
        """What is bold, but for the starts of exercises and of table rows."""
        text = re.sub(r"`[^`\n]*`", lambda m: "`" * len(m.group(0)), "\n".join(self.prose))
        for match in TERM.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            if "★" not in self.prose[line - 1]:
                yield line, " ".join(match.group(1).split()).strip(" .:")

    def problem(self, line: int, what: str) -> Problem:
        return Problem(self.name, line, what)

    def plain(self) -> list[str]:
        """Prose without inline code, formulas and include lines, for looking at words."""
        text = "\n".join(self.prose)
        text = re.sub(r"\$\$.*?\$\$", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL)
        text = re.sub(r"(?<!\\)\$[^$\n]+?\$", "", text)
        text = INCLUDE.sub("", re.sub(r"`[^`\n]+`", "", text))
        return text.split("\n")


@dataclass(frozen=True)
class Anchor:
    file: Path
    name: str
    line: int
    body: tuple[str, ...]


def anchors_of(path: Path, root: Path) -> tuple[list[Anchor], list[Problem]]:
    """The anchors of a file, and what is wrong with the way they are set."""
    where = path.relative_to(root).as_posix()
    found: list[Anchor] = []
    problems: list[Problem] = []
    open_since: dict[str, int] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        mark = ANCHOR.search(line)
        if not mark:
            continue
        ends, name = bool(mark.group(1)), mark.group(2)
        if ends and name not in open_since:
            problems.append(Problem(where, number, f"anchor {name} ends without a beginning"))
        elif ends:
            start = open_since.pop(name)
            body = tuple(l for l in lines[start : number - 1] if not ANCHOR.search(l))
            if not "".join(body).strip():
                problems.append(Problem(where, start, f"anchor {name} holds nothing"))
            found.append(Anchor(path, name, start, body))
        elif name in open_since or name in {a.name for a in found}:
            problems.append(Problem(where, number, f"anchor {name} is there twice"))
        else:
            open_since[name] = number
    problems += [Problem(where, line, f"anchor {name} is never closed")
                 for name, line in open_since.items()]
    return found, problems


class Book:
    """The sources of the book under a project's root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "chapters"
        self.pages = [Page(p, root) for p in sorted([*self.source.glob("*.md"), *self.source.glob("*/*.md")])
                      if p.name != "SUMMARY.md"]
        self.anchors: dict[Path, list[Anchor]] = {}
        self.anchor_problems: list[Problem] = []
        for path in self.marked_files():
            self.anchors[path], problems = anchors_of(path, root)
            self.anchor_problems += problems

    def folders(self) -> list[Path]:
        return sorted(p for p in self.source.iterdir() if p.is_dir() and CHAPTER.match(p.name))

    def marked_files(self) -> list[Path]:
        """All files that may hold anchors for the text: the chapters' own and their tests."""
        tests = self.root / "tests" / "chapters"
        return sorted(p for folder in [*self.folders(), tests] for p in folder.rglob("*")
                      if p.suffix in (".h", ".cpp", ".txt") and p.name != "CMakeLists.txt")

    def chapter_of(self, path: Path) -> int | None:
        """The chapter that a marked file belongs to: by its folder, or by a test's name."""
        for folder in path.parents:
            if CHAPTER.match(folder.name):
                return int(folder.name[:2])
        number = re.search(r"_(\d\d)\.cpp$", path.name)
        return int(number.group(1)) if number else None

    def resolve(self, page: Page, file: str) -> Path:
        return (page.path.parent / file).resolve()
