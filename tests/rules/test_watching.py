"""What rules say of watching: a project that nobody shares is a mistake, and a condition has to be one."""

from pathlib import Path

import pytest

from rules.loader import RulesError, load
from rules.ruleset import Ruleset

PACKS = Path(__file__).parents[2] / "rules" / "packs"
TEAM = "teams: {payments: {purpose: Payments., projects: [PAY]}}\n"


def laid_over(text: str) -> Ruleset:
    packs = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))]
    return load([*packs, ("own.yml", text)])


def test_nothing_is_watched_by_what_ships() -> None:
    assert laid_over("").watch.projects == frozenset()


def test_a_project_is_watched_that_a_team_shares() -> None:
    assert laid_over(f"{TEAM}watch: {{stranding: {{projects: [PAY]}}}}").watch.projects == {"PAY"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [("{projects: [WEB]}", "no team shares 'WEB'"), ("{at: '24:00'}", "24:00"), ("{at: 10:00}", "at")],
)
def test_a_mistake_about_the_digest_is_told(words: str, complaint: str) -> None:
    with pytest.raises(RulesError) as error:
        laid_over(f"{TEAM}watch: {{digest: {words}}}")
    assert complaint in str(error.value)


def test_the_project_of_a_digest_is_watched() -> None:
    assert laid_over(f"{TEAM}watch: {{digest: {{projects: [PAY], at: '09:00'}}}}").watch.projects == {"PAY"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("{projects: [WEB]}", "no team shares 'WEB', so that nobody would be told"),
        ("{projects: [PAY], when: item.color == 1}", "item.color"),
        ("{projects: [pay]}", "pay"),
        ("{idle_percent: 100}", "100"),
    ],
)
def test_a_mistake_is_told(words: str, complaint: str) -> None:
    with pytest.raises(RulesError) as error:
        laid_over(f"{TEAM}watch: {{stranding: {words}}}")
    assert complaint in str(error.value)


def test_more_time_comes_of_a_field_or_of_a_status_and_not_of_both() -> None:
    risk = "{projects: [PAY], later: {field: Due date, statuses: [Waiting]}}"
    with pytest.raises(RulesError) as error:
        laid_over(f"{TEAM}watch: {{risk: {risk}}}")
    assert "says field and statuses" in str(error.value)


def test_nothing_is_written_of_a_rescue_by_itself_and_people_are_asked_at_a_press() -> None:
    rules = laid_over("")
    rescue = rules.workflows["rescue"]
    levels = {kind: rules.agents[rescue.agent].level_for(kind) for kind in rules.agents[rescue.agent].tools}
    assert (rescue.rescues, rescue.couples) == (True, False)
    assert [kind for kind, level in levels.items() if level != "ask"] == ["ask"]


def test_a_workflow_about_rescues_speaks_of_no_known_issues() -> None:
    with pytest.raises(RulesError) as error:
        laid_over("workflows: {rescue: {link_type: Duplicate}}")
    assert "a workflow with `rescues` knows none" in str(error.value)
