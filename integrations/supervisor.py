"""Keeps processes running: starts them, starts those again that end, and stops all of them with itself."""

import logging
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_GRACE_S = 25.0
_LONGEST_PAUSE_S = 10.0
_STEADY_S = 30.0
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Program:
    """A process to keep: its command line and environment. One that is to run `once` is not started again when done."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    once: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    ends: int = 0
    rest_until: float = 0.0

    def start(self) -> None:
        """Start it, apart from the terminal's Ctrl-C; it ends when its standard input does, which is our own end."""
        self._hang_up()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=dict(self.environ), stdin=subprocess.PIPE, start_new_session=True
        )

    def pid(self) -> int | None:
        """Give the process's id while it runs."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def keep(self) -> None:
        """Start it again if it has ended; one that keeps ending is given longer and longer rests."""
        now = time.monotonic()
        done = self.once and self.process is not None and self.process.poll() == 0
        if self.pid() is not None or done or now < self.rest_until:
            return
        if self.process is not None and self.rest_until <= self.started:
            self.ends = 0 if now - self.started > _STEADY_S else self.ends + 1
            self.rest_until = now + min(_LONGEST_PAUSE_S, 0.2 * 2**self.ends)
            ended = {"program": self.name, "code": self.process.returncode}
            _log.warning("the %(program)s ended (%(code)s); it is started again", ended, extra=ended)
            return
        self.start()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.pid() is not None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended; after the deadline, end it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._hang_up()

    def _hang_up(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Some programs, kept until `stop` is set; they are started in order and stopped together."""

    programs: Sequence[Program]
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Keep the programs until told to stop."""
        for program in self.programs:
            program.start()
        while not self.stop.wait(0.2):
            for program in self.programs:
                program.keep()
        self.end()

    def end(self) -> None:
        """Stop all, and wait until they have."""
        for program in self.programs:
            program.stop()
        deadline = time.monotonic() + _GRACE_S
        for program in self.programs:
            program.wait(deadline)
