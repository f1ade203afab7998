"""Doxygen's input filter: "chapter 4" in a comment becomes a link to that chapter, and
every header gets a page of its own.

Usage: api_filter.py HEADER   (writes the header with links to standard output)
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
MENTION = re.compile(r"\b([Cc]hapters?) (\d{1,2})\b")


def link(line: str, chapters: Path) -> str:
    """Links the chapters a comment line names, as far as they are written."""
    if not re.match(r"\s*(///|//!|\*|/\*\*)|.*///<", line):
        return line

    def linked(match: re.Match[str]) -> str:
        number = int(match.group(2))
        for page in chapters.glob(f"{number:02d}-*/README.md"):
            return f'<a href="../book/{page.parent.name}/index.html">{match.group(0)}</a>'
        return match.group(0)

    return MENTION.sub(linked, line)


def main() -> None:
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    if sys.argv[1].endswith(".h") and "\\file" not in text:
        text = "/** \\file */ " + text  # on the first line: the line numbers stay
    for line in text.splitlines(keepends=True):
        sys.stdout.write(link(line, CHAPTERS))


if __name__ == "__main__":
    main()
