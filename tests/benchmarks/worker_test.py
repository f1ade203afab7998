#!/usr/bin/env python3
"""worker_test.py WORKER: a case of each kind through Cairn's own worker, checked against the references."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from suite import run  # noqa: E402
from suite.cases import Case, gemm  # noqa: E402
from suite.worker import Skipped, Worker  # noqa: E402

CASES = [
    *(gemm(trans, 7, 13, 17, "") for trans in ("NN", "NT", "TN", "TT")),
    *(Case(f"conv {which} 2 3 9 8 5 3 2 2 1", "conv", "", 1) for which in ("forward", "input", "weight")),
    *(Case(text, "elementwise", "", 1) for text in ("map exp 99", "map tanh 99", "map sigmoid 99", "rows softmax 7 10")),
    Case("adam 101", "elementwise", "", 1, tolerance=1e-3),
    Case("train mlp 784-128-10 adam 32", "train", "", 1, tolerance=1e-3),
    Case("train mlp 784-128-10 sgd 32", "train", "", 1, tolerance=1e-3),
    Case("infer lenet none 1", "infer", "", 1, tolerance=1e-3),
]


def main() -> int:
    expected = json.loads((ROOT / "benchmarks/suite/expected_losses.json").read_text())
    worker = Worker("cairn", (sys.argv[1], "--threads", "1"))
    failures = []
    for case in CASES:
        error, _ = worker.prepare(case.text)
        if case.group in ("train", "infer"):
            error = run.check_losses(worker, case, expected)
        if not error <= case.tolerance:
            failures.append(f"{case.text}: off by {error}")
        if not 0 < worker.sample(0.001).seconds < 10:
            failures.append(f"{case.text}: no time was taken")
    try:
        worker.prepare("nonsense 1")
        failures.append("nonsense was accepted")
    except Skipped:
        pass
    worker.close()
    print("\n".join(failures) or f"{len(CASES)} cases are right")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
