"""How learning from answers is measured: what is revealed, and what is told with it."""

from benchmarks.history import History, Report, Verdicts, history
from benchmarks.learning import answered, measure
from orchestrator.related import SHIPPED, Traits
from tests.learning.told import ELSEWHERE, crowd

DAY = 86_400


def past() -> History:
    """Reports of many troubles, two of them the same one."""
    texts = [f"trouble{number} with thing{number} in place{number}" for number in range(30)]
    texts += ["Lease renewal fails with LeaseExpired", "Lease renewal fails with LeaseExpired"]
    reports = [
        Report(key=f"A-{number}", summary=text, description=text, traits=Traits(created=number * DAY))
        for number, text in enumerate(texts)
    ]
    same = frozenset({("A-30", "A-31")})
    return history(reports, Verdicts(linked=same, same=same, closed_as_duplicate=frozenset()))


def test_people_answer_only_what_they_are_asked_about() -> None:
    (told,) = answered(past(), SHIPPED, asks_from=350)

    assert (told.pair.item, told.pair.other, told.right) == (31, 30, True)


def test_nobody_answers_what_nobody_is_asked() -> None:
    assert answered(past(), SHIPPED, asks_from=1000) == []


def test_the_later_half_is_told_after_learning_from_more_and_more_of_the_earlier_one() -> None:
    rows = measure(crowd(104, ELSEWHERE), [], SHIPPED)

    assert [row.answers for row in rows] == [0, 10, 25, 50, 52]
    assert rows[0].change.mean == 0
    assert rows[-1].change.high < 0
    assert rows[-1].calibration_error.mean < rows[0].calibration_error.mean
