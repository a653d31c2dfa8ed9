"""Forecasts that learn, over the store: what is kept, what is used, and what an operator sees and says."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

import app
from integrations.foretelling_lessons import ForetellingLessons, mark_of
from integrations.learning import SCHEDULE
from integrations.store.forecast_models import PostgresForecastModels
from integrations.store.items import PostgresItems
from integrations.store.models import KEPT_S, Chosen, PostgresModels
from integrations.store.progress import PostgresProgress
from orchestrator.forecast.foretold import DAY_ONE
from orchestrator.learning import Act
from rules.canonical import plain
from rules.learning import LearningRule
from rules.model import Snapshot
from tests.fakes.clock import SetClock
from tests.fakes.store import FakeMemory
from tests.forecast.promises import Told, rules
from tests.forecast.test_teaching import past
from tests.integrations.store.stored import NOON, database, kinds
from tests.sla.past import after


class Remembered(Told):
    def projects(self, most: int) -> tuple[str, ...]:
        return ("PAY",)[:most]


@cache
def remembered(turned: int | None = None, number: int = 200) -> Remembered:
    told = past(number, turned=turned)
    return Remembered(items=told.items, changes=told.changes)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def choices(engine: Engine) -> PostgresModels:
    return PostgresModels(engine, SetClock().monotonic)


@pytest.fixture
def models(engine: Engine, choices: PostgresModels) -> PostgresForecastModels:
    return PostgresForecastModels(engine, choices, SetClock().monotonic)


def lessons(engine: Engine, told: Remembered, hours: float = 212, **rule: str | int) -> ForetellingLessons:
    clock = SetClock()
    clock.pass_by(hours=(after(hours) - clock.now()).total_seconds() / 3600)
    learning = msgspec.convert({"from_promises": 100} | rule, LearningRule)
    choices = PostgresModels(engine, SetClock().monotonic)
    return ForetellingLessons(
        items=told,
        models=PostgresForecastModels(engine, choices, SetClock().monotonic),
        choices=choices,
        rulebook=FakeMemory(clock.monotonic, msgspec.structs.replace(rules(), learning=learning)),
        clock=clock,
        marks=PostgresProgress(engine),
    )


def test_what_was_learnt_is_used_and_the_ledger_says_so(engine: Engine, models: PostgresForecastModels) -> None:
    found = lessons(engine, remembered()).learn(SCHEDULE)[DAY_ONE]

    used = models.in_use(DAY_ONE)
    assert found.act is Act.USE
    assert found.made is not None
    assert used == found.made.in_use
    assert kinds(engine) == ["model.chosen"]
    assert '"act":"use"' in (PostgresProgress(engine).read(mark_of(DAY_ONE)) or "")


def test_where_the_rules_say_by_hand_a_version_waits_for_a_person(
    engine: Engine, models: PostgresForecastModels
) -> None:
    lessons(engine, remembered(), uses="by_hand").learn(SCHEDULE)

    assert [one.version for one in models.made()] == ["sla-1.1"]
    assert models.in_use(DAY_ONE) is None


def test_what_an_operator_has_stay_stays(
    engine: Engine, choices: PostgresModels, models: PostgresForecastModels
) -> None:
    choices.use(Chosen(version="sla-1", at=NOON, by="priya", why="we audit it first", stays=True))

    found = lessons(engine, remembered()).learn(SCHEDULE)[DAY_ONE]

    assert found.why == "priya has sla-1 stay: we audit it first"
    assert models.made() == ()


def test_a_version_that_got_worse_gives_way_to_counting(engine: Engine, models: PostgresForecastModels) -> None:
    lessons(engine, remembered()).learn(SCHEDULE)

    found = lessons(engine, remembered(195, 280), hours=300).learn(SCHEDULE)[DAY_ONE]

    assert found.act is Act.GO_BACK
    assert models.in_use(DAY_ONE) is None
    assert kinds(engine) == ["model.chosen"] * 2


def test_a_worker_goes_on_for_some_seconds_with_what_it_read(engine: Engine, choices: PostgresModels) -> None:
    clock = SetClock()
    reading = PostgresForecastModels(engine, choices, clock.monotonic)
    before = reading.in_use(DAY_ONE)
    lessons(engine, remembered()).learn(SCHEDULE)

    still = reading.in_use(DAY_ONE)
    clock.pass_by(seconds=KEPT_S)

    assert before is still is None
    assert reading.in_use(DAY_ONE) is not None


def test_it_is_learnt_of_the_projects_with_most_open_issues(engine: Engine) -> None:
    items = PostgresItems(engine)
    told = Told()
    for number in range(5):
        told.opened(project="PAY" if number else "WEB")
    items.merge([_snapshot(plain(one)) for one in told.items.values()])

    assert items.projects(5) == ("PAY", "WEB")
    assert items.projects(1) == ("PAY",)


def _snapshot(fields: dict[str, object]) -> Snapshot:
    given = {name: fields.pop(name) for name in ("id", "key", "updated")}
    return msgspec.convert(given | {"fields": fields}, Snapshot)


@pytest.fixture
def yardmaster(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YARDMASTER_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app.main, ["models", *words])


def test_an_operator_sees_the_card_and_chooses(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    lessons(engine, remembered()).learn(SCHEDULE)

    card = yardmaster("show", "sla-1.1").output
    used = yardmaster("use", "sla-1", "--why", "a colleague doubts it", "--by", "priya")
    told = yardmaster().output

    assert "from 200 promises" in card
    assert "calibration error: 0." in card
    assert "component ledger +" in card
    assert used.exit_code == 0, used.output
    assert "* sla-1  " in told
    assert "forecasts of SLAs learned from 200 promises" in told
    assert "priya: a colleague doubts it" in told
    assert "forecasts of SLAs: use: learnt from 200 promises" in told
