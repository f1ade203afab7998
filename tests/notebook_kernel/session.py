"""A kernel started as Jupyter starts it, and what its cells brought."""

from __future__ import annotations

import os
import re
import tempfile
import time
from pathlib import Path
from typing import Callable

from cairn_kernel.execute import local_connection
from jupyter_client.manager import KernelManager

ENGINE = os.environ.get("CAIRN_KERNEL_ENGINE", "cling")
_COLOUR = re.compile(r"\x1b\[\d+m")


class Cell:
    """An executed cell: its messages as they came, each with the seconds since the start."""

    def __init__(self) -> None:
        self.messages: list[tuple[float, str, dict]] = []
        self.status = ""
        self.number = 0

    def of(self, kind: str) -> list[dict]:
        return [content for _, name, content in self.messages if name == kind]

    def text(self, stream: str = "stdout") -> str:
        return "".join(c["text"] for c in self.of("stream") if c["name"] == stream)

    def seen(self, text: str) -> float:
        """When the stream first held `text`."""
        so_far = ""
        for seconds, name, content in self.messages:
            if name == "stream":
                so_far += content["text"]
                if text in so_far:
                    return seconds
        raise AssertionError(f"{text!r} was not printed: {self.messages}")

    @property
    def value(self) -> str | None:
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self) -> dict:
        """The error, its traceback as one text without colours."""
        (error,) = self.of("error")
        return {**error, "traceback": _COLOUR.sub("", "\n".join(error["traceback"]))}


class Session:
    """One kernel and a client of it."""

    def __init__(self) -> None:
        self.sockets = tempfile.TemporaryDirectory(prefix="cairn-")
        settings = local_connection(Path(self.sockets.name))
        self.manager = KernelManager(kernel_name="xcpp17", **settings)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code: str, when: Callable[[Cell], None] = lambda cell: None) -> Cell:
        """Runs a cell; `when` is called after each of its messages."""
        cell, start = Cell(), time.monotonic()

        def hear(message: dict) -> None:
            cell.messages.append(
                (time.monotonic() - start, message["msg_type"], message["content"]))
            when(cell)

        reply = self.client.execute_interactive(code, output_hook=hear, timeout=120)
        cell.status = reply["content"]["status"]
        cell.number = reply["content"]["execution_count"]
        return cell

    def interrupt_after(self, code: str, text: str) -> Cell:
        """Runs a cell and interrupts it once it has printed `text`."""
        done = []

        def when(cell: Cell) -> None:
            if not done and text in cell.text():
                done.append(True)
                self.manager.interrupt_kernel()

        return self.run(code, when)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.sockets.cleanup()
