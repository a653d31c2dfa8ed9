"""Whoever asks whether something is known can have it reported, in their own name, once, and hears what came of it."""

from typing import Any

import msgspec
import pytest

from orchestrator.messages import Form
from orchestrator.ports import GatewayError
from rules.actions import IssueForm, ScreenField
from rules.model import Item, Person, Subject, Tainted
from rules.ruleset import AgentRule, GuardrailRule, Limits
from tests.fakes.rulings import REPORTER, ruleset
from tests.fakes.tracker import CLOSED
from tests.fakes.written import buttons_of, told, written
from tests.fakes.yard import Yard

SAID = "Checkout fails for every customer since the morning\nNullPointerException in LeaseManager.renew"
TOM = Subject(kind="person", id="UTOM")


def knowing(**rules: Any) -> Yard:
    """Give a yard that knows one issue like what is said."""
    yard = Yard(ruleset(**rules) if rules else None)
    yard.report(1, SAID.partition("\n")[0], description=Tainted(text=SAID))
    for number, summary in enumerate(("Badge reader is slow", "Wiki shows a blank page", "Mail gateway refuses"), 2):
        yard.report(number, summary, description=Tainted(text=f"since update {number}"))
    yard.settle()
    return yard


def wonder(yard: Yard, user: str = "UTOM", **more: Any) -> str:
    """Ask whether it is known; gives the event that asked."""
    said = {"as": "tainted", "text": SAID, "source": "slack"}
    event = yard.command("known.asked", user, Subject(kind="person", id=user), said=said, **more)
    yard.settle()
    return event.id


def opened(yard: Yard, asked: str, user: str = "UTOM", **more: Any) -> Form:
    yard.command("report.opened", user, Subject(kind="person", id=user), asked=asked, view="view-1", **more)
    yard.settle()
    return yard.chat.forms["view-1"]


def report(yard: Yard, asked: str, user: str = "UTOM", **changed: Any) -> None:
    """Fill in the form and submit it."""
    given: dict[str, Any] = {
        "view": "view-1",
        "project": "PAY",
        "type": "Bug",
        "summary": {"as": "tainted", "text": "Checkout fails", "source": "slack"},
        "description": {"as": "tainted", "text": "Since the morning.", "source": "slack"},
    }
    yard.command("report.submitted", user, Subject(kind="person", id=user), asked=asked, **given | changed)
    yard.settle()


def made(yard: Yard) -> list[Item]:
    return [item for id_, item in yard.tracker.issues.items() if id_ > 1000]


def test_each_match_and_the_end_of_the_answer_lead_to_a_new_issue() -> None:
    yard = knowing()
    wonder(yard)

    answer = yard.chat.replies[-1][1]

    assert [one.label for one in buttons_of(answer)] == ["Report it, linked to WEB-1", "Report it as a new issue"]


def test_where_the_rules_know_no_reporter_nothing_is_offered() -> None:
    agents = {name: rule for name, rule in ruleset().agents.items() if name != "reporter"}
    yard = knowing(agents=agents)
    wonder(yard)

    assert buttons_of(yard.chat.replies[-1][1]) == []


def test_the_form_is_filled_in_from_what_was_said() -> None:
    yard = knowing()

    form = opened(yard, wonder(yard), other=1)

    given = {place.name: place.given for place in form.inputs}
    assert given == {
        "project": "WEB",
        "type:WEB": "Bug",
        "summary": "Checkout fails for every customer since the morning",
        "description": SAID,
    }
    assert [told(line) for line in form.lines] == [
        "It will be linked to WEB-1 Checkout fails for every customer since the morning"
    ]


def test_the_form_carries_where_its_submission_is_answered() -> None:
    yard = knowing()

    form = opened(yard, wonder(yard), other=1, response_url="https://hooks.slack.test/1")

    assert form.carried == {
        "asked": "slack-1",
        "other": "1",
        "channel": "C0YARD",
        "response_url": "https://hooks.slack.test/1",
    }


def test_choosing_another_project_gives_its_types() -> None:
    yard = knowing()
    yard.tracker.forms["PAY"] = {"Incident": IssueForm(project="PAY", type="Incident")}

    form = opened(yard, wonder(yard), other=1, project="PAY")

    (types,) = (place for place in form.inputs if place.name == "type:PAY")
    assert [one.value for one in types.choices] == ["Incident"]
    assert types.given == "Incident"


def test_only_projects_are_offered_in_which_the_asker_may_create_and_the_rules_allow_work() -> None:
    yard = knowing(limits=Limits(projects=("PAY", "WEB"), confidence={}, undo_button_minutes=10))
    yard.tracker.forms["SEC"] = yard.tracker.forms["WEB"]
    yard.tracker.barred["WEB"] = {"j-tom"}

    form = opened(yard, wonder(yard))

    assert [one.value for one in form.inputs[0].choices] == ["PAY"]


