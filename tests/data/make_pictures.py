#!/usr/bin/env python3
"""Writes the files in tests/data/pictures.

    python3 -m venv /tmp/pictures && /tmp/pictures/bin/pip install pillow numpy
    /tmp/pictures/bin/python tests/data/make_pictures.py

Pictures as Pillow saves them, and pictures.npz with what Pillow makes of them: <name>/rgb
and <name>/grey are the pixels it reads, resized/<height>x<width> is odd.png resized by its
bilinear filter. The tests read them and need neither.
"""

from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent / "pictures"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:11, 0:13]
    smooth = np.stack([x * 19, y * 23, 255 - x * y], -1).astype("u1")
    noise = rng.integers(0, 256, (11, 13, 3), dtype="u1")
    colours = Image.fromarray(smooth)
    Image.fromarray(noise).save(FOLDER / "odd.png")
    Image.fromarray(noise[:, :, 0]).save(FOLDER / "grey.png")
    colours.quantize(16).save(FOLDER / "palette.png")
    Image.fromarray(noise[:, :, 0] > 127).save(FOLDER / "bit.png")
    Image.fromarray(np.dstack([smooth, noise[:, :, :1]])).save(FOLDER / "alpha.png")
    colours.save(FOLDER / "baseline.jpg", quality=90, subsampling=0)
    colours.save(FOLDER / "progressive.jpg", quality=90, progressive=True, subsampling=0)
    colours.convert("L").save(FOLDER / "grey.jpg", quality=90)
    colours.save(FOLDER / "colours.bmp")
    arrays = {}
    for path in sorted(FOLDER.glob("*.*g")) + [FOLDER / "colours.bmp"]:
        with Image.open(path) as image:
            rgb = image.convert("RGBA").convert("RGB") if image.mode == "P" else image.convert("RGB")
        arrays[f"{path.name}/rgb"] = np.array(rgb).transpose(2, 0, 1)
        arrays[f"{path.name}/grey"] = np.array(rgb.convert("L"))[None]
    for height, width in ((5, 6), (22, 26), (1, 1), (11, 40), (7, 13)):
        resized = Image.fromarray(noise).resize((width, height), Image.Resampling.BILINEAR)
        arrays[f"resized/{height}x{width}"] = np.array(resized).transpose(2, 0, 1)
    np.savez_compressed(FOLDER / "pictures.npz", **arrays)


if __name__ == "__main__":
    main()
