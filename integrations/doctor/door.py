"""The door on this machine: does it answer, is it ready, and who else could reach it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import requests

from integrations.doctor.finding import Finding, warning, well

__all__ = ["check_door"]

SYSTEM: Final = "door"
TIMEOUT_S: Final = 5
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class _Ready(msgspec.Struct, frozen=True, kw_only=True):
    ready: bool
    missing: tuple[str, ...] = ()


def check_door(host: str, port: int) -> Iterator[Finding]:
    """Ask the door whether it is ready. One that is elsewhere, or not started yet, is no fault."""
    here = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with requests.Session() as session:
        session.trust_env = False  # no proxy leads to this machine
        try:
            answer = session.get(f"{here}/health/ready", timeout=TIMEOUT_S)
            told = msgspec.json.decode(answer.content, type=_Ready)
        except requests.RequestException:
            yield warning(SYSTEM, f"no door answers at {here}", "start `yardmaster run`, or a door elsewhere")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            fix = "end that program, or set YARDMASTER_PORT to a port that is free"
            yield warning(SYSTEM, f"what answers at {here} is no door of Yardmaster", fix)
        else:
            if told.ready:
                yield well(SYSTEM, f"{here} is open, and ready")
            else:
                missing = "; ".join(told.missing) or "not ready"
                yield warning(SYSTEM, f"{here} is open, but: {missing}", "see what is said of it below")
    if host not in _HERE:
        words = f"the door listens on {host}, beyond this machine, without TLS"
        yield warning(SYSTEM, words, "let only a proxy that ends TLS reach it; keep /metrics and /api inside")
