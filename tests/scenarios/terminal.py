"""A person at a terminal: waits for what a program asks, and types the answer."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

OWN_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"  # so that Ctrl-C reaches it
    "os.execv(sys.argv[1], sys.argv[1:])"
)
#: How long a hand takes to the keys.
_HAND_S = 0.3
#: How long somebody looks on before they type Ctrl-C again: longer than a program takes to heed it.
_TYPED_AGAIN_S = 15.0


class Terminal:
    """One program in a terminal of its own; `said` is everything that could be read on its screen."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], directory: Path) -> None:
        self._screen, inside = pty.openpty()
        self._read_to = 0
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, *command],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environ,
            cwd=directory,
            start_new_session=True,
        )
        os.close(inside)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._screen)

    def answer(self, question: str, typed: str, seconds: float = 60.0) -> None:
        """Wait until the screen shows a question that was not answered yet, and type."""
        self._wait_for(question, seconds)
        os.write(self._screen, f"{typed}\n".encode())

    def _wait_for(self, question: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (found := re.compile(re.escape(question)).search(self.said, self._read_to)) is None:
            assert time.monotonic() < end, f"{question!r} was never asked:\n{self.said}"
            assert self._more(0.5), f"{question!r} was not asked before the end:\n{self.said}"
        self._read_to = found.end()

    def interrupt(self, question: str, words: str, seconds: float = 60.0) -> None:
        """Wait until the screen shows a question that was not answered yet, and type Ctrl-C until it shows the words.

        Between its question and its reading Python loses a Ctrl-C; nobody types that fast, and who loses one types it
        again.
        """
        self._wait_for(question, seconds)
        time.sleep(_HAND_S)
        end = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < end, f"{words!r} was never said:\n{self.said}"
            os.write(self._screen, b"\x03")
            pause = time.monotonic() + _TYPED_AGAIN_S
            while words not in self.said and time.monotonic() < pause and self._more(0.2):
                continue

    def finish(self, seconds: float = 60.0) -> int:
        """Read until the program ends; gives its exit code."""
        end = time.monotonic() + seconds
        while self._more(0.2):
            assert time.monotonic() < end, f"it does not end:\n{self.said}"
        return self.process.wait(seconds)

    def _more(self, seconds: float) -> bool:
        """Read what is there; false once the program has ended."""
        if not select.select([self._screen], [], [], seconds)[0]:
            return self.process.poll() is None
        try:
            raw = os.read(self._screen, 65_536)
        except OSError:
            return False
        self.said += raw.decode(errors="replace").replace("\r\n", "\n")
        return bool(raw)
