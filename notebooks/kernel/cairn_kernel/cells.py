"""What the kernel has to know of a cell's text without being a compiler."""

from __future__ import annotations

import re

_LITERAL = (
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'  # a raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<!\w)'(?:\\.|[^'\\\n])*'"  # not the ' in 1'000
)
_TOKEN = re.compile(_LITERAL + r"|(?P<comment>//[^\n]*|/\*.*?\*/)", re.DOTALL)
_MARK = re.compile(
    _LITERAL + r"|(?P<directive>^[ \t]*#(?:[^\n]*\\\n)*[^\n]*(?:\n|\Z))|[][(){};]",
    re.DOTALL | re.MULTILINE,
)
_CLOSING = {")": "(", "]": "[", "}": "{"}


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
    return bool(bare) and not bare.endswith(";")


def unbalanced(code: str) -> str | None:
    """What is wrong with the brackets, as "line:column: error: text"; None if nothing is."""
    bare = without_comments(code)
    opened: list[re.Match] = []
    for match in _MARK.finditer(bare):
        mark = match[0]
        if mark in _CLOSING.values():
            opened.append(match)
        elif mark in _CLOSING:
            if not opened or opened.pop()[0] != _CLOSING[mark]:
                return f"{_place(bare, match.start())}: error: '{mark}' closes nothing"
    if opened:
        return f"{_place(bare, opened[-1].start())}: error: '{opened[-1][0]}' is never closed"
    return None


def _place(code: str, at: int) -> str:
    before = code[:at]
    return f"{before.count(chr(10)) + 1}:{at - before.rfind(chr(10))}"


def split_value(code: str) -> tuple[str, str]:
    """The code before its last expression and that expression, "" where it has no value.

    What ends with a brace is taken for a definition or a block.
    """
    bare = without_comments(code).rstrip()
    if not bare or bare[-1] in ";}":
        return code, ""
    depth = start = 0
    for match in _MARK.finditer(bare):
        mark = match[0]
        depth += (mark in _CLOSING.values()) - (mark in _CLOSING)
        if depth == 0 and (mark in (";", "}") or match["directive"] is not None):
            start = match.end()
    if not bare[start:].strip():
        return code, ""
    start += len(bare[start:]) - len(bare[start:].lstrip())
    return code[:start], bare[start:]
