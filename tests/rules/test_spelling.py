"""The word that somebody probably meant."""

import pytest

from rules.spelling import nearest


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("chanel", "; did you mean channel?"),
        ("Channel", "; did you mean channel?"),
        ("status", "; did you mean item.status?"),
        ("weather", ""),
        ("", ""),
    ],
)
def test_the_most_alike_word_is_suggested_if_it_is_alike(word: str, told: str) -> None:
    assert nearest(word, ["channel", "approvers", "item.status"]) == told


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    assert nearest("word", []) == ""
