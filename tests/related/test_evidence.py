import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import Candidate, Corpus, Evidence, Features, Match, Query, Signals, Traits, evidence
from tests.related.yard import DAY, NOW, asked, corpus_of, crowd, known, matches

TWIN = "LeaseManager throws IllegalStateException on renewal"
CALM = {"text": 640, "lead": 300, "apart": 300, "cover": 700, "titles": 500, "shared": 0, "days": 3}
NOTHING = asked("")
UNTOLD = Features(pieces={}, shares={}, shared=0)
EMPTY = Corpus(documents=2503, average_length=1.0, df={})


def said(**signals: int | bool) -> list[str]:
    """The sentences for signals that differ from a calm, likely match in what is given."""
    measured = Signals(**{**CALM, **signals})  # type: ignore[arg-type]
    match = Match(id=1, score=500, confidence=400, signals=measured, features=UNTOLD, shared=())
    return [each.text for each in evidence(NOTHING, match, EMPTY)]


def told(query: Query, *others: Candidate) -> tuple[Evidence, ...]:
    candidates = crowd(*others)
    return evidence(query, matches(query, *others)[0], corpus_of(candidates))


@pytest.mark.parametrize(
    ("signals", "sentence"),
    [
        ({"titles": 1000}, "The summaries say the same."),
        ({"titles": 700}, "The summaries say nearly the same."),
        ({}, "The texts are 64 % as close as a copy would be."),
        ({"meaning": 815}, "The texts are 64 % as close as a copy would be, in meaning 81 %."),
        ({"components": True}, "Both are about the same component."),
        ({"days": 0}, "It was reported within a day of this one."),
        ({"days": 1}, "It was reported 1 day earlier."),
        ({"days": 40}, "It was reported 40 days earlier."),
        ({"days": -5}, "It was reported 5 days later."),
        ({"days": 430}, "Against it: it was reported 14 months earlier."),
        ({"project": False}, "Against it: it is in a different project."),
        ({"components": False}, "Against it: it is about a different component."),
        ({"titles": 100}, "Against it: the summaries have little in common."),
        ({"meaning": 430}, "Against it: the two are not near in meaning."),
        ({"reporter": True}, "The same person reported both."),
        ({"kind": False}, "Against it: it is of a different type."),
        ({"lead": 10}, "Against it: another known issue fits about as well."),
    ],
)
def test_each_reason_has_its_sentence(signals: dict[str, int | bool], sentence: str) -> None:
    assert sentence in said(**signals)


@pytest.mark.parametrize("signals", [{}, {"project": True}, {"titles": 500}, {"lead": 500}, {"meaning": 600}])
def test_what_does_not_speak_against_a_match_is_not_said(signals: dict[str, int | bool]) -> None:
    assert [sentence for sentence in said(**signals) if sentence.startswith("Against")] == []


def test_of_many_reasons_three_for_and_two_against_are_given() -> None:
    many = {"days": 0, "components": True, "reporter": True, "kind": False, "project": False, "titles": 0, "lead": 0}

    sentences = said(**many)

    assert [sentence.startswith("Against") for sentence in sentences] == [False] * 3 + [True] * 2


def test_the_age_and_the_likeness_are_always_told() -> None:
    assert len(said()) == len(said(days=900)) == 2


def test_the_rarest_shared_words_are_quoted_as_written() -> None:
    first = told(asked(TWIN), known(7, "IllegalStateException in LeaseManager"))[0]

    assert first.text == "Both name {0} and {1}, each found in at most 1 of 29 issues."
    assert first.quotes == ("IllegalStateException", "LeaseManager")


def test_one_shared_word_is_told_alone() -> None:
    first = told(asked("LeaseManager leaks"), known(7, "tune LeaseManager"))[0]

    assert first == Evidence(text="Both name {0}, found in 1 of 29 issues.", quotes=("LeaseManager",))


def test_numbers_alone_are_no_reason() -> None:
    assert not any(each.quotes for each in told(asked("error 40413"), known(7, "code 40413")))


@given(
    st.text(max_size=80).map(lambda text: f"LeaseManager {text}"),
    st.sampled_from(["<!channel>", "[~accountid:1]", "{0} {1}", "{evil}", "*bold*", "@here"]),
    st.integers(-2_000, 2_000),
)
def test_nothing_of_the_issues_own_text_is_ever_in_a_sentence(text: str, trap: str, days: int) -> None:
    query = asked(f"{text} {trap}", trap)

    sentences = told(query, known(7, f"{text} {trap}", trap, Traits(created=NOW - days * DAY)))

    assert 2 <= len(sentences) <= 5
    for each in sentences:
        assert re.fullmatch(r"[A-Za-z0-9 ,.:%{}]+", each.text)
        assert sorted(re.findall(r"\{(.*?)\}", each.text)) == [str(place) for place in range(len(each.quotes))]
        assert each.text.format(*each.quotes)
