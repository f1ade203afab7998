#!/usr/bin/env python3
"""Reads a checkpoint as the safetensors format describes it, with nothing of Cairn.

    check_checkpoint.py WORKER

WORKER trains and leaves a checkpoint, whose every byte is accounted for here: header,
offsets, alignment, checksum. Where Python's `safetensors` is installed, it must read the
same.
"""

import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

WIDTH = {"F32": 4, "F64": 8, "I64": 8, "U8": 1}
CODE = {"F32": "f", "F64": "d", "I64": "q", "U8": "B"}
NAME = {"F32": "f32", "F64": "f64", "I64": "i64", "U8": "u8"}


def read(path: Path) -> tuple[dict[str, tuple], dict[str, str]]:
    """Numbers by name, as (dtype, shape, values), and the metadata."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    assert (8 + length) % 8 == 0, "the data does not begin at a multiple of eight"
    metadata = header.pop("__metadata__")
    tensors, spans, checksum = {}, [], 0
    for name, entry in header.items():
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        count = 1
        for size in shape:
            count *= size
        assert end - begin == count * WIDTH[dtype], name
        assert begin % WIDTH[dtype] == 0, f"{name} is not aligned"
        spans.append((begin, end))
        values = struct.unpack(f"<{count}{CODE[dtype]}", data[begin:end])
        tensors[name] = dtype, shape, values
        text = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        checksum = zlib.crc32(f"{name}\n{NAME[dtype]}{text}\n".encode(), checksum)
        checksum = zlib.crc32(data[begin:end], checksum)
    at = 0
    for begin, end in sorted(spans):
        assert begin == at, f"a gap or an overlap at byte {at}"
        at = end
    assert at == len(data), "bytes behind the last tensor"
    assert metadata["cairn.checkpoint"] == "1"
    assert metadata["cairn.crc32"] == str(checksum), "the checksum is another"
    return tensors, metadata


def compare_with_safetensors(path: Path, tensors: dict[str, tuple]) -> str:
    try:
        from safetensors.numpy import load_file
    except ImportError:
        return "the format's own rules"
    theirs = load_file(path)
    assert theirs.keys() == tensors.keys()
    for name, (_, shape, values) in tensors.items():
        assert list(theirs[name].shape) == shape, name
        assert theirs[name].ravel().tolist() == list(values), name
    return "the format's own rules and Python's safetensors"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder, "0", "1", "7", "0", "0"], check=True)
        paths = [path for path in Path(folder).iterdir() if path.name != "best"]
        for path in paths:
            tensors, _ = read(path)
            how = compare_with_safetensors(path, tensors)
        tensors, _ = read(Path(folder) / "final")
        assert tensors["model/0.weight"][1] == [5, 1, 3, 3]
        assert tensors["optimizer/0.exp_avg"][1] == [5, 1, 3, 3]
        assert tensors["generator/philox"][0] == "I64"
        print(f"{len(paths)} checkpoints of {len(tensors)} tensors and more read by {how}")


if __name__ == "__main__":
    main()
