"""Keeps what the chapters' programs print, write and draw, or compares it with what is kept.

Usage: book_capture.py [--check] [--bin DIR] [NN...]

Runs DIR/chapter-NN --marks --out <temporary folder> for the chapters named, else for all
that have a program in DIR. Without --check its output becomes chapters/NN-topic/output.txt,
and numbers.txt and figures/*.svg are copied beside it: the page shows these. With --check
nothing is written; the new run must agree with what is kept:

  text      word for word (runs of spaces count as one)
  numbers   within 1e-3 of their size or one unit of the last digit shown; numbers that
            are both below 1e-6 are rounding noise and agree within a factor of 1000
  figures   the same names and the same drawing, coordinates within 1 % or 2 units

Numbers of sections named time_*, and those on lines that hold "(time)", may be anything. So
may all that stands in sections named machine or machine_*: names and sizes of a processor.
chapters/NN-topic/tolerance.txt may loosen this, one rule a line:

  <section or figures/name.svg> <relative> [<absolute>]     # for numbers of that section
  figures/name.svg names                                    # only the text in it counts
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 60
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan|inf)(?![\w]|\.\d)")
NOISE = 1e-6
MARK = re.compile(r"^ANCHOR(_END)?: (\S+)$")


@dataclass(frozen=True)
class Tolerance:
    relative: float = 1e-3
    absolute: float = 0.0
    names_only: bool = False


DEFAULT = Tolerance()
FIGURE = Tolerance(1e-2, 2.0)


class CaptureError(Exception):
    """A chapter that does not run, or a rule that cannot be read."""


def read_rules(path: Path) -> dict[str, Tolerance]:
    rules = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        words = line.split("#")[0].split()
        if len(words) == 2 and words[1] == "names":
            rules[words[0]] = Tolerance(names_only=True)
        elif len(words) in (2, 3):
            rules[words[0]] = Tolerance(*(float(word) for word in words[1:]))
        elif words:
            raise CaptureError(f"{path}: cannot read the rule '{line}'")
    return rules


def last_place(text: str) -> float:
    """One unit of the last digit of a decimal fraction; an integer gets no such slack."""
    digits = re.match(r"[-+]?\d*\.?(\d*)(?:[eE]([-+]?\d+))?$", text)
    if not digits or ("." not in text and "e" not in text.lower()):
        return 0.0
    return 10.0 ** (int(digits.group(2) or 0) - len(digits.group(1)))


def agree(kept: str, now: str, tolerance: Tolerance) -> bool:
    if kept == now:
        return True
    a, b = float(kept), float(now)
    if a != a or b != b:
        return a != a and b != b
    small, large = sorted((abs(a), abs(b)))
    if large < NOISE and (large < 1e-14 or large <= 1000 * max(small, 1e-15)):
        return True
    slack = max(tolerance.absolute, tolerance.relative * large, last_place(kept), last_place(now))
    return abs(a - b) <= slack * (1 + 1e-9)


def difference(kept: str, now: str, tolerance: Tolerance, any_number: bool = False) -> str:
    """Why two lines differ, or nothing."""
    text_kept = " ".join(NUMBER.sub("#", kept).split())
    text_now = " ".join(NUMBER.sub("#", now).split())
    if text_kept != text_now:
        return "the text differs"
    if any_number:
        return ""
    for a, b in zip(NUMBER.findall(kept), NUMBER.findall(now)):
        if not agree(a, b, tolerance):
            return f"{a} became {b}"
    return ""


def compare(name: str, kept: str, now: str, rules: dict[str, Tolerance]) -> list[str]:
    """Compares output.txt or numbers.txt; returns what differs, a line each."""
    kept_lines, now_lines = kept.splitlines(), now.splitlines()
    found = []
    section = ""
    for i, (a, b) in enumerate(zip(kept_lines, now_lines), 1):
        mark = MARK.match(a)
        if mark:
            section = "" if mark.group(1) else mark.group(2)
        if re.match(r"machine(_|$)", section) and not MARK.match(a) and not MARK.match(b):
            continue
        timed = section.startswith("time_") or ("(time)" in a and "(time)" in b)
        why = difference(a, b, rules.get(section, DEFAULT), timed)
        if why:
            found.append(f"{name}:{i}: {why}\n    kept: {a}\n    now:  {b}")
    if len(kept_lines) != len(now_lines):
        found.append(f"{name}: {len(kept_lines)} lines are kept, {len(now_lines)} came now")
    return found


def figure_text(svg: str) -> str:
    return "\n".join(re.findall(r">([^<>]*\S[^<>]*)<", svg))


def spread_out(svg: str) -> str:
    """A drawing as words and numbers. Names within it, which are fingerprints of the
    content, go; path data, which runs letters and numbers together, gets spaces."""
    svg = re.sub(r'\s(?:id|aria-labelledby|aria-describedby)="[^"]*"|url\(#[^)]*\)', "", svg)
    return re.sub(r"(?<=\d)(?=[A-Za-z-])|(?<=[A-Za-z,\"])(?=[-\d.])", " ", svg)


def compare_figures(kept: Path, now: Path, rules: dict[str, Tolerance]) -> list[str]:
    names_kept = sorted(p.name for p in kept.glob("*.svg"))
    names_now = sorted(p.name for p in now.glob("*.svg"))
    found = []
    if names_kept != names_now:
        found.append(f"figures: {names_kept} are kept, {names_now} came now")
    for name in sorted(set(names_kept) & set(names_now)):
        tolerance = rules.get(f"figures/{name}", FIGURE)
        a = (kept / name).read_text(encoding="utf-8")
        b = (now / name).read_text(encoding="utf-8")
        if tolerance.names_only:
            a, b, tolerance = figure_text(a), figure_text(b), DEFAULT
        why = difference(spread_out(a), spread_out(b), tolerance)
        if why:
            found.append(f"figures/{name}: draws differently ({why})")
    return found


def run(program: Path, out: Path) -> str:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([str(program), "--marks", "--out", str(out)],
                          capture_output=True, text=True, check=False)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode != 0:
        raise CaptureError(f"{program} ended with {done.returncode}:\n{done.stderr}{done.stdout[-2000:]}")
    if seconds > LIMIT_SECONDS:
        raise CaptureError(f"{program} took {seconds:.0f} s of processor time, over {LIMIT_SECONDS}")
    print(f"{program.name}: ran in {seconds:.1f} s of processor time")
    return done.stdout


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def check(chapter: Path, output: str, out: Path) -> list[str]:
    rules = read_rules(chapter / "tolerance.txt")
    return (compare("output.txt", read(chapter / "output.txt"), output, rules)
            + compare("numbers.txt", read(chapter / "numbers.txt"), read(out / "numbers.txt"), rules)
            + compare_figures(chapter / "figures", out / "figures", rules))


def keep(chapter: Path, output: str, out: Path) -> None:
    (chapter / "output.txt").write_text(output, encoding="utf-8")
    if (out / "numbers.txt").exists():
        shutil.copy(out / "numbers.txt", chapter / "numbers.txt")
    figures = chapter / "figures"
    figures.mkdir(exist_ok=True)
    for old in figures.glob("*.svg"):
        old.unlink()
    for new in (out / "figures").glob("*.svg"):
        shutil.copy(new, figures / new.name)


def folder_of(number: str) -> Path:
    found = sorted((ROOT / "chapters").glob(f"{number}-*"))
    if len(found) != 1:
        raise CaptureError(f"there is no chapter {number} in {ROOT / 'chapters'}")
    return found[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", metavar="NN")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--bin", type=Path, default=ROOT / "build" / "bin", metavar="DIR")
    options = parser.parse_args()
    numbers = options.chapters or sorted(
        p.name[-2:] for p in options.bin.glob("chapter-[0-9][0-9]") if p.is_file())
    if not numbers:
        raise CaptureError(f"no chapter's program in {options.bin}: build first")
    found = []
    for number in numbers:
        chapter = folder_of(number)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            output = run(options.bin / f"chapter-{number}", out)
            if options.check:
                found += [f"{chapter.name}/{line}" for line in check(chapter, output, out)]
            else:
                keep(chapter, output, out)
    for line in found:
        print(line)
    if found:
        print(f"If that is right: scripts/book-capture.sh {' '.join(numbers)}, and read what changed")
    what = "agree with what is kept" if options.check else "kept"
    print(f"{len(numbers)} chapters run, {len(found)} differences" if found
          else f"{len(numbers)} chapters run, {what}")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CaptureError, FileNotFoundError) as error:
        sys.exit(f"book_capture: {error}")
