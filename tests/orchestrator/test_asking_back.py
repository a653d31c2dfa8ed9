"""Who may answer a question asks something back first: who reads it, how it is answered, what waits meanwhile."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.approvals.questions import waiting_for, with_answer, with_question
from orchestrator.talk import Thread
from orchestrator.talk.replies import passed_on
from rules.actions import CommentAction
from rules.model import Event, Person, Subject, Tainted
from rules.questions import QuestionRule
from rules.requests import Answer, Question, Request, RequestState
from rules.ruleset import AgentRule, PersonRule, Ruleset
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.rulings import ruleset
from tests.fakes.written import buttons_of, written
from tests.fakes.yard import Yard
from tests.orchestrator.test_calling import asked_at
from tests.orchestrator.test_calling import rules as with_reminders
from tests.orchestrator.test_granting import at_gate, gated

SCRIBE = AgentRule(
    role="Writes what people say.",
    owner="operator",
    tools=("comment", "uncomment"),
    asks_from=1000,
    actions_per_day=50,
    autonomy={"comment": "act_with_undo"},
)


def text(words: str) -> dict[str, str]:
    return {"as": "tainted", "text": words, "source": "slack"}


def ask(yard: Yard, user: str, request: Request, words: str = "Which browser?", **more: Any) -> None:
    yard.command("question.asked", user, request.subject, request=request.id, text=text(words), **more)
    yard.settle()


def thread_of(yard: Yard) -> str:
    return next(ts for (channel, ts), _ in yard.chat.messages.items() if channel == YARD)


def write_in_thread(yard: Yard, user: str, words: str, ts: str = "900.1", **more: Any) -> None:
    root = thread_of(yard)
    said = {"user": user, "channel": YARD, "ts": ts, "thread_ts": root, "text": text(words), "keys": []} | more
    event = Event(
        id=f"said-{ts}",
        kind="signal",
        name="message.posted",
        source="slack",
        subject=Subject(kind="conversation", id=f"{YARD}/{root}"),
        received_at=yard.clock.now(),
        payload=said,
    )
    yard.memory.put(event)
    yard.settle()


def comment(yard: Yard, item: int, author: str, words: str, **more: Any) -> None:
    told = {"id": "77", "author": author, "text": {"as": "tainted", "text": words}, **more}
    yard.tracker.send("jira.comment_created", item, {"actor": author, "comment": told})
    yard.settle()


def posts(yard: Yard, channel: str = YARD) -> list[str]:
    return [written(message) for (where, _), (message, _) in yard.chat.messages.items() if where == channel]


def test_what_is_asked_back_stands_in_the_thread_of_the_card_and_names_who_is_asked() -> None:
    yard = Yard()
    request = yard.repeat()

    ask(yard, "UMIKA", request)

    (ts, root), *others = [(ts, root) for (_, ts), root in yard.chat.threads.items()]
    assert (root, others) == (thread_of(yard), [])
    said = written(yard.chat.messages[YARD, ts][0])
    assert "Mika is to decide: Is WEB-2 the same problem as WEB-1?" in said
    assert "Dana, please answer first" in said
    assert "Which browser?" in said
    assert "[Answer]" in said


def test_the_card_shows_it_and_the_question_stays_open() -> None:
    yard = Yard()
    request = yard.repeat()

    ask(yard, "UMIKA", request)

    card = posts(yard)[0]
    assert "Mika asked 12:02: Which browser?" in card
    assert "no answer of Dana yet" in card
    assert "[Approve]" in card
    assert yard.only_request().state is RequestState.PENDING
    assert "I ask Dana in the thread of the card" in yard.said()
    assert yard.kinds()[-1] == "question.asked"


def test_the_answer_in_the_thread_is_shown_on_the_card_and_told_to_who_asked() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    write_in_thread(yard, "UDANA", "Firefox 128")

    assert "↳ Dana answered 12:02: Firefox 128" in posts(yard)[0]
    assert "[Answer]" not in posts(yard)[1]
    own = posts(yard, "D-UMIKA")
    assert len(own) == 1
    assert "Firefox 128" in own[0]
    assert "[Approve]" in own[0]
    assert "question.answered" in yard.kinds()


def test_an_answer_by_the_button_counts_like_one_in_the_thread() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)
    question = yard.only_request().questions[0]

    yard.command(
        "question.answered", "UDANA", request.subject, request=request.id, question=question.id, text=text("Firefox")
    )
    yard.settle()

    assert [one.text.text for one in yard.only_request().questions[0].answers] == ["Firefox"]
    assert "I tell Mika" in yard.said()


@pytest.mark.parametrize("user", ["UMIKA", "UPRIYA", "UTOM", "UEVE"])
def test_what_others_write_in_the_thread_is_no_answer(user: str) -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    write_in_thread(yard, user, "I wonder too")

    assert yard.only_request().questions[0].answers == ()
    assert posts(yard, "D-UMIKA") == []


def test_a_reply_of_others_by_the_button_is_refused_in_words() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)
    question = yard.only_request().questions[0]

    yard.command("question.answered", "UTOM", request.subject, request=request.id, question=question.id, text=text("!"))
    yard.settle()

    assert "Somebody else was asked this" in yard.said()


def test_once_it_is_decided_nobody_waits_for_the_answer() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)
    question = yard.only_request().questions[0]
    yard.approve("UPRIYA")

    write_in_thread(yard, "UDANA", "Firefox")
    yard.command(
        "question.answered", "UDANA", request.subject, request=request.id, question=question.id, text=text("Firefox")
    )
    yard.settle()

    assert yard.request(request.id).questions[0].answers == ()
    assert "decided already" in yard.said()


def test_words_for_the_bot_in_an_answer_are_words_and_nothing_else() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    write_in_thread(yard, "UDANA", "/yard approve\n{0} <!channel> approve this", keys=[])

    assert yard.only_request().state is RequestState.PENDING
    assert yard.only_request().votes == ()


def test_who_reported_it_and_is_not_in_the_channel_is_asked_in_a_message_of_their_own() -> None:
    yard = Yard()
    yard.chat.members_of[YARD] = ("UMIKA", "UPRIYA")
    request = yard.repeat()

    ask(yard, "UMIKA", request)

    assert "Which browser?" in posts(yard, "D-UDANA")[0]
    assert "in a message of their own" in yard.said()


def test_who_may_not_browse_the_issues_gets_no_message_about_them() -> None:
    yard = Yard()
    yard.chat.members_of[YARD] = ("UMIKA", "UPRIYA")
    request = yard.repeat()
    yard.tracker.hidden[1] = {"j-dana"}

    ask(yard, "UMIKA", request)

    assert posts(yard, "D-UDANA") == []


def test_a_message_that_came_before_is_emptied_for_who_may_not_browse_them_any_more() -> None:
    yard = Yard()
    yard.chat.members_of[YARD] = ("UMIKA", "UPRIYA")
    request = yard.repeat()
    ask(yard, "UMIKA", request)
    yard.tracker.hidden[1] = {"j-dana"}

    yard.command("question.answered", "UDANA", request.subject, request=request.id, text=text("Firefox"))
    yard.settle()

    assert "may not be shown" in posts(yard, "D-UDANA")[0]
    assert "WEB" not in posts(yard, "D-UDANA")[0]


def test_who_muted_the_bot_is_asked_once_they_want_messages_again() -> None:
    yard = Yard()
    yard.chat.members_of[YARD] = ("UMIKA", "UPRIYA")
    request = yard.repeat()
    yard.memory.tables.mutes["UDANA"] = yard.clock.now() + timedelta(hours=1)

    ask(yard, "UMIKA", request)
    before = posts(yard, "D-UDANA")
    yard.pass_by(hours=2)

    assert before == []
    assert len(posts(yard, "D-UDANA")) == 1


@pytest.mark.parametrize(("user", "why"), [("UDANA", "needs somebody with the role"), ("UTOM", "needs somebody")])
def test_only_who_may_answer_asks_back(user: str, why: str) -> None:
    yard = Yard()
    request = yard.repeat()

    ask(yard, user, request)

    assert why in yard.said()
    assert yard.only_request().questions == ()


def test_one_question_at_a_time() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    ask(yard, "UMIKA", request, "And which version?")

    assert "one at a time" in yard.said()
    assert len(yard.only_request().questions) == 1


def test_a_question_without_words_is_none() -> None:
    yard = Yard()
    request = yard.repeat()

    ask(yard, "UMIKA", request, "  \n ")

    assert yard.only_request().questions == ()


def test_about_what_is_decided_nothing_is_asked() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.approve()

    ask(yard, "UPRIYA", request)

    assert "approved already" in yard.said()


def test_a_request_that_nobody_knows_is_told_so() -> None:
    yard = Yard()
    yard.repeat()

    yard.command("question.asked", "UMIKA", Subject(kind="item", id="2"), request="nothing", text=text("?"))
    yard.settle()

    assert "I do not know this question" in yard.said()


def test_where_who_asked_for_it_is_unknown_anybody_but_who_asks_may_answer() -> None:
    yard = Yard()
    request = yard.repeat(by=None)
    ask(yard, "UMIKA", request)

    write_in_thread(yard, "UMIKA", "Anybody?")
    write_in_thread(yard, "UTOM", "Firefox, I saw it", ts="900.2")

    (question,) = yard.only_request().questions
    assert [(one.by, one.text.text) for one in question.answers] == [("tom", "Firefox, I saw it")]


def test_who_asked_for_it_at_a_gate_is_asked_in_an_internal_comment_too() -> None:
    yard = at_gate(with_scribe(gated()))
    request = yard.only_request()

    ask(yard, "UMIKA", request, "Is it for *one* person?\nOr all?")

    (action,) = [action for action, _ in yard.tracker.performed]
    assert isinstance(action, CommentAction)
    assert (action.internal, action.whole) == (True, True)
    assert "Is it for *one* person?\nOr all?" in yard.tracker.comments[0].text
    assert "in a comment on OPS-7" in yard.said()
    assert yard.only_request().state is RequestState.PENDING


def test_the_answer_may_come_as_a_comment() -> None:
    yard = at_gate(with_scribe(gated()))
    ask(yard, "UMIKA", yard.only_request())

    comment(yard, 7, "j-dana", "For everybody", public=True)

    (question,) = yard.only_request().questions
    assert [(one.by, one.text.text) for one in question.answers] == [("dana", "For everybody")]
    assert "Dana answered" in posts(yard, "D-UMIKA")[0]


def test_of_a_comment_that_not_everybody_may_read_the_card_does_not_tell_the_words() -> None:
    yard = at_gate(with_scribe(gated()))
    ask(yard, "UMIKA", yard.only_request())

    comment(yard, 7, "j-dana", "The supplier is bankrupt")

    assert "in a comment in Jira that not everybody may read" in posts(yard)[0]
    assert not any("bankrupt" in one for one in [*posts(yard), *posts(yard, "D-UMIKA")])
    told = [entry for entry in yard.memory.tables.ledger if entry.kind == "question.answered"]
    assert len(told) == 1
    assert "bankrupt" not in str((told, yard.only_request()))


def test_a_comment_of_somebody_else_or_of_before_is_no_answer() -> None:
    yard = at_gate(with_scribe(gated()))
    comment(yard, 7, "j-dana", "I need it", public=True)
    ask(yard, "UMIKA", yard.only_request())

    comment(yard, 7, "j-tom", "Me too", public=True)

    assert yard.only_request().questions[0].answers == ()


def test_without_a_scribe_in_the_rules_nothing_is_written_in_jira() -> None:
    yard = at_gate(gated())

    ask(yard, "UMIKA", yard.only_request())

    assert yard.tracker.performed == []
    assert "in the thread of the card" in yard.said()


def test_while_work_is_stopped_nothing_is_written_in_jira() -> None:
    yard = at_gate(with_scribe(gated()))
    yard.stop()

    ask(yard, "UMIKA", yard.only_request())

    assert yard.tracker.performed == []


def test_who_is_known_in_jira_alone_is_asked_in_a_comment() -> None:
    rules = with_scribe(ruleset())
    people = rules.people | {"dana": PersonRule(name="Dana", jira="j-dana", slack=None, roles=())}
    yard = Yard(msgspec.structs.replace(rules, people=people))
    yard.directory.strangers["UDANA"] = Person(id="slack:UDANA", name="Someone", jira="j-else", slack="UDANA")
    request = yard.repeat()

    ask(yard, "UMIKA", request)

    assert "in a comment on WEB-2" in yard.said()


def test_who_asked_back_is_not_reminded_until_they_have_their_answer() -> None:
    yard, request = asked_at(9, with_reminders())
    yard.pass_by(hours=1)
    ask(yard, "UMIKA", request)

    yard.pass_by(hours=2)
    meanwhile = {one.person for one in yard.only_request().calls}
    write_in_thread(yard, "UTOM", "Firefox")
    yard.pass_by(minutes=50)
    soon = {one.person for one in yard.only_request().calls}
    yard.pass_by(minutes=20)

    assert (meanwhile, soon) == ({"priya"}, {"priya"})
    assert {one.person for one in yard.only_request().calls if one.kind == "reminded"} == {"mika", "priya"}


def test_what_nobody_answers_stops_to_be_waited_for() -> None:
    yard, request = asked_at(9, with_reminders(questions=QuestionRule(pauses_hours=1)))
    ask(yard, "UMIKA", request)

    yard.pass_by(hours=2)
    early = {one.person for one in yard.only_request().calls}
    yard.pass_by(hours=1, minutes=1)

    assert "mika" not in early
    assert "mika" in {one.person for one in yard.only_request().calls}


def test_the_question_expires_all_the_same() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    yard.pass_by(hours=25)

    assert yard.only_request().state is RequestState.EXPIRED


def test_where_the_rules_say_so_it_expires_later_by_what_was_waited() -> None:
    yard = Yard(waiting(QuestionRule(pauses_hours=8, expiry_waits=True)))
    request = yard.repeat()
    ask(yard, "UMIKA", request)
    asked = yard.only_request().expires_at
    yard.pass_by(hours=2)

    write_in_thread(yard, "UDANA", "Firefox")

    assert asked == request.expires_at + timedelta(hours=8)
    assert yard.only_request().expires_at == request.expires_at + timedelta(hours=2)


_TIMES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=4)


@given(_TIMES)
@settings(max_examples=40)
def test_it_expires_later_by_exactly_the_time_in_which_any_answer_was_waited_for(times: list[tuple[int, int]]) -> None:
    """Questions are asked at some hours and answered so many hours later, after eight hours in vain."""
    rules, request = waiting(QuestionRule(pauses_hours=8, expiry_waits=True)), open_request()
    steps = [(begins, 0, nth) for nth, (begins, _) in enumerate(times)]
    steps += [(begins + takes, 1, nth) for nth, (begins, takes) in enumerate(times)]
    for hour, is_answer, nth in sorted(steps):
        at = NOON + timedelta(hours=hour)
        if is_answer:
            question = next(one for one in request.questions if one.id == str(nth))
            request = with_answer(request, question, Answer(by="dana", at=at, text=Tainted(text="a")), rules)
        else:
            until = at + timedelta(hours=8)
            asked = Question(id=str(nth), by="mika", at=at, text=Tainted(text="q"), until=until)
            request = with_question(request, asked, rules)

    waited = {hour for begins, takes in times for hour in range(begins, begins + min(takes, 8))}

    assert request.expires_at - open_request().expires_at == timedelta(hours=len(waited))


def test_nobody_answers_their_own_question() -> None:
    asked = Question(id="q", by="mika", at=NOON, text=Tainted(text="q"), until=NOON, to=None)
    request = msgspec.structs.replace(open_request(), questions=(asked,))
    mika = Person(id="mika", name="Mika", jira="j-mika", slack="UMIKA")

    assert waiting_for(request, mika, None, None) is None
    assert waiting_for(request, None, None, None) is None


def test_a_reply_where_several_questions_were_asked_goes_to_each_of_them() -> None:
    """Questions that share a card share its thread."""
    said = {"user": "UDANA", "channel": YARD, "ts": "90.1", "thread_ts": "17.1", "text": text("All of them")}
    thread = Thread(id=f"{YARD}/17.1", item=2, asked={"r1": "item:2", "r2": "batch:b1"})
    reply = Event(
        id="slack-1",
        kind="signal",
        name="message.posted",
        source="slack",
        subject=thread.subject,
        received_at=NOON,
        payload=said,
    )

    told = passed_on(reply, thread).events

    assert [(str(one.subject), one.payload["request"]) for one in told] == [("item:2", "r1"), ("batch:b1", "r2")]
    assert len({one.id for one in told}) == 2


def test_a_second_question_in_a_thread_leaves_the_first_one_there() -> None:
    yard = Yard()
    request = yard.repeat()
    thread = f"{YARD}/{thread_of(yard)}"
    yard.memory.tables.threads[thread] = Thread(id=thread, item=9, asked={"r9": "item:9"})

    ask(yard, "UMIKA", request)

    assert yard.memory.tables.threads[thread].asked == {"r9": "item:9", request.id: "item:2"}


def test_so_much_is_kept_of_what_is_said_to_one_question() -> None:
    yard = Yard()
    request = yard.repeat()
    ask(yard, "UMIKA", request)

    for nth in range(5):
        write_in_thread(yard, "UDANA", f"part {nth}", ts=f"90{nth}.1")

    assert len(yard.only_request().questions[0].answers) == 3
    assert len(posts(yard, "D-UMIKA")) == 1


def test_only_an_open_question_can_be_asked_about_on_its_card() -> None:
    yard = Yard()
    yard.repeat()
    labels = [button.label for button in buttons_of(next(iter(yard.chat.messages.values()))[0])]
    yard.approve()
    later = [button.label for button in buttons_of(next(iter(yard.chat.messages.values()))[0])]

    assert "Ask a question" in labels
    assert "Ask a question" not in later


def with_scribe(rules: Ruleset) -> Ruleset:
    return msgspec.structs.replace(rules, agents={**rules.agents, "scribe": SCRIBE})


def waiting(rule: QuestionRule) -> Ruleset:
    rules = ruleset()
    repeats = msgspec.structs.replace(rules.workflows["repeats"], questions=rule)
    return msgspec.structs.replace(rules, workflows={"repeats": repeats})


def open_request() -> Request:
    yard = Yard()
    return yard.repeat()
