"""Questions that are alike: one card, what differs by itself, several approved at once, each with its own answer."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from integrations.slack.blocks import card
from integrations.slack.mrkdwn import no_links
from orchestrator.messages import Form
from rules.agreement import ApprovalRule, StepRule
from rules.gates import BulkRule, ChangeRule
from rules.model import Subject
from rules.requests import Request, RequestState
from rules.ruleset import PersonRule, Ruleset
from tests.fakes.chat import YARD
from tests.fakes.tracker import BUSY
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.orchestrator.test_granting import GATE, WAITING, at_gate, gated

BOTH = ApprovalRule(steps=(StepRule(name="both", people=2),))
BULK = BulkRule(at_most=3, within_minutes=1440, up_to=3000)


def bulk(rule: BulkRule | None = BULK, **more: Any) -> Ruleset:
    gate = msgspec.structs.replace(GATE, bulk=rule, amount="Amount", changes={"Amount": ChangeRule(kind="number")})
    rules = gated(gate, **more)
    lena = PersonRule(name="Lena", jira="j-lena", slack="ULENA")
    agent = msgspec.structs.replace(rules.agents["approvals"], tools=("comment", "field", "transition", "uncomment"))
    agents = rules.agents | {"approvals": agent}
    return msgspec.structs.replace(rules, people=rules.people | {"lena": lena}, agents=agents)


def yard_with(*amounts: str, rules: Ruleset | None = None, by: str = "j-dana") -> Yard:
    """Dana has had something approved the day before; now issues 11, 12 and so on wait, which cost so much."""
    yard = at_gate(rules or bulk())
    for user in ("UPRIYA", "UMIKA"):
        yard.vote(user, yard.only_request())
    yard.settle()
    yard.pass_by(hours=24)
    for number, amount in enumerate(amounts, start=11):
        ask(yard, number, amount, by)
    return yard


def ask(yard: Yard, number: int, amount: str, by: str = "j-dana", project: str = "OPS") -> None:
    yard.tracker.fields[number] = {"Amount": amount}
    yard.report(number, f"Chair number {number}", project=project, by=by)
    yard.settle()
    yard.tracker.change(number, by, status=WAITING)
    yard.settle()


def test_a_shared_card_names_what_people_decide_in_the_words_of_the_rules() -> None:
    gate = msgspec.structs.replace(GATE, bulk=BULK, amount="Amount", asks="May this be bought?")

    yard = yard_with("300", "400", rules=gated(gate))

    assert "*OPS-11: May this be bought?*" in shared(yard)
    assert "*OPS-12: May this be bought?*" in shared(yard)


def pending(yard: Yard) -> list[Request]:
    return yard.all_requests(RequestState.PENDING)


def shared(yard: Yard) -> str:
    """The newest card, written out."""
    return [written(message) for message, _ in yard.chat.messages.values()][-1]


def opened(yard: Yard, user: str = "UMIKA") -> Form | str:
    bundle = yard.all_requests()[-1].bundle
    yard.chat.forms.clear()
    yard.command("bulk.opened", user, Subject(kind="person", id=user), bundle=bundle, view="v1")
    yard.settle()
    return yard.chat.forms["v1"] if "v1" in yard.chat.forms else yard.said()


def approve(yard: Yard, *requests: Request, user: str = "UMIKA", **more: Any) -> None:
    bundle, ids = requests[0].bundle, [one.id for one in requests]
    yard.command("bulk.approved", user, Subject(kind="person", id=user), bundle=bundle, requests=ids, **more)
    yard.settle()


def test_questions_that_are_alike_share_one_card() -> None:
    yard = yard_with("300", "400", "500")

    assert len(pending(yard)) == 3
    assert len(yard.chat.messages) == 2  # the one of the day before, and theirs
    assert all(f"May OPS-{number} go on to In Progress?" in shared(yard) for number in (11, 12, 13))
    assert "3 items wait for a decision" in shared(yard)
    assert "[Approve several…]" in shared(yard)


def test_of_very_many_the_card_shows_some_open_ones_and_counts_the_others() -> None:
    yard = yard_with(*["300"] * 20)
    assert "Open ones for which there is no room here: 5. They stand in App Home." in shared(yard)

    yard.vote("UPRIYA", pending(yard)[0])
    yard.settle()

    assert "19 items wait for a decision" in shared(yard)
    assert "Open ones for which there is no room here: 4." in shared(yard)
    assert "Decided ones for which there is none: 1." in shared(yard)
    assert len(next(message for message, _ in reversed(list(yard.chat.messages.values()))).sections) == 16


def test_one_by_itself_has_a_card_like_any() -> None:
    yard = yard_with("300")

    assert "OPS-11 waits for a decision" in shared(yard)
    assert "bulk.open" not in shared(yard)


def test_where_the_rules_do_not_say_so_each_has_its_own() -> None:
    yard = yard_with("300", "400", rules=bulk(None))

    assert len(yard.chat.messages) == 3


def test_those_of_another_stretch_have_another_card() -> None:
    yard = yard_with("300", "400")

    yard.clock.pass_by(hours=24)
    ask(yard, 21, "300")

    assert len(yard.chat.messages) == 3


def test_who_chooses_them_all_answers_each_of_them() -> None:
    yard = yard_with("300", "400", "500")
    asked = pending(yard)

    approve(yard, *asked, reason={"as": "tainted", "text": "As planned", "source": "slack"})

    assert all(yard.tracker.issues[number].status == BUSY for number in (11, 12, 13))
    for one in asked:
        [vote] = yard.request(one.id).votes
        assert (vote.human, vote.together, vote.reason.text if vote.reason else "") == ("mika", 3, "As planned")
    assert yard.kinds().count("vote.cast") == 4
    assert yard.kinds().count("bulk.approved") == 1
    assert "Taken as your yes to 3 questions" in yard.said()
    assert "3 items that waited for a decision" in shared(yard)
    assert "with 2 others at once" in written(yard.press_details("UPRIYA", asked[0]))


def test_the_others_wait_where_some_are_chosen() -> None:
    yard = yard_with("300", "400", "500")

    approve(yard, *pending(yard)[:2])

    assert [one.subject.id for one in pending(yard)] == ["13"]
    assert "1 item waits for a decision" in shared(yard)
    assert "bulk.open" not in shared(yard)


def test_each_can_be_decided_by_itself_on_the_shared_card() -> None:
    yard = yard_with("300", "400")
    first, second = pending(yard)

    yard.vote("UMIKA", first, "reject")
    yard.vote("UPRIYA", second)
    yard.settle()

    assert "Rejected by Mika" in shared(yard)
    assert "Approved by Priya. All done." in shared(yard)


def test_where_more_have_to_agree_each_of_them_may_answer_several_at_once() -> None:
    yard = yard_with("300", "400", rules=bulk(approval=BOTH))
    asked = pending(yard)

    approve(yard, *asked, user="UPRIYA")
    assert len(pending(yard)) == 2
    assert "Somebody else has to agree as well" not in yard.said()
    approve(yard, *asked)

    assert [len(yard.request(one.id).votes) for one in asked] == [2, 2]
    assert pending(yard) == []


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("2500", "its Amount, 2500, is far above that of the others"),
        ("9000", "its Amount, 9000, is more than may be approved at once"),
        ("", "it tells no Amount"),
        ("soon", "it tells no Amount"),
    ],
)
def test_what_differs_is_marked_and_left_out(amount: str, words: str) -> None:
    yard = yard_with("300", "400", amount)

    assert words in shared(yard)
    form = opened(yard)
    assert isinstance(form, Form)
    assert [choice.value for choice in form.inputs[0].choices] == [one.id for one in pending(yard)[:2]]
    assert "OPS-13 is decided by itself" in str([line.text.format(*_named(line)) for line in form.lines])
    approve(yard, *pending(yard))
    assert len(pending(yard)) == 3
    assert "Nothing was approved" in yard.said()


def test_who_asks_for_the_first_time_is_left_out() -> None:
    yard = yard_with("300", "400")

    ask(yard, 13, "300", by="j-lena")

    assert "nothing was approved before that Lena asked for" in shared(yard)


def test_another_project_is_left_out() -> None:
    rules = bulk()
    purchases = msgspec.structs.replace(rules.workflows["purchases"], when='item.project in ["OPS", "WEB"]')
    rules = msgspec.structs.replace(rules, workflows=rules.workflows | {"purchases": purchases})
    yard = yard_with("300", "400", rules=rules)

    ask(yard, 13, "300", project="WEB")

    assert shared(yard).count("it is in another project than others") == 1


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        (("300", "300", "300", "300"), "At most 3 may be approved at once; these are 4."),
        (("1500", "1600"), "Amount of these comes to 3100; at once it may be 3000 at most."),
    ],
)
def test_nothing_is_approved_over_the_cap(amounts: tuple[str, ...], words: str) -> None:
    yard = yard_with(*amounts)

    approve(yard, *pending(yard))

    assert len(pending(yard)) == len(amounts)
    assert words in yard.said()


def test_the_form_chooses_no_more_than_the_cap_allows() -> None:
    yard = yard_with("1000", "1500", "1200", "300")

    form = opened(yard)

    assert isinstance(form, Form)
    asked = pending(yard)
    assert form.inputs[0].chosen == (asked[0].id, asked[1].id, asked[3].id)
    assert form.inputs[0].hint == "At most 3 at once, and Amount of all of them 3000 at most."


@pytest.mark.parametrize("user", ["UDANA", "UTOM"])
def test_nobody_is_offered_what_is_not_theirs_to_decide(user: str) -> None:
    yard = yard_with("300", "400")

    assert "No two questions are left" in str(opened(yard, user))
    approve(yard, *pending(yard), user=user)
    assert len(pending(yard)) == 2


def test_what_was_decided_meanwhile_is_approved_by_nobody_and_neither_are_the_others() -> None:
    yard = yard_with("300", "400")
    first, second = pending(yard)
    yard.vote("UPRIYA", first, "reject")
    yard.settle()

    approve(yard, first, second)

    assert [one.id for one in pending(yard)] == [second.id]
    assert "Nothing was approved" in yard.said()


def test_what_its_reader_may_not_browse_is_neither_shown_nor_offered() -> None:
    yard = yard_with("300", "400", "500", rules=bulk(approval=BOTH))
    yard.tracker.hidden[13] = {"j-mika", "j-tom"}
    yard.vote("UPRIYA", pending(yard)[0])
    yard.settle()

    assert "OPS-13" not in shared(yard)
    assert "Not shown here, because not everybody may browse them: 1." in shared(yard)
    form = opened(yard)
    assert isinstance(form, Form)
    assert len(form.inputs[0].choices) == 2


def test_what_was_changed_with_a_yes_gets_a_card_of_its_own() -> None:
    yard = yard_with("300", "400", rules=bulk(approval=BOTH))
    first = pending(yard)[1]
    yard.clock.pass_by(minutes=1)

    yard.command("request.altered", "UMIKA", first.subject, request=first.id, changes={"Amount": "200"})
    yard.settle()

    assert yard.all_requests()[-1].bundle is None
    assert "Replaced by a newer question" in [written(message) for message, _ in yard.chat.messages.values()][1]


def test_a_bundle_that_nobody_knows_or_that_the_rules_end_approves_nothing() -> None:
    yard = yard_with("300", "400")
    yard.memory.rules = bulk(None)

    assert "the rules let nothing be approved together any more" in str(opened(yard))
    approve(yard, *pending(yard))
    assert len(pending(yard)) == 2


def test_a_button_of_the_shared_card_answers_for_its_own_question_in_the_channel_alone() -> None:
    yard = yard_with("300", "400")

    values = [
        button.value
        for section in list(yard.chat.messages.values())[-1][0].sections
        for button in section.buttons
        if button.action == "request.approve"
    ]

    assert [value["request"] for value in values] == [one.id for one in pending(yard)]
    assert list(yard.chat.messages)[-1][0] == YARD


def _named(line: Any) -> list[Any]:
    names = ("key", "text", "name")
    return [next(getattr(part, name) for name in names if hasattr(part, name)) for part in line.parts]


def test_the_fullest_card_fits_what_slack_takes() -> None:
    yard = yard_with(*["300"] * 20, rules=bulk(approval=BOTH))
    for request in pending(yard)[:15]:
        yard.vote("UPRIYA", request)
    yard.settle()

    blocks = card(list(yard.chat.messages.values())[-1][0], no_links)["blocks"]

    assert len(blocks) <= 50
    assert "which does not fit here" not in str(blocks)


def test_all_questions_of_a_shared_card_that_was_held_back_are_told_of() -> None:
    yard = yard_with()
    yard.chat.members_of[YARD] = ("UWHO",)
    yard.memory.tables.mutes["UMIKA"] = yard.clock.now() + timedelta(hours=2)
    ask(yard, 11, "300")
    ask(yard, 12, "400")
    assert not [channel for channel, _ in yard.chat.messages if channel == "D-UMIKA"]
    assert "Held back (2)" in yard.open_home("UMIKA")

    yard.vote("UPRIYA", pending(yard)[0])
    yard.settle()
    yard.pass_by(hours=3)

    [told] = [written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == "D-UMIKA"]
    assert "A question came meanwhile" in told
    assert "OPS-12" in told
