"""The thread of a message that became an issue and the issue's comments stay in step: both ways, once, without echo."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.ports import GatewayError, Said
from orchestrator.talk import Spoken
from orchestrator.talk.threads import merged
from rules.model import Event, Person, Subject, Tainted
from rules.ruleset import AgentRule, GuardrailRule, Ruleset
from rules.talk import TalkPlace, TalkRule
from tests.fakes.chat import YARD
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.written import told, written
from tests.fakes.yard import Yard

SCRIBE = AgentRule(
    role="Writes what people say.",
    owner="operator",
    tools=("comment", "reword", "uncomment"),
    asks_from=1000,
    actions_per_day=500,
    autonomy={"comment": "act_with_undo", "reword": "act_with_undo"},
)
ROOT = "17.1"
THREAD = f"{YARD}/{ROOT}"


def talking(**rule: Any) -> Ruleset:
    rules = ruleset()
    place = {"#yard": TalkPlace(project="PAY", type="Task")}
    agents = {**rules.agents, "scribe": SCRIBE}
    return msgspec.structs.replace(rules, agents=agents, talk=TalkRule(channels=place, **rule))


def joined(rules: Ruleset | None = None) -> Yard:
    """Tom has made Dana's message the issue 1001."""
    yard = Yard(rules or talking())
    yard.chat.said[YARD, ROOT] = Said(text="The badge reader is dead", user="UDANA")
    yard.command("reaction.added", "UTOM", Subject(kind="person", id="UTOM"), ts=ROOT, reaction="ticket")
    yard.settle()
    return yard


def heard(yard: Yard, name: str, ts: str, words: str, user: str | None = "UDANA", **more: Any) -> None:
    """Have Slack tell of a reply, as the door would store it."""
    said: dict[str, Any] = {"as": "tainted", "text": words, "source": "slack"}
    payload = {"channel": YARD, "ts": ts, "thread_ts": ROOT, "text": said, "said": said, "keys": [], **more}
    yard.memory.put(
        Event(
            id=f"slack-{len(yard.memory.tables.events)}-{name}-{ts}",
            kind="command" if name == "bot.mentioned" else "signal",
            name=name,
            source="slack",
            subject=Subject(kind="conversation", id=THREAD),
            received_at=yard.clock.now(),
            payload=payload if user is None else {"user": user, **payload},
        )
    )


def say(yard: Yard, ts: str, words: str, user: str = "UDANA", **more: Any) -> None:
    heard(yard, "message.posted", ts, words, user, **more)
    yard.settle()


def comments(yard: Yard) -> list[str]:
    return [one.text for one in yard.tracker.comments]


def posts(yard: Yard) -> list[str]:
    """What stands in the thread of ours, without what says that it is kept."""
    mine = [written(message) for at, (message, _) in yard.chat.messages.items() if yard.chat.threads.get(at) == ROOT]
    return [one for one in mine if "was made of this" not in one]


def test_the_thread_is_told_what_became_of_its_message_and_that_it_is_kept() -> None:
    yard = joined()

    ((place, root),) = yard.chat.threads.items()
    assert root == ROOT
    said = written(yard.chat.messages[place][0])
    assert "PAY-1001 was made of this: The badge reader is dead" in said
    assert "written there as comments, in your names" in said
    assert "thread.joined" in yard.kinds()


def test_a_reply_becomes_a_comment_in_its_writers_name() -> None:
    yard = joined()

    say(yard, "18.1", "It blinks\n*red* {0} [~admin]")

    assert comments(yard) == ["Dana in Slack:\n\nIt blinks\n*red* {0} [~admin]"]
    assert yard.tracker.comments[0].internal


def test_where_the_rules_say_so_customers_of_a_service_desk_see_it() -> None:
    yard = joined(talking(internal=False))

    say(yard, "18.1", "It blinks")

    assert not yard.tracker.comments[0].internal


