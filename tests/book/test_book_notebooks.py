"""Notebooks as pages of the book: cells, outputs, links both ways, what has to be run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import book_notebooks as notebooks

SVG = "<svg xmlns='x'><title>T</title><desc>Two lines\n that [fall].</desc></svg>"


def code(source: str, *outputs: dict) -> dict:
    return {"cell_type": "code", "id": "draw", "source": source, "outputs": list(outputs)}


def stream(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data: str) -> dict:
    return {"output_type": "display_data", "data": {k.replace("_", "/", 1): v for k, v in data.items()}}


class Pages(unittest.TestCase):
    def setUp(self) -> None:
        self.figures = Path(tempfile.mkdtemp()) / "figures"

    def page(self, *cells: dict) -> str:
        title = {"cell_type": "markdown", "id": "title", "source": ["# Title\n", "\n", "Text."]}
        return notebooks.PageWriter({"cells": [title, *cells]}, "a.ipynb", self.figures).write()

    def test_text_code_and_what_it_printed(self) -> None:
        page = self.page(code("f();", stream("one\n"), stream("two\n")))
        self.assertTrue(page.startswith("# Title\n\nText.\n\n" + notebooks.HOW))
        self.assertIn("```cpp\nf();\n```\n\n```text\none\ntwo\n```", page)

    def test_a_fence_that_the_output_does_not_end(self) -> None:
        self.assertIn("````text\n```\n````", self.page(code("f();", stream("```\n"))))

    def test_pictures_stand_where_they_were_shown(self) -> None:
        page = self.page(code("f();", stream("a\n"), shown(**{"image_svg+xml": SVG}), stream("b\n")))
        order = [page.index(part) for part in ("\na\n", "![", "\nb\n")]
        self.assertEqual(order, sorted(order))
        self.assertIn(r"![Two lines that \[fall\].](notebook-draw-2.svg)", page)
        self.assertEqual((self.figures / "notebook-draw-2.svg").read_text(), SVG)

    def test_a_png_and_a_piece_of_a_page(self) -> None:
        page = self.page(code("f();", shown(image_png="aGFsbG8=\n"), shown(text_html="<b>\n\nx</b>")))
        self.assertIn('src="data:image/png;base64,aGFsbG8="', page)
        self.assertIn('<div class="cell-html"><b>\nx</b></div>', page)

    def test_a_cell_that_failed_is_not_shown(self) -> None:
        with self.assertRaisesRegex(notebooks.NotebookError, "cell draw: went wrong"):
            self.page(code("f();", {"output_type": "error", "ename": "E", "evalue": "went wrong"}))

    def test_links_between_notebooks_and_chapters(self) -> None:
        text = "[a](../chapters/01-linear-regression/README.md) [b](02-logistic-regression.ipynb) [c](00-tour.ipynb)"
        self.assertEqual(notebooks.page_links(text),
                         "[a](../01-linear-regression/README.md) [b](../02-logistic-regression/notebook.md) "
                         "[c](../tour.md)")
        self.assertEqual(notebooks.chapter_links("[n](../../notebooks/00-tour.ipynb)", "01-a/README.md"),
                         "[n](../tour.md)")
        self.assertEqual(notebooks.chapter_links("[n](../notebooks/00-tour.ipynb)", "index.md"), "[n](tour.md)")

    def test_each_notebook_has_its_place(self) -> None:
        chapter = {"name": "Linear regression", "content": "", "number": [1], "sub_items": [],
                   "path": "01-linear-regression/README.md"}
        items = [{"PartTitle": "Foundations"}, {"Chapter": chapter}]
        with mock.patch.object(notebooks, "rendered", side_effect=lambda name: f"the page of {name}"):
            items = notebooks.add_pages(items)
        self.assertEqual([item.get("Chapter", {}).get("path") for item in items],
                         ["tour.md", None, "01-linear-regression/README.md"])
        page = chapter["sub_items"][0]["Chapter"]
        self.assertEqual((page["path"], page["number"]), ("01-linear-regression/notebook.md", [1, 1]))


class Stale(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        (self.root / "notebooks").mkdir()
        self.notebook, self.run_of_it = self.root / "notebooks" / "a.ipynb", self.root / "run.ipynb"
        for patch in (mock.patch.object(notebooks, "ROOT", self.root),
                      mock.patch.object(notebooks, "NOTEBOOKS", self.root / "notebooks")):
            patch.start()
            self.addCleanup(patch.stop)

    def stale(self, source: str = "f();", ran: str = "f();", *outputs: dict) -> bool:
        for path, text, found in ((self.notebook, source, ()), (self.run_of_it, ran, outputs)):
            path.write_text(json.dumps({"cells": [code(text, *found)]}))
        return notebooks.is_stale(self.notebook, self.run_of_it)

    def test_a_fresh_run(self) -> None:
        self.assertFalse(self.stale())

    def test_no_run(self) -> None:
        self.notebook.write_text("{}")
        self.assertTrue(notebooks.is_stale(self.notebook, self.run_of_it))

    def test_another_text(self) -> None:
        self.assertTrue(self.stale("g();"))

    def test_a_run_that_failed(self) -> None:
        self.assertTrue(self.stale("f();", "f();", {"output_type": "error", "evalue": "x"}))

    def test_a_header_that_is_newer(self) -> None:
        self.stale()
        header = self.root / "notebooks" / "setup.hpp"
        header.write_text("")
        os.utime(header, (2e9, 2e9))
        self.assertTrue(notebooks.is_stale(self.notebook, self.run_of_it))


if __name__ == "__main__":
    unittest.main()
