"""Checks the sources of the book; needs neither mdBook nor a build.

Usage: check_book.py [ROOT]

mdBook shows a missing file, a missing anchor or a typed listing without a word. Each check
here looks for one such thing; test_check_book.py breaks a page for each to see it found.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Callable, Iterator

from pages import CHAPTER, INCLUDE, Book, Page, Problem

WIDTH = 88
INCLUDED = ("cpp", "diff")            # blocks that hold included text only
TYPED = ("console", "text", "csv", "cmake")  # blocks that may be typed
LOOKS_LIKE_CPP = re.compile(r"^\s*#include\b|\bstd::|;\s*(//.*)?$|^\s*(template|namespace|struct|class)\b.*[{<]|\)\s*(const\s*)?\{\s*$")
FORWARD = re.compile(r"\b(next|later|following|coming)\s+chapters?\b", re.IGNORECASE)
HEADER = re.compile(r"`(cairn/[\w/]+\.h)`")


def typed_code(book: Book) -> Iterator[Problem]:
    """C++ comes from compiled files; so does whatever looks like it."""
    for page in book.pages:
        for block in page.blocks:
            language = block.language.split(",")[0].split(" ")[0]
            typed = [(i, line) for i, line in enumerate(block.lines, block.line + 1)
                     if line.strip() and not INCLUDE.fullmatch(line.strip())]
            if language in INCLUDED:
                for i, line in typed[:1]:
                    yield page.problem(i, f"typed into a {language} block: {line.strip()}")
            elif language not in TYPED:
                yield page.problem(block.line, f"a block of '{language}'; known are {', '.join(INCLUDED + TYPED)}")
            elif language != "cmake":
                for i, line in typed:
                    if LOOKS_LIKE_CPP.search(line):
                        yield page.problem(i, f"this looks like typed C++: {line.strip()}")
                        break
            if language == "text":
                for i, line in typed:
                    if re.search(r"\d\.\d", line):
                        yield page.problem(i, f"typed output; include it from output.txt: {line.strip()}")
                        break


def blocks_whole(book: Book) -> Iterator[Problem]:
    for page in book.pages:
        for block in page.blocks:
            if not block.closed:
                yield page.problem(block.line, "the block is never closed")
            if not "".join(block.lines).strip():
                yield page.problem(block.line, "the block is empty")


def directives(book: Book) -> Iterator[Problem]:
    """Every {{…}} is an include of a file and an anchor that exist."""
    for page in book.pages:
        for number, line in enumerate(page.lines, 1):
            if "{{" in INCLUDE.sub("", line):
                yield page.problem(number, f"not an include that mdBook knows: {line.strip()}")
        for include in page.includes:
            path = book.resolve(page, include.file)
            if not path.is_file():
                yield page.problem(include.line, f"includes {include.file}, which is not there")
                continue
            anchors = {a.name for a in book.anchors.get(path, [])}
            if include.anchor is None:
                if anchors:
                    yield page.problem(include.line, f"includes all of {include.file}, its ANCHOR marks too")
                elif not path.read_text(encoding="utf-8").strip():
                    yield page.problem(include.line, f"{include.file} is empty")
            elif re.match(r"^\d*(:\d*)?$", include.anchor):
                yield page.problem(include.line, "includes by line number; name an anchor")
            elif include.anchor not in anchors:
                yield page.problem(include.line, f"no anchor {include.anchor} in {include.file}")


def anchors_set(book: Book) -> Iterator[Problem]:
    yield from book.anchor_problems


def anchors_used(book: Book) -> Iterator[Problem]:
    """What is marked in code or output is shown; of numbers a run may write more."""
    used = {(book.resolve(page, i.file), i.anchor) for page in book.pages for i in page.includes}
    written = {page.chapter for page in book.pages}
    for path, anchors in book.anchors.items():
        if path.name == "numbers.txt":
            continue
        for anchor in anchors if book.chapter_of(path) in written - {None} else []:
            if (path, anchor.name) not in used:
                yield Problem(path.relative_to(book.root).as_posix(), anchor.line,
                              f"no page shows anchor {anchor.name}")


def widths(book: Book) -> Iterator[Problem]:
    """Listings fit the page: typed lines, included lines and kept output."""
    for page in book.pages:
        for block in page.blocks:
            for i, line in enumerate(block.lines, block.line + 1):
                if len(line) > WIDTH:
                    yield page.problem(i, f"a listing of {len(line)} columns")
        for include in page.includes:
            path = book.resolve(page, include.file)
            for anchor in book.anchors.get(path, []):
                for i, line in enumerate(anchor.body, 1):
                    if anchor.name == include.anchor and len(line) > WIDTH:
                        yield Problem(path.relative_to(book.root).as_posix(), anchor.line + i,
                                      f"a listing of {len(line)} columns")


def formulas(book: Book) -> Iterator[Problem]:
    """Dollars come in pairs, displays stand alone, tables hold no bar inside a formula."""
    for page in book.pages:
        display = 0
        dollars = 0  # of the paragraph so far; a formula may go over the end of a line
        for number, line in enumerate([*page.prose, ""], 1):
            bare = re.sub(r"`[^`]*`", "", line).replace(r"\$", "")
            doubles = bare.count("$$")
            if doubles == 1 and bare.strip() != "$$":
                yield page.problem(number, "$$ stands on a line of its own")
            if doubles == 1:
                neighbour = page.lines[number - 2 if not display else number: number - 1 if not display else number + 1]
                if neighbour and neighbour[0].strip():
                    yield page.problem(number, "a display formula needs an empty line around it")
                display = 0 if display else number
                continue
            if display:
                if not bare.strip():
                    yield page.problem(number, "an empty line inside a display formula")
                continue
            if not bare.strip():
                if dollars % 2:
                    yield page.problem(number - 1, "an odd number of dollars in this paragraph")
                dollars = 0
            dollars += bare.replace("$$", "").count("$")
            if line.lstrip().startswith("|"):
                for formula in re.findall(r"\$([^$]+)\$", bare):
                    if "|" in formula:
                        yield page.problem(number, f"a | inside a formula cuts the table: ${formula}$")
        if display:
            yield page.problem(display, "a display formula is never closed")


def slug(heading: str) -> str:
    """The id mdBook gives a heading."""
    text = re.sub(r"[`*]", "", heading).strip().lower()
    return "".join(c if c.isalnum() or c in "-_" else "-" if c.isspace() else "" for c in text)


def links(book: Book) -> Iterator[Problem]:
    """Links, cross-references and images lead somewhere; images say what they show."""
    summary = (book.source / "SUMMARY.md").read_text(encoding="utf-8")
    for page in book.pages:
        for link in page.links():
            if link.is_image and len(link.text) < 20:
                yield page.problem(link.line, f"the image {link.target} needs alt text that says what is to be seen")
            if re.match(r"https?://", link.target):
                if link.is_image:
                    yield page.problem(link.line, f"an image from a network: {link.target}")
                continue
            file, _, fragment = link.target.partition("#")
            path = (page.path.parent / file).resolve() if file else page.path
            if not path.exists() or path.is_dir():
                yield page.problem(link.line, f"links {link.target}, which is not there")
            elif path.suffix == ".md":
                name = path.relative_to(book.source).as_posix() if book.source in path.parents else ""
                if f"({name})" not in summary:
                    yield page.problem(link.line, f"links {link.target}, which is no page of the book")
                heads = {slug(h) for h in re.findall(r"(?m)^#+ (.*)$", path.read_text(encoding="utf-8"))}
                if fragment and fragment not in heads:
                    yield page.problem(link.line, f"links {link.target}, which has no such heading")


def forward_references(book: Book) -> Iterator[Problem]:
    """A chapter stands on earlier ones only: in its code, its links and its promises."""
    for folder in book.folders():
        number = int(folder.name[:2])
        files = [p for p in folder.rglob("*") if p.suffix in (".h", ".cpp")]
        files += [p for p in (book.root / "tests" / "chapters").glob(f"*_{folder.name[:2]}.cpp")]
        for path in files:
            where = path.relative_to(book.root).as_posix()
            for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                other = re.match(r'\s*#\s*include\s*[<"](\d\d)-', line)
                if other and int(other.group(1)) > number:
                    yield Problem(where, i, f"chapter {number} includes chapter {other.group(1)}")
    for page in book.pages:
        if page.chapter is None:
            continue
        for link in page.links():
            other = CHAPTER.match(Path(link.target.split("#")[0]).parent.name)
            if other and int(other.group(1)) > page.chapter:
                yield page.problem(link.line, f"links a later chapter: {link.target}")
        section = ""
        for number, line in enumerate(page.plain(), 1):
            section = line.lstrip("# ").lower() if line.startswith("## ") else section
            if section.startswith("summary"):
                continue  # where it may say what the next stone is
            for match in re.finditer(r"\bchapters?\s+(\d+)(?:\s*(?:,|and|to|–)\s*(\d+))?", line, re.IGNORECASE):
                if max(int(n) for n in match.groups() if n) > page.chapter:
                    yield page.problem(number, f"speaks of a later chapter: {match.group(0)}")
            if FORWARD.search(line):
                yield page.problem(number, f"promises a later chapter: {line.strip()[:70]}")


def code_stands_alone(book: Book) -> Iterator[Problem]:
    """Chapter code uses the standard library, earlier chapters, the charts, and what a
    compiler brings for the instructions of a processor."""
    for folder in [*book.folders(), book.source / "common"]:
        for path in [p for p in folder.rglob("*") if p.suffix in (".h", ".cpp")]:
            if path.name == "into_library.cpp":
                continue  # shows the same thing done with the library
            for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                system = re.match(r"\s*#\s*include\s*<([^>]+)>", line)
                if system and ("/" in system.group(1) or "." in system.group(1)) \
                        and not system.group(1).startswith("cairn/plot/") \
                        and system.group(1) not in ("cpuid.h", "immintrin.h"):
                    yield Problem(path.relative_to(book.root).as_posix(), i,
                                  f"chapter code does not use <{system.group(1)}>")


def exercises(book: Book) -> Iterator[Problem]:
    """Six exercises or more with stars; stub and solution of each coded one are linked."""
    for page in book.pages:
        if page.chapter is None:
            continue
        stars = [line for line in page.prose if "★" in line]
        if len(stars) < 6:
            yield page.problem(1, f"{len(stars)} exercises with stars, six are asked for")
        stubs = sorted((page.path.parent / "exercises").glob("ex*.h"))
        if len(stubs) < 4:
            yield page.problem(1, f"{len(stubs)} exercises with a stub, four are asked for")
        text = "\n".join(page.prose)
        cmake = page.path.parent / "CMakeLists.txt"
        built = cmake.read_text(encoding="utf-8") if cmake.exists() else ""
        for stub in stubs:
            for kind in ("exercises", "solutions"):
                if f"({kind}/{stub.name})" not in text:
                    yield page.problem(1, f"does not link {kind}/{stub.name}")
            if not re.search(rf"cairn_add_exercise\(\s*\d\d\s+{stub.stem}\s*\)", built):
                yield page.problem(1, f"exercise {stub.stem} is not built")


def shape(book: Book) -> Iterator[Problem]:
    """The size of a chapter: words, listings, figures, planted bugs."""
    for page in book.pages:
        if page.chapter is None:
            continue
        words = len(re.findall(r"\b[A-Za-z][A-Za-z’'-]*", page.words()))
        listings = sum(block.language.startswith("cpp") for block in page.blocks)
        figures = sum(link.is_image for link in page.links())
        bugs = len(list((page.path.parent / "mutations").glob("*.txt")))
        for what, count, low, high in (("words", words, 4000, 6000), ("listings", listings, 15, 30),
                                       ("figures", figures, 4, 8), ("planted bugs", bugs, 2, 9)):
            if not low <= count <= high:
                yield page.problem(1, f"{count} {what}; the book's measure is {low} to {high}")


def terms(book: Book) -> Iterator[Problem]:
    """A term is bold once, where it is defined, and the glossary has it."""
    glossary = {term.lower() for page in book.pages if page.name == "chapters/glossary.md"
                for _, term in page.terms()}
    first: dict[str, str] = {}
    for page in book.pages:
        if page.chapter is None:
            continue
        for number, term in page.terms():
            key = term.lower()
            if key in first:
                yield page.problem(number, f"'{term}' is bold already in {first[key]}")
            first.setdefault(key, f"{page.name}:{number}")
            if key not in glossary:
                yield page.problem(number, f"the glossary lacks '{term}'")
    for term in sorted(glossary - set(first)):
        yield Problem("chapters/glossary.md", 1, f"no chapter defines '{term}'")


def summary(book: Book) -> Iterator[Problem]:
    """Every page is in SUMMARY.md, and nothing else."""
    text = (book.source / "SUMMARY.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\]\(([^)]+)\)", text))
    there = {p.path.relative_to(book.source).as_posix() for p in book.pages}
    for name in sorted(listed - there):
        yield Problem("chapters/SUMMARY.md", 1, f"lists {name}, which is not there")
    for name in sorted(there - listed):
        yield Problem("chapters/SUMMARY.md", 1, f"does not list {name}")


def library_headers(book: Book) -> Iterator[Problem]:
    for page in book.pages:
        for number, line in enumerate(page.prose, 1):
            for header in HEADER.findall(line):
                if not (book.root / "src" / header).is_file():
                    yield page.problem(number, f"there is no header {header}")


CHECKS: list[Callable[[Book], Iterator[Problem]]] = [
    typed_code, blocks_whole, directives, anchors_set, anchors_used, widths, formulas, links,
    forward_references, code_stands_alone, exercises, shape, terms, summary, library_headers]


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    book = Book(root)
    failed = 0
    for check in CHECKS:
        problems = list(check(book))
        failed += bool(problems)
        for problem in problems:
            print(f"{check.__name__}: {problem}")
    print(f"book's sources: {len(book.pages)} pages, {len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
