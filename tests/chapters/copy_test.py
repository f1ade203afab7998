"""Copies an exercise's test; compiler messages go on naming the original.

Usage: copy_test.py SOURCE COPY
"""

import sys
from pathlib import Path


def main() -> None:
    source, copy = Path(sys.argv[1]), Path(sys.argv[2])
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(f'#line 1 "{source}"\n{source.read_text(encoding="utf-8")}', encoding="utf-8")


if __name__ == "__main__":
    main()
