"""Finishes the pages that mdBook has built; called by scripts/book.sh.

Usage: book_finish.py SITE FONTS FORMULAS KATEX_CSS KATEX_FONTS

  - fonts and KaTeX's style sheet are put beside the pages: nothing is asked from a network
  - the contents on every page get links that work from there, the mark "you are here", and
    the sections of the page itself; so the site can be read without JavaScript
  - formulas and SVG figures are put into the page, so that they follow its colours
  - headers of the library (`cairn/ops/loss.h`) link to the API reference
  - a source file that a page links (an exercise's stub, the file behind a listing) gets a
    page of its own
  - what mdBook ships for its stock look is taken out again
"""

from __future__ import annotations

import html
import json
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
SHORT_FORMULA = 24  # characters of TeX
SOURCES = (".h", ".cpp", ".txt", ".csv")
STOCK = ("css", "ayu-highlight-*.css", "tomorrow-night-*.css", "highlight-*.css", "toc-*.js",
         "toc.html", "clipboard-*.js", "favicon-*.png", "CMakeLists.txt")
TOC = re.compile(r'(<nav id="contents".*?</nav>)', re.DOTALL)
MAIN = re.compile(r"<main>.*?</main>", re.DOTALL)
TURN = re.compile(r'<nav class="turn".*?</nav>', re.DOTALL)
SECTION = re.compile(r'<h2 id="([^"]+)"><a class="header"[^>]*>(.*?)</a></h2>', re.DOTALL)
LINK = re.compile(r'<a href="([^"#?]+)"')
# mdBook wraps an image in a label, for its own way of showing it larger.
LABEL = re.compile(r'<label class="checkbox-label"><input[^>]*>(<img [^>]*>)<span class="img-wrapper">.*?</label>')
FIGURE = re.compile(r'<p><img src="([^"]+\.svg)"(?: title="([^"]*)")? alt="([^"]*)">\s*</p>')
HEADER = re.compile(r"(?<!\">)<code>(cairn/[\w/]+\.h)</code>(?!</a>)")


def up_from(page: Path, book: Path) -> str:
    return "../" * (len(page.relative_to(book).parts) - 1)


def plain(text: str) -> str:
    """A heading for the contents: markup gone, and of a formula only what is seen."""
    text = re.sub(r'<span class="katex-mathml">.*?</math></span>', "", text, flags=re.DOTALL)
    return re.sub(r"<(?!/?code\b)[^>]+>", "", text).strip()


def finish_contents(text: str, page: Path, book: Path) -> str:
    here = page.relative_to(book).as_posix()
    sections = "".join(f'<li><a href="#{anchor}">{plain(title)}</a></li>'
                       for anchor, title in SECTION.findall(text))

    def finish(match: re.Match[str]) -> str:
        contents = match.group(1)
        contents = contents.replace("</li></li>", "</li>").replace(
            '<li class="chapter-item expanded "><li ', "<li ")
        mark = f'<a href="{here}">'
        if sections and mark in contents:
            head, tail = contents.split(mark, 1)
            entry, rest = tail.split("</a></span>", 1)
            contents = (f'{head}{mark}{entry}</a></span><ol class="sections">{sections}</ol>{rest}')
        contents = contents.replace(mark, f'<a href="{here}" aria-current="page">')
        return re.sub(r'href="(?!#|https?:|\.\./)', f'href="{up_from(page, book)}', contents)

    return TOC.sub(finish, text, count=1)


def put_formulas(text: str, formulas: dict[str, str]) -> str:
    """Puts the rendered formulas back. A short one keeps the punctuation that follows it on
    its line; a long one may need to break on a phone."""

    def put(match: re.Match[str]) -> str:
        formula, mark = formulas[match.group(1)], match.group(2)
        source = re.search(r"<annotation[^>]*>(.*?)</annotation>", formula, re.DOTALL)
        if mark and source and len(source.group(1)) <= SHORT_FORMULA:
            return f'<span class="keep">{formula}{mark}</span>'
        return formula + mark

    return re.sub(r'<span class="formula-(\w+)"></span>([,.;:!?)’]*)', put, text)


def inline_svg(svg: str, alt: str) -> str:
    """The drawing itself, without its XML head, named by the page's alternative text."""
    head, body = svg[svg.index("<svg") :].strip().split(">", 1)
    head = re.sub(r'\s(role|aria-label|aria-labelledby|aria-describedby)="[^"]*"', "", head)
    # Its own title would be read as a second name and pop up under the mouse.
    body = re.sub(r"<(title|desc)\b[^>]*>.*?</\1>", "", body, flags=re.DOTALL)
    return f'{head} role="img" aria-label="{alt}">{body}'


def put_figures(text: str, page: Path) -> str:
    def drawn(match: re.Match[str]) -> str:
        file, caption, alt = match.groups()
        svg = (page.parent / unquote(file)).read_text(encoding="utf-8")
        note = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure><div class="figure-box">{inline_svg(svg, alt)}</div>{note}</figure>'

    return FIGURE.sub(drawn, LABEL.sub(r"\1", text))


def api_pages(tags: Path) -> dict[str, str]:
    """Header → its page in the API reference, from Doxygen's tag file."""
    pages = {}
    for unit in ElementTree.parse(tags).getroot().iter("compound"):
        if unit.get("kind") == "file":
            name = unit.findtext("path", "") + unit.findtext("name", "")
            page = unit.findtext("filename", "").removesuffix(".html") + ".html"
            pages[name.split("src/")[-1]] = page
    return pages


