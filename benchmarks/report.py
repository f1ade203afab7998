#!/usr/bin/env python3
"""Writes docs/performance.md from benchmarks/results/*.json: report.py [RESULTS_FOLDER [PAGE]]

A run with --long leaves its results there and calls this. Every figure of the tables is the run's. What people found out
about a processor, why a goal is missed and by which profile, stands in RESULTS_FOLDER/<processor>.md and is put below its goals.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from suite import goals, table  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]

HEAD = """# How fast Cairn is

*Written by `benchmarks/report.py` from the results in `benchmarks/results/`; do not edit it. What stands under "Why" is in
`benchmarks/results/<processor>.md`, written by people.*

## How it is measured

`benchmarks/run.sh` installs the peers that are missing, builds and runs everything; `--long` measures every case and writes
this page anew. Each library is a process of its own, given the same random inputs. Before anything is timed, its result is
compared with a naive one in double precision; of a training step the losses of the first steps are compared with those of
PyTorch in double precision, from the same weights and batches (dlib and tiny-dnn, which start from weights of their own,
must only learn). Then Cairn (A) and a peer (B) take turns, A B B A, each sample at least 20 ms after a moment of warming
up. A ratio is the peer's time over Cairn's in one such round: **above 1 Cairn is faster**. Tables give the median over
the rounds with the quartiles. On one thread each worker is bound to a core, and a sample from which other programs took the core
is taken again; idle workers are stopped. The FMA peak is measured between the rounds.

Every peer is set to its best: where a library can be told which kernels to use, a trial decides (see "Versions"); oneDNN
and PyTorch use the layout and the algorithm that is fastest for the case, and reorders into oneDNN's layouts are not counted. PyTorch is told to flush subnormal
numbers to zero, as Cairn's optimizers and JAX do: moments of weights at rest would make its Adam ever slower.
"""

GROUPS = {
    "gemm": "Matrix multiplication, f32",
    "conv": "Convolution",
    "elementwise": "Elementwise work",
    "train": "Training steps",
    "fit": "fit()",
    "infer": "Inference, one sample",
}


def figure(entry: dict, peer: dict) -> str:
    return f"{peer['ratio']:.2f} ({peer['low']:.2f}–{peer['high']:.2f})"


def name_of(case: str) -> str:
    """"gemm NT 32 128 784" as people write it."""
    words = case.split()
    if words[0] == "gemm":
        return f"{words[1]} {'×'.join(words[2:5])}"
    return " ".join(words[1:]) if words[0] in ("train", "fit", "infer") else case


def goals_table(results: list[dict]) -> list[str]:
    lines = ["| work | cases | goal | mean lead | least | |", "|---|---|---|---|---|---|"]
    for goal, verdict in goals.judge_all(results):
        asked = f"≥ {goal.mean:.2f}"
        if goal.least:
            asked += f", never < {goal.least:.2f}"
        if goal.share_of_peak:
            asked += f", ≥ {100 * goal.share_of_peak:.0f} % of peak"
        if verdict is None:
            lines.append(f"| {goal.work} | – | {asked} | – | – | not measured |")
            continue
        told = "**met**" if verdict.met else goals.told(verdict)
        lines.append(f"| {goal.work} | {verdict.cases} | {asked} | {verdict.mean:.2f} | {verdict.least:.2f} "
                     f"({name_of(verdict.least_case)}) | {told} |")
    return lines


def group_table(results: list[dict], group: str, threads: int) -> list[str]:
    entries = [e for e in results if e["group"] == group and e["threads"] == threads and "cairn" in e]
    if not entries:
        return []
    names = list(dict.fromkeys(name for entry in entries for name in entry["peers"]))
    shares = group in ("gemm", "conv")
    head = ["case", table.UNITS[group]] + (["of peak"] if shares else []) + names
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for entry in entries:
        best = table.best_peer(entry)
        row = [f"{entry['title']}: {name_of(entry['case'])}" if group in ("gemm", "conv", "elementwise")
               else entry["title"], table.amount(entry, entry["cairn"]["seconds"])]
        if shares:
            row.append(f"{100 * goals.share_of_peak(entry):.0f} %")
        for name in names:
            peer = entry["peers"].get(name)
            cell = figure(entry, peer) if peer else "–"
            row.append(f"**{cell}**" if best and name == best[0] else cell)
        lines.append("| " + " | ".join(row) + " |")
    leads = [best[1]["ratio"] for entry in entries if (best := table.best_peer(entry))]
    if leads:
        mean = math.exp(sum(map(math.log, leads)) / len(leads))
        lines += ["", f"Over the best peer of each case (bold): {mean:.2f} times, geometric mean of {len(leads)}; "
                  f"least {min(leads):.2f}."]
    return lines


def versions(run: dict) -> list[str]:
    lines = ["| library | version, and what it chose |", "|---|---|"]
    for name, about in run["versions"].items():
        chosen = run["tuning"].get(name)
        lines.append(f"| {name} | {about}{'; ' + chosen if chosen else ''} |")
    for name, reason in run["absent"].items():
        lines.append(f"| {name} | absent: {reason} |")
    return lines


def left_out(results: list[dict]) -> list[str]:
    """Peers whose result was wrong, or that ended, for a case."""
    lines = []
    for entry in results:
        for name, reason in entry.get("out", {}).items():
            if table.is_fault(reason):
                lines.append(f"- {name}, {entry['case']}, {entry['threads']} threads: {reason}")
        if "cairn_missing" in entry:
            lines.append(f"- cairn, {entry['case']}: {entry['cairn_missing']}")
    return lines


def section(run: dict, findings: str) -> list[str]:
    """`findings`: what people wrote about this processor's figures; may be empty."""
    processor, results = run["processor"], run["results"]
    peaks = sorted(entry["peak_gflops"] for entry in results if "peak_gflops" in entry)
    caches = ", ".join(f"{level} {size}" for level, size in processor["caches"].items())
    lines = [f"## {processor['name']}", "",
             f"{processor['model']}, {processor['cores']} cores, {caches}; FMA peak of one core in this run "
             f"{peaks[len(peaks) // 2]:.0f} GFLOP/s ({peaks[0]:.0f}–{peaks[-1]:.0f})." if peaks else "",
             f"Measured on {run['date']} at commit {run['commit']}, {run['rounds']} rounds, samples of "
             f"{1e3 * run['sample_seconds']:.0f} ms{'' if run['long'] else '; the everyday form, not every case'}.", "",
             "### Goals", "", *goals_table(results), ""]
    if findings:
        lines += ["### Why", "", findings.strip(), ""]
    for group, title in GROUPS.items():
        for threads in sorted({entry["threads"] for entry in results}):
            rows = group_table(results, group, threads)
            if rows:
                count = "one thread" if threads == 1 else f"{threads} threads"
                lines += [f"### {title}, {count}", "", *rows, ""]
    lines += ["### Versions", "", *versions(run), ""]
    faults = left_out(results)
    if faults:
        lines += ["### Left out", "", *faults, ""]
    return lines


def page(runs: list[dict], findings: dict[str, str]) -> str:
    """Newest first. `findings`: what people wrote, by the processor's slug."""
    lines = [HEAD]
    for run in sorted(runs, key=lambda run: run["date"], reverse=True):
        lines += section(run, findings.get(run["processor"]["slug"], ""))
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "benchmarks/results"
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs/performance.md"
    runs = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    if not runs:
        print(f"report.py: no results in {folder}; benchmarks/run.sh --long makes them", file=sys.stderr)
        return 1
    target.write_text(page(runs, {file.stem: file.read_text() for file in folder.glob("*.md")}))
    print(f"Wrote {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
