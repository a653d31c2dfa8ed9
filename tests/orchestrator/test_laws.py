"""What holds whatever people, Jira and the network do, in any order."""

import re
from collections import Counter

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.changes import Changes, Entry
from orchestrator.decide import decide
from orchestrator.facts import Facts, RecordState
from rules.actions import Precondition, TransitionAction
from rules.canonical import canonical, plain, revive
from rules.model import Event, Subject, Tainted
from rules.requests import RequestState
from tests.fakes.written import buttons_of, told, written
from tests.fakes.yard import PROBLEM, Yard
from tests.orchestrator.stories import STORIES, Story, answer, fail, tell

KEY = re.compile(r"\b[A-Z]{3}-[0-9]+\b")


def made(yard: Yard) -> list[Entry]:
    return [entry for entry in yard.memory.tables.ledger if entry.kind in ("decision.made", "decision.reviewed")]


def decisions_of(changes: Changes) -> set[tuple[str, str]]:
    decided = (entry for entry in changes.entries if entry.kind.startswith("decision."))
    return {(entry.data["decision"]["id"], entry.data["verdict"]) for entry in decided}


@given(STORIES)
def test_every_recorded_decision_is_made_again_from_its_recorded_facts(story: Story) -> None:
    yard = tell(Yard(), story)

    for entry in made(yard):
        facts = revive(msgspec.json.decode(canonical(entry.data["facts"])), Facts)
        again = decisions_of(decide(facts, yard.memory.rules))
        assert (entry.data["decision"]["id"], entry.data["verdict"]) in again


@given(STORIES)
def test_the_same_facts_give_the_same_changes_byte_for_byte(story: Story) -> None:
    yard = tell(Yard(), story)
    rules = yard.memory.rules

    for entry in made(yard):
        facts = revive(entry.data["facts"], Facts)
        first, second = decide(facts, rules), decide(revive(plain(facts), Facts), rules)
        assert canonical(first) == canonical(second)


@given(STORIES)
def test_only_who_may_is_counted_once_and_in_time(story: Story) -> None:
    yard = tell(Yard(), story)
    counted = [vote for vote in yard.memory.tables.votes.values() if vote.counts]

    for vote in counted:
        request = yard.request(vote.request)
        assert vote.human in {"mika", "priya"}
        assert not {vote.human, f"j-{vote.human}"} & set(request.excluded)
        assert vote.at < request.expires_at
    assert max(Counter(vote.request for vote in counted).values(), default=1) == 1


@given(STORIES)
def test_nothing_is_done_that_nobody_agreed_to_and_nothing_twice(story: Story) -> None:
    yard = tell(Yard(), story)
    agreed = {
        record.key: record.action
        for request in yard.all_requests(RequestState.APPROVED)
        if request.undoes or any(vote.counts and vote.choice == "approve" for vote in request.votes)
        for record in yard.records(request)
    }

    assert all(agreed.get(mark) == action for action, mark in yard.tracker.performed)
    assert max(Counter(mark for _, mark in yard.tracker.performed).values(), default=1) == 1


@given(STORIES)
@example([*[(answer("approve"), False)] * 2, *[(fail("busy"), False)] * 4, *[(fail("doubt"), False)] * 2])
def test_everything_comes_to_rest(story: Story) -> None:
    yard = tell(Yard(), story)

    assert yard.memory.tables.waiting == []
    states = {record.state for record in yard.memory.tables.actions.values()}
    assert states <= {RecordState.DONE, RecordState.FAILED}


@given(STORIES)
def test_looking_again_at_what_is_at_rest_changes_nothing(story: Story) -> None:
    yard = tell(Yard(), story)
    look_at_all(yard)
    look_at_all(yard)
    before = yard.kinds(), yard.all_requests(), list(yard.tracker.performed), len(yard.chat.history)

    look_at_all(yard)

    assert (yard.kinds(), yard.all_requests(), yard.tracker.performed, len(yard.chat.history)) == before


def look_at_all(yard: Yard) -> None:
    for number in sorted(yard.memory.tables.items):
        yard.look(Subject(kind="item", id=str(number)))
    yard.settle()


@given(STORIES)
def test_nobody_is_ever_shown_an_item_that_they_may_not_browse(story: Story) -> None:
    yard = Yard()
    yard.tracker.hidden = {1: {"j-tom"}, 3: {"j-dana", "j-mika"}}
    hidden_from = {"UTOM": {"WEB-1"}, "UDANA": {"WEB-3"}, "UMIKA": {"WEB-3"}, "UEVE": {"WEB-1", "WEB-2", "WEB-3"}}
    hidden_from["C0YARD"] = {"WEB-1", "WEB-3"}

    tell(yard, story)

    for place, message in yard.chat.history:
        shown = written(message)
        keys = set(KEY.findall("" if shown.startswith("I know no issue") else shown))
        assert not keys & hidden_from.get(place.removeprefix("D-"), set()), shown


@given(STORIES)
def test_every_sentence_fits_its_parts_whatever_people_wrote(story: Story) -> None:
    yard = tell(Yard(), story)

    for entry in yard.memory.tables.ledger:
        assert told(entry.text)
    for _, message in yard.chat.history:
        assert written(message)
        assert all(set(button.value) <= {"subject", "request", "other"} for button in buttons_of(message))


