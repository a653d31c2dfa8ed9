"""What a reply in a thread of Slack means for what that is about: its text is data, never an instruction. Pure."""

from orchestrator.changes import Changes
from orchestrator.talk.threads import Thread
from rules.model import Event, Subject

#: The events by which somebody says something in Slack.
SAID = frozenset({"message.posted", "bot.mentioned"})


def is_reply(event: Event) -> bool:
    """Tell whether a human wrote it in a thread, below its first message."""
    ts = event.payload.get("ts")
    return event.name in SAID and "user" in event.payload and event.payload.get("thread_ts") not in (None, ts)


def passed_on(event: Event, thread: Thread) -> Changes:
    """Pass a reply under the card of questions on to what these are about, where it may be an answer.

    Who was asked about several in one thread answers all of them by it: what they say is shown with each.
    """
    said = event.payload
    answers = (
        Event(
            id=f"{event.id}:{request}",
            kind="command",
            name="question.answered",
            source="slack",
            subject=Subject.parse(about),
            received_at=event.received_at,
            payload={"user": said["user"], "channel": said["channel"], "request": request, "text": said["text"]},
        )
        for request, about in thread.asked.items()
    )
    return Changes(events=tuple(answers))
