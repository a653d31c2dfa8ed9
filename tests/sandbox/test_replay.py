"""How a bot's proposals are measured, and how its stream is read."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot import read_stream
from sandbox.replay import Outcome, Proposal, replay_all, table
from sandbox.running import Sandbox
from sandbox.score import ceiling, percentile, precision, recall
from tests.sandbox.old_issues import FakeBot


@pytest.fixture
def fake() -> Iterator[FakeBot]:
    made = FakeBot()
    yield made
    made.close()


def decided(key: str, other: str) -> dict[str, Any]:
    data = {"agent": "duplicates", "other": {"key": other}, "confidence": 910, "verdict": "ASK"}
    return {"kind": "decision.made", "key": key, "data": data}


def test_a_replay_is_measured_against_the_truth(replayed: Sandbox, fake: FakeBot) -> None:
    known = [{"id": 2, "key": "OLD-2", "confidence": 10}, {"id": 1, "key": "OLD-1", "confidence": 910}]
    looked = {"kind": "look.done", "key": "OLD-3", "data": {"known": known}}
    fake.trails["OLD-3"] = [decided("OLD-3", "OLD-1"), looked]
    lines: list[str] = []
    outcome = replay_all(fake.bot, replayed.world.places.jira, lines.append, threading.Event())

    told = "\n".join(table(outcome))
    assert "issues handled          1 of 1" in told
    assert "precision, any link     1.00 (1 of 1;" in told
    assert "recall, duplicates      1.00 (1 of 1;" in told
    assert outcome.guesses == {"OLD-3": "OLD-1"}
    assert lines == ["1 issues replayed, 0 to go"]


def test_the_table_counts_what_is_wrong_and_what_is_missing() -> None:
    links = [{"key": "A", "other": "B", "type": "Duplicate"}, {"key": "A", "other": "C", "type": "Reference"}]
    proposals = [Proposal(key="A", other=other, confidence=900, verdict="ASK") for other in ("B", "X")]
    outcome = Outcome(waits_s={"A": 0.5}, late=["D"], proposals=proposals, links=links)
    told = "\n".join(table(outcome))
    assert "precision, any link     0.50 (1 of 2;" in told
    assert "recall, any link        0.50 (1 of 2;" in told
    assert "naming one issue for each finds 0.50 at best" in told
    assert "not handled in 60 s   D" in told


@given(
    st.sets(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"))),
    st.sets(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"))),
)
def test_precision_of_one_is_recall_of_the_other(proposed: set[tuple[str, str]], real: set[tuple[str, str]]) -> None:
    share = precision(proposed, real)
    assert share == recall(real, proposed)
    assert share.value is None or 0 <= share.low <= share.value <= share.high <= 1


def test_an_interval_is_wide_where_little_was_counted() -> None:
    one, many = precision({("A", "X")}, set()), precision({("A", str(n)) for n in range(100)}, set())
    assert (one.low, round(one.high, 2)) == (0.0, 0.79)
    assert (many.low, round(many.high, 2)) == (0.0, 0.04)
    assert str(precision(set(), set())) == "- (0 of 0)"


def test_percentiles_are_values_that_were_there() -> None:
    assert (percentile([3.0, 1.0, 2.0], 0.5), percentile([], 0.5), ceiling(set())) == (2.0, None, None)


def test_a_stream_is_read_over_comments_and_damage() -> None:
    lines = ["id: 1", 'data: {"a": 1}', "", ": ping", "", "data: {damaged", "", 'data: {"b":', "data: 2}", ""]
    assert list(read_stream(iter(lines))) == [{"a": 1}, {"b": 2}]
