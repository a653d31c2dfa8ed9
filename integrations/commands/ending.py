"""How a long-running command is told to end: by a signal, or by its supervisor's going."""

import os
import signal
import threading
from collections.abc import Callable

import click

#: The option by which `yardmaster run` has the processes that it starts end with it.
kept_option = click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")


def on_signal(stop: Callable[[], object]) -> None:
    """Call `stop` at SIGTERM and SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def end_with_parent() -> None:
    """Stop when the supervisor is gone, however it went: our standard input is a pipe that it holds."""

    def wait() -> None:
        while os.read(0, 1024):
            continue
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