@given(st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6), st.data())
def test_signals_that_come_twice_late_or_in_another_order_end_in_the_same_question(
    order: list[int], settled: list[bool], data: st.DataObject
) -> None:
    in_order = Yard()
    asked_in_order = in_order.repeat().asks[0].hash
    yard = Yard()
    yard.report(1, by="j-tom")
    yard.settle()
    yard.report(2, summary="Printer is out of toner")
    for summary in ("Checkout fails", PROBLEM):
        yard.clock.pass_by(seconds=5)
        old = yard.tracker.issues[2].summary
        yard.tracker.change(2, "j-dana", summary=msgspec.structs.replace(old, text=summary))
    hooks, yard.tracker.webhooks = yard.tracker.webhooks, []
    twice: list[Event] = [*hooks, *(msgspec.structs.replace(one, id=f"again-{one.id}") for one in hooks)]

    for place, settles in zip(order, settled, strict=True):
        yard.memory.put(twice[place])
        yard.memory.put(twice[data.draw(st.sampled_from(order))])
        if settles:
            yard.settle()
    yard.settle()

    request = yard.only_request()
    assert (request.subject.id, request.asks[0].other, len(yard.chat.messages)) == ("2", 1, 1)
    assert request.asks[0].hash == asked_in_order


@given(st.text())
def test_text_in_an_issue_changes_nothing_but_what_is_quoted(text: str) -> None:
    plainly, hostile = Yard(), Yard()
    asked = plainly.repeat()
    hostile.report(1, by="j-tom")
    hostile.settle()
    hostile.report(2)
    hostile.tracker.issues[2] = msgspec.structs.replace(
        hostile.tracker.issues[2],
        description=msgspec.structs.replace(hostile.tracker.issues[2].description, text=f"{text} {PROBLEM}"),
    )
    hostile.settle()

    for request in hostile.all_requests():
        assert request.asks[0].payload == asked.asks[0].payload


def test_the_hash_of_a_payload_covers_actions_and_preconditions_only() -> None:
    yard = Yard()
    ask = yard.repeat().asks[0]
    payload = ask.payload
    (transition,) = (one for one in payload.actions if isinstance(one, TransitionAction))
    other_way = msgspec.structs.replace(transition, fields={"resolution": {"name": "Done"}})
    changed = [
        msgspec.structs.replace(payload, actions=payload.actions[:-1]),
        msgspec.structs.replace(payload, actions=payload.actions[::-1]),
        msgspec.structs.replace(payload, actions=(*payload.actions[:-1], other_way)),
        msgspec.structs.replace(payload, preconditions=payload.preconditions[:-1]),
        msgspec.structs.replace(payload, preconditions=(Precondition(item=2, field="status", equals="Closed"),)),
    ]

    assert len({payload.hash, *(one.hash for one in changed)}) == 6


@pytest.mark.parametrize("field", ["confidence", "evidence", "now"])
def test_evidence_confidence_and_time_do_not_change_the_hash(field: str) -> None:
    yard = Yard()
    yard.repeat()
    (entry,) = made(yard)
    facts = revive(entry.data["facts"], Facts)
    known = msgspec.structs.replace(
        facts.known[0], **{"confidence": 999} if field == "confidence" else {"evidence": ()}
    )
    later = facts.now.replace(minute=59)
    changed = {"now": later} if field == "now" else {"known": (known,)}

    (before,), (after,) = (
        decide(one, yard.memory.rules).requests for one in (facts, msgspec.structs.replace(facts, **changed))
    )

    assert before.asks[0].hash == after.asks[0].hash


def test_a_decision_is_named_by_its_content_and_not_by_its_time() -> None:
    yard = Yard()
    yard.repeat()
    (entry,) = made(yard)
    facts = revive(entry.data["facts"], Facts)
    later = msgspec.structs.replace(facts, now=facts.now.replace(minute=59))

    assert decisions_of(decide(facts, yard.memory.rules)) == decisions_of(decide(later, yard.memory.rules))


def test_a_look_whose_answer_was_lost_is_done_again_and_asks_once() -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    yard.report(2)
    yard.deliver()
    yard.memory.breaks = True
    with pytest.raises(ConnectionError):
        yard.look(Subject(kind="item", id="2"))
    yard.memory.breaks = False
    assert yard.all_requests() == []

    yard.look(Subject(kind="item", id="2"))
    yard.settle()

    assert len(yard.all_requests()) == 1


def test_where_answers_go_is_not_kept_in_the_ledger() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.vote("UMIKA", request, response_url="https://hooks.test/secret")
    yard.settle()

    assert b"hooks.test" not in canonical(yard.memory.tables.ledger)


def test_facts_hold_only_the_people_whom_the_item_concerns() -> None:
    yard = Yard()
    yard.repeat()
    (entry,) = made(yard)

    assert [person["id"] for person in entry.data["facts"]["people"]] == ["dana", "mika", "priya"]


def test_the_facts_of_a_decision_stay_small_however_long_the_text_is() -> None:
    yard = Yard()
    yard.report(1, description=Tainted(text=PROBLEM * 2000))
    yard.settle()
    yard.report(2, description=Tainted(text=PROBLEM * 2000))
    yard.settle()
    (entry,) = made(yard)

    assert len(canonical(entry.data)) < 40_000
