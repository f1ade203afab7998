"""Starts test_execution.py in the notebooks' environment, on one of the engines.

Usage: run.py cling|clang-repl [TEST...]

The environment is .venv-notebooks, made by scripts/notebooks.sh --install. Where it is
missing the status is 77, which ctest takes for "not run" — in CI, where CI=true, it is a
failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".venv-notebooks" / "bin" / "python"
# Looked for and not imported, which would take as long again as the test's own import.
LOOK = "import importlib.util as look, cairn_kernel; assert look.find_spec('nbclient')"
NOT_RUN = 77


def missing(engine: str, python: Path = PYTHON) -> str | None:
    """What has to be installed before notebooks can be run on the engine."""
    install = f"scripts/notebooks.sh --install --engine {engine}"
    if not python.exists():
        return f"the notebooks' environment is not there: {install}"
    if subprocess.run([python, "-c", LOOK], stderr=subprocess.DEVNULL).returncode:
        return f"the kernel is not installed in {python.parents[1]}: {install}"
    names = ["clang-repl", *(f"clang-repl-{version}" for version in range(30, 18, -1))]
    if engine == "clang-repl" and not any(map(shutil.which, names)):
        return f"there is no clang-repl: {install}"
    return None


def status_of(lack: str, environment: dict[str, str]) -> int:
    """A lack is a failure in CI, and elsewhere a reason not to run."""
    print(f"notebooks: {lack}")
    return 1 if environment.get("CI") == "true" else NOT_RUN


def main() -> int:
    engine, *tests = sys.argv[1:]
    lack = missing(engine)
    if lack:
        return status_of(lack, dict(os.environ))
    environment = {**os.environ, "CAIRN_KERNEL_ENGINE": engine}
    # clang-repl has to be told of the folders when it starts.
    folders = [ROOT / "src", ROOT / "build" / "generated", ROOT / "chapters"]
    if engine == "clang-repl":
        environment["CPATH"] = ":".join(map(str, folders))
    names = [f"test_execution.{test}" for test in tests] or ["test_execution"]
    return subprocess.run([PYTHON, "-m", "unittest", *names], cwd=HERE, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