def link_headers(text: str, page: Path, book: Path, api: dict[str, str]) -> str:
    def linked(match: re.Match[str]) -> str:
        target = api.get(match.group(1))
        link = f'<a href="{up_from(page, book)}../api/{target}">{match.group(0)}</a>'
        return link if target else match.group(0)

    return HEADER.sub(linked, text)


def number_chapter(text: str, page: Path) -> str:
    """Puts "Chapter N" above the title of a chapter, and above that of its notebook."""
    number = re.match(r"(\d\d)-", page.parent.name)
    if not number:
        return text
    line = f"Chapter {int(number.group(1))}" + (" in cells" if page.name == "notebook.html" else "")
    return text.replace("<h1", f'<p class="number">{line}</p>\n<h1', 1)


def source_page(file: Path, page: Path, book: Path) -> Path | None:
    """Where the page of a source file goes: into its chapter's folder, or for a file from
    elsewhere in the project (a test) into that of the chapter that links it."""
    if CHAPTERS in file.parents:
        folder, *rest = file.relative_to(CHAPTERS).parts
        target = book / folder / ("-".join(rest) + ".html")
    else:
        target = page.parent / ("-".join(file.relative_to(CHAPTERS.parent).parts) + ".html")
    return target if (target.parent / "index.html").exists() and target.parent != book else None


def write_source_page(file: Path, target: Path) -> None:
    shell = (target.parent / "index.html").read_text(encoding="utf-8")
    name = file.relative_to(CHAPTERS.parent).as_posix()
    language = "cpp" if file.suffix in (".h", ".cpp") else "text"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines()
             if not re.match(r"\s*(//|#)?\s*ANCHOR(_END)?:", line)]
    code = html.escape("\n".join(lines) + "\n", quote=False)
    body = (f'<main><h1>{html.escape(file.name)}</h1><p><code>{html.escape(name)}</code>'
            f', from <a href="index.html">this chapter</a>.</p>'
            f'<pre><code class="language-{language}">{code}</code></pre></main>')
    shell = MAIN.sub(lambda _: body, shell, count=1)
    shell = TURN.sub("", shell, count=1)
    shell = re.sub(r"<ol class=\"sections\">.*?</ol>", "", shell, count=1, flags=re.DOTALL)
    shell = re.sub(r"<title>.*?</title>", f"<title>{html.escape(file.name)} - Cairn</title>",
                   shell, count=1)
    target.write_text(shell, encoding="utf-8")


def finish_links(text: str, page: Path, book: Path, wanted: dict[Path, Path]) -> str:
    """Points links at pages: README.md of a chapter is its index.html, and a source file
    has a page of its own. Notes in `wanted` which file each such page shows."""
    text = re.sub(r'(<a href="(?:[^":#]*/)?)README\.html', r"\1index.html", text)
    folder = CHAPTERS / page.relative_to(book).parent

    def finish(match: re.Match[str]) -> str:
        file = (folder / unquote(match.group(1))).resolve()
        if file.suffix not in SOURCES or not file.is_file():
            return match.group(0)
        target = source_page(file, page, book)
        if target is None:
            return match.group(0)
        wanted[target] = file
        return f'<a href="{up_from(page, book)}{target.relative_to(book).as_posix()}"'

    return LINK.sub(finish, text)


def take_out_stock(book: Path) -> None:
    for pattern in STOCK:
        for path in [*book.glob(pattern), *book.glob(f"*/{pattern}")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def put_fonts(book: Path, fonts: Path, katex_css: Path, katex_fonts: Path) -> None:
    for font in fonts.glob("*.woff2"):
        shutil.copy(font, book / "fonts" / font.name)
    (book / "katex" / "fonts").mkdir(parents=True)
    css = katex_css.read_text(encoding="utf-8")
    # Every browser that shows this site takes woff2; the other formats are not shipped.
    css = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)', "", css)
    (book / "katex" / "katex.min.css").write_text(css, encoding="utf-8")
    for font in katex_fonts.glob("*.woff2"):
        shutil.copy(font, book / "katex" / "fonts" / font.name)


def main() -> None:
    site, fonts, formulas, katex_css, katex_fonts = (Path(a).resolve() for a in sys.argv[1:6])
    book = site / "book"
    take_out_stock(book)
    put_fonts(book, fonts, katex_css, katex_fonts)
    api = api_pages(site / "api" / "cairn.tag")
    rendered = json.loads(formulas.read_text(encoding="utf-8"))
    wanted: dict[Path, Path] = {}
    pages = sorted(book.rglob("*.html"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        text = put_formulas(text, rendered)
        text = finish_contents(text, page, book)
        text = link_headers(put_figures(text, page), page, book, api)
        text = number_chapter(finish_links(text, page, book, wanted), page)
        page.write_text(text, encoding="utf-8")
    for target, file in sorted(wanted.items()):
        write_source_page(file, target)
    (site / "index.html").write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Cairn</title>'
        '<meta http-equiv="refresh" content="0; url=book/index.html">'
        '<p><a href="book/index.html">The book</a>, <a href="api/index.html">the API</a></p>\n',
        encoding="utf-8")
    print(f"book: {len(pages)} pages, {len(wanted)} source files shown")


if __name__ == "__main__":
    main()
