"""What a card says to one of those whom a service desk asks by itself, and what they may press there. Pure."""

from collections.abc import Callable, Sequence

from orchestrator.facts import ActionRecord, RecordState
from orchestrator.granting.answering import answer_given
from orchestrator.messages import Button
from rules.canonical import Value
from rules.model import ItemRef, Line, PersonRef, Tainted
from rules.requests import Request


class Reader(Value, frozen=True, kw_only=True):
    """Whose copy a card is: their Jira `account`; they `granted` that we answer for them, or could (`offered`)."""

    account: str | None = None
    granted: bool = False
    offered: bool = False


def asked_there(
    request: Request, reader: Reader, records: Sequence[ActionRecord], there: ItemRef, name: Callable[[str], PersonRef]
) -> tuple[Line, ...]:
    """Say what Jira wants of the reader, and who has answered; `there` leads to the portal."""
    return (_wanted(request, reader, records, there), *_answered(request, name))


def buttons_there(
    request: Request, reader: Reader, records: Sequence[ActionRecord], value: dict[str, str]
) -> tuple[Button, ...]:
    """Give what the reader may press: the answer itself where they let us give it, or else the way to that."""
    if has_answered(request, reader) or _is_under_way(request, reader, records):
        return ()
    if not reader.granted:
        connect = Button(action="grant.ask", label="Connect, to answer here", value=value)
        return (connect,) if reader.offered and reader.account is not None else ()
    approve = Button(action="request.approve", label="Approve", value=value, style="primary")
    return (approve, Button(action="request.reject", label="Reject", value=value, style="danger"))


def has_answered(request: Request, reader: Reader) -> bool:
    """Tell whether Jira has the reader's answer."""
    return any(vote.event.rpartition(":")[2] == reader.account for vote in request.votes)


def _wanted(request: Request, reader: Reader, records: Sequence[ActionRecord], there: ItemRef) -> Line:
    if has_answered(request, reader):
        return Line(text="*You have answered*, and Jira waits for others. In its portal: {0}", parts=(there,))
    if _is_under_way(request, reader, records):
        return Line(text="*I am telling Jira what you answered*, in your own name. In its portal: {0}", parts=(there,))
    last = answer_given(request, reader.account, records)
    if last is not None:
        why = Tainted(text=last.error or "")
        return Line(text="*Jira does not have your answer*: {1}. Its portal takes it: {0}", parts=(there, why))
    if reader.granted:
        words = "*Jira asks you to decide.* What you answer here I tell it in your own name. In its portal: {0}"
        return Line(text=words, parts=(there,))
    return Line(text="*Jira asks you to decide*, and takes your answer only in its portal: {0}", parts=(there,))


def _is_under_way(request: Request, reader: Reader, records: Sequence[ActionRecord]) -> bool:
    last = answer_given(request, reader.account, records)
    return last is not None and last.state is not RecordState.FAILED


def _answered(request: Request, name: Callable[[str], PersonRef]) -> tuple[Line, ...]:
    said = {"approve": "✓ {0} approved", "reject": "✗ {0} rejected"}
    return tuple(Line(text=said[vote.choice], parts=(name(vote.human),)) for vote in request.votes)
