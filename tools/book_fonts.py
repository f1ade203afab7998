"""Cuts the book's fonts to the characters it uses and packs them as woff2.

Usage: book_fonts.py OUT

The fonts come from Debian (fonts-vollkorn, fonts-inter, fonts-jetbrains-mono), the tool
from its fonttools package. What is already in OUT and newer is left alone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FONTS = Path("/usr/share/fonts")
FACES = {
    "vollkorn-regular": FONTS / "truetype/vollkorn/Vollkorn-Regular.ttf",
    "vollkorn-italic": FONTS / "truetype/vollkorn/Vollkorn-Italic.ttf",
    "vollkorn-semibold": FONTS / "truetype/vollkorn/Vollkorn-SemiBold.ttf",
    "inter-regular": FONTS / "opentype/inter/Inter-Regular.otf",
    "inter-semibold": FONTS / "opentype/inter/Inter-SemiBold.otf",
    "jetbrains-mono-regular": FONTS / "truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
    "jetbrains-mono-italic": FONTS / "truetype/jetbrains-mono/JetBrainsMono-Italic.ttf",
    "jetbrains-mono-semibold": FONTS / "truetype/jetbrains-mono/JetBrainsMono-SemiBold.ttf",
}
# Latin, Greek, dashes and quotes, super- and subscripts, arrows, operators, box drawing,
# blocks, and the stars of the exercises.
CHARACTERS = ("U+0020-017F,U+0300-036F,U+0370-03FF,U+1E00-1EFF,U+2010-2027,U+2030-203A,"
              "U+2070-209C,U+20AC,U+2100-214F,U+2190-21FF,U+2200-22FF,U+2500-25FF,U+2605,U+2606")
FEATURES = "kern,liga,lnum,tnum,mark,mkmk,ccmp,locl"


def pack(source: Path, target: Path) -> None:
    subprocess.run(
        ["/usr/bin/python3", "-m", "fontTools.subset", str(source), f"--unicodes={CHARACTERS}",
         f"--layout-features={FEATURES}", "--flavor=woff2", f"--output-file={target}"],
        check=True, stderr=subprocess.DEVNULL)


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, source in FACES.items():
        target = out / f"{name}.woff2"
        newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
        if not target.exists() or target.stat().st_mtime < newest:
            pack(source, target)


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as error:
        sys.exit(f"book_fonts: {error}; scripts/book.sh installs the fonts")
