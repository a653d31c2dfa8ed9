"""What a message in Slack means for items: its text is data, never an instruction. Pure.

Two issues named in a message that mentions the bot are a pair that its writer proposes. Two issues named in any other
message are a hint, which the ranking still has to bear out.
"""

from collections.abc import Sequence

from orchestrator.changes import Changes, Reply
from orchestrator.messages import Message, ReplyTo
from rules.model import Event, Item, Line, Subject

HOW_TO = Line(
    text="Name two issues and I ask somebody whether they are the same problem, for example: WEB-12 is PAY-3."
)
UNKNOWN = Line(text="I do not know both issues, or you may not browse them in Jira.")


def named_together(event: Event, items: Sequence[Item]) -> Changes:
    """Pass a pair on to the newer item's own look, which decides; answer who mentioned the bot in vain."""
    if event.name not in ("bot.mentioned", "message.posted"):
        return Changes()
    asked, keys = event.name == "bot.mentioned", event.payload.get("keys", ())
    pair = sorted({item.id: item for item in items}.values(), key=lambda one: (one.created, one.id))
    if len(keys) != 2 or len(pair) != 2:
        return _answer(event, UNKNOWN if len(keys) == 2 else HOW_TO) if asked else Changes()
    older, newer = pair
    payload = {"other": older.id}
    if asked:
        payload |= {name: event.payload[name] for name in ("user", "channel")} | {"quote": event.payload["text"]}
    passed_on = Event(
        id=f"{event.id}:{newer.id}",
        kind="command" if asked else "signal",
        name="couple.proposed" if asked else "item.named_together",
        source="yardmaster",
        subject=Subject(kind="item", id=str(newer.id)),
        received_at=event.received_at,
        payload=payload,
    )
    return Changes(events=(passed_on,))


def _answer(event: Event, words: Line) -> Changes:
    to = ReplyTo(user=event.payload["user"], channel=event.payload["channel"])
    return Changes(replies=(Reply(to=to, message=Message(title=words)),))
