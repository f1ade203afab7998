"""Tests of the book's tools: captured output, figures in pages, links both ways."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import api_filter
import book_capture as capture
import book_finish as finish
import book_preprocess as preprocess


class Capture(unittest.TestCase):
    KEPT = "ANCHOR: run\nepoch 3  loss 0.1234  right 9000\nANCHOR_END: run\n"

    def differences(self, now: str, rules: dict | None = None, kept: str = KEPT) -> list[str]:
        return capture.compare("output.txt", kept, now, rules or {})

    def test_the_same_is_the_same(self) -> None:
        self.assertEqual(self.differences(self.KEPT), [])

    def test_a_number_may_move_by_its_last_digit_but_no_further(self) -> None:
        self.assertEqual(self.differences(self.KEPT.replace("0.1234", "0.1235")), [])
        self.assertEqual(len(self.differences(self.KEPT.replace("0.1234", "0.1237"))), 1)

    def test_counts_keep_to_a_thousandth(self) -> None:
        self.assertEqual(self.differences(self.KEPT.replace("9000", "9008")), [])
        self.assertEqual(len(self.differences(self.KEPT.replace("9000", "9020"))), 1)
        self.assertEqual(len(self.differences(self.KEPT.replace("epoch 3", "epoch 4"))), 1)

    def test_words_may_not_change_and_spaces_may(self) -> None:
        self.assertEqual(len(self.differences(self.KEPT.replace("loss", "cost"))), 1)
        self.assertEqual(self.differences(self.KEPT.replace("3  loss", "3 loss")), [])

    def test_a_missing_line(self) -> None:
        self.assertEqual(len(self.differences("ANCHOR: run\n")), 1)

    def test_a_rule_loosens_its_own_section_only(self) -> None:
        now = self.KEPT.replace("0.1234", "0.1300")
        self.assertEqual(self.differences(now, {"run": capture.Tolerance(0.1)}), [])
        self.assertEqual(len(self.differences(now, {"other": capture.Tolerance(0.1)})), 1)

    def test_times_may_be_anything(self) -> None:
        kept = "took 1.5 s (time)\nANCHOR: time_all\n3.2\nANCHOR_END: time_all\n"
        self.assertEqual(self.differences(kept.replace("1.5", "9").replace("3.2", "8"), kept=kept), [])

    def test_a_machine_may_be_another(self) -> None:
        kept = "ANCHOR: machine_name\nEPYC\nANCHOR_END: machine_name\nEPYC\n"
        self.assertEqual(self.differences(kept.replace("EPYC", "Xeon", 1), kept=kept), [])
        self.assertEqual(len(self.differences(kept.replace("EPYC", "Xeon"), kept=kept)), 1)
        self.assertEqual(len(self.differences(kept.replace("ANCHOR_END", "END"), kept=kept)), 1)

    def test_rounding_noise_is_compared_by_size(self) -> None:
        kept = "worst 3.1e-10\n"
        self.assertEqual(self.differences("worst 8.0e-11\n", kept=kept), [])
        self.assertEqual(len(self.differences("worst 3.1e-3\n", kept=kept)), 1)

    def test_rules_are_read_and_nonsense_is_refused(self) -> None:
        path = Path(tempfile.mkdtemp()) / "tolerance.txt"
        path.write_text("training 0.02 0.005  # chaotic\nfigures/a.svg names\n")
        rules = capture.read_rules(path)
        self.assertEqual(rules["training"], capture.Tolerance(0.02, 0.005))
        self.assertTrue(rules["figures/a.svg"].names_only)
        path.write_text("training\n")
        with self.assertRaises(capture.CaptureError):
            capture.read_rules(path)

    def test_figures(self) -> None:
        kept, now = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
        drawing = '<svg><path d="M10 20L300 40"/><text>loss</text></svg>'
        (kept / "a.svg").write_text(drawing)
        (now / "a.svg").write_text(drawing.replace("300", "301"))
        self.assertEqual(capture.compare_figures(kept, now, {}), [])
        (now / "a.svg").write_text(drawing.replace("<svg>", '<svg id="t13d9">'))
        self.assertEqual(capture.compare_figures(kept, now, {}), [])
        (now / "a.svg").write_text(drawing.replace("300", "250"))
        self.assertEqual(len(capture.compare_figures(kept, now, {})), 1)
        self.assertEqual(capture.compare_figures(
            kept, now, {"figures/a.svg": capture.Tolerance(names_only=True)}), [])
        (now / "a.svg").write_text(drawing.replace("loss", "cost"))
        self.assertEqual(len(capture.compare_figures(kept, now, {})), 1)
        (now / "b.svg").write_text(drawing)
        self.assertIn("b.svg", capture.compare_figures(kept, now, {})[0])


class Pages(unittest.TestCase):
    def setUp(self) -> None:
        self.book = Path(tempfile.mkdtemp()).resolve() / "book"
        self.page = self.book / "01-line" / "index.html"
        (self.page.parent / "figures").mkdir(parents=True)
        self.page.write_text("<title>x</title><main>old</main>")

    def test_a_listing_is_named_after_its_file(self) -> None:
        (self.page.parent / "line.h").write_text("int x;")
        text = preprocess.name_listings("```cpp\n{{#include line.h:part}}\n```\n", self.page.parent)
        self.assertIn('<a href="line.h">line.h</a>', text)
        with self.assertRaises(preprocess.BookError):
            preprocess.name_listings("```cpp\n{{#include lines.h:part}}\n```\n", self.page.parent)

    def test_formulas_are_taken_out_and_put_in(self) -> None:
        text = "a $x_1$ b\n$$\ny\n$$\nand $x_1$ again"
        taken: dict[str, tuple[str, bool]] = {}
        bare = preprocess.take_formulas(text, taken)
        self.assertNotIn("$", bare)
        self.assertEqual([*taken.values()], [("x_1", False), ("\ny\n", True)])
        rendered = {name: f"<i>{tex.strip()}</i>" for name, (tex, _) in taken.items()}
        self.assertEqual(finish.put_formulas(bare, rendered),
                         "a <i>x_1</i> b\n<i>y</i>\nand <i>x_1</i> again")

    def test_what_is_code_is_no_formula(self) -> None:
        for text in ("```sh\n$HOME and $PATH\n```", "  ~~~\n$x$\n  ~~~", "`$a$` and ``$`b$``",
                     "<!-- $x$ -->", r"costs \$5 or \$6"):
            taken: dict[str, tuple[str, bool]] = {}
            self.assertEqual(preprocess.take_formulas(text, taken), text)
            self.assertEqual(taken, {})

    def test_formulas_are_rendered_with_mathml(self) -> None:
        answer = mock.Mock(returncode=0, stdout='{"a": "<math></math>"}')
        with mock.patch.object(preprocess.subprocess, "run", return_value=answer) as run:
            self.assertEqual(preprocess.render({"a": ("x", False)}), {"a": "<math></math>"})
        self.assertEqual(run.call_args.kwargs["input"], '{"a": ["x", false]}')

    def test_a_formula_that_katex_refuses_stops_the_book(self) -> None:
        answer = mock.Mock(returncode=1, stderr="in the formula x^{")
        with mock.patch.object(preprocess.subprocess, "run", return_value=answer):
            with self.assertRaisesRegex(preprocess.BookError, "in the formula"):
                preprocess.render({"a": ("x^{", False)})

    def test_a_comma_stays_with_a_short_formula(self) -> None:
        formulas = {"a": "<annotation>x</annotation>", "b": f"<annotation>{'x' * 40}</annotation>"}
        text = finish.put_formulas('<span class="formula-a"></span>, <span class="formula-b"></span>,', formulas)
        self.assertIn('<span class="keep"><annotation>x</annotation>,</span>', text)
        self.assertEqual(text.count("keep"), 1)

    def test_a_figure_is_put_into_the_page_with_its_words(self) -> None:
        (self.page.parent / "figures" / "a.svg").write_text(
            '<?xml version="1.0"?>\n<svg viewBox="0 0 1 1" role="img"><title>t</title><path/></svg>')
        text = finish.put_figures('<p><img src="figures/a.svg" alt="A &amp; B"></p>', self.page)
        self.assertIn('<svg viewBox="0 0 1 1" role="img" aria-label="A &amp; B"><path/></svg>', text)
        self.assertNotIn("<title>", text)

    def test_a_figure_as_mdbook_writes_it_with_a_caption(self) -> None:
        (self.page.parent / "figures" / "a.svg").write_text("<svg><path/></svg>")
        image = '<img src="figures/a.svg" title="Seen" alt="A line">'
        text = finish.put_figures(
            f'<p><label class="checkbox-label"><input type="checkbox">{image}'
            f'<span class="img-wrapper">{image}</span></label></p>', self.page)
        self.assertEqual(text, '<figure><div class="figure-box"><svg role="img" aria-label="A line">'
                               '<path/></svg></div><figcaption>Seen</figcaption></figure>')

    def test_a_chapter_shows_its_number(self) -> None:
        self.assertIn(">Chapter 1</p>\n<h1 id", finish.number_chapter('<h1 id="a">A</h1>', self.page))
        other = self.book / "map.html"
        self.assertEqual(finish.number_chapter("<h1>A</h1>", other), "<h1>A</h1>")

    def test_headers_link_to_their_pages(self) -> None:
        api = {"cairn/core/tensor.h": "tensor_8h.html"}
        text = finish.link_headers("<code>cairn/core/tensor.h</code>", self.page, self.book, api)
        self.assertIn('href="../../api/tensor_8h.html"', text)
        other = "<code>cairn/core/other.h</code>"
        self.assertEqual(finish.link_headers(other, self.page, self.book, api), other)

    def test_a_linked_source_gets_a_page_without_marks(self) -> None:
        project = self.book.parent
        for name in ("chapters/01-line/exercises/ex1.h", "tests/chapters/test_01.cpp"):
            (project / name).parent.mkdir(parents=True)
            (project / name).write_text("// ANCHOR: a\nstd::vector<int> x;\n// ANCHOR_END: a\n")
        wanted: dict[Path, Path] = {}
        with mock.patch.object(finish, "CHAPTERS", project / "chapters"):
            text = finish.finish_links(
                '<a href="exercises/ex1.h">stub</a> <a href="../../tests/chapters/test_01.cpp">t</a>',
                self.page, self.book, wanted)
            for target, file in wanted.items():
                finish.write_source_page(file, target)
        self.assertIn('href="../01-line/exercises-ex1.h.html"', text)
        self.assertIn('href="../01-line/tests-chapters-test_01.cpp.html"', text)
        self.assertEqual(len(wanted), 2)
        shown = (self.page.parent / "exercises-ex1.h.html").read_text()
        self.assertIn("std::vector&lt;int&gt; x;", shown)
        self.assertNotIn("ANCHOR", shown)

    def test_a_link_to_a_chapter_leads_to_its_page(self) -> None:
        text = finish.finish_links('<a href="../01-line/README.html#why">x</a>', self.page, self.book, {})
        self.assertEqual(text, '<a href="../01-line/index.html#why">x</a>')

    def test_the_contents_work_from_a_chapter_and_show_its_sections(self) -> None:
        nav = ('<nav id="contents"><ol><li><span class="chapter-link-wrapper">'
               '<a href="01-line/index.html">A line</a></span></li></ol></nav>'
               '<h2 id="why"><a class="header" href="#why">Why</a></h2>')
        text = finish.finish_contents(nav, self.page, self.book)
        self.assertIn('<a href="../01-line/index.html" aria-current="page">', text)
        self.assertIn('<li><a href="#why">Why</a></li>', text)

    def test_the_api_links_chapters_that_are_written(self) -> None:
        chapters = Path(tempfile.mkdtemp())
        (chapters / "04-mlp").mkdir()
        (chapters / "04-mlp" / "README.md").write_text("x")
        self.assertIn('<a href="../book/04-mlp/index.html">chapter 4</a>',
                      api_filter.link("/// Derived in chapter 4.", chapters))
        for line in ("/// Derived in chapter 9.", 'const char* s = "chapter 4";'):
            self.assertEqual(api_filter.link(line, chapters), line)


if __name__ == "__main__":
    unittest.main()
