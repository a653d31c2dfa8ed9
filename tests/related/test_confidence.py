from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import Signals, confidence
from orchestrator.related.confidence import TABLE, Coefficients
from tests.related.yard import FILLER, asked, known, matches

ASKING = 350
LOG = "\n".join(f"ERROR worker pool exhausted at stage{number}q while draining" for number in range(60))
HALF = Signals(text=500, lead=0, apart=0, cover=500, titles=0, shared=9, days=0)
SHARES = st.integers(0, 1000)
SIGNALS = st.builds(
    Signals,
    text=SHARES,
    lead=st.integers(-1000, 1000),
    apart=st.integers(-1000, 1000),
    cover=SHARES,
    titles=SHARES,
    shared=st.integers(0, 400),
    days=st.integers(-4000, 4000),
)


def test_a_word_for_word_repeat_is_worth_asking_about() -> None:
    text = ("Lease renewal throws NullPointerException", "LeaseManager.renew fails once the holder is gone")

    assert matches(asked(*text), known(7, *text))[0].confidence >= 700


def test_a_pasted_log_under_another_summary_is_not() -> None:
    found = matches(asked("checkout is slow", LOG), known(7, "password page misses a label", LOG))

    assert found[0].signals.text > 700
    assert found[0].confidence < ASKING


def test_a_filled_in_template_is_not() -> None:
    form = "Steps to reproduce:\n1. open the portal\n2. log in as a customer\nExpected result: the portal opens"

    found = matches(asked("invoices show the wrong currency", form), known(7, "avatar upload stalls", form))

    assert found[0].confidence < ASKING


@pytest.mark.parametrize("summary", ["Help", "kafka", "Error!"])
def test_one_word_proves_nothing(summary: str) -> None:
    assert all(each.confidence == 0 for each in matches(asked(summary), known(7, summary)))


def test_an_issue_that_is_like_many_is_not_surely_one_of_them() -> None:
    series = [known(number, f"Rotate the certificate of gateway{number}q") for number in range(8)]

    found = matches(asked("Rotate the certificate of gateway99q"), *series)

    assert all(each.confidence < ASKING for each in found)


def test_most_new_issues_are_left_alone() -> None:
    assert [
        each
        for summary in FILLER
        for each in matches(asked(f"new {summary} since june", "the office called"))[1:]
        if each.confidence >= ASKING
    ] == []


@given(SIGNALS, st.sampled_from(["text", "apart", "cover", "titles"]), SHARES)
def test_more_likeness_never_means_less_confidence(signals: Signals, name: str, value: int) -> None:
    more = replace(signals, **{name: max(value, asdict(signals)[name])})

    assert confidence(more) >= confidence(signals)


@given(SIGNALS)
def test_confidence_is_a_whole_number_of_per_mille(signals: Signals) -> None:
    assert type(confidence(signals)) is int
    assert 0 <= confidence(signals) <= 1000


def test_no_likeness_counts_against_a_match() -> None:
    assert min(TABLE.text, TABLE.titles, TABLE.cover, TABLE.apart) >= 0


def test_another_table_gives_another_confidence() -> None:
    even = Coefficients(constant=-1, text=2, titles=0, cover=0, apart=0)

    assert confidence(HALF, even) == 500


@pytest.mark.parametrize("unlike", [replace(HALF, titles=650), replace(HALF, apart=-400)])
def test_being_a_little_alike_is_no_better_than_not_at_all(unlike: Signals) -> None:
    assert confidence(unlike) == confidence(HALF)