def test_what_is_attached_is_named_by_its_address_and_people_by_their_names() -> None:
    yard = joined()

    say(yard, "18.1", "Look, @UMIKA and @UNOBODY", files=["https://files.test/1"])

    assert comments(yard) == ["Dana in Slack:\n\nLook, @Mika and @UNOBODY\nFile: https://files.test/1"]


def test_our_own_comment_does_not_come_back_into_the_thread() -> None:
    yard = joined(talking(internal=False))

    say(yard, "18.1", "It blinks")
    yard.tracker.say(1001, "j-mika", "Replaced")
    yard.settle()

    assert [one.partition("\n")[2] for one in posts(yard)] == ["Replaced"]


def test_an_edit_changes_the_comment_and_a_deletion_takes_its_words_away() -> None:
    yard = joined()
    say(yard, "18.1", "It blinks")

    heard(yard, "message.changed", "18.1", "It blinks red", edited="19.1")
    yard.settle()
    edited = comments(yard)
    heard(yard, "message.deleted", "18.1", "")
    yard.settle()

    assert edited == ["Dana in Slack:\n\nIt blinks red"]
    assert comments(yard) == ["Dana took back what they had written in Slack."]


def test_what_somebody_changed_in_jira_is_left_as_it_is() -> None:
    yard = joined()
    say(yard, "18.1", "It blinks")
    yard.tracker.comments[0].text = "edited by an admin"

    heard(yard, "message.changed", "18.1", "It blinks red", edited="19.1")
    yard.settle()

    yard.pass_by(minutes=5)
    yard.tracker.say(1001, "j-mika", "I have changed it")
    yard.settle()

    assert comments(yard)[0] == "edited by an admin"
    assert yard.kinds().count("action.failed") == 1


def test_an_edit_that_comes_while_jira_is_away_is_written_with_the_reply() -> None:
    yard = joined()
    yard.tracker.failures = [GatewayError("busy", retryable=True)]

    say(yard, "18.1", "It blinks")
    heard(yard, "message.changed", "18.1", "It blinks red", edited="19.1")
    for _ in range(4):
        yard.pass_by(minutes=2)

    assert comments(yard) == ["Dana in Slack:\n\nIt blinks red"]


def test_edits_follow_each_other_though_jira_is_away_for_a_while() -> None:
    yard = joined()
    say(yard, "18.1", "It blinks")
    yard.tracker.failures = [GatewayError("busy", retryable=True)]

    for nth, words in enumerate(("It blinks red", "It blinks green")):
        heard(yard, "message.changed", "18.1", words, edited=f"19.{nth}")
        yard.settle()
    for _ in range(4):
        yard.pass_by(minutes=2)

    assert comments(yard) == ["Dana in Slack:\n\nIt blinks green"]
    assert "action.failed" not in yard.kinds()


def test_a_lost_answer_makes_no_second_comment() -> None:
    yard = joined()
    yard.tracker.lost = 1

    say(yard, "18.1", "It blinks")
    yard.pass_by(minutes=5)

    assert len(comments(yard)) == 1


@pytest.mark.parametrize("more", [{"thread_ts": None}, {"ts": ROOT, "thread_ts": ROOT}, {"by_bot": True}])
def test_neither_the_first_message_nor_a_bots_becomes_a_comment(more: dict[str, Any]) -> None:
    yard = joined()

    heard(yard, "message.changed", more.pop("ts", "18.1"), "The badge reader is dead!", edited="19.1", **more)
    yard.settle()

    assert comments(yard) == []


def test_a_mention_of_the_bot_in_the_thread_is_a_reply_like_any() -> None:
    yard = joined()
    heard(yard, "bot.mentioned", "18.1", "are you there?")

    yard.settle()

    assert comments(yard) == ["Dana in Slack:\n\nare you there?"]
    assert not any(to.user == "UDANA" for to, _ in yard.chat.replies)


