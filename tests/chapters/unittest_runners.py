"""Tests of the exercise and mutation runners: what they must accept and, above all, refuse."""

from __future__ import annotations

import os
import stat
import tempfile
import unittest
from pathlib import Path

import mutate
import run_catch

PASSES = """<?xml version="1.0" encoding="UTF-8"?>
<Catch name="t"><Group name="t">
  <TestCase name="adds up"><OverallResult success="true"/></TestCase>
  <OverallResults successes="3" failures="0" expectedFailures="0"/>
</Group><OverallResults successes="3" failures="0" expectedFailures="0"/></Catch>"""

FAILS = """<?xml version="1.0" encoding="UTF-8"?>
<Catch name="t"><Group name="t">
  <TestCase name="adds up"><OverallResult success="true"/></TestCase>
  <TestCase name="gradients agree">
    <Section name="deep"><OverallResults successes="1" failures="2"/></Section>
    <OverallResult success="false"/>
  </TestCase>
  <OverallResults successes="4" failures="2" expectedFailures="0"/>
</Group><OverallResults successes="4" failures="2" expectedFailures="0"/></Catch>"""

CRASHES = """<?xml version="1.0" encoding="UTF-8"?>
<Catch name="t"><Group name="t">
  <TestCase name="adds up">
    <FatalErrorCondition filename="x" line="1">SIGSEGV</FatalErrorCondition>
    <OverallResult success="false"/>
  </TestCase>
  <OverallResults successes="0" failures="1" expectedFailures="0"/>
</Group><OverallResults successes="0" failures="1" expectedFailures="0"/></Catch>"""

EMPTY = '<Catch name="t"><OverallResults successes="0" failures="0" expectedFailures="0"/></Catch>'


class RunCatch(unittest.TestCase):
    def program(self, body: str) -> str:
        folder = tempfile.mkdtemp()
        path = Path(folder) / "program"
        path.write_text(f"#!/bin/sh\n{body}\n")
        os.chmod(path, stat.S_IRWXU)
        return str(path)

    def report(self, xml: str, code: int) -> run_catch.Report:
        return run_catch.run(self.program(f"cat <<'END'\n{xml}\nEND\nexit {code}"))

    def test_a_passing_program_passes(self) -> None:
        self.assertTrue(run_catch.verdict(self.report(PASSES, 0), False)[0])
        self.assertFalse(run_catch.verdict(self.report(PASSES, 0), True)[0])

    def test_failed_assertions_are_the_expected_failure(self) -> None:
        self.assertTrue(run_catch.verdict(self.report(FAILS, 2), True)[0])
        self.assertFalse(run_catch.verdict(self.report(FAILS, 2), False)[0])

    def test_a_crash_is_no_expected_failure(self) -> None:
        self.assertFalse(run_catch.verdict(self.report(CRASHES, 1), True)[0])
        killed = run_catch.run(self.program("kill -SEGV $$"))
        self.assertFalse(run_catch.verdict(killed, True)[0])

    def test_what_a_crash_leaves_behind_is_cleared_away(self) -> None:
        # The program says in this very file where it left something.
        with tempfile.NamedTemporaryFile("r") as told:
            run_catch.run(self.program(f"mktemp -d > {told.name}; kill -SEGV $$"))
            left = told.read().strip()
        self.assertTrue(left)
        self.assertFalse(Path(left).exists())

    def test_a_program_without_assertions_counts_neither_way(self) -> None:
        for expect_failure in (True, False):
            self.assertFalse(run_catch.verdict(self.report(EMPTY, 0), expect_failure)[0])

    def test_an_exit_code_that_contradicts_the_report_does_not_count(self) -> None:
        self.assertFalse(run_catch.verdict(self.report(PASSES, 1), True)[0])
        self.assertFalse(run_catch.verdict(self.report(FAILS, 0), True)[0])

    def test_output_that_is_no_report_does_not_count(self) -> None:
        self.assertFalse(run_catch.verdict(self.report("No tests ran", 1), True)[0])


class Mutate(unittest.TestCase):
    TEXT = """# The update goes uphill.
file: model.h
find: w -= rate * g;
replace: w += rate * g;
test: loss falls
"""

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.chapter = self.root / "chapters" / "01-line"
        (self.chapter / "mutations").mkdir(parents=True)
        (self.chapter / "model.h").write_text("void step() {\n  w -= rate * g;\n}\n")

    def mutation(self, text: str) -> mutate.Mutation:
        path = self.chapter / "mutations" / "uphill.txt"
        path.write_text(text)
        return mutate.read(path)

    def apply(self, text: str) -> str:
        copy = self.root / "copy"
        mutate.apply(self.mutation(text), self.root / "chapters", copy)
        return (copy / "01-line" / "model.h").read_text()

    def test_it_changes_the_copy_and_leaves_the_original(self) -> None:
        self.assertIn("w += rate * g;", self.apply(self.TEXT))
        self.assertIn("w -= rate * g;", (self.chapter / "model.h").read_text())

    def test_text_over_several_lines_and_marks_between(self) -> None:
        text = ("file: 01-line/model.h\nfind:\n// ANCHOR: right\nvoid step() {\n  w -= rate * g;\n"
                "// ANCHOR_END: right\nreplace:\nvoid step() {\ntest: x\n")
        self.assertEqual(self.apply(text), "void step() {\n}\n")

    def test_a_text_that_is_not_there_once_is_refused(self) -> None:
        with self.assertRaises(mutate.MutationError):
            self.apply(self.TEXT.replace("find: w -=", "find: v -="))
        (self.chapter / "model.h").write_text("w -= rate * g;\nw -= rate * g;\n")
        with self.assertRaises(mutate.MutationError):
            self.apply(self.TEXT)

    def test_a_mutation_that_changes_nothing_or_lacks_a_key_is_refused(self) -> None:
        with self.assertRaises(mutate.MutationError):
            self.apply(self.TEXT.replace("w +=", "w -="))
        with self.assertRaises(mutate.MutationError):
            self.apply(self.TEXT.replace("test: loss falls\n", ""))
        with self.assertRaises(mutate.MutationError):
            self.apply(self.TEXT.replace("model.h", "nothing.h"))

    def test_only_the_named_test_counts_as_catching_it(self) -> None:
        mutation = self.mutation(self.TEXT.replace("loss falls", "gradients"))
        self.assertTrue(mutate.check(mutation, run_catch.parse(FAILS))[0])
        self.assertFalse(mutate.check(mutation, run_catch.parse(PASSES))[0])
        self.assertFalse(mutate.check(mutation, run_catch.parse(CRASHES))[0])
        other = self.mutation(self.TEXT.replace("loss falls", "adds up"))
        self.assertFalse(mutate.check(other, run_catch.parse(FAILS))[0])


if __name__ == "__main__":
    unittest.main()
