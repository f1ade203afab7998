"""Plants a fault in the library and requires that a test catches it.

Usage: mutant.py BUILD.json MUTATIONS.toml [NAME...]    all of them without a name

A mutation says which text of a file of src/cairn becomes which other text, and which test
must then fail (see mutations.toml). Nothing of the tree is rebuilt: the mutated source is
compiled alone, linked with the library's other objects into a second libcairn.so, and the
test program that is already there runs on it, found by LD_LIBRARY_PATH. The fault counts
as caught only if the test passes on the real library and fails by its assertions on the
mutated one: a crash, a link error or a name that matches no test are no catch.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "chapters"))
import run_catch  # noqa: E402
from mutate import MutationError, change  # noqa: E402


@dataclass(frozen=True)
class Mutation:
    name: str
    why: str
    file: str  # below src/cairn
    find: str
    replace: str
    test: str  # "suite: name of a test case", in which * stands for anything


@dataclass(frozen=True)
class Build:
    """What CMake says of the build, from BUILD.json."""

    sources: Path  # the folder src
    commands: Path  # compile_commands.json
    launcher: list[str]
    link: list[str]  # compiler and options that make a shared library
    objects: list[str]
    libraries: list[str]
    soname: str
    programs: Path
    work: Path


def read_build(path: Path) -> Build:
    said = json.loads(path.read_text(encoding="utf-8"))
    for key in ("sources", "commands", "programs", "work"):
        said[key] = Path(said[key])
    return Build(**said)


def read_mutations(path: Path) -> dict[str, Mutation]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        mutations = {name: Mutation(name=name, **table) for name, table in tables.items()}
    except TypeError as error:
        raise MutationError(f"{path}: a key is missing or unknown: {error}") from error
    for mutation in mutations.values():
        if mutation.find == mutation.replace:
            raise MutationError(f"{path}: mutation {mutation.name} changes nothing")
        if ": " not in mutation.test:
            raise MutationError(f"{path}: {mutation.test!r} is not 'suite: test case'")
    return mutations


@cache
def files_included(source: Path, sources: Path) -> frozenset[Path]:
    """What a file of the library includes of the library, directly or not."""
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        for name in re.findall(r"^\s*#include <(cairn/[^>]+)>", text, re.MULTILINE):
            included = sources / name
            if included.is_file() and included not in found:
                found.add(included)
                waiting.append(included)
    return frozenset(found)


def commands_for(mutated: Path, build: Build) -> list[dict[str, str]]:
    """The compile commands of the library's sources that the mutated file is part of."""
    commands = [
        c for c in json.loads(build.commands.read_text(encoding="utf-8"))
        if Path(c["file"]).is_relative_to(build.sources)
        and (Path(c["file"]) == mutated
             or mutated in files_included(Path(c["file"]), build.sources))
    ]
    if not commands:
        raise MutationError(f"no source of the library is, or includes, {mutated}")
    return commands


def execute(command: list[str], folder: str | Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise MutationError(f"does not build: {shlex.join(command)}\n{done.stdout}{done.stderr}")


def build_mutant(mutation: Mutation, build: Build, folder: Path) -> None:
    """Puts a shared library with the fault into `folder`."""
    original = build.sources / "cairn" / mutation.file
    if not original.is_file():
        raise MutationError(f"mutation {mutation.name}: there is no file {original}")
    copy = folder / "include" / "cairn" / mutation.file
    copy.parent.mkdir(parents=True)
    copy.write_text(change(original.read_text(encoding="utf-8"), mutation), encoding="utf-8")
    replaced: dict[Path, str] = {}
    for number, entry in enumerate(commands_for(original, build)):
        words = shlex.split(entry["command"])
        output, source = words.index("-o") + 1, words.index("-c") + 1
        replaced[Path(entry["directory"], words[output])] = words[output] = str(
            folder / f"{number}.o")
        if Path(entry["file"]) == original:
            words[source] = str(copy)
        # The copy is found before the original; its warnings are not what is asked here,
        # and -O1 compiles the largest files four times as fast.
        words[1:1] = [f"-I{folder / 'include'}"]
        execute([*build.launcher, *words, "-w", "-O1"], entry["directory"])
    objects = [replaced.pop(Path(name), name) for name in build.objects]
    if replaced:
        raise MutationError(f"not among the library's objects: {[*replaced]}")
    execute([*build.link, f"-Wl,-soname,{build.soname}", "-o", str(folder / build.soname),
             *objects, *build.libraries], folder)


def judge(mutation: Mutation, build: Build, folder: Path) -> tuple[bool, str]:
    suite, case = mutation.test.split(": ", 1)
    program = str(build.programs / f"test-{suite}")
    good, said = run_catch.verdict(run_catch.run(program, case), expect_failure=False)
    if not good:
        return False, f"'{mutation.test}' must pass without the fault: {said}"
    mutated = run_catch.run(program, case, {**os.environ, "LD_LIBRARY_PATH": str(folder)})
    good, said = run_catch.verdict(mutated, expect_failure=True)
    if not good:
        return False, f"NOT caught by '{mutation.test}': {said}"
    return True, f"caught by '{suite}: {mutated.failed_cases[0]}' ({said})"


def examine(mutation: Mutation, build: Build) -> tuple[bool, str]:
    folder = build.work / mutation.name  # always the same, so that ccache knows it again
    shutil.rmtree(folder, ignore_errors=True)
    try:
        build_mutant(mutation, build, folder)
        return judge(mutation, build, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    build, mutations = read_build(Path(sys.argv[1])), read_mutations(Path(sys.argv[2]))
    unknown = [name for name in sys.argv[3:] if name not in mutations]
    if unknown:
        raise MutationError(f"{sys.argv[2]} has no mutation {unknown[0]}")
    missed = 0
    for name in sys.argv[3:] or mutations:
        try:
            caught, said = examine(mutations[name], build)
        except MutationError as error:
            caught, said = False, str(error)
        print(f"{name}: {said}", flush=True)
        missed += not caught
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MutationError as error:
        sys.exit(str(error))
