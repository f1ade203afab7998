"""benchmarks/run.sh calls this: python3 -m suite [options], with benchmarks/ as the folder."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

from . import goals, table
from .cases import all_cases
from .run import Settings, run

ROOT = Path(__file__).resolve().parents[2]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run.sh", description="Measures Cairn beside its peers.")
    parser.add_argument("--long", action="store_true", help="all cases with more rounds, for the record")
    parser.add_argument("--only", action="append", default=[], metavar="TEXT",
                        help='cases whose "group: text title" contains TEXT, everyday or not; repeatable')
    parser.add_argument("--peers", default="", metavar="A,B", help="these peers only")
    parser.add_argument("--threads", default="1,2", metavar="N,M", help="numbers of threads (default 1,2)")
    parser.add_argument("--rounds", type=int, help="rounds of A B B A (default 3, with --long 7)")
    parser.add_argument("--sample", type=float, default=0.02, metavar="SECONDS", help="length of a sample")
    parser.add_argument("--against", action="append", default=[], metavar="NAME=WORKER",
                        help="another build's cairn-worker as one more peer; repeatable")
    parser.add_argument("--json", type=Path, help="where the results go")
    parser.add_argument("--list", action="store_true", help="prints the cases and ends")
    parser.add_argument("--build", type=Path, default=ROOT / "build-benchmarks", help=argparse.SUPPRESS)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-benchmarks", help=argparse.SUPPRESS)
    parser.add_argument("--cairn", type=Path, default=ROOT / "build/bin/cairn-worker", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def summary(results: list[dict]) -> str:
    """The geometric mean of Cairn's lead over the best peer, for each group and count of threads."""
    lines = []
    for group in dict.fromkeys(entry["group"] for entry in results):
        for threads in sorted({entry["threads"] for entry in results}):
            leads = [best[1]["ratio"] for entry in results
                     if entry["group"] == group and entry["threads"] == threads
                     and (best := table.best_peer(entry))]
            if leads:
                mean = math.exp(sum(map(math.log, leads)) / len(leads))
                lines.append(f"{group}, {threads} threads: {mean:.2f} times the best peer of each case "
                             f"(geometric mean of {len(leads)}; least {min(leads):.2f})")
    return "\n".join(lines)


def main() -> int:
    options = parse(sys.argv[1:])
    if options.list:
        for case in all_cases():
            print(f"{'everyday' if case.everyday else '        '}  {case.group}: {case.text}  {case.title}")
        return 0
    settings = Settings(
        root=ROOT, build=options.build, venv=options.venv, cairn=options.cairn,
        threads=[int(n) for n in options.threads.split(",")],
        rounds=options.rounds or (7 if options.long else 3), seconds=options.sample, only=options.only,
        peers=[name for name in options.peers.split(",") if name],
        against={name: Path(path) for name, _, path in (item.partition("=") for item in options.against)},
        long=options.long)
    record = options.long and not (options.only or settings.peers or settings.against)
    file = options.json or options.build / "last.json"
    file.parent.mkdir(parents=True, exist_ok=True)

    def tell(entry: dict, report: dict) -> None:  # a run that is cut short leaves what it has
        print(table.line(entry), flush=True)
        file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")

    print(table.EXPLANATION, flush=True)
    report = run(all_cases(), settings, tell)
    print(summary(report["results"]))
    for goal, verdict in goals.judge_all(report["results"]):
        if verdict:
            print(f"{goal.work}: {verdict.mean:.2f} (least {verdict.least:.2f}), {goals.told(verdict)}")
    if record and not options.json:
        shutil.copy(file, ROOT / f"benchmarks/results/{report['processor']['slug']}.json")
        subprocess.run([sys.executable, ROOT / "benchmarks/report.py"], check=True)
    print(f"Wrote {file}")
    wrong = [entry for entry in report["results"] if entry.get("cairn_missing", "").startswith(("wrong", "worker"))]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
