"""Tests of mutant.py on a library of one function: what it must accept and refuse."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

import mutant
from mutate import MutationError

COMPILER = os.environ.get("CXX", "c++")

HEADER = "inline int half_of_it() { return 21; }\n"
SOURCE = """#include <cairn/half.h>
int answer() { return half_of_it() + half_of_it(); }
"""

# Reports as Catch2 does. The only test case is "forty-two"; "crash" is one that crashes
# where the answer is wrong.
PROGRAM = """#include <cstdio>
#include <cstdlib>
#include <cstring>
int answer();
int main(int count, char** arguments) {
  const char* cases = count > 3 ? arguments[3] : "";
  const bool good = answer() == 42, crash = std::strcmp(cases, "crash") == 0;
  if (crash && !good) std::abort();
  const bool runs = crash || std::strcmp(cases, "forty-two") == 0;
  if (runs) {
    std::printf("<Catch><TestCase name='%s'><OverallResult success='%s'/></TestCase>", cases,
                good ? "true" : "false");
  } else {
    std::printf("<Catch>");
  }
  std::printf("<OverallResults successes='%d' failures='%d'/></Catch>", runs && good,
              runs && !good);
  return runs && !good ? 1 : 0;
}
"""


class Mutant(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.root = root = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, root)
        (root / "src" / "cairn").mkdir(parents=True)
        (root / "src" / "cairn" / "half.h").write_text(HEADER)
        source = root / "src" / "cairn" / "answer.cpp"
        source.write_text(SOURCE)
        (root / "main.cpp").write_text(PROGRAM)
        command = f"{COMPILER} -I{root}/src -fPIC -o answer.o -c {source}"
        for line in (
            command,
            f"{COMPILER} -shared -Wl,-soname,libanswer.so.0 -o libanswer.so.0 answer.o",
            # RUNPATH, as CMake writes it for programs of the build: LD_LIBRARY_PATH goes before.
            f"{COMPILER} -o test-answer main.cpp libanswer.so.0 "
            f"-Wl,--enable-new-dtags,-rpath,{root}",
        ):
            subprocess.run(line.split(), cwd=root, check=True)
        (root / "commands.json").write_text(
            json.dumps([{"directory": str(root), "command": command, "file": str(source)}]))
        (root / "build.json").write_text(json.dumps({
            "sources": f"{root}/src", "commands": f"{root}/commands.json", "launcher": [],
            "link": [COMPILER, "-shared"], "objects": [f"{root}/./answer.o"], "libraries": [],
            "soname": "libanswer.so.0", "programs": str(root), "work": f"{root}/work"}))

    def examine(self, find: str, replace: str, test: str = "answer: forty-two",
                file: str = "answer.cpp") -> tuple[bool, str]:
        mutation = mutant.Mutation("m", "because", file, find, replace, test)
        return mutant.examine(mutation, mutant.read_build(self.root / "build.json"))

    def test_a_fault_is_caught_and_the_library_is_left_as_it_was(self) -> None:
        caught, said = self.examine("() + half", "() - half")
        self.assertTrue(caught, said)
        self.assertIn("caught by 'answer: forty-two'", said)
        self.assertEqual((self.root / "src/cairn/answer.cpp").read_text(), SOURCE)
        self.assertFalse((self.root / "work" / "m").exists())

    def test_a_fault_in_a_header_reaches_the_sources_that_include_it(self) -> None:
        self.assertTrue(self.examine("21", "22", file="half.h")[0])

    def test_a_change_without_effect_is_not_caught(self) -> None:
        caught, said = self.examine("half_of_it() + half_of_it()", "2 * half_of_it()")
        self.assertFalse(caught)
        self.assertIn("NOT caught", said)

    def test_a_crash_is_no_catch(self) -> None:
        caught, said = self.examine("() + half", "() - half", "answer: crash")
        self.assertFalse(caught)
        self.assertIn("signal 6", said)

    def test_a_test_that_does_not_exist_catches_nothing(self) -> None:
        caught, said = self.examine("() + half", "() - half", "answer: forty-three")
        self.assertFalse(caught)
        self.assertIn("no assertion ran", said)

    def test_a_test_that_fails_anyway_catches_nothing(self) -> None:
        broken = self.root / "test-broken"
        broken.write_text("#!/bin/sh\necho \"<Catch><OverallResults successes='0' failures='1'/>"
                          "</Catch>\"\nexit 1\n")
        os.chmod(broken, stat.S_IRWXU)
        caught, said = self.examine("() + half", "() - half", "broken: forty-two")
        self.assertFalse(caught)
        self.assertIn("must pass without the fault", said)

    def test_a_text_that_is_not_there_once_is_an_error(self) -> None:
        for find in ("thirds", "half_of_it"):
            with self.assertRaisesRegex(MutationError, "times in answer.cpp, not once"):
                self.examine(find, "x")

    def test_what_does_not_compile_or_link_is_an_error(self) -> None:
        with self.assertRaisesRegex(MutationError, "does not build"):
            self.examine("return half", "return one_half")
        with self.assertRaisesRegex(MutationError, "does not build"):
            self.examine("int answer()", "int half_of_it(int); static_assert(false); int a()")

    def test_a_file_outside_the_library_is_an_error(self) -> None:
        with self.assertRaisesRegex(MutationError, "there is no file"):
            self.examine("a", "b", file="nothing.cpp")
        (self.root / "src" / "cairn" / "unused.h").write_text("int unused;\n")
        with self.assertRaisesRegex(MutationError, "is, or includes"):
            self.examine("unused", "used", file="unused.h")


class List(unittest.TestCase):
    TEXT = """[one]
why = "w"
file = "f"
find = "a"
replace = "b"
test = "s: t"
"""

    def read(self, text: str) -> dict[str, mutant.Mutation]:
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(text)
            file.flush()
            return mutant.read_mutations(Path(file.name))

    def test_it_is_read(self) -> None:
        self.assertEqual(self.read(self.TEXT)["one"],
                         mutant.Mutation("one", "w", "f", "a", "b", "s: t"))

    def test_faults_of_the_list_are_errors(self) -> None:
        for wrong in (self.TEXT.replace('"b"', '"a"'), self.TEXT.replace('find = "a"\n', ""),
                      self.TEXT + 'fnd = "x"\n', self.TEXT.replace("s: t", "t")):
            with self.assertRaises(MutationError):
                self.read(wrong)

    def test_the_projects_own_names_are_such_as_cmake_finds(self) -> None:
        for name in mutant.read_mutations(Path(__file__).with_name("mutations.toml")):
            self.assertRegex(name, r"^[a-z0-9-]+$")


if __name__ == "__main__":
    unittest.main()
