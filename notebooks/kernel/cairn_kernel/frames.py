"""Frames on the display descriptor: pictures and other rich output of a running cell.

C++ code writes a frame to the descriptor that the environment variable CAIRN_DISPLAY_FD
names: one line of JSON, {"mime": "image/svg+xml", "bytes": 1234}, then that many bytes.
"""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

_LONGEST_HEADER = 4096
_TEXT = ("text/", "image/svg+xml", "application/javascript")


class Frame(NamedTuple):
    """One rich output."""

    mime: str
    data: bytes

    def bundle(self) -> dict[str, str]:
        """The MIME bundle of Jupyter's messages: text as text, anything else in base 64."""
        if self.mime.startswith(_TEXT):
            return {self.mime: self.data.decode(errors="replace")}
        return {self.mime: base64.b64encode(self.data).decode()}


class BadFrame(Exception):
    """What came is no frame; the rest of the stream cannot be understood either."""


class FrameReader:
    """Puts frames together out of the pieces that a pipe gives."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, piece: bytes) -> None:
        self._data += piece

    def next(self) -> Frame | None:
        """The next whole frame, None if there is none yet."""
        header, newline, rest = self._data.partition(b"\n")
        if not newline:
            if len(header) > _LONGEST_HEADER:
                raise self._bad(header)
            return None
        try:
            words = json.loads(header)
            mime, size = str(words["mime"]), int(words["bytes"])
        except (ValueError, KeyError, TypeError):
            raise self._bad(header) from None
        if size < 0:
            raise self._bad(header)
        if len(rest) < size:
            return None
        self._data = rest[size:]
        return Frame(mime, bytes(rest[:size]))

    def _bad(self, header: bytearray) -> BadFrame:
        self._data.clear()
        return BadFrame(f"no frame begins with {bytes(header[:60])!r}")
