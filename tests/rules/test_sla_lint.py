"""SLAs that fall silent are told of before anybody waits for them."""

import pytest

from rules.loader import RulesError, lint, load
from tests.rules.test_loader import shipped

OFFICE = """
calendars:
  office: {time_zone: UTC, country: DE, hours: {mon: ["09:00-17:00"]}}
  empty: {time_zone: UTC, country: DE, hours: {}}
  bare: {time_zone: UTC, hours: {mon: ["09:00-17:00"]}}
"""


def sla(**said: str) -> str:
    given = {
        "when": "item.is_open",
        "starts": "[issue created]",
        "stops": "[resolution set]",
        "goals": "[{within: 4h, calendar: office}]",
    } | said
    return OFFICE + "slas:\n  Time to fix:\n" + "".join(f"    {name}: {words}\n" for name, words in given.items())


def doubted(text: str) -> list[str]:
    return [str(one) for one in lint([*shipped(), ("own.yml", text)])]


def test_what_is_meant_is_not_doubted() -> None:
    assert doubted(sla(pauses="[status Waiting for customer]")) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"starts": "[assignee changed, issue created]", "stops": "[assignee changed]"}, "opens and closes in turn"),
        ({"starts": "[resolution set]"}, "opens and closes in turn"),
        ({"starts": "[entered status Busy]", "pauses": "[status busy]"}, "holds as soon as it starts"),
        ({"starts": "[assignee from unassigned]", "pauses": "[assignee set]"}, "holds as soon as it starts"),
        ({"pauses": "[resolution not set]"}, "only the stop ends this"),
        ({"stops": "[left status Busy]", "pauses": "[status Busy]"}, "only the stop ends this"),
        ({"starts": "[resolution cleared]", "stops": "[issue created]"}, "created once, before anything can stop"),
        ({"stops": "[comment for customers]"}, "only a comment stops it"),
        (
            {"goals": "[{within: 1h, calendar: office}, {within: 2h, calendar: office}]"},
            "1 after it never count",
        ),
        ({"goals": "[{within: 4h}]"}, "has no calendar"),
        ({"goals": "[{within: 4h, calendar: office, when: item.is_open}]"}, "that none of them fits has no clock"),
        ({"goals": "[{within: 4h, calendar: empty}]"}, "no hours at all"),
        ({"goals": "[{within: 4h, calendar: bare}]"}, "knows no holidays"),
        (
            {
                "goals": "[{within: 1h, calendar: office, when: item.is_open},"
                " {within: 2h, calendar: office, when: item.is_open}, {within: 4h, calendar: office}]"
            },
            "fits the same as goal 1",
        ),
    ],
)
def test_what_falls_silent_is_told(said: dict[str, str], words: str) -> None:
    (doubt,) = doubted(sla(**said))

    assert words in doubt


def test_a_doubt_names_file_and_line() -> None:
    (doubt,) = doubted(sla(goals="[{within: 4h}]"))

    assert doubt.startswith("own.yml:11:13: slas.Time to fix.goals.0: has no calendar")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"when": "item.projct == 'X'"}, "there is no word item.projct"),
        ({"goals": "[{within: 4h, calendar: offce}]"}, "there is no calendar 'offce'"),
        ({"goals": "[{within: 4h, when: item.age}]"}, "slas.Time to fix.goals.0.when"),
        ({"goals": "[{within: 4 hours}]"}, "within"),
        ({"starts": "[created]"}, "starts"),
        ({"pauses": "[entered status X]"}, "pauses"),
        ({"goals": "[]"}, "goals"),
    ],
)
def test_what_makes_no_sense_is_a_mistake(said: dict[str, str], words: str) -> None:
    with pytest.raises(RulesError, match="own") as refused:
        load([*shipped(), ("own.yml", sla(**said))])

    assert words in str(refused.value)
