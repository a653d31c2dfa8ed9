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
        ({"stops": "[comment for customers]"}, "only a comment or a team stops it"),
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


PEOPLE = """
teams:
  second-line: {purpose: Mends., %s}
people:
  kim: {name: Kim, teams: [second-line], jira: %s}
"""
HANDED = {"starts": "[handed to team second-line]", "stops": "[handed from team second-line, resolution set]"}


def test_hand_offs_between_teams_whose_people_are_known_are_not_doubted() -> None:
    assert doubted(sla(**HANDED) + PEOPLE % ("projects: []", "a-kim")) == []


def test_a_team_that_no_event_names_is_told_with_the_nearest_name() -> None:
    with pytest.raises(RulesError) as refused:
        lint([*shipped(), ("own.yml", sla(pauses="[with team secnd-line]") + PEOPLE % ("projects: []", "a-kim"))])

    assert "own.yml:12:14: slas.Time to fix.pauses.0: there is no team 'secnd-line'" in str(refused.value)
    assert "did you mean second-line" in str(refused.value)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (PEOPLE % ("projects: []", "null"), "people.kim: 'Time to fix' speaks of 'second-line'"),
        ("\nteams: {second-line: {purpose: Mends.}}\n", "teams.second-line: 'Time to fix' speaks of it, and nobody"),
    ],
)
def test_a_team_whose_hand_offs_nobody_can_see_is_doubted(people: str, words: str) -> None:
    (doubt,) = doubted(sla(**HANDED) + people)

    assert words in doubt


def test_where_jira_names_the_team_its_people_need_no_account() -> None:
    assert doubted(sla(**HANDED) + PEOPLE % ("in_jira: Second Line", "null")) == []


def test_a_pause_that_holds_with_the_team_that_starts_it_is_doubted() -> None:
    said = {**HANDED, "pauses": "[with team second-line]"}

    assert "holds as soon as it starts" in doubted(sla(**said) + PEOPLE % ("projects: []", "a-kim"))[0]


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
        ({"stops": "[handed to team secnd-line]"}, "own.yml"),
        ({"pauses": "[with team]"}, "pauses"),
    ],
)
def test_what_makes_no_sense_is_a_mistake(said: dict[str, str], words: str) -> None:
    with pytest.raises(RulesError, match="own") as refused:
        load([*shipped(), ("own.yml", sla(**said))])

    assert words in str(refused.value)
