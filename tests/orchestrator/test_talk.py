"""A message becomes a request: by a mention, by the shortcut's form, by a reaction."""

from typing import Any

import msgspec
import pytest

from orchestrator.messages import Form, Message
from orchestrator.ports import GatewayError, Said
from rules.actions import CreateAction
from rules.model import Item, Line, Person, Subject
from rules.ruleset import Ruleset
from rules.talk import TalkPlace, TalkRule
from tests.fakes.chat import YARD
from tests.fakes.rulings import ruleset
from tests.fakes.written import buttons_of, told
from tests.fakes.yard import Yard

WORDS = "The badge reader at the north door is dead\nIt blinks red since Monday."


def talking(**rule: Any) -> Ruleset:
    return msgspec.structs.replace(ruleset(), talk=TalkRule(**rule))


PLACED = talking(channels={"#yard": TalkPlace(project="PAY", type="Task")})


def made(yard: Yard) -> list[Item]:
    return [item for id_, item in yard.tracker.issues.items() if id_ > 1000]


def react(yard: Yard, user: str = "UTOM", reaction: str = "ticket", ts: str = "17.1") -> None:
    yard.command("reaction.added", user, Subject(kind="person", id=user), ts=ts, reaction=reaction)
    yard.settle()


def said(yard: Yard, by: str = "UDANA", ts: str = "17.1") -> None:
    yard.chat.said[YARD, ts] = Said(text=WORDS, user=by)


def mention(yard: Yard, words: str | None, *keys: str) -> None:
    payload: dict[str, Any] = {"ts": "17.1", "text": {"as": "tainted", "text": words or ""}, "keys": list(keys)}
    if words:
        payload["said"] = {"as": "tainted", "text": words, "source": "slack"}
    yard.command("bot.mentioned", "UTOM", Subject(kind="conversation", id=f"{YARD}/17.1"), **payload)
    yard.settle()


def press(yard: Yard) -> Form:
    """Press the button of the last answer."""
    to, message = yard.chat.replies[-1]
    (button,) = buttons_of(message)
    yard.command("report.opened", to.user, Subject(kind="person", id=to.user), view="v1", **button.value)
    yard.settle()
    return yard.chat.forms["v1"]


def given(form: Form) -> dict[str, str]:
    return {place.name.partition(":")[0]: place.given for place in form.inputs}


def test_who_asks_the_bot_for_something_is_offered_the_form_with_their_words() -> None:
    yard = Yard()

    mention(yard, WORDS)
    form = press(yard)

    assert given(form)["summary"] == "The badge reader at the north door is dead"
    assert given(form)["description"] == WORDS
    assert made(yard) == []


@pytest.mark.parametrize(("words", "keys"), [(None, ()), ("about", ("WEB-1",))])
def test_a_mention_of_nothing_or_of_one_issue_is_told_how_to_go_on(words: str | None, keys: tuple[str, ...]) -> None:
    yard = Yard()

    mention(yard, words, *keys)

    assert "Name two issues" in yard.said()


def test_in_a_channel_that_the_rules_know_the_form_is_filled_in_further() -> None:
    yard = Yard(PLACED)

    mention(yard, WORDS)

    assert (given(press(yard))["project"], given(press(yard))["type"]) == ("PAY", "Task")


def test_the_reaction_makes_an_issue_at_once_where_the_rules_say_of_which_kind() -> None:
    yard = Yard(PLACED)
    said(yard)

    react(yard)

    (item,) = made(yard)
    assert (item.project, item.type, item.reporter) == ("PAY", "Task", "j-tom")
    assert item.summary.text == "The badge reader at the north door is dead"
    assert WORDS in item.description.text
    assert "report.asked" in yard.kinds()


def test_the_same_message_is_made_one_issue_whoever_reacts_and_however_often() -> None:
    yard = Yard(PLACED)
    said(yard)

    react(yard)
    react(yard)
    first = yard.said()
    react(yard, "UMIKA")

    assert len(made(yard)) == 1
    assert "reported exactly this already" in first
    assert "Somebody else is having exactly this message made an issue" in yard.said()