def test_who_is_not_known_in_jira_writes_nothing_there_and_is_told_once() -> None:
    yard = joined()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")

    say(yard, "18.1", "hello", "UEVE")
    say(yard, "18.2", "hello?", "UEVE")

    assert comments(yard) == []
    told = [written(message) for to, message in yard.chat.replies if to.user == "UEVE"]
    assert told == ["I do not know you in Jira, so what you write here is not written to PAY-1001."]


def test_who_may_not_browse_the_issue_writes_nothing_there() -> None:
    yard = joined()
    yard.tracker.hidden[1001] = {"j-mika"}

    say(yard, "18.1", "hello", "UMIKA")

    assert comments(yard) == []
    assert "PAY" not in yard.said()


def test_what_the_rules_do_not_allow_is_not_written() -> None:
    yard = joined()
    no = GuardrailRule(when="true", answer="deny", reason="nothing is written")
    yard.memory.rules = msgspec.structs.replace(talking(), guardrails={"no": no})

    say(yard, "18.1", "hello")
    say(yard, "18.2", "hello again")

    assert comments(yard) == []


def test_while_work_is_stopped_replies_wait_in_their_order() -> None:
    yard = joined()
    yard.stop()
    say(yard, "18.1", "one")
    say(yard, "18.2", "two")

    yard.resume()

    assert [one.rpartition("\n")[2] for one in comments(yard)] == ["one", "two"]


def test_a_public_comment_stands_in_the_thread_with_who_wrote_it() -> None:
    yard = joined()

    yard.tracker.say(1001, "j-mika", "Replaced the *battery*\n\nPlease try, [~accountid:j-dana]")
    yard.settle()

    assert posts(yard) == ["Mika commented on PAY-1001\nReplaced the *battery*\nPlease try, @Dana"]


def test_comments_stand_in_their_order_however_late_they_are_told() -> None:
    yard = joined()
    for nth in range(3):
        yard.tracker.say(1001, "j-mika", f"part {nth}")
    yard.tracker.webhooks.reverse()

    yard.settle()
    yard.pass_by(minutes=1)

    assert [one.rpartition("\n")[2] for one in posts(yard)] == ["part 0", "part 1", "part 2"]


def test_a_comment_waits_for_the_one_before_it_to_stand() -> None:
    yard = joined()
    yard.chat.failures = [GatewayError("busy", retryable=True)]
    yard.tracker.say(1001, "j-mika", "first")
    yard.tracker.say(1001, "j-mika", "second")

    yard.settle()
    early = posts(yard)
    yard.pass_by(minutes=1)
    yard.pass_by(minutes=1)

    assert early == []
    assert [one.rpartition("\n")[2] for one in posts(yard)] == ["first", "second"]


def test_an_edit_in_jira_changes_the_post_and_a_deletion_is_told() -> None:
    yard = joined()
    id_ = yard.tracker.say(1001, "j-mika", "Replaced")
    yard.settle()

    yard.tracker.resay(id_, "Replaced twice")
    yard.settle()
    edited = posts(yard)
    yard.tracker.unsay(id_)
    yard.settle()

    assert edited == ["Mika commented on PAY-1001\nReplaced twice"]
    assert posts(yard) == ["A comment on PAY-1001 stood here; it was deleted there."]


def test_an_internal_comment_never_comes_into_the_thread() -> None:
    yard = joined()

    yard.tracker.say(1001, "j-mika", "The vendor is bankrupt", internal=True)
    yard.settle()

    assert posts(yard) == []


def test_a_comment_that_became_internal_is_taken_out_of_the_thread() -> None:
    yard = joined()
    id_ = yard.tracker.say(1001, "j-mika", "The vendor is bankrupt")
    yard.settle()

    yard.tracker.resay(id_, "The vendor is bankrupt", internal=True)
    yard.settle()

    assert posts(yard) == ["A comment on PAY-1001 is not public any more."]


