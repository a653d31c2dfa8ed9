"""What of Jira's answers made no sense, named without its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An issue that could not be understood, by its id where that much is clear, and why, without its text."""

    issue: int | None
    why: str

    @classmethod
    def of(cls, told: object, why: str) -> Skipped:
        """Name an issue by what stands where its id should."""
        known = isinstance(told, str | int) and re.fullmatch(r"[0-9]{1,18}", str(told))
        return cls(issue=int(str(told)) if known else None, why=why)

    def __str__(self) -> str:
        return f"{'an issue without an id' if self.issue is None else f'issue {self.issue}'}: {self.why}"
