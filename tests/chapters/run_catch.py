"""Runs a Catch2 program and judges it by its report, not by its exit code alone.

Usage: run_catch.py [--expect-failure] PROGRAM

Exits 0 if the program ran at least one assertion and all of them held. With
--expect-failure (an exercise's stub) it exits 0 only if the program ran to its end and
assertions failed: a crash, a hang or a program without tests is no expected failure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

TIMEOUT = 240


@dataclass
class Report:
    """What a run of a Catch2 program came to."""

    passed: int = 0
    failed: int = 0
    failed_cases: list[str] = field(default_factory=list)
    trouble: str = ""  # why the run does not count at all; empty if it does


def parse(xml: str) -> Report:
    """Reads Catch2's XML report; versions 2 and 3 share the parts used here."""
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        return Report(trouble=f"its report cannot be read ({error})")
    report = Report()
    for case in root.iter("TestCase"):
        result = case.find("OverallResult")
        if result is None or result.get("success") != "true":
            report.failed_cases.append(case.get("name", "").strip())
        if any(True for _ in case.iter("FatalErrorCondition")):
            report.trouble = f"'{case.get('name')}' crashed"
    # The program's own totals: the last OverallResults that is a child of the root or of
    # version 2's Group.
    totals = [t for t in root.iter("OverallResults") if t.get("successes") is not None]
    if not totals:
        report.trouble = report.trouble or "its report has no totals"
        return report
    last = totals[-1]
    report.passed = int(last.get("successes", "0"))
    report.failed = int(last.get("failures", "0"))
    return report


def run(program: str, cases: str = "", environment: dict[str, str] | None = None) -> Report:
    """Runs the program, or the cases of it whose names match `cases` (Catch2's wildcards)."""
    command = [program, "--reporter", "xml"]
    if cases:
        command.append(re.sub(r"([,\[\\])", r"\\\1", cases))  # a name, never a list or a tag
    # A program that crashes does not clear away what it wrote.
    with tempfile.TemporaryDirectory(prefix="cairn-") as folder:
        environment = {**(os.environ if environment is None else environment), "TMPDIR": folder}
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT, env=environment
            )
        except subprocess.TimeoutExpired:
            return Report(trouble=f"it was still running after {TIMEOUT} s")
    if done.returncode < 0:
        return Report(trouble=f"it was ended by signal {-done.returncode}")
    report = parse(done.stdout)
    if not report.trouble and (done.returncode == 0) != (report.failed == 0):
        report.trouble = f"exit code {done.returncode} with {report.failed} failed assertions"
    return report


def verdict(report: Report, expect_failure: bool) -> tuple[bool, str]:
    if report.trouble:
        return False, f"does not count: {report.trouble}"
    if report.passed + report.failed == 0:
        return False, "does not count: no assertion ran"
    said = f"{report.passed} assertions held, {report.failed} failed"
    return (report.failed > 0) == expect_failure, said


def main() -> int:
    arguments = sys.argv[1:]
    expect_failure = "--expect-failure" in arguments
    program = [a for a in arguments if a != "--expect-failure"][0]
    good, said = verdict(run(program), expect_failure)
    wanted = "fail" if expect_failure else "pass"
    print(f"{program}: should {wanted}; {said}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
