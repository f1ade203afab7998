"""Addresses of a loaded library's functions, its hidden ones included.

Cling's own entry points are in libCling.so's symbol table, but not among the symbols that
dlsym knows. This reads the table out of the ELF file; the difference between a symbol's
place in the file and its place in memory is the same for all, and one exported symbol
tells it.
"""

from __future__ import annotations

import ctypes
import struct
from pathlib import Path

_SECTION = struct.Struct("<IIQQQQIIQQ")  # an Elf64 section header
_SYMBOL = struct.Struct("<IBBHQQ")  # name, info, other, section, value, size
_SYMBOL_TABLE = 2  # the section type SHT_SYMTAB


class SymbolNotFound(Exception):
    """The library has no such function: it is not the version that this was made for."""


def read_values(path: Path, names: list[str]) -> dict[str, int]:
    """The values that the symbol table of the ELF file at `path` gives to `names`."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        raise SymbolNotFound(f"{path} is no 64-bit little-endian ELF file")
    (sections,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    headers = [_SECTION.unpack_from(data, sections + i * size) for i in range(count)]
    table = next((header for header in headers if header[1] == _SYMBOL_TABLE), None)
    if table is None:
        raise SymbolNotFound(f"{path} has been stripped of its symbol table")
    strings = headers[table[6]]
    strings = data[strings[4] : strings[4] + strings[5]]

    wanted = {}
    for name in names:
        place = strings.find(b"\0" + name.encode() + b"\0")
        if place < 0:
            raise SymbolNotFound(f"{path} has no symbol {name}")
        wanted[place + 1] = name
    found = {}
    for name, _, _, _, value, _ in _SYMBOL.iter_unpack(data[table[4] : table[4] + table[5]]):
        if name in wanted and value:
            found[wanted[name]] = value
    return found


def find_addresses(
    path: Path, names: list[str], library: ctypes.CDLL, exported: str
) -> dict[str, int]:
    """The addresses of `names` in this process, where `library` was loaded from `path`.

    `exported` is a function of the library that dlsym finds.
    """
    values = read_values(path, [*names, exported])
    here = ctypes.cast(getattr(library, exported), ctypes.c_void_p).value
    return {name: values[name] - values[exported] + here for name in names}
