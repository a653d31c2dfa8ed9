"""What a person's page in App Home shows, from the state at sending time. Pure: a view in, a message out.

It tells only of issues that its reader may browse; who gathers the view sees to that.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import msgspec

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.telling import asked_back, question, wanted
from orchestrator.approvals.voting import unlinked
from orchestrator.batching.buttons import approval
from orchestrator.batching.view import unlike
from orchestrator.cards import change_of, value_of
from orchestrator.forecast.foretold import Forecast
from orchestrator.granting.telling import Reader, asked_there, buttons_there
from orchestrator.home.mine import Mine
from orchestrator.messages import Button, Message, Section, led_by
from orchestrator.noise.holding import SAID, Held
from orchestrator.people.availability import Absence
from orchestrator.watching.risking import AtRisk, about_clock, in_short
from rules.canonical import Value
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Moment, Person, PersonRef, Tainted
from rules.requests import Delegation, Request

MOST_TO_DECIDE = 15
MOST_WAITING = 10
_MOST_CHANGES = 4


class Risk(Value, frozen=True, kw_only=True):
    """An open item whose SLA clock `name` breaks, or broke, at `breaks_at`, and what is foretold of it."""

    item: Item
    name: str
    breaks_at: datetime
    forecast: Forecast | None = None


class HomeView(Value, frozen=True, kw_only=True):
    """All that a page shows. `person` is None for one whom nobody knows; `items` are those that they may browse.

    `people` are those whom it names. `teams`: the names of the person's teams. `odd_under`: as for a batch's card.
    `hours_known`: the rules say when they work. `partly`: there are more open questions than were looked through.
    `owned`: the running promises about what they have. `told`: what their teams are told of issues that nobody moves.
    `answering`: by question, whether they may answer here what Jira asks them by itself.
    """

    user: str
    person: Person | None
    now: datetime
    mine: Mine = Mine()
    items: tuple[Item, ...] = ()
    people: tuple[Person, ...] = ()
    teams: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    owned: tuple[AtRisk, ...] = ()
    told: tuple[Section, ...] = ()
    held: tuple[tuple[Held, Request], ...] = ()
    absences: tuple[Absence, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    odd_under: int = 0
    hours_known: bool = False
    partly: bool = False
    answering: dict[str, Reader] = msgspec.field(default_factory=dict)


def home(view: HomeView) -> Message:
    """Give the page as it should stand now."""
    if view.person is None or not view.person.linked:
        stranger = Section(lines=(unlinked(view.person, view.user),))
        return Message(title=Line(text="I do not know you yet"), sections=(stranger,))
    count = len(view.mine.to_decide) + len(view.mine.by_jira)
    title = f"{count} questions wait for you" if count > 1 else "A question waits for you"
    sections = (
        *_to_decide(view),
        *_waiting(view),
        *_held_back(view),
        *_owned(view),
        _at_risk(view),
        *view.told,
        _my_time(view, view.person),
    )
    small = Line(text="Only you see this, and only what you may browse in Jira.")
    some = Line(text="More questions are open than I look through here; `/yard pending` lists those that end first.")
    return Message(
        title=Line(text=title if count else "Nothing waits for you"),
        sections=sections,
        footer=(small, *([some] if view.partly else [])),
    )


def _to_decide(view: HomeView) -> Iterator[Section]:
    some = view.mine.to_decide[:MOST_TO_DECIDE]
    nothing = Line(text="No question that you may answer is open.")
    yield _headed("Mine to decide", len(view.mine.to_decide) + len(view.mine.by_jira), nothing)
    for request in view.mine.by_jira[:MOST_TO_DECIDE]:
        yield Section(lines=tuple(_asked_by_jira(view, request)), buttons=_answers_to_jira(view, request))
    for request, place in some:
        yield Section(lines=tuple(_asked(view, request, place)), buttons=_answers(view, request))
    if more := len(view.mine.to_decide) - len(some):
        yield Section(lines=(Line(text=f"… and {more} more, which come here as these are answered."),))


def _headed(heading: str, count: int, nothing: Line) -> Section:
    return Section(heading=f"{heading} ({count})", lines=()) if count else Section(heading=heading, lines=(nothing,))


def _asked(view: HomeView, request: Request, place: Place) -> Iterator[Line]:
    yield _in_bold(_question(view, request))
    yield from _about(view, request)
    yield from _changes(view, request)
    yield from wanted(request, partial(_named, view))[1:]
    yield from asked_back(request, partial(_named, view))
    if place.of is not None:
        yield Line(text="You answer in the place of {0}.", parts=(_named(view, place.of.id),))
    ask = request.asks[0]
    pair = ask.other is not None and len(request.asks) == 1 and request.follows is None
    told = f"{percent(ask.confidence)} sure. " if pair and ask.confidence else ""
    then = "nothing is done" if request.candidate is None else "somebody else is asked"
    yield Line(text=f"{told}Expires {{0}}; then {then}.", parts=(Moment(at=request.expires_at),))


def _about(view: HomeView, request: Request) -> Iterator[Line]:
    ask = request.asks[0]
    named = dict.fromkeys((ask.payload.item, ask.other, request.follows, *(one.item for one in ask.payload.actions)))
    for item in (item for id_ in named for item in view.items if item.id == id_):
        parts = (ItemRef(id=item.id, key=item.key), item.summary, Tainted(text=item.status.name))
        yield Line(text="{0} {1} ({2})", parts=parts)


def _asked_by_jira(view: HomeView, request: Request) -> Iterator[Line]:
    yield _in_bold(_question(view, request))
    yield from _about(view, request)
    there = msgspec.structs.replace(_ref(view, request.asks[0].payload.item), address=request.portal)
    yield from asked_there(request, _answering(view, request), (), there, partial(_named, view))


def _answering(view: HomeView, request: Request) -> Reader:
    return view.answering.get(request.id, Reader())


def _answers_to_jira(view: HomeView, request: Request) -> tuple[Button, ...]:
    value = value_of(request)
    details = Button(action="request.details", label="Details", value=value)
    return (*buttons_there(request, _answering(view, request), (), value), details)


def _changes(view: HomeView, request: Request) -> Iterator[Line]:
    actions = [action for ask in request.asks for action in ask.payload.actions]
    if len(request.asks) > 1:
        yield Line(text=f"• {len(actions)} changes in {len({action.item for action in actions})} issues")
        return
    for action in actions[:_MOST_CHANGES]:
        yield led_by("• ", (), change_of(action, partial(_ref, view)))
    if more := len(actions[_MOST_CHANGES:]):
        yield Line(text=f"• and {more} more changes")


def _answers(view: HomeView, request: Request) -> tuple[Button, ...]:
    value = value_of(request)
    several = len(request.asks) > 1
    odd = [item for item, _ in unlike(request, view.items, view.odd_under)] if several else []
    if view.person is not None and request.candidate == view.person.id:
        take = Button(action="request.approve", label="Take it", value=value, style="primary")
        decline = Button(action="request.decline", label="Not me", value=value, style="danger")
        another = Button(action="request.give", label="Somebody else", value=value)
        return (take, decline, another, Button(action="request.details", label="Details", value=value))
    reject = Button(action="request.reject", label="Reject", value=value, style="danger")
    but = [Button(action="request.alter", label="Yes, but…", value=value)] * bool(request.changeable)
    ask = Button(action="request.ask", label="Ask a question", value=value)
    return (approval(odd, value), *but, reject, ask, Button(action="request.details", label="Details", value=value))


def _waiting(view: HomeView) -> Iterator[Section]:
    some = view.mine.waiting[:MOST_WAITING]
    nothing = Line(text="Nothing that you asked for, answered or reported waits for others.")
    yield _headed("Mine, waiting for others", len(view.mine.waiting), nothing)
    for request in some:
        yield Section(lines=tuple(_waits(view, request)), buttons=_mine(view, request))
    if more := len(view.mine.waiting) - len(some):
        yield Section(lines=(Line(text=f"… and {more} more."),))


def _waits(view: HomeView, request: Request) -> Iterator[Line]:
    yield _in_bold(_question(view, request))
    yield from wanted(request, partial(_named, view))[1:]
    agreed = "You have answered. " if _voted(view, request) else ""
    asked = Tainted(text=" or ".join(sorted(request.roles)))
    text = f"{agreed}Waits for {{0}}; expires {{1}}."
    yield Line(text=text, parts=(asked, Moment(at=request.expires_at)))


def _mine(view: HomeView, request: Request) -> tuple[Button, ...]:
    value = value_of(request)
    back = Button(action="request.retract", label="Take my answer back", value=value)
    details = Button(action="request.details", label="Details", value=value)
    return (back, details) if _voted(view, request) else (details,)


def _voted(view: HomeView, request: Request) -> bool:
    return view.person is not None and any(vote.human == view.person.id for vote in request.votes)


def _held_back(view: HomeView) -> Iterator[Section]:
    """Tell what no message was sent about yet; where nothing was held back there is nothing to tell."""
    lines = []
    for held, request in view.held[:MOST_WAITING]:
        asked = _question(view, request)
        when = Line(text=f"{SAID[held.why]}; I write about it {{0}}", parts=(Moment(at=held.until),))
        lines.append(led_by(f"• {asked.text} ", asked.parts, when))
    if more := len(view.held) - len(lines):
        lines.append(Line(text=f"… and {more} more."))
    if lines:
        yield Section(heading=f"Held back ({len(view.held)})", lines=tuple(lines))


def _at_risk(view: HomeView) -> Section:
    heading = "At risk in my team"
    if not view.teams:
        return Section(heading=heading, lines=(Line(text="The rules name no team of yours, so I know of none."),))
    if not view.risks:
        named = Tainted(text=", ".join(view.teams))
        none = Line(text="No SLA of an open issue in the projects of {0} breaks within a day.", parts=(named,))
        return Section(heading=heading, lines=(none,))
    return Section(heading=heading, lines=tuple(_risk(view, one) for one in view.risks))


def _risk(view: HomeView, risk: Risk) -> Line:
    breaks = "broke" if risk.breaks_at <= view.now else "breaks"
    item = risk.item
    parts = (*_titled(item), Tainted(text=risk.name), Moment(at=risk.breaks_at))
    chance = "" if risk.forecast is None or breaks == "broke" else f" ({in_short(risk.forecast)})"
    return Line(text=f"{{0}} {{1}}: {{2}} {breaks} {{3}}{chance}", parts=parts)


def _owned(view: HomeView) -> Iterator[Section]:
    """Show the promises that run about what somebody has; where there are none there is nothing to show."""
    some = view.owned[:MOST_WAITING]
    lines = [led_by("{0} {1}: ", _titled(one.item), about_clock(one.forecast, view.now)) for one in some]
    if more := len(view.owned) - len(some):
        lines.append(Line(text=f"… and {more} less likely to break."))
    if lines:
        yield Section(heading=f"Mine, with a promise that runs ({len(view.owned)})", lines=tuple(lines))


def _titled(item: Item) -> tuple[ItemRef, Tainted]:
    return ItemRef(id=item.id, key=item.key), item.summary


def _my_time(view: HomeView, person: Person) -> Section:
    lines = [
        Line(text="You are away until {0}. `/yard away off` ends it.", parts=(Moment(at=one.until),))
        for one in view.absences
        if one.since <= view.now < one.until
    ]
    for one in view.delegations:
        given = one.giver == person.id
        other = _named(view, one.to if given else one.giver)
        words = "{0} answers in your place until {1}." if given else "You answer in the place of {0} until {1}."
        lines.append(Line(text=words, parts=(other, Moment(at=one.until))))
    known = "You count as there in your working hours." if view.hours_known else "The rules do not say when you work."
    hint = "`/yard away until friday` says when you are not; `/yard delegate @somebody until friday` who answers then."
    return Section(heading="My time", lines=tuple(lines) or (Line(text=known), Line(text=hint)))


def _question(view: HomeView, request: Request) -> Line:
    return question(request, {item.id: item.key for item in view.items})


def _in_bold(line: Line) -> Line:
    return Line(text=f"*{line.text}*", parts=line.parts)


def _ref(view: HomeView, id_: int) -> ItemRef:
    return ItemRef(id=id_, key=next((item.key for item in view.items if item.id == id_), f"#{id_}"))


def _named(view: HomeView, who: str) -> PersonRef:
    known = next((one for one in view.people if who in (one.id, one.jira, one.slack)), None)
    return PersonRef(name=known.name, slack=known.slack) if known else PersonRef(name=who)
