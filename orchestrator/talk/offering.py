"""What is offered to whoever wants a message made a request: the form for a new issue. Pure."""

from orchestrator.changes import Changes, Reply
from orchestrator.messages import Button, Message, ReplyTo, Section
from orchestrator.reporting.forms import is_offered
from rules.model import Event, Line
from rules.ruleset import Ruleset

_OR = Line(text="If you mean issues that are there: name two, and I ask somebody whether they are the same problem.")


def is_wish(event: Event, rules: Ruleset) -> bool:
    """Tell whether somebody spoke to the bot of something that is no issue yet, and the rules let issues be created."""
    spoken = event.name == "bot.mentioned" and not event.payload.get("keys")
    return spoken and event.payload.get("said") is not None and is_offered(rules)


def offer(event: Event, *, mentioned: bool) -> Changes:
    """Offer who gave the event the form for a new issue, filled in with what the message says."""
    said = event.payload
    button = Button(action="report.open", label="Make a request of it", value={"asked": event.id}, style="primary")
    lines = (Line(text="A form comes, filled in with what the message says."), *([_OR] if mentioned else []))
    message = Message(
        title=Line(text="Shall this become a request?"), sections=(Section(lines=lines, buttons=(button,)),)
    )
    to = ReplyTo(user=said["user"], channel=said["channel"], thread=said.get("thread_ts"))
    return Changes(replies=(Reply(to=to, message=message),))
