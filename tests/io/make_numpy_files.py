#!/usr/bin/env python3
"""Writes the files in tests/io/numpy_files: arrays as NumPy saves them.

    python3 -m venv /tmp/numpy && /tmp/numpy/bin/pip install numpy
    /tmp/numpy/bin/python tests/io/make_numpy_files.py

The tests read them and need no NumPy. same-*.npy hold dtypes that Cairn has: what Cairn
writes is compared with them byte for byte, which shows that NumPy reads it.
"""

from pathlib import Path

import numpy as np
from numpy.lib import format as npy

FOLDER = Path(__file__).parent / "numpy_files"


def save_version(name: str, array: np.ndarray, version: tuple[int, int]) -> None:
    with open(FOLDER / name, "wb") as file:
        npy.write_array(file, array, version=version)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    same = {
        "f4": np.array([[1.5, -2.25, 0.1], [1e-38, -0.0, np.inf]], "<f4"),
        "f8": np.array(1 / 3, "<f8"),
        "i8": np.array([0, -1, 2**62, -(2**63), 7], "<i8"),
        "u1": np.arange(12, dtype="u1").reshape(2, 1, 6),
        "none": np.zeros((2, 0, 3), "<f8"),
    }
    for name, array in same.items():
        np.save(FOLDER / f"same-{name}.npy", array)
    save_version("version-2.npy", same["f4"], (2, 0))
    save_version("version-3.npy", same["f4"], (3, 0))
    others = {
        "half": np.array([1, -0.5, 65504, 6e-8, np.inf, -np.inf, np.nan, 0.1], "<f2"),
        "truth": np.array([[True, False], [False, True]]),
        "i1": np.array([-128, 127], "i1"),
        "i2": np.array([-32768, 300], "<i2"),
        "i4": np.array([-(2**31), 70000], "<i4"),
        "u2": np.array([65535, 1], "<u2"),
        "u4": np.array([2**32 - 1, 1], "<u4"),
        "u8": np.array([2**63 - 1, 1], "<u8"),
        "big-f8": np.array([1.5, -1e300], ">f8"),
        "big-i2": np.array([1, -2], ">i2"),
        "fortran": np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)),
    }
    np.savez(FOLDER / "stored.npz", **others)
    np.savez_compressed(FOLDER / "packed.npz", zeros=np.zeros((100, 7)), **same)
    np.savez(FOLDER / "odd.npz", complex=np.array([1j]))
    np.save(FOLDER / "too-large.npy", np.array([2**63], "<u8"))
    np.save(FOLDER / "text.npy", np.array(["abc"]))
    np.save(FOLDER / "records.npy", np.zeros(1, [("a", "<f4"), ("b", "<i4")]))
    np.save(FOLDER / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)


if __name__ == "__main__":
    main()
