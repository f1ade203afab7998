"""Runs a group of test_kernel.py in the notebooks' environment: run.py ENGINE GROUP...

Where the environment or the engine is missing the status is 77, which ctest takes for "not
run"; with CI=true it is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = HERE.parents[1] / ".venv-notebooks" / "bin" / "python"
CLANG_REPL = ["clang-repl", *(f"clang-repl-{version}" for version in range(19, 31))]


def is_there(engine: str) -> bool:
    # Looked for and not imported, which would take as long again as the test's own import.
    asked = [str(PYTHON), "-c", "import importlib.util as look, cairn_kernel; assert look.find_spec('nbclient')"]
    if not PYTHON.exists() or subprocess.run(asked, stderr=subprocess.DEVNULL).returncode:
        return False
    return engine == "cling" or any(map(shutil.which, CLANG_REPL))


def main() -> int:
    engine, *groups = sys.argv[1:]
    if not is_there(engine):
        print(f"not installed: scripts/notebooks.sh --install --engine {engine} does it")
        return 1 if os.environ.get("CI") == "true" else 77
    tests = [f"test_kernel.{group}" for group in groups]
    return subprocess.run(
        [PYTHON, "-m", "unittest", *tests],
        cwd=HERE,
        env={**os.environ, "CAIRN_KERNEL_ENGINE": engine},
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