def test_who_may_create_nowhere_is_told_so() -> None:
    yard = knowing()
    yard.tracker.barred = {"WEB": {"j-tom"}, "PAY": {"j-tom"}}
    asked = wonder(yard)

    yard.command("report.opened", "UTOM", TOM, asked=asked, view="v")
    yard.settle()

    assert "no project in which you" in yard.said()


def test_what_another_asked_about_fills_in_nothing() -> None:
    yard = knowing()
    asked = wonder(yard, user="UDANA")

    form = opened(yard, asked, user="UTOM")

    assert form.inputs[2].given == ""


def test_the_issue_is_created_in_the_askers_name_linked_and_told_to_them() -> None:
    yard = knowing()

    report(yard, wonder(yard), other=1)

    (issue,) = made(yard)
    assert (issue.project, issue.type, issue.summary.text) == ("PAY", "Bug", "Checkout fails")
    assert issue.reporter == "j-tom"
    assert issue.is_linked_to(1)
    (message,) = (written(card) for (channel, _), (card, _) in yard.chat.messages.items() if channel == "D-UTOM")
    assert f"*{issue.key}* is there, a Bug in PAY." in message
    assert "It is linked to WEB-1." in message


def test_the_description_says_who_reported_it_and_where_it_was_talked_about() -> None:
    yard = knowing()
    ts = yard.chat.post("C0YARD", yard.ask("UTOM", "status"), "mark")

    report(yard, wonder(yard, ts=ts))

    (issue,) = made(yard)
    assert issue.description.text.startswith("Since the morning.\n\nReported by ")
    assert issue.description.text.endswith(f"about this message: https://chat.test/C0YARD/{ts}")


def test_where_jira_lets_nobody_be_named_the_bot_stands_as_the_reporter() -> None:
    yard = knowing()
    yard.tracker.forms["PAY"] = {"Bug": IssueForm(project="PAY", type="Bug")}

    report(yard, wonder(yard))

    (issue,) = made(yard)
    assert issue.reporter == "j-bot"
    assert "Reported by " in issue.description.text


def test_the_ledger_says_who_asked_for_it_and_what_was_done() -> None:
    yard = knowing()

    report(yard, wonder(yard), other=1)

    rows = [told(one.text) for one in yard.memory.tables.ledger if one.subject == TOM]
    assert any(row.startswith("Tom wants a new issue created, linked to WEB-1; I may do it") for row in rows)
    assert "Tom has an issue created in PAY, linked to WEB-1" in rows
    assert any(row.endswith("done: create a Bug in PAY: Checkout fails") for row in rows)


@pytest.mark.parametrize("change", [{}, {"view": "view-2"}, {"summary": {"as": "tainted", "text": "Other words"}}])
def test_a_form_that_is_submitted_twice_makes_one_issue(change: dict[str, Any]) -> None:
    yard = knowing()
    asked = wonder(yard)
    report(yard, asked, other=1)

    report(yard, asked, other=1, **change)

    assert len(made(yard)) == 1
    assert "exactly this already" in yard.said()


def test_another_report_is_another_issue() -> None:
    yard = knowing()
    report(yard, wonder(yard))

    report(yard, wonder(yard), view="view-2", summary={"as": "tainted", "text": "And the receipts are blank"})

    assert len(made(yard)) == 2


def test_nothing_is_asked_about_a_pair_that_its_reporter_has_linked() -> None:
    yard = knowing()

    report(yard, wonder(yard), other=1, summary={"as": "tainted", "text": SAID.partition("\n")[0]})

    (issue,) = made(yard)
    assert "look.done" in [one.kind for one in yard.memory.tables.ledger if issue.id in one.about]
    assert yard.all_requests() == [one for one in yard.all_requests() if one.subject == TOM]


def test_a_new_issue_that_is_linked_to_nothing_is_looked_at_as_any_other() -> None:
    yard = knowing()
    summary = {"as": "tainted", "text": SAID.partition("\n")[0], "source": "slack"}

    report(yard, wonder(yard), summary=summary, description={"as": "tainted", "text": SAID})

    (issue,) = made(yard)
    assert [one.asks[0].other for one in yard.all_requests() if one.subject.id == str(issue.id)] == [1]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("who may not create there", {"project": "OPS"}, "You may not create issues in OPS"),
    ("a type that there is not", {"type": "Poem"}, "Jira lets me create no Poem in PAY"),
    ("a link to what they may not browse", {"other": 2}, "you may not browse it"),
    ("a link to what is not there", {"other": 999}, "you may not browse it"),
    ("what the form cannot ask for", {"type": "Incident"}, "wants more than I can ask for: Team"),
]