def test_elsewhere_the_reaction_offers_the_form_with_the_words_of_the_message() -> None:
    yard = Yard()
    said(yard)

    react(yard)
    form = press(yard)

    assert given(form)["description"] == WORDS
    assert made(yard) == []


@pytest.mark.parametrize("reaction", ["thumbsup", "tickets", ""])
def test_other_reactions_mean_nothing(reaction: str) -> None:
    yard = Yard(PLACED)
    said(yard)

    react(yard, reaction=reaction or "ticket2")

    assert (made(yard), yard.chat.replies) == ([], [])


@pytest.mark.parametrize(
    "rules",
    [
        talking(reaction=""),
        msgspec.structs.replace(
            ruleset(), agents={name: rule for name, rule in ruleset().agents.items() if name != "reporter"}
        ),
    ],
)
def test_where_the_rules_want_none_no_reaction_means_anything(rules: Ruleset) -> None:
    yard = Yard(rules)
    said(yard)

    react(yard)

    assert yard.chat.replies == []


def test_who_may_not_create_there_gets_no_issue_by_a_reaction_either() -> None:
    yard = Yard(PLACED)
    yard.tracker.barred["PAY"] = {"j-tom"}
    said(yard)

    react(yard)

    assert made(yard) == []
    assert "You may not create issues in PAY" in yard.said()


def test_who_is_not_linked_is_told_how_to_be() -> None:
    yard = Yard(PLACED)
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")
    said(yard)

    react(yard, "UEVE")

    assert "I do not know your Jira account" in yard.said()
    assert made(yard) == []


def test_a_message_that_cannot_be_read_is_told_to_be_so() -> None:
    yard = Yard(PLACED)
    react(yard)
    unseen = yard.said()

    yard.chat.failures = [GatewayError("not in the channel", retryable=False)]
    react(yard)

    assert "I cannot read that message" in unseen
    assert "I cannot read that message" in yard.said()


def test_while_slack_does_not_answer_a_reaction_is_kept() -> None:
    yard = Yard(PLACED)
    said(yard)
    yard.chat.failures = [GatewayError("no answer", retryable=True)]

    react(yard)
    before = len(made(yard))
    yard.pass_by(minutes=1)

    assert (before, len(made(yard))) == (0, 1)


def test_a_message_of_one_long_line_keeps_all_its_words() -> None:
    yard = Yard(PLACED)
    yard.chat.said[YARD, "17.1"] = Said(text="word " * 200, user="UDANA")

    react(yard)

    (item,) = made(yard)
    assert len(item.summary.text) <= 255
    assert item.description.text.count("word") == 200


def test_who_wrote_the_message_is_named_beside_who_reports_it() -> None:
    yard = Yard(PLACED)
    said(yard)
    yard.chat.messages[YARD, "17.1"] = (Message(title=Line(text="hers")), "")

    react(yard)

    create = next(action for action, _ in yard.tracker.performed if isinstance(action, CreateAction))
    assert [getattr(part, "name", None) for part in create.description.parts] == [None, "Tom", None, "Dana"]


def test_by_the_shortcut_the_form_holds_what_the_message_says() -> None:
    yard = Yard()
    words = {"as": "tainted", "text": WORDS, "source": "slack"}
    person = Subject(kind="person", id="UTOM")

    yard.command("report.opened", "UTOM", person, asked="slack-1", view="v1", said=words, ts="17.1")
    yard.settle()

    assert given(yard.chat.forms["v1"])["description"] == WORDS
    assert [told(line) for line in yard.chat.forms["v1"].lines] == []


def test_nobody_gets_a_form_out_of_what_somebody_else_asked() -> None:
    yard = Yard()
    mention(yard, WORDS)
    (button,) = buttons_of(yard.chat.replies[-1][1])

    yard.command("report.opened", "UDANA", Subject(kind="person", id="UDANA"), view="v1", **button.value)
    yard.settle()

    assert given(yard.chat.forms["v1"])["description"] == ""
