"""The child process that runs the C++ code, its pipes, and what can become of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import Mapping, Protocol

from .streams import Pipe, PipeSet

_GLANCE = 0.2  # seconds between two looks at whether the child still lives


class Listener(Protocol):
    """Who is told what the child says while a cell runs."""

    def heard(self, pipe: str, data: bytes) -> None:
        """`data` came from the pipe of this name."""

    def due(self) -> float | None:
        """In how many seconds pause() wants to be called; None if it does not."""

    def pause(self) -> None:
        """Nothing has come for due() seconds."""


class ChildEnded(Exception):
    """The child is no more; the text says how it ended."""


class Child:
    """A process with pipes for its output and for its replies, which are lines of JSON."""

    def __init__(
        self, command: list[str], outputs: list[str], environment: Mapping[str, str] = {}
    ) -> None:
        """Starts it.

        `outputs` names the pipes in the order in which they are read; "stdout" and "stderr"
        become the process's own. In `command` and in the values of `environment`, a name in
        braces stands for the descriptor of that pipe; "replies" and "lifeline", a pipe that
        ends when the kernel does, are always there.
        """
        self._pipes = [Pipe(name) for name in ("replies", *outputs)]
        pipes = {pipe.name: pipe.write_end for pipe in self._pipes}
        lifeline, self._lifeline = os.pipe()
        numbers = {**pipes, "lifeline": lifeline}
        self._process = subprocess.Popen(
            [word.format_map(numbers) for word in command],
            bufsize=0,
            # An interrupt is sent to a whole group, and what it means the kernel decides.
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=pipes["stdout"],
            stderr=pipes["stderr"],
            pass_fds=list(numbers.values()),
            env={**os.environ, **{k: v.format_map(numbers) for k, v in environment.items()}},
        )
        os.close(lifeline)
        for pipe in self._pipes:
            pipe.close_write_end()
        self._set = PipeSet(self._pipes)
        self._replies = bytearray()

    def send(self, text: str) -> None:
        """Writes to the child's standard input."""
        data = memoryview(text.encode())
        try:
            while data:
                data = data[self._process.stdin.write(data) :]
        except BrokenPipeError:
            pass  # it has ended, and the next listen() will say so

    def listen(self, listener: Listener) -> dict:
        """The next reply; before it returns, all that was said ahead of it is passed on."""
        while True:
            line, newline, rest = self._replies.partition(b"\n")
            if newline:
                self._replies = rest
                self._drain(listener)
                return json.loads(line)
            self._hear(listener)

    def kill(self) -> None:
        """Ends the process, whatever it is doing; may be called from another thread."""
        self._process.kill()

    def stop(self) -> None:
        """Ends the process and lets go of the pipes."""
        self.kill()
        self._process.wait()
        self._process.stdin.close()
        os.close(self._lifeline)
        for pipe in self._pipes:
            pipe.close()

    def _hear(self, listener: Listener) -> None:
        due = listener.due()
        pipe = self._set.wait(_GLANCE if due is None else min(due, _GLANCE))
        if pipe is not None:
            self._pass_on(pipe, listener)
        elif due is not None and due <= _GLANCE:
            listener.pause()
        elif self._process.poll() is not None:
            self._drain(listener)
            raise ChildEnded(how_it_ended(self._process.returncode))
        if not any(p.is_open for p in self._pipes):
            self._process.wait()
            raise ChildEnded(how_it_ended(self._process.returncode))

    def _drain(self, listener: Listener) -> None:
        """Passes on what is in the pipes now."""
        while pipe := self._set.wait(0):
            self._pass_on(pipe, listener)

    def _pass_on(self, pipe: Pipe, listener: Listener) -> None:
        data = pipe.read()
        if not data:
            return
        if pipe.name == "replies":
            self._replies += data
        else:
            listener.heard(pipe.name, data)


def how_it_ended(code: int) -> str:
    """An exit status in words: "segmentation fault (SIGSEGV)", "exit code 3"."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    return f"{signal.strsignal(-code).lower()} ({name})"
