"""What is measured. A case's text is what the workers are told; see ../worker/worker.h."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    text: str  # "gemm NT 32 128 784"
    group: str  # "gemm", "conv", "elementwise", "train", "fit", "infer"
    title: str  # for people
    work: float  # floating-point operations, elements or samples a call
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


# batch, in, height, width, out, kernel height and width, stride, padding, and dilation and groups where
# they are not 1; whether 3×3 stride 1 with
# 32 channels or more, where Winograd's algorithm pays ("winograd"), or not ("direct").
CONVOLUTIONS = [
    ("1→32 28² 5×5 N32", (32, 1, 28, 28, 32, 5, 5, 1, 2), "direct", True),
    ("32→64 14² 5×5 N32", (32, 32, 14, 14, 64, 5, 5, 1, 2), "direct", True),
    ("3→32 32² 3×3 N32", (32, 3, 32, 32, 32, 3, 3, 1, 1), "direct", False),
    ("32→32 32² 3×3 N32", (32, 32, 32, 32, 32, 3, 3, 1, 1), "winograd", True),
    ("32→64 28² 3×3 N32", (32, 32, 28, 28, 64, 3, 3, 1, 1), "winograd", False),
    ("64→64 16² 3×3 N32", (32, 64, 16, 16, 64, 3, 3, 1, 1), "winograd", True),
    ("128→128 8² 3×3 N32", (32, 128, 8, 8, 128, 3, 3, 1, 1), "winograd", False),
    ("64→64 56² 3×3 N4", (4, 64, 56, 56, 64, 3, 3, 1, 1), "winograd", False),
    ("256→256 14² 3×3 N8", (8, 256, 14, 14, 256, 3, 3, 1, 1), "winograd", False),
    ("16→32 32² 3×3 s2 N32", (32, 16, 32, 32, 32, 3, 3, 2, 1), "direct", True),
    ("64→128 16² 3×3 s2 N32", (32, 64, 16, 16, 128, 3, 3, 2, 1), "direct", False),
    ("64→256 56² 1×1 N4", (4, 64, 56, 56, 256, 1, 1, 1, 0), "direct", True),
    ("3→64 224² 7×7 s2 N2", (2, 3, 224, 224, 64, 7, 7, 2, 3), "direct", False),
    ("128→256 14² 3×3 s2 N1", (1, 128, 14, 14, 256, 3, 3, 2, 1), "direct", False),
    ("256→128 14² 1×1 s2 N4", (4, 256, 14, 14, 128, 1, 1, 2, 0), "direct", False),
    ("64→64 28² 3×3 8 groups N4", (4, 64, 28, 28, 64, 3, 3, 1, 1, 1, 8), "direct", False),
    ("48 14² 5×5 depthwise N32", (32, 48, 14, 14, 48, 5, 5, 1, 2, 1, 48), "direct", False),
]


def _convolution_cases() -> list[Case]:
    cases = []
    for title, sizes, kind, everyday in CONVOLUTIONS:
        n, c, h, w, o, kh, kw, stride, padding, dilation, groups = (*sizes, 1, 1)[:11]
        rows = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
        columns = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
        outputs = n * o * rows * columns
        for which in ("forward", "input", "weight"):
            # Winograd's algorithm sums differently: 1e-5 of the rms at worst.
            cases.append(Case(f"conv {which} " + " ".join(map(str, sizes)), "conv", title,
                              2.0 * outputs * c // groups * kh * kw, everyday, 2e-4, frozenset({kind, which})))
    return cases


def _elementwise_cases() -> list[Case]:
    cases = []
    for name in ("exp", "tanh", "sigmoid"):
        for n in (16384, 1048576):
            cases.append(Case(f"map {name} {n}", "elementwise", name, n, n == 16384, tags=frozenset({"map"})))
    for name, rows, cols in (("softmax", 128, 10), ("softmax", 2048, 128), ("softmax", 64, 1000),
                             ("layernorm", 2048, 128), ("layernorm", 256, 1024)):
        cases.append(Case(f"rows {name} {rows} {cols}", "elementwise", name, rows * cols, cols == 128,
                          tags=frozenset({"rows"})))
    for n in (101770, 1000000):  # the parameters of MLP 784-128-10, and many
        cases.append(Case(f"adam {n}", "elementwise", "Adam's step", n, n < 1000000, 1e-3, frozenset({"adam"})))
    return cases


# What the networks are: ../worker/networks.h.
NETWORKS = [
    ("MLP 784-128-10", "mlp 784-128-10", "adam", 32, "mlp-small", True),
    ("MLP 784-128-10", "mlp 784-128-10", "sgd", 32, "mlp-small", False),
    ("MLP 784-256-128-10", "mlp 784-256-128-10", "adam", 32, "mlp-small", True),
    ("MLP 784-256-128-10", "mlp 784-256-128-10", "adam", 128, "mlp-large", False),
    ("LeNet 6-16-120-84", "lenet", "adam", 64, "lenet", True),
    ("CNN 32-64-pool-128", "cnn", "adam", 64, "cnn", True),
    ("ResNet-20", "resnet20", "adam", 32, "resnet20", False),
    ("char-LSTM 64-256, 64 steps", "char-lstm", "adam", 32, "lstm", False),
    ("char-GRU 64-256, 64 steps", "char-gru", "adam", 32, "gru", False),
    ("GPT, 4 layers of 128, 128 steps", "char-gpt", "adam", 16, "gpt", False),
]


def _network_cases() -> list[Case]:
    cases = []
    for title, network, optimizer, batch, tag, everyday in NETWORKS:
        cases.append(Case(f"train {network} {optimizer} {batch}", "train",
                          f"{title}, batch {batch}, {optimizer}", batch, everyday, 2e-3, tags=frozenset({tag})))
    for title, network, batches in (("MLP 784-128-10", "mlp 784-128-10 adam 32", 200),
                                    ("MLP 784-256-128-10", "mlp 784-256-128-10 adam 32", 200),
                                    ("LeNet 6-16-120-84", "lenet adam 64", 30),
                                    ("char-LSTM 64-256, 64 steps", "char-lstm adam 32", 10),
                                    ("char-GRU 64-256, 64 steps", "char-gru adam 32", 10)):
        cases.append(Case(f"fit {network} {batches}", "fit", f"fit(), {title}, {batches} batches", batches,
                          tolerance=2e-3, tags=frozenset({"fit"})))
    for title, network in (("MLP 784-256-128-10", "mlp 784-256-128-10"), ("LeNet 6-16-120-84", "lenet")):
        cases.append(Case(f"infer {network} none 1", "infer", f"{title}, one sample", 1, True, 2e-3,
                          tags=frozenset({"infer"})))
    return cases


def all_cases() -> list[Case]:
    return _gemm_cases() + _convolution_cases() + _elementwise_cases() + _network_cases()
