"""A team is warned of what is likely to break: few and the most valuable first, with what could save it, to its end."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import Batch
from orchestrator.forecast.foretold import DAY_ONE
from orchestrator.watching.alerts import Alert, Came, how_it_went
from rules.model import FieldChange, ItemLink, SlaClock, Subject
from rules.requests import RequestState
from rules.ruleset import BatchRule, Ruleset
from rules.watching import RiskRule, WatchRule
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.staff import person
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import WEB, look, remembered, watched
from tests.fakes.written import told as written_out
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.watching.test_risks import FIX, yard_with_promises

ISSUE = Subject(kind="item", id="50")


def guarded(**more: Any) -> Ruleset:
    people = {name: person(name, calendar="always") for name in ("mika", "priya")}
    return watched(WatchRule(risk=RiskRule(projects=("WEB",), **more)), **people)


def at_risk(rules: Ruleset | None = None, **more: Any) -> Yard:
    """Issue 50, of Priya's, of whose promises half broke, has used six of its ten hours."""
    yard = yard_with_promises(rules or guarded())
    yard.report(50, "the old one", **{"assignee": "j-priya"} | more)
    yard.settle()
    yard.pass_by(hours=6)
    look(yard)
    return yard


def warnings(yard: Yard) -> list[str]:
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return [one for one in shown if "SLA of WEB" in one or "the SLA of an issue" in one]


def closed(yard: Yard) -> None:
    """Have issue 50 fixed in Jira, as its changelog tells."""
    at = yard.clock.now()
    change = FieldChange(id="50:r", at=at, author=None, field="resolution", after="10")
    yard.memory.tables.changes.setdefault(50, {})[change.id] = change
    yard.tracker.change(50, "j-priya", status=CLOSED, resolution="Done", resolved_at=at)
    yard.settle()
    yard.pass_by(minutes=1)
    look(yard)


def alerts(yard: Yard) -> list[Alert]:
    return list(yard.memory.tables.alerts.values())


def test_the_team_is_told_how_likely_it_breaks_why_and_what_would_save_it() -> None:
    (shown,) = warnings(at_risk())

    first, *_ = shown.splitlines()
    assert first.endswith("% that the SLA of WEB-50 breaks")
    assert "*WEB-50* the old one (Open); Priya has it" in shown
    assert "that its SLA Time to fix breaks (usual 2" in shown
    assert "What could save it" in shown
    assert " % -> " in shown
    assert "if Mika takes it." in shown
    assert "[Give it to Mika]" in shown


def test_an_issue_that_comes_is_warned_of_at_once_and_those_that_come_with_it_within_a_minute() -> None:
    yard = yard_with_promises(guarded(from_percent=20))

    first = yard.report(50, "what came", assignee="j-priya")
    yard.settle()
    assert len(warnings(yard)) == 1
    yard.report(51, "what came with it", assignee="j-priya", created=first.created)
    yard.settle()
    assert len(warnings(yard)) == 1
    yard.pass_by(minutes=1)

    assert len(warnings(yard)) == 2


def test_of_what_was_there_before_the_next_quarter_is_soon_enough() -> None:
    yard = yard_with_promises(guarded(from_percent=20))
    remembered(yard, 50, assignee="j-priya")
    yard.pass_by(minutes=20)

    yard.tracker.change(50, "j-priya", summary="told again")
    yard.settle()

    assert warnings(yard) == []


def test_an_effect_is_what_is_foretold_and_unknown_where_that_is_no_different() -> None:
    (shown,) = warnings(at_risk())
    rescue = next(line for line in shown.splitlines() if "Mika takes it" in line)
    before, after = (int(part.strip("•* %")) for part in rescue.partition(" if ")[0].split("->"))
    assert after < before
    assert "-> unknown* if Mika helps with it, or Dana, who reported it, agrees to a later time." in shown
    assert "[Ask Dana for more time]" in shown


def test_there_is_one_message_over_an_issues_life_and_it_is_kept_true() -> None:
    yard = at_risk()
    posts = len(yard.chat.messages)
    before = warnings(yard)

    yard.pass_by(hours=2)
    look(yard)

    assert len(yard.chat.messages) == posts
    assert len(warnings(yard)) == 1
    assert warnings(yard) != before


