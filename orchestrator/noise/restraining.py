"""Keeps direct messages back as the rules and people want it, and tells of them later, all at once.

One place for all agents. It decides nothing itself: `holding.py` says what is held back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.approvals.telling import question
from orchestrator.bundles.alike import PREFIX as BUNDLE
from orchestrator.changes import Entry
from orchestrator.memory import Audience, CardRow, Directory, Items, Records
from orchestrator.messages import Message, Section, led_by
from orchestrator.noise.holding import SAID, Held, Listener, cannot_wait, held_until, is_urgent
from orchestrator.noise.kept import Restraint
from orchestrator.people.hours import hours_of
from orchestrator.people.leaves import zone_of
from orchestrator.ports import Clock
from orchestrator.sla.reading import clocked
from rules.canonical import digest
from rules.model import Line, Person, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

#: How the id of the request of a digest's card begins.
DIGEST = "digest:"
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraining:
    """The ports that this needs."""

    clock: Clock
    items: Items
    records: Records
    directory: Directory
    audience: Audience
    kept: Restraint

    def keeps(self, row: CardRow, request: Request | None, rules: Ruleset) -> bool:
        """Tell whether a card that is about to be sent is held back.

        What stands already, stands in a channel or tells of something that is decided is never held back.
        """
        user = row.user
        if user is None or row.ts is not None or row.trying_since is not None:
            return False
        person = self.directory.of_slack(user, rules)
        if person is None:
            return False
        now = self.clock.now()
        is_open = request is not None and request.state is RequestState.PENDING
        urgent = request is not None and is_open and self._is_urgent(request, person, now, rules)
        if self.kept.is_held(row.id) and not urgent:
            return True
        found = held_until(self.listener(user, person, now, rules), rules.noise, urgent=urgent) if is_open else None
        if request is None or found is None:
            return False
        about = row.request if row.request.startswith(BUNDLE) else request.id
        held = Held(card=row.id, user=user, request=about, until=found[0], why=found[1])
        self.kept.hold(held, _entry(held, request, now))
        return True

    def why_later(self, user: str, items: Collection[int], rules: Ruleset) -> str | None:
        """Say why what a user is told about issues waits, as a question would; None where it is sent now."""
        person = self.directory.of_slack(user, rules)
        if person is None:
            return None
        now = self.clock.now()
        running = clocked(self.items.items(sorted(items)), self.items, rules, now)
        urgent = cannot_wait(running, rules.noise, now)
        held = held_until(self.listener(user, person, now, rules), rules.noise, urgent=urgent)
        return _RECORDED[held[1]] if held is not None else None

    def count(self, row: CardRow, rules: Ruleset) -> None:
        """Count a card as sent, once nothing but the chat itself may refuse it: what waits for its turn is not sent."""
        person = self.directory.of_slack(row.user, rules) if row.user is not None else None
        if row.user is not None and person is not None:
            self.kept.count(row.user, _day(person, self.clock.now(), rules))

    def is_muted(self, user: str) -> bool:
        """Tell whether a user wants no messages now."""
        until = self.kept.muted_until(user)
        return until is not None and self.clock.now() < until

    def due(self, user: str, rules: Ruleset) -> datetime | None:
        """Give when a user is to be told of what is held back from them; None where nothing is."""
        person = self.directory.of_slack(user, rules)
        held = self.kept.held_for(user)
        if person is None or not held:
            return None
        now = self.clock.now()
        listener = self.listener(user, person, now, rules)
        # a mute that was ended or made longer counts as it is now
        ends = [one.until if one.why != "muted" else listener.muted_until or now for one in held]
        shut = held_until(listener, rules.noise, urgent=False)
        return max(min(ends), shut[0]) if shut is not None and shut[1] != "budget" else min(ends)

    def tell(self, user: str, rules: Ruleset) -> None:
        """Have a user told, in one message, of all that is held back from them, once that is due."""
        now = self.clock.now()
        at = self.due(user, rules)
        if at is None or now < at:
            return
        held = self.kept.held_for(user)
        cards = sorted(one.card for one in held)
        self.kept.tell(user, cards, digest({"user": user, "cards": cards})[:20])

    def waiting(self, user: str) -> tuple[tuple[Held, Request], ...]:
        """Give what is held back from a user and still open."""
        return self._open(self.kept.held_for(user))

    def digest(self, row: CardRow, rules: Ruleset) -> Message | None:
        """Give the message that tells of what was held back; None where nothing of it is open any more."""
        person = self.directory.of_slack(row.user or "", rules)
        still = self._open(self.kept.told_in(row.id))
        named = {id_ for _, request in still for id_ in request.items}
        seen = self.audience.person_sees(person, named) if person is not None and named else frozenset()
        shown = [(held, request) for held, request in still if set(request.items) <= seen]
        keys = {item.id: item.key for item in self.items.items(sorted(seen))}
        return digest_message([(held, question(request, keys)) for held, request in shown]) if shown else None

    def listener(self, user: str, person: Person, now: datetime, rules: Ruleset) -> Listener:
        """Give what is known of somebody now."""
        hours, zone = hours_of(person.id, rules), zone_of(person.id, rules)
        tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone).astimezone(
            now.tzinfo
        )
        return Listener(
            now=now,
            next_day=(hours.next_open(tomorrow) if hours is not None else None) or tomorrow,
            muted_until=self.kept.muted_until(user),
            opens_at=hours.next_open(now) if hours is not None and not hours.is_open(now) else None,
            sent=self.kept.sent(user, _day(person, now, rules)),
        )

    def _is_urgent(self, request: Request, person: Person, now: datetime, rules: Ruleset) -> bool:
        running = clocked(self.items.items(request.items), self.items, rules, now)
        return is_urgent(request, running, person.id, rules.noise, now)

    def _open(self, held: Sequence[Held]) -> tuple[tuple[Held, Request], ...]:
        """Give the open questions that these told of: one of each card, all of one that several share."""
        found = [(one, it) for one in held for it in self._asked(one.request)]
        return tuple((one, it) for one, it in found if it.state is RequestState.PENDING)

    def _asked(self, id_: str) -> tuple[Request, ...]:
        if id_.startswith(BUNDLE):
            return self.records.bundle(id_)
        request = self.records.request(id_)
        return () if request is None else (request,)


def digest_message(told: Sequence[tuple[Held, Line]]) -> Message:
    """Tell of questions that were held back, each with why."""
    some = told[:_MOST_TOLD]
    lines = [led_by("• ", (), Line(text=f"{line.text} ({SAID[held.why]})", parts=line.parts)) for held, line in some]
    if more := len(told) - len(some):
        lines.append(Line(text=f"… and {more} more"))
    title = "A question came meanwhile" if len(told) == 1 else f"{len(told)} questions came meanwhile"
    return Message(
        title=Line(text=title),
        sections=(Section(lines=tuple(lines)),),
        footer=(Line(text="They wait for you in App Home, with their buttons."),),
    )


def _day(person: Person, now: datetime, rules: Ruleset) -> str:
    zone: ZoneInfo = zone_of(person.id, rules)
    return now.astimezone(zone).date().isoformat()


def _entry(held: Held, request: Request, now: datetime) -> Entry:
    return Entry(
        kind="card.held_back",
        subject=Subject(kind="card", id=held.card),
        at=now,
        text=Line(text=f"a direct message is held back: {_RECORDED[held.why]}"),
        about=request.items,
        data={"request": request.id, "user": held.user, "until": f"{held.until:%Y-%m-%dT%H:%MZ}", "why": held.why},
        decision=request.asks[0].decision,
        once=f"card.held_back:{held.card}",
    )


_RECORDED = {
    "muted": "its reader muted the bot",
    "quiet": "it is outside of its reader's working hours",
    "budget": "its reader had the day's messages",
}
