"""The install step: python -m cairn_kernel.install [--prefix FOLDER].

Builds the precompiled header with which Cling starts, and the kernelspec `xcpp17` by which
Jupyter finds the kernel. Both go below the environment's own prefix; what is there and
up to date is left alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager

from .cling_library import ARGUMENTS, VERSION

KERNEL_NAME = "xcpp17"


def header_path() -> Path:
    """Where the precompiled header belongs: one for each version of Cling."""
    return Path(sys.prefix, "share", "cairn-kernel", f"cling-{VERSION}.pch")


def build_header() -> None:
    """Builds the precompiled header of the standard library, as C++17 for any processor.

    The one that Cling's package would build is C++20 and bound to this machine's
    processor, and the header decides for all cells.
    """
    header = header_path()
    stamp = header.with_suffix(".json")
    made_with = {"arguments": ARGUMENTS, "compiler": _compiler()}
    if header.exists() and stamp.exists() and json.loads(stamp.read_text()) == made_with:
        return
    header.parent.mkdir(parents=True, exist_ok=True)
    header.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-c", "from cppyy_backend import loader; loader.ensure_precompiled_header()"],
        env={**os.environ, "CLING_STANDARD_PCH": str(header), "EXTRA_CLING_ARGS": ARGUMENTS},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    if not header.exists():
        sys.exit("cairn_kernel: Cling could not precompile the standard library; see above")
    stamp.write_text(json.dumps(made_with))


def _compiler() -> str:
    """The compiler whose standard library Cling uses."""
    try:
        return subprocess.check_output(["c++", "--version"], text=True).partition("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        sys.exit("cairn_kernel: there is no C++ compiler, whose standard library Cling needs: install g++")


def install_kernelspec(prefix: Path) -> Path:
    """Installs the kernelspec below `prefix`, and says where."""
    spec = {
        "argv": [sys.executable, "-m", "cairn_kernel", "-f", "{connection_file}"],
        "display_name": "C++17",
        "language": "C++",
        "metadata": {"debugger": False},
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernel.json").write_text(json.dumps(spec, indent=2) + "\n")
        place = KernelSpecManager().install_kernel_spec(folder, KERNEL_NAME, prefix=str(prefix))
    return Path(place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--prefix", type=Path, default=Path(sys.prefix))
    options = parser.parse_args()
    build_header()
    print(f"installed the kernel {KERNEL_NAME} in {install_kernelspec(options.prefix)}")


if __name__ == "__main__":
    main()