def test_on_a_page_nothing_parts_what_could_save_it_from_what_it_is_about() -> None:
    page = at_risk().open_home("UMIKA")
    (whole,) = (part for part in page.split("What could be saved")[1:])
    assert "\n*What could save it*\n• *" in whole
    assert whole.index("WEB-50") < whole.index("*What could save it*")


def test_it_says_when_the_promise_was_kept() -> None:
    yard = at_risk()
    closed(yard)

    (shown,) = warnings(yard)
    assert shown.startswith("The SLA of WEB-50 is kept\n*WEB-50* the old one")
    assert "*Time to fix was met*" in shown
    assert "What could have saved it, as it was foretold\n• *" in shown
    assert "[Give it" not in shown
    (alert,) = alerts(yard)
    assert (alert.came, alert.lead) == ("met", None)
    assert yard.kinds().count("alert.told") == yard.kinds().count("alert.ended") == 1
    assert {one.data["foretold_by"] for one in yard.memory.tables.ledger if one.kind == "alert.told"} == {DAY_ONE}


def test_it_says_when_the_promise_broke_and_how_long_before_it_was_told() -> None:
    yard = at_risk()
    yard.pass_by(hours=5)
    look(yard)

    (shown,) = warnings(yard)
    assert shown.startswith("The SLA of WEB-50 is broken")
    (alert,) = alerts(yard)
    assert alert.came == "broken"
    assert alert.lead is not None
    assert timedelta(hours=3) < alert.lead < timedelta(hours=5)


def test_it_ends_with_an_issue_that_is_gone() -> None:
    yard = at_risk()
    yard.tracker.delete(50, "j-tom")
    yard.settle()
    look(yard)
    assert alerts(yard)[0].came == "left"


def test_what_is_as_likely_as_usual_is_not_warned_of() -> None:
    yard = yard_with_promises(guarded())
    yard.report(50, assignee="j-mika")
    yard.settle()
    look(yard)
    assert warnings(yard) == []


def test_of_more_than_a_days_warnings_the_most_valuable_are_told_and_the_others_held_back() -> None:
    yard = yard_with_promises(guarded(a_day=1))
    blocks = ItemLink(id="b", type="Blocks", direction="outward", other=52, other_key="WEB-52")
    yard.report(50, "a small matter", assignee="j-priya")
    yard.report(51, "what others wait for", assignee="j-priya", links=(blocks,))
    yard.report(52, "what waits", assignee="j-mika", priority="Highest", project="SHOP")
    yard.settle()
    yard.pass_by(hours=6)
    look(yard)

    (shown,) = warnings(yard)
    assert "what others wait for" in shown
    assert yard.kinds().count("alert.held_back") == 1
    assert "the day's warnings were used up" in yard.open_home("UMIKA")
    look(yard)
    assert len(warnings(yard)) == 1


def test_a_warning_that_came_to_nothing_was_a_warning_of_the_day() -> None:
    yard = at_risk(guarded(a_day=1))
    closed(yard)
    yard.report(51, "the next one", assignee="j-priya", created=yard.clock.now() - timedelta(hours=7))
    yard.settle()
    look(yard)

    assert len(warnings(yard)) == 1
    assert yard.kinds().count("alert.held_back") == 1


def test_what_was_held_back_is_told_the_next_day_if_it_is_likely_still() -> None:
    yard = yard_with_promises(guarded(a_day=1))
    for number in (50, 51):
        clock = SlaClock(name="Answer", breaches_at=yard.clock.now() + timedelta(hours=40))
        yard.report(number, f"matter {number}", assignee="j-priya", slas=(clock,), type="Task")
    yard.settle()
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={})
    rule = RiskRule(projects=("WEB",), from_percent=1, a_day=1)
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, watch=WatchRule(risk=rule))
    look(yard)
    assert len(warnings(yard)) == 1
    yard.pass_by(hours=24)
    look(yard)
    assert len(warnings(yard)) == 2


