#!/usr/bin/env python3
"""Runs an example in a folder of its own and checks the accuracies that it prints."""
import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pictures


def kill_when(name: str, command: list[str], folder: str, environment: dict[str, str]) -> None:
    """Runs the command until a file of that name is there, and kills it."""
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        while process.poll() is None and not any(Path(folder).rglob(name)):
            time.sleep(0.002)
        process.kill()
        if process.wait() != -signal.SIGKILL:
            sys.exit(f"it ended before {name} was there, with status {process.returncode}")


def run(command: list[str], folder: str, environment: dict[str, str]) -> str:
    result = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    print(result.stdout + result.stderr)
    if result.returncode != 0:
        sys.exit(f"it ended with status {result.returncode}")
    return result.stdout


def content(name: str, folder: str) -> bytes:
    found = list(Path(folder).rglob(name))
    return found[0].read_bytes() if found else sys.exit(f"it did not make {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=float, required=True, help="every test accuracy must reach this")
    parser.add_argument("--makes", default="", help="files that must be there afterwards, and not empty")
    parser.add_argument("--says", default="", help="text that must be printed")
    parser.add_argument("--kill-when", default="", help="run once more before, killed when this file is there")
    parser.add_argument("--same", default="", help="a file that a run that was not killed makes alike, byte for byte")
    parser.add_argument("--no-data", action="store_true", help="as on a machine without Fashion-MNIST")
    parser.add_argument("--draw", choices=("folder", "cifar"), help="draws pictures first; the program is told where by --data")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        if args.no_data:
            environment["CAIRN_DATA"] = folder
        if args.draw:
            args.command += ["--data", str(pictures.draw(Path(folder), args.draw))]
        if args.kill_when:
            kill_when(args.kill_when, args.command, folder, environment)
        said = run(args.command, folder, environment)
        if args.same:
            with tempfile.TemporaryDirectory() as other:
                run(args.command, other, environment)
                if content(args.same, folder) != content(args.same, other):
                    sys.exit(f"{args.same} is another where the run was killed")
        made = {f.name for f in Path(folder).rglob("*") if f.is_file() and f.stat().st_size > 0}
    missing = set(filter(None, args.makes.split(","))) - made
    if missing:
        sys.exit(f"it did not make {', '.join(sorted(missing))}")
    if args.says not in said:
        sys.exit(f"it did not say '{args.says}'")
    found = re.findall(r"^Test accuracy: ([\d.]+)( %)?$", said, re.M)
    accuracies = [float(number) / (100 if percent else 1) for number, percent in found]
    if not accuracies or min(accuracies) < args.least:
        sys.exit(f"accuracies {accuracies}, but at least {args.least} was expected")


if __name__ == "__main__":
    main()
