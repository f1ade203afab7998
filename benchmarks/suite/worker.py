"""One worker process and the lines spoken with it; ../worker/worker.h says which."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass


class WorkerDied(Exception):
    """The worker ended, or did not answer in time."""


class Skipped(Exception):
    """The worker has nothing for this case."""


@dataclass(frozen=True)
class Sample:
    seconds: float  # a call
    share: float  # of the time that its threads had a core


class Worker:
    """Between its turns a worker is stopped, so that no idle thread of it spins beside another's."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str] | None = None,
                 cores: set[int] | None = None, patience: float = 180.0):
        self.name = name
        self.patience = patience
        self._buffer = b""
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})}, start_new_session=True,
            preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None)
        self.about = self._expect("hello")

    def prepare(self, case: str) -> tuple[float, str]:
        """Difference from the reference, and what the worker has to say. Raises Skipped."""
        reply = self._ask(f"prepare {case}")
        status, _, rest = reply.partition(" ")
        if status == "ok":
            error, _, note = rest.partition(" ")
            return float(error), note
        raise Skipped(rest if status == "skip" else reply)

    def sample(self, seconds: float) -> Sample:
        reply = self._ask(f"sample {seconds}")
        try:
            first, second = map(float, reply.split())
        except ValueError:
            self.close()
            raise WorkerDied(f"answered a sample with: {reply}") from None
        return Sample(first, second)

    def losses(self, steps: int) -> list[float]:
        reply = self._ask(f"losses {steps}")
        if not reply.startswith("ok"):
            raise Skipped(reply)
        return [float(word) for word in reply.split()[1:]]

    def close(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            stream.close()

    def _ask(self, line: str) -> str:
        try:
            os.killpg(self._process.pid, signal.SIGCONT)
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
            reply = self._read_line()
            os.killpg(self._process.pid, signal.SIGSTOP)
        except (BrokenPipeError, ProcessLookupError):
            raise WorkerDied(self._last_words()) from None
        return reply

    def _expect(self, word: str) -> str:
        while True:  # libraries may print before the worker does
            line = self._read_line()
            if line.startswith(word + " "):
                os.killpg(self._process.pid, signal.SIGSTOP)
                return line[len(word) + 1:]

    def _read_line(self) -> str:
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._process.stdout], [], [], self.patience)
            if not ready:
                self.close()
                raise WorkerDied(f"no answer in {self.patience:g} s")
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise WorkerDied(self._last_words())
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode(errors="replace").strip()

    def _last_words(self) -> str:
        self._process.wait()
        said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        status = self._process.returncode
        return f"ended with status {status}" + (f": {said[-1]}" if said else "")
