"""Whose page in App Home is to be looked at when something changes."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine, text

from integrations.durable import LookQueue
from integrations.store.homes import PostgresHomes
from integrations.store.journal import PostgresJournal
from orchestrator.changes import Changes
from orchestrator.home import HomeRow
from rules.model import Subject
from rules.requests import Delegation, Step, Vote
from tests.integrations.store.stored import ITEM, NOON, clear_jobs, database, jobs, request

STEP = Step(name="triager", roles=("triager",), holders={"triager": ("mika", "priya")})


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def homes(engine: Engine) -> PostgresHomes:
    return PostgresHomes(engine)


def shown(homes: PostgresHomes, user: str, *watches: str) -> HomeRow:
    row = HomeRow(user=user, shown="h1", watches=watches)
    homes.opened(user)
    homes.home_shown(row)
    return row


def looked_at(engine: Engine, changes: Changes, subject: Subject = ITEM) -> list[str]:
    clear_jobs(engine)
    PostgresJournal(engine, LookQueue()).commit(subject, (), changes)
    return [subject for subject, _, _ in jobs(engine) if subject.startswith("home:")]


def test_a_page_is_remembered_as_it_was_shown_last(homes: PostgresHomes) -> None:
    row = shown(homes, "UMIKA", "UMIKA", "mika")

    homes.opened("UMIKA")

    assert homes.home("UMIKA") == row
    assert homes.home("UTOM") is None


def test_a_page_that_was_just_opened_shows_nothing_yet(homes: PostgresHomes) -> None:
    homes.opened("UMIKA")

    assert homes.home("UMIKA") == HomeRow(user="UMIKA")


def test_pages_of_those_who_may_answer_are_looked_at_once_and_no_others(engine: Engine, homes: PostgresHomes) -> None:
    shown(homes, "UMIKA", "UMIKA", "mika")
    shown(homes, "UPRIYA", "UPRIYA", "priya")
    shown(homes, "UTOM", "UTOM", "tom")
    both = (request("r1", steps=(STEP,)), request("r2", steps=(STEP,)))

    assert looked_at(engine, Changes(requests=both)) == ["home:UMIKA", "home:UPRIYA"]


@pytest.mark.parametrize(
    "more",
    [
        {"requester": "dana"},
        {"excluded": ("j-dana",)},
        {"votes": (Vote(request="r1", human="dana", choice="approve", at=NOON, event="e"),)},
        {"votes": (Vote(request="r1", human="mika", choice="approve", at=NOON, event="e", instead_of="dana"),)},
    ],
    ids=["asked for it", "reported it", "answered it", "was stood in for"],
)
def test_the_page_of_whoever_has_to_do_with_a_question_is_looked_at(
    engine: Engine, homes: PostgresHomes, more: dict[str, object]
) -> None:
    shown(homes, "UDANA", "dana", "j-dana")

    assert looked_at(engine, Changes(requests=(msgspec.structs.replace(request(), **more),))) == ["home:UDANA"]


def test_a_delegation_has_both_pages_looked_at(engine: Engine, homes: PostgresHomes) -> None:
    shown(homes, "UDANA", "dana")
    shown(homes, "UMIKA", "mika")
    given = Delegation(id="d", giver="mika", to="dana", since=NOON, until=NOON.replace(day=9))
    person = Subject(kind="person", id="UMIKA")

    assert looked_at(engine, Changes(delegations=(given,)), person) == ["home:UDANA", "home:UMIKA"]


def test_a_page_that_was_not_opened_for_long_is_left_until_it_is(engine: Engine, homes: PostgresHomes) -> None:
    shown(homes, "UMIKA", "mika")
    with engine.begin() as connection:
        connection.execute(text("UPDATE homes SET opened_at = now() - interval '13 hours'"))

    assert looked_at(engine, Changes(requests=(request(steps=(STEP,)),))) == []

    homes.opened("UMIKA")

    assert looked_at(engine, Changes(requests=(request("r2", steps=(STEP,)),))) == ["home:UMIKA"]
