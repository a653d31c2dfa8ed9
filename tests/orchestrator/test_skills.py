"""How well people do work like an item, and who usually does it: shrunk, faded, and told in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.habits import Habits
from orchestrator.people.skills import Resolved, Skill, Skills
from orchestrator.people.work import Done
from rules.model import words_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANDROID = (("component", "android"), ("project", "APP"), ("type", "Bug"))
BILLING = (("component", "billing"), ("project", "APP"), ("type", "Bug"))


def did(person: str, times: int = 1, hours: int = 4, ago: int = 10, **more: bool) -> list[Resolved]:
    return [
        Resolved(person=person, at=NOW - ago * DAY, traits=ANDROID, took=timedelta(hours=hours), **more)
        for _ in range(times)
    ]


def skill(done: list[Resolved], person: str, **declared: tuple[str, ...]) -> Skill:
    return Skills.learnt(done, NOW, declared).of(ANDROID, [person])[person]


def told(one: Skill) -> str:
    return one.evidence.text.format(*map(words_of, one.evidence.parts))


def test_three_lucky_ones_make_no_expert() -> None:
    past = did("ann", 40, hours=1) + did("bob", 80, hours=12) + did("lucky", 3, hours=1)
    expert, lucky, mean = (skill(past, person).level for person in ("ann", "lucky", "nobody"))

    assert lucky - mean < (expert - mean) / 2


def test_who_did_nothing_like_it_is_taken_for_the_mean() -> None:
    past = did("ann", 10)

    assert skill(past, "new").level == 500
    assert told(skill(past, "new")) == "resolved nothing like it yet: counted as the team's mean"


def test_what_was_reopened_counts_against_and_is_said() -> None:
    past = did("ann", 11) + did("ann", reopened=True) + did("bob", 3)

    assert skill(past, "ann").level < skill(past, "bob").level
    assert told(skill(past, "ann")) == "resolved 12 of 15 like it in component android, 1 reopened"


def test_what_somebody_declares_counts_until_there_is_history() -> None:
    past = did("ann", 10)

    assert skill(past, "new", new=("Android",)).level > skill(past, "new").level
    assert told(skill(past, "new", new=("Android",))) == "declares to know android"


def test_old_work_counts_less_than_new_work() -> None:
    usual = did("bob", 20)
    old, new = (skill(usual + did("ann", 5, reopened=True, ago=ago), "ann").level for ago in (400, 1))

    assert new < old


def test_what_lies_ahead_is_not_known() -> None:
    assert skill(did("ann", 5, ago=-1), "ann").resolved == 0


@given(times=st.integers(0, 30), hours=st.integers(0, 900), reopened=st.booleans())
def test_a_level_is_a_share_and_does_not_hang_on_order(times: int, hours: int, reopened: bool) -> None:
    past = did("ann", times, hours=hours, reopened=reopened) + did("bob", 3)

    assert 0 <= skill(past, "ann").level <= 1000
    assert skill(past, "ann") == skill(past[::-1], "ann")


def habit(who: str, times: int, traits: tuple[tuple[str, str], ...], ago: int = 1) -> list[Done]:
    return [Done(who=who, at=NOW - ago * DAY, traits=traits) for _ in range(times)]


def test_who_usually_does_such_work_is_likeliest_to_do_it() -> None:
    chances = Habits.learnt(habit("ann", 20, ANDROID) + habit("bob", 30, BILLING), NOW).chances(ANDROID)

    assert chances["ann"] > chances["bob"]
    assert sum(chances.values()) == pytest.approx(1)


def test_habits_fade() -> None:
    known = Habits.learnt(habit("ann", 10, ANDROID, ago=900) + habit("bob", 3, ANDROID), NOW)

    assert known.chances(ANDROID)["bob"] > known.chances(ANDROID)["ann"]


def test_nothing_known_gives_no_chances_and_an_unknown_trait_moves_nothing() -> None:
    assert Habits.learnt([], NOW).chances(ANDROID) == {}
    known = Habits.learnt(habit("ann", 3, ANDROID) + habit("bob", 1, ANDROID), NOW)
    assert known.chances((("component", "never seen"),)) == known.chances(())


def test_a_field_that_tells_nothing_is_learnt_to_count_less_than_one_that_tells() -> None:
    days = range(300, 0, -1)
    past = [
        Done(
            who=("ann", "bob")[day % 2],
            at=NOW - day * DAY / 10,
            traits=(("component", ("android", "billing")[day % 2]), ("hour", str(day % 7))),
        )
        for day in days
    ]

    weights = Habits.learnt(past, NOW).weights

    assert weights["hour"] == 0 < weights["component"]
