"""The compiler's messages in the words of a notebook."""

from __future__ import annotations

import re

_RED, _BLUE, _BOLD, _PLAIN = "\x1b[31m", "\x1b[34m", "\x1b[1m", "\x1b[0m"

_PLACE = re.compile(r"^(In file included from )?cell (\d+):(\d+)(?::(\d+))?(:)", re.MULTILINE)
_SEVERITY = re.compile(r"(?<=: )(fatal error|error|warning|note)(?=: )")
_FIRST_ERROR = re.compile(r"^(?P<place>.*?)(?:fatal )?error: (?P<text>.*)$", re.MULTILINE)

# What Cling says where a cell ends too early: its own wrapping shows through.
_END_OF_INPUT = re.compile(r"^<<< cling interactive line includer >>>:\d+:\d+: ", re.MULTILINE)
_WRAPPER = re.compile(
    r"^input_line_\d+:\d+:\d+: note: .*\n.*__cling_Un1Qu.*\n[ ~^]*\n?", re.MULTILINE
)
# And what clang-repl does: it includes the cell from a line of its own.
_INCLUDER = re.compile(
    r"^In file included from (?:<<< inputs >>>|input_line_\d+):\d+:\n|^error: Parsing failed\.\n",
    re.MULTILINE,
)


def readable(messages: str, cell: int) -> str:
    """Clang's messages about a cell, with its places in words."""
    messages = _WRAPPER.sub("", messages)
    messages = _INCLUDER.sub("", messages)
    messages = _END_OF_INPUT.sub(f"cell {cell}, at its end: ", messages)
    return _PLACE.sub(_in_words, messages)


def coloured(messages: str) -> str:
    """The same, for a page that understands terminal colours."""
    colours = {"error": _RED, "fatal error": _RED, "warning": _BLUE, "note": _BOLD}
    return _SEVERITY.sub(lambda m: f"{_BOLD}{colours[m[0]]}{m[0]}{_PLAIN}", messages)


def first_error(messages: str) -> str:
    """The first error in one line: the place and the text."""
    match = _FIRST_ERROR.search(messages)
    if match is None:
        return messages.strip().partition("\n")[0]
    return match["place"] + match["text"]


def _in_words(match: re.Match) -> str:
    included, cell, line, column, colon = match.groups()
    place = f"{included or ''}cell {cell}, line {line}"
    return f"{place}, column {column}{colon}" if column else place + colon


def heading(title: str, text: str) -> str:
    """A title that stands out, and a text after it."""
    return f"{_BOLD}{_RED}{title}{_PLAIN} {text}"
