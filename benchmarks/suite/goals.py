"""What the suite holds Cairn to: the table of goals, and whether a run meets them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .table import best_peer


@dataclass(frozen=True)
class Goal:
    work: str
    selects: Callable[[dict], bool]  # entries of one thread, unless `threads` says otherwise
    peers: tuple[str, ...]  # none: the best of all there are
    mean: float  # the geometric mean of Cairn's lead must reach it
    least: float = 0.0  # and no case may be below
    threads: int = 1
    share_of_peak: float = 0.0  # and each case must reach this share


@dataclass(frozen=True)
class Verdict:
    goal: Goal
    cases: int
    mean: float
    least: float
    least_case: str
    lowest_share: float

    @property
    def met(self) -> bool:
        return not self.misses()

    def misses(self) -> list[str]:
        """By how much, in words; empty when the goal is met."""
        told = []
        if self.mean < self.goal.mean:
            told.append(f"mean {self.mean:.2f}, {100 * (1 - self.mean / self.goal.mean):.0f} % short of "
                        f"{self.goal.mean:.2f}")
        if self.least < self.goal.least:
            told.append(f"{self.least_case} at {self.least:.2f}, below {self.goal.least:.2f}")
        if self.lowest_share < self.goal.share_of_peak:
            told.append(f"{100 * self.lowest_share:.0f} % of the peak at worst, {100 * self.goal.share_of_peak:.0f} %"
                        " asked for")
        return told


def tagged(group: str, *tags: str) -> Callable[[dict], bool]:
    return lambda entry: entry["group"] == group and set(tags) <= set(entry.get("tags", []))


PYTORCH = ("libtorch", "pytorch", "pytorch-compile")

GOALS = [
    Goal("GEMM, all sides ≥ 256", tagged("gemm", "large"), (), 1.00, 0.93, share_of_peak=0.95),
    Goal("GEMM, small and skinny, all transposes", tagged("gemm", "small"), (), 1.15, 0.92),
    Goal("GEMM, two threads over one, ≥ 256", tagged("gemm", "large"), ("cairn-1-thread",), 1.85, threads=2),
    Goal("convolution, direct shapes, over oneDNN", tagged("conv", "direct"), ("onednn",), 1.10, 0.85),
    Goal("convolution, 3×3 stride 1, over PyTorch", tagged("conv", "winograd"), ("libtorch",), 1.60),
    Goal("convolution, 3×3 stride 1, over oneDNN's best", tagged("conv", "winograd"), ("onednn",), 0.95),
    Goal("small MLPs, batch 32, over libtorch", tagged("train", "mlp-small"), ("libtorch",), 3.0),
    Goal("MLP 784-256-128-10, batch 128, over libtorch", tagged("train", "mlp-large"), ("libtorch",), 2.2),
    Goal("small MLPs, batch 32, over JAX", tagged("train", "mlp-small"), ("jax",), 2.0),
    Goal("MLP 784-256-128-10, batch 128, over JAX", tagged("train", "mlp-large"), ("jax",), 1.6),
    Goal("LeNet, over libtorch", tagged("train", "lenet"), ("libtorch",), 3.0),
    Goal("CNN 32-64, over libtorch", tagged("train", "cnn"), ("libtorch",), 2.0),
    Goal("ResNet-20, over libtorch", tagged("train", "resnet20"), ("libtorch",), 1.8),
    Goal("char-LSTM, over PyTorch", tagged("train", "lstm"), PYTORCH, 1.25),
    Goal("char-GRU, over PyTorch", tagged("train", "gru"), PYTORCH, 1.8),
    Goal("GPT, over PyTorch", tagged("train", "gpt"), PYTORCH, 1.4),
    Goal("fit(), over Keras", tagged("fit"), ("keras-tf", "keras-jax"), 3.0, 3.0),
    Goal("training, over dlib and tiny-dnn", tagged("train"), ("dlib", "tiny-dnn"), 3.0, 3.0),
]


def lead(entry: dict, names: tuple[str, ...]) -> float | None:
    """Cairn's lead over the best of the named peers, or over the best of all; None where none was measured."""
    if not names:
        best = best_peer(entry)
        return best[1]["ratio"] if best else None
    ratios = [entry["peers"][name]["ratio"] for name in names if name in entry.get("peers", {})]
    return min(ratios) if ratios else None


def share_of_peak(entry: dict) -> float:
    if not entry.get("peak_gflops"):
        return math.inf
    return 1e-9 * entry["work"] / entry["cairn"]["seconds"] / (entry["peak_gflops"] * entry["threads"])


def judge(goal: Goal, results: list[dict]) -> Verdict | None:
    """None where the run has nothing to judge by."""
    leads = [(value, entry) for entry in results
             if entry["threads"] == goal.threads and "cairn" in entry and goal.selects(entry)
             and (value := lead(entry, goal.peers)) is not None]
    if not leads:
        return None
    mean = math.exp(sum(math.log(value) for value, _ in leads) / len(leads))
    least, entry = min(leads, key=lambda pair: pair[0])
    shares = [share_of_peak(entry) for _, entry in leads] if goal.share_of_peak else [math.inf]
    return Verdict(goal, len(leads), mean, least, entry["case"], min(shares))


def judge_all(results: list[dict]) -> list[tuple[Goal, Verdict | None]]:
    return [(goal, judge(goal, results)) for goal in GOALS]


def told(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not measured"
    return "met" if verdict.met else "missed: " + "; ".join(verdict.misses())