def test_who_decides_has_it_given_to_another_and_what_came_of_it_is_told() -> None:
    yard = at_risk()

    yard.command("item.wanted", "UTOM", ISSUE, whom="mika")
    yard.settle()
    assert yard.tracker.issues[50].assignee == "j-mika"
    look(yard)
    (alert,) = alerts(yard)
    assert len(alert.tried) == 1

    closed(yard)
    assert "*Tried:* Mika takes it." in warnings(yard)[0]
    assert "1 of 1 rescue met." in written(yard.ask("UMIKA", "risk", "WEB"))


def test_whom_a_colleague_names_is_asked_first() -> None:
    yard = at_risk()

    yard.command("item.wanted", "UPRIYA", ISSUE, whom="mika")
    yard.settle()

    assert yard.tracker.issues[50].assignee == "j-priya"
    asked = yard.only_request(RequestState.PENDING)
    assert asked.candidate == "mika"
    assert asked.note == "Priya wants Mika to take it"
    yard.vote("UMIKA", asked)
    yard.settle()
    assert yard.tracker.issues[50].assignee == "j-mika"


def test_what_was_asked_before_the_warning_and_agreed_to_after_it_was_tried() -> None:
    yard = yard_with_promises(guarded())
    yard.report(50, "the old one", assignee="j-priya")
    yard.settle()
    yard.command("item.wanted", "UPRIYA", ISSUE, whom="mika")
    yard.settle()
    yard.pass_by(hours=6)
    look(yard)
    assert alerts(yard)[0].tried == ()

    yard.vote("UMIKA", yard.only_request(RequestState.PENDING))
    yard.settle()
    look(yard)
    assert "*Tried:* Mika takes it." in warnings(yard)[0]


def swapping(*, promised: bool = False) -> Yard:
    """Priya has the issue at risk; Mika, with whom it would break less, is full with a lesser one."""
    rules = guarded()
    mika = msgspec.structs.replace(rules.people["mika"], open_hours=3)
    yard = yard_with_promises(msgspec.structs.replace(rules, people={**rules.people, "mika": mika}))
    bugs = msgspec.structs.replace(FIX, when="item.type == 'Bug'") if not promised else FIX
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={"Time to fix": bugs})
    yard.report(50, "the old one", assignee="j-priya", priority="High")
    yard.report(60, "tidy up the attic of the shop", assignee="j-mika", priority="Low", type="Task")
    yard.settle()
    yard.pass_by(hours=6)
    look(yard)
    return yard


def test_who_is_full_is_proposed_to_swap_it_for_a_lesser_one_with_what_becomes_of_both() -> None:
    (shown,) = (one for one in warnings(swapping()) if "SLA of WEB-50" in one)
    swap = next(line for line in shown.splitlines() if "of theirs" in line)
    assert "% -> " in swap
    assert "* if Mika takes it and Priya takes WEB-60 of theirs (promised for no time)." in swap
    assert "[Swap with WEB-60]" in shown
    assert "[Give it to Mika]" not in shown


def test_a_swap_by_which_more_would_break_is_not_proposed() -> None:
    assert all("Swap with" not in one for one in warnings(swapping(promised=True)))


def test_a_lesser_issue_that_not_everybody_may_browse_is_not_named() -> None:
    yard = swapping()
    yard.tracker.change(60, "j-tom", security_level="secret")
    yard.settle()
    look(yard)
    assert all("Swap with" not in one for one in warnings(yard))


def plead(yard: Yard, user: str, what: str = "later", **more: str) -> None:
    yard.command("rescue.asked", user, WEB, alert=alerts(yard)[0].id, what=what, **more)
    yard.settle()


def answer(yard: Yard, user: str, *, yes: bool, what: str = "later") -> None:
    yard.command("rescue.answered", user, WEB, alert=alerts(yard)[0].id, what=what, yes=yes)
    yard.settle()


def told_to(yard: Yard, channel: str) -> str:
    return written(next(shown for (place, _), (shown, _) in yard.chat.messages.items() if place == channel))


