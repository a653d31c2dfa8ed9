"""Something is asked back about a batch: in the thread of its card, of whoever reads it."""

from rules.model import Event, Subject
from rules.requests import RequestState
from tests.batching.bad_morning import cards, questions, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.chat import YARD
from tests.fakes.yard import Yard


def test_who_may_answer_asks_whoever_reads_it_and_the_card_shows_question_and_answer() -> None:
    yard = yard_with(*DEFECT)
    (request,) = [one for one in questions(yard) if one.state is RequestState.PENDING]
    said = {"as": "tainted", "text": "Since which release?", "source": "slack"}

    yard.command("question.asked", "UMIKA", request.subject, request=request.id, text=said)
    yard.settle()
    root = next(
        ts for (channel, ts) in yard.chat.messages if channel == YARD and (channel, ts) not in yard.chat.threads
    )
    reply(yard, root, "UTOM", "Since 4.2")

    (card,) = [one for one in cards(yard) if "Please decide" in one]
    assert "Mika asked" in card
    assert "Since 4.2" in card
    assert "[Ask a question]" in card
    assert [yard.chat.threads[place] for place in yard.chat.threads] == [root]
    assert yard.request(request.id).state is RequestState.PENDING


def reply(yard: Yard, root: str, user: str, words: str) -> None:
    text = {"as": "tainted", "text": words, "source": "slack"}
    yard.memory.put(
        Event(
            id="slack-reply",
            kind="signal",
            name="message.posted",
            source="slack",
            subject=Subject(kind="conversation", id=f"{YARD}/{root}"),
            received_at=yard.clock.now(),
            payload={"user": user, "channel": YARD, "ts": "90.1", "thread_ts": root, "text": text, "keys": []},
        )
    )
    yard.settle()
