"""Shows the browser test one broken page after another, and sees each fault found.

Runs in the environment of scripts/book-test.sh, which has Selenium and Chromium.
"""

from __future__ import annotations

import itertools
import tempfile
import unittest
from pathlib import Path

import browser_test

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body {{ color: #222; background: #fff; margin: 8px; }}</style></head>
<body><main><p>Text.</p>{}</main></body></html>"""


class BrokenPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.numbers = itertools.count()
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = browser_test.serve(Path(cls.folder.name))
        cls.driver = browser_test.open_browser()
        cls.walk = browser_test.Walk(
            cls.driver, f"http://127.0.0.1:{cls.server.server_port}", Path(cls.folder.name))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.driver.quit()
        cls.server.shutdown()
        cls.server.server_close()
        cls.folder.cleanup()

    def visit(self, body: str, width: int = 390) -> list[str]:
        name = f"page{next(self.numbers)}.html"  # a name of its own: the browser keeps pages
        (Path(self.folder.name) / name).write_text(PAGE.format(body), encoding="utf-8")
        return self.walk.visit(name, width, "light")

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


if __name__ == "__main__":
    unittest.main()
