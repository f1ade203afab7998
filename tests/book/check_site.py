"""Checks the built site: what only shows after mdBook and Doxygen have run.

Usage: check_site.py [SITE]
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Callable, Iterator
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
CODE = {"code", "pre", "script", "style", "annotation"}
LOADS = {"img": ("src",), "script": ("src",), "link": ("href",), "iframe": ("src",),
         "image": ("href", "xlink:href"), "use": ("href", "xlink:href"), "source": ("src",),
         "video": ("src",), "audio": ("src",)}


class PageParser(HTMLParser):
    """Collects of a page what the checks ask about."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.prose: list[str] = []       # text outside code
        self.empty_listings = 0
        self.no_alt: list[str] = []
        self.formula_errors: list[str] = []
        self.formulas = 0
        self._pre: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attributes}
        if tag not in VOID:
            self.stack.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        for key in LOADS.get(tag, ()):
            if key in values:
                self.loads.append(values[key])
        self.loads += re.findall(r"url\([\"']?([^)\"']+)", values.get("style", ""))
        if tag == "img" and not values.get("alt", "").strip():
            self.no_alt.append(values.get("src", "?"))
        if tag == "svg" and values.get("role") == "img" and not values.get("aria-label", "").strip():
            self.no_alt.append("an inline figure")
        classes = values.get("class", "").split()
        self.formulas += "katex" in classes
        if "katex-error" in classes:
            self.formula_errors.append(values.get("title", ""))
        if tag == "pre":
            self._pre = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self._pre is not None:
            self.empty_listings += not self._pre.strip()
            self._pre = None
        if tag in self.stack:
            while self.stack and self.stack.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if self._pre is not None:
            self._pre += data
        if not CODE & set(self.stack):
            self.prose.append(data)


class Site:
    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.pages: dict[Path, PageParser] = {}
        for path in sorted([self.root / "index.html", *(self.root / "book").rglob("*.html"),
                            *(self.root / "api").glob("*.html")]):
            parser = PageParser()
            parser.feed(path.read_text(encoding="utf-8"))
            self.pages[path] = parser

    def book(self) -> Iterator[tuple[Path, PageParser]]:
        for path, page in self.pages.items():
            if self.root / "book" in path.parents:
                yield path, page

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def leftovers(site: Site) -> Iterator[str]:
    """No directive, dollar or command of a formula is left in the text."""
    for path, page in site.book():
        for text in page.prose:
            if re.search(r"\{\{|\$|\\(?:frac|sum|partial|begin|mathbf|text)(?![a-z])|ANCHOR", text):
                yield f"{site.name(path)}: left over: {text.strip()[:70]}"


def formulas(site: Site) -> Iterator[str]:
    for path, page in site.book():
        for error in page.formula_errors:
            yield f"{site.name(path)}: a formula that KaTeX cannot read: {error}"


def listings(site: Site) -> Iterator[str]:
    for path, page in site.book():
        if page.empty_listings:
            yield f"{site.name(path)}: {page.empty_listings} empty listings"


def images(site: Site) -> Iterator[str]:
    for path, page in site.book():
        for image in page.no_alt:
            yield f"{site.name(path)}: no alt text: {image}"


def unique_ids(site: Site) -> Iterator[str]:
    for path, page in site.book():
        for name in {i for i in page.ids if page.ids.count(i) > 1}:
            yield f"{site.name(path)}: the id {name} is there twice"


def nothing_from_a_network(site: Site) -> Iterator[str]:
    for path, page in site.pages.items():
        for url in page.loads:
            if re.match(r"(https?:)?//", url):
                yield f"{site.name(path)}: loads {url}"
    for sheet in site.root.rglob("*.css"):
        for url in re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^)\"';]+)",
                              sheet.read_text(encoding="utf-8", errors="replace")):
            yield f"{site.name(sheet)}: loads {url}"


def targets(site: Site) -> Iterator[str]:
    """Links and what a page loads are there, and so are the places in pages they name."""
    for path, page in site.pages.items():
        in_api = site.root / "api" in path.parents
        for url in page.loads + page.links:
            if re.match(r"[a-z]+:|//", url):
                continue
            file, _, fragment = url.partition("#")
            target = (path.parent / unquote(file.split("?")[0])).resolve() if file else path
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                yield f"{site.name(path)}: {url} is not there"
            elif fragment and not in_api and target in site.pages \
                    and unquote(fragment) not in site.pages[target].ids:
                yield f"{site.name(path)}: no place #{fragment} in {site.name(target)}"


def both_ways(site: Site) -> Iterator[str]:
    """Each chapter leads to the API reference, and the reference back to each chapter."""
    from_api = {url for path, page in site.pages.items() if site.root / "api" in path.parents
                for url in page.links}
    for path, page in site.book():
        if path.name != "index.html" or not re.match(r"\d\d-", path.parent.name):
            continue
        own = [url for url in page.links if "api/" in url and not url.endswith("api/index.html")]
        if not own:
            yield f"{site.name(path)}: links no page of the API reference"
        if not any(f"book/{path.parent.name}/" in url for url in from_api):
            yield f"{site.name(path)}: no page of the API reference links it"


CHECKS: list[Callable[[Site], Iterator[str]]] = [
    leftovers, formulas, listings, images, unique_ids, nothing_from_a_network, targets, both_ways]


def main() -> int:
    site = Site(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site"))
    failed = 0
    for check in CHECKS:
        problems = list(check(site))
        failed += bool(problems)
        for problem in problems:
            print(f"{check.__name__}: {problem}")
    counted = sum(page.formulas for page in site.pages.values())
    print(f"built site: {len(site.pages)} pages, {counted} formulas, "
          f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
