"""Small pictures that can be told apart: stripes that lie, stripes that stand, and chequers."""
import io
import random
import tarfile
from pathlib import Path

SIDE = 32
CLASSES = ("chequers", "lying", "standing")
RGB = tuple[int, int, int]


def picture(kind: int, rng: random.Random) -> list[list[RGB]]:
    """Rows of pixels in two colours, of which one is dark, with some noise."""
    bright = [rng.randrange(150, 256) for _ in range(3)]
    dark = [rng.randrange(0, 90) for _ in range(3)]
    width, shift = rng.randrange(3, 6), rng.randrange(8)
    bands = [(i + shift) // width % 2 for i in range(SIDE)]
    noise = iter(rng.randbytes(3 * SIDE * SIDE))

    def pixel(y: int, x: int) -> RGB:
        base = bright if (bands[x] ^ bands[y], bands[y], bands[x])[kind] else dark
        return tuple(min(255, c + next(noise) % 40) for c in base)

    return [[pixel(y, x) for x in range(SIDE)] for y in range(SIDE)]


def bmp(rows: list[list[RGB]]) -> bytes:
    """A bitmap of 24 bits, bottom row first, as the format has it."""
    pixels = b"".join(bytes((b, g, r)) for row in reversed(rows) for r, g, b in row)
    header = [(54 + len(pixels), 4), (0, 4), (54, 4), (40, 4), (len(rows[0]), 4), (len(rows), 4), (1, 2), (24, 2)]
    return b"BM" + b"".join(v.to_bytes(n, "little") for v, n in header) + bytes(24) + pixels


def record(label: int, rows: list[list[RGB]]) -> bytes:
    """As CIFAR-10 keeps an image: its label, then plane by plane."""
    return bytes([label]) + bytes(pixel[c] for c in range(3) for row in rows for pixel in row)


def draw(folder: Path, form: str) -> Path:
    """Draws a set to learn from and one to be tested with; returns what --data must name."""
    rng = random.Random(3)
    sets = {part: [(i % 3, picture(i % 3, rng)) for i in range(n)] for part, n in (("train", 180), ("test", 45))}
    if form == "folder":
        for part, samples in sets.items():
            for i, (kind, rows) in enumerate(samples):
                below = folder / "pictures" / part / CLASSES[kind]
                below.mkdir(parents=True, exist_ok=True)
                (below / f"{i}.bmp").write_bytes(bmp(rows))
        return folder / "pictures"
    records = {part: [record(*sample) for sample in samples] for part, samples in sets.items()}
    files = {f"data_batch_{b + 1}.bin": b"".join(records["train"][b::5]) for b in range(5)}
    files["test_batch.bin"] = b"".join(records["test"])
    archive = folder / "cifar-10-binary.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return archive
