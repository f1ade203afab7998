"""Breaks a small built site in every way that check_site.py looks for, and sees it found."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import check_site

CHAPTER = """<!DOCTYPE html><html><head><link rel="stylesheet" href="../page.css"></head><body>
<main><h1 id="line"><a href="#line">A line</a></h1>
<p>See <a href="../../api/tensor_8h.html"><code>tensor.h</code></a> and
<a href="../map.html#top">the map</a>. <span class="katex"><math><annotation>w_1 $</annotation></math></span></p>
<pre><code class="language-console">$ ls</code></pre>
<figure><svg role="img" aria-label="A line that rises"></svg></figure><img src="a.png" alt="A picture">
</main></body></html>"""


class BrokenSite(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.write("index.html", '<a href="book/index.html">book</a>')
        self.write("book/index.html", "<main><p>Welcome</p></main>")
        self.write("book/map.html", '<main><h1 id="top">Map</h1></main>')
        self.write("book/page.css", "body { color: red; }")
        self.write("book/01-line/index.html", CHAPTER)
        self.write("book/01-line/a.png", "")
        self.write("api/tensor_8h.html", '<a href="../book/01-line/index.html">chapter 1</a>')

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def page(self, old: str, new: str) -> None:
        self.assertIn(old, CHAPTER)
        self.write("book/01-line/index.html", CHAPTER.replace(old, new, 1))

    def assert_found(self, check: str, text: str) -> None:
        site = check_site.Site(self.root)
        found = {c.__name__: list(c(site)) for c in check_site.CHECKS}
        found = {name: problems for name, problems in found.items() if problems}
        self.assertEqual(list(found), [check] if check else [], found)
        if check:
            self.assertTrue(any(text in problem for problem in found[check]), found)

    def test_the_unbroken_site_is_clean(self) -> None:
        self.assert_found("", "")

    def test_leftovers(self) -> None:
        for left in ("{{#include x.h}}", "costs $x_1$ more", "\\frac12", "// ANCHOR: x"):
            with self.subTest(left):
                self.page("See ", f"{left} See ")
                self.assert_found("leftovers", "left over")

    def test_a_formula_that_katex_refused(self) -> None:
        self.page("See ", '<span class="katex-error" title="ParseError">x</span> See ')
        self.assert_found("formulas", "ParseError")

    def test_an_empty_listing(self) -> None:
        self.page("$ ls", "")
        self.assert_found("listings", "1 empty")

    def test_an_image_without_words(self) -> None:
        self.page('alt="A picture"', 'alt=""')
        self.assert_found("images", "a.png")
        self.page('aria-label="A line that rises"', "")
        self.assert_found("images", "inline figure")

    def test_an_id_twice(self) -> None:
        self.page("<figure>", '<figure id="line">')
        self.assert_found("unique_ids", "line")

    def test_something_from_a_network(self) -> None:
        self.page("</head>", '<script src="https://cdn.example.org/x.js"></script></head>')
        self.assert_found("nothing_from_a_network", "cdn.example.org")
        self.page("</head>", "</head>")
        self.write("book/page.css", '@import url("https://fonts.example.org/x.css");')
        self.assert_found("nothing_from_a_network", "fonts.example.org")

    def test_a_link_to_nowhere(self) -> None:
        self.page("../map.html#top", "../maps.html")
        self.assert_found("targets", "../maps.html is not there")
        self.page("#top", "#bottom")
        self.assert_found("targets", "no place #bottom")
        self.page("../page.css", "../pages.css")
        self.assert_found("targets", "../pages.css")

    def test_a_chapter_that_does_not_lead_to_the_api(self) -> None:
        self.page("../../api/tensor_8h.html", "../map.html")
        self.assert_found("both_ways", "links no page of the API")

    def test_an_api_that_does_not_lead_back(self) -> None:
        self.write("api/tensor_8h.html", "<p>A tensor</p>")
        self.assert_found("both_ways", "no page of the API reference links it")


if __name__ == "__main__":
    unittest.main()
