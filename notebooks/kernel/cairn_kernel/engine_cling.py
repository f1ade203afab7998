"""Cling as an engine: see cling_child.py for the other side."""

from __future__ import annotations

import json
import sys

from . import cells
from .child import Child, ChildEnded, Listener
from .engine import Done, EngineUnavailable, Lost, NotCompiled, Outcome, Thrown
from .install import header_path
from .messages import MessageCatcher, Silence


class ClingEngine:
    """A session of Cling."""

    banner = "C++17 on Cling"

    def __init__(self) -> None:
        self._child: Child | None = None

    def run(self, cell: int, code: str, listener: Listener) -> Outcome:
        compiler = MessageCatcher(listener, "messages", until_output=True)
        try:
            reply = self._ask(
                compiler,
                do="run",
                code=f'#line 1 "cell {cell}"\n{code}\n',
                wants_value=cells.wants_value(code),
            )
        except ChildEnded as end:
            self.stop()
            compiler.release()
            return Lost(str(end))
        if reply["status"] == "error":
            return NotCompiled(compiler.messages())
        compiler.release()
        if reply["status"] == "exception":
            return Thrown(reply["type"], reply["text"])
        return Done(reply["text"])

    def complete(self, code: str, cursor: int) -> list[str]:
        try:
            at = len(code[:cursor].encode())
            return self._ask(Silence(), do="complete", code=code, cursor=at)["found"]
        except ChildEnded:
            self.stop()
            return []

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def _ask(self, listener: Listener, **request: object) -> dict:
        if self._child is None:
            self._child = self._start(listener)
        self._child.send(json.dumps(request) + "\n")
        return self._child.listen(listener)

    def _start(self, listener: Listener) -> Child:
        header = header_path()
        if not header.exists():
            raise EngineUnavailable(f"{header} is missing; run python -m cairn_kernel.install")
        command = [sys.executable, "-m", "cairn_kernel.cling_child", "--header", str(header)]
        for name in ("replies", "messages", "lifeline"):
            command += [f"--{name}", f"{{{name}}}"]
        child = Child(
            command,
            ["messages", "display", "stdout", "stderr"],
            {"CAIRN_DISPLAY_FD": "{display}"},
        )
        reply = child.listen(listener)
        if reply["status"] != "ready":
            child.stop()
            raise EngineUnavailable(reply["text"])
        return child
