"""Breaks a small book in every way that check_book.py looks for, and sees it found."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import check_book
from pages import Book

PARTS = 15

README = """# A line

Here a **weight** is defined. {words}

## What you will build

```console
$ build/bin/chapter-01
```

```text
{{{{#include output.txt:run}}}}
```

The loss is {{{{#include numbers.txt:loss}}}}, as $y = w x$ says, and `cairn/core/tensor.h` has it.

$$
y = w x
$$

| quantity | shape |
|---|---|
| $\\lVert w \\rVert$ | $n$ |

{listings}

{figures}

## Exercises

{exercises}

## Summary

The next chapter goes on; see [notation](../notation.md#letters).
"""


def listing(i: int) -> str:
    return f"```cpp\n{{{{#include line.h:part{i}}}}}\n```\n"


class BrokenBook(unittest.TestCase):
    """Each test breaks one thing; `assert_found` sees that one check, and only it, speaks."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name).resolve()
        self.write("chapters/SUMMARY.md", "[A](01-line/README.md) [B](notation.md) [C](glossary.md) [D](02-curve/README.md)")
        self.write("chapters/notation.md", "# Notation\n\n## Letters\n")
        self.write("chapters/glossary.md", "# Glossary\n\n**weight**: a number.\n\n**curve**: not a line.\n")
        self.write("src/cairn/core/tensor.h", "")
        (self.root / "tests/chapters").mkdir(parents=True)
        self.chapter("01-line", "weight")
        self.chapter("02-curve", "curve")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def chapter(self, name: str, term: str) -> None:
        here = f"chapters/{name}"
        names = [f"ex{i}_do" for i in range(1, 5)]
        self.write(f"{here}/README.md", README.format(
            words="word " * 4200,
            listings="\n".join(listing(i) for i in range(PARTS)),
            figures="\n\n".join(f"![A line that rises to the right](figures/f{i}.svg)" for i in range(4)),
            exercises="\n".join(f"- ★ Do it: [stub](exercises/{n}.h), [solution](solutions/{n}.h)" for n in names)
            + "\n- ★★ Think.\n- ★★★ Think more.").replace("**weight**", f"**{term}**"))
        self.write(f"{here}/line.h", "#include <vector>\n" + "".join(
            f"// ANCHOR: part{i}\nint part{i}();\n// ANCHOR_END: part{i}\n" for i in range(PARTS)))
        self.write(f"{here}/output.txt", "ANCHOR: run\nepoch 1  loss 0.5\nANCHOR_END: run\n")
        self.write(f"{here}/numbers.txt", "ANCHOR: loss\n0.5\nANCHOR_END: loss\n")
        for i in range(4):
            self.write(f"{here}/figures/f{i}.svg", "<svg/>")
        for n in names:
            self.write(f"{here}/exercises/{n}.h", "")
            self.write(f"{here}/solutions/{n}.h", "")
        for bug in ("sign", "scale"):
            self.write(f"{here}/mutations/{bug}.txt", "file: line.h\n")
        self.write(f"{here}/CMakeLists.txt", "".join(f"cairn_add_exercise({name[:2]} {n})\n" for n in names))

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def page(self, old: str, new: str) -> None:
        self.edit("chapters/01-line/README.md", old, new)

    def found(self) -> dict[str, list[str]]:
        book = Book(self.root)
        said = {check.__name__: [str(p) for p in check(book)] for check in check_book.CHECKS}
        return {name: problems for name, problems in said.items() if problems}

    def assert_found(self, check: str, text: str) -> None:
        found = self.found()
        self.assertEqual(list(found), [check], found)
        self.assertTrue(any(text in problem for problem in found[check]), found)

    def test_the_unbroken_book_is_clean(self) -> None:
        self.assertEqual(self.found(), {})

    def test_cpp_typed_into_a_listing(self) -> None:
        self.page(listing(0), listing(0).replace("{{#", "int x = 1;\n{{#"))
        self.assert_found("typed_code", "int x = 1;")

    def test_cpp_typed_under_another_name(self) -> None:
        self.page("$ build/bin/chapter-01", "std::vector<double> w(3);")
        self.assert_found("typed_code", "looks like typed C++")

    def test_a_block_without_a_language(self) -> None:
        self.page("```console", "```")
        self.assert_found("typed_code", "a block of ''")

    def test_typed_output(self) -> None:
        self.page("{{#include output.txt:run}}\n", "{{#include output.txt:run}}\nloss 0.25\n")
        self.assert_found("typed_code", "typed output")

    def test_an_empty_block(self) -> None:
        self.page("$ build/bin/chapter-01\n", "")
        self.assert_found("blocks_whole", "empty")

    def test_a_block_that_is_never_closed(self) -> None:
        path = self.root / "chapters/notation.md"
        path.write_text("# Notation\n\n## Letters\n\n```console\n$ ls\n")
        self.assert_found("blocks_whole", "never closed")

    def test_a_missing_file(self) -> None:
        self.page("numbers.txt:loss", "number.txt:loss")
        self.assertIn("includes number.txt, which is not there", str(self.found()["directives"]))

    def test_a_renamed_anchor(self) -> None:
        self.edit("chapters/01-line/line.h", "ANCHOR: part3", "ANCHOR: part_three")
        self.edit("chapters/01-line/line.h", "ANCHOR_END: part3", "ANCHOR_END: part_three")
        found = self.found()
        self.assertEqual(sorted(found), ["anchors_used", "directives"])
        self.assertIn("no anchor part3 in line.h", found["directives"][0])

    def test_a_misspelt_directive(self) -> None:
        self.page("The loss is", "The {{include numbers.txt:loss}} loss is")
        self.assert_found("directives", "not an include")

    def test_an_include_by_line_numbers(self) -> None:
        self.page("The loss is", "The {{#include numbers.txt:2:2}} loss is")
        self.assert_found("directives", "line number")

    def test_a_whole_file_with_marks_in_it(self) -> None:
        self.page("The loss is", "The {{#include numbers.txt}} loss is")
        self.assert_found("directives", "its ANCHOR marks too")

    def test_an_anchor_that_is_never_closed(self) -> None:
        self.edit("chapters/01-line/line.h", "// ANCHOR_END: part3\n", "")
        self.assertIn("part3 is never closed", str(self.found()["anchors_set"]))

    def test_an_anchor_twice(self) -> None:
        self.edit("chapters/01-line/line.h", "#include", "// ANCHOR: part2\nint x;\n// ANCHOR_END: part2\n#include")
        self.assert_found("anchors_set", "part2 is there twice")

    def test_an_anchor_with_nothing_in_it(self) -> None:
        self.edit("chapters/01-line/line.h", "int part2();\n", "\n")
        self.assert_found("anchors_set", "part2 holds nothing")

    def test_an_anchor_no_page_shows(self) -> None:
        self.edit("chapters/01-line/output.txt", "ANCHOR: run", "ANCHOR: spare\n1\nANCHOR_END: spare\nANCHOR: run")
        self.assert_found("anchors_used", "no page shows anchor spare")

    def test_an_anchor_in_a_test_that_no_page_shows(self) -> None:
        self.write("tests/chapters/test_01.cpp", "// ANCHOR: proof\nint x;\n// ANCHOR_END: proof\n")
        self.assert_found("anchors_used", "no page shows anchor proof")

    def test_a_wide_listing(self) -> None:
        self.edit("chapters/01-line/line.h", "int part2();", "int part2();  // " + "x" * 80)
        self.assert_found("widths", "listing of")

    def test_an_odd_dollar(self) -> None:
        self.page("as $y = w x$ says", "as $y = w x says")
        self.assert_found("formulas", "odd number of dollars")

    def test_a_formula_over_two_lines_is_fine(self) -> None:
        self.page("as $y = w x$ says", "as $y =\nw x$ says")
        self.assertEqual(self.found(), {})

    def test_a_display_formula_in_the_middle_of_text(self) -> None:
        self.page("$$\ny = w x\n$$\n", "so $$\ny = w x\n$$\n")
        self.assertIn("line of its own", str(self.found()["formulas"]))
        self.page("so $$\ny = w x\n$$\n", "$$\ny = w x\n$$\nand on\n")
        self.assert_found("formulas", "empty line around")

    def test_a_bar_in_a_formula_of_a_table(self) -> None:
        self.page("$\\lVert w \\rVert$", "$|w|$")
        self.assert_found("formulas", "cuts the table")

    def test_a_broken_link(self) -> None:
        self.page("../notation.md#letters", "../notations.md")
        self.assert_found("links", "not there")

    def test_a_link_to_a_heading_that_is_not_there(self) -> None:
        self.page("#letters", "#numbers")
        self.assert_found("links", "no such heading")

    def test_a_missing_image_and_one_without_words(self) -> None:
        self.page("figures/f1.svg", "figures/f9.svg")
        self.assert_found("links", "f9.svg")
        self.page("figures/f9.svg", "figures/f1.svg")
        self.page("![A line that rises to the right](figures/f1.svg)", "![](figures/f1.svg)")
        self.assert_found("links", "alt text")

    def test_an_image_from_a_network(self) -> None:
        self.page("(figures/f1.svg)", "(https://example.org/f1.svg)")
        self.assert_found("links", "from a network")

    def test_code_that_includes_a_later_chapter(self) -> None:
        self.edit("chapters/01-line/line.h", "#include <vector>", '#include "02-curve/line.h"')
        self.assert_found("forward_references", "chapter 1 includes chapter 02")

    def test_a_test_that_includes_a_later_chapter(self) -> None:
        self.write("tests/chapters/test_01.cpp", '#include "02-curve/line.h"\n')
        self.assert_found("forward_references", "chapter 1 includes chapter 02")

    def test_text_that_leans_on_a_later_chapter(self) -> None:
        for promise in ("as chapter 2 will show", "as a later chapter shows",
                        "see [there](../02-curve/README.md)", "Chapters 1 and 7 have it"):
            with self.subTest(promise):
                self.page("The loss is", f"{promise}. The loss is")
                self.assert_found("forward_references", "later chapter")
                self.page(f"{promise}. The loss is", "The loss is")

    def test_looking_back_is_fine(self) -> None:
        self.edit("chapters/02-curve/README.md", "The loss is", "See [chapter 1](../01-line/README.md). The loss is")
        self.assertEqual(self.found(), {})

    def test_chapter_code_that_uses_the_library(self) -> None:
        self.edit("chapters/01-line/line.h", "<vector>", "<cairn/core/tensor.h>")
        self.assert_found("code_stands_alone", "does not use")

    def test_an_exercise_whose_solution_is_not_linked(self) -> None:
        self.page("[solution](solutions/ex2_do.h)", "none")
        self.assert_found("exercises", "does not link solutions/ex2_do.h")

    def test_an_exercise_that_is_not_built(self) -> None:
        self.edit("chapters/01-line/CMakeLists.txt", "cairn_add_exercise(01 ex2_do)", "")
        self.assert_found("exercises", "ex2_do is not built")

    def test_a_chapter_that_is_too_short(self) -> None:
        self.page("word " * 500, "")
        self.assert_found("shape", "words")

    def test_a_chapter_without_planted_bugs(self) -> None:
        (self.root / "chapters/01-line/mutations/sign.txt").unlink()
        self.assert_found("shape", "1 planted bugs")

    def test_a_term_defined_twice_or_missing_in_the_glossary(self) -> None:
        self.page("The loss is", "A **weight** again. The loss is")
        self.assert_found("terms", "bold already")
        self.page("A **weight** again.", "A **slope** too.")
        self.assert_found("terms", "the glossary lacks 'slope'")

    def test_a_page_that_the_contents_do_not_list(self) -> None:
        self.write("chapters/more.md", "# More\n")
        self.assert_found("summary", "does not list more.md")

    def test_a_header_that_the_library_does_not_have(self) -> None:
        self.page("cairn/core/tensor.h", "cairn/core/tensors.h")
        self.assert_found("library_headers", "cairn/core/tensors.h")


if __name__ == "__main__":
    unittest.main()
