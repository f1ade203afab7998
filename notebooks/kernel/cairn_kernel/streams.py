"""The pipes between the kernel and a child, and what they bring, in order."""

from __future__ import annotations

import codecs
import os
import selectors
import time
from typing import Callable

_PIECE = 65536


class Pipe:
    """The reading end of a pipe that the child writes to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)
        self.is_open = True

    def close_write_end(self) -> None:
        """To be done when the child has its copy, or the end of the stream never shows."""
        os.close(self.write_end)

    def read(self) -> bytes:
        """What there is, b"" if there is nothing now. Notes the end of the stream."""
        try:
            data = os.read(self.read_end, _PIECE)
        except BlockingIOError:
            return b""
        self.is_open = bool(data)
        return data

    def close(self) -> None:
        self.is_open = False
        os.close(self.read_end)


class PipeSet:
    """Several pipes, waited for together.

    When more than one has something, the one named first is read first. A child that
    writes to an earlier one only after what it wrote to the later ones was read (as
    cairn::notebook::display does) is thus heard in the order in which it spoke.
    """

    def __init__(self, pipes: list[Pipe]) -> None:
        self._pipes = pipes

    def wait(self, timeout: float | None) -> Pipe | None:
        """The first pipe with something to read or that has ended, None after `timeout`."""
        with selectors.DefaultSelector() as selector:
            for pipe in self._pipes:
                if pipe.is_open:
                    selector.register(pipe.read_end, selectors.EVENT_READ, pipe)
            ready = {key.data for key, _ in selector.select(timeout)}
        return next((pipe for pipe in self._pipes if pipe in ready), None)


class TextStream:
    """Gathers a program's text into messages: not one for each line, and yet at once.

    The first text after a pause goes out immediately, what follows within `pause` seconds
    goes together: a loop that prints a hundred thousand lines would drown the browser.
    """

    def __init__(self, publish: Callable[[str, str], None], pause: float = 0.03) -> None:
        self._publish = publish
        self._pause = pause
        self._decoders = {
            name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("stdout", "stderr")
        }
        self._name = "stdout"
        self._waiting = ""
        self._last = 0.0

    def write(self, name: str, data: bytes) -> None:
        text = self._decoders[name].decode(data)
        if self._waiting and name != self._name:
            self.flush()
        self._name = name
        self._waiting += text
        if self.due() == 0:
            self.flush()

    def due(self) -> float | None:
        """In how many seconds flush() is to be called, None if nothing waits."""
        if not self._waiting:
            return None
        return max(0.0, self._last + self._pause - time.monotonic())

    def flush(self) -> None:
        if self._waiting:
            self._publish(self._name, self._waiting)
            self._waiting = ""
            self._last = time.monotonic()
