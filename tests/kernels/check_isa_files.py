"""Keeps instruction sets inside their files.

A function compiled for AVX-512 that the linker may choose for everybody's use is a crash
on every machine without AVX-512, and inline functions and templates from shared headers
are exactly that. So each file named *_scalar, *_avx2 or *_avx512 may include only
intrinsics, fixed-width integers and the kernels' own headers, and its object file may
define one global symbol: its table, which must need no initialisation at run time.

usage: check_isa_files.py --source DIR --nm NM OBJECT...
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ISA_FILE = re.compile(r"(\w+)_(scalar|avx2|avx512)\.cpp")
ALLOWED_INCLUDES = re.compile(
    r"<(immintrin\.h|cstddef|cstdint|cairn/kernels/\w+/\w+(_kernels\.h|\.inc))>$")
# nm's letters for what other object files can see or clash with.
GLOBAL = set("ABCDGRSTVWiuvw")
UNDEFINED = set("Uwv")
# Data, not code, that sanitizers and exception tables add: safe in any instruction set.
HARMLESS = re.compile(r"__(odr_)?(asan|ubsan|tsan)|DW\.ref\.")


def check_includes(name: str, text: str) -> list[str]:
    """What `text`, the source of an ISA file, includes and should not."""
    found = re.findall(r'^\s*#\s*include\s*(\S+)', text, re.MULTILINE)
    return [f"{name}: includes {i}, which may define functions for everybody"
            for i in found if not ALLOWED_INCLUDES.match(i)]


def check_symbols(name: str, family: str, isa: str, listing: str) -> list[str]:
    """What the listing of `nm --demangle` holds beyond the one table."""
    table = f"cairn::kernels::{family}_{isa}"
    faults, seen = [], False
    for line in listing.splitlines():
        match = re.match(r"(?:[0-9a-f]+)?\s+([A-Za-z?])\s+(.*)$", line)
        if match is None:
            continue
        kind, symbol = match.groups()
        if symbol == table and kind in "DR":
            seen = True
        elif "_GLOBAL__sub_I" in symbol or "static_initialization" in symbol:
            if not re.search(r"_sub_[ID]_00099_", symbol):  # the sanitizer's own
                faults.append(f"{name}: has a static initialiser, {symbol}")
        elif kind in GLOBAL - UNDEFINED and not HARMLESS.match(symbol):
            faults.append(f"{name}: exports {symbol} (nm: {kind}) beside its table")
    if not seen:
        faults.append(f"{name}: does not export the constant {table}")
    return faults


def self_test() -> None:
    """The checks must be able to fail."""
    good = ("0000000000000000 D cairn::kernels::gemm_avx2\n"
            "0000000000000010 t cairn::kernels::(anonymous namespace)::tile()\n"
            "                 U memcpy\n")
    assert not check_symbols("x", "gemm", "avx2", good)
    bad = [good + "0000000000000020 W float std::max<float>(float, float)\n",
           good + "0000000000000020 T cairn::kernels::helper()\n",
           good + "0000000000000020 t _GLOBAL__sub_I_gemm_avx2.cpp\n",
           good.replace(" D ", " B "),  # zero until a constructor has run
           good.replace(" D ", " d ")]
    for listing in bad:
        assert check_symbols("x", "gemm", "avx2", listing), listing
    assert not check_includes("x", "#include <cairn/kernels/gemm/gemm_kernels.h>\n")
    assert not check_includes("x", "#include <cairn/kernels/gemm/tile.inc>\n")
    assert check_includes("x", "#include <algorithm>\n")
    assert check_includes("x", "# include <cairn/core/memory.h>\n")
    assert check_includes("x", '#include "tile.inc"\n')


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--nm", default="nm")
    parser.add_argument("objects", nargs="+")
    args = parser.parse_args()
    self_test()

    faults = []
    sources = {}
    for path in sorted(args.source.glob("*/*.cpp")):
        match = ISA_FILE.fullmatch(path.name)
        if match:
            sources[path.name] = match.groups()
            faults += check_includes(path.name, path.read_text())
    for inc in sorted(args.source.glob("*/*.inc")):
        faults += check_includes(inc.name, inc.read_text())

    checked = 0
    for path in args.objects:
        name = Path(path).name.removesuffix(".o")
        if name not in sources:
            continue
        listing = subprocess.run([args.nm, "--demangle", path], check=True, text=True,
                                 capture_output=True).stdout
        faults += check_symbols(name, *sources.pop(name), listing)
        checked += 1
    faults += [f"{name}: no object file of it was given" for name in sources]

    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{checked} object files checked, {len(faults)} faults")
    return 1 if faults or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
