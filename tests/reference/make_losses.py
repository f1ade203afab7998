#!/usr/bin/env python3
"""Writes losses.safetensors: what PyTorch computes for losses with settings, for activations
without kernels of their own, for elements picked by number and for conv1d. Cases and names
are those of make_reference.py.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch numpy safetensors
    /tmp/reference/bin/python tests/reference/make_losses.py
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from make_reference import Reference, distinct, normal, positive
from safetensors.torch import save_file

REDUCTIONS = ("mean", "sum", "none")


def activations(r: Reference) -> None:
    for slope in (0.01, 0.3, -1.5):
        r.add("leaky_relu", lambda x, a=slope: F.leaky_relu(x, a), [distinct(3, 7)], slope=slope)
    for alpha in (1.0, 0.6):
        r.add("elu", lambda x, a=alpha: F.elu(x, a), [distinct(3, 7) / 3], alpha=alpha)
    r.add("silu", F.silu, [normal(3, 1, 7) * 6])
    r.add("softplus", F.softplus, [normal(5, 7) * 4])


def losses(r: Reference) -> None:
    for reduction in REDUCTIONS:
        for delta in (1.0, 0.4):
            pair = [normal(3, 5) * 2, normal(3, 5) * 2]
            r.add("huber", lambda x, t, d=delta, how=reduction: F.huber_loss(x, t, reduction=how, delta=d),
                  pair, delta=delta, reduction=reduction)
            r.add("smooth_l1", lambda x, t, d=delta, how=reduction: F.smooth_l1_loss(x, t, reduction=how, beta=d),
                  pair, beta=delta, reduction=reduction)
        r.add("l1", lambda x, t, how=reduction: F.l1_loss(x, t, reduction=how),
              [normal(3, 5), normal(3, 5)], reduction=reduction)


def classified(r: Reference) -> None:
    """Class weights, ignored labels and smoothing, alone and together."""
    for reduction in REDUCTIONS:
        for smoothing in (0.0, 0.1, 1.0):
            for weighted in (False, True):
                for ignored in (-100, 2):
                    labels = torch.tensor([0, 2, ignored, 4, 1, ignored, 2])
                    factors = positive(5) if weighted else torch.ones(5)
                    factors[4] = 0 if weighted else 1
                    r.add("labels", lambda x, t, w, e=smoothing, i=ignored, how=reduction: F.cross_entropy(
                              x, t, w, ignore_index=i, reduction=how, label_smoothing=e),
                          [normal(7, 5) * 3, labels, factors], fixed=[2], smoothing=smoothing,
                          weighted=weighted, ignored=ignored, reduction=reduction)
        shares = torch.softmax(normal(4, 3), 1).float()
        r.add("shares", lambda x, t, how=reduction: F.cross_entropy(x, t, reduction=how, label_smoothing=0.3),
              [normal(4, 3), shares], fixed=[1], smoothing=0.3, reduction=reduction)


def picks(r: Reference) -> None:
    for dim, shape in ((0, (5, 3)), (1, (2, 4, 3)), (2, (2, 3, 5)), (0, (6,))):
        size = list(shape)
        size[dim] = 4
        index = torch.randint(0, shape[dim], size)
        r.add("gather", lambda x, i, d=dim: torch.gather(x, d, i), [normal(*shape), index], dim=dim)
    for dim, shape, k in ((1, (3, 7), 3), (0, (5, 2, 3), 5), (1, (2, 6, 3), 1)):
        r.add("topk", lambda x, d=dim, n=k: torch.topk(x, n, d).values, [distinct(*shape)], dim=dim, k=k)


def convolutions(r: Reference) -> None:
    for channels, out, taps, length, stride, padding, dilation, groups in (
            (3, 4, 3, 9, 1, 1, 1, 1), (4, 6, 5, 17, 2, 3, 1, 2), (2, 2, 3, 12, 1, 0, 2, 2), (1, 1, 1, 1, 1, 0, 1, 1)):
        r.add("conv1d", lambda x, w, b, s=stride, p=padding, d=dilation, g=groups: F.conv1d(x, w, b, s, p, d, g),
              [normal(2, channels, length), normal(out, channels // groups, taps), normal(out)],
              stride=stride, padding=padding, dilation=dilation, groups=groups)


def main() -> None:
    torch.manual_seed(2027)
    reference = Reference()
    for part in (activations, losses, classified, picks, convolutions):
        part(reference)
    path = Path(__file__).with_name("losses.safetensors")
    save_file(reference.tensors, path, metadata={"made with": f"PyTorch {torch.__version__}"})
    print(f"{path}: {reference.cases} cases, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
