"""Each rule is shown a tree that breaks it."""
import tempfile
import unittest
from pathlib import Path

import check_house


class Rules(unittest.TestCase):
    def breaches(self, check, path: str, text: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(text)
            return list(check(Path(folder)))

    def test_an_arrow_that_runs_back(self):
        for path, header in (("core/a.h", "ops/b.h"), ("plot/a.h", "core/b.h"), ("data/a.cpp", "nn/b.h")):
            found = self.breaches(check_house.arrows, f"src/cairn/{path}", f"#include <cairn/{header}>\n")
            self.assertEqual(len(found), 1, path)

    def test_arrows_that_run_forward(self):
        text = "#include <cairn/export.h>\n#include <cairn/core/tensor.h>\n"
        self.assertEqual(self.breaches(check_house.arrows, "src/cairn/train/a.h", text), [])

    def test_a_file_that_is_too_long(self):
        self.assertEqual(len(self.breaches(check_house.sizes_and_guards, "src/a.cpp", "\n" * 401)), 1)
        self.assertEqual(self.breaches(check_house.sizes_and_guards, "src/a.cpp", "\n" * 400), [])

    def test_a_header_without_guard(self):
        self.assertEqual(len(self.breaches(check_house.sizes_and_guards, "src/a.h", "int x;\n")), 1)

    def test_a_name_that_catch_would_not_find(self):
        for name in ("a [b]", "a, b", "a*"):
            found = self.breaches(check_house.test_names, "tests/a.cpp", f'TEST_CASE("{name}") {{}}\n')
            self.assertEqual(len(found), 1, name)

    def test_two_of_one_name(self):
        found = self.breaches(check_house.test_names, "tests/a.cpp", 'TEST_CASE("a") {}\nTEST_CASE("a") {}\n')
        self.assertEqual(len(found), 2)


if __name__ == "__main__":
    unittest.main()
