"""Which peers there are, how each is started, and how it is set to its best here."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .worker import Skipped, Worker, WorkerDied

# They cannot start from given weights: their loss must fall, that is all that is checked.
OWN_FIRST_VALUES = {"dlib", "tiny-dnn"}

TRIAL = "gemm NN 512 512 512"


@dataclass(frozen=True)
class Peer:
    name: str
    command: tuple[str, ...]
    groups: frozenset[str]
    # Settings of the environment between which a trial decides.
    settings: tuple[dict[str, str], ...] = ({},)
    trial: str = TRIAL
    everyday: bool = True  # else in the long form only, or when it is asked for by name
    everyday_text: str = ""  # in the short form only cases with this in their text


def processor_flags() -> set[str]:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


def known_peers(programs: Path, venv: Path, sources: Path) -> list[Peer]:
    """All of them; whether they are there is seen when they are started."""
    avx512 = "avx512f" in processor_flags()
    openblas = [{}, {"OPENBLAS_CORETYPE": "Haswell"}, {"OPENBLAS_CORETYPE": "Zen"}]
    blis = [{}, {"BLIS_ARCH_TYPE": "8"}]  # 8 is zen3 in BLIS 0.9, 0 is skx
    mkl = [{}, {"CAIRN_MKL_INTEL": "1"}]
    if avx512:
        openblas.append({"OPENBLAS_CORETYPE": "SkylakeX"})
        blis.append({"BLIS_ARCH_TYPE": "0"})

    def program(name: str, groups: set[str], settings=({},), trial: str = TRIAL) -> Peer:
        return Peer(name, (str(programs / f"{name}-worker"),), frozenset(groups), tuple(settings), trial)

    def python(name: str, script: str, groups: set[str], *arguments: str, everyday: bool = True,
               everyday_text: str = "", **settings: str) -> Peer:
        command = (python_of(venv), str(sources / "peers" / script), *arguments)
        reference = {"BENCH_REFERENCE": str(programs / "libreference.so")}
        return Peer(name, command, frozenset(groups), ({**reference, **settings},),
                    everyday=everyday, everyday_text=everyday_text)

    return [
        program("openblas", {"gemm"}, openblas),
        program("blis", {"gemm"}, blis),
        program("mkl", {"gemm"}, mkl),
        program("onednn", {"gemm", "conv", "elementwise"}),
        program("eigen", {"gemm", "elementwise"}),
        program("libtorch", {"conv", "elementwise", "train", "infer"}),
        program("dlib", {"train"}),
        program("tiny-dnn", {"train"}),
        python("pytorch", "torch_worker.py", {"train", "infer"}, everyday=False),  # libtorch is its kernels
        python("pytorch-compile", "torch_worker.py", {"train", "infer"}, "--compile",
               everyday=False),  # compiles for half a minute before each case
        # XLA compiles a step with convolutions for minutes on one core.
        python("jax", "jax_worker.py", {"train", "infer"}, everyday_text="mlp"),
        python("keras-tf", "keras_worker.py", {"fit"}, KERAS_BACKEND="tensorflow"),
        python("keras-jax", "keras_worker.py", {"fit"}, KERAS_BACKEND="jax"),
    ]


def environment(threads: int) -> dict[str, str]:
    """What every library understands of how many threads it may use."""
    count = str(threads)
    return {"OMP_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count, "BLIS_NUM_THREADS": count,
            "MKL_NUM_THREADS": count, "CAIRN_NUM_THREADS": count, "OMP_DYNAMIC": "FALSE",
            "MKL_DYNAMIC": "FALSE", "TF_CPP_MIN_LOG_LEVEL": "2", "JAX_PLATFORMS": "cpu",
            "CUDA_VISIBLE_DEVICES": "",
            **({"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"} if threads == 1 else {})}


def cores_for(threads: int) -> set[int]:
    """One thread stays on the last core: the first one serves interrupts."""
    return set(sorted(os.sched_getaffinity(0))[-threads:])


def start(name: str, command: tuple[str, ...], threads: int, settings: dict[str, str] | None = None) -> Worker:
    """Raises WorkerDied with the reason when the peer is not there."""
    if not os.access(command[0], os.X_OK):
        raise WorkerDied(f"{command[0]} is not there")
    return Worker(name, (*command, "--threads", str(threads)), {**environment(threads), **(settings or {})},
                  cores_for(threads))


def best_settings(peer: Peer) -> tuple[dict[str, str], str]:
    """The settings with the shortest trial on one thread, and what was seen of each."""
    if len(peer.settings) == 1:  # nothing to choose
        return peer.settings[0], ""
    seen: list[tuple[float, dict[str, str]]] = []
    for settings in peer.settings:
        try:
            worker = start(peer.name, peer.command, 1, settings)
        except WorkerDied:
            continue
        try:
            worker.prepare(peer.trial)
            seen.append((min(worker.sample(0.02).seconds for _ in range(4)), settings))
        except (WorkerDied, Skipped):
            pass
        finally:
            worker.close()
    if not seen:
        return {}, ""
    default = [seconds for seconds, settings in seen if not settings]
    best = min(seen, key=lambda pair: pair[0])
    if default and best[0] > 0.97 * default[0]:  # as good as what it chooses itself
        best = (default[0], {})
    told = ", ".join(f"{_told(settings)} {1e3 * seconds:.2f} ms" for seconds, settings in seen)
    return best[1], f"{_told(best[1])} ({peer.trial}: {told})"


def _told(settings: dict[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in settings.items()) or "as it is"


def absent_reasons(build: Path) -> dict[str, str]:
    """What CMake wrote about peers that it did not find."""
    file = build / "absent.txt"
    if not file.exists():
        return {}
    return dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line)


def python_of(venv: Path) -> str:
    python = venv / "bin" / "python"
    return str(python) if python.exists() else sys.executable


def revision(root: Path) -> str:
    """The commit that is measured, with a plus sign when files differ from it."""
    try:
        name = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=root, text=True,
                              capture_output=True, check=True)
        return name.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
