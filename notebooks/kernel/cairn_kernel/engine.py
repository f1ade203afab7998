"""What the kernel asks of an engine, and what it is told."""

from __future__ import annotations

from typing import NamedTuple, Optional, Protocol, Union

from .child import Listener


class Done(NamedTuple):
    """The cell ran to its end."""

    value: str | None  # of its last expression, if it is to be shown


class NotCompiled(NamedTuple):
    """The compiler refused the cell, and nothing of it ran."""

    messages: str


class Thrown(NamedTuple):
    """An exception left the cell; the session goes on."""

    type: str
    what: str


class Lost(NamedTuple):
    """The process is gone, and with it all that the cells before had defined."""

    how: str
    thrown: Optional[Thrown] = None  # the exception that did it, where that is known


Outcome = Union[Done, NotCompiled, Thrown, Lost]


class EngineUnavailable(Exception):
    """The engine cannot be started here; the text says what to do about it."""


class Engine(Protocol):
    """A C++ session in a child process, which begins anew after it was lost."""

    banner: str

    def run(self, cell: int, code: str, listener: Listener) -> Outcome:
        """Runs a cell; its output goes to `listener` while it does."""

    def complete(self, code: str, cursor: int) -> list[str]:
        """The declarations that can stand at `cursor`, as the compiler describes them."""

    def stop(self) -> None:
        """Ends the child, if there is one."""

    def kill(self) -> None:
        """Ends the child from another thread than run()'s, which will say that it is lost."""
