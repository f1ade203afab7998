"""Preprocessor of the book (mdBook calls it, see docs/book.toml).

Names the file above each included C++ listing, with a link to the whole file. This has to
happen before mdBook replaces the include lines; all else is done by book_finish.py.
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

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


def chapters(items: list) -> list[dict]:
    found = []
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            found += [item["Chapter"], *chapters(item["Chapter"]["sub_items"])]
    return found


def main() -> int:
    if sys.argv[1:2] == ["supports"]:
        return 0
    context, book = json.load(sys.stdin)
    source = Path(context["root"]) / context["config"]["book"]["src"]
    for chapter in chapters(book["items"]):
        if chapter.get("source_path"):
            folder = (source / chapter["source_path"]).parent
            chapter["content"] = name_listings(chapter["content"], folder)
    json.dump(book, sys.stdout)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BookError as error:
        sys.exit(f"book: {error}")
