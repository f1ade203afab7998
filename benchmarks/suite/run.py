"""A run: peers are started, every case is checked and timed, results go into one dictionary."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import measure, peers, processor
from .cases import Case
from .worker import Skipped, Worker, WorkerDied

FORMAT = 1


@dataclass
class Settings:
    root: Path
    build: Path
    venv: Path
    cairn: Path
    threads: list[int]
    rounds: int
    seconds: float
    only: list[str] = field(default_factory=list)  # substrings of texts, titles, groups
    peers: list[str] = field(default_factory=list)  # none: all
    against: dict[str, Path] = field(default_factory=dict)  # other builds of Cairn
    long: bool = False


class Crew:
    """The workers of one count of threads. One that dies is started again for the next case."""

    def __init__(self, threads: int, expected: dict[str, list[float]] | None = None):
        self.threads = threads
        self.expected = expected or {}
        self._starts: dict[str, Callable[[], Worker]] = {}
        self._workers: dict[str, Worker] = {}
        self._deaths: dict[str, int] = {}

    def add(self, name: str, start: Callable[[], Worker]) -> str:
        """Starts it; returns what it says of itself. Raises WorkerDied."""
        self._workers[name] = start()
        self._starts[name] = start
        return self._workers[name].about

    def worker(self, name: str) -> Worker:
        if name not in self._workers:
            if self._deaths.get(name, 0) > 2:
                raise WorkerDied("it has ended three times before")
            self._workers[name] = self._starts[name]()
        return self._workers[name]

    def bury(self, name: str) -> None:
        self._deaths[name] = self._deaths.get(name, 0) + 1
        worker = self._workers.pop(name, None)
        if worker:
            worker.close()

    def names(self) -> list[str]:
        return list(self._starts)

    def close(self) -> None:
        for worker in self._workers.values():
            worker.close()


def chosen(cases: list[Case], settings: Settings, threads: int = 1) -> list[Case]:
    """In the short form several threads are for what a goal speaks of: large products."""
    def wanted(case: Case) -> bool:
        if not settings.only:
            return settings.long or (case.everyday and (threads == 1 or {"gemm", "large"} <= {case.group, *case.tags}))
        return any(part in f"{case.group}: {case.text} {case.title}" for part in settings.only)
    return [case for case in cases if wanted(case)]


def takes(peer: peers.Peer, case: Case, settings: Settings) -> bool:
    """Whether the peer is asked for the case; when cases or peers are named, nothing is left out."""
    short = not (settings.long or settings.only or settings.peers)
    return case.group in peer.groups and (not short or peer.everyday_text in case.text)


def check_losses(worker: Worker, case: Case, expected: dict[str, list[float]]) -> float:
    """Largest relative difference of the first steps' losses from those expected; where the first values
    are the worker's own, or the order of the samples, 0 if the loss falls and infinity if not."""
    right = expected.get(case.text)
    if right is None or worker.name in peers.OWN_FIRST_VALUES:
        seen = worker.losses(3)
        return 0.0 if seen[-1] < seen[0] else float("inf")
    seen = worker.losses(len(right))
    return max(abs(a - b) / max(abs(b), 1e-2) for a, b in zip(seen, right))


def prepare_all(crew: Crew, case: Case, names: list[str]) -> tuple[dict[str, dict], dict[str, str]]:
    """Those that have the case and get it right, with what they say; and why the others do not."""
    ready: dict[str, dict] = {}
    out: dict[str, str] = {}
    for name in names:
        try:
            error, note = crew.worker(name).prepare(case.text)
            if case.group in ("train", "fit", "infer"):
                error = check_losses(crew.worker(name), case, crew.expected)
        except Skipped as reason:
            out[name] = str(reason)
        except WorkerDied as reason:
            crew.bury(name)
            out[name] = f"worker {reason}"
        else:
            if error <= case.tolerance:  # a NaN is not
                ready[name] = {"error": error, "note": note}
            else:
                out[name] = f"wrong result: off by {error:.2g}, {case.tolerance:g} allowed"
    return ready, out


class Lost(Exception):
    """A worker died while it was being timed."""

    def __init__(self, name: str, reason: WorkerDied):
        super().__init__(str(reason))
        self.name = name


def sampler(crew: Crew, name: str, seconds: float) -> Callable[[], float]:
    def take() -> float:
        try:
            return measure.undisturbed(lambda: crew.worker(name).sample(seconds), crew.threads)
        except WorkerDied as reason:
            crew.bury(name)
            raise Lost(name, reason) from None
    return take


