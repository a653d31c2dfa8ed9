"""Of a long queue without a service desk's clocks, what breaks next by the rules is among what is looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine, text

from integrations.placing import Placing
from integrations.store.items import PostgresItems
from integrations.store.queues import PostgresPlaces, place
from integrations.store.rulebook import PostgresRulebook
from orchestrator.sla.placed import Place, all_bases
from rules.canonical import plain
from rules.ruleset import Ruleset
from rules.slas import GoalRule, SlaRule
from tests.fakes.clock import SetClock
from tests.fakes.rulings import ruleset
from tests.integrations.store.seen import DONE, whole
from tests.integrations.store.stored import database

MOST, OPEN = 20, 60
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def promising(urgent: str = "4h") -> Ruleset:
    """What is urgent is promised within a few hours, all else within ten days."""
    fix = SlaRule(
        when="item.project == 'PAY'",
        starts=("issue created",),
        stops=("resolution set",),
        pauses=("status Waiting",),
        goals=(GoalRule(when="item.priority == 'Highest'", within=urgent), GoalRule(within="240h")),
    )
    return ruleset(slas={"Time to fix": fix})


def placing(engine: Engine, rules: Ruleset) -> Placing:
    clock = SetClock()
    clock.at = NOW
    rulebook = PostgresRulebook(engine)
    rulebook.publish(rules, clock)
    return Placing(rulebook=rulebook, items=PostgresItems(engine), places=PostgresPlaces(engine), clock=clock)


def long_queue(engine: Engine, number: int = OPEN) -> PostgresItems:
    """Issues of Jira without any clock, an hour apart; the last one is urgent."""
    items, first = PostgresItems(engine), NOW - timedelta(hours=number)
    created = [plain(first + timedelta(hours=place)) for place in range(number)]
    urgent = ["Highest" if place == number - 1 else "Low" for place in range(number)]
    items.merge([whole(1 + at, created=created[at], priority=urgent[at]) for at in range(number)])
    return items


def first(items: PostgresItems, most: int = MOST) -> set[int]:
    return {one.id for one in items.queue("PAY", most, NOW)[0]}


def test_what_breaks_next_is_found_however_many_wait(engine: Engine) -> None:
    items = long_queue(engine)
    assert OPEN not in first(items)

    placing(engine, promising()).round()

    assert OPEN in first(items)
    assert OPEN in first(items, 1)


def test_other_rules_place_all_anew(engine: Engine) -> None:
    items = long_queue(engine, 5)
    placing(engine, promising()).round()
    slow = promising("300h")
    placing(engine, slow).round()

    with engine.connect() as connection:
        by = connection.execute(text("SELECT DISTINCT promised_by FROM open_items")).scalars().all()
    assert by == [all_bases(slow)]
    assert first(items, 1) == {1}


def test_what_broke_long_ago_does_not_crowd_out_what_breaks_next(engine: Engine) -> None:
    items = long_queue(engine)
    broken = [Place(item=id_, at=NOW - timedelta(hours=id_), by="b") for id_ in range(1, OPEN - 1)]
    with engine.begin() as connection:
        place(connection, [*broken, Place(item=OPEN, at=NOW + timedelta(hours=1), by="b")])

    found = first(items, 2)

    assert found == {1, 2, OPEN}


def test_what_a_look_wrote_meanwhile_stands(engine: Engine) -> None:
    long_queue(engine, 2)
    here, there = NOW + timedelta(hours=1), NOW + timedelta(hours=9)
    places = PostgresPlaces(engine)

    def slow(_: object) -> list[Place]:
        with engine.begin() as other:
            place(other, [Place(item=1, at=here, by="b")])
        return [Place(item=id_, at=there, by="b") for id_ in (1, 2)]

    assert places.renew("b", 9, slow) == 2
    assert places.renew("b", 9, slow) == 0
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT promised_at FROM open_items ORDER BY id")).scalars().all()
    assert kept == [here, there]


def test_a_clock_that_stands_still_has_no_place_and_what_is_closed_none_at_all(engine: Engine) -> None:
    items = long_queue(engine, 3)
    items.merge([whole(1, at=1, status={"id": "7", "name": "Waiting", "category": "new"}), whole(2, at=1, status=DONE)])

    placing(engine, promising()).round()

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, promised_at IS NULL AS none FROM open_items ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, True), (3, False)]


def test_without_promises_nothing_has_a_place(engine: Engine) -> None:
    long_queue(engine, 3)
    placing(engine, promising()).round()
    placing(engine, msgspec.structs.replace(promising(), slas={})).round()

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(promised_at) FROM open_items")).scalar() == 0
