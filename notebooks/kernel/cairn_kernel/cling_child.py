"""The child process in which Cling lives: python -m cairn_kernel.cling_child.

Requests arrive on standard input as lines of JSON. The C++ code gets an empty standard
input in its place, and has standard output and standard error for itself: replies and what
the compiler says leave on descriptors of their own. The process ends when the requests do.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import threading
from pathlib import Path

from .cling_library import Cling, ClingUnavailable

# Cling's libraries install handlers that print a backtrace of the interpreter, with a
# debugger, for half a minute. A crash shall end the process, and at once.
_CRASHES = (
    signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT,
    signal.SIGSYS, signal.SIGTERM, signal.SIGPIPE)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("replies", "messages", "lifeline"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--header", type=Path, required=True)
    options = parser.parse_args()
    end_with_the_kernel(options.lifeline)
    requests = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    replies = os.fdopen(options.replies, "wb", buffering=0)
    for descriptor in (options.replies, options.messages, options.lifeline):
        os.set_inheritable(descriptor, False)  # no business of programs that a cell starts

    def reply(**words: object) -> None:
        replies.write(json.dumps(words).encode() + b"\n")

    try:
        cling = Cling(options.header, options.messages)
    except ClingUnavailable as error:
        reply(status="unavailable", text=str(error))
        sys.exit(1)
    for number in _CRASHES:
        ctypes.CDLL(None).signal(int(number), None)  # the default
    reply(status="ready")

    for line in requests:
        request = json.loads(line)
        if request["do"] == "run":
            reply(**cling.run(request["code"], request["wants_value"])._asdict())
        else:
            reply(status="ok", found=cling.complete(request["code"], request["cursor"]))


def end_with_the_kernel(lifeline: int) -> None:
    """Ends this process, be it in an endless loop, when the kernel's end of a pipe closes."""

    def wait() -> None:
        os.read(lifeline, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
