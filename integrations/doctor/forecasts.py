"""Forecasts of SLAs, where rules promise anything: by what they are made, and whether what was learnt got worse."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from integrations.doctor.finding import Finding, unchecked, warning, well
from integrations.foretelling_lessons import LESSON, Report
from integrations.store.progress import PostgresProgress
from orchestrator.forecast.foretold import DAY_ONE
from orchestrator.learning import Act
from rules.ruleset import Ruleset

__all__ = ["check_forecasts"]

SYSTEM = "forecasts"


def check_forecasts(rules: Ruleset, engine: Engine) -> Iterator[Finding]:
    """Look at what the last lesson came to; nothing where rules promise no time."""
    if not rules.slas:
        return
    try:
        mark = PostgresProgress(engine).read(LESSON)
    except SQLAlchemyError as error:
        yield unchecked(SYSTEM, "by what they are made", f"the database does not answer ({type(error).__name__})")
        return
    if mark is None:
        yield well(SYSTEM, f"they are made by counting ({DAY_ONE}); no lesson was held yet")
        return
    found = msgspec.json.decode(mark, type=Report)
    said = f"at the last lesson, {found.at:%Y-%m-%d %H:%M} UTC: {found.why}"
    if found.act == Act.GO_BACK:
        fix = "nothing has to be done: it is learnt anew; `yardmaster models` tells of the versions"
        yield warning(SYSTEM, f"what was learnt got worse, so they are made by counting again; {said}", fix)
    else:
        yield well(SYSTEM, f"they are made by {found.version}; {said}")
