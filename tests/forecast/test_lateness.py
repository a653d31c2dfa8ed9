"""The chance that an issue with a due date comes late: what is learnt of it, and that no future is read."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from orchestrator.forecast.lateness import Dated, Lateness, Seen
from orchestrator.forecast.pattern import Pattern


def past(number: int, seed: int = 0) -> list[Dated]:
    """Issues of which those with few comments, and those of Ann, mostly come late."""
    chance = Random(seed)
    found = []
    for place in range(number):
        comments, who = chance.randrange(10), chance.choice(["ann", "bob"])
        likely = (0.5 if comments < 5 else 0.1) + (0.4 if who == "ann" else 0)
        seen = Seen(numbers={"comments": comments, "size": place + chance.random()}, words={"who": who})
        found.append(Dated(seen=seen, late=chance.random() < likely))
    return found


def asked(comments: float, who: str) -> Seen:
    return Seen(numbers={"comments": comments, "size": 301.0}, words={"who": who})


def test_what_came_late_before_is_told_as_likely() -> None:
    learnt = Lateness.learnt(past(300))

    late, soon = learnt.chances([asked(1, "ann"), asked(9, "bob")])

    assert late > 0.6
    assert soon < 0.4


@pytest.mark.long
def test_the_same_past_tells_the_same() -> None:
    first, second = (Lateness.learnt(past(120)).chances([asked(3, "bob")]) for _ in range(2))

    assert first.tolist() == second.tolist()


def test_no_chance_depends_on_what_is_asked_about_later() -> None:
    learnt, ahead = Lateness.learnt(past(120)), [one.seen for one in past(40, seed=7)]

    whole = learnt.chances(ahead)
    spoilt = learnt.chances([*ahead[:20], *(asked(99, "nobody") for _ in range(20))])

    assert whole[:20].tolist() == spoilt[:20].tolist()


@pytest.mark.parametrize("number", [0, 1, 5, 20])
def test_of_few_issues_only_how_many_were_late_is_learnt(number: int) -> None:
    learnt = Lateness.learnt([Dated(seen=Seen(), late=True)] * number)

    (chance,) = learnt.chances([Seen()])

    assert chance == pytest.approx((number + 1) / (number + 2), abs=0.15)


def test_what_the_pattern_says_counts_beside_the_forests() -> None:
    learnt, ahead = Lateness.learnt(past(300)), [one.seen for one in past(40, seed=7)]
    other = replace(learnt, pattern=Pattern.learnt([]))

    forests, both = other.chances(ahead), learnt.chances(ahead)

    assert learnt.pattern.outcomes == 300
    assert float(np.abs(both - 0.5).mean()) > float(np.abs(forests - 0.5).mean())


def test_what_was_never_seen_is_taken_as_it_comes() -> None:
    learnt = Lateness.learnt(past(120))

    (chance,) = learnt.chances([Seen(numbers={"comments": float("nan"), "new": 3.0}, words={"who": "eve"})])

    assert 0 < chance < 1


def test_nothing_asked_is_nothing_told() -> None:
    assert np.array_equal(Lateness.learnt(past(60)).chances([]), [])
