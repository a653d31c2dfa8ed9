"""Cases are judged as real proposals are, and what differs is told in words."""

import msgspec
import pytest

from rules.cases import load_cases, tried
from rules.loader import RulesError, load
from rules.ruleset import Ruleset
from tests.rules.test_loader import shipped

OWN = """
guardrails:
  people-close-urgent-issues:
    when: item.priority == "Highest" && "transition" in proposal.actions
    answer: deny
    reason: the most urgent issues are closed by people
  nobody-is-there-at-night:
    when: now.hour < 7 || now.weekday == "sunday"
    answer: ask
    reason: somebody has to look
agents: {duplicates: {autonomy: {link: act_with_undo, comment: act_with_undo}}}
limits: {time_zone: Europe/Berlin}
"""


def rules() -> Ruleset:
    return load([*shipped(), ("own", OWN)])


def outcome(given: str, expect: str) -> tuple[str, ...]:
    text = f"cases: {{one: {{given: {{workflow: duplicates, {given}}}, expect: {expect}}}}}"
    cases = load_cases([("cases.yml", text)], rules()).cases
    return tried("one", cases["one"], rules()).differs


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("item: {key: PAY-2}", "{about: true, verdict: ask, because: [ask_for_what_cannot_be_undone]}"),
        ("item: {key: PAY-2, status_category: done}", "{about: false}"),
        ("item: {key: PAY-2, age_hours: 73}", "{about: false}"),
        ("item: {key: PAY-2, age_hours: 73, status: Needs triage}", "{about: true}"),
        ("item: {key: PAY-2}, actions: [link, comment]", "{verdict: allow}"),
        ("item: {key: PAY-2}, actions: [link], confidence: 949", "{verdict: ask, because: [ask_when_unsure]}"),
        ("item: {key: PAY-2, priority: Highest}", "{verdict: deny, because: [people-close-urgent-issues]}"),
        ("item: {key: PAY-2}, actions: [link], now: '2026-03-03 06:59'", "{because: [nobody-is-there-at-night]}"),
        ("item: {key: PAY-2}, actions: [link], now: '2026-03-03 07:00'", "{verdict: allow}"),
        ("item: {key: PAY-2}, actions: [link], by_person: true", "{because: [ask_when_a_person_proposed_it]}"),
        ("item: {key: PAY-2}, actions: [link], may_answer: 0", "{verdict: deny, because: [find_somebody_to_ask]}"),
        ("item: {key: PAY-2}, actions: [link], budget_left: 0", "{verdict: deny, because: [stay_within_budget]}"),
        ("item: {key: PAY-2}, actions: [link], stopped: [project]", "{verdict: deny, because: [obey_the_switch]}"),
        ("item: {key: PAY-2}, other: {key: SEC-1}, actions: [link, comment, unlink, uncomment]", "{}"),
    ],
)
def test_a_case_comes_out_as_the_rules_say(given: str, expect: str) -> None:
    assert outcome(given, expect) == ()


@pytest.mark.parametrize(
    ("given", "expect", "told"),
    [
        ("item: {key: PAY-2}", "{about: false}", "expected that the workflow is not about it, but it holds that item."),
        (
            "item: {key: PAY-2, status_category: done}",
            "{about: true}",
            "the workflow is about it, but it does not hold",
        ),
        ("item: {key: PAY-2}, actions: [link]", "{verdict: deny}", "expected deny, got allow (no guardrail objects)"),
        (
            "item: {key: PAY-2}, actions: [link], confidence: 5",
            "{verdict: allow}",
            "expected allow, got ask (ask_when_unsure: confidence 0% is under the 95% that this needs)",
        ),
        (
            "item: {key: PAY-2}, actions: [link], confidence: 5",
            "{because: [obey_the_switch]}",
            "expected obey_the_switch to object, but it does not; those that do: ask_when_unsure",
        ),
    ],
)
def test_what_differs_is_told_in_words(given: str, expect: str, told: str) -> None:
    assert any(told in one for one in outcome(given, expect)), outcome(given, expect)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "cases:\n  a:\n    given: {workflow: duplicate, item: {key: A-1}}\n    expect: {}",
            "cases.yml:3:13: cases.a.given.workflow: there is no workflow 'duplicate'; did you mean duplicates?",
        ),
        (
            "cases: {a: {given: {workflow: duplicates, item: {key: A-1}}, expect: {because: [obey_the_swich]}}}",
            "there is no guardrail 'obey_the_swich'; did you mean obey_the_switch?",
        ),
        ("cases: {a: {given: {workflow: duplicates, item: {key: A}}, expect: {}}}", "cases.a.given.item.key"),
        ("cases: {a: {given: {workflow: duplicates, itm: {}}, expect: {}}}", "did you mean item?"),
        ("cases: {a: {given: {workflow: duplicates, item: {key: A-1}}, expect: {verdict: no}}}", "a.expect.verdict"),
        ("cases: 5", "expected a mapping, found 5"),
        ("", "cases must be said as well"),
    ],
)
def test_a_mistake_in_a_case_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_cases([("cases.yml", text)], rules())

    assert told in str(caught.value)


def test_a_given_time_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(RulesError, match=r"cases\.one\.given\.now: '2026-13-03 07:00' is no time"):
        outcome("item: {key: PAY-2}, now: '2026-13-03 07:00'", "{}")


def test_a_case_knows_what_each_guardrail_said() -> None:
    text = "cases: {one: {given: {workflow: duplicates, item: {key: PAY-2}}, expect: {}}}"
    result = tried("one", load_cases([("c", text)], rules()).cases["one"], rules())

    assert [one.guardrail for one in result.rulings] == ["keep_to_the_autonomy_level", "ask_for_what_cannot_be_undone"]
    assert msgspec.json.encode(result)
