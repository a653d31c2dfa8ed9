"""Says what was measured of forecasts beside their baseline: as data, and as a table. It prints nothing."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecasting.alerts import Alerts, alerts
from benchmarks.forecasting.figures import Figures, Told, figures, in_a_line, reliability

__all__ = ["Measured", "as_data", "as_lines", "measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Our chances and the baseline's on the same moments; `alerts` and `plain_alerts`, where time left is known."""

    ours: Figures
    baseline: Figures
    told: Told
    alerts: Alerts | None = None
    plain_alerts: Alerts | None = None


def measured(told: Told, plain: Told, resamples: int, left: NDArray[np.float64] | None = None) -> Measured:
    """Measure both, and with the time that was `left` at each moment a fixed number of alerts by each."""
    both = [alerts(one, left, resamples) if left is not None else None for one in (told, plain)]
    return Measured(
        ours=figures(told, resamples),
        baseline=figures(plain, resamples),
        told=told,
        alerts=both[0],
        plain_alerts=both[1],
    )


def as_data(found: Measured) -> tuple[dict[str, object], dict[str, object]]:
    """Give ours and the baseline as JSON has them; the reliability table stands with ours."""
    table = [[round(mean, 4), round(share, 4), count] for mean, share, count in reliability(found.told)]
    ours = _plain(found.ours, found.alerts) | {"reliability": table}
    return ours, _plain(found.baseline, found.plain_alerts)


def as_lines(found: Measured, unit: str) -> list[str]:
    """Give both as lines of a table; lead times are in `unit`."""
    lines = [
        f"{'':10}{''.join(f'{name:>24}' for name in found.ours.values)}",
        f"{'baseline':10}{in_a_line(found.baseline.values)}",
        f"{'ours':10}{in_a_line(found.ours.values)}",
        "  told and came so: "
        + ", ".join(f"{mean:.0%} {share:.0%} ({count:,})" for mean, share, count in reliability(found.told)),
    ]
    if found.alerts is not None and found.plain_alerts is not None:
        lines += [
            f"  alerts     {''.join(f'{name:>24}' for name in found.alerts.values)} ({unit})",
            f"  baseline {found.plain_alerts.n:,}".ljust(16) + in_a_line(found.plain_alerts.values),
            f"  ours {found.alerts.n:,}".ljust(16) + in_a_line(found.alerts.values),
        ]
    return lines


def _plain(one: Figures, given: Alerts | None) -> dict[str, object]:
    told: dict[str, object] = {"n": one.n, **_values(one.values), "intervals": _intervals(one.values)}
    if given is not None:
        told["alerts"] = {"n": given.n, **_values(given.values), "intervals": _intervals(given.values)}
    return told


def _values(found: dict[str, tuple[float, float, float]]) -> dict[str, float | None]:
    return {name: _figure(value) for name, (value, _, _) in found.items()}


def _intervals(found: dict[str, tuple[float, float, float]]) -> dict[str, list[float | None]]:
    return {name: [_figure(low), _figure(high)] for name, (_, low, high) in found.items()}


def _figure(value: float) -> float | None:
    """Give it as JSON has it: null where nothing can be said, as of who stands above whom where all came so."""
    return round(value, 4) if isfinite(value) else None
