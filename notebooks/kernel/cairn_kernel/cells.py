"""What the kernel has to know of a cell's text without being a compiler."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'  # a raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)",
    re.DOTALL,
)


def without_comments(code: str) -> str:
    """The code with its comments blanked, every other character in its place."""

    def blank(match: re.Match) -> str:
        if match["comment"] is None:
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])

    return _TOKEN.sub(blank, code)


def wants_value(code: str) -> bool:
    """Whether the value of the last expression is to be shown: no semicolon ends it."""
    bare = without_comments(code).rstrip()
    last_line = bare.rpartition("\n")[2].lstrip()
    return bool(bare) and bare[-1] not in ";}" and not last_line.startswith("#")
