"""Turns and figures: A B B A, medians of the ratios of pairs, their spread."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .worker import Sample

DISTURBED = 0.95  # a thread that had a core for a smaller share of its time is asked again
TRIES = 3


@dataclass
class Figures:
    """What was seen of one library at one case."""
    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)  # its time over Cairn's, one a round

    def median(self) -> float:
        return statistics.median(self.seconds)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The quartiles; of fewer than four values the least and the greatest."""
    if len(values) < 4:
        return min(values), max(values)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def undisturbed(take: Callable[[], Sample], threads: int) -> float:
    """Seconds a call, of a sample in which no other program took the core, if one can be had."""
    best: Sample | None = None
    for _ in range(TRIES):
        sample = take()
        if best is None or sample.share > best.share:
            best = sample
        if threads > 1 or best.share >= DISTURBED:
            break
    return best.seconds


def take_turns(base: Callable[[], float], others: dict[str, Callable[[], float]], rounds: int,
               before_round: Callable[[], None] = lambda: None) -> tuple[Figures, dict[str, Figures]]:
    """Lets `base` (A) and each of the others (B) take their turns as A B B A B' B' A …

    Neighbouring pairs share the A between them; every second round runs through the others in
    reverse, so that none is always the one after the same. Each call returns seconds.
    """
    mine = Figures()
    theirs = {name: Figures() for name in others}
    for turn in range(rounds):
        before_round()
        before = base()
        mine.seconds.append(before)
        names = list(others) if turn % 2 == 0 else list(others)[::-1]
        for name in names:
            pair = [others[name](), others[name]()]
            after = base()
            mine.seconds.append(after)
            theirs[name].seconds += pair
            theirs[name].ratios.append(sum(pair) / (before + after))
            before = after
    return mine, theirs
