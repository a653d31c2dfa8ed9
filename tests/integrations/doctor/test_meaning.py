"""What the doctor says of embeddings: who searches them, and nothing where they are not wanted."""

import pytest

from integrations.doctor.finding import Verdict
from integrations.doctor.meaning import check_meaning, who_searches


def test_where_embeddings_are_not_wanted_nothing_is_said() -> None:
    assert list(check_meaning(None, None)) == []


def test_an_encoder_that_cannot_be_opened_is_a_fault() -> None:
    (found,) = check_meaning("no such folder", None)

    assert found.verdict is Verdict.FAULT
    assert "cannot be opened" in found.words


@pytest.mark.parametrize(
    ("made", "there", "may_make", "verdict", "words"),
    [
        ("0.8.5", "0.8.5", False, Verdict.WELL, "search with pgvector 0.8.5"),
        (None, "0.8.0", True, Verdict.WELL, "search with pgvector 0.8.0"),
        (None, "0.8.0", False, Verdict.FAULT, "our user may not change that"),
        (None, None, True, Verdict.FAULT, "has no pgvector"),
        ("0.7.4", "0.8.5", True, Verdict.FAULT, "0.7.4 is too old"),
        ("0.10.1", None, False, Verdict.WELL, "search with pgvector 0.10.1"),
    ],
)
def test_pgvector_is_judged_by_what_the_database_has(
    made: str | None, there: str | None, may_make: bool, verdict: Verdict, words: str
) -> None:
    found = who_searches(made, there, may_make=may_make)

    assert found.verdict is verdict
    assert words in found.words
