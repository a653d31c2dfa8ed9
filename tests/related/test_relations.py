from dataclasses import replace

import pytest

from orchestrator.related import Relation, relation
from orchestrator.related.relations import marks
from tests.related.yard import asked, corpus_of, crowd, known, matches

TWIN = ("Lease renewal throws NullPointerException", "LeaseManager.renew fails once the holder is gone")
TRACE = "com.acme.LeaseLostException: gone\n\tat com.acme.LeaseManager.renew(LeaseManager.java:7)\n"


def named(new: tuple[str, str], old: tuple[str, str], key: str = "", confidence: int | None = None) -> str | None:
    """What the old one is called, at its own confidence or at another."""
    query, candidate = asked(*new), known(7, *old)
    match = matches(query, candidate)[0]
    match = match if confidence is None else replace(match, confidence=confidence)
    return relation(query, match, corpus_of(crowd(candidate)), " ".join(new), key)


def test_a_word_for_word_repeat_is_called_a_duplicate() -> None:
    assert named(TWIN, TWIN) is Relation.DUPLICATE


@pytest.mark.parametrize(("confidence", "called"), [(79, None), (80, "related"), (349, "related"), (350, "duplicate")])
def test_below_its_confidence_nothing_is_said(confidence: int, called: str | None) -> None:
    assert named(("kafka slow", ""), ("kafka down", ""), confidence=confidence) == called


def test_a_rare_fault_and_a_rare_frame_in_both_name_the_cause() -> None:
    new, old = ("Jobs stop over night", TRACE), ("Reports come late", TRACE)

    assert named(new, old, confidence=100) is Relation.SAME_CAUSE


def test_shared_marks_without_likeness_say_nothing() -> None:
    assert named(("Jobs stop over night", TRACE), ("Reports come late", TRACE), confidence=20) is None


@pytest.mark.parametrize("text", ["LeaseLostException seen", "\tat com.acme.LeaseManager.renew(LeaseManager.java:7)"])
def test_a_fault_or_a_frame_alone_names_no_cause(text: str) -> None:
    assert named(("Jobs stop", text), ("Reports late", text), confidence=100) is Relation.RELATED


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("This is blocked by YARD-7.", "possibly blocking"),
        ("it depends on the fix of YARD-7", "possibly blocking"),
        ("waiting for https://jira.example.com/browse/YARD-7", "possibly blocking"),
        ("see YARD-7", None),
        ("blocked by YARD-77", None),
        ("blocked by XYARD-7", None),
    ],
)
def test_who_writes_what_an_issue_waits_for_is_believed_to_a_degree(text: str, called: str | None) -> None:
    assert named(("deploy kafka", text), ("kafka quota", ""), key="YARD-7", confidence=10) == called


def test_marks_are_rare_frames_faults_and_codes_not_files_or_words() -> None:
    words = "LeaseLostException LeaseManager.renew LeaseManager.java ORA-00942 VOUCHER_MALFORMED kafka"
    query, candidate = asked("", words), known(7, "", words)

    found = marks(query, matches(query, candidate)[0], corpus_of(crowd(candidate)))

    assert set(found) == {"LeaseLostException", "LeaseManager.renew", "ORA-00942", "VOUCHER_MALFORMED"}


def test_what_many_issues_name_is_no_mark() -> None:
    many = [known(number, "", "LeaseLostException") for number in range(7, 20)]
    query = asked("", "LeaseLostException")

    assert marks(query, matches(query, *many)[0], corpus_of(crowd(*many))) == ()
