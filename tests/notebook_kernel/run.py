"""Runs a group of test_kernel.py in the notebooks' environment: run.py ENGINE GROUP...

Where the environment or the engine is missing the status is 77, which ctest takes for "not
run"; with CI=true it is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "notebooks"))
from run import PYTHON, missing, status_of  # noqa: E402


def main() -> int:
    engine, *groups = sys.argv[1:]
    lack = missing(engine)
    if lack:
        return status_of(lack, dict(os.environ))
    tests = [f"test_kernel.{group}" for group in groups]
    return subprocess.run(
        [PYTHON, "-m", "unittest", *tests],
        cwd=HERE,
        env={**os.environ, "CAIRN_KERNEL_ENGINE": engine},
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
