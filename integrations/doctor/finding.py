"""What a check found, as a value."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from orchestrator.ports import GatewayError

__all__ = ["Finding", "Verdict", "fault", "tried", "unchecked", "warning", "well"]


class Verdict(StrEnum):
    """How it is. A warning keeps nothing from working now; what was not checked may be anything."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: in which system, how it is, in words, and what to do about it."""

    system: str
    verdict: Verdict
    words: str
    fix: str = ""

    def plain(self) -> dict[str, str]:
        """Give it as plain data."""
        return {name: str(value) for name, value in asdict(self).items()}


def well(system: str, words: str) -> Finding:
    """It is as it must be."""
    return Finding(system=system, verdict=Verdict.WELL, words=words)


def warning(system: str, words: str, fix: str) -> Finding:
    """It works, and may not for long or not as well as it could."""
    return Finding(system=system, verdict=Verdict.WARNING, words=words, fix=fix)


def fault(system: str, words: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(system=system, verdict=Verdict.FAULT, words=words, fix=fix)


def unchecked(system: str, what: str, because: str) -> Finding:
    """It could not be looked at."""
    return Finding(system=system, verdict=Verdict.UNCHECKED, words=f"{what}: {because}")


def tried(system: str, check: Callable[[], Iterable[Finding]], fix: str) -> Generator[Finding, None, bool]:
    """Give what a check finds, and at the end whether it came to its end; a system's refusal is a fault like others."""
    try:
        yield from check()
    except GatewayError as error:
        yield fault(system, str(error), fix)
        return False
    return True