def test_who_reported_it_is_asked_for_more_time_and_their_answer_is_told_to_the_team() -> None:
    yard = at_risk()

    plead(yard, "UMIKA")
    asked = told_to(yard, "D-UDANA")
    assert asked.startswith("Can WEB-50 be done later than promised?\n*WEB-50* the old one (Open)")
    assert "Mika wants to know: " in asked
    assert "%* that its SLA Time to fix breaks, 22:41 if nothing pauses it." in asked
    assert "[Yes] [No]" in asked
    assert "Dana is asked, and has not answered yet." in warnings(yard)[0]

    answer(yard, "UDANA", yes=True)
    assert "Dana agrees to a later time; the clock in Jira runs on." in warnings(yard)[0]
    assert "Ask Dana" not in warnings(yard)[0]
    assert "[Yes]" not in told_to(yard, "D-UDANA")
    closed(yard)
    assert "1 of 1 rescue met." in written(yard.ask("UMIKA", "risk", "WEB"))
    assert {"rescue.asked", "rescue.answered"} <= set(yard.kinds())


def test_a_no_is_told_and_counts_as_no_try() -> None:
    yard = at_risk()
    plead(yard, "UTOM")
    answer(yard, "UDANA", yes=False)
    assert "Dana does not agree to a later time." in warnings(yard)[0]
    assert alerts(yard)[0].tried == ()


def test_the_first_of_the_chain_decides_what_else_may_wait() -> None:
    yard = at_risk(guarded(chain=("lena",)))
    plead(yard, "UPRIYA", "decide")
    assert told_to(yard, "D-ULENA").startswith("May other work wait for WEB-50?")
    answer(yard, "ULENA", yes=True, what="decide")
    assert "Lena says that other work may wait." in warnings(yard)[0]


def test_who_could_take_it_is_asked_to_help_who_has_it_and_what_they_say_is_told() -> None:
    yard = at_risk()
    assert "[Ask Mika to help]" in warnings(yard)[0]

    plead(yard, "UPRIYA", "help", whom="mika")
    assert told_to(yard, "D-UMIKA").startswith("Can you help with WEB-50?")
    assert "Mika is asked, and has not answered yet." in warnings(yard)[0]
    assert "[Ask Mika to help]" not in warnings(yard)[0]

    answer(yard, "UMIKA", yes=True, what="help")
    assert "Mika helps with it." in warnings(yard)[0]
    assert yard.tracker.issues[50].assignee == "j-priya"
    look(yard)
    assert alerts(yard)[0].tried == ("help:mika",)


def in_a_batch(head: int) -> Yard:
    """Issue 50, at risk, tells of the same problem as two others."""
    yard = at_risk()
    for number in (51, 52):
        yard.report(number, f"matter {number}", assignee="j-mika")
    yard.settle()
    rule = BatchRule(
        agent="duplicates",
        from_items=5,
        within_hours=24,
        again_after_minutes=60,
        second_person_from=100,
        most=200,
        comment="The same problem as {key}.",
    )
    repeats = msgspec.structs.replace(yard.memory.rules.workflows["repeats"], batches=rule)
    workflows = {**yard.memory.rules.workflows, "repeats": repeats}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, workflows=workflows)
    batch = Batch(id="one", members=(50, 51, 52), since=NOON, grown_at=NOON, head=head)
    yard.memory.tables.batches[batch.id] = batch
    look(yard)
    return yard


def test_what_is_of_a_batch_is_handled_apart_by_who_decides() -> None:
    yard = in_a_batch(51)
    (shown,) = (one for one in warnings(yard) if "SLA of WEB-50" in one)
    assert "it is handled apart from the 2 issues of its batch" in shown
    assert "[Handle it apart]" in shown

    yard.command("batch.changed", "UMIKA", Subject(kind="batch", id="one"), out=(50,))
    yard.settle()
    assert 50 in yard.memory.tables.batches["one"].members
    yard.command("batch.changed", "UTOM", Subject(kind="batch", id="one"), out=(50,))
    yard.settle()
    assert 50 not in yard.memory.tables.batches["one"].members
    look(yard)
    (tried,) = next(one.tried for one in alerts(yard) if one.item == 50)
    assert tried.startswith("apart:")


