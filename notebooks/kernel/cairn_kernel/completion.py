"""Completion and inspection out of what the compiler says can stand at a place.

Clang describes a declaration with its result and its parameters marked:
[#int#]area(<#int width#>{#, <#int height = 1#>#})[# const#]
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD_BEFORE = re.compile(r"~?[A-Za-z_]\w*\Z")
_WORD_AFTER = re.compile(r"\w*")
_RESULT = re.compile(r"^\[#(.*?)#\]")
_NAME = re.compile(r"^(?:operator\W+|~?\w+)")


class Declaration(NamedTuple):
    """A name, and how it is declared."""

    name: str
    text: str


def word_before(code: str, cursor: int) -> str:
    """The beginning of a name that ends at `cursor`."""
    match = _WORD_BEFORE.search(code[:cursor])
    return match[0] if match else ""


def word_end(code: str, cursor: int) -> int:
    """Where the name ends that `cursor` is in."""
    return _WORD_AFTER.match(code, cursor).end()


def declarations(described: list[str], beginning: str) -> list[Declaration]:
    """Clang's descriptions, read; only names that begin so, and none of Cling's own."""
    found = []
    for description in described:
        result = _RESULT.match(description)
        rest = description[result.end() :] if result else description
        name = _NAME.match(rest)
        if name is None or not name[0].startswith(beginning) or "__cling" in rest:
            continue
        text = re.sub(r"<#|#>|\{#|#\}|\[#|#\]", "", rest)
        found.append(Declaration(name[0], f"{result[1]} {text}" if result else text))
    return found
