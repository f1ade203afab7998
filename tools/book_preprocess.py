"""Preprocessors of the book (mdBook calls them, see docs/book.toml).

  listings   names the file above each included C++ listing, with a link to the whole file;
             this has to happen before mdBook replaces the include lines
  formulas   takes the rendered formulas out again and leaves a mark for each, so that the
             search index holds the words of the book and not three copies of each formula;
             book_finish.py puts them back
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sys
from pathlib import Path

FORMULAS = Path(__file__).resolve().parent.parent / ".cache" / "book-formulas.json"
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


def end_of_span(text: str, start: int) -> int:
    """The end of the <span> that starts at `start`, whatever spans are inside it."""
    depth = 0
    for tag in re.finditer(r"<(/?)span\b[^>]*>", text[start:]):
        depth += -1 if tag.group(1) else 1
        if depth == 0:
            return start + tag.end()
    raise BookError(f"a formula that does not end: {text[start : start + 80]}")


def take_formulas(text: str, taken: dict[str, str]) -> str:
    """Replaces rendered formulas by marks; adds what each mark stands for to `taken`."""
    parts, last = [], 0
    while True:
        starts = [i for i in (text.find('<span class="katex-display">', last),
                              text.find('<span class="katex">', last)) if i >= 0]
        if not starts:
            return "".join(parts + [text[last:]])
        end = end_of_span(text, min(starts))
        formula = text[min(starts) : end]
        name = hashlib.sha256(formula.encode()).hexdigest()[:16]
        taken[name] = formula
        parts += [text[last : min(starts)], f'<span class="formula-{name}"></span>']
        last = end


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
    taken: dict[str, str] = {}
    for chapter in chapters(book["items"]):
        if job == "formulas":
            chapter["content"] = take_formulas(chapter["content"], taken)
        elif chapter.get("source_path"):
            folder = (source / chapter["source_path"]).parent
            chapter["content"] = name_listings(chapter["content"], folder)
    if job == "formulas":
        FORMULAS.parent.mkdir(exist_ok=True)
        FORMULAS.write_text(json.dumps(taken), encoding="utf-8")
    json.dump(book, sys.stdout)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BookError as error:
        sys.exit(f"book: {error}")