def test_where_somebody_in_the_channel_may_not_browse_the_issue_nothing_is_kept() -> None:
    yard = Yard(talking())
    yard.tracker.hidden[1001] = {"j-priya"}
    yard.chat.said[YARD, ROOT] = Said(text="The badge reader is dead", user="UDANA")

    yard.command("reaction.added", "UTOM", Subject(kind="person", id="UTOM"), ts=ROOT, reaction="ticket")
    yard.settle()
    say(yard, "18.1", "It blinks")

    assert 1001 in yard.tracker.issues
    assert (yard.chat.threads, comments(yard)) == ({}, [])


def test_once_somebody_in_the_channel_may_not_browse_it_no_comment_is_shown_any_more() -> None:
    yard = joined()
    yard.tracker.hidden[1001] = {"j-priya"}

    yard.tracker.say(1001, "j-mika", "Replaced")
    yard.settle()

    assert posts(yard) == []


def test_a_change_of_status_is_told_once_it_has_settled() -> None:
    yard = joined()

    yard.tracker.change(1001, "j-mika", status=BUSY)
    yard.settle()
    early = posts(yard)
    yard.tracker.change(1001, "j-mika", status=CLOSED, resolution="Done")
    yard.settle()
    yard.pass_by(minutes=1)

    assert (early, posts(yard)) == ([], ["PAY-1001: Open → Closed (Done)"])


def test_a_status_that_is_taken_back_at_once_is_not_told() -> None:
    yard = joined()
    yard.tracker.change(1001, "j-mika", status=BUSY)
    yard.settle()

    yard.tracker.change(1001, "j-mika", status=OPEN)
    yard.settle()
    yard.pass_by(minutes=1)

    assert posts(yard) == []


def test_where_the_rules_want_no_threads_none_is_kept() -> None:
    yard = joined(talking(threads=False))

    say(yard, "18.1", "It blinks")
    yard.tracker.say(1001, "j-mika", "Replaced")
    yard.settle()

    assert yard.chat.threads == {}
    assert len(comments(yard)) == 1


def test_of_an_issue_that_is_gone_nothing_more_is_told() -> None:
    yard = joined()
    yard.tracker.delete(1001, "j-mika")
    yard.settle()

    say(yard, "18.1", "It blinks")

    assert (comments(yard), posts(yard)) == ([], [])


def test_two_issues_named_in_the_thread_are_compared_and_the_reply_is_written_too() -> None:
    yard = joined()
    yard.report(1)
    yard.report(2, "Printer out of toner")
    yard.settle()

    say(yard, "18.1", "like WEB-1 and WEB-2", keys=["WEB-1", "WEB-2"])

    assert len(comments(yard)) == 1
    assert any(event.name == "item.named_together" for event in yard.memory.tables.events.values())


# What is heard of one reply, in any order and however often, comes to the same.

_heard = st.builds(
    Spoken,
    thread=st.just(THREAD),
    ts=st.just("18.1"),
    user=st.sampled_from(["", "UDANA"]),
    text=st.builds(Tainted, text=st.sampled_from(["a", "b"])),
    version=st.sampled_from(["", "19.1", "19.2"]),
    deleted=st.booleans(),
)


@given(st.lists(_heard, min_size=1, max_size=5), st.randoms())
def test_the_order_in_which_a_reply_is_heard_of_does_not_matter(told: list[Spoken], chance: Any) -> None:
    other = [*told, *told]
    chance.shuffle(other)

    assert _all(told) == _all(other)


def _all(told: Sequence[Spoken]) -> Spoken:
    known: Spoken | None = None
    for one in told:
        known = merged(known, one)
    assert known is not None
    return known


def test_a_further_issue_of_the_same_thread_is_said_not_to_be_kept_with_it() -> None:
    yard = joined()
    said = {"as": "tainted", "text": "Also the door", "source": "slack"}
    person = Subject(kind="person", id="UMIKA")
    yard.command("report.opened", "UMIKA", person, asked="slack-2", view="v1", said=said, ts="18.1", thread_ts=ROOT)
    yard.settle()

    assert [told(line) for line in yard.chat.forms["v1"].lines] == [
        "The thread belongs to PAY-1001 already; what is said there is not written to this one."
    ]


