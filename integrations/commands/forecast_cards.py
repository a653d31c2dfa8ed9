"""What `yardmaster models` tells of the patterns by which broken promises are foretold. Words only."""

import msgspec

from integrations.foretelling_lessons import Report
from orchestrator.estimates import Estimate
from orchestrator.forecast.foretold import DAY_ONE, DUE_DAY_ONE
from orchestrator.forecast.marks import Marks
from orchestrator.forecast.taught import Taught, Trial

__all__ = ["card", "last_lesson", "listed"]

_SCORES = (("AUC", "auc"), ("Brier", "brier"), ("calibration error", "calibration_error"), ("log loss", "log_loss"))
_HEAVIEST = 20
_OF = {DAY_ONE: "SLAs", DUE_DAY_ONE: "due dates"}


def listed(base: str, made: tuple[Taught, ...], active: Taught | None) -> list[str]:
    """List counting, which is always there, and what was learnt of the same kind of promises."""
    used = base if active is None else active.version
    rows = [f"{'*' if used == base else ' '} {base:18} forecasts of {_OF[base]} by counting, as shipped"]
    for one in (each for each in made if each.version.partition(".")[0] == base):
        trial = one.card.trial
        told = f"log loss {_pair(trial, 'log_loss')}, calibration error {_pair(trial, 'calibration_error')}"
        rows.append(
            f"{'*' if used == one.version else ' '} {one.version:18} {one.card.made_at:%Y-%m-%d %H:%M} UTC, "
            f"forecasts of {_OF[base]} learned from {one.card.promises} promises, {told}"
        )
    return rows


def card(one: Taught) -> list[str]:
    """Tell what a version was learnt from, how it did on later promises beside counting, and what weighs most in it."""
    found, trial = one.card, one.card.trial
    heaviest = sorted(one.adds, key=lambda each: (-abs(each[2]), each[:2]))[:_HEAVIEST]
    adds = ", ".join(f"{field} {value} {added / 10_000:+.2f}" for field, value, added in heaviest)
    window = f"begun {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    told = f"told {trial.counted.told / 100:.1f} % -> {trial.learnt.told / 100:.1f} %"
    return [
        f"{one.version}, made {found.made_at:%Y-%m-%d %H:%M} UTC: how promises of time go",
        f"from {found.promises} promises, {found.broken} of them broken, {window}",
        f"the chance that is told: {one.nearer / 10:.0f} % of the way from counting's to what was learnt, in log-odds",
        f"looks at: {', '.join(found.looks_at)}",
        f"tried on {trial.promises} later promises, counting -> learnt, with 95 % intervals:",
        *(f"  {name}: {_score(trial.counted, field)} -> {_score(trial.learnt, field)}" for name, field in _SCORES),
        f"  {told}; came {trial.learnt.came / 100:.1f} %",
        f"what adds or takes most, in log-odds: {adds}",
    ]


def last_lesson(base: str, mark: str | None) -> list[str]:
    """Tell what the last lesson came to; nothing before the first."""
    if mark is None:
        return []
    report = msgspec.json.decode(mark, type=Report)
    return [f"{report.at:%Y-%m-%d %H:%M} UTC  forecasts of {_OF[base]}: {report.act}: {report.why}"]


def _pair(trial: Trial, field: str) -> str:
    before, after = (getattr(one, field).value / 10_000 for one in (trial.counted, trial.learnt))
    return f"{before:.3f} -> {after:.3f}"


def _score(marks: Marks, field: str) -> str:
    found: Estimate = getattr(marks, field)
    low, high = found.low or 0, found.high or 0
    return f"{found.value / 10_000:.3f} [{low / 10_000:.3f}, {high / 10_000:.3f}]"
