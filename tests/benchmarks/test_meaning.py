"""A history is encoded once, and each report is measured against those before it alone."""

from benchmarks.history import History, Report, Verdicts, history
from benchmarks.meaning import encoded
from benchmarks.replay import looks, questions
from orchestrator.related import MEANT, SHIPPED, Traits
from tests.fakes.encoder import ThemeEncoder

SUMMARIES = ("Gift balance is zero", "Inbox crawls", "Voucher without money", "", "Gift balance is zero")


def past() -> History:
    reports = [
        Report(key=str(number), summary=summary, description="", traits=Traits(created=number))
        for number, summary in enumerate(SUMMARIES)
    ]
    return history(reports, Verdicts(linked=frozenset(), same=frozenset(), closed_as_duplicate=frozenset()))


def test_each_report_is_measured_against_those_before_it() -> None:
    asked = {one.place: one.query.meanings for one in questions(encoded(past(), ThemeEncoder()))}

    assert asked[0] == {}
    assert asked[1] == {0: asked[1][0]}
    assert asked[2][0] > 990
    assert asked[2][1] < 100
    assert asked[4][0] == 1000


def test_what_says_nothing_is_near_nothing() -> None:
    vectors = encoded(past(), ThemeEncoder()).vectors

    assert vectors is not None
    assert vectors.near(3, [0, 1]) == {}
    assert 3 not in vectors.near(4, [3])


def test_what_no_word_finds_is_a_candidate() -> None:
    without, with_meaning = (
        {one.place: {each.id for each in one.candidates} for one in questions(each)}
        for each in (past(), encoded(past(), ThemeEncoder()))
    )

    assert without[2] == set()
    assert with_meaning[2] == {0, 1}


def test_an_encoded_history_is_ranked_by_the_model_that_heeds_meaning() -> None:
    assert past().defaults == SHIPPED
    assert encoded(past(), ThemeEncoder()).defaults == MEANT
    assert [look.place for look in looks(encoded(past(), ThemeEncoder()))] == [0, 1, 2, 3, 4]