def test_two_people_who_write_at_once_keep_their_order() -> None:
    yard = joined()
    heard(yard, "message.posted", "18.2", "second", "UMIKA")
    heard(yard, "message.posted", "18.1", "first")

    yard.settle()

    assert [one.rpartition("\n")[2] for one in comments(yard)] == ["first", "second"]


REPLY = ("posted", "changed", "deleted")
REMARK = ("say", "resay", "unsay")
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(REPLY), st.integers(1, 2), st.integers(1, 2)),
        st.tuples(st.sampled_from(REMARK), st.integers(1, 2), st.integers(1, 2)),
    ),
    min_size=1,
    max_size=10,
)


@given(_STEPS, st.lists(st.integers(0, 2), min_size=40, max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_whatever_is_said_on_both_sides_and_however_it_is_told_each_stands_once_on_the_other(
    steps: list[tuple[str, int, int]], pauses: list[int], chance: Any
) -> None:
    """Slack's events come in any order, doubled; webhooks too, and looks happen in between, now and then."""
    yard = joined(talking(internal=False))
    told: list[tuple[str, str, str, str]] = []
    replies: dict[str, str | None] = {}
    remarks: dict[int, str] = {}
    gone: set[int] = set()
    for nth, (what, one, words) in enumerate(steps):
        if what in REMARK:
            _in_jira(yard, what, one, f"remark {one}.{words}.{nth}", remarks, gone)
        else:
            _in_slack(what, f"18.{one}", f"reply {one}.{words}.{nth}", f"19.{nth:03}", replies, told)
        if pauses[nth] == 0:
            chance.shuffle(yard.tracker.webhooks)
            yard.settle()
    told += chance.sample(told, len(told))
    chance.shuffle(told)
    for nth, (name, ts, said, edited) in enumerate(told):
        heard(yard, name, ts, said, **({"edited": edited} if edited else {}))
        if pauses[-nth % 40] == 0:
            yard.settle()
    for _ in range(3):
        yard.settle()
        yard.pass_by(minutes=2)

    standing = {ts: words for ts, words in replies.items() if words is not None}
    ours = [one.text for one in yard.tracker.comments if one.mark]
    assert sorted(one for one in ours if "took back" not in one) == sorted(
        f"Dana in Slack:\n\n{words}" for words in standing.values()
    )
    assert len(ours) <= len(replies)
    shown = sorted(one for one in posts(yard) if "deleted there" not in one)
    theirs = sorted(one.text for one in yard.tracker.comments if not one.mark)
    assert shown == sorted(f"Mika commented on PAY-1001\n{text}" for text in theirs)
    assert len(posts(yard)) <= len(remarks)


def _in_slack(
    what: str,
    ts: str,
    words: str,
    edited: str,
    replies: dict[str, str | None],
    told: list[tuple[str, str, str, str]],
) -> None:
    """Let a reply be written, edited or deleted, as far as that makes sense; deleted ones do not come back."""
    if what == "posted" and ts not in replies:
        replies[ts] = words
        told.append(("message.posted", ts, words, ""))
    elif what == "changed" and replies.get(ts) is not None:
        replies[ts] = words
        told.append(("message.changed", ts, words, edited))
    elif what == "deleted" and replies.get(ts) is not None:
        replies[ts] = None
        told.append(("message.deleted", ts, "", ""))


def _in_jira(yard: Yard, what: str, one: int, words: str, remarks: dict[int, str], gone: set[int]) -> None:
    if what == "say" and one not in remarks:
        remarks[one] = yard.tracker.say(1001, "j-mika", words)
    elif what == "resay" and one in remarks and one not in gone:
        yard.tracker.resay(remarks[one], words)
    elif what == "unsay" and one in remarks and one not in gone:
        gone.add(one)
        yard.tracker.unsay(remarks[one])
