"""Cling, as the PyPI package cppyy-cling carries it, behind five plain functions.

Only the package's libraries are used: libCling.so brings a whole compiler, and ctypes
calls it. The entry points are C++ methods that the library keeps to itself, hence the
pinned version (see `symbols.py`).

A C++ exception must not pass through ctypes, and its type and text are known to C++ only.
So the call that runs a cell is made by a small piece of C++ (`runner.cpp`), which Cling
compiles when it starts.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
from pathlib import Path
from typing import NamedTuple

from .symbols import SymbolNotFound, find_addresses

VERSION = "6.32.8"  # of cppyy-cling
ARGUMENTS = "-std=c++17 -O2"

_STRING = "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
_PROCESS = f"_ZN5cling11Interpreter7processERK{_STRING}PNS_5ValueEPPNS_11TransactionEb"
_DYNAMIC_LOOKUP = "_ZN5cling11Interpreter19enableDynamicLookupEb"
_COMPLETE = (
    "_ZNK5cling11Interpreter12codeCompleteERKNSt7__cxx1112basic_stringIcSt11char_traitsIcE"
    "SaIcEEERmRSt6vectorIS6_SaIS6_EE"
)
_PRINT = "_ZN5cling20valuePrinterInternal18printValueInternalB5cxx11ERKNS_5ValueE"
_MESSAGES = "_ZN5cling5utils4errsEv"
_INTERPRETER = "TCling__GetInterpreter"

_LIBRARIES = ("libCoreLegacy.so", "libThreadLegacy.so", "libRIOLegacy.so")

_REPORT = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)


class ClingUnavailable(Exception):
    """Cling is not installed, or it is not the version that this package drives."""


class Outcome(NamedTuple):
    """What came of a cell."""

    status: str  # "ok", "error" (it did not compile) or "exception"
    text: str | None  # the last expression's value, or what() of the exception
    type: str | None  # the exception's type


class _String(ctypes.Structure):
    """A std::string for the callee to read; it is never written to or destroyed."""

    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t), ("local", ctypes.c_char * 16)]


def backend_folder() -> Path:
    """Where cppyy-cling is installed, found without importing it."""
    spec = importlib.util.find_spec("cppyy_backend")
    if spec is None or spec.origin is None:
        raise ClingUnavailable(f"cppyy-cling {VERSION} is not installed")
    return Path(spec.origin).parent


class Cling:
    """The interpreter of this process. There can be one only, and it cannot be ended."""

    def __init__(self, precompiled_header: Path, messages_to: int) -> None:
        """Starts it; what the compiler has to say goes to the descriptor `messages_to`."""
        os.environ["CLING_STANDARD_PCH"] = str(precompiled_header)
        os.environ["EXTRA_CLING_ARGS"] = ARGUMENTS
        folder = backend_folder() / "lib"
        for name in _LIBRARIES:
            ctypes.CDLL(str(folder / name), ctypes.RTLD_GLOBAL)
        library = ctypes.CDLL(str(folder / "libCling.so"))
        names = [_PROCESS, _DYNAMIC_LOOKUP, _COMPLETE, _PRINT, _MESSAGES]
        try:
            self._addresses = find_addresses(folder / "libCling.so", names, library, _INTERPRETER)
        except SymbolNotFound as error:
            raise ClingUnavailable(f"this is not cppyy-cling {VERSION}: {error}") from error

        get_interpreter = getattr(library, _INTERPRETER)
        get_interpreter.restype = ctypes.c_void_p
        self._interpreter = get_interpreter()
        # Otherwise unknown names are looked up when a cell runs, not when it is compiled.
        set_dynamic_lookup = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_bool)
        set_dynamic_lookup(self._addresses[_DYNAMIC_LOOKUP])(self._interpreter, False)
        self._process = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_String), ctypes.c_void_p,
            ctypes.c_void_p, ctypes.c_bool)(self._addresses[_PROCESS])  # fmt: skip
        self._bare("cling::runtime::gClingOpts->AllowRedefinition = 0;")
        self._bare((Path(__file__).parent / "runner.cpp").read_text())
        redirect = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_int)(
            self._address_of("redirect"))
        stream = ctypes.CFUNCTYPE(ctypes.c_void_p)(self._addresses[_MESSAGES])()
        if not redirect(stream, messages_to):
            raise ClingUnavailable(f"this is not cppyy-cling {VERSION}: its streams differ")
        self._bare("cairn_kernel::buffer_lines();")
        self._run = ctypes.CFUNCTYPE(
            None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p,
            ctypes.c_bool, _REPORT)(self._address_of("run"))  # fmt: skip
        self._complete = ctypes.CFUNCTYPE(
            None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
            _REPORT)(self._address_of("complete"))  # fmt: skip

    def run(self, code: str, wants_value: bool) -> Outcome:
        """Compiles and runs a cell."""
        outcomes: list[Outcome] = []
        report = _REPORT(lambda *words: outcomes.append(Outcome(*map(_text, words))))
        self._run(
            self._interpreter, self._addresses[_PROCESS], self._addresses[_PRINT],
            code.encode(), wants_value, report)  # fmt: skip
        return outcomes[0]

    def complete(self, code: str, cursor: int) -> list[str]:
        """What can stand at `cursor`, a place in bytes, each with its signature."""
        found: list[str] = []
        report = _REPORT(lambda _, text, __: found.append(text.decode(errors="replace")))
        self._complete(
            self._interpreter, self._addresses[_COMPLETE], code.encode(), cursor, report)
        return found

    def _bare(self, code: str) -> None:
        """Runs code of our own, which cannot throw."""
        data = code.encode()
        if self._process(self._interpreter, _String(data, len(data)), None, None, True) != 0:
            raise ClingUnavailable("the kernel's own C++ code does not compile: is g++ installed?")

    def _address_of(self, function: str) -> int:
        """The address of a function of runner.cpp, which the code is told where to put."""
        address = ctypes.c_void_p()
        self._bare(
            f"*reinterpret_cast<void**>({ctypes.addressof(address):#x}) ="
            f" reinterpret_cast<void*>(&cairn_kernel::{function});")
        return address.value


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace")
