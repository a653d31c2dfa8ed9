"""Clocks between teams: hand-offs that no status tells of, and who had an issue for how long."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from integrations.console.plain import words
from orchestrator.sla.clocks import Clock, Cycle
from orchestrator.sla.losing import losses
from orchestrator.sla.teams import Teams
from orchestrator.sla.timeline import imagined, timeline
from rules.model import TEAM, FieldChange, Item
from rules.ruleset import PersonRule, TeamRule
from rules.slas import GoalRule, SlaRule
from tests.fakes.rulings import ruleset
from tests.sla.past import OFFICE, RESOLUTION, after, change, issue, moved, said

HOUR = timedelta(hours=1)
FIRST, SECOND, BOTH = "a-first", "a-second", "a-both"


def _person(account: str | None, *teams: str) -> PersonRule:
    return PersonRule(name=account or "x", jira=account, teams=teams)


RULES = ruleset(
    people={
        "first": _person(FIRST, "first-line"),
        "other": _person("a-other", "first-line"),
        "second": _person(SECOND, "second-line"),
        "both": _person(BOTH, "first-line", "second-line"),
        "mailed": _person(None, "second-line"),
    },
    teams={
        "first-line": TeamRule(purpose="Answers."),
        "second-line": TeamRule(purpose="Mends.", in_jira="Second Line"),
    },
)
TEAMS = Teams.of(RULES)
TAKEN_OVER = SlaRule(
    when="true",
    starts=("handed to team second-line",),
    stops=("change by team second-line", "comment by team second-line", "handed from team second-line"),
    goals=(GoalRule(within="1h"),),
)


def rule(**given: Any) -> SlaRule:
    return msgspec.structs.replace(TAKEN_OVER, **given)


def handed(hours: float, before: str | None, after_: str | None, by: str | None = None) -> FieldChange:
    return change(hours, "assignee", before, after_, author=by)


def run(sla: SlaRule, item: Item, *changes: FieldChange, until: float = 9) -> tuple[Cycle, ...]:
    return Clock(sla, {"office": OFFICE}).cycles(timeline(item, changes, TEAMS), after(until))


def told(item: Item, *changes: FieldChange, until: float = 9) -> list[str]:
    (cycle,) = run(RESOLUTION, item, *changes, until=until)
    return [words(line) for line in losses(cycle)]


def events(item: Item, *changes: FieldChange) -> set[str]:
    found = timeline(item, changes, TEAMS)[-1].events
    return {one for one in found if " team" in one}


def test_a_change_of_hands_within_a_status_starts_the_clock_of_the_team_that_gets_it() -> None:
    (cycle,) = run(TAKEN_OVER, issue(assignee=SECOND), handed(2, FIRST, SECOND, FIRST), until=3)

    assert (cycle.started, cycle.elapsed, cycle.stopped) == (after(2), HOUR, None)


def test_the_first_word_or_deed_of_the_team_stops_it() -> None:
    item = issue(assignee=SECOND, reporter="customer")
    (spoken,) = run(TAKEN_OVER, item, handed(2, FIRST, SECOND), said(4, SECOND, "internal"))
    (done,) = run(TAKEN_OVER, item, handed(2, FIRST, SECOND), moved(3, "Open", "Open", author=SECOND))
    (theirs,) = run(TAKEN_OVER, item, handed(2, FIRST, SECOND), said(3, FIRST))

    assert (spoken.stopped, done.stopped, theirs.stopped) == (after(4), after(3), None)


def test_handing_it_on_stops_it_and_coming_back_starts_it_anew() -> None:
    hands = handed(1, FIRST, SECOND), handed(2, SECOND, FIRST), handed(5, FIRST, SECOND)
    first, second = run(TAKEN_OVER, issue(assignee=SECOND), *hands)

    assert (first.stopped, second.started, second.stopped) == (after(2), after(5), None)


def test_who_takes_it_by_themselves_has_taken_it_over_at_once() -> None:
    assert run(TAKEN_OVER, issue(assignee=SECOND), handed(2, FIRST, SECOND, SECOND)) == ()


def test_within_a_team_nothing_is_handed() -> None:
    assert events(issue(assignee="a-other"), handed(2, FIRST, "a-other")) == set()


def test_only_a_change_from_one_team_to_another_is_handed_to_another() -> None:
    both_ways = {"handed from team first-line", "handed to team second-line", "handed to another team"}

    assert events(issue(assignee=SECOND), handed(2, FIRST, SECOND)) == both_ways
    assert events(issue(assignee=SECOND), handed(2, "stranger", SECOND)) == {"handed to team second-line"}
    assert events(issue(assignee=BOTH), handed(2, FIRST, BOTH)) == {"handed to team second-line"}
    assert events(issue(assignee=None), handed(2, FIRST, None)) == {"handed from team first-line"}


def test_what_is_a_teams_from_the_start_was_handed_to_it() -> None:
    (cycle,) = run(TAKEN_OVER, issue(assignee=SECOND), until=1)

    assert cycle.started == after(0)


def test_jiras_team_field_tells_before_the_assignee_does() -> None:
    field = change(2, TEAM, "first", "second line")
    (cycle,) = run(TAKEN_OVER, issue(assignee=FIRST, team="second line"), field, until=3)

    assert cycle.started == after(2)
    assert TEAMS.having(issue(assignee=SECOND, team="Unknown")) == frozenset()
    assert TEAMS.having(issue(assignee=SECOND)) == frozenset({"second-line"})
    assert TEAMS.having(issue(team="SECOND LINE")) == frozenset({"second-line"})
    assert TEAMS.having(issue()) is None


def test_a_clock_may_stand_still_while_a_team_has_the_issue() -> None:
    (cycle,) = run(
        rule(starts=("issue created",), stops=("resolution set",), pauses=("with team second-line",)),
        issue(assignee=FIRST),
        handed(1, FIRST, SECOND),
        handed(4, SECOND, FIRST),
        until=6,
    )

    assert (cycle.elapsed, cycle.paused_for) == (3 * HOUR, 3 * HOUR)


def test_at_one_instant_a_stop_outranks_a_hand_off() -> None:
    resolved = handed(2, FIRST, SECOND), change(2, "resolution", None, "Done")

    assert run(rule(stops=("resolution set",)), issue(assignee=SECOND, resolution="Done"), *resolved) == ()


def test_giving_it_to_somebody_of_the_team_is_imagined_as_a_hand_off() -> None:
    item = issue(assignee=FIRST)
    past = timeline(item, (), TEAMS)
    became = imagined(past, msgspec.structs.replace(item, assignee=SECOND), after(2), TEAMS)[-1]

    assert "handed to another team" in became.events
    assert became.teams == frozenset({"second-line"})


def test_it_is_told_who_had_an_issue_for_how_long_and_what_it_waited_for() -> None:
    waiting = "Waiting for customer"
    hands = (
        handed(1, None, FIRST),
        handed(3, FIRST, SECOND),
        moved(4, "Open", waiting),
        moved(6, waiting, "Open"),
        handed(6.5, SECOND, "stranger"),
    )

    assert told(issue(assignee="stranger"), *hands, until=7) == [
        "Who had it: first-line 2 h, second-line 1 h 30 min, nobody 1 h, people of no team 30 min.",
        "What it waited for: status Waiting for customer 2 h.",
    ]


def test_nights_are_nobodys_and_somebody_of_two_teams_is_told_with_both() -> None:
    assert told(issue(assignee=BOTH), until=25) == ["Who had it: first-line and second-line 9 h."]


def test_where_no_team_had_it_nothing_is_told_of_teams() -> None:
    assert told(issue(assignee="stranger"), handed(2, None, "stranger")) == []


ACCOUNTS = st.sampled_from([None, "stranger", FIRST, SECOND, BOTH])
BETWEEN = rule(
    starts=("issue created", "handed to team second-line"),
    stops=("handed to another team", "resolution set"),
    pauses=("with team first-line",),
    goals=(GoalRule(within="4h", calendar="office"),),
)


@st.composite
def pasts(draw: st.DrawFn) -> tuple[Item, list[FieldChange]]:
    """Hand-offs, moves and comments by anybody, with moments that may coincide."""
    assignee, resolution, hours, changes = draw(ACCOUNTS), None, 0.5, list[FieldChange]()
    for number in range(draw(st.integers(0, 10))):
        hours += draw(st.sampled_from([0.0, 1.5, 17.0]))
        kind, entry, by = draw(st.sampled_from(["hand", "resolve", "say"])), f"{number + 1}:0", draw(ACCOUNTS)
        if kind == "hand":
            assignee, before = draw(ACCOUNTS), assignee
            changes.append(change(hours, "assignee", before, assignee, author=by, id=entry))
        elif kind == "resolve":
            resolution, was = (None if resolution else "Done"), resolution
            changes.append(change(hours, "resolution", was, resolution, author=by, id=entry))
        else:
            changes.append(said(hours, by or "customer", entry=entry))
    return issue(assignee=assignee, resolution=resolution, reporter="customer"), changes


@given(past=pasts(), until=st.integers(0, 200))
def test_with_teams_too_all_kinds_of_time_add_up_and_so_do_the_shares_of_the_teams(
    past: tuple[Item, list[FieldChange]], until: int
) -> None:
    item, changes = past
    for cycle in run(BETWEEN, item, *changes, until=until):
        wall = (cycle.stopped or after(until)) - cycle.started
        assert cycle.elapsed + cycle.paused_for + cycle.closed_for == wall
        assert sum((one.until - one.since for one in cycle.pieces), timedelta()) == wall
        assert sum((one.worked for one in cycle.pieces), timedelta()) == cycle.elapsed + cycle.paused_for
        assert all((one.paused_by is not None) == ("first-line" in (one.teams or ())) for one in cycle.pieces)


@given(past=pasts(), data=st.data())
def test_in_which_order_hand_offs_come_changes_nothing(
    past: tuple[Item, list[FieldChange]], data: st.DataObject
) -> None:
    item, changes = past

    assert timeline(item, data.draw(st.permutations(changes)), TEAMS) == timeline(item, changes, TEAMS)
