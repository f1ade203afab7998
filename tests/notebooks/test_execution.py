"""The notebooks run from top to bottom, and a check in a cell fails when it should.

Needs the kernel xcpp17 and the built library; run.py starts this where they are. The
engine is that of CAIRN_KERNEL_ENGINE.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import nbformat
from cairn_kernel.execute import execute

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ENGINE = os.environ.get("CAIRN_KERNEL_ENGINE") or "cling"


class Failed(Exception):
    """A notebook did not run to its end; the text has the cell and the error."""


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path` with its outputs."""
    with tempfile.TemporaryDirectory() as folder:
        error = execute(path, Path(folder))
        if error is not None:
            raise Failed(re.sub(r"\x1b\[[0-9;]*m", "", error))
        return nbformat.read(Path(folder, path.name), as_version=4)


def outputs(book: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(book: nbformat.NotebookNode) -> str:
    return "".join(o.text for o in outputs(book) if o.output_type == "stream")


class Notebooks(unittest.TestCase):
    """One test for each notebook is added below."""


def test_of(path: Path):
    def test(self: unittest.TestCase) -> None:
        book = run(path)
        ran = [cell for cell in book.cells if cell.cell_type == "code"]
        self.assertTrue(all(cell.execution_count for cell in ran), "a cell did not run")
        self.assertIn("Cairn as built in", printed(book))
        self.assertIn("checked: ", printed(book))
        shown = [o for o in outputs(book) if o.output_type == "display_data"]
        self.assertGreater(len(shown), 0, "no picture")
        for output in shown:
            self.assertTrue(set(output.data) & {"image/svg+xml", "image/png", "text/html"})
    return test


for _path in NOTEBOOKS:
    setattr(Notebooks, "test_" + _path.stem.replace("-", "_"), test_of(_path))


class SmallNotebooks(unittest.TestCase):
    folder = ROOT / "notebooks"  # that of the headers for cells

    def run_cells(self, *sources: str) -> nbformat.NotebookNode:
        """A notebook of these cells with its outputs."""
        book = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)],
            metadata={"kernelspec": {"display_name": "C++17", "language": "C++17", "name": "xcpp17"}})
        descriptor, name = tempfile.mkstemp(suffix=".ipynb", dir=self.folder)
        os.close(descriptor)
        try:
            nbformat.write(book, name)
            return run(Path(name))
        finally:
            os.unlink(name)


class Cells(SmallNotebooks):
    """In the project's own folder."""

    def test_there_is_a_notebook_for_each_chapter_and_a_tour(self) -> None:
        names = {path.stem for path in NOTEBOOKS}
        self.assertIn("00-tour", names)
        for chapter in (ROOT / "chapters").glob("[0-9][0-9]-*"):
            self.assertIn(chapter.name, names)

    def test_a_failing_check_fails_the_notebook(self) -> None:
        with self.assertRaises(Failed) as caught:
            self.run_cells('#include "setup.hpp"', 'check(1 > 2, "one is more than two");')
        self.assertIn("check(1 > 2", str(caught.exception))
        self.assertIn("check failed: one is more than two", str(caught.exception))

    def test_code_that_does_not_compile_fails_the_notebook(self) -> None:
        with self.assertRaises(Failed) as caught:
            self.run_cells('#include "setup.hpp"', "no_such_function(3);")
        self.assertIn("no_such_function", str(caught.exception))

    def test_each_kind_of_picture_arrives_in_order(self) -> None:
        book = self.run_cells(
            '#include "setup.hpp"',
            '{\n  std::cout << "before\\n";\n  display(svg("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"));\n'
            '  std::cout << "between\\n";\n  display(html("<b>bold</b>"));\n  display(image(ones({2, 3}), 2));\n}')
        found = book.cells[1].outputs
        kinds = "".join(f"<{next(iter(o.data))}>" if o.output_type == "display_data" else o.text for o in found)
        self.assertEqual(kinds, "before\n<image/svg+xml>between\n<text/html><image/png>")
        self.assertTrue(found[-1].data["image/png"].startswith("iVBORw0KGgo"))

    def test_a_tensor_prints_itself(self) -> None:
        book = self.run_cells('#include "setup.hpp"', "std::cout << tensor({1, 2}) << std::endl;")
        self.assertIn("[1. 2.]", printed(book))

    def test_a_tensor_is_printed_as_a_value(self) -> None:
        book = self.run_cells('#include "setup.hpp"', "tensor({1, 2})")
        values = [o.data["text/plain"] for o in outputs(book) if o.output_type == "execute_result"]
        self.assertEqual(values, ["[1. 2.]"])

    def test_a_cell_that_is_tried_again(self) -> None:
        cell = "{\n  double rate = 0.5;\n  Tensor x = tensor({1, 2});\n  std::cout << rate * x << std::endl;\n}"
        book = self.run_cells('#include "setup.hpp"', cell, cell.replace("0.5", "2"))
        self.assertIn("[2. 4.]", printed(book))


class Elsewhere(SmallNotebooks):
    """Where no build folder is beside the headers."""

    def setUp(self) -> None:
        place = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, place)
        self.folder = place / "notebooks"
        self.folder.mkdir()
        for header in (ROOT / "notebooks").glob("*.hpp"):
            shutil.copy(header, self.folder)
        self.prefix = place / "prefix"

    def test_without_cairn_it_says_what_to_do(self) -> None:
        with mock.patch.dict(os.environ, {"CPATH": ""}), self.assertRaises(Failed) as caught:
            self.run_cells('#include "setup.hpp"')
        self.assertIn("Cairn is not here: build it", str(caught.exception))

    def test_an_installed_one_is_taken(self) -> None:
        subprocess.run(["cmake", "--install", ROOT / "build", "--prefix", self.prefix],
                       check=True, stdout=subprocess.DEVNULL)
        library = next(self.prefix.rglob("libcairn.so")).parent
        with mock.patch.dict(os.environ, {"CPATH": str(self.prefix / "include"), "LD_LIBRARY_PATH": str(library)}):
            book = self.run_cells('#include "setup.hpp"', "std::cout << ones({2}) << std::endl;")
        self.assertIn("Cairn as installed on this system", printed(book))
        self.assertIn("[1. 1.]", printed(book))


if __name__ == "__main__":
    unittest.main()
