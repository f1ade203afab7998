"""Each rule of lint_notebooks.py finds what it is there for, and nothing in a good notebook."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import lint_notebooks as lint

GOOD = ["#include \"setup.hpp\"", "#include <cmath>\n#include <vector>",
        "double half(double x) {\n  const auto f = [&](double y) { return y * x; };\n  return f(0.5);\n}",
        "struct Point {\n  double x = 0, y = 0;\n};", "Point origin{1, 2};\nint steps = 3;",
        "for (int i = 0; i < 3; ++i) {\n  std::cout << \"[a] { ; // \" << i;\n}\nif (half(2) > 0) std::cout << '{';",
        "{\n  int steps = 4;\n  const auto twice = [&](int n) { return 2 * n; };\n  auto [a, b] = std::pair(1, 2);\n"
        "  check(twice(steps) == 8, \"twice; {\");\n}"]


def notebook(code: list[str] | None = None, **change) -> dict:
    cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Title\n", "\n", "**Try it:** do."]}]
    for i, source in enumerate(GOOD if code is None else code):
        cells.append({"cell_type": "code", "execution_count": None, "id": f"cell-{i}", "metadata": {},
                      "outputs": [], "source": source.splitlines(keepends=True)})
    book = {"cells": cells, "metadata": {"kernelspec": dict(lint.KERNELSPEC)}, "nbformat": 4, "nbformat_minor": 5}
    book.update(change)
    return book


class LintTest(unittest.TestCase):
    def found(self, book: dict, text: str | None = None) -> set[str]:
        """The names of the rules that find something."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.ipynb"
            path.write_text(text or json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            read = lint.Notebook(path)
            return {rule.__name__ for rule in lint.RULES if list(rule(read))}

    def with_cell(self, source: str) -> set[str]:
        return self.found(notebook(GOOD + [source]))

    def test_a_good_notebook_passes(self):
        self.assertEqual(self.found(notebook()), set())

    def test_the_kernelspec_is_exact(self):
        self.assertIn("metadata", self.found(notebook(metadata={"kernelspec": {**lint.KERNELSPEC, "name": "xcpp14"}})))

    def test_an_editors_metadata(self):
        self.assertIn("metadata", self.found(notebook(metadata={"kernelspec": lint.KERNELSPEC, "toc": {}})))

    def test_the_format_is_stated(self):
        self.assertIn("metadata", self.found(notebook(nbformat_minor=4)))

    def test_outputs_and_counts_are_stripped(self):
        for key, value in (("outputs", [{"output_type": "stream"}]), ("execution_count", 3), ("metadata", {"a": 1})):
            book = notebook()
            book["cells"][1][key] = value
            self.assertEqual(self.found(book), {"stripped"})

    def test_it_is_written_in_one_way(self):
        self.assertEqual(self.found({}, json.dumps(notebook(), indent=2) + "\n"), {"canonical"})

    def test_ids(self):
        for name in ("title", "Cell", "", "0a1b2c3d", "a1b2c3d4"):
            book = notebook()
            book["cells"][2]["id"] = name
            self.assertEqual(self.found(book), {"ids"}, name)

    def test_the_first_cell(self):
        self.assertEqual(self.found(notebook(["#include <cmath>", *GOOD])), {"first_cell"})

    def test_magic(self):
        for line in ("%timeit half(2);", "!ls", "?half"):
            self.assertIn("magic", self.with_cell(line), line)

    def test_an_include_beside_code(self):
        self.assertEqual(self.with_cell("#include <map>\nint n = 3;"), {"includes"})

    def test_an_include_that_is_indented(self):
        self.assertEqual(self.with_cell("  #include <map>"), {"includes"})

    def test_other_directives(self):
        self.assertEqual(self.with_cell("#define N 3"), {"includes"})

    def test_two_functions(self):
        self.assertEqual(self.with_cell("int f() { return 1; }\nint g() { return 2; }"), {"one_definition"})

    def test_a_function_after_a_statement(self):
        self.assertEqual(self.with_cell("int n = 3;\nstd::vector<int> f(const int& a) { return {a}; }"),
                         {"one_definition"})

    def test_a_struct_and_a_function(self):
        self.assertEqual(self.with_cell("struct A { int n; };\nint f() { return 1; }"), {"one_definition"})

    def test_a_template_and_more(self):
        self.assertEqual(self.with_cell("template <class T>\nT f(T a) { return a; }\nint n = 3;"), {"one_definition"})

    def test_a_lambda_at_the_top(self):
        self.assertEqual(self.with_cell("auto f = [&](int a) { return a; };"), {"lambdas"})

    def test_a_lambda_in_a_call_at_the_top(self):
        self.assertEqual(self.with_cell("apply([](int a) { return a; }, 3);"), {"lambdas"})

    def test_a_lambda_in_a_call_in_a_block(self):
        self.assertEqual(self.with_cell("{\n  apply(3, [&](int a) { return a; });\n}"), {"lambdas"})

    def test_a_lambda_in_a_call_in_a_function_is_fine(self):
        self.assertEqual(self.with_cell("void g() {\n  apply(3, [&](int a) { return a; });\n}"), set())

    def test_a_binding_at_the_top(self):
        self.assertEqual(self.with_cell("auto [a, b] = std::pair(1, 2);"), {"bindings"})

    def test_a_constant_or_a_static_at_the_top(self):
        for source in ("const int n = 3;", "static int n = 3;"):
            self.assertEqual(self.with_cell(source), {"storage"}, source)
        self.assertEqual(self.with_cell("{\n  const int n = 3;\n}"), set())

    def test_no_semicolon(self):
        self.assertEqual(self.with_cell("half(3)"), {"endings"})

    def test_a_name_defined_twice(self):
        for again in ("int steps = 5;", "Point origin;", "double half(int x) { return x / 2.0; }"):
            self.assertEqual(self.with_cell(again), {"names_once"}, again)

    def test_symbols_that_are_not_found(self):
        self.assertEqual(self.with_cell("{\n  std::async(f);\n}"), {"unresolved"})

    def test_printf(self):
        self.assertEqual(self.with_cell('std::printf("x");'), {"printing"})

    def test_a_long_line(self):
        self.assertEqual(self.with_cell("int n" + "n" * 90 + " = 3;"), {"widths"})

    def test_content(self):
        book = notebook()
        book["cells"][0]["source"] = ["Title"]
        self.assertEqual(self.found(book), {"content"})
        self.assertEqual(self.found(notebook([GOOD[0], "int n = 3;"])), {"content"})
        self.assertIn("content", self.with_cell(""))

    def test_a_broken_link(self):
        book = notebook()
        book["cells"][0]["source"].append(" [there](nowhere.md)")
        self.assertEqual(self.found(book), {"links"})

    def test_the_projects_own_notebooks_are_looked_at(self):
        names = {path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}
        self.assertLessEqual({"00-tour.ipynb", "01-linear-regression.ipynb"}, names)


if __name__ == "__main__":
    unittest.main()
