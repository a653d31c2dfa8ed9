"""Encodes a history's reports as the bot would, and tells how near each is to those before it. It ranks nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.history import History
from integrations.meaning.encoder import Encoder
from integrations.store.vectors import NEAREST
from orchestrator.meanings import said_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """One row a report, of zeros where it says nothing. Encoding took `seconds` a report."""

    rows: Any
    seconds: float

    def near(self, place: int, among: Collection[int]) -> dict[int, int]:
        """Give how near earlier reports are, by their places, in per mille: those `among`, and the nearest of all."""
        if not self.rows[place].any():
            return {}
        nearness = self.rows[:place] @ self.rows[place]
        measured = {*np.argsort(-nearness, kind="stable")[:NEAREST].tolist(), *among}
        return {one: max(0, round(1000 * float(nearness[one]))) for one in measured if self.rows[one].any()}


def encoded(past: History, encoder: Encoder) -> History:
    """Give the history with a vector for each report."""
    texts = [said_in(report.summary, report.description) for report in past.reports]
    started = perf_counter()
    found = [encoder.encode(text) if text else [0.0] * encoder.width for text in texts]
    seconds = (perf_counter() - started) / max(len(texts), 1)
    return replace(past, vectors=Vectors(rows=np.array(found, dtype=np.float32), seconds=seconds))
