"""The training cases for the Python workers: as ../worker/networks.h, by the same generator."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent
BATCHES = 16
CHARACTERS, STEPS, EMBEDDED, HIDDEN = 65, 64, 64, 256
GPT_STEPS, GPT_WIDTH, GPT_HEADS, GPT_LAYERS, GPT_BETWEEN = 128, 128, 4, 4, 512


def _library() -> ctypes.CDLL:
    file = os.environ.get("BENCH_REFERENCE") or HERE.parents[1] / "build-benchmarks/bin/libreference.so"
    library = ctypes.CDLL(str(file))
    library.bench_fill.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_uint64]
    library.bench_fill.restype = None
    return library


_reference = _library()


def fill(count: int, seed: int) -> numpy.ndarray:
    values = numpy.empty(count, numpy.float32)
    _reference.bench_fill(values.ctypes.data, count, seed)
    return values


class Problem:
    """network [widths] optimizer batch"""

    def __init__(self, words: list[str]):
        words = list(words)
        self.network = words.pop(0)
        self.widths = [int(width) for width in words.pop(0).split("-")] if self.network == "mlp" else []
        self.optimizer = words.pop(0)
        self.batch = int(words.pop(0))
        self.rest = words

    @property
    def of_characters(self) -> bool:
        return self.network.startswith("char-")

    @property
    def of_images(self) -> bool:
        return self.network != "mlp" and not self.of_characters

    @property
    def steps(self) -> int:
        return GPT_STEPS if self.network == "char-gpt" else STEPS

    def sample(self) -> tuple[int, ...]:
        if self.network == "mlp":
            return (self.widths[0],)
        if self.of_characters:
            return (self.steps,)
        return (3, 32, 32) if self.network == "resnet20" else (1, 28, 28)


def inputs(problem: Problem, batch: int) -> numpy.ndarray:
    shape = (problem.batch, *problem.sample())
    if problem.of_characters:
        return characters(problem.batch, 1000 + batch, problem.steps)
    return fill(int(numpy.prod(shape)), 1000 + batch).reshape(shape)


def whole_numbers(count: int, seed: int, classes: int) -> numpy.ndarray:
    return ((fill(count, seed) + numpy.float32(1)) * numpy.float32(classes / 2)).astype(numpy.int64)


def characters(count: int, seed: int, steps: int = STEPS) -> numpy.ndarray:
    return whole_numbers(count * steps, seed, CHARACTERS).reshape(count, steps)


def labels(problem: Problem, count: int, batch: int) -> numpy.ndarray:
    """Of `count` samples; for characters one for each step, in one row."""
    if problem.of_characters:
        return whole_numbers(count * problem.steps, 2000 + batch, CHARACTERS)
    return whole_numbers(count, 2000 + batch, 10)


def parameter(count: int, index: int, fan_in: int) -> numpy.ndarray:
    bound = numpy.float32(1) / numpy.sqrt(numpy.float32(fan_in))
    return fill(count, 100 + index) * bound
