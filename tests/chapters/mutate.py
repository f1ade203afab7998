"""Plants a bug in a copy of the chapters' headers and checks that a test catches it.

Usage: mutate.py apply MUTATION CHAPTERS COPY   copy the headers, change one place
       mutate.py check MUTATION PROGRAM         the program, built on the copy, must fail

A mutation is a text file beside the chapter it breaks:

    # Why this bug is of interest (any number of such lines).
    file: layers.h
    find: grad[i] -= rate * delta[i];
    replace: grad[i] += rate * delta[i];
    test: gradients agree

`file` is a header of the chapter, or of an earlier one as NN-topic/name.h. `find` must
occur there exactly once. `find` and `replace` may go on over the following lines; lines
that hold ANCHOR are marks for the book's text and not part of them. `test` is a regular
expression for the name of a test case that has to fail.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import run_catch

KEYS = ("file", "find", "replace", "test")


class MutationError(Exception):
    """A mutation that cannot be read or applied."""


@dataclass(frozen=True)
class Mutation:
    name: str
    chapter: str  # the folder it lives in, NN-topic
    file: str
    find: str
    replace: str
    test: str


def read(path: Path) -> Mutation:
    values: dict[str, list[str]] = {}
    key = None
    for line in path.read_text(encoding="utf-8").splitlines():
        start = re.match(rf"({'|'.join(KEYS)}):(?: (.*))?$", line)
        if start:
            key = start.group(1)
            if key in values:
                raise MutationError(f"{path}: '{key}:' stands there twice")
            values[key] = [start.group(2)] if start.group(2) else []
        elif key in ("find", "replace") and "ANCHOR" not in line:
            values[key].append(line)
    missing = [k for k in KEYS if k not in values]
    if missing:
        raise MutationError(f"{path}: no '{missing[0]}:' line")
    joined = {k: "\n".join(v).strip("\n") for k, v in values.items()}
    if not joined["find"].strip() or joined["find"] == joined["replace"]:
        raise MutationError(f"{path}: it changes nothing")
    return Mutation(path.stem, path.parent.parent.name, joined["file"].strip(), joined["find"],
                    joined["replace"], joined["test"].strip())


def change(text: str, mutation: Mutation) -> str:
    count = text.count(mutation.find)
    if count != 1:
        raise MutationError(
            f"mutation {mutation.name}: its 'find' text occurs {count} times in "
            f"{mutation.file}, not once:\n{mutation.find}")
    return text.replace(mutation.find, mutation.replace)


def apply(mutation: Mutation, chapters: Path, copy: Path) -> None:
    if copy.exists():
        shutil.rmtree(copy)
    for header in chapters.rglob("*.h"):
        target = copy / header.relative_to(chapters)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(header, target)
    place = mutation.file if "/" in mutation.file else f"{mutation.chapter}/{mutation.file}"
    target = copy / place
    if not target.is_file():
        raise MutationError(f"mutation {mutation.name}: there is no file {place}")
    target.write_text(change(target.read_text(encoding="utf-8"), mutation), encoding="utf-8")
    (copy / "stamp").touch()


def check(mutation: Mutation, report: run_catch.Report) -> tuple[bool, str]:
    if report.trouble:
        return False, f"does not count: {report.trouble}"
    caught = [name for name in report.failed_cases
              if re.search(mutation.test, f"chapter-{mutation.chapter[:2]}: {name}")]
    if not caught:
        return False, (f"NOT caught by /{mutation.test}/; {report.passed} assertions held, failed "
                       f"cases: {report.failed_cases}")
    return True, f"caught by '{caught[0]}'"


def main() -> int:
    command, mutation = sys.argv[1], read(Path(sys.argv[2]))
    if command == "apply":
        apply(mutation, Path(sys.argv[3]), Path(sys.argv[4]))
        return 0
    good, said = check(mutation, run_catch.run(sys.argv[3]))
    print(f"{mutation.chapter}/{mutation.name}: {said}")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MutationError as error:
        sys.exit(str(error))
