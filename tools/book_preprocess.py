"""Preprocessors of the book (mdBook calls them, see docs/book.toml).

  listings   names the file above each included C++ listing, with a link to the whole file;
             this has to happen before mdBook replaces the include lines
  formulas   takes the formulas out and leaves a mark for each, so that the search index
             holds the words of the book and not three copies of each formula; has KaTeX
             render them (book_formulas.js), and book_finish.py puts them in
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FORMULAS = HERE.parent / ".cache" / "book-formulas.json"
KATEX = Path("/usr/share/javascript/katex/katex.js")
# Code, comments and escaped characters are passed over; $$ stands around a formula with
# lines of its own, $ around one in a sentence.
FORMULA = re.compile(
    r"^[ \t>]*(?P<fence>```+|~~~+).*?^[ \t>]*(?P=fence)[ \t]*$"
    r"|(?P<code>`+)(?!`).*?(?<!`)(?P=code)(?!`)|<!--.*?-->|\\."
    r"|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$]+)\$", re.MULTILINE | re.DOTALL)
LISTING = re.compile(r"^```cpp[^\n]*\n\{\{#include ([^}:]+)(?::[^}]*)?\}\}", re.MULTILINE)


class BookError(Exception):
    """Something a page asks for is not there."""


def name_listings(text: str, folder: Path) -> str:
    """Puts the name of the included file above each C++ listing."""

    def named(match: re.Match[str]) -> str:
        file = match.group(1).strip()
        if not (folder / file).is_file():
            raise BookError(f"{folder.name}: no file {file}")
        link = f'<a href="{html.escape(file)}">{html.escape(Path(file).name)}</a>'
        return f'<p class="listing-file">{link}</p>\n\n{match.group(0)}'

    return LISTING.sub(named, text)


def take_formulas(text: str, taken: dict[str, tuple[str, bool]]) -> str:
    """Replaces formulas by marks; adds what each mark stands for to `taken`: the TeX, and
    whether it has lines of its own."""

    def mark(match: re.Match[str]) -> str:
        display, inline = match.group("display"), match.group("inline")
        if display is None and inline is None:
            return match.group(0)
        formula = (inline if display is None else display, display is not None)
        name = hashlib.sha256(repr(formula).encode()).hexdigest()[:16]
        taken[name] = formula
        return f'<span class="formula-{name}"></span>'

    return FORMULA.sub(mark, text)


def render(taken: dict[str, tuple[str, bool]]) -> dict[str, str]:
    """The formulas as HTML with MathML in it, which is what a screen reader gets."""
    done = subprocess.run(["node", HERE / "book_formulas.js", KATEX], input=json.dumps(taken),
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise BookError(done.stderr)
    return json.loads(done.stdout)


def chapters(items: list) -> list[dict]:
    found = []
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            found += [item["Chapter"], *chapters(item["Chapter"]["sub_items"])]
    return found


def main() -> int:
    job = sys.argv[1]
    if sys.argv[2:3] == ["supports"]:
        return 0
    context, book = json.load(sys.stdin)
    source = Path(context["root"]) / context["config"]["book"]["src"]
    taken: dict[str, tuple[str, bool]] = {}
    for chapter in chapters(book["items"]):
        if job == "formulas":
            chapter["content"] = take_formulas(chapter["content"], taken)
        elif chapter.get("source_path"):
            folder = (source / chapter["source_path"]).parent
            chapter["content"] = name_listings(chapter["content"], folder)
    if job == "formulas":
        FORMULAS.parent.mkdir(exist_ok=True)
        FORMULAS.write_text(json.dumps(render(taken)), encoding="utf-8")
    json.dump(book, sys.stdout)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BookError as error:
        sys.exit(f"book: {error}")