@pytest.mark.parametrize(("changed", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_is_refused_in_words_to(changed: dict[str, Any], words: str) -> None:
    yard = knowing()
    yard.tracker.hidden[2] = {"j-tom"}
    team = ScreenField(id="customfield_10001", name="Team")
    yard.tracker.forms["PAY"]["Incident"] = IssueForm(project="PAY", type="Incident", required=(team,))

    report(yard, wonder(yard), **changed)

    assert made(yard) == []
    assert words in yard.said()
    assert "command.refused" in yard.kinds()


def test_a_stranger_is_told_how_to_be_linked() -> None:
    yard = knowing()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")

    report(yard, "slack-1", user="UEVE")

    assert made(yard) == []
    assert "I do not know your Jira account" in yard.said()


def stopped(yard: Yard) -> None:
    yard.stop("project", "PAY")


def exhausted(yard: Yard) -> None:
    used = yard.memory.tables.budgets
    used["reporter", yard.clock.now().date().isoformat()] = REPORTER.actions_per_day


@pytest.mark.parametrize(("hinder", "why"), [(stopped, "work is stopped for project PAY"), (exhausted, "0 are left")])
def test_switches_and_budgets_hold_for_what_people_report(hinder: Any, why: str) -> None:
    yard = knowing()
    asked = wonder(yard)
    hinder(yard)

    report(yard, asked)

    assert made(yard) == []
    assert why in yard.said()


def agents(**changed: Any) -> dict[str, AgentRule]:
    return ruleset().agents | {"reporter": msgspec.structs.replace(REPORTER, **changed)}


RULED: list[tuple[str, dict[str, Any], str]] = [
    ("shadow", {"agents": agents(autonomy={"create": "shadow"})}, "recorded only"),
    ("ask", {"agents": agents(autonomy={"create": "ask", "link": "ask"})}, "only where a person agrees"),
    ("no tool", {"agents": agents(tools=("create",))}, "no tool for link"),
    ("project", {"limits": Limits(projects=("WEB",), confidence={}, undo_button_minutes=10)}, "not allow work in PAY"),
    (
        "declared",
        {"guardrails": {"quiet": GuardrailRule(when="item.project == 'PAY'", answer="ask", reason="PAY is quiet")}},
        "PAY is quiet",
    ),
]


@pytest.mark.parametrize(("rules", "why"), [row[1:] for row in RULED], ids=[row[0] for row in RULED])
def test_what_the_rules_would_not_let_happen_at_once_is_not_created(rules: dict[str, Any], why: str) -> None:
    yard = knowing(**rules)

    report(yard, wonder(yard), other=1)

    assert made(yard) == []
    assert why in yard.said()


def test_what_jira_refuses_is_told_and_can_be_tried_again() -> None:
    yard = knowing()
    asked = wonder(yard)
    yard.tracker.failures = [GatewayError("Jira refused (400: Summary is too long)", retryable=False)]
    report(yard, asked, other=1)
    ((channel, _),) = yard.chat.messages
    assert channel == "D-UTOM"
    assert "It was not created: Jira refused (400: Summary is too long)" in yard.card()
    assert "[Try again]" in yard.card()

    yard.retry("UTOM", yard.only_request())
    yard.settle()

    (issue,) = made(yard)
    assert issue.is_linked_to(1)
    assert "It is linked to WEB-1." in yard.card()


def test_nobody_else_has_a_report_tried_again() -> None:
    yard = knowing()
    asked = wonder(yard)
    yard.tracker.failures = [GatewayError("Jira refused", retryable=False)]
    report(yard, asked)

    yard.retry("UMIKA", yard.only_request())
    yard.settle()

    assert made(yard) == []


def test_what_it_is_linked_to_is_not_named_once_its_reporter_may_not_browse_it() -> None:
    yard = knowing()
    report(yard, wonder(yard), other=1)
    yard.tracker.hidden[1] = {"j-tom"}

    yard.memory.tables.wanted |= {Subject(kind="card", id=id_): None for id_ in yard.memory.tables.cards}
    yard.settle()

    assert "WEB-1" not in yard.card()
    assert "may not browse any more" in yard.card()


def test_a_known_issue_that_is_closed_can_be_linked_to() -> None:
    yard = knowing()
    yard.tracker.change(1, by="j-mika", status=CLOSED)
    yard.settle()

    report(yard, wonder(yard), other=1)

    assert made(yard)[0].is_linked_to(1)


@pytest.mark.parametrize(
    "damage",
    [{"project": "PAY/../x"}, {"project": ""}, {"type": "x" * 300}, {"other": -1}, {"summary": None}, {"view": 7}],
)
def test_a_damaged_form_is_recorded_and_does_nothing(damage: dict[str, Any]) -> None:
    yard = knowing()

    report(yard, wonder(yard), **damage)

    assert made(yard) == []
    assert "event.ignored" in yard.kinds()
