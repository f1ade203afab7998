"""Shows the browser test one broken page after another, and sees each fault found.

Runs in the environment of scripts/book-test.sh, which has Selenium and Chromium.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import tempfile
import unittest
from pathlib import Path

import browser_test
from browser_test import View

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body {{ color: #222; background: #fff; margin: 8px; }}</style></head>
<body><main><p>Text.</p>{}</main></body></html>"""


class BrokenPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.numbers = itertools.count()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        server = cls.enterClassContext(browser_test.serve(cls.folder))
        cls.addClassCleanup(server.shutdown)
        driver = cls.enterClassContext(browser_test.open_browser())
        cls.walk = browser_test.Walk(driver, f"http://127.0.0.1:{server.server_port}")

    def visit(self, body: str, width: int = 390) -> list[str]:
        return self.look(body, View(width, "light", True))[0]

    def look(self, body: str, *views: View) -> list[list[str]]:
        """What is found in each view of a page with this body."""
        name = f"page{next(self.numbers)}.html"  # a name of its own: the browser keeps pages
        (self.folder / name).write_text(PAGE.format(body), encoding="utf-8")
        return [self.walk.look(name, view) for view in views]

    def assert_found(self, body: str, text: str) -> None:
        found = self.visit(body)
        self.assertTrue(any(text in problem for problem in found), found)

    def test_a_good_page_is_clean(self) -> None:
        self.assertEqual(self.visit(
            '<div style="overflow-x:auto"><div style="width:900px">wide, in a box</div></div>'
            '<svg role="img" aria-label="A line" width="9" height="9"></svg><code>$x$</code>'), [])

    def test_an_error_in_the_console(self) -> None:
        self.assert_found("<script>nothing.here()</script>", "console:")

    def test_a_request_that_fails(self) -> None:
        self.assert_found('<img alt="gone" src="gone.png">', "404")

    def test_a_request_to_a_network(self) -> None:
        self.assert_found('<img alt="far" src="http://192.0.2.1/far.png">', "asked a network")

    def test_something_wider_than_the_screen(self) -> None:
        self.assert_found('<div style="width:900px">wide</div>', "reaches")
        self.assertEqual(self.visit('<div style="width:900px">wide</div>', 1280), [])

    def test_a_formula_that_was_not_rendered(self) -> None:
        self.assert_found("<p>so $x_1$ is</p>", "raw markup")
        self.assert_found('<p><span class="katex-error">x</span></p>', "not rendered")

    def test_text_that_can_hardly_be_read(self) -> None:
        self.assert_found('<p style="color:#999">pale</p>', "contrast 2.8")
        self.assert_found('<svg role="img" aria-label="A"><text y="9" fill="#aaa">a</text></svg>', "contrast")
        self.assert_found('<p style="background:#333">dark on dark</p>', "contrast")

    def test_an_image_without_words(self) -> None:
        self.assert_found('<svg role="img" width="9" height="9"></svg>', "no alt text")

    def test_what_is_wrong_in_the_dark_alone(self) -> None:
        day, night = self.look(
            "<style>p { transition: color 9s; } @media (prefers-color-scheme: dark) {"
            " p { color: #ddd; } main { background: url(/gone.png); } }</style>",
            View(1280, "light", True), View(1280, "dark", False))
        self.assertEqual(day, [])
        self.assertRegex(" ".join(night), "contrast 1.*404: .*gone.png")
        # No theme leaves anything behind for the next.
        self.assertEqual(self.look("", View(1280, "light", False)), [[]])

    def test_what_is_wrong_at_one_width_alone(self) -> None:
        body = '<style>@media ({}-width: 600px) {{ p {{ width: 3000px; }} }}</style>'
        narrow, wide = View(390, "dark", True), View(1280, "light", False)
        found = self.look(body.format("min"), narrow, wide)
        self.assertEqual(found[0], [])
        self.assertIn("reaches 3008 px", " ".join(found[1]))
        found = self.look(body.format("max"), narrow, wide)
        self.assertIn("reaches 3008 px", " ".join(found[0]))
        self.assertEqual(found[1], [])

    def test_an_error_when_the_page_is_made_wider(self) -> None:
        found = self.look("<script>addEventListener('resize', () => { if (innerWidth > 600) nothing.here(); })</script>",
                          View(390, "dark", True), View(1280, "light", False))
        self.assertEqual(found[0], [])
        self.assertIn("nothing is not defined", " ".join(found[1]))


class BrokenSite(unittest.TestCase):
    """Many good pages, a broken one of each kind among them, and two browsers."""

    FAULTS = {
        "console": ("<script>nothing.here()</script>", "console:"),
        "request": ('<img alt="gone" src="gone.png">', "404"),
        "network": ('<img alt="far" src="http://192.0.2.1/far.png">', "asked a network"),
        "wide": ('<div style="width:1900px">wide</div>', "reaches"),
        "formula": ("<p>so $x_1$ is</p>", "raw markup"),
        "pale": ('<p style="color:#999">pale</p>', "contrast 2.8"),
        "image": ('<svg role="img" width="9" height="9"></svg>', "no alt text"),
    }

    def walk(self, pages: dict[str, str]) -> tuple[int, list[str], set[str]]:
        """Status, the lines printed, and the pictures kept for a site of these pages."""
        with tempfile.TemporaryDirectory() as folder:
            book, shots = Path(folder, "site", "book"), Path(folder, "shots")
            book.mkdir(parents=True)
            for name, body in pages.items():
                (book / name).write_text(PAGE.format(body), encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                status = browser_test.main([
                    "--site", str(book.parent), "--shots", str(shots), "--only", "a.", "--browsers", "2"])
            return status, printed.getvalue().splitlines(), {path.name for path in shots.iterdir()}

    def test_each_fault_is_told_of_its_page(self) -> None:
        pages = {f"{number}-a.html": "" for number in range(10, 30)}
        pages |= {f"{name}-a.h.html": body for name, (body, _) in self.FAULTS.items()}
        status, lines, shots = self.walk(pages)
        self.assertEqual(status, 1)
        for name, (_, text) in self.FAULTS.items():
            for view in ("390 px, dark", "1280 px, light"):
                start = f"FAILED book/{name}-a.h.html at {view}: "
                # What failed while it was loaded is not loaded again.
                if view.startswith("390") or name not in ("console", "request", "network"):
                    self.assertTrue(any(text in line for line in lines if line.startswith(start)), (name, lines))
        self.assertEqual([line for line in lines if line.startswith("FAILED") and ".h.html" not in line], [])
        self.assertEqual(lines[-1], f"browser test: {20 * 4 + 3 + 0} passed, {3 + 4 * 2} failed")
        self.assertEqual(len(shots), 20 * 4 + 7 * 2)

    def test_a_good_site_passes(self) -> None:
        status, lines, _ = self.walk({"a.html": "", "a.h.html": ""})
        self.assertEqual((status, lines[-1]), (0, "browser test: 6 passed, 0 failed"))


if __name__ == "__main__":
    unittest.main()
