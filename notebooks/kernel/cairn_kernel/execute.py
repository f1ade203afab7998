"""Runs notebooks from top to bottom: python -m cairn_kernel.execute --output FOLDER FILE...

Each is run under the kernel's name, in its own folder, and an executed copy written, also
of one that fails. Exit status 1 if any did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from traitlets.config import Config

from .install import KERNEL_NAME

_LONGEST_CELL = 600  # seconds


def execute(path: Path, output: Path) -> str | None:
    """Runs one; what went wrong, or None."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="cairn-") as sockets:
        client = NotebookClient(
            notebook,
            kernel_name=KERNEL_NAME,
            timeout=_LONGEST_CELL,
            resources={"metadata": {"path": str(path.parent)}},
            config=Config(KernelManager=local_connection(Path(sockets))),
        )
        try:
            client.execute()
        except (CellExecutionError, DeadKernelError, TimeoutError) as error:
            return str(error)
        finally:
            nbformat.write(notebook, output / path.name)
    return None


def local_connection(folder: Path) -> dict[str, str]:
    """Settings of a kernel manager that talks to its kernel through sockets in `folder`.

    Jupyter looks for free TCP ports, lets go of them and has the kernel bind them: another
    program that does so in between takes one, and the kernel dies as it starts.
    """
    return {"transport": "ipc", "connection_file": str(folder / "kernel.json")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    failed = 0
    for path in options.files:
        start = time.monotonic()
        error = execute(path, options.output)
        seconds = time.monotonic() - start
        print(f"{path}: {'failed' if error else 'ran'} in {seconds:.1f} s", flush=True)
        if error:
            failed += 1
            print(error, file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