def measure_case(crew: Crew, case: Case, names: list[str], settings: Settings) -> dict:
    """One entry of the results; "cairn_missing" in it when Cairn itself has no right result."""
    lost: dict[str, str] = {}
    while True:
        ready, out = prepare_all(crew, case, ["cairn", *(name for name in names if name not in lost)])
        out.update(lost)
        if "cairn" not in ready:
            return {"case": case.text, "group": case.group, "title": case.title, "threads": crew.threads,
                    "cairn_missing": out["cairn"]}
        try:
            return time_case(crew, case, ready, out, settings)
        except Lost as worker:
            if worker.name in ("cairn", "peak"):
                raise
            lost[worker.name] = f"worker {worker}"


def time_case(crew: Crew, case: Case, ready: dict[str, dict], out: dict[str, str], settings: Settings) -> dict:
    crew.worker("peak").prepare("peak")
    take_peak = sampler(crew, "peak", settings.seconds / 2)
    peaks: list[float] = []
    others = {name: sampler(crew, name, settings.seconds) for name in ready if name != "cairn"}
    mine, theirs = measure.take_turns(sampler(crew, "cairn", settings.seconds), others, settings.rounds,
                                      lambda: peaks.append(1e-3 / take_peak()))
    entry = {"case": case.text, "group": case.group, "title": case.title, "threads": crew.threads,
             "work": case.work, "tags": sorted(case.tags), "peak_gflops": round(max(peaks), 2),
             "cairn": {"seconds": mine.median(), **ready["cairn"]}, "peers": {}, "out": out}
    for name, figures in theirs.items():
        low, high = measure.spread(figures.ratios)
        entry["peers"][name] = {
            "seconds": figures.median(), "ratio": round(measure.statistics.median(figures.ratios), 4),
            "low": round(low, 4), "high": round(high, 4), **ready[name]}
    return entry


def start_crew(threads: int, settings: Settings, tuned: dict[str, dict[str, str]], report: dict) -> Crew:
    """Cairn, the peak, and every peer that is there; the others are named in report["absent"]."""
    crew = Crew(threads, json.loads((Path(__file__).parent / "expected_losses.json").read_text()))
    cairn = (str(settings.cairn),)
    report["versions"]["cairn"] = crew.add("cairn", lambda: peers.start("cairn", cairn, threads))
    crew.add("peak", lambda: peers.start("peak", cairn, 1))
    if threads > 1:
        crew.add("cairn-1-thread", lambda: peers.start("cairn-1-thread", cairn, 1))
    for name, path in settings.against.items():
        crew.add(name, lambda path=path, name=name: peers.start(name, (str(path),), threads))
    for peer in peers.known_peers(settings.build / "bin", settings.venv, settings.root / "benchmarks"):
        if peer.name not in settings.peers if settings.peers else not (settings.long or peer.everyday):
            continue
        if peer.name not in tuned:
            tuned[peer.name], told = peers.best_settings(peer)
            if told:
                report["tuning"][peer.name] = told
        try:
            report["versions"][peer.name] = crew.add(
                peer.name, lambda peer=peer: peers.start(peer.name, peer.command, threads, tuned[peer.name]))
        except WorkerDied as reason:
            known = peers.absent_reasons(settings.build)
            report["absent"][peer.name] = known.get(peer.name, str(reason))
    return crew


def run(cases: list[Case], settings: Settings, tell: Callable[[dict, dict], None],
        say: Callable[[str], None] = lambda text: print(text, file=sys.stderr)) -> dict:
    """Measures the chosen cases; `tell` is called with each entry as it is done, and all so far."""
    report: dict = {
        "format": FORMAT, "processor": processor.this_machine(),
        "date": datetime.date.today().isoformat(), "commit": peers.revision(settings.root),
        "long": settings.long, "rounds": settings.rounds, "sample_seconds": settings.seconds,
        "versions": {}, "tuning": {}, "absent": {}, "results": []}
    tuned: dict[str, dict[str, str]] = {}
    known = {peer.name: peer for peer in
             peers.known_peers(settings.build / "bin", settings.venv, settings.root / "benchmarks")}
    for threads in settings.threads:
        crew = start_crew(threads, settings, tuned, report)
        if threads == settings.threads[0]:
            for name, reason in report["absent"].items():
                say(f"absent: {name}: {reason}")
        try:
            for case in chosen(cases, settings, threads):
                names = [name for name in crew.names() if name not in ("cairn", "peak")
                         and (name not in known or takes(known[name], case, settings))]
                entry = measure_case(crew, case, names, settings)
                report["results"].append(entry)
                tell(entry, report)
        finally:
            crew.close()
    return report
