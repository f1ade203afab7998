"""clang-repl as an engine, driven through its standard input.

Each cell is written to a file, which clang-repl is told to include: so the cell is compiled
as a whole, and errors name it. The file's first statement reports that the cell has been
compiled and is running; a statement after the include reports that all is over.

Where an error stands in a cell, clang-repl (19 to 22) says that parsing failed and all the
same runs the statements before the error, together with the next input.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from . import cells
from .child import Child, ChildEnded, Listener
from .engine import Done, EngineUnavailable, Lost, NotCompiled, Outcome, Thrown
from .messages import MessageCatcher, Silence

_NAMES = ("clang-repl", *(f"clang-repl-{version}" for version in range(30, 18, -1)))
# A clang-repl that runs an endless loop does not notice that its standard input has closed.
_DIE_WITH_THE_KERNEL = ["setpriv", "--pdeathsig", "KILL"]
_FAILED = "error: Parsing failed."
_PREAMBLE = Path(__file__).parent / "preamble.cpp"


def find_clang_repl() -> str:
    """The newest clang-repl there is."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise EngineUnavailable("there is no clang-repl; scripts/setup.sh clang-repl installs it")


class ClangReplEngine:
    """A session of clang-repl."""

    banner = "C++17 on clang-repl"

    def __init__(self) -> None:
        self._child: Child | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="cairn-cells-")

    def run(self, cell: int, code: str, listener: Listener) -> Outcome:
        compiler = MessageCatcher(listener, "stderr", until_output=False)
        try:
            return self._run(cell, code, compiler)
        except ChildEnded as end:
            compiler.stop()
            self.stop()
            return Lost(str(end))

    def complete(self, code: str, cursor: int) -> list[str]:
        """Nothing: clang-repl completes for a terminal only."""
        return []

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def _run(self, cell: int, code: str, compiler: MessageCatcher) -> Outcome:
        if (open_bracket := cells.unbalanced(code)) is not None:
            return NotCompiled(f"cell {cell}:{open_bracket}")  # clang-repl would never end
        if self._child is None:
            self._child = self._start()
        file = Path(self._folder.name, f"cell{cell}.cpp")
        file.write_text(_wrapped(cell, code))
        self._child.send(f'#include "{file}"\ncairn_kernel::finished();\n')
        running = False
        value = None
        while True:
            reply = self._child.listen(compiler)
            if reply["status"] == "started":
                running = _FAILED not in compiler.messages()
                if running:
                    compiler.stop()
            elif reply["status"] == "value":
                value = reply["text"]
            elif reply["status"] == "exception":
                self.stop()
                return Lost("an exception that nothing caught", Thrown(reply["type"], reply["what"]))
            else:
                return Done(value) if running else NotCompiled(compiler.messages())

    def _start(self) -> Child:
        here = os.getcwd()
        leash = _DIE_WITH_THE_KERNEL if shutil.which(_DIE_WITH_THE_KERNEL[0]) else []
        arguments = ["-std=c++17", "-O2", "-iquote", here, "-DCAIRN_REPLIES_FD={replies}"]
        child = Child(
            [*leash, find_clang_repl(), *(f"--Xcc={argument}" for argument in arguments)],
            ["display", "stdout", "stderr"],
            {"CAIRN_DISPLAY_FD": "{display}"},
        )
        heard = MessageCatcher(Silence(), "stderr", until_output=False)
        child.send(f'#include "{_PREAMBLE}"\n')
        try:
            child.listen(heard)
        except ChildEnded as end:
            child.stop()
            raise EngineUnavailable(f"clang-repl does not start ({end}):\n{heard.messages()}") from end
        return child


def _wrapped(cell: int, code: str) -> str:
    """The file for a cell: the report that it runs, its code, its value if it has one."""
    head, tail = cells.split_value(code)
    lines = ["cairn_kernel::started();", f'#line 1 "cell {cell}"', head]
    if tail:
        indent = len(head.rpartition("\n")[2])
        lines += [
            "cairn_kernel::show(((",
            f'#line {head.count(chr(10)) + 1} "cell {cell}"',
            " " * indent + tail,
            "), cairn_kernel::End()));",
        ]
    return "\n".join(lines) + "\n"
