"""Forecasts of SLAs and of due dates: by what they are made, and whether what was learnt got worse."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from integrations.doctor.finding import Finding, unchecked, warning, well
from integrations.foretelling_lessons import Report, mark_of
from integrations.store.progress import PostgresProgress
from orchestrator.forecast.foretold import DAY_ONE, DUE_DAY_ONE
from orchestrator.learning import Act
from rules.ruleset import Ruleset

__all__ = ["check_forecasts"]

SYSTEM = "forecasts"


def check_forecasts(rules: Ruleset, engine: Engine) -> Iterator[Finding]:
    """Look at what the last lessons came to; at that of SLAs where rules promise any, of due dates once any teach."""
    try:
        marks = {base: PostgresProgress(engine).read(mark_of(base)) for base in (DAY_ONE, DUE_DAY_ONE)}
    except SQLAlchemyError as error:
        yield unchecked(SYSTEM, "by what they are made", f"the database does not answer ({type(error).__name__})")
        return
    if rules.slas:
        yield _about("those of SLAs", DAY_ONE, marks[DAY_ONE])
    due = marks[DUE_DAY_ONE]
    if due is not None and msgspec.json.decode(due, type=Report).act != Act.WAIT:
        yield _about("those of due dates", DUE_DAY_ONE, due)


def _about(those: str, base: str, mark: str | None) -> Finding:
    if mark is None:
        return well(SYSTEM, f"{those} are made by counting ({base}); no lesson was held yet")
    found = msgspec.json.decode(mark, type=Report)
    said = f"at the last lesson, {found.at:%Y-%m-%d %H:%M} UTC: {found.why}"
    if found.act == Act.GO_BACK:
        fix = "nothing has to be done: it is learnt anew; `yardmaster models` tells of the versions"
        return warning(SYSTEM, f"what was learnt got worse, so {those} are made by counting again; {said}", fix)
    return well(SYSTEM, f"{those} are made by {found.version}; {said}")
