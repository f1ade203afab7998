"""Listeners between an engine and the cell's output (see child.Listener)."""

from __future__ import annotations

from .child import Listener


class Silence:
    """Hears nothing: for work that no cell asked for."""

    def heard(self, pipe: str, data: bytes) -> None:
        pass

    def due(self) -> None:
        return None

    def pause(self) -> None:
        pass


class MessageCatcher:
    """Keeps what the compiler says on one pipe until it is known what it is.

    If the cell fails to compile, it is its error. Otherwise it is warnings, and goes to
    standard error; with `until_output`, ahead of the first thing that the cell prints.
    """

    def __init__(self, listener: Listener, pipe: str, until_output: bool) -> None:
        self._listener = listener
        self._pipe = pipe
        self._until_output = until_output
        self._kept = bytearray()

    def heard(self, pipe: str, data: bytes) -> None:
        if pipe == self._pipe:
            self._kept += data
        else:
            if self._until_output:
                self.release()
            self._listener.heard(pipe, data)

    def due(self) -> float | None:
        return self._listener.due()

    def pause(self) -> None:
        self._listener.pause()

    def messages(self) -> str:
        """What is kept now."""
        return self._kept.decode(errors="replace")

    def release(self) -> None:
        """They were warnings: passes them on."""
        if self._kept:
            self._listener.heard("stderr", bytes(self._kept))
            self._kept.clear()

    def stop(self) -> None:
        """Passes on all that was kept and will come."""
        self.release()
        self._pipe = ""
