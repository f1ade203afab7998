#!/usr/bin/env python3
"""check_npz.py WRITER: has WRITER write two archives and reads them with Python's zipfile,
which checks headers and checksums, and with NumPy too where it is installed."""
import array
import ast
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CODES = {"<f4": "f", "<f8": "d", "<i8": "q", "|u1": "B"}
EXPECTED = {
    "f4": ((3, 2), [0, 3, 1, 4, 2, 5]),
    "f8": ((), [0.25]),
    "i8": ((5,), [-2, -1, 0, 1, 2]),
    "u1 é": ((10, 20), list(range(200))),
}


def parse(data: bytes) -> tuple[tuple[int, ...], list[float]]:
    """A .npy file of version 1.0 by the letter of its description."""
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    end = 10 + int.from_bytes(data[8:10], "little")
    assert end % 64 == 0 and data[end - 1 : end] == b"\n", end
    header = ast.literal_eval(data[10:end].decode("ascii"))
    assert header["fortran_order"] is False
    return header["shape"], list(array.array(CODES[header["descr"]], data[end:]))


def check(path: Path, method: int) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [i.compress_type for i in archive.infolist()] == [method] * len(EXPECTED)
        found = {name.removesuffix(".npy"): parse(archive.read(name)) for name in archive.namelist()}
    assert found == EXPECTED, found
    try:
        import numpy
    except ImportError:
        return
    for name, values in numpy.load(path).items():
        assert (values.shape, values.ravel().tolist()) == EXPECTED[name], name


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        check(Path(folder) / "stored.npz", zipfile.ZIP_STORED)
        check(Path(folder) / "packed.npz", zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
