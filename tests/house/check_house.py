#!/usr/bin/env python3
"""Rules that the compiler does not know. check_house.py ROOT prints each breach; status 1 if any.

- Arrows: a room of src/cairn includes headers of itself and of the rooms it may use, no others.
- A C++ file of the library has at most 400 lines, and a header begins with #pragma once.
- Names of test cases hold nothing that Catch2 reads as a filter: such a test would never run.
"""
import re
import sys
from collections.abc import Iterator
from pathlib import Path

MAY_USE = {  # docs/architecture.md says the same in words
    "core": {"core"},
    "kernels": {"core", "kernels"},
    "autograd": {"core", "kernels", "autograd"},
    "ops": {"core", "kernels", "autograd", "ops"},
    "nn": {"core", "kernels", "autograd", "ops", "nn"},
    "optim": {"core", "kernels", "autograd", "ops", "nn", "optim"},
    "train": {"core", "kernels", "autograd", "ops", "nn", "optim", "train", "data", "io", "plot"},
    "data": {"core", "data"},
    "io": {"core", "io"},
    "plot": {"plot"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]cairn/([\w/.]+)[>"]', re.M)
TEST_CASE = re.compile(r'TEST_CASE\(\s*"((?:[^"\\]|\\.)*)"')
MAX_LINES = 400


def arrows(root: Path) -> Iterator[str]:
    for room, allowed in MAY_USE.items():
        for file in sorted((root / "src/cairn" / room).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".inc"):
                continue
            for header in INCLUDE.findall(file.read_text()):
                target = header.split("/")[0]
                if header == "export.h" or target in allowed:
                    continue
                yield f"{file.relative_to(root)} includes cairn/{header}: {room} may not use {target}"


def sizes_and_guards(root: Path) -> Iterator[str]:
    for file in sorted((root / "src").rglob("*")):
        if file.suffix not in (".h", ".cpp", ".inc"):
            continue
        text = file.read_text()
        lines = text.count("\n")
        if lines > MAX_LINES:
            yield f"{file.relative_to(root)} has {lines} lines; split what is over {MAX_LINES}"
        if file.suffix == ".h" and "#pragma once" not in text:
            yield f"{file.relative_to(root)} has no #pragma once"


def test_names(root: Path) -> Iterator[str]:
    for folder in ("tests", "chapters"):
        for file in sorted((root / folder).rglob("*.cpp")):
            names = TEST_CASE.findall(file.read_text())
            for name in names:
                if re.search(r'[\[\],\\"*~]', name):
                    yield f"{file.relative_to(root)}: the name '{name}' holds a character that Catch2 reads as a filter"
                if names.count(name) > 1:
                    yield f"{file.relative_to(root)}: two test cases are named '{name}'"


def main() -> int:
    root = Path(sys.argv[1])
    breaches = [breach for check in (arrows, sizes_and_guards, test_names) for breach in check(root)]
    print("\n".join(breaches) if breaches else "the tree keeps its rules")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