def test_what_stands_in_front_of_its_batch_has_no_button_to_be_handled_apart() -> None:
    shown = " ".join(warnings(in_a_batch(50)))
    assert "apart from the 2 issues of its batch" in shown
    assert "[Handle it apart]" not in shown


@pytest.mark.parametrize("whom", ["priya", "nobody"])
def test_nobody_is_asked_to_help_who_has_it_or_is_unknown(whom: str) -> None:
    yard = at_risk()
    plead(yard, "UMIKA", "help", whom=whom)
    assert "I cannot ask them: they have it, may not browse it, or I do not know them." in yard.said()
    assert alerts(yard)[0].pleas == ()


@pytest.mark.parametrize(
    ("user", "words"),
    [("UDANA", "Only the team that was warned asks for that"), ("UNOBODY", "")],
)
def test_nobody_else_has_people_asked(user: str, words: str) -> None:
    yard = at_risk()
    plead(yard, user)
    assert words in yard.said()
    assert alerts(yard)[0].pleas == ()


def test_nobody_is_asked_twice_and_nobody_answers_for_another() -> None:
    yard = at_risk()
    plead(yard, "UMIKA")
    plead(yard, "UPRIYA")
    assert "Dana is asked already." in yard.said()
    answer(yard, "UMIKA", yes=True)
    assert "You were not asked that, or have answered already." in yard.said()
    assert alerts(yard)[0].pleas[0].yes is None


def test_in_shadow_nothing_is_done_by_the_button() -> None:
    rules = guarded()
    agent = msgspec.structs.replace(rules.agents["dispatcher"], autonomy={"assign": "shadow"})
    yard = at_risk(msgspec.structs.replace(rules, agents={**rules.agents, "dispatcher": agent}))

    yard.command("item.wanted", "UTOM", ISSUE, whom="mika")
    yard.settle()

    assert yard.tracker.issues[50].assignee == "j-priya"
    assert "Not done" in yard.said()


def test_of_an_issue_that_not_everybody_there_may_browse_nothing_is_told() -> None:
    yard = yard_with_promises(guarded())
    yard.report(50, "the secret one", assignee="j-priya")
    yard.tracker.hidden[50] = {"j-dana"}
    yard.settle()
    yard.pass_by(hours=6)
    look(yard)
    assert not any("secret" in one for one in warnings(yard))


# How warnings went.


def alert(came: Came, hours: int = 2, tried: tuple[str, ...] = ()) -> Alert:
    return Alert(
        id=f"{came}{hours}",
        item=1,
        project="WEB",
        team="web",
        sla="Time to fix",
        at=NOON,
        chance=620,
        usual=200,
        latest=700,
        told_at=NOON,
        ended_at=NOON + timedelta(hours=hours),
        came=came,
        tried=tried,
    )


def went(*some: Alert) -> str:
    return " ".join(written_out(line) for line in how_it_went(some))


def test_how_many_came_true_is_told_with_how_long_before_and_how_sure_that_is() -> None:
    some = [alert("broken", hours) for hours in (1, 3, 5)] + [alert("met", tried=("r",)), alert("left")]
    told = "Of 4 warnings in 90 days 3 broke, 3 h after the warning in the median (30 to 96 % by these)."
    assert went(*some) == f"{told} 1 of 1 rescue met."


@pytest.mark.parametrize(("some", "words"), [([], ""), ([alert("met")], "Fewer than three warnings have ended")])
def test_of_few_warnings_nothing_is_told(some: list[Alert], words: str) -> None:
    assert went(*some).startswith(words)
    assert "Of " not in went(*some)


@given(broken=st.integers(0, 30), met=st.integers(0, 30))
def test_the_numbers_told_are_those_of_what_ended(broken: int, met: int) -> None:
    said = went(*[alert("broken", tried=("r",))] * broken, *[alert("met", tried=("r",))] * met)
    if broken + met >= 3:
        assert f"Of {broken + met} warnings in 90 days {broken} broke" in said
    if broken + met > 1:
        assert f"{met} of {broken + met} rescues met." in said
