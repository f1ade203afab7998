"""The front: Jupyter's messages on one side, an engine on the other."""

from __future__ import annotations

import os
from typing import Any

from ipykernel.kernelbase import Kernel

from . import __version__, completion, errors
from .engine import Done, Engine, EngineUnavailable, Lost, NotCompiled, Outcome, Thrown
from .engine_clang_repl import ClangReplEngine
from .engine_cling import ClingEngine
from .frames import BadFrame, FrameReader
from .streams import TextStream

ENGINE_VARIABLE = "CAIRN_KERNEL_ENGINE"

_WHAT_WAS_LOST = "The session's definitions are gone; run the cells again from the top."


def make_engine() -> Engine:
    """The engine that the environment asks for."""
    name = os.environ.get(ENGINE_VARIABLE) or "cling"
    if name == "cling":
        return ClingEngine()
    if name == "clang-repl":
        return ClangReplEngine()
    raise EngineUnavailable(f"{ENGINE_VARIABLE} is '{name}'; there are cling and clang-repl")


class CellOutput:
    """What a running cell says, published as it comes: a Listener (see child.py)."""

    def __init__(self, kernel: CairnKernel, silent: bool) -> None:
        self._kernel = kernel
        self._silent = silent
        self._text = TextStream(lambda name, text: self.publish("stream", name=name, text=text))
        self._frames = FrameReader()

    def publish(self, message: str, **content: Any) -> None:
        if not self._silent:
            self._kernel.send_response(self._kernel.iopub_socket, message, content)

    def heard(self, pipe: str, data: bytes) -> None:
        if pipe != "display":
            self._text.write(pipe, data)
            return
        self._text.flush()
        self._frames.feed(data)
        try:
            while frame := self._frames.next():
                self.publish("display_data", data=frame.bundle(), metadata={}, transient={})
        except BadFrame as error:
            self._text.write("stderr", f"cairn: {error}\n".encode())

    def due(self) -> float | None:
        return self._text.due()

    def pause(self) -> None:
        self._text.flush()

    def finish(self) -> None:
        self._text.flush()


class CairnKernel(Kernel):
    """C++17 for Jupyter."""

    implementation = "cairn-kernel"
    implementation_version = __version__
    language_info = {
        "name": "C++",
        "version": "17",
        "mimetype": "text/x-c++src",
        "codemirror_mode": "text/x-c++src",
        "pygments_lexer": "cpp",
        "file_extension": ".cpp",
    }

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._engine = make_engine()
        self.banner = f"Cairn kernel {__version__}: {self._engine.banner}"

    def do_execute(
        self, code: str, silent: bool, store_history: bool = True, user_expressions: dict | None = None,
        allow_stdin: bool = False, **_: Any,
    ) -> dict:  # fmt: skip
        if not code.strip():
            return self._finished()
        output = CellOutput(self, silent)
        try:
            outcome = self._engine.run(self.execution_count, code, output)
        except EngineUnavailable as error:
            output.finish()
            return self._failed(output, "EngineUnavailable", str(error), str(error))
        except KeyboardInterrupt:
            self._engine.stop()
            outcome = Lost("it was interrupted")
        output.finish()
        return self._conclude(outcome, output)

    def _conclude(self, outcome: Outcome, output: CellOutput) -> dict:
        """Publishes what came of a cell; returns the reply to its request."""
        if isinstance(outcome, Done):
            if outcome.value is not None:
                output.publish(
                    "execute_result",
                    execution_count=self.execution_count,
                    data={"text/plain": outcome.value},
                    metadata={},
                )
            return self._finished()
        if isinstance(outcome, NotCompiled):
            messages = errors.readable(outcome.messages, self.execution_count)
            return self._failed(
                output, "CompileError", errors.first_error(messages), errors.coloured(messages))
        if isinstance(outcome, Thrown):
            return self._failed(
                output, outcome.type, outcome.what, errors.heading("Uncaught", _in_words(outcome)))
        how = f"The C++ process ended: {outcome.how}."
        if outcome.thrown is None:
            return self._failed(
                output, "SessionLost", f"{how} {_WHAT_WAS_LOST}", errors.heading(how, _WHAT_WAS_LOST))
        return self._failed(
            output, outcome.thrown.type, f"{outcome.thrown.what} {_WHAT_WAS_LOST}",
            errors.heading("Uncaught", _in_words(outcome.thrown))
            + "\n" + errors.heading(how, _WHAT_WAS_LOST))  # fmt: skip

    def _finished(self) -> dict:
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }

    def _failed(self, output: CellOutput, name: str, value: str, text: str) -> dict:
        words = {"ename": name, "evalue": value, "traceback": text.rstrip("\n").split("\n")}
        output.publish("error", **words)
        return {"status": "error", "execution_count": self.execution_count, **words}

    def do_complete(self, code: str, cursor_pos: int) -> dict:
        beginning = completion.word_before(code, cursor_pos)
        found = self._declarations(code, cursor_pos, beginning)
        return {
            "status": "ok",
            "matches": sorted({declaration.name for declaration in found}),
            "cursor_start": cursor_pos - len(beginning),
            "cursor_end": cursor_pos,
            "metadata": {},
        }

    def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: tuple = ()
    ) -> dict:
        end = completion.word_end(code, cursor_pos)
        name = completion.word_before(code, end)
        found = self._declarations(code, end, name) if name else []
        lines = dict.fromkeys(d.text for d in found if d.name == name)
        data = {"text/plain": "\n".join(lines)} if lines else {}
        return {"status": "ok", "found": bool(lines), "data": data, "metadata": {}}

    def _declarations(self, code: str, cursor: int, beginning: str) -> list[completion.Declaration]:
        try:
            return completion.declarations(self._engine.complete(code, cursor), beginning)
        except EngineUnavailable:
            return []

    def do_shutdown(self, restart: bool) -> dict:
        self._engine.kill()
        return {"status": "ok", "restart": restart}


def _in_words(thrown: Thrown) -> str:
    return f"{thrown.type}: {thrown.what}" if thrown.what else thrown.type
