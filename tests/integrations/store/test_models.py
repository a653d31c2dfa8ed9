"""Models in PostgreSQL: kept for good, one in use, the same for every process."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from integrations.store.models import KEPT_S, Chosen, PostgresModels
from orchestrator.learning import Made, lesson
from orchestrator.related import SHIPPED
from tests.fakes.clock import SetClock
from tests.integrations.store.stored import NOON, database, kinds
from tests.learning.told import ELSEWHERE, crowd


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def models(engine: Engine) -> PostgresModels:
    return PostgresModels(engine, SetClock().monotonic)


def made(models: PostgresModels, seed: int = 1) -> Made:
    found = lesson(crowd(60, ELSEWHERE, seed), models.standing(), 50, NOON).made
    assert found is not None
    return found


def chosen(version: str, minutes: int = 0) -> Chosen:
    return Chosen(version=version, at=NOON + timedelta(minutes=minutes), by="mika", why="it is better")


def test_at_first_the_shipped_model_is_in_use(models: PostgresModels) -> None:
    assert models.active() == SHIPPED
    assert models.standing().active is None


def test_a_version_that_is_kept_is_not_in_use_before_somebody_chooses_it(models: PostgresModels) -> None:
    version = made(models)

    models.keep(version)

    assert models.active() == SHIPPED
    assert models.standing().made == (version,)


def test_what_one_process_chooses_another_uses_within_seconds(engine: Engine, models: PostgresModels) -> None:
    clock = SetClock()
    other = PostgresModels(engine, clock.monotonic)
    before, version = other.active(), made(models)

    models.keep(version)
    models.use(chosen(version.version))
    clock.pass_by(seconds=KEPT_S)

    assert before == SHIPPED
    assert models.active() == other.active() == version.model


def test_the_choice_stands_in_the_ledger_with_who_and_why(engine: Engine, models: PostgresModels) -> None:
    models.use(chosen(SHIPPED.version))

    assert kinds(engine) == ["model.chosen"]
    assert models.chosen(10) == (chosen(SHIPPED.version),)


def test_the_choice_that_was_made_last_counts(models: PostgresModels) -> None:
    version = made(models)
    models.keep(version)
    models.use(chosen(version.version))

    models.use(chosen(SHIPPED.version, minutes=1))

    assert models.active() == SHIPPED


def test_what_started_from_another_shipped_model_is_not_used(models: PostgresModels) -> None:
    found = made(models)
    former = Made(
        version="related-0.1",
        base="related-0",
        weights=found.weights,
        table=found.table,
        card=found.card,
    )
    models.keep(former)

    models.use(chosen(former.version))

    assert models.active() == SHIPPED
    assert models.standing().made == ()


def test_a_version_is_never_changed(engine: Engine, models: PostgresModels) -> None:
    models.keep(made(models))

    with pytest.raises(DBAPIError, match="append"), engine.begin() as connection:
        connection.execute(text("UPDATE models SET version = 'x'"))
