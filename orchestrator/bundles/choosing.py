"""Several questions approved at once: the form that shows them, and the answers that come of it. Pure.

Each question gets an answer of its own, which is judged like any other. Nothing is approved that was not shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.bundles.alike import Bundle, amount_of, most, too_much
from orchestrator.changes import Changes, Entry
from orchestrator.messages import Choice, Form, Input, Message, led_by
from orchestrator.recording import reply
from rules.model import Event, Item, ItemRef, Line, Person, PersonRef, Tainted
from rules.requests import Request

LONGEST_REASON = 500
#: As many boxes to tick as Slack shows at once.
MOST_TICKS = 10
_GONE = Line(
    text="Nothing was approved: one of these was decided or changed meanwhile, is not like the others any more, or is "
    "not yours to decide. Please look at them again."
)


def form(
    bundle: Bundle, offered: Sequence[Request], odd: Mapping[str, tuple[Line, ...]], carried: Mapping[str, str]
) -> Form | Message:
    """Give the form in which somebody chooses what they approve, or say why there is nothing to choose.

    Args:
        bundle: the questions, as far as they may browse what these are about.
        offered: those of them that may be approved together, and that they may answer.
        odd: in what the others differ, by the ids of their requests.
        carried: where an answer can go.
    """
    if len(offered) < 2:
        return Message(title=Line(text="No two questions are left here that are alike and yours to decide."))
    items = {item.id: item for item in bundle.items}
    some = offered[:MOST_TICKS]
    choices = tuple(Choice(value=one.id, label=_label(one, bundle, items)) for one in some)
    left = [one for one in bundle.pending if one.id in odd]
    chosen = tuple(one.id for one in most(some, bundle))
    which = Input(name="which", label="These", kind="ticks", choices=choices, chosen=chosen, hint=_bounds(bundle))
    why = Input(name="reason", label="Why", kind="lines", longest=LONGEST_REASON, optional=True)
    return Form(
        name="bulk.approved",
        title=Line(text="Which of these do you approve?"),
        lines=(
            Line(text="Each gets an answer of its own, with your name."),
            *([Line(text=f"{len(offered) - len(some)} more come after these.")] * (len(offered) > len(some))),
            *(_by_itself(one, odd[one.id][0], items) for one in left),
        ),
        submit="Approve these",
        inputs=(which, why),
        carried={**carried, "bundle": bundle.id},
    )


def approved(bundle: Bundle, offered: Sequence[Request], event: Event, person: Person) -> Changes | Line:
    """Give an answer to each question that somebody chose, or say why there is none to any."""
    known = {one.id: one for one in offered}
    ids = list(dict.fromkeys(event.payload["requests"]))
    chosen = [known[id_] for id_ in ids if id_ in known]
    if len(chosen) < len(ids):
        return _GONE
    if (over := too_much(chosen, bundle)) is not None:
        return over
    told = Line(text=f"Taken as your yes to {len(chosen)} questions. The cards show what comes of it.")
    votes = tuple(_vote(one, event, len(chosen)) for one in chosen)
    return Changes(events=votes, entries=(_entry(bundle, chosen, event, person),)) + reply(event, told)


def _vote(request: Request, event: Event, count: int) -> Event:
    said: dict[str, Any] = {
        name: event.payload[name] for name in ("user", "channel", "reason") if name in event.payload
    }
    return Event(
        id=f"{event.id}:{request.id}",
        kind="command",
        name="vote.cast",
        source="slack",
        subject=request.subject,
        received_at=event.received_at,
        payload=said | {"request": request.id, "choice": "approve", "together": count},
    )


def _entry(bundle: Bundle, chosen: Sequence[Request], event: Event, person: Person) -> Entry:
    who = PersonRef(name=person.name, slack=person.slack)
    data = {"event": event.id, "bundle": bundle.id, "requests": [one.id for one in chosen]}
    return Entry(
        kind="bulk.approved",
        subject=event.subject,
        at=event.received_at,
        text=Line(text=f"{{0}} approved {len(chosen)} questions at once", parts=(who,)),
        about=tuple(sorted({id_ for one in chosen for id_ in one.items})),
        data=data,
        once=f"bulk:{event.id}",
    )


def _label(request: Request, bundle: Bundle, items: Mapping[int, Item]) -> Line:
    item = items[request.asks[0].payload.item]
    amount = amount_of(request, bundle.amount)
    much = "" if amount is None else f" · {amount:f}"
    return Line(text=f"{{0}}{much} · {{1}}", parts=(Tainted(text=item.key), item.summary))


def _by_itself(request: Request, why: Line, items: Mapping[int, Item]) -> Line:
    item = items[request.asks[0].payload.item]
    return led_by("⚠ {0} is decided by itself: ", (ItemRef(id=item.id, key=item.key),), why)


def _bounds(bundle: Bundle) -> str:
    rule = bundle.rule
    more = f", and {bundle.amount} of all of them {rule.up_to} at most" if rule.up_to is not None else ""
    return f"At most {rule.at_most} at once{more}."
