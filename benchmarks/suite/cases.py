"""What is measured. A case's text is what the workers are told; see ../worker/worker.h."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    text: str  # "gemm NT 32 128 784"
    group: str  # "gemm", "conv", "elementwise", "train", "infer"
    title: str  # for people
    work: float  # floating-point operations a call, or elements
    everyday: bool = False  # part of the short form
    tolerance: float = 1e-4  # allowed difference from the reference, in its rms
    tags: frozenset[str] = field(default_factory=frozenset)  # what the goals select by


def gemm(trans: str, m: int, n: int, k: int, title: str, everyday: bool = False) -> Case:
    size = "large" if min(m, n, k) >= 256 else "small"
    return Case(f"gemm {trans} {m} {n} {k}", "gemm", title, 2.0 * m * n * k, everyday,
                tags=frozenset({size, trans}))


def _squares() -> list[Case]:
    cases = []
    for n in (16, 24, 31, 32, 48, 64, 96, 100, 127, 128, 192, 256, 384, 509, 512, 768, 1024, 2048):
        everyday = n in (16, 31, 64, 128, 256, 512, 1024)
        cases.append(gemm("NN", n, n, n, "prime square" if n in (31, 127, 509) else "square", everyday))
    for n in (64, 128, 256, 512, 1024):
        for trans in ("NT", "TN"):
            cases.append(gemm(trans, n, n, n, "square", n == 512))
    cases.append(gemm("NN", 7, 13, 17, "odd"))
    cases.append(gemm("NN", 333, 777, 555, "odd", True))
    return cases


def linear(batch: int, inputs: int, outputs: int, title: str, everyday: bool = False,
           first: bool = False) -> list[Case]:
    """The products of a linear layer with its weights [out, in]: forward, dX unless it is the first, dW."""
    cases = [gemm("NT", batch, outputs, inputs, f"{title} forward", everyday)]
    if not first:
        cases.append(gemm("NN", batch, inputs, outputs, f"{title} dX", everyday))
    cases.append(gemm("TN", outputs, inputs, batch, f"{title} dW", everyday))
    return cases


def _gemm_cases() -> list[Case]:
    cases = _squares()
    for batch in (32, 128):
        cases += linear(batch, 784, 256, "MLP", batch == 32, first=True)
        cases += linear(batch, 256, 128, "MLP", batch == 32)
        cases += linear(batch, 128, 10, "MLP", batch == 32)
    cases += linear(32, 784, 128, "MLP")
    cases += linear(64, 256, 1024, "MLP", True)
    cases += linear(128, 128, 512, "MLP")
    for m, n, k in ((32, 128, 784), (32, 10, 128), (784, 128, 32), (128, 512, 128), (64, 1024, 256)):
        cases.append(gemm("NN", m, n, k, "skinny"))
    for trans in ("NN", "NT"):
        cases.append(gemm(trans, 1, 1024, 1024, "matrix-vector", trans == "NT"))
    cases += [
        gemm("NT", 2048, 1024, 64, "LSTM inputs"),
        gemm("NT", 32, 1024, 256, "LSTM step", True),
        gemm("NN", 32, 256, 1024, "LSTM step dH"),
        gemm("TN", 1024, 256, 2048, "LSTM dW"),
        gemm("NT", 32, 768, 256, "GRU step"),
        gemm("NT", 32, 256, 256, "RNN step"),
        gemm("NT", 128, 128, 32, "attention QKᵀ", True),
        gemm("NN", 128, 32, 128, "attention PV", True),
        gemm("NT", 2048, 384, 128, "attention projections"),
        gemm("NT", 2048, 512, 128, "Transformer MLP"),
        gemm("NT", 2048, 128, 512, "Transformer MLP"),
        gemm("TN", 512, 128, 2048, "Transformer MLP dW"),
        gemm("NN", 6, 784, 25, "im2col LeNet"),
        gemm("NN", 16, 100, 150, "im2col LeNet"),
        gemm("NN", 50176, 64, 27, "im2col", True),
        gemm("NN", 64, 4096, 576, "im2col", True),
        gemm("NT", 64, 4096, 576, "im2col"),
    ]
    return list({case.text: case for case in reversed(cases)}.values())[::-1]


def all_cases() -> list[Case]:
    return _gemm_cases()
