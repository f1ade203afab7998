"""The workers' protocol for Python; ../worker/worker.h says what is spoken."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


class Unsupported(Exception):
    """Raised by a worker that has nothing for a case."""


@dataclass
class Job:
    run: Callable[[], object]
    loss: Callable[[], float] | None = None
    note: str = ""
    finish: Callable[[], object] = lambda: None  # waits for what run() has begun

    @staticmethod
    def fastest(make: Callable[[str], Job], names: list[str]) -> Job:
        """A fresh job of the kind that took the shortest time in a trial."""
        times = {}
        for name in names:
            job = make(name)
            job.run()
            job.finish()
            times[name] = min(_seconds(job, 0.01)[0] for _ in range(3))
        return make(min(times, key=times.get))


def _seconds(job: Job, least: float) -> tuple[float, float]:
    """Seconds a call over at least `least`, and processor seconds a second."""
    calls = 0
    used, start = time.process_time(), time.perf_counter()
    while time.perf_counter() - start < least:
        job.run()
        calls += 1
    job.finish()
    wall = time.perf_counter() - start
    return wall / calls, (time.process_time() - used) / wall


def threads_asked() -> int:
    return int(sys.argv[sys.argv.index("--threads") + 1]) if "--threads" in sys.argv else 1


def serve(about: str, prepare: Callable[[list[str]], Job]) -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print goes elsewhere
    print("hello", about, file=out, flush=True)
    job: Job | None = None
    for line in sys.stdin:
        words = line.split()
        if words[:1] == ["quit"]:
            break
        try:
            if words[0] == "prepare":
                job = None
                job = prepare(words[1:])
                reply = f"ok 0 {job.note}"
            elif words[0] == "sample":
                least = float(words[1])
                _seconds(job, least / 8)  # a moment of warming up
                reply = "{} {}".format(*_seconds(job, least))
            else:
                reply = "ok " + " ".join(str(job.loss()) for _ in range(int(words[1])))
        except Unsupported as reason:
            reply = f"skip {reason}"
        except Exception as error:  # told to the driver, which names this peer and goes on
            reply = f"error {type(error).__name__}: {error}"
        print(" ".join(reply.split()), file=out, flush=True)
