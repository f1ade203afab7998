"""Runs notebooks from top to bottom, as a reader would, and writes them with their outputs.

Usage: execute.py [--out FOLDER] [--timeout SECONDS] NOTEBOOK...

The kernel is found under the name that the notebooks carry, xcpp17. CAIRN_KERNEL_ENGINE
chooses its engine, cling or clang-repl. Ends with one line "N passed, M failed"; the text
of what went wrong names notebook and cell.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


class Failed(Exception):
    """A notebook did not run to its end; the text says where and why."""


def execute(path: Path, timeout: int = 300) -> nbformat.NotebookNode:
    """The notebook with its outputs. Raises Failed when a cell does not do."""
    book = nbformat.read(path, as_version=4)
    ran = []
    client = NotebookClient(book, timeout=timeout, resources={"metadata": {"path": str(path.parent)}},
                            on_cell_start=lambda cell, cell_index: ran.append(cell["id"]))
    cell = lambda: ran[-1] if ran else "no cell"  # noqa: E731
    try:
        client.execute()
    except CellExecutionError as error:
        raise Failed(f"{path.name}, cell {cell()}: {error.ename}: {error.evalue}") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise Failed(f"{path.name}, cell {cell()}: {error}") from error
    return book


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("notebooks", type=Path, nargs="+")
    options = parser.parse_args()
    engine = os.environ.get("CAIRN_KERNEL_ENGINE") or "cling"
    failed = 0
    for path in options.notebooks:
        start = time.monotonic()
        try:
            book = execute(path.resolve(), options.timeout)
        except Failed as error:
            failed += 1
            print(f"failed: {error}", flush=True)
            continue
        print(f"ran {path.name} on {engine} in {time.monotonic() - start:.1f} s", flush=True)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            nbformat.write(book, options.out / path.name)
    print(f"{len(options.notebooks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
